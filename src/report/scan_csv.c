/* The summary as CSV: one row per channel, per service that was never got through to, and per fan-out. */
#include <math.h>

#include "base/net.h"
#include "report/names.h"
#include "report/scan.h"

/* A number, or nothing. */
static void append_real(GString *text, double real)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	g_string_append_c(text, ',');
	if (!isnan(real))
		g_string_append(text, g_ascii_formatd(number, sizeof number, "%.6g", real));
}

static void append_times(GString *text, int64_t first_ns, int64_t last_ns)
{
	report_append_time(text, first_ns);
	g_string_append_c(text, ',');
	report_append_time(text, last_ns);
}

/* Who, with what service. */
static void append_key(GString *text, const struct report_scan *scan, const struct channel *c, enum verdict_kind kind)
{
	char host[NET_TEXT], server[NET_TEXT] = "";
	if (!c->inbound)
		net_address_text(c->server, server);
	g_string_append_printf(text, "%s,%s,%s,%u,%s,", verdict_kind_name(kind),
			       net_address_text(channels_host(scan->channels, c->host)->addr, host), server, c->port,
			       report_proto_name(c->proto));
	for (uint8_t service = 1, any = 0; service < TANPA_N_SERVICES; service++)
		if (c->services & 1u << service)
			g_string_append_printf(text, any++ ? "+%s" : "%s", report_service_name(service));
	g_string_append_c(text, ',');
	report_append_csv_string(text, c->names[0]);
}

/* "c2:9+download:1" */
static void append_verdicts(GString *text, const struct channel *c)
{
	for (int kind = 0, any = 0; kind < VERDICT_N_JUDGED; kind++)
		if (c->by_kind[kind])
			g_string_append_printf(text, any++ ? "+%s:%u" : "%s:%u",
					       verdict_kind_name((enum verdict_kind)kind), c->by_kind[kind]);
}

static void append_finding(GString *text, const struct report_scan *scan, int finding)
{
	if (finding == REPORT_NO_FINDING) {
		g_string_append(text, ",,\n");
		return;
	}
	const struct finding_entry *entry = &g_array_index(scan->findings->list, struct finding_entry, (guint)finding);
	g_string_append_printf(text, ",%s,%s\n", finding_kind_name((enum finding_kind)entry->kind),
			       finding_severity_name((enum model_level)entry->severity));
}

static void append_channel(GString *text, const struct report_scan *scan, const struct channel *c,
			   enum verdict_kind kind, int finding)
{
	append_key(text, scan, c, kind);
	g_string_append_printf(text, ",%u,%u,", c->sessions, c->short_sessions);
	append_times(text, c->first_ns, c->last_ns);
	g_string_append_printf(text, ",%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT, c->sent, c->received);
	append_real(text, c->mean_length_min > 0 ? (double)c->mean_length_min : NAN); /* 0: not known, or attempts */
	append_real(text, c->mean_length_max > 0 ? (double)c->mean_length_max : NAN);
	g_string_append_c(text, ',');
	append_real(text, (double)c->score);
	append_real(text, scan->beacons && !c->inbound ? beacons_get(scan->beacons, c).score : NAN);
	g_string_append_printf(text, ",%s,", verdict_direction_name((enum verdict_direction)c->direction));
	append_verdicts(text, c);
	g_string_append_printf(text, ",%u", channel_attempts(c));
	append_finding(text, scan, finding);
}

static void append_fanout(GString *text, const struct fanout_group *g)
{
	char host[NET_TEXT];
	g_string_append_printf(text, "propagation,%s,,%u,%s,,,%" G_GUINT64_FORMAT ",,", net_address_text(g->host, host),
			       g->port, report_proto_name(g->proto), g->attempts);
	append_times(text, g->first_ns, g->last_ns);
	g_string_append_printf(text, ",,,,,%u,,,,,%" G_GUINT64_FORMAT ",,\n", g->destinations, g->attempts);
}

/* Each channel with payload once, in their order. */
static void append_channels(struct report_out *out, const struct report_scan *scan, GHashTable *findings)
{
	for (gsize k = 0; k < REPORT_SCAN_KINDS; k++) {
		guint total;
		g_autoptr(GPtrArray) list = report_scan_channels(scan, report_scan_kinds[k], 0, &total);
		for (guint i = 0; i < list->len; i++) {
			const struct channel *c = g_ptr_array_index(list, i);
			if (channel_kind(c) == report_scan_kinds[k])
				append_channel(out->text, scan, c, report_scan_kinds[k],
					       report_scan_finding_of(findings, c));
			report_out_pass(out);
		}
	}
}

/* Findings about services that were never got through to. */
static void append_failed(struct report_out *out, const struct report_scan *scan)
{
	for (guint i = 0; i < scan->findings->list->len; i++) {
		const struct finding_entry *entry = &g_array_index(scan->findings->list, struct finding_entry, i);
		const struct channel *c = channels_get(scan->channels, entry->channel);
		if (c->sessions == 0 && report_scan_selects_finding(scan, i))
			append_channel(out->text, scan, c, VERDICT_ATTEMPT, (int)i);
		report_out_pass(out);
	}
}

void report_scan_csv(struct report_out *out, const struct report_scan *scan)
{
	g_autoptr(GHashTable) findings = report_scan_findings_by_channel(scan);
	const GPtrArray *fanouts = report_scan_fanouts(scan);
	g_string_append(
		out->text,
		"verdict,inside_h,server,port,proto,service,name,sessions,short_sessions,first,last,sent,received,"
		"mean_packet_length_min,mean_packet_length_max,destinations,score,beacon,direction,by_verdict,attempts,"
		"kind,severity\n");
	append_channels(out, scan, findings);
	append_failed(out, scan);
	for (guint i = 0; i < fanouts->len; i++)
		append_fanout(out->text, g_ptr_array_index(fanouts, i));
}
