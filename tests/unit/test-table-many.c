/* The session table with much traffic: whichever way it goes through, nothing gets lost and the records are the same.
 */
#include <glib.h>
#include <string.h>

#include "script.h"

static const struct session_options *defaults = &session_options_default;

/* A busy hour: many hosts and ports, all kinds of packets, seeded. */
static void make_traffic(struct script *s, guint32 seed, int n)
{
	static const char *const words[] = {">S", "<SA", ">A",      ">100", "<200", ">F", "<F",
					    ">R", "<A",  ">50@-20", ">!10", "+1",   ">Aw"};
	g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
	script_init(s, false, seed & 1);
	for (int i = 0; i < n; i++) {
		g_autofree char *word = g_strdup_printf("h%d c%d %s", g_rand_int_range(rand, 1, 20),
							g_rand_int_range(rand, 1, 6),
							words[g_rand_int_range(rand, 0, G_N_ELEMENTS(words))]);
		s->udp = g_rand_boolean(rand);
		script_add(s, word);
	}
	s->udp = false;
}

static gint by_key_and_time(gconstpointer a, gconstpointer b)
{
	const struct tanpa_session *x = a, *y = b;
	int c = memcmp(x->addr, y->addr, sizeof x->addr);
	if (c == 0)
		c = memcmp(x->port, y->port, sizeof x->port);
	if (c == 0)
		c = (int)x->proto - (int)y->proto;
	int64_t d = tanpa_session_start_ns(x) - tanpa_session_start_ns(y);
	return c ? c : d < 0 ? -1 : d > 0;
}

static void test_streamed_is_kept(void)
{
	for (guint32 seed = 1; seed <= 8; seed++) {
		static const gsize batches[] = {0, 1, 7, 64, 65, 1000};
		struct session_options stream = *defaults;
		struct session_counts kept_counts, counts;
		struct script s;
		stream.sink = script_stream;
		make_traffic(&s, seed, 20000);
		g_autoptr(GArray) kept = script_run(&s, defaults, 0, &kept_counts);
		g_array_sort(kept, by_key_and_time);
		g_assert_cmpuint(kept->len, ==, kept_counts.sessions);
		for (gsize b = 0; b < G_N_ELEMENTS(batches); b++) {
			g_autoptr(GArray) streamed = script_run(&s, &stream, batches[b], &counts);
			g_array_sort(streamed, by_key_and_time);
			g_assert_cmpuint(streamed->len, ==, kept->len);
			for (guint i = 0; i < MIN(kept->len, streamed->len) && !g_test_failed(); i++)
				script_assert_equal(SESSION(kept, i), SESSION(streamed, i));
		}
		script_clear(&s);
	}
}

/* Packets given = packets in sessions + refused + fragments without a first one; bytes likewise. */
static void test_conservation(void)
{
	for (guint32 seed = 1; seed <= 8; seed++) {
		struct session_options small = *defaults;
		struct session_counts counts;
		struct script s;
		uint64_t packets = 0, given_payload = 0, payload = 0;
		make_traffic(&s, seed, 20000);
		script_add(&s, ">10g(1) >10f(2) >10g(2) >10g(3)");
		small.max_sessions = 100 * seed;
		small.sink = seed % 2 ? script_stream : NULL;
		g_autoptr(GArray) sessions = script_run(&s, &small, 64, &counts);
		for (guint i = 0; i < s.packets->len; i++)
			given_payload += g_array_index(s.packets, struct packet, i).payload_len;
		for (guint i = 0; i < sessions->len; i++) {
			const struct tanpa_session *t = SESSION(sessions, i);
			packets += tanpa_session_packets(t);
			payload += tanpa_session_payload(t) + t->flow[0].retrans_bytes + t->flow[1].retrans_bytes;
		}
		g_assert_cmpuint(counts.packets, ==, s.packets->len);
		g_assert_cmpuint(packets + counts.refused + counts.fragments, ==, counts.packets);
		g_assert_cmpuint(counts.fragments, >=, 2);
		g_assert_cmpuint(payload, <=, given_payload);
		g_assert_cmpuint(sessions->len, ==, counts.sessions);
		g_assert_cmpuint(counts.live, ==, 0);
		g_assert_cmpuint(counts.peak_live, <=, small.max_sessions);
		if (!small.sink)
			g_assert_cmpuint(sessions->len, <=, small.max_sessions);
		script_clear(&s);
	}
}

/* The secret of the hash changes where a session lies, nothing else. */
static void test_seed(void)
{
	struct session_options other = *defaults;
	struct script s;
	make_traffic(&s, 3, 5000);
	g_autoptr(GArray) one = script_run(&s, defaults, 0, NULL);
	other.seed = (struct packet_seed){{1, 2, 3, 4}};
	for (guint i = 0; i < s.packets->len; i++) {
		struct packet *p = &g_array_index(s.packets, struct packet, i);
		p->hash = packet_hash(p, &other.seed);
	}
	g_autoptr(GArray) two = script_run(&s, &other, 0, NULL);
	g_assert_cmpuint(one->len, ==, two->len);
	for (guint i = 0; i < MIN(one->len, two->len) && !g_test_failed(); i++)
		script_assert_equal(SESSION(one, i), SESSION(two, i));
	script_clear(&s);
}

/* All in one chain: slower, not wrong. */
static void test_same_hash(void)
{
	struct session_options options = *defaults;
	struct script s;
	script_init(&s, true, false);
	options.seed = (struct packet_seed){{0, 0, 0, 0}}; /* everything to port 0 of address 0 hashes to 0 */
	for (int i = 1; i < 200; i++) {
		g_autofree char *word = g_strdup_printf("c%d >%d <1", i, i);
		script_add(&s, word);
	}
	for (guint i = 0; i < s.packets->len; i++) {
		struct packet *p = &g_array_index(s.packets, struct packet, i);
		unsigned server = i % 2 ? 0 : 1;
		p->addr.ipv4[server] = 0;
		p->port[server] = 0;
		p->hash = packet_hash(p, &options.seed);
		g_assert_cmpuint(p->hash, ==, 0);
	}
	g_autoptr(GArray) sessions = script_run(&s, &options, 0, NULL);
	g_assert_cmpuint(sessions->len, ==, 199);
	for (guint i = 0; i < sessions->len; i++) {
		g_assert_cmpuint(SESSION(sessions, i)->flow[0].payload_bytes, ==, i + 1);
		g_assert_cmpuint(SESSION(sessions, i)->flow[1].packets, ==, 1);
	}
	script_clear(&s);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/table-many/streamed-is-kept", test_streamed_is_kept);
	g_test_add_func("/table-many/conservation", test_conservation);
	g_test_add_func("/table-many/seed", test_seed);
	g_test_add_func("/table-many/same-hash", test_same_hash);
	return g_test_run();
}
