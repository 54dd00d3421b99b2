/* Findings, for people and for programs. */
#include <math.h>
#include <string.h>

#include "base/net.h"
#include "report/finding.h"
#include "report/json.h"
#include "report/names.h"
#include "report/scan.h"

/* ---- for people ---- */

static void append_address(GString *text, const struct channel *c)
{
	char address[NET_TEXT];
	if (c->inbound) {
		g_string_append_printf(text, "port %u/%s", c->port, report_proto_name(c->proto));
		return;
	}
	net_address_text(c->server, address);
	g_string_append_printf(text, strchr(address, ':') ? "[%s]:%u/%s" : "%s:%u/%s", address, c->port,
			       report_proto_name(c->proto));
}

void report_append_service(GString *text, const struct channel *c)
{
	char address[NET_TEXT];
	const char *before = " (";
	append_address(text, c);
	net_address_text(c->server, address);
	for (int i = 0; i < CHANNEL_NAMES && c->names[i]; i++) {
		gsize n = strlen(address);
		if (strncmp(c->names[i], address, n) == 0 && strchr(":", c->names[i][n]) != NULL)
			continue; /* the address again, with its port or without */
		g_string_append(text, before);
		report_append_printable(text, c->names[i]);
		before = ", ";
	}
	if (*before == ',')
		g_string_append_c(text, ')');
}

static void append_severity(GString *text, const struct report_scan *scan, const struct finding *f)
{
	static const char *const colors[MODEL_N_LEVELS] = {"36", "33", "1;31"};
	const char *name = finding_severity_name(f->severity);
	if (scan->color)
		g_string_append_printf(text, "  \033[%sm%-6s\033[0m ", colors[f->severity], name);
	else
		g_string_append_printf(text, "  %-6s ", name);
}

/* "libndpi: TLS, self-signed certificate, known protocol on another port" */
static void append_insight(GString *text, const struct insight *insight)
{
	if (insight == NULL)
		return;
	g_string_append(text, "\n                  libndpi: ");
	report_append_printable(text, insight->app_protocol);
	for (uint8_t risk = 0; risk < TANPA_N_RISKS; risk++)
		if (insight->risks >> risk & 1)
			g_string_append_printf(text, ", %s", report_risk_words(risk));
}

static void append_finding(GString *text, const struct report_scan *scan, const struct finding *f)
{
	char address[NET_TEXT];
	append_severity(text, scan, f);
	if (f->kind == FINDING_CONTROL)
		g_string_append_printf(text, f->score < .995 ? "%4.0f %%  " : ">%3.0f %%  ", MIN(100 * f->score, 99));
	else
		g_string_append(text, "failed  ");
	g_string_append_printf(text, "%s > ",
			       net_address_text(channels_host(scan->channels, f->channel->host)->addr, address));
	report_append_service(text, f->channel);
	for (int i = 0; i < FINDING_TECHNIQUES && f->technique[i]; i++)
		g_string_append_printf(text, "%s%s", i ? " " : "  ", f->technique[i]);
	g_string_append(text, f->allowed ? "  [allowed]\n" : "\n");
	g_string_append_printf(text, "                  %s; from ", f->facts);
	report_append_local_time(text, f->channel->first_ns, scan->zone);
	if (f->channel->last_ns - f->channel->first_ns >= 1000000000) {
		g_string_append(text, " over ");
		report_append_duration(text, f->channel->last_ns - f->channel->first_ns);
	}
	append_insight(text, channels_insight(scan->channels, f->channel));
	const char *before = "\n                  why: ";
	for (int i = 0; i < FINDING_EVIDENCE && f->evidence[i].words; i++) {
		g_string_append_printf(text, "%s%s", before, f->evidence[i].words);
		before = "; ";
	}
	if (f->kind == FINDING_FAILED)
		g_string_append(text, "\n                  why: tried again and again, and never answered");
	if (f->plain_rule)
		g_string_append(text, "; the paper's rule, too");
	g_string_append_c(text, '\n');
}

/* A rhythm of an hour cannot be seen in less. */
#define SHORT_NS (INT64_C(7200) * 1000000000)

/* Looked, and found nothing. */
static void append_no_finding(GString *text, const struct report_scan *scan)
{
	const struct findings *f = scan->findings;
	enum feature_model part = 2 * f->by_flows > f->scored ? FEATURE_OF_FLOWS : FEATURE_OF_PACKETS;
	g_string_append_printf(
		text,
		"\nNo finding: none of %u service%s looks like control enough to be worth a look. That is no "
		"all-clear:\nthe model passes over %.0f %% of the control services of families that it has not seen",
		f->scored, f->scored == 1 ? "" : "s", 100 * f->model->part[part].missed);
	if (scan->last_ns - scan->first_ns < SHORT_NS) {
		g_string_append(text, ", and one that calls once an hour need not be in ");
		report_append_duration(text, scan->last_ns - scan->first_ns);
	}
	g_string_append(text, ".\n");
}

/* "2 are not TCP, of 1 …": why services with payload have no score. */
static void append_not_scored(GString *text, const struct findings *f)
{
	const struct {
		guint n;
		const char *one, *several;
	} reasons[] = {{f->not_tcp, "1 is not TCP", "%u are not TCP"},
		       {f->inbound, "1 is an inside host's own", "%u are the inside hosts' own"},
		       {f->to_many, "1 goes to many at once", "%u go to many at once"},
		       {f->sideless, "of 1 the flow log does not tell who sent how much",
			"of %u the flow log does not tell who sent how much"}};
	const char *before = "";
	for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++) {
		if (reasons[i].n == 0)
			continue;
		g_string_append(text, before);
		g_string_append_printf(text, reasons[i].n == 1 ? reasons[i].one : reasons[i].several, reasons[i].n);
		before = "; ";
	}
}

/* Why there is nothing to find, or may be more. */
static void append_nothing(GString *text, const struct report_scan *scan)
{
	const struct findings *f = scan->findings;
	bool only_outside = scan->sessions > 0 && scan->sessions == scan->by_direction[VERDICT_EXTERNAL];
	if (scan->packets == 0 && scan->records == 0) {
		g_string_append(text, "\nNothing eligible: no packets.\n");
	} else if (scan->sessions + scan->attempts == 0) {
		g_string_append(text, "\nNothing eligible: no packet of a session.\n");
	} else if (scan->sessions == 0 && f->list->len == 0) {
		g_string_append(text, "\nNothing eligible: no session carried payload, there are only attempts.\n");
	} else if (f->scored == 0 && f->list->len == 0) {
		g_string_append(text, "\nNothing eligible: of the services with payload none can be scored: ");
		append_not_scored(text, f);
		g_string_append(text, ".\n");
	} else if (f->list->len == 0) {
		append_no_finding(text, scan);
	}
	if (f->sideless > 0 && (f->scored > 0 || f->list->len > 0))
		g_string_append_printf(
			text,
			"\nNote: %u service%s not scored, because the flow log does not tell who sent how "
			"much.\n",
			f->sideless, f->sideless == 1 ? " is" : "s are");
	if (only_outside)
		g_string_append(text, "\nNote: no session has an inside host; initiators are taken for it. "
				      "Name yours with --inside.\n");
}

void report_append_findings(GString *text, const struct report_scan *scan)
{
	struct findings *findings = scan->findings;
	const struct report_selection *selection = scan->selection;
	guint allowed = selection ? selection->n_allowed : findings->allowed, hidden = scan->show_allowed ? 0 : allowed;
	guint all = (selection ? selection->n_findings : findings->list->len) - hidden, shown = 0;
	append_nothing(text, scan);
	if (all > 0) {
		g_string_append_printf(text, scan->color ? "\n\033[1mFindings\033[0m" : "\nFindings");
		g_string_append_printf(text, ": %u, most likely control first; %u service%s scored\n", all,
				       findings->scored, findings->scored == 1 ? "" : "s");
	}
	if (selection == NULL)
		findings_sort(findings, scan->max_rows ? scan->max_rows + hidden : 0);
	for (guint i = 0; i < findings->list->len && (scan->max_rows == 0 || shown < scan->max_rows); i++) {
		struct finding f;
		if (!report_scan_shows_finding(scan, i))
			continue;
		finding_tell(findings, i, &f);
		append_finding(text, scan, &f);
		finding_clear(&f);
		shown++;
	}
	if (shown < all)
		g_string_append_printf(text, "  … and %u more (--all shows them)\n", all - shown);
	if (hidden > 0)
		g_string_append_printf(text,
				       "\nOn the allow list and not shown: %u finding%s (--show-allowed shows them)\n",
				       hidden, hidden == 1 ? "" : "s");
}

/* ---- for programs ---- */

void report_json_insight(GString *text, const struct insight *insight)
{
	const char *comma = "";
	if (insight == NULL)
		return;
	report_json_string(text, "app_protocol", insight->app_protocol);
	report_json_key(text, "risks");
	g_string_append_c(text, '[');
	for (uint8_t risk = 0; risk < TANPA_N_RISKS; risk++) {
		if (!(insight->risks >> risk & 1))
			continue;
		g_string_append(text, comma);
		report_append_json_string(text, report_risk_name(risk));
		comma = ",";
	}
	g_string_append_c(text, ']');
}

static void json_evidence(GString *text, const struct finding *f)
{
	report_json_key(text, "evidence");
	g_string_append_c(text, '[');
	for (int i = 0; i < FINDING_EVIDENCE && f->evidence[i].words; i++) {
		g_string_append(text, i ? ",{" : "{");
		report_json_string(text, "feature", feature_info(f->evidence[i].feature)->name);
		report_json_real(text, "effect", f->evidence[i].effect);
		report_json_string(text, "words", f->evidence[i].words);
		g_string_append_c(text, '}');
	}
	g_string_append_c(text, ']');
}

static void json_finding(GString *text, const struct report_scan *scan, const struct finding *f, guint rank)
{
	const struct channel *c = f->channel;
	g_autoptr(GString) select = g_string_new(NULL);
	g_string_append_c(text, '{');
	report_json_string(text, "type", "finding");
	report_json_uint(text, "v", REPORT_SCAN_VERSION);
	report_json_uint(text, "rank", rank);
	report_json_string(text, "kind", finding_kind_name(f->kind));
	report_json_string(text, "severity", finding_severity_name(f->severity));
	report_json_real(text, "score", f->score);
	report_json_bool(text, "allowed", f->allowed);
	report_json_bool(text, "plain_rule", f->plain_rule);
	report_json_address(text, "inside_h", channels_host(scan->channels, c->host)->addr);
	report_json_address(text, "server", c->server);
	report_json_uint(text, "port", c->port);
	report_json_string(text, "proto", report_proto_name(c->proto));
	report_json_strings(text, "names", c->names, channel_n_names(c));
	report_json_insight(text, channels_insight(scan->channels, c));
	report_json_uint(text, "sessions", c->sessions);
	report_json_uint(text, "attempts", channel_attempts(c));
	report_json_time(text, "first", c->first_ns);
	report_json_time(text, "last", c->last_ns);
	report_json_string(text, "facts", f->facts);
	json_evidence(text, f);
	report_json_key(text, "techniques");
	g_string_append_c(text, '[');
	for (int i = 0; i < FINDING_TECHNIQUES && f->technique[i]; i++)
		g_string_append_printf(text, "%s\"%s\"", i ? "," : "", f->technique[i]);
	g_string_append_c(text, ']');
	report_append_select(select, scan, c);
	report_json_string(text, "select", select->str);
	g_string_append(text, "}\n");
}

void report_findings_json(struct report_out *out, const struct report_scan *scan, guint most)
{
	findings_sort(scan->findings, most == G_MAXUINT ? 0 : most);
	for (guint i = 0; i < MIN(scan->findings->list->len, most); i++) {
		struct finding f;
		if (!report_scan_selects_finding(scan, i))
			continue;
		finding_tell(scan->findings, i, &f);
		json_finding(out->text, scan, &f, i + 1);
		finding_clear(&f);
		report_out_pass(out);
	}
}
