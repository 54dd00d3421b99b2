/* tanpa scan: what happened in these captures, findings first. */
#include <string.h>
#include <unistd.h>

#include "report/scan.h"
#include "verb/ingest.h"
#include "verb/options.h"
#include "verb/page.h"

enum { DEFAULT_ROWS = 20, DEFAULT_CHANNELS = 16 << 20 };

struct scan_options {
	gboolean json, csv, all, show_allowed, measures;
	gint max_channels;
	struct verb_page page;
	char *format_text, *model_path, **allow_paths;
	/* as read */
	const struct report_scan_format *format;
	struct channel_model *model;
	struct allow *allow;
};

/* What one thread adds up; any number of them merge into the same, in any order. */
struct tally {
	const struct verdict_options *options;
	struct channels *channels;
	struct fanout *fanout;
	struct page_rows *rows; /* NULL: no page is wanted */
	uint64_t sessions, attempts;
	uint64_t by_direction[VERDICT_N_DIRECTIONS];
	int64_t first_ns, last_ns, last_start_ns;
};

static struct tally *tally_new(const struct verb_options *options, const struct scan_options *own)
{
	struct tally *tally = g_new0(struct tally, 1);
	tally->options = &options->verdict;
	tally->channels = channels_new();
	channels_set_max(tally->channels, (uint32_t)own->max_channels);
	tally->rows = own->page.path ? page_rows_new(tally->options, PAGE_ROWS_MAX) : NULL;
	tally->fanout = fanout_new((guint)options->fan_out);
	tally->first_ns = INT64_MAX;
	tally->last_ns = tally->last_start_ns = TANPA_NEVER;
	return tally;
}

static void tally_free(struct tally *tally)
{
	channels_free(tally->channels);
	fanout_free(tally->fanout);
	page_rows_free(tally->rows);
	g_free(tally);
}

/* Takes one session as it ends. */
static void tally_session(const struct tanpa_session *session, void *user)
{
	struct tally *tally = user;
	struct verdict verdict = verdict_judge(session, tally->options);
	tally->first_ns = MIN(tally->first_ns, tanpa_session_start_ns(session));
	tally->last_ns = MAX(tally->last_ns, tanpa_session_end_ns(session));
	tally->last_start_ns = MAX(tally->last_start_ns, tanpa_session_start_ns(session));
	if (!verdict_is_judged(verdict.kind)) {
		tally->attempts++;
		fanout_add(tally->fanout, session, &verdict);
	} else {
		tally->sessions++;
		tally->by_direction[verdict.direction]++;
		if (tally->rows)
			page_rows_add(tally->rows, session);
	}
	channels_add(tally->channels, session, &verdict);
}

static void tally_merge(struct tally *into, struct tally *from)
{
	into->sessions += from->sessions;
	into->attempts += from->attempts;
	for (int i = 0; i < VERDICT_N_DIRECTIONS; i++)
		into->by_direction[i] += from->by_direction[i];
	into->first_ns = MIN(into->first_ns, from->first_ns);
	into->last_ns = MAX(into->last_ns, from->last_ns);
	into->last_start_ns = MAX(into->last_start_ns, from->last_start_ns);
	channels_merge(into->channels, from->channels);
	fanout_merge(into->fanout, from->fanout);
	if (into->rows)
		page_rows_merge(into->rows, from->rows);
}

/* The inputs as reports see them; strings borrowed from the stream. */
static GArray *report_inputs(const struct ingest *in)
{
	GArray *inputs = g_array_new(FALSE, FALSE, sizeof(struct report_input));
	for (guint i = 0; i < capture_stream_inputs(in->stream); i++) {
		const struct capture_input *from = capture_stream_input(in->stream, i);
		struct report_input input = {from->path,    from->format,
					     from->packing, from->packets,
					     from->bytes,   .error = from->error ? from->error->message : NULL};
		g_array_append_val(inputs, input);
	}
	for (guint i = 0; i < logs_size(in->logs); i++) {
		const struct log_input *from = logs_at(in->logs, i);
		struct report_input input = {from->path,
					     from->format,
					     from->packing,
					     .lines = from->counts.lines,
					     .records = from->counts.records,
					     .error = log_input_problem(from)};
		g_array_append_val(inputs, input);
	}
	return inputs;
}

/* Lines of flow logs that are no records. */
static GArray *report_line_skips(const struct ingest *in)
{
	GArray *skips = g_array_new(FALSE, FALSE, sizeof(struct report_skip));
	struct report_skip faults = {"fault", "that could not be read", 0};
	for (enum flowlog_skip skip = 0; skip < FLOWLOG_N_SKIPS; skip++) {
		struct report_skip row = {flowlog_skip_name(skip), flowlog_skip_words(skip), 0};
		for (guint i = 0; i < logs_size(in->logs); i++)
			row.packets += logs_at(in->logs, i)->counts.skipped[skip];
		g_array_append_val(skips, row);
	}
	for (guint i = 0; i < logs_size(in->logs); i++)
		faults.packets += logs_at(in->logs, i)->counts.faults;
	g_array_append_val(skips, faults);
	return skips;
}

static GArray *report_skips(const struct ingest *in)
{
	GArray *skips = g_array_new(FALSE, FALSE, sizeof(struct report_skip));
	for (enum packet_skip skip = PACKET_SKIP_NONE + 1; skip < PACKET_N_SKIPS; skip++) {
		struct report_skip row = {packet_skip_name(skip), packet_skip_words(skip), in->skips[skip]};
		g_array_append_val(skips, row);
	}
	return skips;
}

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

static enum verb_status report(const struct tally *tally, const struct ingest *in, const struct verb_options *options,
			       const struct scan_options *own)
{
	g_autoptr(GArray) inputs = report_inputs(in);
	g_autoptr(GArray) skips = report_skips(in), line_skips = report_line_skips(in);
	g_autoptr(GPtrArray) fanouts = fanout_list(tally->fanout);
	g_autoptr(findings_) findings = findings_new(tally->channels, own->model, own->allow, tally->fanout);
	g_autoptr(beacons_) beacons = NULL;
	if (own->format->wants_beacons)
		beacons = beacons_new(tally->channels, tally->first_ns, tally->last_start_ns);
	struct report_scan scan = {
		.inputs = (const struct report_input *)(const void *)inputs->data,
		.n_inputs = inputs->len,
		.packets = in->packets,
		.skips = (const struct report_skip *)(const void *)skips->data,
		.n_skips = skips->len,
		.records = in->records,
		.line_skips = (const struct report_skip *)(const void *)line_skips->data,
		.n_line_skips = line_skips->len,
		.sessions = tally->sessions,
		.attempts = tally->attempts,
		.first_ns = tally->sessions + tally->attempts ? tally->first_ns : TANPA_NEVER,
		.last_ns = tally->last_ns,
		.unlisted = channels_refused(tally->channels),
		.unfollowed = fanout_unfollowed(tally->fanout),
		.channels = tally->channels,
		.findings = findings,
		.show_allowed = own->show_allowed,
		.beacons = beacons,
		.fanouts = fanouts,
		.options = &options->verdict,
		.zone = options->zone,
		.color = options->color,
		.max_rows = own->all ? 0 : DEFAULT_ROWS,
	};
	memcpy(scan.by_direction, tally->by_direction, sizeof scan.by_direction);
	if (own->page.path && verb_page_write(&own->page, &scan, tally->rows, NULL) != VERB_DONE)
		return VERB_FAILED;
	return write_report(&scan, own->format->write);
}

static enum verb_status scan(const struct verb_options *options, const struct scan_options *own)
{
	struct ingest in;
	guint threads = (guint)options->threads;
	g_autofree struct tally **tallies = g_new(struct tally *, threads);
	for (guint t = 0; t < threads; t++)
		tallies[t] = tally_new(options, own);
	struct ingest_sink sink = {tally_session, (void **)tallies, NULL};
	enum verb_status status = ingest_run(&in, options, &sink);
	if (status == VERB_DONE || status == VERB_DAMAGED) {
		for (guint t = 1; t < threads; t++)
			tally_merge(tallies[0], tallies[t]);
		channels_finish(tallies[0]->channels);
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
	own->allow = allow_new();
	for (char **path = own->allow_paths; own->model && path && *path; path++)
		if (!allow_read(own->allow, *path, &error))
			break;
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

static void scan_options_clear(struct scan_options *own)
{
	g_free(own->format_text);
	g_free(own->model_path);
	g_strfreev(own->allow_paths);
	model_free(own->model);
	allow_free(own->allow);
}

enum verb_status verb_scan(int argc, char **argv)
{
	struct scan_options own = {.max_channels = DEFAULT_CHANNELS};
	verb_page_init(&own.page, argc, argv);
	const GOptionEntry entries[] = {
		{"format", 'F', 0, G_OPTION_ARG_STRING, &own.format_text,
		 "text, json, csv; findings alone: eve, ecs, stix or misp (text)", "FORMAT"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &own.json, "The same as --format json", NULL},
		{"csv", 0, 0, G_OPTION_ARG_NONE, &own.csv, "The same as --format csv", NULL},
		{"all", 'a', 0, G_OPTION_ARG_NONE, &own.all, "All rows of each section, not the first 20", NULL},
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
		G_OPTION_ENTRY_NULL,
	};
	struct verb_options options;
	enum verb_status status = VERB_USAGE;
	if (argc == 2 && strcmp(argv[1], "--measures") == 0)
		return list_measures();
	if (verb_options_parse(
		    &options, entries,
		    "What happened in these captures: what looks like control first, then downloads, uploads,\n"
		    "intrusions, propagation. Captures are pcap or pcapng, also packed; directories are searched.",
		    argc, argv, &status)) {
		if (own.measures)
			verb_complain("--measures stands alone");
		else if (own.max_channels < 1)
			verb_complain("--max-channels: %d is not 1 or more", own.max_channels);
		else if (take_format(&own) && verb_page_check(&own.page))
			status = read_knowledge(&own) ? scan(&options, &own) : VERB_FAILED;
	}
	verb_page_clear(&own.page);
	verb_options_clear(&options);
	scan_options_clear(&own);
	return status;
}
