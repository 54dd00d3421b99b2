#include "verb/tally.h"

#include <string.h>

struct tally *tally_new(const struct verb_options *options, uint32_t max_channels, bool keep_rows)
{
	struct tally *tally = g_aligned_alloc0(1, sizeof *tally, _Alignof(struct tally));
	tally->options = &options->verdict;
	tally->channels = channels_new();
	channels_set_max(tally->channels, max_channels);
	tally->rows = keep_rows ? page_rows_new(tally->options, PAGE_ROWS_MAX) : NULL;
	tally->fanout = fanout_new((guint)options->fan_out);
	tally->first_ns = INT64_MAX;
	tally->last_ns = tally->last_start_ns = TANPA_NEVER;
	return tally;
}

void tally_free(struct tally *tally)
{
	channels_free(tally->channels);
	fanout_free(tally->fanout);
	page_rows_free(tally->rows);
	g_aligned_free(tally);
}

void tally_session(const struct tanpa_session *session, void *user)
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

void tally_merge(struct tally *into, struct tally *from)
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

/* ---- the report ---- */

void tally_report_init(struct tally_report *report, struct tally *tally, const struct ingest *in,
		       const struct verb_options *options, const struct channel_model *model, const struct allow *allow)
{
	*report = (struct tally_report){
		.inputs = report_inputs(in),
		.skips = report_skips(in),
		.line_skips = report_line_skips(in),
		.fanouts = fanout_list(tally->fanout),
		.findings = findings_new(tally->channels, model, allow, tally->fanout, (guint)options->threads),
	};
	report->scan = (struct report_scan){
		.inputs = (const struct report_input *)(const void *)report->inputs->data,
		.n_inputs = report->inputs->len,
		.packets = in->packets,
		.skips = (const struct report_skip *)(const void *)report->skips->data,
		.n_skips = report->skips->len,
		.records = in->records,
		.line_skips = (const struct report_skip *)(const void *)report->line_skips->data,
		.n_line_skips = report->line_skips->len,
		.sessions = tally->sessions,
		.attempts = tally->attempts,
		.first_ns = tally->sessions + tally->attempts ? tally->first_ns : TANPA_NEVER,
		.last_ns = tally->last_ns,
		.unlisted = channels_refused(tally->channels),
		.unfollowed = fanout_unfollowed(tally->fanout),
		.channels = tally->channels,
		.findings = report->findings,
		.fanouts = report->fanouts,
		.options = &options->verdict,
		.zone = options->zone,
		.color = options->color,
	};
	memcpy(report->scan.by_direction, tally->by_direction, sizeof report->scan.by_direction);
}

void tally_report_clear(struct tally_report *report)
{
	g_array_unref(report->inputs);
	g_array_unref(report->skips);
	g_array_unref(report->line_skips);
	g_ptr_array_unref(report->fanouts);
	findings_free(report->findings);
}
