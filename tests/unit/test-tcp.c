/* TCP: who initiated, state, history, sequence numbers, ends. One script and one answer each. */
#include <glib.h>
#include <string.h>

#include "script.h"

static const struct {
	const char *name, *script, *sessions;
} rows[] = {
	/* ---- a connection and its ends ---- */
	{"fin", ">S <SA >A >100 <A <50 >A >F <FA >A", "syn ShADadFf SF fin 6+4 100+50"},
	{"fin-by-server", ">S <SA >A >100 <50 <F >A >F <A", "syn ShADdfFa SF fin 5+4 100+50"},
	{"fin-at-once", ">S <SA >A >F <F >A <A", "syn ShAFfa SF fin 4+3 0+0"},
	{"fin-with-payload", ">S <SA >F10 <F20 >A", "syn ShFfA SF fin 3+2 10+20"},
	{"half-close", ">S <SA >A >F <A <100 >A <F >A", "syn ShAFadf SF fin 5+4 0+100"},
	{"fin-again", ">S <SA >A >F >F@-1 <FA >A", "syn ShAFf SF fin 5+2 0+0"},
	{"open", ">S <SA >A >10", "syn ShAD S1 input-end 3+1 10+0"},
	{"client-closed", ">S <SA >A >F", "syn ShAF S2 input-end 3+1 0+0"},
	{"server-closed", ">S <SA >A <F", "syn ShAf S3 input-end 2+2 0+0"},
	{"client-reset", ">S <SA >A >10 >R", "syn ShADR RSTO rst 4+1 10+0"},
	{"server-reset", ">S <SA >A >10 <R", "syn ShADr RSTR rst 3+2 10+0"},
	{"reset-twice", ">S <SA >A >R >R", "syn ShAR RSTO rst 4+1 0+0"},
	{"reset-after-fin", ">S <SA >A >F <A >R", "syn ShAFaR RSTO rst 4+2 0+0"},
	{"reset-after-both-fins", ">S <SA >A >F <FA >R", "syn ShAFfR SF fin 4+2 0+0"},
	{"reset-with-text", ">S <SA >A >10 <R20", "syn ShADr RSTR rst 3+2 10+0"},
	{"fin-and-reset-then-fin", ">S <SA >A >F >R <F", "syn ShAFRf SF rst 4+2 0+0"},
	{"fin-and-reset", ">S <SA >A >FR", "syn ShAI RSTO rst 3+1 0+0"},
	/* ---- attempts ---- */
	{"no-answer", ">S +3 >S@-1 +6 >S@-1", "syn S S0 input-end 3+0 0+0"},
	{"refused", ">S <RA", "syn Sr REJ rst 1+1 0+0"},
	{"refused-twice", ">S <RA +0.5 >S@-1 <RA", "syn Sr REJ rst 1+1 0+0 | syn Sr REJ rst 1+1 0+0"},
	{"syn-then-reset", ">S >R", "syn SR RSTOS0 rst 2+0 0+0"},
	{"half-open-scan", ">S <SA >R", "syn ShR RSTO rst 2+1 0+0"},
	{"syn-then-fin", ">S >F", "syn SF SH fin 2+0 0+0"},
	{"fin-scan", ">F", "first-packet F SH fin 1+0 0+0"},
	{"syn-with-payload", ">S10 <SA >A", "syn ShA S1 input-end 2+1 10+0"},
	{"ack-before-syn-ack", ">S <A <SA >A <10", "syn SahAd S1 input-end 2+3 0+10"},
	{"syn-again", ">S <SA >S@-1 <SA@-1 >A", "syn ShA S1 input-end 3+2 0+0"},
	/* ---- the beginning was not captured ---- */
	{"syn-ack-first", "<SA >A >10 <20", "syn-ack ^hADd S1 input-end 2+2 10+20"},
	{"syn-ack-then-syn", "<SA^+1 >S >A >10", "syn-ack ^hSAD S1 input-end 3+1 10+0"},
	{"syn-ack-alone", "<SA", "syn-ack ^h OTH input-end 0+1 0+0"},
	{"syn-ack-then-reset", "<SA <R", "syn-ack ^hr RSTRH rst 0+2 0+0"},
	{"syn-ack-then-fin", "<SA <F", "syn-ack ^hf SHR fin 0+2 0+0"},
	{"mid-stream", ">10 <20 >30", "first-packet Dd OTH input-end 2+1 40+20"},
	{"mid-stream-server-first", "<20 >10", "first-packet Dd OTH input-end 1+1 20+10"},
	{"mid-stream-acks", ">A <A", "first-packet Aa OTH input-end 1+1 0+0"},
	{"mid-stream-to-fin", ">10 <20 >F <FA >A", "first-packet DdFfA SF fin 3+2 10+20"},
	/* ---- repeats, loss, order; T as Zeek has it: payload that ends before the highest number seen ---- */
	{"again", ">S <SA >A >100 >100@-100 <A", "syn ShADTa S1 input-end 4+2 100+0 again 100+0"},
	{"again-in-part", ">S <SA >A >100 >100@-50 <A", "syn ShADa S1 input-end 4+2 150+0 again 50+0"},
	{"again-by-server", ">S <SA >A <100 <30@-100 <30@-60", "syn ShAdt S1 input-end 2+4 0+100 again 0+60"},
	{"again-ten-times",
	 ">S <SA >A >10 >10@-10 >10@-10 >10@-10 >10@-10 >10@-10 >10@-10 >10@-10 >10@-10 >10@-10 >10@-10",
	 "syn ShADTT S1 input-end 13+1 10+0 again 100+0"},
	{"lost", ">S <SA >A >!100 >50", "syn ShAD S1 input-end 3+1 50+0 missed 100+0"},
	{"out-of-order", ">S <SA >A >!100 >50 >100@-150", "syn ShADT S1 input-end 4+1 150+0"},
	{"out-of-order-in-part", ">S <SA >A >!100 >50 >60@-150", "syn ShADT S1 input-end 4+1 110+0 missed 40+0"},
	{"hole-filled-from-its-middle", ">S <SA >A >!100 >50 >20@-110", "syn ShADT S1 input-end 4+1 70+0 missed 80+0"},
	{"hole-filled-and-overlapped", ">S <SA >A >!100 >50 >120@-150", "syn ShADT S1 input-end 4+1 150+0 again 20+0"},
	{"hole-filled-twice", ">S <SA >A >!100 >50 >100@-150 >100@-150",
	 "syn ShADT S1 input-end 5+1 150+0 again 100+0"},
	{"four-holes-filled", ">S <SA >A >!10 >10 >!10 >10 >!10 >10 >!10 >10 >80@-80",
	 "syn ShADT S1 input-end 7+1 80+0 again 40+0"},
	{"five-holes", ">S <SA >A >!10 >10 >!10 >10 >!10 >10 >!10 >10 >!10 >10",
	 "syn ShAD S1 input-end 7+1 50+0 missed 50+0"},
	{"lost-but-acknowledged", ">S <SA >A >!100 <A", "syn ShAaG S1 input-end 2+2 0+0 missed 100+0"},
	{"acknowledged-then-seen", ">S <SA >A >!100 <A >100@-100", "syn ShAaGDT S1 input-end 3+2 100+0"},
	{"lost-first-reply", ">S <SA >A >10 <!1000 <500 >A", "syn ShADd S1 input-end 4+2 10+500 missed 0+1000"},
	{"wrap", "i4294967290 >S <SA >A >100 >100@-100 >50", "syn ShADT S1 input-end 5+1 150+0 again 100+0"},
	{"wrap-lost", "i4294967290 >S <SA >A >!100 >50 >100@-150", "syn ShADT S1 input-end 4+1 150+0"},
	/* ---- not payload ---- */
	{"keep-alive", ">S <SA >A >100 <A +60 >1@-1 <A +60 >1@-1 <A", "syn ShADaT S1 input-end 5+4 100+0"},
	{"keep-alive-by-server", ">S <SA >A <100 >A +60 <1@-1 >A", "syn ShAdt S1 input-end 4+3 0+100"},
	{"keep-alive-empty", ">S <SA >A >100 <A +60 >A@-1 <A", "syn ShADa S1 input-end 4+3 100+0"},
	{"keep-alive-first", ">S <SA >A +60 >1@-1 <A", "syn ShADTa S1 input-end 3+2 0+0"},
	{"one-byte-each", ">S <SA >A >1 <1 >1 <1", "syn ShADd S1 input-end 4+3 2+2"},
	{"zero-window", ">S <SA >A >10 <Aw <Aw", "syn ShADaw S1 input-end 3+3 10+0"},
	/* ---- ports used again ---- */
	{"reuse-after-fin", ">S <SA >A >10 >F <FA >A i90000 j95000 >S <SA >A >7",
	 "syn ShADFf SF fin 5+2 10+0 | syn ShAD S1 input-end 3+1 7+0"},
	{"reuse-after-reset", ">S <SA >A >10 >R i90000 j95000 >S <SA >A >7",
	 "syn ShADR RSTO rst 4+1 10+0 | syn ShAD S1 input-end 3+1 7+0"},
	{"reuse-without-end", ">S <SA >A >10 i90000 j95000 >S <SA >A >7",
	 "syn ShAD S1 new-syn 3+1 10+0 | syn ShAD S1 input-end 3+1 7+0"},
	{"attempt-then-another", ">S i90000 >S", "syn S S0 new-syn 1+0 0+0 | syn S S0 input-end 1+0 0+0"},
	{"reuse-reversed-same-number", ">S <SA >A >10 j1000 <S",
	 "syn ShAD S1 new-syn 3+1 10+0 | syn S S0 input-end 1+0 0+0"},
	{"reuse-reversed", ">S <SA >A >10 >F <FA >A j95000 <S >SA",
	 "syn ShADFf SF fin 5+2 10+0 | syn Sh S1 input-end 1+1 0+0"},
	{"late-fin", ">S <SA >A >F <FA >A +4.9 <FA@-1", "syn ShAFf SF fin 4+3 0+0"},
	{"late-fins", ">S <SA >A >F <FA >A +3 <FA@-1 +3 <FA@-1",
	 "syn ShAFf SF fin 4+3 0+0 | first-packet F SH fin 1+0 0+0"},
	{"too-late-fin", ">S <SA >A >F <FA >A +5.1 <FA@-1", "syn ShAFf SF fin 4+2 0+0 | first-packet F SH fin 1+0 0+0"},
	/* ---- time-outs ---- */
	{"idle-hour", ">S <SA >A >10 +3599.9 >10", "syn ShAD S1 input-end 4+1 20+0"},
	{"idle-too-long", ">S <SA >A >10 +3600.1 >10",
	 "syn ShAD S1 timeout 3+1 10+0 | first-packet D OTH input-end 1+0 10+0"},
	{"attempt-again-in-time", ">S +119.9 >S@-1", "syn S S0 input-end 2+0 0+0"},
	{"attempt-again-too-late", ">S +120.1 >S@-1", "syn S S0 timeout 1+0 0+0 | syn S S0 input-end 1+0 0+0"},
};

static void test_row(gconstpointer data)
{
	gsize i = GPOINTER_TO_SIZE(data);
	g_autoptr(GArray) sessions = script_sessions(rows[i].script, false);
	g_autofree char *words = script_describe(sessions);
	g_assert_cmpstr(words, ==, rows[i].sessions);
}

/* The same packets come to the same when they are given one at a time, and when the sessions are streamed. */
static void test_row_batches(gconstpointer data)
{
	gsize i = GPOINTER_TO_SIZE(data);
	struct session_options stream = session_options_default;
	struct script s;
	stream.sink = script_stream;
	script_init(&s, false, false);
	script_add(&s, rows[i].script);
	g_autoptr(GArray) singly = script_run(&s, &session_options_default, 1, NULL);
	g_autoptr(GArray) streamed = script_run(&s, &stream, 3, NULL);
	g_autofree char *words = script_describe(singly), *streamed_words = script_describe(streamed);
	g_assert_cmpstr(words, ==, rows[i].sessions);
	g_assert_cmpstr(streamed_words, ==, rows[i].sessions);
	script_clear(&s);
}

/* A RST with an old number must not make holes overlap: every payload byte given is counted, and counted once. */
static void test_holes_after_reset(void)
{
	g_autoptr(GArray) sessions = script_sessions(">S <SA >A >!100 >F50 <F >R@-121 >10@-11 >20@-111", false);
	const struct tanpa_flow *flow = &SESSION(sessions, 0)->flow[0];
	g_assert_cmpuint(sessions->len, ==, 1);
	g_assert_cmpuint(flow->payload_bytes + flow->retrans_bytes, ==, 80);
	g_assert_cmpuint(flow->retrans_bytes, <=, 10);
	g_assert_cmpuint(flow->missed_bytes, <=, 100);
}

/* More letters than a record holds end in '+'. */
static void test_long_history(void)
{
	GString *script = g_string_new(">S <SA >A");
	for (int n = 3; n <= 40; n++) {
		g_autoptr(GArray) sessions = script_sessions(script->str, false);
		const char *history = SESSION(sessions, 0)->history;
		g_assert_cmpuint(strlen(history), ==, n <= 30 ? (gsize)n : 31);
		g_assert_true(g_str_has_prefix("ShAFFFFFFFFFFFFFFFFFFFFFFFFFFF", history) == (n <= 30));
		g_assert_true(g_str_has_prefix(history, "ShA"));
		g_assert_true((strchr(history, '+') != NULL) == (n > 30));
		g_string_append(script, " >F"); /* each with the next sequence number: a letter each */
	}
	g_string_free(script, TRUE);
}

static void test_turns(void)
{
	g_autoptr(GArray) none = script_sessions(">S <SA >A >10 >10 >10", false);
	g_autoptr(GArray) some = script_sessions(">S <SA >A >10 <10 <10 >10 >A <A <10", false);
	g_autoptr(GArray) server = script_sessions(">S <SA >A <10 >10", false);
	g_assert_cmpuint(SESSION(none, 0)->turns, ==, 0);
	g_assert_cmpuint(SESSION(some, 0)->turns, ==, 3);
	g_assert_cmpuint(SESSION(server, 0)->turns, ==, 1);
}

static void test_data_packets(void)
{
	g_autoptr(GArray) some = script_sessions(">S <SA >A >10 >10 >A <A <10 >A", false);
	g_autoptr(GString) many = g_string_new(">S <SA >A");
	for (int i = 0; i < 70000; i++)
		g_string_append(many, " <1");
	g_autoptr(GArray) long_one = script_sessions(many->str, false);
	g_assert_cmpuint(SESSION(some, 0)->flow[0].data_packets, ==, 2);
	g_assert_cmpuint(SESSION(some, 0)->flow[1].data_packets, ==, 1);
	g_assert_cmpuint(SESSION(long_one, 0)->flow[0].data_packets, ==, 0);
	g_assert_cmpuint(SESSION(long_one, 0)->flow[1].data_packets, ==, 70000);
}

/* Whether `coarse` is `exact` or up to one part in `parts` less. */
static void assert_near(int64_t coarse, int64_t exact, int64_t parts)
{
	g_assert_cmpint(coarse, <=, exact);
	g_assert_cmpint(coarse, >, exact - exact / parts - 1);
}

static void test_reply(void)
{
	g_autoptr(GArray) none = script_sessions(">S <SA >A <10 >10 >10", false);
	g_autoptr(GArray) some = script_sessions(">S <SA >A +3 >10 >10 >A +0.249 <10 >10 +5 <10", false);
	g_autoptr(GArray) server = script_sessions(">S <SA >A +1 <10 +2 >10 +0.499 <10", false);
	g_assert_cmpint(SESSION(none, 0)->reply_ns, ==, TANPA_NEVER);
	assert_near(SESSION(some, 0)->reply_ns, 250000000, 32);
	assert_near(SESSION(server, 0)->reply_ns, 500000000, 32);
}

static void test_idles(void)
{
	const char *pings = ">S <SA >A <10 >10 +60 <10 >10 +61 <10 >10 +90 <10 >10 +7 <10 >10 +200 >A +3 <10";
	g_autoptr(GArray) none = script_sessions(">S <SA >A +20 >A >10 +7.9 >10 <10", false);
	g_autoptr(GArray) some = script_sessions(pings, false);
	g_autoptr(GString) many = g_string_new(">S <SA >A >1");
	for (int i = 0; i < 300; i++)
		g_string_append(many, " +10 >1");
	g_autoptr(GArray) long_one = script_sessions(many->str, false);
	g_assert_cmpuint(SESSION(none, 0)->idles, ==, 0);
	g_assert_cmpuint(SESSION(some, 0)->idles, ==, 3);
	g_assert_cmpuint(SESSION(some, 0)->steady_idles, ==, 1);
	assert_near(SESSION(some, 0)->idle_ns, INT64_C(90001000000), 16);
	g_assert_cmpuint(SESSION(long_one, 0)->idles, ==, 255);
	g_assert_cmpuint(SESSION(long_one, 0)->steady_idles, ==, 254);
}

static void test_times(void)
{
	g_autoptr(GArray) sessions = script_sessions("+1 >S +2 <SA >A +10 >10", false);
	const struct tanpa_session *s = SESSION(sessions, 0);
	const int64_t start = SCRIPT_EPOCH_NS + 1000000000;
	g_assert_cmpint(s->flow[0].first_ns, ==, start);
	g_assert_cmpint(s->flow[1].first_ns, ==, start + 2001000000);
	g_assert_cmpint(s->flow[1].last_ns, ==, start + 2001000000);
	g_assert_cmpint(s->flow[0].last_ns, ==, start + 12003000000);
	g_assert_cmpint(tanpa_session_start_ns(s), ==, start);
	g_assert_cmpint(tanpa_session_end_ns(s), ==, start + 12003000000);
	g_assert_cmpuint(s->flow[0].ip_bytes, ==, 40 + 40 + 50);
	g_assert_cmpuint(s->flow[1].ip_bytes, ==, 40);
}

/* One side was never heard. */
static void test_never(void)
{
	g_autoptr(GArray) sessions = script_sessions("<SA", false);
	const struct tanpa_session *s = SESSION(sessions, 0);
	g_assert_cmpint(s->flow[0].first_ns, ==, TANPA_NEVER);
	g_assert_cmpint(s->flow[0].last_ns, ==, TANPA_NEVER);
	g_assert_cmpint(tanpa_session_start_ns(s), ==, SCRIPT_EPOCH_NS);
	g_assert_cmpint(tanpa_session_end_ns(s), ==, SCRIPT_EPOCH_NS);
	g_assert_cmpuint(s->port[0], ==, 40000);
	g_assert_cmpuint(s->port[1], ==, 80);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *name = g_strdup_printf("/tcp/%s", rows[i].name);
		g_autofree char *again = g_strdup_printf("/tcp-in-pieces/%s", rows[i].name);
		g_test_add_data_func(name, GSIZE_TO_POINTER(i), test_row);
		g_test_add_data_func(again, GSIZE_TO_POINTER(i), test_row_batches);
	}
	g_test_add_func("/tcp/holes-after-reset", test_holes_after_reset);
	g_test_add_func("/tcp/long-history", test_long_history);
	g_test_add_func("/tcp/turns", test_turns);
	g_test_add_func("/tcp/data-packets", test_data_packets);
	g_test_add_func("/tcp/reply", test_reply);
	g_test_add_func("/tcp/idles", test_idles);
	g_test_add_func("/tcp/times", test_times);
	g_test_add_func("/tcp/never", test_never);
	return g_test_run();
}
