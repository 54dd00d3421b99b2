/*
 * The profile of each class of sessions (section 6.2 of the paper): mean packet length, duration,
 * destination ports, executable content.
 */
#ifndef TRUTH_PROFILE_H
#define TRUTH_PROFILE_H

#include "truth/log.h"
#include "truth/set.h"

/* Upper edges of the histograms' bins; the last bin has none. */
enum { TRUTH_LENGTH_BINS = 7, TRUTH_DURATION_BINS = 6, TRUTH_PORT_RANGES = 4 };
extern const double truth_length_edges[TRUTH_LENGTH_BINS - 1];     /* bytes */
extern const double truth_duration_edges[TRUTH_DURATION_BINS - 1]; /* seconds */

/* Destination ports by range: names as "80", "1-1023". */
extern const char *const truth_port_ranges[TRUTH_PORT_RANGES];

struct truth_profile {
	const char *name;  /* of the class; the set's, the labels', or static */
	GArray *lengths;   /* double, bytes, sorted */
	GArray *durations; /* double, seconds, sorted */
	uint64_t length_bin[TRUTH_LENGTH_BINS];
	uint64_t duration_bin[TRUTH_DURATION_BINS];
	uint64_t port_range[TRUTH_PORT_RANGES];
	GHashTable *ports;   /* port to number of sessions */
	uint64_t executable; /* sessions that brought the inside host executable content */
};

/*
 * Profiles of the counted sessions of `hosts` (NULL: all): array of struct truth_profile. With `labels` the
 * classes are the labels, otherwise "in the log" and, for the others, the verdicts.
 */
GArray *truth_profiles(const struct truth_set *set, const GArray *hosts, const struct truth_log *labels);

#endif
