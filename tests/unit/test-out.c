/* How numbers, times and strings are written. */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "report/out.h"
#include "tanpa/session.h"

#define ASSERT_TEXT(call, expected)                           \
	do {                                                  \
		g_autoptr(GString) text = g_string_new("<");  \
		call;                                         \
		g_assert_cmpstr(text->str, ==, "<" expected); \
	} while (0)

static void test_time(void)
{
	ASSERT_TEXT(report_append_time(text, 0), "1970-01-01T00:00:00.000000Z");
	ASSERT_TEXT(report_append_time(text, INT64_C(1236927600123456000)), "2009-03-13T07:00:00.123456Z");
	ASSERT_TEXT(report_append_time(text, INT64_C(1236927600123456789)), "2009-03-13T07:00:00.123456789Z");
	ASSERT_TEXT(report_append_time(text, INT64_C(1236927600000000001)), "2009-03-13T07:00:00.000000001Z");
	ASSERT_TEXT(report_append_time(text, INT64_C(951782399999999000)), "2000-02-28T23:59:59.999999Z");
	ASSERT_TEXT(report_append_time(text, INT64_C(951782400000000000)), "2000-02-29T00:00:00.000000Z");
	ASSERT_TEXT(report_append_time(text, -1000), "1969-12-31T23:59:59.999999Z");
	ASSERT_TEXT(report_append_time(text, INT64_MAX), "2262-04-11T23:47:16.854775807Z");
	ASSERT_TEXT(report_append_time(text, TANPA_NEVER), "-");
}

static void test_local_time(void)
{
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc(), tokyo = g_time_zone_new_identifier("+09:00");
	ASSERT_TEXT(report_append_local_time(text, INT64_C(1236927600999999999), utc), "2009-03-13 07:00:00 UTC");
	ASSERT_TEXT(report_append_local_time(text, INT64_C(1236927600999999999), tokyo), "2009-03-13 16:00:00 +09:00");
	ASSERT_TEXT(report_append_local_time(text, -1, utc), "1969-12-31 23:59:59 UTC");
}

static void test_seconds(void)
{
	ASSERT_TEXT(report_append_seconds(text, 0), "0.000000");
	ASSERT_TEXT(report_append_seconds(text, 12345678999), "12.345678");
	ASSERT_TEXT(report_append_seconds(text, 999), "0.000000");
	ASSERT_TEXT(report_append_seconds(text, -1500000000), "-1.500000");
	ASSERT_TEXT(report_append_seconds(text, INT64_MAX), "9223372036.854775");
}

static void test_duration(void)
{
	const int64_t s = 1000000000;
	ASSERT_TEXT(report_append_duration(text, 0), "0 ms");
	ASSERT_TEXT(report_append_duration(text, 850000000), "850 ms");
	ASSERT_TEXT(report_append_duration(text, s), "1.0 s");
	ASSERT_TEXT(report_append_duration(text, 12345678901), "12.3 s");
	ASSERT_TEXT(report_append_duration(text, 119 * s), "119.0 s");
	ASSERT_TEXT(report_append_duration(text, 120 * s), "2 min 0 s");
	ASSERT_TEXT(report_append_duration(text, 250 * s), "4 min 10 s");
	ASSERT_TEXT(report_append_duration(text, 7199 * s), "119 min 59 s");
	ASSERT_TEXT(report_append_duration(text, 7200 * s), "2 h 0 min");
	ASSERT_TEXT(report_append_duration(text, 11520 * s), "3 h 12 min");
	ASSERT_TEXT(report_append_duration(text, 172799 * s), "47 h 59 min");
	ASSERT_TEXT(report_append_duration(text, 187200 * s), "2 d 4 h");
	ASSERT_TEXT(report_append_duration(text, INT64_MAX), "106751 d 23 h");
	/* no number that rounds up to the next unit */
	ASSERT_TEXT(report_append_duration(text, 999999999), "1.0 s");
	ASSERT_TEXT(report_append_duration(text, 120 * s - 1), "2 min 0 s");
}

static void test_bytes(void)
{
	ASSERT_TEXT(report_append_bytes(text, 0), "0 B");
	ASSERT_TEXT(report_append_bytes(text, 512), "512 B");
	ASSERT_TEXT(report_append_bytes(text, 999), "999 B");
	ASSERT_TEXT(report_append_bytes(text, 1000), "1.0 kB");
	ASSERT_TEXT(report_append_bytes(text, 1234), "1.2 kB");
	ASSERT_TEXT(report_append_bytes(text, 99949), "99.9 kB");
	ASSERT_TEXT(report_append_bytes(text, 99950), "100 kB");
	ASSERT_TEXT(report_append_bytes(text, 999499), "999 kB");
	ASSERT_TEXT(report_append_bytes(text, 999500), "1.0 MB");
	ASSERT_TEXT(report_append_bytes(text, 3400000), "3.4 MB");
	ASSERT_TEXT(report_append_bytes(text, UINT64_C(5000000000)), "5.0 GB");
	ASSERT_TEXT(report_append_bytes(text, UINT64_MAX), "18.4 EB");
}

static void test_numbers(void)
{
	ASSERT_TEXT(report_append_uint(text, 0), "0");
	ASSERT_TEXT(report_append_uint(text, 1234567890), "1234567890");
	ASSERT_TEXT(report_append_uint(text, UINT64_MAX), "18446744073709551615");
	ASSERT_TEXT(report_append_count(text, 0), "0");
	ASSERT_TEXT(report_append_count(text, 999), "999");
	ASSERT_TEXT(report_append_count(text, 1000), "1,000");
	ASSERT_TEXT(report_append_count(text, 1234567), "1,234,567");
	ASSERT_TEXT(report_append_count(text, UINT64_MAX), "18,446,744,073,709,551,615");
}

static void test_json(void)
{
	ASSERT_TEXT(report_append_json_string(text, NULL), "null");
	ASSERT_TEXT(report_append_json_string(text, ""), "\"\"");
	ASSERT_TEXT(report_append_json_string(text, "a/b c"), "\"a/b c\"");
	ASSERT_TEXT(report_append_json_string(text, "\"\\"), "\"\\\"\\\\\"");
	ASSERT_TEXT(report_append_json_string(text, "\n\t\1\x1f\x7f"), "\"\\u000a\\u0009\\u0001\\u001f\\u007f\"");
	ASSERT_TEXT(report_append_json_string(text, "短波"), "\"短波\"");
	ASSERT_TEXT(report_append_json_string(text, "a\xff"
						    "b"),
		    "\"a\xef\xbf\xbd"
		    "b\"");
	ASSERT_TEXT(report_append_json_string(text, "\xe7\x9f"), "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void test_csv(void)
{
	ASSERT_TEXT(report_append_csv_string(text, NULL), "");
	ASSERT_TEXT(report_append_csv_string(text, ""), "");
	ASSERT_TEXT(report_append_csv_string(text, "plain text"), "plain text");
	ASSERT_TEXT(report_append_csv_string(text, "a,b"), "\"a,b\"");
	ASSERT_TEXT(report_append_csv_string(text, "say \"hi\""), "\"say \"\"hi\"\"\"");
	ASSERT_TEXT(report_append_csv_string(text, "two\nlines"), "\"two\nlines\"");
	ASSERT_TEXT(report_append_csv_string(text, "two\rlines"), "\"two\rlines\"");
	/* what a spreadsheet would run */
	ASSERT_TEXT(report_append_csv_string(text, "=1+1"), "'=1+1");
	ASSERT_TEXT(report_append_csv_string(text, "+1"), "'+1");
	ASSERT_TEXT(report_append_csv_string(text, "-1"), "'-1");
	ASSERT_TEXT(report_append_csv_string(text, "@SUM(A1)"), "'@SUM(A1)");
	ASSERT_TEXT(report_append_csv_string(text, "=cmd|'/c calc',1"), "\"'=cmd|'/c calc',1\"");
	ASSERT_TEXT(report_append_csv_string(text, "\t=1"), "\"'\t=1\"");
	ASSERT_TEXT(report_append_csv_string(text, "\r=1"), "\"'\r=1\"");
	ASSERT_TEXT(report_append_csv_string(text, "1=1"), "1=1");
	ASSERT_TEXT(report_append_csv_string(text, "-"), "-"); /* alone it runs nothing */
	ASSERT_TEXT(report_append_csv_string(text, "a\xff"), "a\xef\xbf\xbd");
}

static void test_printable(void)
{
	ASSERT_TEXT(report_append_printable(text, ""), "");
	ASSERT_TEXT(report_append_printable(text, "example.com"), "example.com");
	ASSERT_TEXT(report_append_printable(text, "短波"), "短波");
	ASSERT_TEXT(report_append_printable(text, "\033[2J\a\n"), "\\x1b[2J\\x07\\x0a");
	ASSERT_TEXT(report_append_printable(text, "a\xff\xfe"), "a\\xff\\xfe");
	ASSERT_TEXT(report_append_printable(text, "\xe7\x9f"), "\\xe7\\x9f"); /* cut in a character */
	ASSERT_TEXT(report_append_printable(text, "\xc2\x9b"
						  "2J"),
		    "\\xc2\\x9b2J"); /* CSI of 8 bits */
	ASSERT_TEXT(report_append_printable(text, "a\xe2\x80\xae"
						  "b"),
		    "a\\xe2\\x80\\xae"
		    "b");                                                              /* right to left */
	ASSERT_TEXT(report_append_printable(text, "\xed\xa0\x80"), "\\xed\\xa0\\x80"); /* half of a surrogate pair */
	ASSERT_TEXT(report_append_printable(text, "\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80"); /* beyond Unicode */
}

/* ---- where it goes ---- */

static void test_file(void)
{
	g_autofree char *path = NULL, *content = NULL;
	struct report_out out;
	gsize len;
	GError *error = NULL;
	int fd = g_file_open_tmp("tanpa-test-XXXXXX", &path, NULL);
	report_out_init(&out, fd);
	for (int i = 0; i < 100000; i++) {
		g_string_append_printf(out.text, "%05d\n", i);
		report_out_pass(&out);
		g_assert_cmpuint(out.text->len, <, 64 * 1024);
	}
	g_assert_true(report_out_finish(&out, &error));
	g_assert_no_error(error);
	close(fd);
	g_assert_true(g_file_get_contents(path, &content, &len, NULL));
	g_assert_cmpuint(len, ==, 600000);
	g_assert_true(g_str_has_suffix(content, "99998\n99999\n"));
	g_unlink(path);
}

/* A full disk, and a reader that went away: the first error is kept, and told once. */
static void check_failing(int fd, int code, const char *message)
{
	struct report_out out;
	g_autoptr(GError) error = NULL;
	report_out_init(&out, fd);
	for (int i = 0; i < 100000; i++) {
		g_string_append(out.text, "hello hello\n");
		report_out_pass(&out);
		g_assert_cmpuint(out.text->len, <, 64 * 1024); /* what cannot be written does not pile up */
	}
	g_assert_cmpint(out.error, ==, code);
	g_assert_false(report_out_finish(&out, &error));
	g_assert_error(error, G_FILE_ERROR, (int)g_file_error_from_errno(code));
	g_assert_cmpstr(error->message, ==, message);
}

static void test_full(void)
{
	int fd = g_open("/dev/full", O_WRONLY, 0);
	if (fd < 0) {
		g_test_skip("no /dev/full");
		return;
	}
	check_failing(fd, ENOSPC, "cannot write: No space left on device");
	close(fd);
}

static void test_closed_pipe(void)
{
	int ends[2];
	g_assert_cmpint(pipe(ends), ==, 0);
	close(ends[0]);
	signal(SIGPIPE, SIG_IGN);
	check_failing(ends[1], EPIPE, "cannot write: Broken pipe");
	close(ends[1]);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/out/time", test_time);
	g_test_add_func("/out/local-time", test_local_time);
	g_test_add_func("/out/seconds", test_seconds);
	g_test_add_func("/out/duration", test_duration);
	g_test_add_func("/out/bytes", test_bytes);
	g_test_add_func("/out/numbers", test_numbers);
	g_test_add_func("/out/json", test_json);
	g_test_add_func("/out/csv", test_csv);
	g_test_add_func("/out/printable", test_printable);
	g_test_add_func("/out/file", test_file);
	g_test_add_func("/out/full", test_full);
	g_test_add_func("/out/closed-pipe", test_closed_pipe);
	return g_test_run();
}
