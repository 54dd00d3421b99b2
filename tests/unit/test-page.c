/* What the HTML page keeps of sessions: bounded, the same in any order, and every one counted. */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "base/net.h"
#include "report/page/pack.h"
#include "report/page/rows.h"

enum { MOST = 100, MANY = 5000 };

static struct verdict_options options;

/* The i-th of many different sessions, of `packets` packets with `bytes` bytes of payload. */
static struct tanpa_session session(guint i, uint64_t packets, uint64_t bytes)
{
	struct tanpa_session s = {.port = {(uint16_t)(1024 + i), 80}, .proto = TANPA_TCP, .ipv4 = true};
	int64_t start_ns = (int64_t)i * 1000003;
	g_assert_true(net_address_parse("10.0.0.1", s.addr[0]) && net_address_parse("203.0.113.1", s.addr[1]));
	s.flow[0] = (struct tanpa_flow){
		.packets = packets, .payload_bytes = bytes, .first_ns = start_ns, .last_ns = start_ns + 5};
	s.flow[1] = (struct tanpa_flow){.first_ns = TANPA_NEVER, .last_ns = TANPA_NEVER};
	return s;
}

static void add(struct page_rows *rows, guint i, uint64_t packets, uint64_t bytes)
{
	struct tanpa_session s = session(i, packets, bytes);
	page_rows_add(rows, &s);
}

static gint by_start(gconstpointer a, gconstpointer b)
{
	const struct page_row *x = a, *y = b;
	return x->start_ns < y->start_ns ? -1 : x->start_ns > y->start_ns;
}

static void assert_same(struct page_rows *a, struct page_rows *b)
{
	g_assert_cmpuint(a->seen, ==, b->seen);
	g_assert_cmpuint(a->halvings, ==, b->halvings);
	g_assert_cmpuint(a->rows->len, ==, b->rows->len);
	g_array_sort(a->rows, by_start);
	g_array_sort(b->rows, by_start);
	for (guint i = 0; i < a->rows->len; i++)
		g_assert_cmpint(g_array_index(a->rows, struct page_row, i).start_ns, ==,
				g_array_index(b->rows, struct page_row, i).start_ns);
}

static void test_order(void)
{
	g_autoptr(page_rows) forth = page_rows_new(&options, MOST), back = page_rows_new(&options, MOST);
	for (guint i = 0; i < MANY; i++) {
		add(forth, i, 2, 50);
		add(back, MANY - 1 - i, 2, 50);
	}
	g_assert_cmpuint(forth->rows->len, <=, MOST);
	g_assert_cmpuint(forth->rows->len, >, MOST / 4);
	assert_same(forth, back);
}

/* Threads of very different load give together what one gives. */
static void test_merge(void)
{
	g_autoptr(page_rows) one = page_rows_new(&options, MOST), sum = page_rows_new(&options, MOST);
	struct page_rows *parts[3];
	for (int i = 0; i < 3; i++)
		parts[i] = page_rows_new(&options, MOST);
	for (guint i = 0; i < MANY; i++) {
		add(one, i, 2, 50);
		add(parts[i % 97 == 0 ? 2 : i % 5 == 0], i, 2, 50);
	}
	for (int i = 0; i < 3; i++) {
		page_rows_merge(sum, parts[i]);
		page_rows_free(parts[i]);
	}
	assert_same(one, sum);
	const uint64_t *a = one->lengths[VERDICT_C2][VERDICT_OTHER], *b = sum->lengths[VERDICT_C2][VERDICT_OTHER];
	g_assert_cmpmem(a, PAGE_LENGTHS * sizeof *a, b, PAGE_LENGTHS * sizeof *b);
}

/* Each mean is counted at the least whole number, or at the threshold, up to which it is short. */
static void test_lengths(void)
{
	struct verdict_options odd = options;
	odd.threshold = 50.5;
	g_autoptr(page_rows) rows = page_rows_new(&odd, MOST);
	add(rows, 0, 2, 100); /* 50 */
	add(rows, 1, 4, 201); /* 50.25 */
	add(rows, 2, 4, 202); /* 50.5 */
	add(rows, 3, 4, 203); /* 50.75 */
	add(rows, 4, 1, UINT64_C(1) << 40);
	const uint64_t *lengths = rows->lengths[VERDICT_C2][VERDICT_OTHER];
	g_assert_cmpuint(lengths[50], ==, 1);
	g_assert_cmpuint(lengths[PAGE_AT_THRESHOLD], ==, 2);
	g_assert_cmpuint(lengths[51], ==, 1);
	g_assert_nonnull(rows->lengths[VERDICT_UPLOAD][VERDICT_UPLOAD]);
	g_assert_cmpuint(rows->lengths[VERDICT_UPLOAD][VERDICT_UPLOAD][PAGE_LENGTHS - 2], ==, 1);
}

static uint64_t value_of(gsize i, gconstpointer user)
{
	return ((const uint64_t *)user)[i];
}

/* A column takes the bytes its largest value needs; what JavaScript cannot hold is cut to what it can. */
static void test_widths(void)
{
	static const struct {
		uint64_t largest;
		guint width;
	} cases[] = {{0, 0}, {1, 1}, {255, 1}, {256, 2}, {65536, 3}, {PACK_MAX, 7}, {UINT64_MAX, 7}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		const uint64_t values[] = {0, cases[i].largest, 0};
		struct pack pack;
		pack_init(&pack);
		pack_column(&pack, "x", G_N_ELEMENTS(values), value_of, values);
		g_autofree char *expected = g_strdup_printf("[{\"name\":\"x\",\"rows\":3,\"width\":%u}",
							    cases[i].width);
		g_assert_cmpstr(pack.layout->str, ==, expected);
		g_assert_cmpuint(pack.values->len, ==, 3 * cases[i].width);
		for (guint byte = 0; byte < cases[i].width; byte++)
			g_assert_cmpuint(pack.values->data[3 * byte + 1], ==,
					 MIN(cases[i].largest, PACK_MAX) >> (8 * byte) & 255);
		pack_clear(&pack);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	options = verdict_options_default;
	options.inside = net_list_private();
	g_test_add_func("/page/rows/order", test_order);
	g_test_add_func("/page/rows/merge", test_merge);
	g_test_add_func("/page/rows/lengths", test_lengths);
	g_test_add_func("/page/pack/widths", test_widths);
	int status = g_test_run();
	net_list_free(options.inside);
	return status;
}
