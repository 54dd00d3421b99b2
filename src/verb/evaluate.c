/* tanpa evaluate: the paper's tables 2 and 3 on your own data, and the verdicts against labels. */
#include "report/calibration.h"
#include "report/evaluation.h"
#include "verb/page.h"
#include "verb/tally.h"
#include "verb/truth_input.h"
#include "verb/truth_report.h"

#define DEFAULT_FOLLOW_NS (INT64_C(60) * 1000000000)
#define MAX_FOLLOW_NS     (INT64_C(86400) * 1000000000)

enum { PAGE_LIST = 1000, PAGE_CURVE = 2000 }; /* rows of a list, points of the curve */

struct evaluate {
	struct truth_input input;
	struct truth_report report;
	struct verb_page page;
	char *follow_text;
	int64_t follow_ns;
};

static GPtrArray *new_tables(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)report_table_free);
}

/* ---- the page ---- */

/*
 * The ROC curve of the measure that is judged, as tanpa calibrate has it, but always with control on the side of
 * short packets: that is what the threshold means in the page.
 */
static void add_curve(const struct evaluate *ev, const struct verb_options *options, GPtrArray *tables)
{
	static const char *const positive[] = {"c2", NULL}, *const negative[] = {"download", NULL};
	const struct truth_measure *measure = truth_measure_of_length(options->verdict.length);
	const struct truth_sample short_is_control = {.high_is_control = false};
	struct truth_calibrate_options how = {
		.hosts = ev->input.hosts,
		.labels = ev->input.label_matches ? &ev->input.labels : NULL,
		.positive = positive,
		.negative = negative,
		.count_retransmissions = options->verdict.count_retransmissions,
	};
	struct truth_cases cases;
	struct truth_sample sample;
	truth_cases_init(&cases, &ev->input.set, &how);
	truth_sample_init(&sample, truth_case_values(&cases, &ev->input.set, measure, &how), &short_is_control);
	if (sample.controls > 0 && sample.downloads > 0) {
		struct report_calibration calibration = {.sample = &sample};
		struct report_table *curve = report_calibration_curve(&calibration, PAGE_CURVE);
		report_table_note(
			curve,
			how.labels ? "Control: %" G_GUINT64_FORMAT
				     " sessions labelled c2. Downloads: %" G_GUINT64_FORMAT
				     " labelled download. Area under the curve: %.3f."
				   : "Control: %" G_GUINT64_FORMAT
				     " sessions that the log does not know, not told apart otherwise. Downloads: "
				     "%" G_GUINT64_FORMAT " in the log. Area under the curve: %.3f.",
			sample.controls, sample.downloads, truth_auc(&sample));
		g_ptr_array_add(tables, curve);
	}
	truth_sample_clear(&sample);
	truth_cases_clear(&cases);
}

static enum verb_status write_page(struct evaluate *ev, const struct verb_options *options, GPtrArray *tables)
{
	const struct ingest *in = ev->input.ingest;
	g_autoptr(tally_) tally = tally_new(options, TALLY_CHANNELS, true);
	g_autoptr(model_) model = model_built_in();
	g_auto(tally_report) report;
	struct tanpa_session session;
	for (gsize i = 0; i < ingest_size(in); i++) {
		ingest_get(in, i, &session);
		tally_session(&session, tally);
	}
	tally_report_init(&report, tally, in, options, model, NULL);
	for (guint i = 0; i < tables->len; i++)
		report_table_cut(g_ptr_array_index(tables, i), PAGE_LIST);
	add_curve(ev, options, tables);
	verb_page_uses(&ev->page, "acquisition log", ev->input.log_paths);
	verb_page_uses(&ev->page, "labels", ev->input.label_paths);
	return verb_page_write(&ev->page, &report.scan, tally->rows, model, tables);
}

/* ---- the tables ---- */

static enum verb_status write_evaluation(struct evaluate *ev, const struct verb_options *options)
{
	struct truth_input *in = &ev->input;
	struct report_evaluation e = {
		.set = &in->set, .rule = &options->verdict, .follow_ns = ev->follow_ns, .hosts = in->hosts};
	g_autoptr(GPtrArray) tables = new_tables();
	g_autoptr(GArray) counts = NULL, explained = NULL, uploads = NULL;
	struct truth_confusion confusion;
	if (in->matches) {
		counts = truth_evaluate(&in->set, &in->log, in->matches, in->hosts, &e.other_sessions,
					&e.other_entries);
		explained = truth_explain(&in->set, in->hosts, false);
		uploads = truth_uploads(&in->set, in->hosts, ev->follow_ns);
		e.acquired = (struct report_evaluation_log){&in->log, in->matches, &in->match};
	}
	e.counts = counts;
	e.explained = explained;
	e.uploads = uploads;
	if (in->label_matches) {
		truth_confusion_init(&confusion, &in->set, &in->labels, in->label_matches, options->verdict.threshold);
		e.labelled = (struct report_evaluation_log){&in->labels, in->label_matches, &in->label_match};
		e.confusion = &confusion;
	}
	g_autoptr(GArray)
		profiles = truth_profiles(&in->set, in->matches ? in->hosts : NULL, in->matches ? NULL : &in->labels);
	e.profiles = profiles;
	report_evaluation_tables(&e, tables);
	enum verb_status status = truth_report_write(&ev->report, tables, options);
	if (status == VERB_DONE && ev->page.path)
		status = write_page(ev, options, tables);
	if (in->label_matches)
		truth_confusion_clear(&confusion);
	return status;
}

static enum verb_status evaluate(struct evaluate *ev, struct verb_options *options)
{
	g_autoptr(GError) error = NULL;
	ev->follow_ns = DEFAULT_FOLLOW_NS;
	if (!truth_report_parse(&ev->report, report_evaluation_ids))
		return VERB_USAGE;
	if (ev->follow_text && !verb_parse_duration(ev->follow_text, MAX_FOLLOW_NS, &ev->follow_ns, &error)) {
		verb_complain("--follow: %s", error->message);
		return VERB_USAGE;
	}
	if (ev->page.path && ev->input.each) {
		verb_complain("--html and --each exclude each other: a page is about one stream");
		return VERB_USAGE;
	}
	ev->input.keep = ev->page.path != NULL;
	enum verb_status status = truth_input_read(&ev->input, options);
	if ((status == VERB_DONE || status == VERB_DAMAGED) && write_evaluation(ev, options) != VERB_DONE)
		status = VERB_FAILED;
	return status;
}

enum verb_status verb_evaluate(int argc, char **argv)
{
	struct evaluate ev = {0};
	verb_page_init(&ev.page, argc, argv);
	const GOptionEntry own[] = {
		{"follow", 0, 0, G_OPTION_ARG_STRING, &ev.follow_text, "What followed an upload within this time (1m)",
		 "TIME"},
		{"format", 'F', 0, G_OPTION_ARG_STRING, &ev.report.format_text, "text, markdown, csv or json (text)",
		 "FORMAT"},
		{"table", 0, 0, G_OPTION_ARG_STRING, &ev.report.tables_text,
		 "Only these tables: table2, table3, … as in tanpa-evaluate(1)", "ID[,ID…]"},
		{"html", 0, 0, G_OPTION_ARG_FILENAME, &ev.page.path,
		 "Also write one HTML page, as tanpa scan does, with these tables", "FILE"},
		{"html-sessions", 0, 0, G_OPTION_ARG_INT, &ev.page.most_sessions,
		 "Most sessions in the page, one by one (250000)", "N"},
		{"all", 'a', 0, G_OPTION_ARG_NONE, &ev.report.all, "All rows of each list, not the first 20", NULL},
		G_OPTION_ENTRY_NULL,
	};
	struct verb_options options;
	enum verb_status status = VERB_USAGE;
	truth_input_init(&ev.input);
	g_autofree GOptionEntry *entries = truth_input_entries(&ev.input, own);
	if (verb_options_parse(
		    &options, entries,
		    "The paper's tables 2 and 3 of these captures against an acquisition log (--log), and the\n"
		    "verdicts against labelled sessions (--labels).",
		    argc, argv, &status) &&
	    verb_page_check(&ev.page))
		status = evaluate(&ev, &options);
	verb_page_clear(&ev.page);
	verb_options_clear(&options);
	truth_input_clear(&ev.input);
	truth_report_clear(&ev.report);
	g_free(ev.follow_text);
	return status;
}
