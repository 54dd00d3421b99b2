/* tanpa scan: what happened in these captures, suspected control channels first. */
#include <string.h>
#include <unistd.h>

#include "report/scan.h"
#include "verb/ingest.h"
#include "verb/options.h"

enum { DEFAULT_ROWS = 20 };

struct scan {
	struct channels *channels;
	struct fanout *fanout;
	struct report_scan report;
};

static void judge_all(struct scan *scan, const struct ingest *in, const struct verb_options *options)
{
	struct report_scan *report = &scan->report;
	struct tanpa_session session;
	report->first_ns = report->last_ns = TANPA_NEVER;
	for (gsize i = 0; i < ingest_size(in); i++) {
		ingest_get(in, i, &session);
		struct verdict verdict = verdict_judge(&session, &options->verdict);
		if (i == 0)
			report->first_ns = tanpa_session_start_ns(&session);
		report->last_ns = MAX(report->last_ns, tanpa_session_end_ns(&session));
		if (verdict.kind == VERDICT_ATTEMPT) {
			report->attempts++;
			fanout_add(scan->fanout, &session, &verdict);
			continue;
		}
		report->sessions++;
		report->by_direction[verdict.direction]++;
		channels_add(scan->channels, &session, &verdict);
	}
}

/* The inputs as reports see them; strings borrowed from the stream. */
static GArray *report_inputs(const struct ingest *in)
{
	GArray *inputs = g_array_new(FALSE, FALSE, sizeof(struct report_input));
	for (guint i = 0; i < capture_stream_inputs(in->stream); i++) {
		const struct capture_input *from = capture_stream_input(in->stream, i);
		struct report_input input = {from->path,    from->format, from->packing,
					     from->packets, from->bytes,  from->error ? from->error->message : NULL};
		g_array_append_val(inputs, input);
	}
	return inputs;
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

static enum verb_status write_report(const struct report_scan *report,
				     void (*write)(struct report_out *, const struct report_scan *))
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

static enum verb_status scan(const struct verb_options *options, bool all,
			     void (*write)(struct report_out *, const struct report_scan *))
{
	struct ingest in;
	enum verb_status status = ingest_run(&in, options);
	if (status == VERB_DONE || status == VERB_DAMAGED) {
		struct scan scan = {.channels = channels_new(), .fanout = fanout_new((guint)options->fan_out)};
		judge_all(&scan, &in, options);
		g_autoptr(GArray) inputs = report_inputs(&in);
		g_autoptr(GArray) skips = report_skips(&in);
		g_autoptr(GPtrArray) fanouts = fanout_list(scan.fanout);
		scan.report.inputs = (const struct report_input *)(const void *)inputs->data;
		scan.report.n_inputs = inputs->len;
		scan.report.packets = in.packets;
		scan.report.skips = (const struct report_skip *)(const void *)skips->data;
		scan.report.n_skips = skips->len;
		scan.report.channels = scan.channels;
		scan.report.fanouts = fanouts;
		scan.report.options = &options->verdict;
		scan.report.zone = options->zone;
		scan.report.color = options->color;
		scan.report.max_rows = all ? 0 : DEFAULT_ROWS;
		if (write_report(&scan.report, write) != VERB_DONE)
			status = VERB_FAILED;
		channels_free(scan.channels);
		fanout_free(scan.fanout);
	}
	ingest_clear(&in);
	return status;
}

enum verb_status verb_scan(int argc, char **argv)
{
	gboolean json = FALSE, csv = FALSE, all = FALSE;
	const GOptionEntry own[] = {
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, "One JSON object per line", NULL},
		{"csv", 0, 0, G_OPTION_ARG_NONE, &csv, "One row per service, with a header", NULL},
		{"all", 'a', 0, G_OPTION_ARG_NONE, &all, "All rows of each section, not the first 20", NULL},
		G_OPTION_ENTRY_NULL,
	};
	struct verb_options options;
	enum verb_status status = VERB_USAGE;
	if (verb_options_parse(&options, own,
			       "What happened in these captures: suspected control channels first, then downloads, uploads,\n"
			       "intrusions, propagation. Captures are pcap or pcapng, also packed; directories are searched.",
			       argc, argv, &status)) {
		if (json && csv)
			verb_complain("--json and --csv exclude each other");
		else
			status = scan(&options, all, json ? report_scan_json : csv ? report_scan_csv : report_scan_text);
	}
	verb_options_clear(&options);
	return status;
}
