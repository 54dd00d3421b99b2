#include "report/session_format.h"

#include <string.h>

#include "base/net.h"
#include "report/names.h"
#include "report/zeek.h"

static void nothing(struct report_out *out, const struct report_session_context *context)
{
	(void)out;
	(void)context;
}

/* ---- text, for people ---- */

static void append_endpoint(GString *text, const struct tanpa_session *s, unsigned side)
{
	char address[NET_TEXT];
	net_address_text(s->addr[side], address);
	g_string_append_printf(text, s->ipv4 ? "%s:%u" : "[%s]:%u", address, s->port[side]);
}

static void text_prolog(struct report_out *out, const struct report_session_context *context)
{
	(void)context;
	g_string_append_printf(out->text, "%-23s  %-11s  %9s  %-3s  %-42s  %9s  %9s  %7s  %-6s  %s\n", "start",
			       "verdict", "duration", "", "initiator > responder", "sent", "received", "mean", "state",
			       "what");
}

static void text_record(struct report_out *out, const struct report_row *row,
			const struct report_session_context *context)
{
	const struct tanpa_session *s = row->session;
	GString *text = out->text;
	g_autoptr(GString) part = g_string_new(NULL);

	report_append_local_time(text, tanpa_session_start_ns(s), context->zone);
	g_string_append_printf(text, "  %-11s  ", verdict_kind_name(row->verdict->kind));
	report_append_duration(part, tanpa_session_end_ns(s) - tanpa_session_start_ns(s));
	g_string_append_printf(text, "%9s  %-3s  ", part->str, report_proto_name(s->proto));
	g_string_truncate(part, 0);
	append_endpoint(part, s, TANPA_ORIG);
	g_string_append(part, " > ");
	append_endpoint(part, s, TANPA_RESP);
	g_string_append_printf(text, "%-42s  ", part->str);
	g_string_truncate(part, 0);
	report_append_bytes(part, row->verdict->sent);
	g_string_append_printf(text, "%9s  ", part->str);
	g_string_truncate(part, 0);
	report_append_bytes(part, row->verdict->received);
	g_string_append_printf(text, "%9s  ", part->str);
	if (!verdict_is_judged(row->verdict->kind))
		g_string_append_printf(text, "%7s", "-");
	else
		g_string_append_printf(text, "%7.1f", row->verdict->mean_length);
	g_string_append_printf(text, "  %-6s", report_conn_state_name(s->conn_state));
	g_string_append_c(text, ' ');

	const char *words[] = {report_service_name(s->service), report_method_name(s->http_method),
			       report_content_name(s->content[TANPA_ORIG]),
			       report_content_name(s->content[TANPA_RESP])};
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		if (words[i])
			g_string_append_printf(text, " %s", words[i]);
	if (s->http_status)
		g_string_append_printf(text, " %u", s->http_status);
	if (s->name) {
		g_string_append_c(text, ' ');
		report_append_printable(text, s->name);
	}
	while (text->str[text->len - 1] == ' ') /* the padding of a line that ends early */
		g_string_truncate(text, text->len - 1);
	g_string_append_c(text, '\n');
}

/* ---- CSV and JSON lines, from the table of fields ---- */

static void csv_prolog(struct report_out *out, const struct report_session_context *context)
{
	(void)context;
	for (gsize i = 0; i < report_n_fields; i++)
		g_string_append_printf(out->text, "%s%s", i ? "," : "", report_fields[i].name);
	g_string_append_c(out->text, '\n');
}

static void append_value(GString *text, enum report_type type, const struct report_value *value)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE], address[NET_TEXT];
	switch (type) {
	case REPORT_TIME:
		report_append_time(text, value->ns);
		break;
	case REPORT_SECONDS:
		report_append_seconds(text, value->ns);
		break;
	case REPORT_UINT:
		report_append_uint(text, value->uint);
		break;
	case REPORT_REAL:
		g_string_append(text, g_ascii_formatd(number, sizeof number, "%.6g", value->real));
		break;
	case REPORT_BOOL:
		g_string_append(text, value->boolean ? "true" : "false");
		break;
	case REPORT_STRING:
		g_string_append(text, value->string);
		break;
	case REPORT_ADDRESS:
		g_string_append(text, net_address_text(value->address, address));
		break;
	case REPORT_LIST:
	case REPORT_N_TYPES:
		break;
	}
}

/* Whether JSON has no type of its own for it, so that its text stands between quotes. */
static bool is_quoted(enum report_type type)
{
	return type == REPORT_TIME || type == REPORT_ADDRESS;
}

static void csv_record(struct report_out *out, const struct report_row *row,
		       const struct report_session_context *context)
{
	g_autoptr(GString) scratch = g_string_new(NULL);
	(void)context;
	for (gsize i = 0; i < report_n_fields; i++) {
		struct report_value value = {0};
		g_string_truncate(scratch, 0);
		report_fields[i].get(row, &value, scratch);
		if (i)
			g_string_append_c(out->text, ',');
		if (value.unset)
			continue;
		if (report_fields[i].type == REPORT_STRING)
			report_append_csv_string(out->text, value.string);
		else
			append_value(out->text, report_fields[i].type, &value);
	}
	g_string_append_c(out->text, '\n');
}

static void json_record(struct report_out *out, const struct report_row *row,
			const struct report_session_context *context)
{
	g_autoptr(GString) scratch = g_string_new(NULL);
	(void)context;
	for (gsize i = 0; i < report_n_fields; i++) {
		struct report_value value = {0};
		enum report_type type = report_fields[i].type;
		g_string_truncate(scratch, 0);
		report_fields[i].get(row, &value, scratch);
		g_string_append_printf(out->text, "%s\"%s\":", i ? "," : "{", report_fields[i].name);
		if (value.unset) {
			g_string_append(out->text, "null");
		} else if (type == REPORT_STRING) {
			report_append_json_string(out->text, value.string);
		} else if (is_quoted(type)) {
			g_string_append_c(out->text, '"');
			append_value(out->text, type, &value);
			g_string_append_c(out->text, '"');
		} else {
			append_value(out->text, type, &value);
		}
	}
	g_string_append(out->text, "}\n");
}

/* ---- the table ---- */

const struct report_session_format report_session_formats[] = {
	{"text", "a table for people", text_prolog, text_record, nothing},
	{"csv", "comma-separated, with a header (RFC 4180)", csv_prolog, csv_record, nothing},
	{"json", "one JSON object per line", nothing, json_record, nothing},
	{"zeek", "a Zeek conn.log (tab-separated)", report_zeek_prolog, report_zeek_record, report_zeek_epilog},
	{"null", "nothing: for timing", nothing, NULL, nothing},
};

const gsize report_n_session_formats = G_N_ELEMENTS(report_session_formats);

const struct report_session_format *report_session_format_find(const char *name)
{
	for (gsize i = 0; i < report_n_session_formats; i++)
		if (strcmp(report_session_formats[i].name, name) == 0)
			return &report_session_formats[i];
	return NULL;
}
