#include "report/zeek.h"

#include <string.h>

#include "base/net.h"
#include "report/names.h"

/* "#open" or "#close" with its time; Zeek's is when it wrote, ours is the traffic's, so that a replay writes the same.
 */
static void append_stamp(GString *text, const char *tag, int64_t ns)
{
	if (ns == TANPA_NEVER)
		return;
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(ns / 1000000000);
	g_autofree char *stamp = g_date_time_format(time, "%Y-%m-%d-%H-%M-%S");
	g_string_append_printf(text, "#%s\t%s\n", tag, stamp);
}

void report_zeek_prolog(struct report_out *out, const struct report_session_context *context)
{
	g_string_append(out->text, "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n"
				   "#path\tconn\n");
	append_stamp(out->text, "open", context->first_ns);
	g_string_append(
		out->text,
		"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\t"
		"resp_bytes\tconn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\t"
		"resp_pkts\tresp_ip_bytes\ttunnel_parents");
	for (gsize i = 0; i < report_n_fields; i++)
		if (report_fields[i].zeek_type)
			g_string_append_printf(out->text, "\ttanpa_%s", report_fields[i].name);
	g_string_append(
		out->text,
		"\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\t"
		"bool\tcount\tstring\tcount\tcount\tcount\tcount\tset[string]");
	for (gsize i = 0; i < report_n_fields; i++)
		if (report_fields[i].zeek_type)
			g_string_append_printf(out->text, "\t%s", report_fields[i].zeek_type);
	g_string_append_c(out->text, '\n');
}

/* "C" and 17 letters and digits, the same for the same session in every run. */
static void append_uid(GString *text, const struct tanpa_session *s)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	uint8_t bytes[20];
	gsize len = sizeof bytes;
	int64_t start = GINT64_TO_BE(tanpa_session_start_ns(s));
	uint16_t ports[2] = {GUINT16_TO_BE(s->port[0]), GUINT16_TO_BE(s->port[1])};
	g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
	g_checksum_update(sha1, (const guchar *)&start, sizeof start);
	g_checksum_update(sha1, (const guchar *)s->addr, sizeof s->addr);
	g_checksum_update(sha1, (const guchar *)ports, sizeof ports);
	g_checksum_update(sha1, &s->proto, sizeof s->proto);
	g_checksum_get_digest(sha1, bytes, &len);
	g_string_append_c(text, 'C');
	for (int i = 0; i < 17; i++)
		g_string_append_c(text, digits[bytes[i] % 62]);
}

static void append_field(GString *text, const char *value)
{
	g_string_append_c(text, '\t');
	g_string_append(text, value ? value : "-");
}

static void append_uint(GString *text, uint64_t n)
{
	g_string_append_c(text, '\t');
	report_append_uint(text, n);
}

/* Seconds since the epoch, or of an interval. */
static void append_seconds(GString *text, int64_t ns)
{
	g_string_append_c(text, '\t');
	report_append_seconds(text, ns);
}

/* A moment, to the ns where it is so fine. */
static void append_moment(GString *text, int64_t ns)
{
	report_append_seconds(text, ns);
	if (ns % 1000)
		g_string_append_printf(text, "%03u", (unsigned)(((ns % 1000) + 1000) % 1000));
}

/* A string with Zeek's escapes of what would end a field or be taken for one that is not set. */
static void append_escaped(GString *text, const char *string)
{
	g_autofree char *fixed = g_utf8_validate(string, -1, NULL) ? NULL : g_utf8_make_valid(string, -1);
	string = fixed ? fixed : string;
	if (strcmp(string, "-") == 0 || strcmp(string, "(empty)") == 0) {
		g_string_append_printf(text, "\\x%02x", (unsigned)*string);
		string++;
	}
	for (; *string; string++)
		if ((unsigned char)*string < 0x20 || *string == 0x7f || *string == '\\')
			g_string_append_printf(text, "\\x%02x", (unsigned)*string);
		else
			g_string_append_c(text, *string);
}

/* What a conn.log has no field for. */
static void append_extras(GString *text, const struct report_row *row)
{
	g_autoptr(GString) scratch = g_string_new(NULL);
	for (gsize i = 0; i < report_n_fields; i++) {
		struct report_value value = {0};
		if (report_fields[i].zeek_type == NULL)
			continue;
		g_string_truncate(scratch, 0);
		report_fields[i].get(row, &value, scratch);
		g_string_append_c(text, '\t');
		if (value.unset)
			g_string_append_c(text, '-');
		else if (report_fields[i].type == REPORT_TIME || report_fields[i].type == REPORT_SECONDS)
			append_moment(text, value.ns);
		else if (report_fields[i].type == REPORT_UINT)
			report_append_uint(text, value.uint);
		else
			append_escaped(text, value.string);
	}
}

void report_zeek_record(struct report_out *out, const struct report_row *row,
			const struct report_session_context *context)
{
	const struct tanpa_session *s = row->session;
	const struct net_list *inside = row->options->inside;
	GString *text = out->text;
	char address[NET_TEXT];
	int64_t start = tanpa_session_start_ns(s), duration = tanpa_session_end_ns(s) - start;
	(void)context;

	report_append_seconds(text, start);
	g_string_append_c(text, '\t');
	append_uid(text, s);
	for (unsigned side = 0; side < 2; side++) {
		append_field(text, net_address_text(s->addr[side], address));
		append_uint(text, s->port[side]);
	}
	append_field(text, report_proto_name(s->proto));
	append_field(text, report_service_name(s->service));
	if (duration > 0 || tanpa_session_payload(s) > 0) { /* Zeek leaves these unset for a single packet */
		append_seconds(text, duration);
		append_uint(text, s->flow[TANPA_ORIG].payload_bytes);
		append_uint(text, s->flow[TANPA_RESP].payload_bytes);
	} else {
		g_string_append(text, "\t-\t-\t-");
	}
	append_field(text, report_conn_state_name(s->conn_state));
	append_field(text, net_list_contains(inside, s->addr[TANPA_ORIG]) ? "T" : "F");
	append_field(text, net_list_contains(inside, s->addr[TANPA_RESP]) ? "T" : "F");
	append_uint(text, s->flow[0].missed_bytes + s->flow[1].missed_bytes);
	append_field(text, *s->history ? s->history : NULL);
	for (unsigned side = 0; side < 2; side++) {
		append_uint(text, s->flow[side].packets);
		append_uint(text, s->flow[side].ip_bytes);
	}
	g_string_append(text, "\t-");
	append_extras(text, row);
	g_string_append_c(text, '\n');
}

void report_zeek_epilog(struct report_out *out, const struct report_session_context *context)
{
	append_stamp(out->text, "close", context->last_ns);
}
