/* The hash index, against a plain list of what should be in it. */
#include <glib.h>
#include <stdbool.h>

#include "session/index.h"

/* How often `slot` is found under `hash`. */
static int found(const struct session_index *index, uint32_t hash, uint32_t slot)
{
	uint64_t at = 0;
	int64_t got;
	int n = 0;
	while ((got = session_index_next(index, hash, &at)) >= 0)
		n += got == slot;
	return n;
}

static int count(const struct session_index *index, uint32_t hash)
{
	uint64_t at = 0;
	int n = 0;
	while (session_index_next(index, hash, &at) >= 0)
		n++;
	return n;
}

static void test_same_hash(void)
{
	struct session_index index;
	session_index_init(&index);
	g_assert_cmpint(count(&index, 7), ==, 0);
	for (uint32_t slot = 0; slot < 100; slot++)
		session_index_insert(&index, 7, slot);
	g_assert_cmpint(count(&index, 7), ==, 100);
	for (uint32_t slot = 0; slot < 100; slot += 2)
		session_index_remove(&index, 7, slot);
	g_assert_cmpint(count(&index, 7), ==, 50);
	for (uint32_t slot = 0; slot < 100; slot++)
		g_assert_cmpint(found(&index, 7, slot), ==, slot % 2);
	g_assert_cmpuint(index.used, ==, 50);
	session_index_clear(&index);
}

/* At the end of the array it goes on at its beginning. */
static void test_wrap(void)
{
	enum { N = 2 * SESSION_INDEX_LANES + 1 }; /* two buckets full, and one more */
	const uint32_t last = UINT32_MAX, first = 0;
	struct session_index index;
	session_index_init(&index);
	for (uint32_t slot = 0; slot < N; slot++)
		session_index_insert(&index, last, slot);
	session_index_insert(&index, first, N);
	for (uint32_t slot = 0; slot < N; slot++)
		g_assert_cmpint(found(&index, last, slot), ==, 1);
	g_assert_cmpint(found(&index, first, N), ==, 1);
	for (uint32_t slot = 0; slot < N - 1; slot++)
		session_index_remove(&index, last, slot);
	g_assert_cmpint(count(&index, last), ==, 1);
	g_assert_cmpint(session_index_first(&index, last), ==, N - 1);
	g_assert_cmpint(session_index_first(&index, first), ==, N);
	session_index_remove(&index, last, N - 1);
	g_assert_cmpint(session_index_first(&index, last), ==, -1);
	g_assert_cmpint(session_index_first(&index, first), ==, N);
	session_index_clear(&index);
}

/* Hashes with which an empty lane might be taken for one in use. */
static void test_empty(void)
{
	struct session_index index;
	session_index_init(&index);
	for (uint32_t i = 0; i < 4096; i++) {
		const uint32_t hash = i << 20, others[] = {0, hash, hash | 1, hash ^ 2, ~hash, UINT32_MAX};
		session_index_insert(&index, hash, 1);
		session_index_remove(&index, hash, 1);
		for (gsize k = 0; k < G_N_ELEMENTS(others); k++) {
			g_assert_cmpint(session_index_first(&index, others[k]), ==, -1);
			g_assert_cmpint(count(&index, others[k]), ==, 0);
			session_index_insert(&index, others[k], 2);
			g_assert_cmpint(session_index_first(&index, others[k]), ==, 2);
			session_index_remove(&index, others[k], 2);
		}
	}
	session_index_clear(&index);
}

enum { SLOTS = 3000 };

static void widen(struct session_index *index, const uint32_t *hash_of, const bool *in)
{
	session_index_widen(index);
	g_assert_cmpuint(index->used, ==, 0);
	for (uint32_t slot = 0; slot < SLOTS; slot++)
		if (in[slot])
			session_index_insert(index, hash_of[slot], slot);
}

/* Many insertions and removals of crowded hashes. */
static void test_random(void)
{
	enum { ROUNDS = 60000 };
	for (guint32 seed = 1; seed <= 4; seed++) {
		g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
		g_autofree uint32_t *hash_of = g_new0(uint32_t, SLOTS);
		g_autofree bool *in = g_new0(bool, SLOTS);
		struct session_index index;
		uint32_t used = 0;
		session_index_init(&index);
		for (int i = 0; i < ROUNDS; i++) {
			uint32_t slot = (uint32_t)g_rand_int_range(rand, 0, SLOTS);
			if (in[slot]) {
				session_index_remove(&index, hash_of[slot], slot);
				used--;
			} else {
				/* a few home places, around the end of the array, and few tags */
				hash_of[slot] = (uint32_t)g_rand_int_range(rand, -40, 40) << 22 |
						(uint32_t)g_rand_int_range(rand, 0, 16);
				if (session_index_is_full(&index))
					widen(&index, hash_of, in);
				session_index_insert(&index, hash_of[slot], slot);
				used++;
			}
			in[slot] = !in[slot];
		}
		g_assert_cmpuint(index.used, ==, used);
		g_assert_cmpuint(index.buckets, >=, used / SESSION_INDEX_LANES);
		for (uint32_t slot = 0; slot < SLOTS && !g_test_failed(); slot++)
			g_assert_cmpint(found(&index, hash_of[slot], slot), ==, in[slot]);
		session_index_clear(&index);
	}
}

/* It is full when it should be, follows what is in it, and is empty in the end. */
static void test_growth(void)
{
	enum { N = 120000 };
	struct session_index index;
	session_index_init(&index);
	for (uint32_t i = 0; i < N; i++) {
		if (session_index_is_full(&index)) {
			g_assert_cmpuint(index.used, ==, index.buckets / 2 * SESSION_INDEX_FULL_PAIR);
			session_index_widen(&index);
			for (uint32_t k = 0; k < i; k++)
				session_index_insert(&index, k * 2654435761u, k);
		}
		session_index_insert(&index, i * 2654435761u, i);
	}
	g_assert_cmpuint(index.used, ==, N);
	g_assert_cmpuint(2 * N, <=, index.buckets * SESSION_INDEX_FULL_PAIR);
	g_assert_cmpuint(2 * N, >, index.buckets * SESSION_INDEX_FULL_PAIR * 3 / 4); /* not doubled any more */
	for (uint32_t i = 0; i < N && !g_test_failed(); i++)
		g_assert_cmpint(found(&index, i * 2654435761u, i), ==, 1);
	for (uint32_t i = 0; i < N; i++)
		session_index_remove(&index, i * 2654435761u, i);
	g_assert_cmpuint(index.used, ==, 0);
	for (uint32_t i = 0; i < index.buckets && !g_test_failed(); i++)
		for (unsigned lane = 0; lane <= SESSION_INDEX_LANES; lane++)
			g_assert_cmpuint(index.bucket[i].slot[lane], ==, 0);
	session_index_clear(&index);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/index/same-hash", test_same_hash);
	g_test_add_func("/index/wrap", test_wrap);
	g_test_add_func("/index/empty", test_empty);
	g_test_add_func("/index/random", test_random);
	g_test_add_func("/index/growth", test_growth);
	return g_test_run();
}
