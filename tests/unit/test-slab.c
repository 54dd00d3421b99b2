/* Slabs, byte reads and the cursor. */
#include <glib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/slab.h"

/* Items of many sizes: numbers in order, zeroed, apart from each other, never moving. */
static void test_items(void)
{
	static const uint32_t sizes[] = {4, 8, 24, 64, 100, 1000, 4096, 65536};
	for (gsize s = 0; s < G_N_ELEMENTS(sizes); s++) {
		uint32_t n = 3 * SLAB_CHUNK_BYTES / sizes[s] + 10; /* several chunks */
		g_autofree uint8_t *zero = g_malloc0(sizes[s]);
		g_autofree void **where = g_new0(void *, n);
		struct slab slab;
		slab_init(&slab, sizes[s]);
		for (uint32_t i = 0; i < n && !g_test_failed(); i++) {
			g_assert_cmpuint(slab_new(&slab), ==, i);
			where[i] = slab_at(&slab, i, sizes[s]);
			g_assert_cmpint(memcmp(where[i], zero, sizes[s]), ==, 0);
			memset(where[i], 1 + (int)(i % 251), sizes[s]);
		}
		for (uint32_t i = 0; i < n && !g_test_failed(); i++) {
			const uint8_t *item = slab_at(&slab, i, sizes[s]);
			g_assert_true(item == where[i]);
			g_assert_cmpuint(item[0], ==, 1 + i % 251);
			g_assert_cmpuint(item[sizes[s] - 1], ==, 1 + i % 251);
		}
		g_assert_cmpuint(slab.used, ==, n);
		slab_clear(&slab);
	}
}

/* What was given back comes first, last in first out, and is zero again. */
static void test_give_back(void)
{
	struct slab slab;
	slab_init(&slab, 16);
	for (uint32_t i = 0; i < 10; i++)
		memset(slab_at(&slab, slab_new(&slab), 16), 0xff, 16);
	slab_give_back(&slab, 3);
	slab_give_back(&slab, 0);
	slab_give_back(&slab, 9);
	g_assert_cmpuint(slab_new(&slab), ==, 9);
	g_assert_cmpuint(slab_new(&slab), ==, 0);
	slab_give_back(&slab, 5);
	g_assert_cmpuint(slab_new(&slab), ==, 5);
	g_assert_cmpuint(slab_new(&slab), ==, 3);
	g_assert_cmpuint(slab_new(&slab), ==, 10);
	g_assert_cmpuint(slab.used, ==, 11);
	static const uint8_t zero[16];
	for (uint32_t i = 0; i < 11; i++)
		g_assert_true((memcmp(slab_at(&slab, i, 16), zero, 16) == 0) ==
			      (i == 0 || i == 3 || i == 5 || i == 9 || i == 10));
	slab_clear(&slab);
}

/* Memory is used again: a million items one after the other need one chunk. */
static void test_reuse(void)
{
	struct slab slab;
	slab_init(&slab, 64);
	for (int i = 0; i < 1000000; i++)
		slab_give_back(&slab, slab_new(&slab));
	g_assert_cmpuint(slab.chunks, ==, 1);
	g_assert_cmpuint(slab.used, ==, 1);
	slab_clear(&slab);
	slab_clear(&slab); /* cleared twice is cleared */
}

static void test_reads(void)
{
	static const uint8_t bytes[9] = {0xff, 1, 2, 3, 4, 5, 6, 7, 8}; /* from an odd address */
	g_assert_cmphex(get_be16(bytes + 1), ==, 0x0102);
	g_assert_cmphex(get_le16(bytes + 1), ==, 0x0201);
	g_assert_cmphex(get_be32(bytes + 1), ==, 0x01020304);
	g_assert_cmphex(get_le32(bytes + 1), ==, 0x04030201);
	g_assert_cmphex(get_le64(bytes + 1), ==, UINT64_C(0x0807060504030201));
}

static void test_cursor(void)
{
	static const uint8_t bytes[10] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
	struct cursor c = {bytes, 10, 20};
	g_assert_true(cursor_has(&c, 10));
	g_assert_false(cursor_has(&c, 11)); /* on the wire, but not captured */
	g_assert_false(cursor_has(&c, UINT32_MAX));
	cursor_skip(&c, 4);
	g_assert_cmpuint(*c.at, ==, 4);
	g_assert_cmpuint(c.cap, ==, 6);
	g_assert_cmpuint(c.wire, ==, 16);
	cursor_limit(&c, 17);
	g_assert_cmpuint(c.wire, ==, 16);
	cursor_limit(&c, 8);
	g_assert_cmpuint(c.wire, ==, 8);
	g_assert_cmpuint(c.cap, ==, 6);
	cursor_limit(&c, 3);
	g_assert_cmpuint(c.wire, ==, 3);
	g_assert_cmpuint(c.cap, ==, 3);
	cursor_skip(&c, 3);
	g_assert_true(cursor_has(&c, 0));
	g_assert_false(cursor_has(&c, 1));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/slab/items", test_items);
	g_test_add_func("/slab/give-back", test_give_back);
	g_test_add_func("/slab/reuse", test_reuse);
	g_test_add_func("/bytes/reads", test_reads);
	g_test_add_func("/bytes/cursor", test_cursor);
	return g_test_run();
}
