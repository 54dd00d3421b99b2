/* The queue of sessions to ask: order, growth, places, and that what is taken out costs nothing. */
#include <glib.h>

#include "session/ring.h"

enum { SLOTS = 100000 };

static uint32_t place_of[SLOTS];

static void note_place(uint32_t slot, uint32_t place, void *user)
{
	((uint32_t *)user)[slot] = place;
}

static void put(struct session_ring *ring, uint32_t slot)
{
	place_of[slot] = session_ring_put(ring, slot, note_place, place_of);
}

static void test_order(void)
{
	struct session_ring ring;
	uint32_t next = 0;
	session_ring_init(&ring);
	g_assert_cmpuint(ring.count, ==, 0);
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		put(&ring, slot);
		if (slot % 3 == 2) { /* one out for three in, so that it goes round and grows */
			g_assert_cmpint(session_ring_at(&ring, 0), ==, next++);
			session_ring_drop(&ring);
		}
	}
	g_assert_cmpuint(ring.count, ==, SLOTS - next);
	for (uint32_t i = 0; i < ring.count && !g_test_failed(); i++) {
		g_assert_cmpint(session_ring_at(&ring, i), ==, next + i);
		g_assert_cmpuint(place_of[next + i], ==, ring.head + i);
	}
	session_ring_clear(&ring);
}

/* Sessions that end at once: a hundred thousand need no more room than those that live. */
static void test_taken_out(void)
{
	struct session_ring ring;
	session_ring_init(&ring);
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		put(&ring, slot);
		if (slot % 10000) /* ten of them stay */
			session_ring_take_out(&ring, place_of[slot]);
	}
	g_assert_cmpuint(ring.mask + 1, <=, 4096);
	uint32_t next = 0;
	for (uint32_t i = 0; i < ring.count; i++) {
		if (session_ring_at(&ring, i) < 0)
			continue;
		g_assert_cmpint(session_ring_at(&ring, i), ==, next);
		next += 10000;
	}
	g_assert_cmpuint(next, ==, SLOTS);
	for (uint32_t slot = 0; slot < SLOTS; slot += 10000) /* by the places they were moved to */
		session_ring_take_out(&ring, place_of[slot]);
	for (uint32_t i = 0; i < ring.count; i++)
		g_assert_cmpint(session_ring_at(&ring, i), ==, -1);
	session_ring_clear(&ring);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/ring/order", test_order);
	g_test_add_func("/ring/taken-out", test_taken_out);
	return g_test_run();
}
