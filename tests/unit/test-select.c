/* Expressions of --select: what they take, and where they say that one is wrong. */
#include <glib.h>
#include <string.h>

#include "base/net.h"
#include "report/select.h"

#define SECOND_NS INT64_C(1000000000)
#define START_NS  INT64_C(1236927600123456789) /* 2009-03-13T07:00:00.123456789Z */

struct fixture {
	struct tanpa_session session;
	struct verdict verdict;
	struct verdict_options options;
	GTimeZone *zone;
};

/* An HTTP download by 10.1.2.3 from [2001:db8::9]:80; it has no status. */
static void set_up(struct fixture *f, gconstpointer user)
{
	(void)user;
	*f = (struct fixture){.options = verdict_options_default, .zone = g_time_zone_new_utc()};
	struct tanpa_session *s = &f->session;
	g_assert_true(net_address_parse("10.1.2.3", s->addr[TANPA_ORIG]));
	g_assert_true(net_address_parse("2001:db8::9", s->addr[TANPA_RESP]));
	s->port[TANPA_ORIG] = 49152;
	s->port[TANPA_RESP] = 80;
	s->proto = TANPA_TCP;
	s->service = TANPA_SERVICE_HTTP;
	s->http_method = TANPA_HTTP_GET;
	s->name = "WWW.Example.com";
	s->flow[TANPA_ORIG] = (struct tanpa_flow){3, 300, 100, 0, 0, START_NS, START_NS + SECOND_NS};
	s->flow[TANPA_RESP] = (struct tanpa_flow){4, 9000, 8000, 0, 0, START_NS + 1, START_NS + 90 * SECOND_NS};
	f->options.inside = net_list_private();
	f->verdict = verdict_judge(s, &f->options);
}

static void tear_down(struct fixture *f, gconstpointer user)
{
	(void)user;
	net_list_free(f->options.inside);
	g_time_zone_unref(f->zone);
}

static bool takes(struct fixture *f, const char *text)
{
	g_autoptr(GError) error = NULL;
	gsize at = 0;
	struct report_row row = {&f->session, &f->verdict, &f->options};
	g_autoptr(report_select) select = report_select_new(text, report_fields, report_n_fields, f->zone, &at, &error);
	if (error)
		g_test_message("%s, byte %" G_GSIZE_FORMAT ": %s", text, at, error->message);
	g_assert_no_error(error);
	return report_select_takes(select, &row);
}

/* Every expression is true of the fixture, and its opposite is not. */
static void assert_true(struct fixture *f, const char *const *expressions, gsize n)
{
	for (gsize i = 0; i < n; i++) {
		g_autofree char *opposite = g_strdup_printf("not (%s)", expressions[i]);
		g_test_message("%s", expressions[i]);
		g_assert_true(takes(f, expressions[i]));
		g_assert_false(takes(f, opposite));
	}
}

static void test_numbers(struct fixture *f, gconstpointer user)
{
	static const char *const expressions[] = {
		"resp_p = 80",
		"resp_p == 80",
		"resp_p != 81",
		"resp_p in 80",
		"resp_p in (22, 80)",
		"resp_p not in (22, 443,8000..8080)",
		"resp_p in 1..1023",
		"resp_p = 80..80",
		"resp_p < 81",
		"resp_p <= 80",
		"resp_p > 79.5",
		"resp_p >= 80",
		"not resp_p < 80..90",
		"not resp_p > 70..80",
		"resp_p <= 80..90",
		"resp_p >= 70..80",
		"sent=100 and received=8000",
		"received>=7.9e3",
		"received > sent",
		"received > mean_packet_length and resp_p != orig_p",
		"orig_p in (resp_p, sent, orig_p)",
		"not sent > http_status and not sent <= http_status", /* which is not set */
		"mean_packet_length > 1157 and mean_packet_length < 1158",
	};
	(void)user;
	assert_true(f, expressions, G_N_ELEMENTS(expressions));
}

static void test_addresses(struct fixture *f, gconstpointer user)
{
	static const char *const expressions[] = {
		"orig_h = 10.1.2.3",
		"orig_h in 10.0.0.0/8",
		"orig_h = 10.0.0.0/8",
		"orig_h != 10.1.2.4",
		"orig_h in (192.168.0.0/16, 10.1.0.0/16)",
		"orig_h not in (192.168.0.0/16, 2001:db8::/32)",
		"resp_h in 2001:db8::/32",
		"resp_h = 2001:0db8::0009",
		"resp_h not in 0.0.0.0/0",
		"inside_h = 10.1.2.3",
	};
	(void)user;
	assert_true(f, expressions, G_N_ELEMENTS(expressions));
}

static void test_text(struct fixture *f, gconstpointer user)
{
	static const char *const expressions[] = {
		"service = http",
		"service = \"http\"",
		"service in (tls, 'http')",
		"service != tls",
		"name = WWW.Example.com",
		"name != www.example.com",
		"name ~ www.example.com",
		"name ~ *.EXAMPLE.*",
		"name ~ 'www*e?ample*m'",
		"name ~ ***",
		"name !~ example",
		"name !~ *.com?",
		"name in (a, \"WWW.Example.c\\om\")",
		"verdict = download",
	};
	(void)user;
	assert_true(f, expressions, G_N_ELEMENTS(expressions));
}

static void test_times(struct fixture *f, gconstpointer user)
{
	static const char *const expressions[] = {
		"ts = 2009-03-13",
		"ts in 2009/3/13",
		"ts >= 2009-03-13",
		"ts <= 2009-03-13",
		"not ts > 2009-03-13",
		"not ts < 2009-03-13",
		"ts < 2009-03-14",
		"ts in 2009-03-01..2009-03-13",
		"ts = 2009-03-13T07:00",
		"ts = 2009-03-13T07:00:00",
		"ts = 2009-03-13T07:00:00.12",
		"ts = 2009-03-13T07:00:00.123456Z",
		"ts = 2009-03-13T07:00:00.123456789Z",
		"ts != 2009-03-13T07:00:00.123456788Z",
		"ts = 2009-03-13T16:00+09:00",
		"ts = '2009-03-13 16:00:00 +0900'",
		"ts = 1236927600",
		"ts = 1236927600.123456",
		"ts > 1236927599.9",
		"resp_first > orig_first and ts = orig_first",
		"duration = 90",
		"duration = 1.5m",
		"duration = 90000ms",
		"duration < 0.5h",
		"duration in 1m..2m",
		"duration <= 1d",
	};
	(void)user;
	assert_true(f, expressions, G_N_ELEMENTS(expressions));
}

static void test_time_zone(struct fixture *f, gconstpointer user)
{
	static const char *const expressions[] = {"ts = 2009-03-13T16:00", "ts in 2009-03-13T16:00..2009-03-13T16:01",
						  "ts = 2009-03-13T07:00Z"};
	(void)user;
	g_time_zone_unref(f->zone);
	f->zone = g_time_zone_new_identifier("Asia/Tokyo");
	assert_true(f, expressions, G_N_ELEMENTS(expressions));
}

/* Where the clock is set forward a day has 23 hours, where it is set back an hour comes twice. */
static void test_changed_clock(struct fixture *f, gconstpointer user)
{
	struct tanpa_flow *flow = f->session.flow;
	(void)user;
	g_time_zone_unref(f->zone);
	f->zone = g_time_zone_new_identifier("Europe/Berlin");
	flow[0].first_ns = flow[1].first_ns = INT64_C(1238277600) * SECOND_NS; /* 2009-03-28T22:00Z, the 28th, 23:00 */
	g_assert_true(takes(f, "ts = 2009-03-28"));
	flow[0].first_ns = flow[1].first_ns = INT64_C(1238363999) *
					      SECOND_NS; /* 2009-03-29T21:59:59Z, its last second */
	g_assert_true(takes(f, "ts = 2009-03-29"));
	flow[0].first_ns = flow[1].first_ns = INT64_C(1238364000) * SECOND_NS;
	g_assert_true(takes(f, "ts = 2009-03-30"));
	flow[0].first_ns = flow[1].first_ns = INT64_C(1256433300) * SECOND_NS; /* 2009-10-25T01:15Z, 02:15 again */
	g_assert_true(takes(f, "ts = 2009-10-25T02:15"));
	flow[0].first_ns = flow[1].first_ns = INT64_C(1256429700) * SECOND_NS; /* 2009-10-25T00:15Z, 02:15 */
	g_assert_true(takes(f, "ts = 2009-10-25T02:15"));
}

static void test_set_and_unset(struct fixture *f, gconstpointer user)
{
	static const char *const expressions[] = {
		"name",
		"not http_status",
		"not http_status = 200",
		"http_status != 200",
		"http_status not in (200, 404)",
		"not http_status < 999",
		"not http_status >= 0",
		"frame_bytes != 0",
		"not short_packets",
		"short_packets = false",
		"short_packets != true",
	};
	(void)user;
	assert_true(f, expressions, G_N_ELEMENTS(expressions));
}

static void test_logic(struct fixture *f, gconstpointer user)
{
	static const char *const expressions[] = {
		"sent = 100 and received = 8000 and resp_p = 80",
		"sent = 1 or sent = 2 or sent = 100",
		"sent = 100 or sent = 1 and sent = 2",
		"not (sent = 100 and (received = 1 or resp_p = 22))",
		"not sent = 1 and not received = 1",
		"not not sent=100",
		"(((sent = 100)))",
		"sent=100\tand(received=8000)",
	};
	(void)user;
	assert_true(f, expressions, G_N_ELEMENTS(expressions));
	g_assert_false(takes(f, "(sent = 100 or sent = 1) and sent = 2"));
	g_assert_false(takes(f, "sent = 100 and sent = 1 or sent = 2"));
}

static void test_wrong(struct fixture *f, gconstpointer user)
{
	static const struct {
		const char *text;
		gsize at;
		const char *words;
	} cases[] = {
		{"", 0, "a field, not or ( is missing at the end"},
		{"  ", 2, "a field, not or ( is missing at the end"},
		{"sentt > 5", 0, "there is no field 'sentt'"},
		{"sent > 5 and SENT > 5", 13, "there is no field 'SENT'"},
		{"sent > x", 7, "'x' is not a number"},
		{"sent > nan", 7, "'nan' is not a number"},
		{"sent > 5x", 7, "'5x' is not a number"},
		{"sent >", 6, "a value is missing at the end"},
		{"sent > and", 7, "'and' is not a value"},
		{"sent >> 5", 5, "'>>' is not an operator (= != < <= > >= ~ !~ in)"},
		{"sent 5", 5, "'5' is not and, or, or a comparison"},
		{"sent = 5 sent", 9, "'sent' is not and, or, or a comparison"},
		{"sent = 5)", 8, "')' is not and, or, or a comparison"},
		{"(sent = 5", 0, "this ( is not closed"},
		{"(sent = 5,", 9, "',' is not and, or or )"},
		{"sent in (5", 10, "a comma or ) is missing at the end"},
		{"sent in ()", 9, "')' is not a value"},
		{"sent in (1,)", 11, "')' is not a value"},
		{"sent in (1 2)", 11, "'2' is not a comma or )"},
		{"sent = (1, 2)", 7, "'(' is not a value"},
		{"sent not = 1", 9, "'=' is not in"},
		{"sent in 9..5", 8, "'9..5' is not a range: its end lies before its begin"},
		{"sent in 5..", 8, "'5..' is not a number"},
		{"name = \"x", 7, "this quote is not closed"},
		{"name < x", 5, "'<' is no test for name, which is of type string"},
		{"sent ~ 5*", 5, "'~' is no test for sent, which is of type integer"},
		{"orig_h > 10.0.0.1", 7, "'>' is no test for orig_h, which is of type address"},
		{"orig_h = 10.0.0.1,", 17, "',' is not and, or, or a comparison"},
		{"orig_h = '10.0.0.1,10.0.0.2'", 9,
		 "'10.0.0.1,10.0.0.2' is not an address or network (as in 10.1.2.3, 10.0.0.0/8, 2001:db8::/32)"},
		{"orig_h = 10.0.0.0/33", 9,
		 "'10.0.0.0/33' is not an address or network (as in 10.1.2.3, 10.0.0.0/8, 2001:db8::/32)"},
		{"short_packets = maybe", 16, "'maybe' is not true or false"},
		{"short_packets < true", 14, "'<' is no test for short_packets, which is of type boolean"},
		{"ts > 2009", 5,
		 "'2009' is not a time (as in 2009-03-13, 2009-03-13T07:00, 2009-03-13T16:00:00.5+09:00)"},
		{"ts > 2009-02-29", 5,
		 "'2009-02-29' is not a time (as in 2009-03-13, 2009-03-13T07:00, 2009-03-13T16:00:00.5+09:00)"},
		{"sent > ts", 7, "'ts' is not a number"},
		{"duration > 5w", 11,
		 "'5w' is not a number of seconds, or a duration (as in 0.5, 90, 250ms, 5m, 1h, 2d)"},
	};
	(void)user;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		gsize at = 999;
		g_assert_null(report_select_new(cases[i].text, report_fields, report_n_fields, f->zone, &at, &error));
		g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
		g_assert_cmpstr(error->message, ==, cases[i].words);
		g_assert_cmpuint(at, ==, cases[i].at);
	}
}

/* Parentheses are bounded, chains are not. */
static void test_depth(struct fixture *f, gconstpointer user)
{
	g_autoptr(GString) text = g_string_new(NULL);
	g_autoptr(GError) error = NULL;
	gsize at = 0;
	(void)user;
	for (int i = 0; i < 100000; i++)
		g_string_append(text, "sent = 1 or ");
	g_string_append(text, "sent = 100");
	g_assert_true(takes(f, text->str));
	g_string_assign(text, "");
	for (int i = 0; i < 100; i++)
		g_string_append(text, i % 2 ? "(" : "not ");
	g_string_append(text, "sent = 100");
	for (int i = 0; i < 50; i++)
		g_string_append(text, ")");
	g_assert_true(takes(f, text->str));
	g_string_prepend(text, "not ");
	g_assert_null(report_select_new(text->str, report_fields, report_n_fields, f->zone, &at, &error));
	g_assert_cmpstr(error->message, ==, "more than 100 levels deep");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*run)(struct fixture *f, gconstpointer user);
	} tests[] = {
		{"/select/numbers", test_numbers},
		{"/select/addresses", test_addresses},
		{"/select/text", test_text},
		{"/select/times", test_times},
		{"/select/time-zone", test_time_zone},
		{"/select/changed-clock", test_changed_clock},
		{"/select/set-and-unset", test_set_and_unset},
		{"/select/logic", test_logic},
		{"/select/wrong", test_wrong},
		{"/select/depth", test_depth},
	};
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, struct fixture, NULL, set_up, tests[i].run, tear_down);
	return g_test_run();
}
