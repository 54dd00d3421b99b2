/* tanpa score: how well a model finds control in labelled captures. */
#include "learn/fit.h"
#include "verb/learn_input.h"

static enum verb_status run(struct learn_input *input, const char *model_path, const struct verb_options *options)
{
	g_autoptr(GError) error = NULL;
	if (!truth_report_parse(&input->report, report_learning_ids))
		return VERB_USAGE;
	g_autoptr(model_) model = model_path ? model_read(model_path, &error) : model_built_in();
	if (error) {
		verb_complain("%s", error->message);
		return VERB_FAILED;
	}
	enum verb_status status = learn_input_read(input, options);
	if (status != VERB_DONE && status != VERB_DAMAGED)
		return status;
	learn_score(&input->set, model);
	return learn_input_report(input, model, false, options) == VERB_DONE ? status : VERB_FAILED;
}

enum verb_status verb_score(int argc, char **argv)
{
	struct learn_input input;
	g_autofree char *model_path = NULL;
	const GOptionEntry own[] = {
		{"model", 0, 0, G_OPTION_ARG_FILENAME, &model_path,
		 "Model, as tanpa train writes it (the built-in one)", "FILE"},
		G_OPTION_ENTRY_NULL,
	};
	struct verb_options options;
	enum verb_status status = VERB_USAGE;
	learn_input_init(&input);
	g_autofree GOptionEntry *entries = learn_input_entries(&input, own);
	if (verb_options_parse(
		    &options, entries,
		    "How well a model finds control in labelled captures (--labels), and how often it is wrong on\n"
		    "benign days (--benign).",
		    argc, argv, &status))
		status = run(&input, model_path, &options);
	verb_options_clear(&options);
	learn_input_clear(&input);
	return status;
}
