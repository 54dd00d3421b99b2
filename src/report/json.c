#include "report/json.h"

#include <math.h>

#include "base/net.h"
#include "report/out.h"
#include "tanpa/session.h"

void report_json_key(GString *text, const char *name)
{
	char last = text->str[text->len - 1];
	g_string_append_printf(text, "%s\"%s\":", last == '{' ? "" : ",", name);
}

void report_json_string(GString *text, const char *name, const char *value)
{
	report_json_key(text, name);
	report_append_json_string(text, value);
}

void report_json_uint(GString *text, const char *name, uint64_t value)
{
	report_json_key(text, name);
	report_append_uint(text, value);
}

void report_json_real(GString *text, const char *name, double value)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	report_json_key(text, name);
	g_string_append(text, isfinite(value) ? g_ascii_formatd(number, sizeof number, "%.6g", value) : "null");
}

void report_json_time(GString *text, const char *name, int64_t ns)
{
	report_json_key(text, name);
	if (ns == TANPA_NEVER) {
		g_string_append(text, "null");
		return;
	}
	g_string_append_c(text, '"');
	report_append_time(text, ns);
	g_string_append_c(text, '"');
}

void report_json_address(GString *text, const char *name, const uint8_t addr[16])
{
	char address[NET_TEXT];
	report_json_string(text, name, net_address_text(addr, address));
}

void report_json_bool(GString *text, const char *name, bool value)
{
	report_json_key(text, name);
	g_string_append(text, value ? "true" : "false");
}

void report_json_strings(GString *text, const char *name, const char *const *strings, gsize n)
{
	report_json_key(text, name);
	for (gsize i = 0; i < n; i++) {
		g_string_append_c(text, i ? ',' : '[');
		report_append_json_string(text, strings[i]);
	}
	g_string_append(text, n ? "]" : "[]");
}
