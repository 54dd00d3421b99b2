/* The little statistics that evaluation needs. */
#ifndef TRUTH_STAT_H
#define TRUTH_STAT_H

#include <glib.h>
#include <stdint.h>

/* A part k of n as a rate with its 95 % interval. */
struct truth_rate {
	uint64_t k, n;
	double rate;      /* k / n; NAN when n is 0 */
	double low, high; /* Wilson's score interval (1927), 0 to 1 */
};

struct truth_rate truth_rate(uint64_t k, uint64_t n);

/* The 95 % interval of a mean of which `k` events were counted (Garwood 1936: exact, Poisson). */
void truth_count_interval(uint64_t k, double *low, double *high);

/* Sorts an array of double. */
void truth_sort(GArray *values);

/*
 * The q-quantile (0 to 1) of sorted values, between two of them by linear interpolation (type 7 of Hyndman
 * and Fan 1996). NAN of none.
 */
double truth_quantile(const GArray *sorted, double q);

#endif
