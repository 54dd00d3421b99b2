/* tanpa scan: what happened in these captures, findings first. */
#include <string.h>
#include <unistd.h>

#include "report/service.h"
#include "verb/page.h"
#include "verb/select.h"
#include "verb/tally.h"

enum { DEFAULT_ROWS = 20 };

struct scan_options {
	gboolean json, csv, all, show_allowed, measures, fields;
	gint max_channels;
	struct verb_page page;
	char *format_text, *model_path, *select_text, **allow_paths;
	/* as read */
	const struct report_scan_format *format;
	struct report_select *select; /* which rows to show; NULL: all */
	struct channel_model *model;
	struct allow *allow;
};

static enum verb_status write_report(const struct report_scan *report, report_scan_writer *write)
{
	g_autoptr(GError) error = NULL;
	struct report_out out;
	report_out_init(&out, STDOUT_FILENO);
	write(&out, report);
	if (report_out_finish(&out, &error))
		return VERB_DONE;
	verb_complain("%s", error->message);
	return VERB_FAILED;
}

static enum verb_status report(struct tally *tally, const struct ingest *in, const struct verb_options *options,
			       const struct scan_options *own)
{
	g_auto(tally_report) report;
	g_autoptr(beacons_) beacons = NULL;
	tally_report_init(&report, tally, in, options, own->model, own->allow);
	g_autoptr(report_selection) selection = NULL;
	if (own->format->wants_beacons || own->select)
		beacons = beacons_new(tally->channels, tally->first_ns, tally->last_start_ns);
	report.scan.show_allowed = own->show_allowed;
	report.scan.beacons = beacons;
	report.scan.max_rows = own->all ? 0 : DEFAULT_ROWS;
	if (own->page.path && verb_page_write(&own->page, &report.scan, tally->rows, own->model, NULL) != VERB_DONE)
		return VERB_FAILED;
	if (own->select)
		selection = report_selection_new(&report.scan, own->select);
	report.scan.selection = selection;
	return write_report(&report.scan, own->format->write);
}

static enum verb_status scan(const struct verb_options *options, const struct scan_options *own)
{
	struct ingest in;
	guint threads = (guint)options->threads;
	g_autofree struct tally **tallies = g_new(struct tally *, threads);
	for (guint t = 0; t < threads; t++)
		tallies[t] = tally_new(options, (uint32_t)own->max_channels, own->page.path != NULL);
	struct ingest_sink sink = {tally_session, (void **)tallies, NULL};
	enum verb_status status = ingest_run(&in, options, &sink);
	if (status == VERB_DONE || status == VERB_DAMAGED) {
		for (guint t = 1; t < threads; t++)
			tally_merge(tallies[0], tallies[t]);
		if (report(tallies[0], &in, options, own) != VERB_DONE)
			status = VERB_FAILED;
	}
	for (guint t = 0; t < threads; t++)
		tally_free(tallies[t]);
	ingest_clear(&in);
	return status;
}

/* The measures of a channel: name, unit, meaning, source, and the values of a choice, tab-separated. */
static enum verb_status list_measures(void)
{
	g_autoptr(GError) error = NULL;
	struct report_out out;
	report_out_init(&out, STDOUT_FILENO);
	for (enum feature f = 0; f < N_FEATURES; f++) {
		const struct feature_info *info = feature_info(f);
		const char *const *choices = feature_scale(f)->choices;
		g_autofree char *values = choices ? g_strjoinv("|", (char **)(gpointer)choices) : g_strdup("");
		g_string_append_printf(out.text, "%s\t%s\t%s\t%s\t%s\n", info->name, info->unit, info->words,
				       info->source, values);
	}
	if (report_out_finish(&out, &error))
		return VERB_DONE;
	verb_complain("%s", error->message);
	return VERB_FAILED;
}

/* The model, and what need not be reported. */
static bool read_knowledge(struct scan_options *own)
{
	g_autoptr(GError) error = NULL;
	own->model = own->model_path ? model_read(own->model_path, &error) : model_built_in();
	own->allow = own->allow_paths ? allow_new() : NULL;
	for (char **path = own->allow_paths; own->model && path && *path; path++)
		if (!allow_read(own->allow, *path, &error))
			break;
	verb_page_uses(&own->page, "model", (char *[]){own->model_path, NULL});
	verb_page_uses(&own->page, "allow list", own->allow_paths);
	if (error)
		verb_complain("%s", error->message);
	return error == NULL;
}

static bool take_format(struct scan_options *own)
{
	const char *name = own->json ? "json" : own->csv ? "csv" : own->format_text ? own->format_text : "text";
	own->format = report_scan_format_find(name);
	if (own->json + own->csv + (own->format_text != NULL) > 1)
		verb_complain("--json, --csv and --format exclude each other");
	else if (own->format == NULL)
		verb_complain("--format: '%s' is not text, json, csv, eve, ecs, stix or misp", name);
	else
		return true;
	return false;
}

static bool take_select(struct scan_options *own, GTimeZone *zone)
{
	gsize n;
	const struct report_field *fields = report_service_fields(&n);
	return verb_select_compile(own->select_text, fields, n, zone, &own->select);
}

static enum verb_status list_fields(void)
{
	gsize n;
	const struct report_field *fields = report_service_fields(&n);
	return verb_select_list(fields, n);
}

static void scan_options_clear(struct scan_options *own)
{
	g_free(own->format_text);
	g_free(own->model_path);
	g_free(own->select_text);
	report_select_free(own->select);
	g_strfreev(own->allow_paths);
	model_free(own->model);
	allow_free(own->allow);
}

enum verb_status verb_scan(int argc, char **argv)
{
	struct scan_options own = {.max_channels = TALLY_CHANNELS};
	if (argc == 2 && strcmp(argv[1], "--measures") == 0)
		return list_measures();
	if (argc == 2 && strcmp(argv[1], "--fields") == 0)
		return list_fields();
	verb_page_init(&own.page, argc, argv);
	const GOptionEntry entries[] = {
		{"format", 'F', 0, G_OPTION_ARG_STRING, &own.format_text,
		 "text, json, csv; findings alone: eve, ecs, stix or misp (text)", "FORMAT"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &own.json, "The same as --format json", NULL},
		{"csv", 0, 0, G_OPTION_ARG_NONE, &own.csv, "The same as --format csv", NULL},
		{"all", 'a', 0, G_OPTION_ARG_NONE, &own.all, "All rows of each section, not the first 20", NULL},
		{"select", 's', 0, G_OPTION_ARG_STRING, &own.select_text,
		 "Only findings, services and propagation of which this is true", "EXPRESSION"},
		{"max-channels", 0, 0, G_OPTION_ARG_INT, &own.max_channels, "Most services listed (16777216)", "N"},
		{"html", 0, 0, G_OPTION_ARG_FILENAME, &own.page.path, "Also write one HTML page to open in a browser",
		 "FILE"},
		{"html-sessions", 0, 0, G_OPTION_ARG_INT, &own.page.most_sessions,
		 "Most sessions in the page, one by one (250000)", "N"},
		{"allow", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &own.allow_paths,
		 "Addresses, networks, ports, names that need not be reported; may be given several times", "FILE"},
		{"show-allowed", 0, 0, G_OPTION_ARG_NONE, &own.show_allowed, "Show findings on the allow list, marked",
		 NULL},
		{"model", 0, 0, G_OPTION_ARG_FILENAME, &own.model_path,
		 "Model that scores services, as tanpa train writes it (the built-in one)", "FILE"},
		{"measures", 0, 0, G_OPTION_ARG_NONE, &own.measures, "List the measures of a service, and stop", NULL},
		{"fields", 0, 0, G_OPTION_ARG_NONE, &own.fields, "List the fields that --select takes, and stop", NULL},
		G_OPTION_ENTRY_NULL,
	};
	struct verb_options options;
	enum verb_status status = VERB_USAGE;
	if (verb_options_parse(
		    &options, entries,
		    "What happened in these captures: what looks like control first, then downloads, uploads,\n"
		    "intrusions, propagation. Captures are pcap or pcapng, also packed; directories are searched.",
		    argc, argv, &status)) {
		if (own.measures || own.fields)
			verb_complain("--%s stands alone", own.measures ? "measures" : "fields");
		else if (own.max_channels < 1)
			verb_complain("--max-channels: %d is not 1 or more", own.max_channels);
		else if (take_format(&own) && take_select(&own, options.zone) && verb_page_check(&own.page))
			status = read_knowledge(&own) ? scan(&options, &own) : VERB_FAILED;
	}
	verb_page_clear(&own.page);
	verb_options_clear(&options);
	scan_options_clear(&own);
	return status;
}
