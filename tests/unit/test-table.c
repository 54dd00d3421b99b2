/* The session table: keys, UDP, time-outs, what the first bytes tell, fragments, caps. */
#include <glib.h>
#include <string.h>

#include "base/net.h"
#include "report/names.h"
#include "script.h"

/* Sessions of a script, in words. */
static char *run_words(const char *text, bool udp, bool ipv6, const struct session_options *options,
		       struct session_counts *counts)
{
	struct script s;
	script_init(&s, udp, ipv6);
	script_add(&s, text);
	g_autoptr(GArray) sessions = script_run(&s, options, 0, counts);
	script_clear(&s);
	return script_describe(sessions);
}

#define assert_words(text, udp, options, expected)                                    \
	do {                                                                          \
		g_autofree char *words_ = run_words(text, udp, false, options, NULL); \
		g_assert_cmpstr(words_, ==, expected);                                \
	} while (0)

static const struct session_options *defaults = &session_options_default;

/* ---- UDP ---- */

static void test_udp(void)
{
	assert_words(">10 <20 >10", true, defaults, "first-packet Dd SF input-end 2+1 20+20");
	assert_words(">10 >10", true, defaults, "first-packet D S0 input-end 2+0 20+0");
	assert_words(">0", true, defaults, "first-packet D S0 input-end 1+0 0+0");
	/* UDP never sees anything twice */
	assert_words(">10 >10 >10", true, defaults, "first-packet D S0 input-end 3+0 30+0");
	/* other ports, another address: other sessions, in the order of their first packets */
	assert_words(">1 c40001 >2 s81 >3 h2 >4 h1 c40000 s80 >5", true, defaults,
		     "first-packet D S0 input-end 2+0 6+0 | first-packet D S0 input-end 1+0 2+0 | "
		     "first-packet D S0 input-end 1+0 3+0 | first-packet D S0 input-end 1+0 4+0");
}

/* The last packet that still belongs, and the first that does not, are a nanosecond apart. */
static void check_timeout(bool udp, const char *before, const char *after, int64_t timeout_ns)
{
	for (int over = 0; over < 2; over++) {
		struct script s;
		script_init(&s, udp, false);
		script_add(&s, before);
		int64_t last = g_array_index(s.packets, struct packet, s.packets->len - 1).ts_ns;
		s.now_ns = last + timeout_ns + over;
		script_add(&s, after);
		g_autoptr(GArray) sessions = script_run(&s, defaults, 0, NULL);
		g_assert_cmpuint(sessions->len, ==, over ? 2 : 1);
		g_assert_cmpstr(report_end_name(SESSION(sessions, 0)->end), ==, over ? "timeout" : "input-end");
		script_clear(&s);
	}
}

static void test_timeouts_to_the_ns(void)
{
	check_timeout(true, ">10", ">10", 60 * INT64_C(1000000000));
	check_timeout(true, ">10", "<10", 60 * INT64_C(1000000000));
	check_timeout(true, ">10 <10 >10", "<10", 60 * INT64_C(1000000000));
	check_timeout(false, ">S <SA >A >10", ">10", 3600 * INT64_C(1000000000));
	check_timeout(false, ">S <SA >A >10 <A", "<10", 3600 * INT64_C(1000000000));
	check_timeout(false, ">10", ">10", 3600 * INT64_C(1000000000));
	check_timeout(false, ">S", ">S@-1", 120 * INT64_C(1000000000));
	check_timeout(false, ">S", "<SA", 120 * INT64_C(1000000000));
}

/* A control channel that says something every 50 minutes for a day is one session. */
static void test_idle_channel(void)
{
	GString *text = g_string_new(">S <SA >A");
	for (int i = 0; i < 28; i++)
		g_string_append(text, " +3000 >20 <30");
	assert_words(text->str, false, defaults, "syn ShADd S1 input-end 30+29 560+840");
	struct session_options shorter = *defaults;
	shorter.tcp_timeout_ns = 2999 * INT64_C(1000000000);
	g_autofree char *cut = run_words(text->str, false, false, &shorter, NULL);
	g_assert_true(g_str_has_prefix(cut, "syn ShA S1 timeout 2+1 0+0 | first-packet Dd OTH timeout 1+1 20+30 | "));
	g_string_free(text, TRUE);
}

/* Others' packets move the clock: a silent session ends while they go on. */
static void test_expiry(void)
{
	struct script s;
	script_init(&s, true, false);
	script_add(&s, ">10");
	for (int i = 0; i < 200; i++)
		script_add(&s, "c50000 +1 >1 <1");
	struct session_options stream = *defaults;
	struct session_counts counts;
	stream.sink = script_stream;
	g_autoptr(GArray) sessions = script_run(&s, &stream, 1, &counts);
	g_autofree char *words = script_describe(sessions);
	g_assert_cmpstr(words, ==, "first-packet D S0 timeout 1+0 10+0 | first-packet Dd SF input-end 200+200 200+200");
	g_assert_cmpuint(counts.peak_live, ==, 2);
	g_assert_cmpuint(counts.live, ==, 0);
	script_clear(&s);
}

/* A session idle for longer than its time-out at the end of the input timed out, however the packets were batched. */
static void test_end_does_not_depend_on_batches(void)
{
	static const char *const texts[] = {
		">10 +59 >10 c50000 +3 >1 +50 >1 +11 >1",
		">10 +59 >10 c50000 +3 >1 +50 >1 +9 >1",
		">10 c50000 +61 >1",
		">10 c50000 +59 >1",
	};
	static const char *const ends[] = {"timeout", "timeout", "timeout", "input-end"};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		for (gsize batch = 0; batch < 4; batch++) {
			struct script s;
			script_init(&s, true, false);
			script_add(&s, texts[i]);
			g_autoptr(GArray) sessions = script_run(&s, defaults, batch, NULL);
			g_test_message("%s in batches of %zu", texts[i], batch);
			g_assert_cmpstr(report_end_name(SESSION(sessions, 0)->end), ==, ends[i]);
			g_assert_cmpstr(report_end_name(SESSION(sessions, 1)->end), ==, "input-end");
			script_clear(&s);
		}
}

/* What is alive at the end goes to the sink in the order in which it began, whatever was heard of it last. */
static void test_order_of_the_end(void)
{
	struct session_options stream = *defaults;
	struct script s;
	stream.sink = script_stream;
	script_init(&s, false, false);
	script_add(&s, "h9 >S h8 >10 h7 >S <SA h6 >S h7 >A h9 <SA h8 <10 h9 >A h6 <RA");
	g_autoptr(GArray) sessions = script_run(&s, &stream, 1, NULL);
	g_assert_cmpuint(sessions->len, ==, 4);
	for (guint i = 0; i < sessions->len; i++)
		g_assert_cmpuint(SESSION(sessions, i)->addr[0][15], ==, 9 - i);
	script_clear(&s);
}

/* Files of different years in one run. */
static void test_long_gaps(void)
{
	static const int days[] = {1, 20, 27, 40, 60, 365, 3650};
	for (gsize i = 0; i < G_N_ELEMENTS(days) && !g_test_failed(); i++) {
		struct script s;
		struct session_counts counts;
		struct session_options stream = *defaults;
		stream.sink = script_stream;
		script_init(&s, false, false);
		g_autofree char *gap = g_strdup_printf("+%d", days[i] * 86400);
		for (int c = 1; c <= 50; c++) {
			g_autofree char *client = g_strdup_printf("h%d", c);
			script_add(&s, client);
			script_add(&s, ">10 <10");
		}
		script_add(&s, gap);
		for (int c = 101; c <= 150; c++) {
			g_autofree char *client = g_strdup_printf("h%d", c);
			script_add(&s, client);
			script_add(&s, ">10 <10");
		}
		g_autoptr(GArray) sessions = script_run(&s, &stream, 1, &counts);
		g_test_message("%d days", days[i]);
		g_assert_cmpuint(sessions->len, ==, 100);
		g_assert_cmpuint(counts.peak_live, <=, 51); /* those before the gap were given back */
		for (guint k = 0; k < 50 && !g_test_failed(); k++)
			g_assert_cmpstr(report_end_name(SESSION(sessions, k)->end), ==, "timeout");
		for (guint k = 50; k < 100 && !g_test_failed(); k++)
			g_assert_cmpstr(report_end_name(SESSION(sessions, k)->end), ==, "input-end");
		script_clear(&s);
	}
}

/* A clock that went back: nothing is lost, nothing is negative. */
static void test_clock_back(void)
{
	struct script s;
	struct session_counts counts;
	script_init(&s, true, false);
	script_add(&s, "+1000 >10 <10 -500 >10 <10 -400 c7 >1 +1000 c40000 >10");
	g_autoptr(GArray) sessions = script_run(&s, defaults, 1, &counts);
	uint64_t packets = 0;
	for (guint i = 0; i < sessions->len; i++) {
		const struct tanpa_session *t = SESSION(sessions, i);
		packets += tanpa_session_packets(t);
		g_assert_cmpint(tanpa_session_start_ns(t), <=, tanpa_session_end_ns(t));
	}
	g_assert_cmpuint(packets, ==, 6);
	g_assert_cmpuint(counts.packets, ==, 6);
	script_clear(&s);
}

/* One packet from the future, among others, ends nothing that is alive. */
static void test_packet_from_the_future(void)
{
	struct session_options stream = *defaults;
	struct script s;
	stream.sink = script_stream;
	script_init(&s, false, false);
	script_add(&s, ">S <SA >A >10 +31536000 h2 >10 h1 -31536000 >20 h3 >30 h1 <40");
	g_autoptr(GArray) sessions = script_run(&s, &stream, 0, NULL);
	g_assert_cmpuint(sessions->len, ==, 3);
	for (guint i = 0; i < sessions->len; i++) {
		const struct tanpa_session *t = SESSION(sessions, i);
		bool first = t->addr[0][15] == 1;
		g_assert_cmpuint(tanpa_session_payload(t), ==, first ? 70 : t->addr[0][15] == 2 ? 10 : 30);
		g_assert_cmpuint(t->flow[1].payload_bytes, ==, first ? 40 : 0);
	}
	script_clear(&s);
}

/* ---- what the first bytes tell ---- */

static void test_tftp(void)
{
	/* a read request, answered from a fresh port: a session of its own whose initiator is who asked */
	struct script s;
	script_init(&s, true, false);
	s.port[1] = 69;
	script_add(&s, ">20");
	struct packet *asked = &g_array_index(s.packets, struct packet, 0);
	asked->payload = (const uint8_t *)"\0\1bot.exe\0octet\0";
	asked->payload_cap = 17;
	script_add(&s, "s3456 <516 >4 <100 >4");
	g_autoptr(GArray) sessions = script_run(&s, defaults, 0, NULL);
	g_autofree char *words = script_describe(sessions);
	g_assert_cmpstr(words, ==, "first-packet D S0 input-end 1+0 20+0 | tftp dD SF input-end 2+2 8+616");
	g_assert_cmpuint(SESSION(sessions, 0)->service, ==, TANPA_SERVICE_TFTP);
	g_assert_cmpuint(SESSION(sessions, 1)->port[0], ==, 40000);
	g_assert_cmpuint(SESSION(sessions, 1)->port[1], ==, 3456);
	script_clear(&s);
	/* nobody asked: who sent first is the initiator */
	assert_words("s3456 <516 >4", true, defaults, "first-packet Dd SF input-end 1+1 516+4");
}

static void test_http(void)
{
	g_autoptr(GArray) sessions = script_sessions(
		">S <SA >A >[POST_/gate_HTTP/1.1~Host:_c2.example~~] <A <[HTTP/1.1_403_Forbidden~~] >A "
		">[GET_/b_HTTP/1.1~Host:_other~~]",
		false);
	const struct tanpa_session *s = SESSION(sessions, 0);
	g_assert_cmpuint(s->service, ==, TANPA_SERVICE_HTTP);
	g_assert_cmpuint(s->http_method, ==, TANPA_HTTP_POST);
	g_assert_cmpuint(s->http_status, ==, 403);
	g_assert_cmpuint(s->turns, ==, 2);
	g_assert_cmpuint(s->content[0], ==, TANPA_CONTENT_NONE);
}

/* Only the first bytes are looked at: what comes later may be anything. */
static void test_first_bytes_only(void)
{
	g_autoptr(GArray) sessions = script_sessions(
		">S <SA >A >[hello] >[#!/bin/sh] >[GET_/_HTTP/1.0~~] <[x] <[#!/bin/sh]", false);
	g_assert_cmpuint(SESSION(sessions, 0)->content[0], ==, TANPA_CONTENT_NONE);
	g_assert_cmpuint(SESSION(sessions, 0)->content[1], ==, TANPA_CONTENT_NONE);
	g_assert_cmpuint(SESSION(sessions, 0)->http_method, ==, TANPA_HTTP_NONE);
}

/* The name lives with the table: streamed ones are read in the sink. */
static void test_name(void)
{
	struct session_options stream = *defaults;
	struct script s;
	stream.sink = script_stream;
	script_init(&s, false, false);
	script_add(&s, ">S <SA >A >[GET_/_HTTP/1.0~Host:_c2.example:8080~~] >R");
	g_autoptr(GArray) sessions = script_run(&s, &stream, 0, NULL);
	g_assert_cmpstr(SESSION(sessions, 0)->name, ==, "c2.example:8080");
	script_clear(&s);
}

/* An executable behind an HTTP header of its own packet; the second direction is looked at apart. */
static void test_content(void)
{
	struct script s;
	uint8_t pe[128] = "MZ";
	pe[60] = 64;
	memcpy(pe + 64, "PE\0\0", 4);
	script_init(&s, false, false);
	script_add(&s, ">S <SA >A >[GET_/x_HTTP/1.0~~] <[HTTP/1.0_200_OK~~] <128 <1000");
	struct packet *body = &g_array_index(s.packets, struct packet, 5);
	body->payload = pe;
	body->payload_cap = sizeof pe;
	g_autoptr(GArray) sessions = script_run(&s, defaults, 0, NULL);
	g_assert_cmpuint(SESSION(sessions, 0)->content[1], ==, TANPA_CONTENT_PE);
	g_assert_cmpuint(SESSION(sessions, 0)->content[0], ==, TANPA_CONTENT_NONE);
	g_assert_cmpuint(SESSION(sessions, 0)->http_status, ==, 200);
	script_clear(&s);
}

/* ---- keys ---- */

static void test_ipv6(void)
{
	struct script s;
	script_init(&s, false, true);
	script_add(&s, ">S <SA >A >100 <50 >F <F h2 >S");
	g_autoptr(GArray) sessions = script_run(&s, defaults, 0, NULL);
	g_autofree char *words = script_describe(sessions);
	char text[NET_TEXT];
	g_assert_cmpstr(words, ==, "syn ShADdFf SF fin 4+3 100+50 | syn S S0 input-end 1+0 0+0");
	g_assert_false(SESSION(sessions, 0)->ipv4);
	g_assert_cmpstr(net_address_text(SESSION(sessions, 0)->addr[0], text), ==, "2001:db8::c:1");
	g_assert_cmpstr(net_address_text(SESSION(sessions, 0)->addr[1], text), ==, "2001:db8::5");
	g_assert_cmpstr(net_address_text(SESSION(sessions, 1)->addr[0], text), ==, "2001:db8::c:2");
	g_assert_cmpuint(SESSION(sessions, 0)->flow[0].ip_bytes, ==, 4 * 60 + 100);
	script_clear(&s);
}

static void test_ipv4_addresses(void)
{
	g_autoptr(GArray) sessions = script_sessions("<SA h7 >S", false); /* the first packet is the responder's */
	char text[NET_TEXT];
	g_assert_true(SESSION(sessions, 0)->ipv4);
	g_assert_cmpstr(net_address_text(SESSION(sessions, 0)->addr[0], text), ==, "10.0.0.1");
	g_assert_cmpstr(net_address_text(SESSION(sessions, 0)->addr[1], text), ==, "203.0.113.5");
	g_assert_cmpstr(net_address_text(SESSION(sessions, 1)->addr[0], text), ==, "10.0.0.7");
	g_assert_cmpuint(SESSION(sessions, 1)->port[0], ==, 40000);
	g_assert_cmpuint(SESSION(sessions, 1)->port[1], ==, 80);
}

/* TCP and UDP, IPv4 and IPv6 with the same ports are four sessions. */
static void test_kinds(void)
{
	struct script all;
	script_init(&all, false, false);
	for (int kind = 0; kind < 8; kind++) { /* all kinds twice, so that each is met again */
		struct script s;
		script_init(&s, kind & 1, kind & 2);
		script_add(&s, ">10");
		g_array_append_val(all.packets, g_array_index(s.packets, struct packet, 0));
		script_clear(&s);
	}
	g_autoptr(GArray) sessions = script_run(&all, defaults, 0, NULL);
	g_assert_cmpuint(sessions->len, ==, 4);
	for (guint i = 0; i < sessions->len; i++)
		g_assert_cmpuint(SESSION(sessions, i)->flow[0].packets, ==, 2);
	script_clear(&all);
}

/* A host that talks to itself from a port to the same port: all packets go one way. */
static void test_self(void)
{
	struct script s;
	script_init(&s, true, false);
	script_add(&s, "s40000 >10 <20");
	for (guint i = 0; i < 2; i++) {
		struct packet *p = &g_array_index(s.packets, struct packet, i);
		p->addr.ipv4[0] = p->addr.ipv4[1] = GUINT32_TO_BE(0x7f000001);
		p->hash = packet_hash(p, &defaults->seed);
	}
	g_autoptr(GArray) sessions = script_run(&s, defaults, 0, NULL);
	g_autofree char *words = script_describe(sessions);
	g_assert_cmpstr(words, ==, "first-packet D S0 input-end 2+0 30+0");
	script_clear(&s);
}

/* ---- fragments ---- */

static void check_fragments(const char *text, bool udp, bool ipv6, const char *expected, uint64_t lost)
{
	struct session_counts counts;
	g_autofree char *words = run_words(text, udp, ipv6, defaults, &counts);
	g_test_message("%s", text);
	g_assert_cmpstr(words, ==, expected);
	g_assert_cmpuint(counts.fragments, ==, lost);
}

static void test_fragments(void)
{
	for (int ipv6 = 0; ipv6 < 2; ipv6++) {
		check_fragments(">100f(7) >50g(7) <10", true, ipv6, "first-packet Dd SF input-end 2+1 150+10", 0);
		check_fragments(">100f(7) <100f(7) >50g(7) <60g(7)", true, ipv6,
				"first-packet Dd SF input-end 2+2 150+160", 0);
		check_fragments(">50g(7) >100f(7)", true, ipv6, "first-packet D S0 input-end 1+0 100+0", 1);
		check_fragments(">100f(7) >50g(8)", true, ipv6, "first-packet D S0 input-end 1+0 100+0", 1);
		check_fragments(">100f(7) +29 >50g(7)", true, ipv6, "first-packet D S0 input-end 2+0 150+0", 0);
		check_fragments(">100f(7) +31 >50g(7)", true, ipv6, "first-packet D S0 input-end 1+0 100+0", 1);
		check_fragments(">100f(7) h2 >50g(7)", true, ipv6, "first-packet D S0 input-end 1+0 100+0", 1);
	}
	check_fragments(">50g(0)", true, false, "", 1); /* id 0 is in no empty place */
	check_fragments(">S <SA >A >1000f(7) >480g(7) <A", false, false, "syn ShADa S1 input-end 4+2 1480+0", 0);
	check_fragments(">S <SA >A >1000f(7) >480g(7) >10@1480", false, false, "syn ShAD S1 input-end 5+1 1490+0", 0);
}

/* Of too many datagrams at once the oldest is forgotten, and no other. */
static void test_many_fragments(void)
{
	enum { REMEMBERED = 65536 };
	struct session_counts counts;
	struct script s;
	script_init(&s, true, false);
	for (int id = 0; id <= REMEMBERED; id++) {
		g_autofree char *first = g_strdup_printf(">10f(%d)", id);
		script_add(&s, first);
		s.now_ns -= SCRIPT_STEP_NS - 1000; /* all of them within a tenth of a second */
	}
	script_add(&s, ">7g(0) >7g(1) >7g(65536)");
	g_autoptr(GArray) sessions = script_run(&s, defaults, 0, &counts);
	g_assert_cmpuint(counts.fragments, ==, 1);
	g_assert_cmpuint(SESSION(sessions, 0)->flow[0].payload_bytes, ==, 10 * (REMEMBERED + 1) + 14);
	script_clear(&s);
}

/* The same id used again: the newer datagram's ports count, for 30 s of its own. */
static void test_fragment_id_again(void)
{
	struct session_counts counts;
	struct script s;
	script_init(&s, true, false);
	script_add(&s, ">10f(7) +20 c50000 >20f(7) +20 >5g(7) +20 >5g(7)");
	g_autoptr(GArray) sessions = script_run(&s, defaults, 0, &counts);
	g_autofree char *words = script_describe(sessions);
	g_assert_cmpstr(words, ==, "first-packet D S0 timeout 1+0 10+0 | first-packet D S0 input-end 2+0 25+0");
	g_assert_cmpuint(counts.fragments, ==, 1);
	script_clear(&s);
}

/* ---- caps ---- */

static void test_full(void)
{
	for (int keep = 0; keep < 2; keep++) {
		struct session_options small = *defaults;
		struct session_counts counts;
		struct script s;
		small.max_sessions = 3;
		small.sink = keep ? NULL : script_stream;
		script_init(&s, true, false);
		script_add(&s, "c1 >1 c2 >1 c3 >1 c4 >1 >1 c1 >1 <1");
		g_autoptr(GArray) sessions = script_run(&s, &small, 0, &counts);
		g_assert_cmpuint(counts.packets, ==, 7);
		g_assert_cmpuint(counts.refused, ==, 2);
		g_assert_cmpuint(counts.sessions, ==, 3);
		g_assert_cmpuint(counts.peak_live, ==, 3);
		g_assert_cmpuint(sessions->len, ==, 3);
		script_clear(&s);
	}
}

/* Streamed, room is made by sessions that end; kept, it is not. */
static void test_full_for_a_while(void)
{
	for (int keep = 0; keep < 2; keep++) {
		struct session_options small = *defaults;
		struct session_counts counts;
		struct script s;
		small.max_sessions = 3;
		small.sink = keep ? NULL : script_stream;
		script_init(&s, true, false);
		script_add(&s, "c1 >1 c2 >1 c3 >1 +100 c1 >1 +1 c4 >1 c5 >1");
		g_autoptr(GArray) sessions = script_run(&s, &small, 1, &counts);
		g_assert_cmpuint(counts.refused, ==, keep ? 3 : 0);
		g_assert_cmpuint(sessions->len, ==, keep ? 3 : 6);
		script_clear(&s);
	}
}

static void test_beyond_4_gib(void)
{
	enum { N = 70000, LEN = 65000 };
	struct script s;
	script_init(&s, true, false);
	script_add(&s, ">65000 <65000");
	struct packet forth = g_array_index(s.packets, struct packet, 0),
		      back = g_array_index(s.packets, struct packet, 1);
	g_array_set_size(s.packets, 0);
	for (int i = 0; i < N; i++) {
		g_array_append_val(s.packets, forth);
		if (i % 2)
			g_array_append_val(s.packets, back);
	}
	g_autoptr(GArray) sessions = script_run(&s, defaults, 0, NULL);
	const struct tanpa_session *t = SESSION(sessions, 0);
	g_assert_cmpuint(t->flow[0].payload_bytes, ==, UINT64_C(1) * N * LEN);
	g_assert_cmpuint(t->flow[0].ip_bytes, ==, UINT64_C(1) * N * (LEN + 28));
	g_assert_cmpuint(t->flow[1].payload_bytes, ==, UINT64_C(1) * N / 2 * LEN);
	g_assert_cmpuint(t->flow[1].ip_bytes, ==, UINT64_C(1) * N / 2 * (LEN + 28));
	script_clear(&s);
}

/* The sequence numbers go round, too. */
static void test_tcp_beyond_4_gib(void)
{
	struct script s;
	script_init(&s, false, false);
	script_add(&s, ">S <SA >A");
	for (int i = 0; i < 70000; i++)
		script_add(&s, i % 100 ? ">65000" : ">65000 <A");
	g_autoptr(GArray) sessions = script_run(&s, defaults, 0, NULL);
	g_autofree char *words = script_describe(sessions);
	g_assert_cmpstr(words, ==, "syn ShADa S1 input-end 70002+701 4550000000+0");
	script_clear(&s);
}

static void test_frames(void)
{
	struct session_options options = *defaults;
	struct script s;
	script_init(&s, false, false);
	script_add(&s, ">S <SA c2 >S c40000 >A >100");
	g_autoptr(GArray) without = script_run(&s, &options, 0, NULL);
	options.count_frames = true;
	g_autoptr(GArray) with = script_run(&s, &options, 0, NULL);
	g_assert_cmpuint(SESSION(without, 0)->frame_bytes, ==, 0);
	g_assert_cmpuint(SESSION(with, 0)->frame_bytes, ==, 4 * 54 + 100);
	g_assert_cmpuint(SESSION(with, 1)->frame_bytes, ==, 54);
	script_clear(&s);
}

/* Each packet is told the session that counts it: of new ones on the same ports, of fragments, of none. */
static void test_numbers(void)
{
	static const uint32_t expected[] = {0, 0, 0, 0, 1, 1, 0, 2, 2, SESSION_NONE, 1, SESSION_NONE};
	uint32_t number[G_N_ELEMENTS(expected)];
	struct session_options options = *defaults;
	struct script s;
	options.max_sessions = 3;
	script_init(&s, false, false);
	script_add(&s, ">S <SA >A <R c2 >S <SA c40000 >A +100 >S >100f(7) >50g(8) c2 >1 c3 >S");
	struct session_table *table = session_table_new(&options);
	g_assert_cmpuint(s.packets->len, ==, G_N_ELEMENTS(expected));
	session_table_add_numbered(table, &g_array_index(s.packets, struct packet, 0), s.packets->len, NULL, number);
	for (gsize i = 0; i < G_N_ELEMENTS(expected); i++)
		g_assert_cmpuint(number[i], ==, expected[i]);
	session_table_free(table);
	script_clear(&s);
}

static void test_empty(void)
{
	struct session_table *table = session_table_new(defaults);
	session_table_add(table, NULL, 0, NULL);
	g_assert_cmpint(session_table_newest_ns(table), ==, TANPA_NEVER);
	session_table_finish(table, session_table_newest_ns(table));
	struct session_counts counts = session_table_counts(table);
	g_assert_cmpuint(session_table_size(table), ==, 0);
	g_assert_cmpuint(counts.packets, ==, 0);
	session_table_free(table);
	session_table_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/table/udp", test_udp);
	g_test_add_func("/table/numbers", test_numbers);
	g_test_add_func("/table/timeouts-to-the-ns", test_timeouts_to_the_ns);
	g_test_add_func("/table/idle-channel", test_idle_channel);
	g_test_add_func("/table/expiry", test_expiry);
	g_test_add_func("/table/end-does-not-depend-on-batches", test_end_does_not_depend_on_batches);
	g_test_add_func("/table/order-of-the-end", test_order_of_the_end);
	g_test_add_func("/table/long-gaps", test_long_gaps);
	g_test_add_func("/table/clock-back", test_clock_back);
	g_test_add_func("/table/packet-from-the-future", test_packet_from_the_future);
	g_test_add_func("/table/tftp", test_tftp);
	g_test_add_func("/table/http", test_http);
	g_test_add_func("/table/first-bytes-only", test_first_bytes_only);
	g_test_add_func("/table/name", test_name);
	g_test_add_func("/table/content", test_content);
	g_test_add_func("/table/ipv6", test_ipv6);
	g_test_add_func("/table/ipv4-addresses", test_ipv4_addresses);
	g_test_add_func("/table/kinds", test_kinds);
	g_test_add_func("/table/self", test_self);
	g_test_add_func("/table/fragments", test_fragments);
	g_test_add_func("/table/many-fragments", test_many_fragments);
	g_test_add_func("/table/fragment-id-again", test_fragment_id_again);
	g_test_add_func("/table/full", test_full);
	g_test_add_func("/table/full-for-a-while", test_full_for_a_while);
	g_test_add_func("/table/beyond-4-gib", test_beyond_4_gib);
	g_test_add_func("/table/tcp-beyond-4-gib", test_tcp_beyond_4_gib);
	g_test_add_func("/table/frames", test_frames);
	g_test_add_func("/table/empty", test_empty);
	return g_test_run();
}
