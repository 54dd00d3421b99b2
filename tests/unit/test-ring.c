/* The queue of sessions to ask: order, growth, and that entries that do not hold any more cost nothing. */
#include <glib.h>

#include "session/ring.h"

enum { SLOTS = 100000 };

static bool alive[SLOTS];

static bool holds(const struct session_ring_entry *entry, const void *user)
{
	g_assert_true(user == alive);
	return alive[entry->slot];
}

static void put(struct session_ring *ring, uint32_t slot)
{
	alive[slot] = true;
	session_ring_put(ring, (struct session_ring_entry){.queued = slot, .slot = slot}, holds, alive);
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
			g_assert_cmpuint(session_ring_at(&ring, 0)->slot, ==, next++);
			session_ring_drop(&ring);
		}
	}
	g_assert_cmpuint(ring.count, ==, SLOTS - next);
	for (uint32_t i = 0; i < ring.count && !g_test_failed(); i++) {
		g_assert_cmpuint(session_ring_at(&ring, i)->slot, ==, next + i);
		g_assert_cmpint(session_ring_at(&ring, i)->queued, ==, next + i);
	}
	session_ring_clear(&ring);
}

/* Sessions that end at once: a hundred thousand need no more room than those that live. */
static void test_dead(void)
{
	struct session_ring ring;
	session_ring_init(&ring);
	for (uint32_t slot = 0; slot < SLOTS; slot++) {
		put(&ring, slot);
		alive[slot] = slot % 10000 == 0; /* ten of them stay */
	}
	g_assert_cmpuint(ring.mask + 1, <=, 4096);
	uint32_t living = 0, last = 0;
	for (uint32_t i = 0; i < ring.count; i++) {
		uint32_t slot = session_ring_at(&ring, i)->slot;
		g_assert_true(i == 0 || slot > last);
		living += alive[slot];
		last = slot;
	}
	g_assert_cmpuint(living, ==, 10);
	session_ring_clear(&ring);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/ring/order", test_order);
	g_test_add_func("/ring/dead", test_dead);
	return g_test_run();
}
