/* RITA's beacon score: its parts, by hand. */
#include <glib.h>
#include <math.h>

#include "channel/beacon.h"

#define SECOND INT64_C(1000000000)
#define DAY    (86400 * SECOND)

static GArray *starts(guint n, int64_t every_s, float bytes)
{
	GArray *list = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
	for (guint i = 0; i < n; i++) {
		struct channel_session s = {.start_ns = (int64_t)i * every_s * SECOND, .orig_ip_bytes = bytes};
		g_array_append_val(list, s);
	}
	return list;
}

static void test_perfect(void)
{
	g_autoptr(GArray) list = starts(24 * 60, 60, 300);
	struct beacon b = beacon_of(list, 0, DAY);
	g_assert_cmpfloat_with_epsilon(b.timestamps, 1, 1e-9);
	g_assert_cmpfloat_with_epsilon(b.sizes, 1, 1e-9);
	g_assert_cmpfloat_with_epsilon(b.histogram, 1, 1e-9);
	g_assert_cmpfloat_with_epsilon(b.duration, 1, 1e-9);
	g_assert_cmpfloat_with_epsilon(b.score, 1, 1e-9);
}

/* Four distinct timestamps are the least. */
static void test_least(void)
{
	g_autoptr(GArray) three = starts(3, 60, 300), four = starts(4, 60, 300), same = starts(9, 0, 300);
	g_assert_true(isnan(beacon_of(three, 0, DAY).score));
	g_assert_false(isnan(beacon_of(four, 0, DAY).score));
	g_assert_true(isnan(beacon_of(same, 0, DAY).score));
}

/* Under six bars there is no duration; one bar of 24 is as uneven as can be. */
static void test_short(void)
{
	g_autoptr(GArray) list = starts(30, 60, 300);
	struct beacon b = beacon_of(list, 0, DAY);
	g_assert_cmpfloat_with_epsilon(b.duration, 0, 1e-9);
	g_assert_cmpfloat_with_epsilon(b.histogram, 0, 1e-9);
	g_assert_cmpfloat_with_epsilon(b.score, 0.5, 1e-9);
}

/* Twelve bars in a row are all that is asked for; the pair's span is half. */
static void test_half_a_day(void)
{
	g_autoptr(GArray) list = starts(12 * 60, 60, 300);
	struct beacon b = beacon_of(list, 0, DAY);
	g_assert_cmpfloat_with_epsilon(b.duration, 1, 1e-9);
	g_assert_cmpfloat_with_epsilon(b.histogram, 1, 1e-9); /* bimodal: twelve bars of one height */
}

/* Intervals 10, 20, … 50: median 30, quartiles 20 and 40, no skew; MAD 10. */
static void test_spread(void)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
	int64_t at = 0;
	for (int i = 0; i <= 5; i++) {
		struct channel_session s = {.start_ns = at, .orig_ip_bytes = 100};
		g_array_append_val(list, s);
		at += (i + 1) * 10 * SECOND;
	}
	g_assert_cmpfloat_with_epsilon(beacon_of(list, 0, DAY).timestamps, (1 + (30.0 - 10) / 30) / 2, 1e-9);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/beacon/perfect", test_perfect);
	g_test_add_func("/beacon/least", test_least);
	g_test_add_func("/beacon/short", test_short);
	g_test_add_func("/beacon/half-a-day", test_half_a_day);
	g_test_add_func("/beacon/spread", test_spread);
	return g_test_run();
}
