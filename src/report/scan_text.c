/* The summary for people: one line of evidence each. */
#include <string.h>

#include "base/net.h"
#include "report/names.h"
#include "report/scan.h"

static const struct {
	enum verdict_kind kind;
	const char *title;
} sections[] = {
	{VERDICT_C2, "Short packets: the paper's rule for control"},
	{VERDICT_DOWNLOAD, "Downloads"},
	{VERDICT_UPLOAD, "Uploads"},
	{VERDICT_INTRUSION, "Intrusions"},
};

static void append_plural(GString *text, uint64_t n, const char *noun)
{
	report_append_count(text, n);
	g_string_append_printf(text, " %s%s", noun, n == 1 ? "" : "s");
}

static void append_title(GString *text, const struct report_scan *scan, const char *title)
{
	g_string_append_printf(text, scan->color ? "\n\033[1m%s\033[0m" : "\n%s", title);
}

static void append_inputs(GString *text, const struct report_scan *scan)
{
	guint read = 0;
	for (guint i = 0; i < scan->n_inputs; i++)
		read += scan->inputs[i].format != NULL;
	append_plural(text, read, "file");
	g_string_append(text, ", ");
	append_plural(text, scan->packets, "packet");
	if (scan->records > 0) {
		g_string_append(text, ", ");
		append_plural(text, scan->records, "flow record");
	}
	if (scan->first_ns != TANPA_NEVER) {
		g_string_append(text, ", ");
		report_append_local_time(text, scan->first_ns, scan->zone);
		g_string_append(text, " to ");
		report_append_local_time(text, scan->last_ns, scan->zone);
		g_string_append(text, " (");
		report_append_duration(text, scan->last_ns - scan->first_ns);
		g_string_append_c(text, ')');
	}
	g_string_append_c(text, '\n');
}

/* "3 packets in no session: 2 ICMP; 1 …" */
static void append_skips(GString *text, const struct report_skip *skips, guint n, const char *noun, const char *words)
{
	uint64_t skipped = 0;
	for (guint i = 0; i < n; i++)
		skipped += skips[i].packets;
	if (skipped == 0)
		return;
	append_plural(text, skipped, noun);
	g_string_append_printf(text, " %s:", words);
	const char *separator = " ";
	for (guint i = 0; i < n; i++) {
		if (skips[i].packets == 0)
			continue;
		g_string_append(text, separator);
		report_append_count(text, skips[i].packets);
		g_string_append_printf(text, " %s", skips[i].words);
		separator = "; ";
	}
	g_string_append_c(text, '\n');
}

static void append_sessions(GString *text, const struct report_scan *scan)
{
	append_plural(text, scan->sessions, "session");
	g_string_append(text, " with payload, ");
	append_plural(text, scan->attempts, "attempt");
	g_string_append(text, " without\n");
	append_skips(text, scan->skips, scan->n_skips, "packet", "in no session");
	append_skips(text, scan->line_skips, scan->n_line_skips, "line", "of flow logs in no session");
}

static void append_selection(GString *text, const struct report_scan *scan)
{
	if (scan->selection == NULL)
		return;
	g_string_append(text, "\nSelected: ");
	append_plural(text, scan->selection->n_channels, "service");
	g_string_append(text, " with payload, ");
	append_plural(text, scan->selection->n_findings, "finding");
	g_string_append(text, ", ");
	append_plural(text, scan->selection->fanouts->len, "fan-out");
	g_string_append_c(text, '\n');
}

/* "irc GET, POST 200" and "received pe": what the first bytes told. */
static void append_first_bytes(GString *text, const struct channel *c)
{
	for (uint8_t service = 1; service < TANPA_N_SERVICES; service++)
		if (c->services & 1u << service)
			g_string_append_printf(text, "; %s", report_service_name(service));
	for (uint8_t m = TANPA_HTTP_GET; m < TANPA_N_HTTP_METHODS; m++)
		if (c->methods & 1u << m)
			g_string_append_printf(text, " %s", report_method_name(m));
	if (c->status_min)
		g_string_append_printf(text, c->status_min == c->status_max ? " %u" : " %u to %u", c->status_min,
				       c->status_max);
	const char *comma = "; received ";
	for (uint8_t content = TANPA_CONTENT_PE; content < TANPA_N_CONTENTS; content++) {
		if (!(c->contents & 1u << content))
			continue;
		g_string_append_printf(text, "%s%s", comma, report_content_name(content));
		comma = ", ";
	}
	if (c->executables > 1)
		g_string_append_printf(text, " (%u executables)", c->executables);
}

static void append_other_kinds(GString *text, const struct channel *c, enum verdict_kind shown)
{
	for (int kind = 0; kind < VERDICT_N_JUDGED; kind++)
		if (kind != (int)shown && c->by_kind[kind])
			g_string_append_printf(text, "; also %u %s", c->by_kind[kind],
					       verdict_kind_name((enum verdict_kind)kind));
}

/* What its sessions sent and received, as far as it is known. */
static void append_volume(GString *text, const struct channel *c)
{
	if (c->mean_length_min > 0) {
		g_string_append_printf(text, "mean packet length %.1f", (double)c->mean_length_min);
		if (c->mean_length_max - c->mean_length_min >= 0.05F)
			g_string_append_printf(text, " to %.1f", (double)c->mean_length_max);
		g_string_append(text, "; ");
	}
	if (c->sideless > 0) {
		g_string_append(text, "payload ");
		report_append_bytes(text, c->sent + c->received);
		g_string_append(text, ", the flow log does not tell all of who sent what");
		return;
	}
	g_string_append(text, "sent ");
	report_append_bytes(text, c->sent);
	g_string_append(text, ", received ");
	report_append_bytes(text, c->received);
}

static void append_channel(GString *text, const struct report_scan *scan, const struct channel *c,
			   enum verdict_kind kind)
{
	g_string_append(text, "    ");
	report_append_service(text, c);
	g_string_append(text, "  ");
	if (c->by_kind[kind] < c->sessions) {
		report_append_count(text, c->by_kind[kind]);
		g_string_append(text, " of ");
	}
	append_plural(text, c->sessions, "session");
	g_string_append(text, " from ");
	report_append_local_time(text, c->first_ns, scan->zone);
	if (c->sessions > 1) {
		g_string_append(text, " over ");
		report_append_duration(text, c->last_ns - c->first_ns);
	}
	if (c->by_kind[kind] < c->sessions)
		g_string_append_printf(text, "; of all %u: ", c->sessions);
	else
		g_string_append(text, "; ");
	append_volume(text, c);
	g_string_append(text, "; longest ");
	report_append_duration(text, (int64_t)((double)c->longest_s * 1e9));
	append_first_bytes(text, c);
	append_other_kinds(text, c, kind);
	if (c->received == 0 && c->sideless == 0 && !c->inbound)
		g_string_append(text, "; never answered");
	if (c->begins_missed)
		g_string_append(text, "; begin not captured");
	if (c->direction == VERDICT_INTERNAL)
		g_string_append(text, "; both ends inside");
	if (c->direction == VERDICT_EXTERNAL)
		g_string_append(text, "; neither end inside");
	g_string_append_c(text, '\n');
}

static void append_more(GString *text, guint more)
{
	g_string_append(text, "    … and ");
	report_append_count(text, more);
	g_string_append(text, " more (--all shows them)\n");
}

static void append_section(GString *text, const struct report_scan *scan, enum verdict_kind kind, const char *title)
{
	guint total;
	g_autoptr(GPtrArray) list = report_scan_channels(scan, kind, scan->max_rows, &total);
	guint rows = scan->max_rows ? MIN(scan->max_rows, list->len) : list->len;
	if (total == 0)
		return;
	append_title(text, scan, title);
	g_string_append_printf(text, " (%s): ", verdict_kind_name(kind));
	append_plural(text, total, "service");
	if (kind == VERDICT_C2)
		g_string_append_printf(text, ", mean packet length at most %g bytes (%s)", scan->options->threshold,
				       verdict_length_name(scan->options->length));
	g_string_append_c(text, '\n');
	for (guint i = 0; i < rows; i++) {
		const struct channel *c = g_ptr_array_index(list, i);
		char address[NET_TEXT];
		if (i == 0 || ((const struct channel *)g_ptr_array_index(list, i - 1))->host != c->host)
			g_string_append_printf(text, "  %s\n",
					       net_address_text(channels_host(scan->channels, c->host)->addr, address));
		append_channel(text, scan, c, kind);
	}
	if (total > rows)
		append_more(text, total - rows);
}

static void append_fanouts(GString *text, const struct report_scan *scan)
{
	const GPtrArray *fanouts = report_scan_fanouts(scan);
	if (fanouts->len == 0)
		return;
	append_title(text, scan, "Propagation attempts");
	g_string_append(text, " (propagation)\n");
	for (guint i = 0; i < fanouts->len; i++) {
		const struct fanout_group *g = g_ptr_array_index(fanouts, i);
		char address[NET_TEXT];
		if (scan->max_rows && i == scan->max_rows) {
			append_more(text, fanouts->len - i);
			break;
		}
		g_string_append_printf(text, "  %s\n    port %u/%s  ", net_address_text(g->host, address), g->port,
				       report_proto_name(g->proto));
		append_plural(text, g->attempts, "attempt");
		g_string_append(text, " at ");
		append_plural(text, g->destinations, "destination");
		g_string_append(text, " from ");
		report_append_local_time(text, g->first_ns, scan->zone);
		g_string_append(text, " over ");
		report_append_duration(text, g->last_ns - g->first_ns);
		g_string_append(text, "; refused ");
		report_append_count(text, g->refused);
		g_string_append_c(text, '\n');
	}
}

/* Sessions of no kind are there, too. */
static void append_not_shown(GString *text, const struct report_scan *scan)
{
	guint others = 0;
	uint64_t sessions = 0;
	for (guint i = 0; i < channels_hosts(scan->channels); i++) {
		const struct channel_host *host = channels_host(scan->channels, i);
		others += host->channels_by_kind[VERDICT_OTHER];
		sessions += host->by_kind[VERDICT_OTHER];
	}
	if (sessions > 0 && scan->max_rows > 0 && scan->selection == NULL) {
		g_string_append(text, "\nNot listed: ");
		append_plural(text, sessions, "session");
		g_string_append(text, " of no kind (other), ");
		append_plural(text, others, "service");
		g_string_append(text, " with mostly such; --all lists them.\n");
	}
}

/* What the bounds of memory cost. */
static void append_bounds(GString *text, const struct report_scan *scan)
{
	if (scan->unlisted) {
		g_string_append(text, "\nNote: ");
		append_plural(text, scan->unlisted, "session");
		g_string_append(text, " of services beyond --max-channels are not listed.\n");
	}
	if (scan->unfollowed) {
		g_string_append(text, "\nNote: ");
		append_plural(text, scan->unfollowed, "attempt");
		g_string_append(text, " were too many to follow; propagation may be larger than listed.\n");
	}
}

void report_scan_text(struct report_out *out, const struct report_scan *scan)
{
	append_inputs(out->text, scan);
	append_sessions(out->text, scan);
	append_selection(out->text, scan);
	report_append_findings(out->text, scan);
	for (gsize i = 0; i < G_N_ELEMENTS(sections); i++)
		append_section(out->text, scan, sections[i].kind, sections[i].title);
	append_fanouts(out->text, scan);
	if (scan->max_rows == 0)
		append_section(out->text, scan, VERDICT_OTHER, "Other services");
	append_not_shown(out->text, scan);
	append_bounds(out->text, scan);
}
