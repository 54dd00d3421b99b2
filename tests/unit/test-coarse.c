/* Numbers in few bits. */
#include <glib.h>

#include "base/coarse.h"

static const uint64_t numbers[] = {0, 1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 1000, 999999, UINT32_MAX, UINT64_MAX};

/* What comes back is the number or a little less. */
static void test_there_and_back(void)
{
	for (unsigned bits = 3; bits <= 5; bits++)
		for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++) {
			uint64_t back = coarse_number(coarse_code(numbers[i], bits), bits);
			g_assert_cmpuint(back, <=, numbers[i]);
			g_assert_cmpuint(numbers[i] - back, <=, numbers[i] >> bits);
		}
}

static void test_small_ones_are_exact(void)
{
	for (uint64_t n = 0; n < 64; n++)
		g_assert_cmpuint(coarse_number(coarse_code(n, 5), 5), ==, n);
}

static void test_order(void)
{
	for (uint64_t n = 1; n < 100000; n++)
		g_assert_cmpuint(coarse_code(n, 4), >=, coarse_code(n - 1, 4));
}

/* A code stands for the least number that has it. */
static void test_code_of_number(void)
{
	for (unsigned code = 0; code < 256; code++)
		g_assert_cmpuint(coarse_code(coarse_number(code, 4), 4), ==, code);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/coarse/there-and-back", test_there_and_back);
	g_test_add_func("/coarse/small-ones-are-exact", test_small_ones_are_exact);
	g_test_add_func("/coarse/order", test_order);
	g_test_add_func("/coarse/code-of-number", test_code_of_number);
	return g_test_run();
}
