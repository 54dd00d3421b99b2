/* tanpa evaluate: the paper's tables 2 and 3 on your own data, and the verdicts against labels. */
#include "report/evaluation.h"
#include "verb/truth_input.h"
#include "verb/truth_report.h"

#define DEFAULT_FOLLOW_NS (INT64_C(60) * 1000000000)
#define MAX_FOLLOW_NS     (INT64_C(86400) * 1000000000)

struct evaluate {
	struct truth_input input;
	struct truth_report report;
	char *follow_text;
	int64_t follow_ns;
};

static GPtrArray *new_tables(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)report_table_free);
}

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
	enum verb_status status = truth_input_read(&ev->input, options);
	if ((status == VERB_DONE || status == VERB_DAMAGED) && write_evaluation(ev, options) != VERB_DONE)
		status = VERB_FAILED;
	return status;
}

enum verb_status verb_evaluate(int argc, char **argv)
{
	struct evaluate ev = {0};
	const GOptionEntry own[] = {
		{"follow", 0, 0, G_OPTION_ARG_STRING, &ev.follow_text, "What followed an upload within this time (1m)",
		 "TIME"},
		{"format", 'F', 0, G_OPTION_ARG_STRING, &ev.report.format_text, "text, markdown, csv or json (text)",
		 "FORMAT"},
		{"table", 0, 0, G_OPTION_ARG_STRING, &ev.report.tables_text,
		 "Only these tables: table2, table3, … as in tanpa-evaluate(1)", "ID[,ID…]"},
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
		    argc, argv, &status))
		status = evaluate(&ev, &options);
	verb_options_clear(&options);
	truth_input_clear(&ev.input);
	truth_report_clear(&ev.report);
	g_free(ev.follow_text);
	return status;
}
