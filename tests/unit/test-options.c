/* Common options of the verbs. Complaints are expected, and go nowhere. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "base/net.h"
#include "verb/options.h"

static void test_durations(void)
{
	const int64_t s = 1000000000;
	const struct {
		const char *text;
		int64_t ns; /* 0: not a duration */
	} rows[] = {
		{"90", 90 * s},     {"90s", 90 * s},    {"5m", 300 * s}, {"1h", 3600 * s},   {"2d", 172800 * s},
		{"1.5h", 5400 * s}, {"0.000000001", 1}, {"1e-30", 1},    {"1e3s", 1000 * s}, {".5s", s / 2},
		{"0", 0},           {"-1", 0},          {"", 0},         {"s", 0},           {"5 m", 0},
		{"5M", 0},          {"5ms", 0},         {"5mm", 0},      {"1h30m", 0},       {"one", 0},
		{"nan", 0},         {"inf", 0},         {"infinity", 0}, {"1e300", 0},       {"1e999d", 0},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		int64_t ns = 0;
		g_test_message("%s", rows[i].text);
		g_assert_true(verb_parse_duration(rows[i].text, SESSION_TIMEOUT_MAX_NS, &ns, &error) ==
			      (rows[i].ns > 0));
		g_assert_cmpint(ns, ==, rows[i].ns);
		if (rows[i].ns == 0)
			g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
	}
}

/* The longest one, and one that is longer. */
static void test_duration_limit(void)
{
	int64_t ns;
	g_assert_true(verb_parse_duration("1h", 3600 * INT64_C(1000000000), &ns, NULL));
	g_assert_false(verb_parse_duration("3600.001", 3600 * INT64_C(1000000000), &ns, NULL));
	g_autofree char *longest = g_strdup_printf("%dd",
						   (int)(SESSION_TIMEOUT_MAX_NS / (86400 * INT64_C(1000000000))));
	g_assert_true(verb_parse_duration(longest, SESSION_TIMEOUT_MAX_NS, &ns, NULL));
	g_assert_cmpint(ns, ==, SESSION_TIMEOUT_MAX_NS);
}

/* Parses a line of words; complaints and help go to `talk`. */
static bool parse(const char *line, struct verb_options *o, enum verb_status *status, char **talk)
{
	g_auto(GStrv) argv = g_strsplit(line, " ", -1);
	char *bytes = NULL;
	size_t len = 0;
	FILE *out = stdout, *err = stderr, *file = open_memstream(&bytes, &len);
	*status = VERB_FAILED;
	stdout = stderr = file; /* glibc lets a program do so */
	bool good = verb_options_parse(o, NULL, "What it does.", (int)g_strv_length(argv), argv, status);
	stdout = out;
	stderr = err;
	fclose(file);
	if (talk)
		*talk = bytes;
	else
		free(bytes);
	return good;
}

static void test_defaults(void)
{
	struct verb_options o;
	enum verb_status status;
	uint8_t addr[16];
	g_assert_true(parse("scan a.pcap b.pcap", &o, &status, NULL));
	g_assert_cmpstr(o.paths[0], ==, "a.pcap");
	g_assert_cmpstr(o.paths[1], ==, "b.pcap");
	g_assert_null(o.paths[2]);
	g_assert_cmpfloat(o.verdict.threshold, ==, 100);
	g_assert_true(o.verdict.count_retransmissions);
	g_assert_cmpint(o.session.tcp_timeout_ns, ==, 3600 * INT64_C(1000000000));
	g_assert_cmpint(o.session.udp_timeout_ns, ==, 60 * INT64_C(1000000000));
	g_assert_cmpuint(o.session.max_sessions, ==, 64 << 20);
	g_assert_cmpint(o.fan_out, ==, 10);
	g_assert_false(o.quiet);
	g_assert_null(o.filter);
	g_assert_cmpstr(g_time_zone_get_identifier(o.zone), ==, "UTC");
	g_assert_true(net_address_parse("192.168.1.1", addr) && net_list_contains(o.verdict.inside, addr));
	g_assert_true(net_address_parse("8.8.8.8", addr) && !net_list_contains(o.verdict.inside, addr));
	verb_options_clear(&o);
}

static void test_all(void)
{
	struct verb_options o;
	enum verb_status status;
	uint8_t addr[16];
	g_assert_true(parse(
		"scan -f tcp -i 198.51.100.0/24 -t 200 --packet-length=frame --retransmissions=exclude --fan-out=3 "
		"--tcp-timeout=2h --udp-timeout 30s --max-sessions=5 -j 4 --timezone=+09:00 --color=always -q "
		"-- -odd-name -",
		&o, &status, NULL));
	g_assert_cmpstr(o.filter, ==, "tcp");
	g_assert_cmpfloat(o.verdict.threshold, ==, 200);
	g_assert_cmpuint(o.verdict.length, ==, VERDICT_LENGTH_FRAME);
	g_assert_true(o.session.count_frames);
	g_assert_false(o.verdict.count_retransmissions);
	g_assert_cmpint(o.fan_out, ==, 3);
	g_assert_cmpint(o.session.tcp_timeout_ns, ==, 7200 * INT64_C(1000000000));
	g_assert_cmpint(o.session.udp_timeout_ns, ==, 30 * INT64_C(1000000000));
	g_assert_cmpuint(o.session.max_sessions, ==, 5);
	g_assert_cmpint(o.threads, ==, 4);
	g_assert_true(o.color);
	g_assert_true(o.quiet);
	g_assert_cmpstr(o.paths[0], ==, "-odd-name");
	g_assert_cmpstr(o.paths[1], ==, "-");
	g_assert_true(net_address_parse("198.51.100.7", addr) && net_list_contains(o.verdict.inside, addr));
	g_assert_true(net_address_parse("192.168.1.1", addr) && !net_list_contains(o.verdict.inside, addr));
	verb_options_clear(&o);
}

static void test_packet_lengths(void)
{
	static const char *const names[] = {"payload", "ip", "frame"};
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		struct verb_options o;
		enum verb_status status;
		g_autofree char *line = g_strdup_printf("scan --packet-length=%s x", names[i]);
		g_assert_true(parse(line, &o, &status, NULL));
		g_assert_cmpstr(verdict_length_name(o.verdict.length), ==, names[i]);
		g_assert_true(o.session.count_frames == (i == 2));
		verb_options_clear(&o);
	}
}

static void test_bad(void)
{
	static const struct {
		const char *line, *complaint;
	} rows[] = {
		{"scan", "no input"},
		{"scan --bogus x", "--bogus"},
		{"scan --threshold=x x", "--threshold: 'x'"},
		{"scan --threshold= x", "--threshold: ''"},
		{"scan --threshold=-1 x", "--threshold: '-1'"},
		{"scan --threshold=nan x", "--threshold: 'nan'"},
		{"scan --threshold=100b x", "--threshold: '100b'"},
		{"scan --threshold=1e10 x", "--threshold: '1e10'"},
		{"scan --packet-length=short x", "--packet-length: 'short'"},
		{"scan --packet-length= x", "--packet-length: ''"},
		{"scan --retransmissions=maybe x", "--retransmissions: 'maybe'"},
		{"scan --inside=here x", "--inside: 'here'"},
		{"scan --tcp-timeout=0 x", "--tcp-timeout: '0'"},
		{"scan --tcp-timeout=1000000d x", "--tcp-timeout: '1000000d'"},
		{"scan --udp-timeout=soon x", "--udp-timeout: 'soon'"},
		{"scan --max-sessions=0 x", "--max-sessions: '0'"},
		{"scan --max-sessions=4294967295 x", "--max-sessions: '4294967295'"},
		{"scan --max-sessions=-1 x", "--max-sessions: '-1'"},
		{"scan --fan-out=1 x", "--fan-out: "},
		{"scan --fan-out=-5 x", "--fan-out: "},
		{"scan --fan-out=many x", "many"},
		{"scan --threads=0 x", "--threads: "},
		{"scan --threads=1000000 x", "--threads: "},
		{"scan --color=red x", "--color: 'red'"},
		{"scan --timezone=Mars/Olympus x", "--timezone: 'Mars/Olympus'"},
		{"scan --filter", "--filter"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct verb_options o;
		enum verb_status status;
		g_autofree char *talk = NULL;
		g_test_message("%s", rows[i].line);
		g_assert_false(parse(rows[i].line, &o, &status, &talk));
		g_assert_cmpint(status, ==, VERB_USAGE);
		g_assert_true(g_str_has_prefix(talk, "tanpa: "));
		g_assert_nonnull(strstr(talk, rows[i].complaint));
		g_assert_nonnull(strstr(talk, "\nTry 'tanpa scan --help'.\n"));
		verb_options_clear(&o);
	}
}

static void test_help(void)
{
	struct verb_options o;
	enum verb_status status;
	g_autofree char *talk = NULL;
	g_assert_false(parse("scan --help", &o, &status, &talk));
	g_assert_cmpint(status, ==, VERB_DONE);
	g_assert_nonnull(strstr(talk, "What it does."));
	g_assert_nonnull(strstr(talk, "--threshold"));
	verb_options_clear(&o);
}

/* The hash secrets differ from run to run: an attacker cannot know them. */
static void test_seed(void)
{
	struct verb_options o, p;
	enum verb_status status;
	g_assert_true(parse("scan x", &o, &status, NULL));
	g_assert_true(parse("scan x", &p, &status, NULL));
	g_assert_cmpint(memcmp(&o.session.seed, &p.session.seed, sizeof o.session.seed), !=, 0);
	verb_options_clear(&o);
	verb_options_clear(&p);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/options/durations", test_durations);
	g_test_add_func("/options/duration-limit", test_duration_limit);
	g_test_add_func("/options/defaults", test_defaults);
	g_test_add_func("/options/all", test_all);
	g_test_add_func("/options/packet-lengths", test_packet_lengths);
	g_test_add_func("/options/bad", test_bad);
	g_test_add_func("/options/help", test_help);
	g_test_add_func("/options/seed", test_seed);
	return g_test_run();
}
