/* Propagation: failed attempts of an inside host to one port of many destinations. */
#include <glib.h>

#include "base/net.h"
#include "verdict/fanout.h"

/* An attempt from 10.0.0.`host` to 198.51.`destination` on `port`, refused or not answered. */
struct attempt {
	struct tanpa_session session;
	struct verdict verdict;
};

static struct attempt attempt(int host, int destination, uint16_t port, bool refused, int64_t ns)
{
	struct attempt a = {.session = {.port = {40000, port}, .proto = TANPA_TCP, .ipv4 = true}};
	g_autofree char *from = g_strdup_printf("10.0.0.%d", host);
	g_autofree char *to = g_strdup_printf("198.51.%d.%d", destination / 256, destination % 256);
	g_assert_true(net_address_parse(from, a.session.addr[0]) && net_address_parse(to, a.session.addr[1]));
	a.session.conn_state = refused ? TANPA_REJ : TANPA_S0;
	a.session.flow[0] = (struct tanpa_flow){.packets = 1, .first_ns = ns, .last_ns = ns + 5};
	a.session.flow[1] = (struct tanpa_flow){.first_ns = TANPA_NEVER, .last_ns = TANPA_NEVER};
	a.verdict = (struct verdict){
		.kind = VERDICT_ATTEMPT, .direction = VERDICT_OUTBOUND, .inside = TANPA_ORIG, .server = TANPA_RESP};
	return a;
}

static void add(struct fanout *f, struct attempt a)
{
	fanout_add(f, &a.session, &a.verdict);
}

static void test_least(void)
{
	g_autoptr(fanout_) f = fanout_new(10);
	for (int i = 0; i < 9; i++) {
		add(f, attempt(1, i, 445, i % 3 == 0, 100 + i));
		add(f, attempt(1, i, 445, false, 200 + i)); /* the same destination again counts once */
	}
	struct attempt last = attempt(1, 9, 445, true, 50);
	g_assert_null(fanout_of(f, &last.session, &last.verdict));
	g_autoptr(GPtrArray) none = fanout_list(f);
	g_assert_cmpuint(none->len, ==, 0);
	add(f, last);
	const struct fanout_group *g = fanout_of(f, &last.session, &last.verdict);
	g_assert_nonnull(g);
	g_assert_cmpuint(g->destinations, ==, 10);
	g_assert_cmpuint(g->attempts, ==, 19);
	g_assert_cmpuint(g->refused, ==, 4);
	g_assert_cmpuint(g->port, ==, 445);
	g_assert_cmpint(g->first_ns, ==, 50);
	g_assert_cmpint(g->last_ns, ==, 213);
	/* of other ports, hosts, protocols: not part of it */
	struct attempt others[] = {attempt(1, 3, 139, false, 0), attempt(2, 3, 445, false, 0),
				   attempt(1, 3, 445, false, 0)};
	others[2].session.proto = TANPA_UDP;
	for (gsize i = 0; i < G_N_ELEMENTS(others); i++)
		g_assert_null(fanout_of(f, &others[i].session, &others[i].verdict));
}

/* Only attempts of inside hosts: what comes from outside, and what carried payload, is ignored. */
static void test_ignored(void)
{
	g_autoptr(fanout_) f = fanout_new(2);
	for (int i = 0; i < 20; i++) {
		struct attempt inbound = attempt(1, i, 445, false, 0), judged = attempt(1, i, 445, false, 0);
		inbound.verdict.direction = VERDICT_INBOUND;
		judged.verdict.kind = VERDICT_C2;
		add(f, inbound);
		add(f, judged);
		g_assert_null(fanout_of(f, &inbound.session, &inbound.verdict));
		g_assert_null(fanout_of(f, &judged.session, &judged.verdict));
	}
	g_autoptr(GPtrArray) list = fanout_list(f);
	g_assert_cmpuint(list->len, ==, 0);
}

/* Only what failed: not what was answered as a connection is, nor a session whose begin was not captured. */
static void test_failed(void)
{
	static const struct {
		enum tanpa_conn_state state;
		bool failed;
	} rows[] = {
		{TANPA_S0, true},  {TANPA_REJ, true},   {TANPA_RSTOS0, true}, {TANPA_SH, true},   {TANPA_S1, false},
		{TANPA_SF, false}, {TANPA_RSTO, false}, {TANPA_RSTR, false},  {TANPA_OTH, false}, {TANPA_SHR, false},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		for (int guessed = 0; guessed < 2; guessed++) {
			g_autoptr(fanout_) f = fanout_new(2);
			for (int k = 0; k < 3; k++) {
				struct attempt a = attempt(1, k, 445, false, 0);
				a.session.conn_state = (uint8_t)rows[i].state;
				a.verdict.guessed = guessed;
				add(f, a);
			}
			g_autoptr(GPtrArray) list = fanout_list(f);
			g_assert_cmpuint(list->len, ==, rows[i].failed && !guessed);
		}
}

/* Within the inside network, too; and already known as propagation. */
static void test_internal(void)
{
	g_autoptr(fanout_) f = fanout_new(2);
	for (int i = 0; i < 3; i++) {
		struct attempt a = attempt(1, i, 445, false, 0);
		a.verdict.direction = i == 1 ? VERDICT_INTERNAL : VERDICT_EXTERNAL;
		a.verdict.kind = i == 2 ? VERDICT_PROPAGATION : VERDICT_ATTEMPT;
		add(f, a);
	}
	g_autoptr(GPtrArray) list = fanout_list(f);
	g_assert_cmpuint(list->len, ==, 1);
	g_assert_cmpuint(((const struct fanout_group *)g_ptr_array_index(list, 0))->destinations, ==, 3);
}

static char *describe(const struct fanout *f)
{
	GString *text = g_string_new(NULL);
	g_autoptr(GPtrArray) list = fanout_list(f);
	for (guint i = 0; i < list->len; i++) {
		const struct fanout_group *g = g_ptr_array_index(list, i);
		char host[NET_TEXT];
		g_string_append_printf(text, "%s%s:%u/%u %u of %u", i ? " | " : "", net_address_text(g->host, host),
				       g->port, g->proto, g->destinations, (unsigned)g->attempts);
	}
	return g_string_free(text, FALSE);
}

static void add_row(struct fanout *f, int host, uint16_t port, int from, int to)
{
	for (int i = from; i < to; i++)
		add(f, attempt(host, i, port, false, i));
}

/* Most destinations first, then by host, port. */
static void test_order(void)
{
	g_autoptr(fanout_) f = fanout_new(3);
	add_row(f, 3, 445, 0, 5);
	add_row(f, 2, 445, 0, 5);
	add_row(f, 2, 139, 0, 5);
	add_row(f, 9, 22, 0, 500);
	add_row(f, 1, 22, 0, 2);
	g_autofree char *words = describe(f);
	g_assert_cmpstr(
		words, ==,
		"10.0.0.9:22/6 500 of 500 | 10.0.0.2:139/6 5 of 5 | 10.0.0.2:445/6 5 of 5 | 10.0.0.3:445/6 5 of 5");
}

/* In parts, merged in any order: the same as in one. */
static void test_merge(void)
{
	g_autoptr(fanout_) whole = fanout_new(3), ab = fanout_new(3), ba = fanout_new(3), a = fanout_new(3),
			   b = fanout_new(3);
	add_row(whole, 1, 445, 0, 10);
	add_row(whole, 1, 445, 5, 15);
	add_row(whole, 2, 22, 0, 3);
	add_row(whole, 3, 22, 0, 2);
	add_row(a, 1, 445, 0, 10);
	add_row(a, 2, 22, 0, 1);
	add_row(b, 1, 445, 5, 15);
	add_row(b, 2, 22, 1, 3);
	add_row(b, 3, 22, 0, 2);
	fanout_merge(ab, a);
	fanout_merge(ab, b);
	fanout_merge(ba, b);
	fanout_merge(ba, a);
	g_autofree char *expected = describe(whole), *one = describe(ab), *other = describe(ba);
	g_assert_cmpstr(expected, ==, "10.0.0.1:445/6 15 of 20 | 10.0.0.2:22/6 3 of 3");
	g_assert_cmpstr(one, ==, expected);
	g_assert_cmpstr(other, ==, expected);
	struct attempt any = attempt(1, 0, 445, false, 0);
	const struct fanout_group *g = fanout_of(ab, &any.session, &any.verdict);
	g_assert_cmpint(g->first_ns, ==, 0);
	g_assert_cmpint(g->last_ns, ==, 19);
}

/* What is followed is bounded: a million destinations are told apart up to 65536. */
static void test_bounded(void)
{
	g_autoptr(fanout_) f = fanout_new(10);
	struct attempt a = attempt(1, 0, 445, false, 0);
	for (uint32_t i = 0; i < FANOUT_MAX_DESTINATIONS + 5000; i++) {
		memcpy(a.session.addr[1] + 12, &i, 4);
		fanout_add(f, &a.session, &a.verdict);
	}
	const struct fanout_group *g = fanout_of(f, &a.session, &a.verdict);
	g_assert_cmpuint(g->attempts, ==, FANOUT_MAX_DESTINATIONS + 5000);
	g_assert_cmpuint(g->destinations, ==, FANOUT_MAX_DESTINATIONS);
	g_assert_cmpuint(fanout_unfollowed(f), ==, 5000);
	fanout_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/fanout/least", test_least);
	g_test_add_func("/fanout/ignored", test_ignored);
	g_test_add_func("/fanout/failed", test_failed);
	g_test_add_func("/fanout/internal", test_internal);
	g_test_add_func("/fanout/order", test_order);
	g_test_add_func("/fanout/merge", test_merge);
	g_test_add_func("/fanout/bounded", test_bounded);
	return g_test_run();
}
