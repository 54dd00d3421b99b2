/* tanpa train: fits the model that scores channels, and measures it on what it had not seen. */
#include <math.h>

#include "learn/fit.h"
#include "verb/learn_input.h"

#define MOST_COST 1e6 /* beyond, the fit takes long and only follows single examples */

struct train {
	struct learn_input input;
	struct learn_options options;
	char *output_path;
};

/* Of captures without downloads, say, there is none. */
static void set_interval(GKeyFile *about, const char *key, struct learn_interval interval)
{
	if (isnan(interval.value))
		return;
	g_autofree char *text = g_strdup_printf("%.3f (%.3f to %.3f)", interval.value, interval.low, interval.high);
	g_key_file_set_string(about, "quality", key, text);
}

/* What goes with the model: what it was made from, and how good it was on what it had not seen. */
static void describe(const struct train *t, struct channel_model *model)
{
	struct learn_quality q = learn_quality(&t->input.set, LEARN_BY_MODEL);
	GKeyFile *about = model->about;
	g_key_file_set_integer(about, "training", "captures", (gint)t->input.captures);
	g_key_file_set_integer(about, "training", "services", (gint)(q.controls + q.others));
	g_key_file_set_integer(about, "training", "control", (gint)q.controls);
	g_key_file_set_integer(about, "training", "captures-not-measured-by", (gint)t->input.lessons);
	g_key_file_set_integer(about, "training", "benign-days", (gint)q.days);
	g_key_file_set_integer(about, "training", "groups", (gint)t->input.set.groups);
	g_key_file_set_string(about, "training", "split",
			      "leave one group out; captures that share a family are one group");
	g_key_file_set_double(about, "training", "cost", t->options.cost);
	set_interval(about, "auc-c2-against-download", q.auc_download);
	set_interval(about, "auc-c2-against-everything", q.auc_all);
	set_interval(about, "average-precision", q.precision);
	g_autofree char *first = g_strdup_printf("%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, q.first.k, q.first.n);
	g_key_file_set_string(about, "quality", "ranked-first", first);
}

static enum verb_status write_model(const struct train *t, const struct channel_model *model)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *text = model_text(model);
	if (t->output_path == NULL || g_file_set_contents(t->output_path, text, -1, &error))
		return VERB_DONE;
	verb_complain("%s", error->message);
	return VERB_FAILED;
}

static enum verb_status run(struct train *t, const struct verb_options *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(model_) model = model_new();
	if (!truth_report_parse(&t->input.report, report_learning_ids))
		return VERB_USAGE;
	enum verb_status status = learn_input_read(&t->input, options);
	if (status != VERB_DONE && status != VERB_DAMAGED)
		return status;
	if (!learn_fit(&t->input.set, &t->options, model, &error)) {
		verb_complain("%s", error->message);
		return VERB_FAILED;
	}
	describe(t, model);
	if (write_model(t, model) != VERB_DONE || learn_input_report(&t->input, model, true, options) != VERB_DONE)
		return VERB_FAILED;
	return status;
}

enum verb_status verb_train(int argc, char **argv)
{
	struct train t = {.options = learn_options_default};
	const GOptionEntry own[] = {
		{"also-learn", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &t.input.lesson_paths,
		 "Labelled captures to learn from, but not to measure by; may be given several times", "FILE"},
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &t.output_path, "Write the model here (nowhere)", "FILE"},
		{"cost", 0, 0, G_OPTION_ARG_DOUBLE, &t.options.cost,
		 "How closely to follow the examples: liblinear's C (2)", "C"},
		G_OPTION_ENTRY_NULL,
	};
	struct verb_options options;
	enum verb_status status = VERB_USAGE;
	learn_input_init(&t.input);
	g_autofree GOptionEntry *entries = learn_input_entries(&t.input, own);
	if (verb_options_parse(
		    &options, entries,
		    "Fits the model that scores channels to labelled captures (--labels) and benign days (--benign),\n"
		    "and says how well it finds control in families it had not seen.",
		    argc, argv, &status)) {
		if (!(t.options.cost > 0 && t.options.cost <= MOST_COST))
			verb_complain("--cost: %g is not above 0 and at most %g", t.options.cost, MOST_COST);
		else
			status = run(&t, &options);
	}
	verb_options_clear(&options);
	learn_input_clear(&t.input);
	g_free(t.output_path);
	return status;
}
