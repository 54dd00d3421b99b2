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
