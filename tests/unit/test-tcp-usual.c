/* The short ways of usual segments against the general one: both come to the same, whatever came before. */
#include <glib.h>
#include <string.h>

#include "session/table_state.h"
#include "session/tcp.h"

/* One session by the general way alone, and one by the short ways where they take the segment. */
struct twins {
	struct session_table *table[2];
	struct session_hot hot[2];
	struct session_cold cold[2];
	guint taken; /* segments that a short way took */
};

static void twins_init(struct twins *twins)
{
	*twins = (struct twins){0};
	for (int i = 0; i < 2; i++)
		twins->table[i] = session_table_new(&session_options_default);
}

static void twins_clear(struct twins *twins)
{
	for (int i = 0; i < 2; i++)
		session_table_free(twins->table[i]);
}

/* Whether a short way took the segment; *fresh and *closed are then as session_tcp_segment() has them. */
static bool take_short(struct session_hot *hot, struct session_cold *cold, const struct packet *p, unsigned side,
		       uint32_t *fresh, bool *closed)
{
	*fresh = p->payload_len;
	*closed = false;
	unsigned flags = p->tcp_flags & (PACKET_SYN | PACKET_RST | PACKET_ACK);
	if (flags == PACKET_SYN && hot->packets[0] + hot->packets[1] == 0 && side == 0 && session_tcp_is_plain(p)) {
		session_tcp_syn(hot, cold, p);
		return true;
	}
	if (flags == PACKET_ACK && session_tcp_usual(hot, cold, p, side)) {
		*closed = p->tcp_flags & hot->state[0] & hot->state[1] & PACKET_FIN;
		return true;
	}
	return flags == (PACKET_SYN | PACKET_ACK) && session_tcp_syn_ack(hot, cold, p, side);
}

/* What the table does with a session after its TCP part. */
static void count(struct session_hot *hot, unsigned side, uint32_t fresh, bool closed)
{
	hot->packets[side]++;
	hot->payload_bytes[side] += fresh;
	hot->flags |= closed ? HOT_CLOSING : 0;
}

static void take(struct twins *twins, const struct packet *p, unsigned side)
{
	uint32_t fresh[2];
	bool closed[2], was_closing = twins->hot[0].flags & HOT_CLOSING;
	fresh[0] = session_tcp_segment(twins->table[0], &twins->hot[0], &twins->cold[0], p, side, &closed[0]);
	if (take_short(&twins->hot[1], &twins->cold[1], p, side, &fresh[1], &closed[1]))
		twins->taken++;
	else
		fresh[1] = session_tcp_segment(twins->table[1], &twins->hot[1], &twins->cold[1], p, side, &closed[1]);
	g_assert_cmpuint(fresh[0], ==, fresh[1]);
	g_assert_cmpint(closed[0] && !was_closing, ==, closed[1] && !was_closing);
	for (int i = 0; i < 2; i++)
		count(&twins->hot[i], side, fresh[i], closed[i]);
	g_assert_cmpmem(&twins->hot[0], sizeof twins->hot[0], &twins->hot[1], sizeof twins->hot[1]);
	g_assert_cmpmem(&twins->cold[0], sizeof twins->cold[0], &twins->cold[1], sizeof twins->cold[1]);
}

/* A segment that mostly goes on where its side left off; `odd` of 100 are not quite as they should be. */
static struct packet segment(GRand *rand, const struct twins *twins, unsigned side, gint odd)
{
	static const uint8_t flags[] = {PACKET_ACK, PACKET_ACK | PACKET_PSH, PACKET_ACK | PACKET_FIN};
	const struct session_hot *hot = &twins->hot[0];
	struct packet p = {
		.proto = TANPA_TCP, .window = 1000, .seq = hot->next_seq[side], .ack = hot->next_seq[side ^ 1]};
	gint which = g_rand_int_range(rand, -5, 3);
	p.tcp_flags = flags[MAX(which, 0)];
	if (hot->packets[side] == 0)
		p.tcp_flags = side == 0 ? PACKET_SYN : PACKET_SYN | PACKET_ACK;
	else if (g_rand_boolean(rand))
		p.payload_len = (uint32_t)g_rand_int_range(rand, 0, 1500);
	if (g_rand_int_range(rand, 0, 100) < odd)
		switch (g_rand_int_range(rand, 0, 6)) {
		case 0:
			p.seq += (uint32_t)g_rand_int_range(rand, -2000, 2000);
			break;
		case 1:
			p.ack += (uint32_t)g_rand_int_range(rand, -2000, 2000);
			break;
		case 2:
			p.tcp_flags = (uint8_t)g_rand_int_range(rand, 0, 32);
			break;
		case 3:
			p.window = 0;
			break;
		case 4:
			p.seq = g_rand_int(rand);
			break;
		default:
			p.payload_len = g_rand_boolean(rand) ? 1 : 0;
			break;
		}
	return p;
}

static void test_random(gconstpointer user)
{
	gint odd = GPOINTER_TO_INT(user);
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	guint segments = 0, taken = 0;
	for (int session = 0; session < 3000 && !g_test_failed(); session++) {
		struct twins twins;
		twins_init(&twins);
		int n = g_rand_int_range(rand, 1, 40);
		for (int i = 0; i < n && !g_test_failed(); i++) {
			unsigned side = i < 2 && odd < 50 ? (unsigned)i : (unsigned)g_rand_boolean(rand);
			struct packet p = segment(rand, &twins, side, odd);
			take(&twins, &p, side);
		}
		segments += (guint)n;
		taken += twins.taken;
		twins_clear(&twins);
	}
	g_test_message("%u of %u segments took a short way", taken, segments);
	g_assert_cmpuint(taken, >, segments / 20); /* or it tests nothing */
	g_assert_cmpuint(taken, <, segments);
}

/* An ordinary connection takes the short ways from its SYN to its last ACK. */
static void test_ordinary(void)
{
	static const struct {
		unsigned side;
		uint8_t flags;
		uint32_t payload_len;
	} steps[] = {
		{0, PACKET_SYN, 0},
		{1, PACKET_SYN | PACKET_ACK, 0},
		{0, PACKET_ACK, 0},
		{0, PACKET_ACK | PACKET_PSH, 100},
		{1, PACKET_ACK, 0},
		{1, PACKET_ACK, 1460},
		{0, PACKET_ACK, 0},
		{0, PACKET_ACK | PACKET_FIN, 0},
		{1, PACKET_ACK | PACKET_FIN, 20},
		{0, PACKET_ACK, 0},
	};
	struct twins twins;
	char history[32];
	twins_init(&twins);
	for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
		unsigned side = steps[i].side;
		struct packet p = {.proto = TANPA_TCP,
				   .window = 1000,
				   .tcp_flags = steps[i].flags,
				   .payload_len = steps[i].payload_len,
				   .seq = twins.hot[0].next_seq[side],
				   .ack = twins.hot[0].next_seq[side ^ 1]};
		take(&twins, &p, side);
		g_assert_cmpuint(twins.taken, ==, i + 1);
	}
	session_history_text(&twins.cold[1], NULL, history);
	g_assert_cmpstr(history, ==, "ShADadFf");
	g_assert_true(twins.hot[1].flags & HOT_CLOSING);
	twins_clear(&twins);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/tcp-usual/ordinary", test_ordinary);
	g_test_add_data_func("/tcp-usual/random/few-odd", GINT_TO_POINTER(3), test_random);
	g_test_add_data_func("/tcp-usual/random/many-odd", GINT_TO_POINTER(30), test_random);
	g_test_add_data_func("/tcp-usual/random/most-odd", GINT_TO_POINTER(80), test_random);
	return g_test_run();
}
