/* Acquisition logs: tables, columns, times, bad lines. */
#include <glib/gstdio.h>

#include "base/csv.h"
#include "base/net.h"
#include "tanpa/session.h"
#include "truth/clock.h"
#include "truths.h"

#define SECOND INT64_C(1000000000)

/* ---- tables ---- */

/* All rows of a text as "a|b|c\n", faults in angle brackets, each with its line. */
static char *read_table(const char *text, gsize size)
{
	g_autofree char *path = truths_write(text, size);
	g_autoptr(GError) error = NULL;
	GString *out = g_string_new(NULL);
	struct csv_row row;
	g_autoptr(csv_) csv = csv_open(path, &error);
	g_assert_no_error(error);
	while (csv && csv_next(csv, &row)) {
		g_string_append_printf(out, "%" G_GUINT64_FORMAT ":", row.line);
		if (row.fault)
			g_string_append_printf(out, "<%s>", row.fault);
		for (guint i = 0; i < row.n; i++)
			g_string_append_printf(out, "%s%s", i ? "|" : "", row.field[i]);
		g_string_append_c(out, ' ');
	}
	g_unlink(path);
	return g_string_free(out, FALSE);
}

static void test_table(void)
{
	static const struct {
		const char *text, *rows;
	} rows[] = {
		{"a,b\n1,2\n", "2:1|2 "},
		{"a,b\r\n1,2\r\n3,4", "2:1|2 3:3|4 "},
		{"\xef\xbb\xbf"
		 "a,b\n1,2\n",
		 "2:1|2 "},
		{"a;b\n1,5;2\n", "2:1,5|2 "},
		{"a\tb\n\"1\t2\n", "2:\"1|2 "},
		{"a,b\n\n \n1,\n", "4:1| "},
		{"a,b\n\"1,5\",\"say \"\"no\"\"\"\n", "2:1,5|say \"no\" "},
		{"a,b\n\"1\n2\",3\n4,5\n", "2:1\n2|3 4:4|5 "},
		{"a,b\n 1 , \"2\" \n", "2:1|2 "},
		{"a,b\n\"1,2\n3,4\n", "2:<a quote is not closed> 3:3|4 "},
		{"a,b\n1\n1,2,3\n", "2:1 3:1|2|3 "},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *got = read_table(rows[i].text, strlen(rows[i].text));
		g_assert_cmpstr(got, ==, rows[i].rows);
	}
}

static void test_table_bounds(void)
{
	g_autoptr(GString) text = g_string_new("a,b\n");
	for (int i = 0; i < CSV_ROW_MAX + 10; i++)
		g_string_append_c(text, 'x');
	g_string_append(text, "\n1,2\n");
	for (int i = 0; i < CSV_FIELDS_MAX + 1; i++)
		g_string_append(text, "y,");
	g_string_append(text, "\n3,4\n5,");
	g_string_append_len(text, "\0\n6,7\n", 6);
	g_autofree char *got = read_table(text->str, text->len);
	g_assert_cmpstr(got, ==, "2:<too long a line> 3:1|2 4:<too many fields> 5:3|4 6:<a NUL byte> 7:6|7 ");
}

/* ---- times ---- */

static void check_time(const char *text, const char *zone, int64_t ns, int64_t other_ns)
{
	g_autoptr(GTimeZone) tz = g_time_zone_new_identifier(zone);
	struct truth_time time = {0};
	g_test_message("%s %s", text, zone);
	g_assert_nonnull(tz);
	g_assert_cmpstr(truth_clock_read(text, tz, &time), ==, NULL);
	g_assert_cmpint(time.ns, ==, ns);
	g_assert_cmpint(time.other_ns, ==, other_ns);
}

static void test_times(void)
{
	static const struct {
		const char *text, *zone;
		int64_t ns;
	} rows[] = {
		{"2009-03-13T07:00:00Z", "+09:00", T0 * SECOND},
		{"2009-03-13T07:00:00.25z", "+09:00", T0 * SECOND + SECOND / 4},
		{"2009-03-13 16:00:00", "+09:00", T0 * SECOND},
		{"2009-03-13 16:00:00", "+09:00", T0 * SECOND},
		{"2009-03-13 07:00:00", "UTC", T0 * SECOND},
		{"2009-03-13 7:00", "UTC", T0 * SECOND},
		{"2009/03/13 16:00:00.123456789", "+09:00", T0 * SECOND + 123456789},
		{"2009/3/13 16:00:00,5", "+09:00", T0 * SECOND + SECOND / 2},
		{"2009-03-13T16:00:00+09:00", "UTC", T0 * SECOND},
		{"2009-03-13T16:00:00+0900", "UTC", T0 * SECOND},
		{"2009-03-13 16:00:00 +09", "UTC", T0 * SECOND},
		{"2009-03-13 02:00:00-05:00", "UTC", T0 * SECOND},
		{"2009-03-13 07:00:00 UTC", "+09:00", T0 * SECOND},
		{"1236927600", "+09:00", T0 * SECOND},
		{"1236927600.000001", "+09:00", T0 * SECOND + 1000},
		{"0", "UTC", 0},
		{"2008-02-29 00:00:00", "UTC", 1204243200 * SECOND},
		{"2016-12-31 23:59:60", "UTC", 1483228800 * SECOND}, /* a leap second */
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		check_time(rows[i].text, rows[i].zone, rows[i].ns, rows[i].ns);
}

static void test_bad_times(void)
{
	static const char *const texts[] = {
		"",
		"now",
		"16:00:00",
		"2009-03-13",
		"2009-13-13 00:00:00",
		"2009-02-29 00:00:00",
		"2009-03-13 24:00:00",
		"2009-03-13 10:60:00",
		"2009-03-13 10:00:61",
		"2009-03-13 10:00:00.",
		"2009-03-13 10:00:00 JST",
		"2009-03-13 10:00:00+1",
		"2009-03-13T10:00:00Zz",
		"1969-12-31 23:59:59",
		"2300-01-01 00:00:00",
		"-1",
		"12369276000000",
		"1236927600.",
		"0x10",
	};
	g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
	struct truth_time time;
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_test_message("%s", texts[i]);
		g_assert_nonnull(truth_clock_read(texts[i], utc, &time));
	}
}

/* Berlin, 2009: set forward on 29 March at 01:00 UTC, back on 25 October at 01:00 UTC. */
static void test_daylight_saving(void)
{
	const int64_t forward = 1238288400 * SECOND, back = 1256432400 * SECOND;
	const char *const berlin = "Europe/Berlin";
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(berlin);
	struct truth_time time;
	if (zone == NULL) {
		g_test_skip("no time zone database");
		return;
	}
	check_time("2009-03-29 01:59:59", berlin, forward - SECOND, forward - SECOND);
	check_time("2009-03-29 03:00:00", berlin, forward, forward);
	g_assert_cmpstr(truth_clock_read("2009-03-29 02:00:00", zone, &time), ==,
			"does not exist in the log's time zone (the clock was set forward)");
	g_assert_nonnull(truth_clock_read("2009-03-29 02:59:59", zone, &time));
	check_time("2009-03-29 02:30:00+01:00", berlin, forward + 1800 * SECOND, forward + 1800 * SECOND);
	check_time("2009-10-25 01:59:59", berlin, back - 3601 * SECOND, back - 3601 * SECOND);
	check_time("2009-10-25 02:00:00", berlin, back - 3600 * SECOND, back); /* twice */
	check_time("2009-10-25 02:59:59.5", berlin, back - SECOND / 2, back + 3600 * SECOND - SECOND / 2);
	check_time("2009-10-25 03:00:00", berlin, back + 3600 * SECOND, back + 3600 * SECOND);
	check_time("2009-10-25 02:30:00Z", berlin, back + 5400 * SECOND, back + 5400 * SECOND);
}

/* ---- logs ---- */

struct fixture {
	struct truth_log log;
	struct truth_log_options options;
};

static void set_up(struct fixture *f, gconstpointer data)
{
	(void)data;
	truth_log_init(&f->log);
	f->options = (struct truth_log_options){.zone = g_time_zone_new_identifier("+09:00")};
}

static void tear_down(struct fixture *f, gconstpointer data)
{
	(void)data;
	truth_log_clear(&f->log);
	g_time_zone_unref(f->options.zone);
}

static const struct truth_entry *entry_at(const struct fixture *f, guint i)
{
	return &g_array_index(f->log.entries, struct truth_entry, i);
}

static void check_end(const struct truth_entry *e, unsigned side, const char *address, int port)
{
	char text[NET_TEXT];
	g_assert_cmpstr(net_address_text(e->addr[side], text), ==, address);
	g_assert_true(e->has_port[side] == (port >= 0));
	if (port >= 0)
		g_assert_cmpint(e->port[side], ==, port);
}

static void test_columns(struct fixture *f, gconstpointer data)
{
	static const char *const headers[] = {
		"time,source,source_port,destination,destination_port,protocol,sha1,sample,file",
		"Timestamp,SRC IP,Src Port,dst_ip,DST-PORT,Proto,MD5,Malware,File Name",
		"date,saddr,sport,daddr,dport,proto,hash,name,path",
	};
	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(headers); i++) {
		g_autoptr(GError) error = NULL;
		g_autofree char *text = g_strdup_printf(
			"%s\n2009-03-13 16:00:00,10.0.0.5,1025,192.0.2.1,80,TCP,abc,Dummy,a.exe\n", headers[i]);
		g_assert_true(truths_read(&f->log, text, &f->options, &error));
		g_assert_no_error(error);
		g_assert_cmpint(f->log.entries->len, ==, i + 1);
		const struct truth_entry *e = entry_at(f, (guint)i);
		g_assert_cmpint(e->time.ns, ==, T0 * SECOND);
		check_end(e, 0, "10.0.0.5", 1025);
		check_end(e, 1, "192.0.2.1", 80);
		g_assert_cmpint(e->proto, ==, TANPA_TCP);
		g_assert_cmpstr(e->text[TRUTH_FIELD_HASH], ==, "abc");
		g_assert_cmpstr(e->text[TRUTH_FIELD_SAMPLE], ==, "Dummy");
		g_assert_cmpstr(e->text[TRUTH_FIELD_FILE], ==, "a.exe");
	}
}

static void test_own_columns(struct fixture *f, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	(void)data;
	f->options.columns = "time=When,src=Attacked, dst = 3";
	f->options.offset_ns = -2 * SECOND;
	g_assert_true(truths_read(&f->log, "When,Attacked,By\n1236927600,fd00::5,2001:DB8::1\n", &f->options, &error));
	g_assert_no_error(error);
	g_assert_cmpint(entry_at(f, 0)->time.ns, ==, (T0 - 2) * SECOND);
	check_end(entry_at(f, 0), 0, "fd00::5", -1);
	check_end(entry_at(f, 0), 1, "2001:db8::1", -1);
	g_assert_cmpint(entry_at(f, 0)->proto, ==, 0);
}

static void test_missing_columns(struct fixture *f, gconstpointer data)
{
	static const struct {
		const char *header, *columns, *complaint;
	} rows[] = {
		{"time,source\n", NULL, "no column for the destination"},
		{"source,destination\n", NULL, "no column for the time"},
		{"time,source,destination\n", "time=nothing", "there is no column 'nothing'"},
		{"time,source,destination\n", "when=time", "'when' is none of the fields"},
		{"time,source,destination\n", "time=4", "there is no column '4'"},
	};
	(void)data;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		f->options.columns = rows[i].columns;
		g_assert_false(truths_read(&f->log, rows[i].header, &f->options, &error));
		g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
		g_assert_nonnull(error ? strstr(error->message, rows[i].complaint) : NULL);
	}
}

static void test_bad_lines(struct fixture *f, gconstpointer data)
{
	static const char text[] = "time,source,sport,destination,dport,proto\n"
				   "2009-03-13 16:00:00,10.0.0.5,1025,192.0.2.1,80,TCP\n"
				   "yesterday,10.0.0.5,1025,192.0.2.1,80,TCP\n"
				   "2009-03-13 16:00:01,10.0.0,1025,192.0.2.1,80,TCP\n"
				   "2009-03-13 16:00:01,10.0.0.5,65536,192.0.2.1,80,TCP\n"
				   "2009-03-13 16:00:01,10.0.0.5,1025,192.0.2.1,80,SCTP\n"
				   "2009-03-13 16:00:01,10.0.0.5,1025\n"
				   "\"2009-03-13 16:00:01,10.0.0.5\n"
				   "2009-03-13 16:00:02,10.0.0.5,-,192.0.2.1,,\n";
	static const struct {
		guint64 line;
		const char *reason;
	} faults[] = {
		{3, "time 'yesterday' is not a time"},
		{4, "source '10.0.0' is not an address"},
		{5, "source_port '65536' is not a port"},
		{6, "protocol 'SCTP' is neither tcp nor udp"},
		{7, "no destination"},
		{8, "a quote is not closed"},
	};
	g_autoptr(GError) error = NULL;
	(void)data;
	g_assert_true(truths_read(&f->log, text, &f->options, &error));
	g_assert_cmpint(f->log.entries->len, ==, 2);
	g_assert_cmpint(entry_at(f, 1)->line, ==, 9);
	check_end(entry_at(f, 1), 0, "10.0.0.5", -1);
	g_assert_cmpint(f->log.faults->len, ==, G_N_ELEMENTS(faults));
	for (guint i = 0; i < MIN(f->log.faults->len, G_N_ELEMENTS(faults)); i++) {
		const struct truth_fault *fault = &g_array_index(f->log.faults, struct truth_fault, i);
		g_assert_cmpint(fault->line, ==, faults[i].line);
		g_assert_true(g_str_has_prefix(fault->reason, faults[i].reason));
	}
}

static void test_duplicates(struct fixture *f, gconstpointer data)
{
	static const char text[] =
		"time,source,sport,destination,dport,proto,sha1\n"
		"2009-03-13 16:00:00,10.0.0.5,1025,192.0.2.1,80,TCP,a\n"
		"2009-03-13T07:00:00Z,10.0.0.5,1025,192.0.2.1,80,tcp,a\n" /* the same in other words */
		"2009-03-13 16:00:00,10.0.0.5,1025,192.0.2.1,80,TCP,b\n"
		"2009-03-13 16:00:00,10.0.0.5,,192.0.2.1,80,TCP,a\n";
	static const bool expected[] = {false, true, false, false};
	g_autoptr(GError) error = NULL;
	(void)data;
	g_assert_true(truths_read(&f->log, text, &f->options, &error));
	g_assert_cmpint(f->log.entries->len, ==, G_N_ELEMENTS(expected));
	for (guint i = 0; i < f->log.entries->len; i++)
		g_assert_true(entry_at(f, i)->is_duplicate == expected[i]);
}

static void test_labels(struct fixture *f, gconstpointer data)
{
	static const char text[] = "capture\tclient\tclient_port\tserver\tserver_port\tstart\tlabel\tconfidence\n"
				   "a.pcap\t10.0.0.5\t1025\t192.0.2.1\t80\t1236927600.500000000\tc2+exfil\thigh\n"
				   "a.pcap\t10.0.0.5\t1026\t192.0.2.1\t80\t1236927600.5\t\thigh\n";
	g_autoptr(GError) error = NULL;
	(void)data;
	f->options.need_label = true;
	g_assert_true(truths_read(&f->log, text, &f->options, &error));
	g_assert_cmpint(f->log.entries->len, ==, 1);
	g_assert_cmpint(f->log.faults->len, ==, 1);
	g_assert_cmpint(entry_at(f, 0)->time.ns, ==, T0 * SECOND + SECOND / 2);
	g_assert_cmpstr(entry_at(f, 0)->text[TRUTH_FIELD_LABEL], ==, "c2+exfil");
	g_assert_cmpstr(entry_at(f, 0)->text[TRUTH_FIELD_CAPTURE], ==, "a.pcap");
}

static void test_files(void)
{
	struct truth_log log;
	struct truth_log_options options = {.zone = g_time_zone_new_utc()};
	g_autoptr(GError) gone = NULL, empty = NULL;
	truth_log_init(&log);
	g_assert_false(truth_log_read(&log, "/nonexistent/log.csv", &options, &gone));
	g_assert_error(gone, G_FILE_ERROR, G_FILE_ERROR_NOENT);
	g_assert_false(truths_read(&log, "", &options, &empty));
	g_assert_error(empty, G_FILE_ERROR, G_FILE_ERROR_INVAL);
	truth_log_clear(&log);
	g_time_zone_unref(options.zone);
}

#define ADD(path, function) g_test_add(path, struct fixture, NULL, set_up, function, tear_down)

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/log/table", test_table);
	g_test_add_func("/log/table-bounds", test_table_bounds);
	g_test_add_func("/log/times", test_times);
	g_test_add_func("/log/bad-times", test_bad_times);
	g_test_add_func("/log/daylight-saving", test_daylight_saving);
	g_test_add_func("/log/files", test_files);
	ADD("/log/columns", test_columns);
	ADD("/log/own-columns", test_own_columns);
	ADD("/log/missing-columns", test_missing_columns);
	ADD("/log/bad-lines", test_bad_lines);
	ADD("/log/duplicates", test_duplicates);
	ADD("/log/labels", test_labels);
	return g_test_run();
}
