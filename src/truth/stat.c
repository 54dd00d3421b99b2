#include "truth/stat.h"

#include <math.h>

#define Z95 1.959963984540054 /* of the normal distribution, two-sided 95 % */

struct truth_rate truth_rate(uint64_t k, uint64_t n)
{
	struct truth_rate r = {k, n, NAN, 0, 1};
	if (n == 0)
		return r;
	double size = (double)n, p = (double)k / size, z2 = Z95 * Z95;
	double middle = (p + z2 / (2 * size)) / (1 + z2 / size);
	double half = Z95 / (1 + z2 / size) * sqrt(p * (1 - p) / size + z2 / (4 * size * size));
	r.rate = p;
	r.low = k == 0 ? 0 : MAX(middle - half, 0);
	r.high = k == n ? 1 : MIN(middle + half, 1);
	return r;
}

static gint compare(gconstpointer a, gconstpointer b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return x < y ? -1 : x > y;
}

/* Probability of at most k events of a Poisson distribution. */
static double at_most(uint64_t k, double mean)
{
	double sum = 0;
	for (uint64_t i = 0; i <= k; i++)
		sum += exp((double)i * log(mean) - mean - lgamma((double)i + 1));
	return sum;
}

/* The mean at which at_most(k) is `probability`, by halving. */
static double mean_at(uint64_t k, double probability)
{
	double low = 0, high = 2 * (double)k + 20;
	for (int i = 0; i < 60; i++) {
		double middle = (low + high) / 2;
		*(at_most(k, middle) > probability ? &low : &high) = middle;
	}
	return low;
}

void truth_count_interval(uint64_t k, double *low, double *high)
{
	*low = k == 0 ? 0 : mean_at(k - 1, .975);
	*high = mean_at(k, .025);
}

void truth_sort(GArray *values)
{
	g_array_sort(values, compare);
}

double truth_quantile(const GArray *sorted, double q)
{
	if (sorted->len == 0)
		return NAN;
	double at = q * (sorted->len - 1);
	guint below = (guint)at;
	double low = g_array_index(sorted, double, below);
	double high = g_array_index(sorted, double, MIN(below + 1, sorted->len - 1));
	return low + (at - below) * (high - low);
}
