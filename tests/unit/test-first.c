/* The items that come first: as a sort of all of them tells. */
#include "base/first.h"

struct thing {
	guint value, number;
};

static gint compare(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct thing *x = a, *y = b;
	guint *compared = user;
	++*compared;
	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (x->number > y->number) - (x->number < y->number);
}

/* n of them, of values below `values`; rising: the last one comes last, falling: first. */
static GArray *make_things(guint n, guint values, int slope)
{
	GArray *things = g_array_new(FALSE, FALSE, sizeof(struct thing));
	for (guint i = 0; i < n; i++) {
		guint value = slope > 0 ? i : slope < 0 ? n - i : (guint)g_test_rand_int() % values;
		struct thing thing = {value, i};
		g_array_append_val(things, thing);
	}
	return things;
}

static guint64 sum_of_numbers(const GArray *things)
{
	guint64 sum = 0;
	for (guint i = 0; i < things->len; i++)
		sum += g_array_index(things, struct thing, i).number;
	return sum;
}

static void check(guint n, guint values, int slope, guint most)
{
	guint compared = 0;
	g_autoptr(GArray) things = make_things(n, values, slope);
	g_autoptr(GArray) sorted = g_array_copy(things);
	g_array_sort_with_data(sorted, compare, &compared);
	first_sort(things, most, compare, &compared);
	for (guint i = 0; i < MIN(most ? most : n, n); i++)
		g_assert_cmpuint(g_array_index(things, struct thing, i).number, ==,
				 g_array_index(sorted, struct thing, i).number);
	g_assert_cmpuint(things->len, ==, n);
	g_assert_cmpuint(sum_of_numbers(things), ==, sum_of_numbers(sorted));
}

static void test_as_sorted(void)
{
	const guint most[] = {0, 1, 2, 20, FIRST_FEW, FIRST_FEW + 1, 1000};
	for (gsize m = 0; m < G_N_ELEMENTS(most); m++)
		for (guint n = 0; n < 200; n += n < 3 ? 1 : 23)
			for (int slope = -1; slope <= 1; slope++) {
				check(n, 1000, slope, most[m]);
				check(n, 3, slope, most[m]);
			}
}

/* Of many items few are compared more than once. */
static void test_few_comparisons(void)
{
	guint compared = 0;
	g_autoptr(GArray) things = make_things(100000, G_MAXUINT, 0);
	first_sort(things, 20, compare, &compared);
	g_assert_cmpuint(compared, <, 120000);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/first/as-sorted", test_as_sorted);
	g_test_add_func("/first/few-comparisons", test_few_comparisons);
	return g_test_run();
}
