/* A deeper look into sessions: what the table hands over, what libndpi is given of it, and what it says. */
#include <glib.h>
#include <string.h>

#include "channel/insight.h"
#include "inspect/datagram.h"
#include "inspect/inspect.h"
#include "script.h"

/* ---- what the table hands over ---- */

/* Wants so many packets of each session; its state is how many it got, and ENDED. */
struct counter {
	struct session_inspector base;
	unsigned wanted;
	GString *seen; /* the payload of each */
	unsigned ends;
};

enum { ENDED = 100 };

static bool count_look(struct session_inspector *self, const struct packet *p, uint32_t *state)
{
	struct counter *c = (struct counter *)self;
	if (*state == c->wanted)
		return false;
	g_string_append_len(c->seen, (const char *)p->payload, p->payload_cap);
	g_string_append_c(c->seen, '|');
	return ++*state < c->wanted;
}

static void count_end(struct session_inspector *self, uint32_t *state)
{
	struct counter *c = (struct counter *)self;
	g_assert_cmpuint(*state, >, 0);
	g_assert_cmpuint(*state, <, ENDED);
	*state += ENDED;
	c->ends++;
}

static void count_tell(const struct session_inspector *self, uint32_t state, struct tanpa_session *out)
{
	(void)self;
	out->app_protocol = state < ENDED ? "alive" : "ended";
	out->risks = state % ENDED;
}

/* Protocol and risks of all sessions of a script, as "ended 2 ended 1 ", and what was seen of them. */
static void check_handed_over(const char *script, unsigned wanted, bool streamed, const char *told, const char *seen,
			      unsigned ends)
{
	struct script s;
	struct counter counter = {{count_look, count_end, count_tell}, wanted, g_string_new(NULL), 0};
	struct session_options options = session_options_default;
	g_autoptr(GString) text = g_string_new(NULL);
	script_init(&s, false, false);
	script_add(&s, script);
	options.inspector = &counter.base;
	options.sink = streamed ? script_stream : NULL;
	g_autoptr(GArray) sessions = script_run(&s, &options, 1, NULL);
	for (guint i = 0; i < sessions->len; i++) {
		const struct tanpa_session *session = SESSION(sessions, i);
		g_string_append_printf(text, "%s %u ", session->app_protocol ? session->app_protocol : "none",
				       session->risks);
	}
	g_assert_cmpstr(text->str, ==, told);
	g_assert_cmpstr(counter.seen->str, ==, seen);
	g_assert_cmpuint(counter.ends, ==, ends);
	g_string_free(counter.seen, TRUE);
	script_clear(&s);
}

static void test_handed_over(void)
{
	for (int streamed = 0; streamed < 2; streamed++) {
		/* both directions, until it has enough; not what was sent again; nothing without payload */
		check_handed_over(">S <SA >A >[a] <A >[b] <[c] >[d]", 9, streamed, "ended 4 ", "a|b|c|d|", 1);
		check_handed_over(">S <SA >A >[a] <A >[b] <[c] >[d]", 2, streamed, "ended 2 ", "a|b|", 1);
		check_handed_over(">[a] >[a]@-1 <[b]", 9, streamed, "ended 2 ", "a|b|", 1);
		check_handed_over(">S <SA >A >FA <FA", 9, streamed, "none 0 ", "", 0);
		/* longer than the table's own looks, whose answer does not change */
		check_handed_over(">[1] >[2] >[3] >[4] >[5] >[6] >[7] >[8]", 7, streamed, "ended 7 ", "1|2|3|4|5|6|7|",
				  1);
		/* each session has its own state, also where another one's place is used again */
		check_handed_over(">[a] c40001 >[b] c40000 >[c]", 9, streamed, "ended 2 ended 1 ", "a|b|c|", 2);
		check_handed_over(">S <SA >A >[a] >R +9 c40001 >[b] +9 c40000 >S <SA >A >[c]", 9, streamed,
				  "ended 1 ended 1 ended 1 ", "a|b|c|", 3);
	}
}

/* The table's own looks are the same, whoever else looks. */
static void test_own_looks(void)
{
	static const char script[] = ">S <SA >A >[GET_/x_HTTP/1.1~Host:_] >[a.example~~] <[HTTP/1.1_302_Found~~hello] "
				     "<[#!/bin/sh~] <[#!/bin/sh~] >[#!/bin/sh~] >[#!/bin/sh~]";
	for (unsigned wanted = 1; wanted < 9; wanted++) {
		struct script s;
		struct counter counter = {{count_look, count_end, count_tell}, wanted, g_string_new(NULL), 0};
		struct session_options options = session_options_default;
		script_init(&s, false, false);
		script_add(&s, script);
		g_autoptr(GArray) without = script_run(&s, &options, 0, NULL);
		options.inspector = &counter.base;
		g_autoptr(GArray) with = script_run(&s, &options, 0, NULL);
		g_assert_cmpuint(SESSION(with, 0)->http_status, ==, 302);
		script_assert_equal(SESSION(with, 0), SESSION(without, 0));
		g_string_free(counter.seen, TRUE);
		script_clear(&s);
	}
}

/* ---- what libndpi is given ---- */

static void assert_bytes(const struct datagram *d, const char *hex)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (unsigned i = 0; i < d->len; i++)
		g_string_append_printf(text, "%02x", d->bytes[i]);
	g_assert_cmpstr(text->str, ==, hex);
	for (gsize i = 0; i < DATAGRAM_BEHIND; i++)
		g_assert_cmpuint(d->bytes[d->len + i], ==, 0);
}

static void test_datagrams(void)
{
	static const uint8_t ipv6[32] = {0x20, 1, [15] = 1, 0x20, 1, [31] = 2};
	struct packet p = {.addr.ipv4 = {GUINT32_TO_BE(0x0a000001), GUINT32_TO_BE(0xc0000250)},
			   .port = {40000, 80},
			   .proto = TANPA_TCP,
			   .seq = 0x01020304,
			   .ack = 0x05060708,
			   .window = 0x1000,
			   .tcp_flags = PACKET_ACK | PACKET_PSH,
			   .payload = (const uint8_t *)"abc",
			   .payload_len = 10000,
			   .payload_cap = 3};
	struct datagram d;
	memset(&d, 0xff, sizeof d);
	datagram_make(&p, &d);
	assert_bytes(&d, "4500002b0000400040060000" /* as long as was captured */
			 "0a000001c0000250"
			 "9c4000500102030405060708"
			 "5018100000000000"
			 "616263");
	p.addr.ipv6 = ipv6;
	p.kind = PACKET_KIND_IPV6 | PACKET_KIND_UDP;
	p.proto = TANPA_UDP;
	datagram_make(&p, &d);
	assert_bytes(&d, "60000000000b1140"
			 "20010000000000000000000000000001"
			 "20010000000000000000000000000002"
			 "9c400050000b0000"
			 "616263");
}

/* The longest there can be: cut, and within the datagram. */
static void test_long_datagram(void)
{
	static uint8_t payload[UINT16_MAX];
	static const uint8_t ipv6[32];
	struct packet p = {.addr.ipv6 = ipv6,
			   .kind = PACKET_KIND_IPV6,
			   .proto = TANPA_TCP,
			   .payload = payload,
			   .payload_cap = UINT16_MAX};
	struct datagram d;
	memset(payload, 'x', sizeof payload);
	datagram_make(&p, &d);
	g_assert_cmpuint(d.len, ==, DATAGRAM_BYTES);
	g_assert_cmpuint(d.bytes[4] << 8 | d.bytes[5], ==, 20 + DATAGRAM_PAYLOAD);
	g_assert_cmpuint(d.bytes[d.len - 1], ==, 'x');
	g_assert_cmpuint(d.bytes[sizeof d.bytes - 1], ==, 0);
}

/* ---- what it says ---- */

/* NULL, and the test is skipped, where there is none. */
static struct session_inspector *inspector_or_skip(void)
{
	g_autoptr(GError) error = NULL;
	struct session_inspector *inspector = inspect_new(&error);
	if (inspector == NULL)
		g_test_skip(error->message);
	return inspector;
}

static void check_session(struct session_inspector *inspector, const char *script, const char *protocol, uint32_t risks)
{
	struct script s;
	struct session_options options = session_options_default;
	options.inspector = inspector;
	script_init(&s, false, false);
	script_add(&s, script);
	g_autoptr(GArray) sessions = script_run(&s, &options, 0, NULL);
	g_assert_cmpuint(sessions->len, ==, 1);
	g_assert_cmpstr(SESSION(sessions, 0)->app_protocol, ==, protocol);
	g_assert_cmphex(SESSION(sessions, 0)->risks, ==, risks);
	script_clear(&s);
}

static void test_protocols(void)
{
	struct session_inspector *inspector = inspector_or_skip();
	if (inspector == NULL)
		return;
	const uint32_t port = 1u << TANPA_RISK_KNOWN_PROTOCOL_ON_OTHER_PORT, numeric = 1u << TANPA_RISK_NUMERIC_HOST;
	check_session(inspector, ">S <SA >A >[GET_/_HTTP/1.1~Host:_www.example.org~~] <[HTTP/1.1_200_OK~~]", "HTTP", 0);
	check_session(inspector, "s8585 >S <SA >A >[GET_/_HTTP/1.1~Host:_www.example.org~~] <[HTTP/1.1_200_OK~~]",
		      "HTTP", port);
	check_session(inspector, "s8585 >S <SA >A >[GET_/_HTTP/1.1~Host:_192.0.2.7~~] <[HTTP/1.1_200_OK~~]", "HTTP",
		      port | numeric);
	check_session(inspector, ">S <SA >A >[what]", "Unknown", 0);
	check_session(inspector, ">S <SA >A >[what] <[ever] >[this] <[is]", "Unknown", 0);
	g_assert_cmpuint(inspect_counts_of(inspector).early, ==, 0);
	inspect_free(inspector);
}

/* More than can be undecided at once: those undecided for longest are decided, and counted; none is lost. */
static void test_bound(void)
{
	enum { MORE = 3, ALL = INSPECT_SESSIONS + MORE };
	struct session_inspector *inspector = inspector_or_skip();
	if (inspector == NULL)
		return;
	struct packet p = {.addr.ipv4 = {GUINT32_TO_BE(0x0a000001), GUINT32_TO_BE(0xc0000250)},
			   .port = {40000, 80},
			   .proto = TANPA_TCP,
			   .payload = (const uint8_t *)"what",
			   .payload_cap = 4};
	g_autofree uint32_t *state = g_new0(uint32_t, ALL);
	for (unsigned i = 0; i < INSPECT_SESSIONS; i++)
		g_assert_true(inspector->look(inspector, &p, &state[i]));
	inspector->end(inspector, &state[1]); /* from the middle of the list */
	for (unsigned i = INSPECT_SESSIONS; i < ALL; i++) {
		g_assert_cmpuint(inspect_counts_of(inspector).early, ==,
				 i > INSPECT_SESSIONS ? i - 1 - INSPECT_SESSIONS : 0);
		g_assert_true(inspector->look(inspector, &p, &state[i]));
	}
	g_assert_cmpuint(inspect_counts_of(inspector).early, ==, MORE - 1);
	for (unsigned i = 0; i < ALL; i++) {
		struct tanpa_session session = {0};
		inspector->tell(inspector, state[i], &session);
		g_assert_cmpstr(session.app_protocol, ==, i < MORE ? "Unknown" : NULL); /* 1 had ended */
		g_assert_cmpint(inspector->look(inspector, &p, &state[i]), ==, i >= MORE);
		inspector->end(inspector, &state[i]);
		inspector->tell(inspector, state[i], &session);
		g_assert_cmpstr(session.app_protocol, ==, "Unknown");
	}
	g_assert_cmpuint(inspect_counts_of(inspector).early, ==, MORE - 1);
	g_assert_cmpuint(inspect_counts_of(inspector).unnamed, ==, 0);
	inspect_free(inspector);
}

/* ---- channels ---- */

/* In whatever order they are joined. */
static void test_insights(void)
{
	static const struct insight one[] = {{"Unknown", 0}, {"TLS", 1}, {"HTTP", 4}};
	static const uint8_t orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
	for (gsize i = 0; i < G_N_ELEMENTS(orders); i++) {
		struct insights *insights = insights_new();
		uint16_t number = 0;
		for (gsize k = 0; k < 3; k++)
			number = insights_join(insights, number, insights_number(insights, &one[orders[i][k]]));
		g_assert_cmpstr(insights_get(insights, number)->app_protocol, ==, "HTTP");
		g_assert_cmphex(insights_get(insights, number)->risks, ==, 5);
		insights_free(insights);
	}
}

/* No more of them than there are numbers: what is there stays, what is beyond is none. */
static void test_many_insights(void)
{
	struct insights *insights = insights_new();
	for (uint32_t risks = 0; risks < UINT16_MAX + 10; risks++) {
		uint16_t number = insights_number(insights, &(struct insight){"HTTP", risks});
		g_assert_cmpuint(number, ==, risks < UINT16_MAX ? risks + 1 : 0);
	}
	g_assert_cmpuint(insights_number(insights, &(struct insight){"HTTP", 7}), ==, 8);
	g_assert_null(insights_get(insights, 0));
	g_assert_cmpuint(insights_number(insights, &(struct insight){NULL, 0}), ==, 0);
	insights_free(insights);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/inspect/handed-over", test_handed_over);
	g_test_add_func("/inspect/own-looks", test_own_looks);
	g_test_add_func("/inspect/datagrams", test_datagrams);
	g_test_add_func("/inspect/long-datagram", test_long_datagram);
	g_test_add_func("/inspect/protocols", test_protocols);
	g_test_add_func("/inspect/bound", test_bound);
	g_test_add_func("/inspect/insights", test_insights);
	g_test_add_func("/inspect/many-insights", test_many_insights);
	return g_test_run();
}
