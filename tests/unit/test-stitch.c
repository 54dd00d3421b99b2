/* Halves and pieces of sessions put together: what pairs, what continues, what is left alone. */
#include <glib.h>
#include <string.h>

#include "base/net.h"
#include "flowlog/state.h"
#include "flowlog/stitch.h"

#define SECOND_NS INT64_C(1000000000)
#define DAY_NS    (86400 * SECOND_NS)

enum { CLIENT_PORT = 40000, SERVER_PORT = 80 };

struct fixture {
	struct flowlog_stitch *stitch;
	GArray *sessions; /* struct tanpa_session, as they are handed on */
	struct flowlog_stitch_counts counts;
};

static void keep(const struct tanpa_session *session, void *user)
{
	g_array_append_val((GArray *)user, *session);
}

/* `user`: seconds of --rejoin. */
static void set_up(struct fixture *f, gconstpointer user)
{
	f->sessions = g_array_new(FALSE, FALSE, sizeof(struct tanpa_session));
	f->stitch = flowlog_stitch_new(GPOINTER_TO_INT(user) * SECOND_NS, keep, f->sessions);
}

static void tear_down(struct fixture *f, gconstpointer user)
{
	(void)user;
	flowlog_stitch_free(f->stitch);
	g_array_unref(f->sessions);
}

static void finish(struct fixture *f)
{
	flowlog_stitch_finish(f->stitch);
	f->counts = flowlog_stitch_counts_of(f->stitch);
	g_assert_cmpuint(f->counts.sessions, ==, f->sessions->len);
}

static const struct tanpa_session *session(const struct fixture *f, guint i)
{
	g_assert_cmpuint(i, <, f->sessions->len);
	return &g_array_index(f->sessions, struct tanpa_session, i);
}

/* A TCP record of the client's, from one second to another: two packets a side that has any. */
static struct flowlog_record record(int from, int to, uint8_t orig_flags, uint8_t resp_flags)
{
	struct flowlog_record r = {.has_flags = true, .flags = {orig_flags, resp_flags}};
	struct tanpa_session *s = &r.session;
	const struct tanpa_flow none = {.first_ns = TANPA_NEVER, .last_ns = TANPA_NEVER};
	const struct tanpa_flow some = {2, 200, 100, 0, 0, DAY_NS + from * SECOND_NS, DAY_NS + to * SECOND_NS};
	net_address_parse("10.0.0.5", s->addr[TANPA_ORIG]);
	net_address_parse("203.0.113.9", s->addr[TANPA_RESP]);
	s->port[TANPA_ORIG] = CLIENT_PORT;
	s->port[TANPA_RESP] = SERVER_PORT;
	s->proto = TANPA_TCP;
	s->ipv4 = true;
	s->flow[TANPA_ORIG] = orig_flags ? some : none;
	s->flow[TANPA_RESP] = resp_flags ? some : none;
	return r;
}

/* What the client sent, or the server: each as the initiator of a record of its own. */
static struct flowlog_record half(bool of_server, int from, int to, uint8_t flags)
{
	struct flowlog_record r = record(from, to, flags, 0);
	if (of_server) {
		net_address_parse("203.0.113.9", r.session.addr[TANPA_ORIG]);
		net_address_parse("10.0.0.5", r.session.addr[TANPA_RESP]);
		r.session.port[TANPA_ORIG] = SERVER_PORT;
		r.session.port[TANPA_RESP] = CLIENT_PORT;
	}
	r.one_way = true;
	return r;
}

static void add(struct fixture *f, struct flowlog_record r)
{
	flowlog_stitch_add(f->stitch, &r);
}

enum { DATA = FLOWLOG_PSH | FLOWLOG_ACK, BEGIN = FLOWLOG_SYN | DATA, WHOLE = FLOWLOG_FIN | BEGIN };

/* ---- halves ---- */

static void assert_pair(struct fixture *f, const struct flowlog_record *first, const struct flowlog_record *second)
{
	flowlog_stitch_add(f->stitch, first);
	flowlog_stitch_add(f->stitch, second);
	finish(f);
	g_assert_cmpuint(f->counts.paired, ==, 2);
	g_assert_cmpuint(f->counts.unpaired, ==, 0);
	const struct tanpa_session *s = session(f, 0);
	g_assert_cmpuint(f->sessions->len, ==, 1);
	g_assert_cmpuint(s->port[TANPA_ORIG], ==, CLIENT_PORT);
	g_assert_cmpuint(s->flow[TANPA_ORIG].packets, ==, 2);
	g_assert_cmpuint(s->flow[TANPA_RESP].packets, ==, 2);
	g_assert_cmpint(s->conn_state, ==, TANPA_SF);
}

static void test_first_began(struct fixture *f, gconstpointer user)
{
	struct flowlog_record client = half(false, 10, 20, WHOLE), server = half(true, 11, 20, WHOLE);
	(void)user;
	assert_pair(f, &client, &server);
}

static void test_first_began_and_came_last(struct fixture *f, gconstpointer user)
{
	struct flowlog_record client = half(false, 10, 20, WHOLE), server = half(true, 11, 20, WHOLE);
	(void)user;
	assert_pair(f, &server, &client);
}

/* At the same time: who has a SYN alone; else the higher port. */
static void test_same_time(struct fixture *f, gconstpointer user)
{
	struct flowlog_record client = half(false, 10, 20, WHOLE), server = half(true, 10, 20, WHOLE);
	(void)user;
	assert_pair(f, &server, &client);
}

static void test_syn_alone(struct fixture *f, gconstpointer user)
{
	struct flowlog_record client = half(false, 10, 10, FLOWLOG_SYN),
			      server = half(true, 10, 10, FLOWLOG_RST | FLOWLOG_ACK);
	(void)user;
	client.session.port[TANPA_ORIG] = server.session.port[TANPA_RESP] = 7; /* the port says otherwise */
	add(f, server);
	add(f, client);
	finish(f);
	g_assert_cmpuint(session(f, 0)->port[TANPA_ORIG], ==, 7);
	g_assert_cmpint(session(f, 0)->conn_state, ==, TANPA_REJ);
}

static void test_too_far_apart(struct fixture *f, gconstpointer user)
{
	(void)user;
	add(f, half(false, 10, 20, WHOLE));
	add(f, half(true, 81, 90, WHOLE)); /* a minute and more behind its end */
	finish(f);
	g_assert_cmpuint(f->sessions->len, ==, 2);
	g_assert_cmpuint(f->counts.unpaired, ==, 2);
	g_assert_cmpuint(f->counts.paired, ==, 0);
}

static void test_same_direction(struct fixture *f, gconstpointer user)
{
	(void)user;
	add(f, half(false, 10, 20, WHOLE));
	add(f, half(false, 30, 40, WHOLE)); /* the ports again */
	add(f, half(true, 30, 40, WHOLE));
	finish(f);
	g_assert_cmpuint(f->sessions->len, ==, 2);
	g_assert_cmpuint(session(f, 0)->flow[TANPA_RESP].packets, ==, 0);
	g_assert_cmpuint(session(f, 1)->flow[TANPA_RESP].packets, ==, 2);
	g_assert_cmpuint(f->counts.unpaired, ==, 1);
}

/* Suricata writes a flow and its two halves, in any order. */
static void test_halves_of_a_whole(struct fixture *f, gconstpointer user)
{
	(void)user;
	add(f, half(false, 10, 20, WHOLE));
	add(f, record(10, 20, WHOLE, WHOLE));
	add(f, half(true, 10, 20, WHOLE));
	finish(f);
	g_assert_cmpuint(f->counts.duplicates, ==, 2);
	g_assert_cmpuint(f->counts.paired + f->counts.unpaired, ==, 0);
	g_assert_cmpuint(session(f, 0)->flow[TANPA_ORIG].packets, ==, 2);
}

/* ---- pieces ---- */

static void test_pieces(struct fixture *f, gconstpointer user)
{
	(void)user;
	add(f, record(0, 60, BEGIN, BEGIN));
	add(f, record(61, 120, DATA, DATA));
	add(f, record(121, 130, FLOWLOG_FIN | DATA, FLOWLOG_FIN | DATA));
	finish(f);
	const struct tanpa_session *s = session(f, 0);
	g_assert_cmpuint(f->counts.rejoined, ==, 2);
	g_assert_cmpuint(s->flow[TANPA_ORIG].packets, ==, 6);
	g_assert_cmpuint(s->flow[TANPA_RESP].payload_bytes, ==, 300);
	g_assert_cmpint(tanpa_session_end_ns(s) - tanpa_session_start_ns(s), ==, 130 * SECOND_NS);
	g_assert_cmpint(s->conn_state, ==, TANPA_SF);
}

/* The exporter takes the other end for the initiator of what continues. */
static void test_piece_turned(struct fixture *f, gconstpointer user)
{
	struct flowlog_record more = half(true, 61, 70, DATA);
	(void)user;
	more.one_way = false;
	more.session.flow[TANPA_ORIG].packets = 5;
	add(f, record(0, 60, BEGIN, BEGIN));
	add(f, more);
	finish(f);
	g_assert_cmpuint(f->counts.rejoined, ==, 1);
	g_assert_cmpuint(session(f, 0)->flow[TANPA_RESP].packets, ==, 7);
}

static void assert_apart(struct fixture *f, struct flowlog_record first, struct flowlog_record second)
{
	add(f, first);
	add(f, second);
	finish(f);
	g_assert_cmpuint(f->sessions->len, ==, 2);
	g_assert_cmpuint(f->counts.rejoined, ==, 0);
}

static void test_not_asked_for(struct fixture *f, gconstpointer user)
{
	(void)user;
	assert_apart(f, record(0, 60, BEGIN, BEGIN), record(61, 70, DATA, DATA));
}

static void test_gap(struct fixture *f, gconstpointer user)
{
	(void)user;
	assert_apart(f, record(0, 60, BEGIN, BEGIN), record(66, 70, DATA, DATA));
}

static void test_begins_anew(struct fixture *f, gconstpointer user)
{
	(void)user;
	assert_apart(f, record(0, 60, BEGIN, BEGIN), record(61, 70, BEGIN, BEGIN));
}

static void test_ended(struct fixture *f, gconstpointer user)
{
	(void)user;
	assert_apart(f, record(0, 60, WHOLE, WHOLE), record(61, 70, DATA, DATA));
}

static void test_reset(struct fixture *f, gconstpointer user)
{
	(void)user;
	assert_apart(f, record(0, 60, BEGIN, BEGIN | FLOWLOG_RST), record(61, 70, DATA, DATA));
}

/* ---- memory ---- */

/* An hour after its end nothing can continue a record: it is handed on while others come. */
static void test_let_go_by_time(struct fixture *f, gconstpointer user)
{
	struct flowlog_record later = record(3700, 3700, BEGIN, BEGIN);
	(void)user;
	later.session.port[TANPA_ORIG]++;
	add(f, record(0, 60, BEGIN, BEGIN));
	g_assert_cmpuint(f->sessions->len, ==, 0);
	add(f, later);
	g_assert_cmpuint(f->sessions->len, ==, 1);
	finish(f);
	g_assert_cmpuint(f->sessions->len, ==, 2);
}

static void test_let_go_by_number(struct fixture *f, gconstpointer user)
{
	(void)user;
	for (unsigned i = 0; i < FLOWLOG_STITCH_MAX + 10; i++) {
		struct flowlog_record r = record(0, 60, BEGIN, BEGIN);
		memcpy(r.session.addr[TANPA_ORIG] + 12, &i, sizeof i);
		flowlog_stitch_add(f->stitch, &r);
	}
	g_assert_cmpuint(f->sessions->len, ==, 10);
	finish(f);
	g_assert_cmpuint(f->sessions->len, ==, FLOWLOG_STITCH_MAX + 10);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *path;
		void (*test)(struct fixture *f, gconstpointer user);
		int rejoin;
	} tests[] = {
		{"/stitch/halves/first-began", test_first_began, 0},
		{"/stitch/halves/first-began-and-came-last", test_first_began_and_came_last, 0},
		{"/stitch/halves/same-time", test_same_time, 0},
		{"/stitch/halves/syn-alone", test_syn_alone, 0},
		{"/stitch/halves/too-far-apart", test_too_far_apart, 0},
		{"/stitch/halves/same-direction", test_same_direction, 0},
		{"/stitch/halves/of-a-whole", test_halves_of_a_whole, 0},
		{"/stitch/pieces/joined", test_pieces, 5},
		{"/stitch/pieces/turned", test_piece_turned, 5},
		{"/stitch/pieces/not-asked-for", test_not_asked_for, 0},
		{"/stitch/pieces/gap", test_gap, 5},
		{"/stitch/pieces/begins-anew", test_begins_anew, 5},
		{"/stitch/pieces/ended", test_ended, 5},
		{"/stitch/pieces/reset", test_reset, 5},
		{"/stitch/memory/time", test_let_go_by_time, 5},
		{"/stitch/memory/number", test_let_go_by_number, 5},
	};
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].path, struct fixture, GINT_TO_POINTER(tests[i].rejoin), set_up, tests[i].test,
			   tear_down);
	return g_test_run();
}
