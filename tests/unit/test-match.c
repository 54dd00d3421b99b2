/* Which session a line of a log is about: section 5.2 of the paper. */
#include "truth/match.h"
#include "truths.h"

#define SECOND INT64_C(1000000000)

static const struct truth_match_options at_end = {SECOND, TRUTH_AT_END};

/* A download that took 20 s, and its line half a second later. */
static const struct truths_session download = {"10.0.0.5:1025 > 192.0.2.1:80/tcp", .start_s = 10, .end_s = 30,
					       .up = 150, .down = 50000};

static const struct truth_match *match_at(const GArray *matches, guint i)
{
	return &g_array_index(matches, struct truth_match, i);
}

/* Matches one entry with some sessions; *match is what came of it. */
static void match_one(const struct truths_session *sessions, gsize n, const char *key, double time_s,
		      const struct truth_match_options *options, struct truth_match *match)
{
	struct truth_set set;
	struct truth_log log;
	truths_set(&set, sessions, n);
	truth_log_init(&log);
	truths_entry(&log, key, time_s);
	g_autoptr(GArray) matches = truth_match(&set, &log, options);
	*match = *match_at(matches, 0);
	truth_log_clear(&log);
	truth_set_clear(&set);
}

/* ---- what fits ---- */

static void test_time(void)
{
	static const struct {
		double time_s;
		enum truth_instant instant;
		bool fits;
	} rows[] = {
		{30, TRUTH_AT_END, true},      {31, TRUTH_AT_END, true},      {29, TRUTH_AT_END, true},
		{31.001, TRUTH_AT_END, false}, {28.999, TRUTH_AT_END, false}, {32, TRUTH_AT_END, false},
		{28, TRUTH_AT_END, false},     {10, TRUTH_AT_END, false},     {10, TRUTH_AT_START, true},
		{9, TRUTH_AT_START, true},     {8.9, TRUTH_AT_START, false},  {30, TRUTH_AT_START, false},
		{9, TRUTH_AT_SPAN, true},      {20, TRUTH_AT_SPAN, true},     {31, TRUTH_AT_SPAN, true},
		{31.5, TRUTH_AT_SPAN, false},  {8.5, TRUTH_AT_SPAN, false},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct truth_match_options options = {SECOND, rows[i].instant};
		struct truth_match match;
		g_test_message("%g %s", rows[i].time_s, truth_instant_name(rows[i].instant));
		match_one(&download, 1, download.key, rows[i].time_s, &options, &match);
		g_assert_cmpint(match.session, ==, rows[i].fits ? 0 : TRUTH_NONE);
	}
}

static void test_what_fits(void)
{
	static const struct {
		const char *session, *entry;
		unsigned missed;
	} rows[] = {
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", "10.0.0.5:1025 > 192.0.2.1:80/tcp", 0},
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", "10.0.0.5:0 > 192.0.2.1:80/tcp", 0},
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", "10.0.0.5:0 > 192.0.2.1:0", 0},
		{"[fd00::5]:1025 > [2001:db8::1]:80/tcp", "[fd00::5]:1025 > [2001:db8::1]:80/tcp", 0},
		{"[fd00::5]:1025 > [2001:db8::1]:80/tcp", "[fd00::5]:1025 > [2001:db8::2]:80/tcp",
		 1 << TRUTH_MISS_ADDRESS},
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", "10.0.0.5:1026 > 192.0.2.1:80/tcp", 1 << TRUTH_MISS_PORT},
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", "10.0.0.5:1025 > 192.0.2.1:81/tcp", 1 << TRUTH_MISS_PORT},
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", "10.0.0.5:1025 > 192.0.2.1:80/udp", 1 << TRUTH_MISS_PROTO},
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", "192.0.2.1:80 > 10.0.0.5:1025/tcp", 1 << TRUTH_MISS_DIRECTION},
		{"192.0.2.1:3000 > 10.0.0.5:445/tcp", "192.0.2.1:3000 > 10.0.0.5:445/tcp", 0}, /* push */
		{"192.0.2.1:3000 > 10.0.0.5:445/tcp", "10.0.0.5:445 > 192.0.2.1:3000/tcp", 1 << TRUTH_MISS_DIRECTION},
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", "10.0.0.5:1025 > 192.0.2.2:80/tcp", 1 << TRUTH_MISS_ADDRESS},
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", "10.0.0.6:1026 > 192.0.2.2:80/tcp", 1 << TRUTH_MISS_NOTHING},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct truths_session session = download;
		struct truth_match match;
		session.key = rows[i].session;
		session.origin = TANPA_ORIGIN_SYN;
		g_test_message("%s: %s", rows[i].session, rows[i].entry);
		match_one(&session, 1, rows[i].entry, 30, &at_end, &match);
		g_assert_cmpint(match.session, ==, rows[i].missed ? TRUTH_NONE : 0);
		g_assert_cmphex(match.missed, ==, rows[i].missed);
	}
}

/* Without a SYN nobody knows who began it: either direction does. */
static void test_unknown_begin(void)
{
	struct truths_session session = download;
	struct truth_match match;
	session.origin = TANPA_ORIGIN_FIRST;
	match_one(&session, 1, "192.0.2.1:80 > 10.0.0.5:1025/tcp", 30, &at_end, &match);
	g_assert_cmpint(match.session, ==, 0);
}

static void test_tftp(void)
{
	static const struct truths_session own_port[] = {
		{"10.0.0.5:1025 > 192.0.2.1:69/udp", 9, 9, .up = 20, .packets = 1},
		{"10.0.0.5:1025 > 192.0.2.1:40001/udp", 9.1, 10, .up = 100, .down = 9000, .origin = TANPA_ORIGIN_TFTP},
	};
	static const struct truths_session one_port[] = {
		{"10.0.0.5:1025 > 192.0.2.1:69/udp", 9, 10, .up = 120, .down = 9000},
	};
	struct truth_match match;
	match_one(own_port, 2, "10.0.0.5:1025 > 192.0.2.1:69/udp", 10, &at_end, &match);
	g_assert_cmpint(match.session, ==, 1);
	g_assert_cmpint(match.fitting, ==, 1); /* the request alone is no transfer */
	match_one(own_port, 2, "10.0.0.5:1025 > 192.0.2.1:40001/udp", 10, &at_end, &match);
	g_assert_cmpint(match.session, ==, 1);
	match_one(own_port, 2, "10.0.0.5:1025 > 192.0.2.1:70/udp", 10, &at_end, &match);
	g_assert_cmpint(match.session, ==, TRUTH_NONE);
	match_one(one_port, 1, "10.0.0.5:1025 > 192.0.2.1:69/udp", 10, &at_end, &match);
	g_assert_cmpint(match.session, ==, 0);
}

/* A local time that occurs twice fits by either reading. */
static void test_two_readings(void)
{
	struct truth_set set;
	struct truth_log log;
	truths_set(&set, &download, 1);
	truth_log_init(&log);
	truths_entry(&log, download.key, 30 - 3600);
	struct truth_entry *entry = &g_array_index(log.entries, struct truth_entry, 0);
	entry->time.other_ns += 3600 * SECOND;
	g_autoptr(GArray) matches = truth_match(&set, &log, &at_end);
	g_assert_cmpint(match_at(matches, 0)->session, ==, 0);
	g_assert_cmpint(match_at(matches, 0)->late_ns, ==, 0);
	truth_log_clear(&log);
	truth_set_clear(&set);
}

/* ---- one to one ---- */

/* Sessions of one client port each second from 10 on: as a log without ports sees them. */
static void make_row(struct truth_set *set, guint n)
{
	truth_set_init(set);
	truth_set_begin_run(set);
	for (guint i = 0; i < n; i++) {
		g_autofree char *key = g_strdup_printf("10.0.0.5:%u > 192.0.2.1:80/tcp", 1025 + i);
		struct truths_session s = {key, 9.5 + i, 10 + i, .up = 150, .down = 50000};
		truths_add(set, &s);
	}
	truth_set_end_run(set);
}

static void test_closest(void)
{
	static const char key[] = "10.0.0.5:0 > 192.0.2.1:80/tcp";
	struct truth_set set;
	struct truth_log log;
	make_row(&set, 3); /* end at 10, 11, 12 */
	truth_log_init(&log);
	truths_entry(&log, key, 11.75);
	truths_entry(&log, key, 10.75); /* out of order */
	g_autoptr(GArray) matches = truth_match(&set, &log, &at_end);
	g_assert_cmpint(match_at(matches, 0)->session, ==, 2);
	g_assert_cmpint(match_at(matches, 1)->session, ==, 1);
	g_assert_cmpint(match_at(matches, 0)->fitting, ==, 2);
	g_assert_cmpint(match_at(matches, 0)->rivals, ==, 0);
	g_assert_cmpint(match_at(matches, 1)->rivals, ==, 1);
	g_assert_true(truth_match_is_ambiguous(match_at(matches, 1)));
	truth_log_clear(&log);
	truth_set_clear(&set);
}

/* Both want session 0, one of them could have session 1 as well: both get one. */
static void test_room_is_made(void)
{
	static const char key[] = "10.0.0.5:0 > 192.0.2.1:80/tcp";
	static const double times[][3] = {{10.1, 9.2, -1}, {9.2, 10.1, -1}, {11.1, 10.1, 9.2}, {9.2, 10.1, 11.1}};
	for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
		struct truth_set set;
		struct truth_log log;
		make_row(&set, 3);
		truth_log_init(&log);
		for (int k = 0; k < 3 && times[i][k] > 0; k++)
			truths_entry(&log, key, times[i][k]);
		g_autoptr(GArray) matches = truth_match(&set, &log, &at_end);
		for (guint k = 0; k < matches->len; k++)
			g_assert_cmpint(match_at(matches, k)->session, !=, TRUTH_NONE);
		truth_log_clear(&log);
		truth_set_clear(&set);
	}
}

/* Lines and sessions at the same instants: earlier session, earlier line. */
static void test_ties(void)
{
	static const struct truths_session twins[] = {
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", 9, 10, .up = 150, .down = 50000},
		{"10.0.0.5:1026 > 192.0.2.1:80/tcp", 9.2, 10, .up = 150, .down = 50000},
		{"10.0.0.5:1027 > 192.0.2.1:80/tcp", 9.4, 10, .up = 150, .down = 50000},
	};
	static const char key[] = "10.0.0.5:0 > 192.0.2.1:80/tcp";
	struct truth_set set;
	struct truth_log log;
	truths_set(&set, twins, G_N_ELEMENTS(twins));
	truth_log_init(&log);
	for (int i = 0; i < 4; i++)
		truths_entry(&log, key, 10);
	g_autoptr(GArray) matches = truth_match(&set, &log, &at_end);
	for (guint i = 0; i < 3; i++) {
		g_assert_cmpint(match_at(matches, i)->session, ==, i);
		g_assert_cmpint(match_at(matches, i)->fitting, ==, 3);
		g_assert_cmpint(match_at(matches, i)->rivals, ==, 3);
	}
	g_assert_cmpint(match_at(matches, 3)->session, ==, TRUTH_NONE);
	g_assert_cmphex(match_at(matches, 3)->missed, ==, 1 << TRUTH_MISS_TAKEN);
	g_assert_cmpint(match_at(matches, 3)->taken_by, >=, 0);
	truth_log_clear(&log);
	truth_set_clear(&set);
}

/* By brute force: no other assignment matches more, on small random logs. */
static guint most_matched(const bool fits[6][6], guint entry, guint taken)
{
	guint best = entry + 1 < 6 ? most_matched(fits, entry + 1, taken) : 0;
	for (guint s = 0; s < 6; s++) {
		if (!fits[entry][s] || taken & 1u << s)
			continue;
		guint rest = entry + 1 < 6 ? most_matched(fits, entry + 1, taken | 1u << s) : 0;
		best = MAX(best, 1 + rest);
	}
	return best;
}

static void test_as_many_as_possible(void)
{
	for (int round = 0; round < 200; round++) {
		struct truth_set set;
		struct truth_log log;
		bool fits[6][6];
		double times[6];
		guint matched = 0;
		make_row(&set, 6);
		truth_log_init(&log);
		for (guint e = 0; e < 6; e++) {
			times[e] = g_test_rand_double_range(9, 17);
			truths_entry(&log, "10.0.0.5:0 > 192.0.2.1:80/tcp", times[e]);
			for (guint s = 0; s < 6; s++)
				fits[e][s] = ABS(times[e] - (10 + s)) <= 1;
		}
		g_autoptr(GArray) matches = truth_match(&set, &log, &at_end);
		bool taken[6] = {false};
		for (guint e = 0; e < 6; e++) {
			int session = match_at(matches, e)->session;
			if (session == TRUTH_NONE)
				continue;
			g_assert_true(fits[e][session]);
			g_assert_false(taken[session]);
			taken[session] = true;
			matched++;
		}
		g_assert_cmpint(matched, ==, most_matched(fits, 0, 0));
		truth_log_clear(&log);
		truth_set_clear(&set);
	}
}

static void test_duplicate_lines(void)
{
	struct truth_set set;
	struct truth_log log;
	truths_set(&set, &download, 1);
	truth_log_init(&log);
	truths_entry(&log, download.key, 30);
	truths_entry(&log, download.key, 30);
	g_autoptr(GArray) matches = truth_match(&set, &log, &at_end);
	g_assert_cmpint(match_at(matches, 0)->session, ==, 0);
	g_assert_cmpint(match_at(matches, 1)->session, ==, TRUTH_NONE);
	g_assert_cmphex(match_at(matches, 1)->missed, ==, 1 << TRUTH_MISS_TAKEN);
	g_assert_cmpint(match_at(matches, 1)->taken_by, ==, 0);
	truth_log_clear(&log);
	truth_set_clear(&set);
}

/* ---- why not ---- */

static void test_nearest(void)
{
	static const struct truths_session sessions[] = {
		{"10.0.0.5:1024 > 192.0.2.1:80/tcp", 1, 2, .up = 150, .down = 900},
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", 10, 30, .up = 150, .down = 50000},
		{"10.0.0.5:1026 > 192.0.2.1:80/tcp", 32, 33, .up = 0, .down = 0, .state = TANPA_S0},
		{"10.0.0.5:1027 > 192.0.2.9:80/tcp", 50, 60, .up = 150, .down = 50000},
		{"10.0.0.5:1028 > 192.0.2.1:80/tcp", 3000, 3600, .up = 150, .down = 50000},
	};
	static const struct {
		const char *entry;
		double time_s;
		int nearest;
		unsigned missed;
	} rows[] = {
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", 32, 1, 1 << TRUTH_MISS_TIME},
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", 3600, 1, 1 << TRUTH_MISS_TIME}, /* not 1028, at the right time */
		{"10.0.0.5:1029 > 192.0.2.1:80/tcp", 2, 0, 1 << TRUTH_MISS_PORT},
		{"10.0.0.5:1026 > 192.0.2.1:80/tcp", 33, 2, 1 << TRUTH_MISS_PAYLOAD},
		{"10.0.0.5:1027 > 192.0.2.8:80/tcp", 60, 3, 1 << TRUTH_MISS_ADDRESS},
		{"10.0.0.5:1027 > 192.0.2.8:80/tcp", 70, TRUTH_NONE, 1 << TRUTH_MISS_NOTHING},
		{"10.0.0.5:1025 > 192.0.2.1:80/tcp", 4000, 1, 1 << TRUTH_MISS_TIME | 1 << TRUTH_MISS_OUTSIDE},
		{"10.0.0.9:1025 > 192.0.2.1:80/tcp", -100, TRUTH_NONE,
		 1 << TRUTH_MISS_NOTHING | 1 << TRUTH_MISS_OUTSIDE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct truth_match match;
		g_test_message("%s %g", rows[i].entry, rows[i].time_s);
		match_one(sessions, G_N_ELEMENTS(sessions), rows[i].entry, rows[i].time_s, &at_end, &match);
		g_assert_cmpint(match.session, ==, TRUTH_NONE);
		g_assert_cmpint(match.nearest, ==, rows[i].nearest);
		g_assert_cmphex(match.missed, ==, rows[i].missed);
	}
}

/* ---- runs ---- */

static void test_captures(void)
{
	struct truth_set set;
	struct truth_log log;
	truth_set_init(&set);
	for (int run = 0; run < 2; run++) {
		truth_set_begin_run(&set);
		truth_set_add_capture(&set, run ? "/data/b.pcap" : "/data/a.pcap");
		truths_add(&set, &download);
		truth_set_end_run(&set);
	}
	truth_log_init(&log);
	static const char *const captures[] = {"b.pcap", "a.pcap", "c.pcap", NULL};
	for (guint i = 0; i < G_N_ELEMENTS(captures); i++) {
		truths_entry(&log, download.key, 30);
		g_array_index(log.entries, struct truth_entry, i).text[TRUTH_FIELD_CAPTURE] = captures[i];
	}
	g_autoptr(GArray) matches = truth_match(&set, &log, &at_end);
	g_assert_cmpint(match_at(matches, 0)->session, ==, 1);
	g_assert_cmpint(match_at(matches, 1)->session, ==, 0);
	g_assert_cmphex(match_at(matches, 2)->missed, ==, 1 << TRUTH_MISS_CAPTURE);
	g_assert_cmphex(match_at(matches, 3)->missed, ==, 1 << TRUTH_MISS_TAKEN);
	truth_log_clear(&log);
	truth_set_clear(&set);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/match/time", test_time);
	g_test_add_func("/match/what-fits", test_what_fits);
	g_test_add_func("/match/unknown-begin", test_unknown_begin);
	g_test_add_func("/match/tftp", test_tftp);
	g_test_add_func("/match/two-readings", test_two_readings);
	g_test_add_func("/match/closest", test_closest);
	g_test_add_func("/match/room-is-made", test_room_is_made);
	g_test_add_func("/match/ties", test_ties);
	g_test_add_func("/match/as-many-as-possible", test_as_many_as_possible);
	g_test_add_func("/match/duplicate-lines", test_duplicate_lines);
	g_test_add_func("/match/nearest", test_nearest);
	g_test_add_func("/match/captures", test_captures);
	return g_test_run();
}
