/*
 * The summary as JSON lines: one "scan" object, one "input" per file, one "finding" each, one "channel" per service
 * with payload, one "propagation" per fan-out; docs/scan.schema.json.
 */
#include <math.h>

#include "base/net.h"
#include "report/json.h"
#include "report/names.h"
#include "report/scan.h"

/* ---- JSON ---- */

static void json_begin(GString *text, const char *type)
{
	g_string_append_c(text, '{');
	report_json_string(text, "type", type);
	report_json_uint(text, "v", REPORT_SCAN_VERSION);
}

static void json_skips(GString *text, const char *name, const struct report_skip *skips, guint n)
{
	report_json_key(text, name);
	g_string_append_c(text, '{');
	for (guint i = 0; i < n; i++)
		if (skips[i].packets)
			report_json_uint(text, skips[i].name, skips[i].packets);
	g_string_append_c(text, '}');
}

static void json_scan(GString *text, const struct report_scan *scan)
{
	json_begin(text, "scan");
	report_json_string(text, "version", TANPA_VERSION);
	report_json_time(text, "first", scan->first_ns);
	report_json_time(text, "last", scan->last_ns);
	report_json_uint(text, "packets", scan->packets);
	json_skips(text, "skipped", scan->skips, scan->n_skips);
	report_json_uint(text, "records", scan->records);
	json_skips(text, "skipped_lines", scan->line_skips, scan->n_line_skips);
	report_json_uint(text, "sessions", scan->sessions);
	report_json_uint(text, "attempts", scan->attempts);
	report_json_uint(text, "unlisted_sessions", scan->unlisted);
	report_json_uint(text, "unfollowed_attempts", scan->unfollowed);
	report_json_real(text, "threshold", scan->options->threshold);
	report_json_string(text, "packet_length", verdict_length_name(scan->options->length));
	report_json_string(text, "retransmissions", scan->options->count_retransmissions ? "count" : "exclude");
	report_json_uint(text, "findings", scan->findings->list->len);
	report_json_uint(text, "allowed", scan->findings->allowed);
	report_json_uint(text, "scored_services", scan->findings->scored);
	report_json_uint(text, "unscored_services",
			 scan->findings->not_tcp + scan->findings->inbound + scan->findings->to_many +
				 scan->findings->sideless);
	g_string_append(text, "}\n");
}

static void json_input(GString *text, const struct report_input *input)
{
	json_begin(text, "input");
	report_json_string(text, "path", input->path);
	report_json_string(text, "format", input->format);
	report_json_string(text, "packing", input->packing);
	report_json_uint(text, "packets", input->packets);
	report_json_uint(text, "bytes", input->bytes);
	report_json_uint(text, "lines", input->lines);
	report_json_uint(text, "records", input->records);
	report_json_string(text, "error", input->error);
	g_string_append(text, "}\n");
}

/* Names of the bits set, as an array; bit 0 stands for nothing. */
static void json_set(GString *text, uint32_t bits, uint8_t n, const char *(*name)(uint8_t))
{
	const char *comma = "";
	g_string_append_c(text, '[');
	for (uint8_t i = 1; i < n; i++) {
		if (!(bits & 1u << i))
			continue;
		g_string_append(text, comma);
		report_append_json_string(text, name(i));
		comma = ",";
	}
	g_string_append_c(text, ']');
}

/* All measures, and the scores people know beside ours. */
static void json_measures(GString *text, const struct report_scan *scan, const struct channel *c)
{
	struct feature_vector vector;
	struct beacon beacon = scan->beacons && !c->inbound ? beacons_get(scan->beacons, c)
							    : (struct beacon){.score = NAN};
	feature_measure(scan->channels, c, &vector);
	report_json_real(text, "score", (double)c->score);
	report_json_bool(text, "plain_rule", channel_is(c, VERDICT_C2));
	report_json_real(text, "beacon", beacon.score);
	report_json_key(text, "measures");
	g_string_append_c(text, '{');
	for (enum feature f = 0; f < N_FEATURES; f++) {
		if (isnan(vector.value[f]))
			continue;
		if (feature_scale(f)->choices)
			report_json_string(text, feature_info(f)->name, feature_choice(f, vector.value[f]));
		else
			report_json_real(text, feature_info(f)->name, vector.value[f]);
	}
	g_string_append_c(text, '}');
}

/* 0: a flow log does not tell what it takes. */
static double length_or_nothing(float mean)
{
	return mean > 0 ? (double)mean : NAN;
}

static void json_channel(GString *text, const struct report_scan *scan, const struct channel *c, enum verdict_kind kind)
{
	json_begin(text, "channel");
	report_json_string(text, "verdict", verdict_kind_name(kind));
	report_json_string(text, "direction", verdict_direction_name((enum verdict_direction)c->direction));
	report_json_address(text, "inside_h", channels_host(scan->channels, c->host)->addr);
	if (!c->inbound)
		report_json_address(text, "server", c->server);
	report_json_uint(text, "port", c->port);
	report_json_string(text, "proto", report_proto_name(c->proto));
	report_json_key(text, "services");
	json_set(text, c->services, TANPA_N_SERVICES, report_service_name);
	report_json_strings(text, "names", c->names, channel_n_names(c));
	report_json_insight(text, channels_insight(scan->channels, c));
	report_json_uint(text, "sessions", c->sessions);
	report_json_uint(text, "short_sessions", c->short_sessions);
	report_json_key(text, "by_verdict");
	g_string_append_c(text, '{');
	for (int k = 0; k < VERDICT_N_JUDGED; k++)
		if (c->by_kind[k])
			report_json_uint(text, verdict_kind_name((enum verdict_kind)k), c->by_kind[k]);
	g_string_append_c(text, '}');
	report_json_time(text, "first", c->first_ns);
	report_json_time(text, "last", c->last_ns);
	report_json_key(text, "longest");
	report_append_seconds(text, (int64_t)((double)c->longest_s * 1e9));
	report_json_uint(text, "sent", c->sent);
	report_json_uint(text, "received", c->received);
	if (c->sideless > 0)
		report_json_uint(text, "sideless_sessions", c->sideless);
	report_json_real(text, "mean_packet_length_min", length_or_nothing(c->mean_length_min));
	report_json_real(text, "mean_packet_length_max", length_or_nothing(c->mean_length_max));
	report_json_key(text, "received_content");
	json_set(text, c->contents, TANPA_N_CONTENTS, report_content_name);
	report_json_uint(text, "executables", c->executables);
	report_json_key(text, "http_methods");
	json_set(text, c->methods, TANPA_N_HTTP_METHODS, report_method_name);
	if (c->status_min) {
		report_json_uint(text, "http_status_min", c->status_min);
		report_json_uint(text, "http_status_max", c->status_max);
	}
	report_json_uint(text, "attempts", channel_attempts(c));
	json_measures(text, scan, c);
	g_string_append(text, "}\n");
}

static void json_fanout(GString *text, const struct fanout_group *g)
{
	json_begin(text, "propagation");
	report_json_address(text, "inside_h", g->host);
	report_json_uint(text, "port", g->port);
	report_json_string(text, "proto", report_proto_name(g->proto));
	report_json_uint(text, "attempts", g->attempts);
	report_json_uint(text, "refused", g->refused);
	report_json_uint(text, "destinations", g->destinations);
	report_json_time(text, "first", g->first_ns);
	report_json_time(text, "last", g->last_ns);
	g_string_append(text, "}\n");
}

static void json_fanouts(struct report_out *out, const struct report_scan *scan)
{
	const GPtrArray *fanouts = report_scan_fanouts(scan);
	for (guint i = 0; i < fanouts->len; i++) {
		json_fanout(out->text, g_ptr_array_index(fanouts, i));
		report_out_pass(out);
	}
}

static void json_head(struct report_out *out, const struct report_scan *scan, guint most_findings)
{
	json_scan(out->text, scan);
	for (guint i = 0; i < scan->n_inputs; i++)
		json_input(out->text, &scan->inputs[i]);
	report_findings_json(out, scan, most_findings);
}

void report_scan_json_summary(struct report_out *out, const struct report_scan *scan, guint most_findings)
{
	json_head(out, scan, most_findings);
	json_fanouts(out, scan);
}

void report_scan_json(struct report_out *out, const struct report_scan *scan)
{
	json_head(out, scan, G_MAXUINT);
	for (gsize k = 0; k < REPORT_SCAN_KINDS; k++) {
		guint total;
		g_autoptr(GPtrArray) list = report_scan_channels(scan, report_scan_kinds[k], 0, &total);
		for (guint i = 0; i < list->len; i++) {
			if (channel_kind(g_ptr_array_index(list, i)) == report_scan_kinds[k]) /* each channel once */
				json_channel(out->text, scan, g_ptr_array_index(list, i), report_scan_kinds[k]);
			report_out_pass(out);
		}
	}
	json_fanouts(out, scan);
}
