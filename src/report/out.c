#include "report/out.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tanpa/session.h"

enum { PASS_BYTES = 64 << 10 };

void report_out_init(struct report_out *out, int fd)
{
	*out = (struct report_out){.text = g_string_sized_new(2 * PASS_BYTES), .fd = fd};
}

static void write_all(struct report_out *out)
{
	gsize at = 0;
	while (at < out->text->len && out->error == 0) {
		gssize wrote = write(out->fd, out->text->str + at, out->text->len - at);
		if (wrote >= 0)
			at += (gsize)wrote;
		else if (errno != EINTR)
			out->error = errno;
	}
	g_string_truncate(out->text, 0);
}

void report_out_pass(struct report_out *out)
{
	if (out->fd >= 0 && out->text->len >= PASS_BYTES)
		write_all(out);
}

bool report_out_finish(struct report_out *out, GError **error)
{
	write_all(out);
	g_string_free(out->text, TRUE);
	out->text = NULL;
	if (out->error)
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(out->error), "cannot write: %s",
			    g_strerror(out->error));
	return out->error == 0;
}

static void append_digits(GString *text, uint64_t n, unsigned width)
{
	char digits[20];
	unsigned at = sizeof digits;
	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n || sizeof digits - at < width);
	g_string_append_len(text, digits + at, (gssize)(sizeof digits - at));
}

void report_append_uint(GString *text, uint64_t n)
{
	append_digits(text, n, 1);
}

/* Whole seconds and the rest, the rest never negative. */
static int64_t split(int64_t ns, uint32_t *rest)
{
	int64_t s = ns / 1000000000, r = ns % 1000000000;
	if (r < 0) {
		r += 1000000000;
		s--;
	}
	*rest = (uint32_t)r;
	return s;
}

void report_append_time(GString *text, int64_t ns)
{
	struct tm tm;
	uint32_t rest;
	if (ns == TANPA_NEVER) {
		g_string_append_c(text, '-');
		return;
	}
	time_t s = (time_t)split(ns, &rest);
	gmtime_r(&s, &tm);
	append_digits(text, (uint64_t)tm.tm_year + 1900, 4);
	g_string_append_c(text, '-');
	append_digits(text, (uint64_t)tm.tm_mon + 1, 2);
	g_string_append_c(text, '-');
	append_digits(text, (uint64_t)tm.tm_mday, 2);
	g_string_append_c(text, 'T');
	append_digits(text, (uint64_t)tm.tm_hour, 2);
	g_string_append_c(text, ':');
	append_digits(text, (uint64_t)tm.tm_min, 2);
	g_string_append_c(text, ':');
	append_digits(text, (uint64_t)tm.tm_sec, 2);
	g_string_append_c(text, '.');
	if (rest % 1000)
		append_digits(text, rest, 9);
	else
		append_digits(text, rest / 1000, 6);
	g_string_append_c(text, 'Z');
}

void report_append_local_time(GString *text, int64_t ns, GTimeZone *zone)
{
	uint32_t rest;
	g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(split(ns, &rest));
	g_autoptr(GDateTime) local = utc ? g_date_time_to_timezone(utc, zone) : NULL;
	g_autofree char *formatted = local ? g_date_time_format(local, "%Y-%m-%d %H:%M:%S %Z") : NULL;
	g_string_append(text, formatted ? formatted : "-");
}

void report_append_seconds(GString *text, int64_t ns)
{
	if (ns < 0) {
		g_string_append_c(text, '-');
		ns = -ns;
	}
	append_digits(text, (uint64_t)ns / 1000000000, 1);
	g_string_append_c(text, '.');
	append_digits(text, (uint64_t)ns / 1000 % 1000000, 6);
}

void report_append_duration(GString *text, int64_t ns)
{
	double s = (double)ns / 1e9;
	int64_t whole = (int64_t)(s + 0.05); /* as the tenths above it are rounded */
	if (s < 0.9995)
		g_string_append_printf(text, "%.0f ms", s * 1e3);
	else if (s < 119.95)
		g_string_append_printf(text, "%.1f s", s);
	else if (whole < 2 * 3600)
		g_string_append_printf(text, "%d min %d s", (int)(whole / 60), (int)(whole % 60));
	else if (whole < 2 * 86400)
		g_string_append_printf(text, "%d h %d min", (int)(whole / 3600), (int)(whole / 60 % 60));
	else
		g_string_append_printf(text, "%" G_GINT64_FORMAT " d %d h", whole / 86400, (int)(whole / 3600 % 24));
}

void report_append_bytes(GString *text, uint64_t bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
	double n = (double)bytes / 1000;
	unsigned unit = 0;
	if (bytes < 1000) {
		g_string_append_printf(text, "%u B", (unsigned)bytes);
		return;
	}
	for (; n >= 999.5 && unit + 1 < G_N_ELEMENTS(units); unit++)
		n /= 1000;
	g_string_append_printf(text, n < 99.95 ? "%.1f %s" : "%.0f %s", n, units[unit]);
}

void report_append_count(GString *text, uint64_t n)
{
	gsize at = text->len;
	append_digits(text, n, 1);
	for (gsize i = text->len; i > at + 3; i -= 3)
		g_string_insert_c(text, (gssize)i - 3, ',');
}

void report_append_json_string(GString *text, const char *string)
{
	if (string == NULL) {
		g_string_append(text, "null");
		return;
	}
	g_autofree char *fixed = g_utf8_validate(string, -1, NULL) ? NULL : g_utf8_make_valid(string, -1);
	g_string_append_c(text, '"');
	for (const char *c = fixed ? fixed : string; *c; c++) {
		if (*c == '"' || *c == '\\')
			g_string_append_c(text, '\\');
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			g_string_append_printf(text, "\\u%04x", (unsigned)*c);
		else
			g_string_append_c(text, *c);
	}
	g_string_append_c(text, '"');
}

void report_append_csv_string(GString *text, const char *string)
{
	if (string == NULL)
		return;
	g_autofree char *fixed = g_utf8_validate(string, -1, NULL) ? NULL : g_utf8_make_valid(string, -1);
	if (fixed)
		string = fixed;
	bool quote = strpbrk(string, ",\"\r\n\t") != NULL;
	if (quote)
		g_string_append_c(text, '"');
	if (*string && strchr("=+-@\t\r", *string) && string[1])
		g_string_append_c(text, '\'');
	for (const char *c = string; *c; c++) {
		if (*c == '"')
			g_string_append_c(text, '"');
		g_string_append_c(text, *c);
	}
	if (quote)
		g_string_append_c(text, '"');
}

void report_append_printable(GString *text, const char *string)
{
	while (*string) {
		gunichar c = g_utf8_get_char_validated(string, -1);
		if (c == (gunichar)-1 || c == (gunichar)-2 || !g_unichar_isprint(c)) {
			g_string_append_printf(text, "\\x%02x", (unsigned char)*string++);
			continue;
		}
		const char *next = g_utf8_next_char(string);
		g_string_append_len(text, string, next - string);
		string = next;
	}
}
