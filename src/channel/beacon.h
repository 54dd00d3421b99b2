/*
 * The beacon score of RITA, version 5 (Active Countermeasures), as published: how regular the connections of one
 * source to one destination are, 0 to 1. There for comparison, since people know it.
 *
 * It is over all ports and protocols of the pair, sessions and attempts: the mean of four parts. Timestamps and
 * sizes: ((1 - |Bowley's skewness|) + max(0, (median - MAD) / median)) / 2, of the whole-second intervals that
 * are not 0, and of the initiator's IP bytes; the skewness is taken for 0 where the quartiles are less than 10
 * apart or the median is one of them. Histogram: 24 bins over the data set's span; the larger of 1 - sigma/mean and,
 * where at least 11 bins are not empty, the share of the two commonest bar heights (in steps of 5 % of the
 * tallest). Duration: 0 where fewer than 6 bins are not empty, else the larger of the pair's share of the span and
 * the longest run of bins that are not empty over 12, at most 1.
 */
#ifndef CHANNEL_BEACON_H
#define CHANNEL_BEACON_H

#include "channel/channel.h"

enum { BEACON_BINS = 24 };

struct beacon {
	double score; /* NAN: fewer than four distinct timestamps */
	double timestamps, sizes, histogram, duration;
};

/*
 * `sessions` of struct channel_session in order of start; the data set begins at `first_ns`, its last
 * connection at `last_ns`.
 */
struct beacon beacon_of(const GArray *sessions, int64_t first_ns, int64_t last_ns);

/* The outbound channels by pair of hosts, for the scores of all pairs. */
struct beacons;

/* Of finished channels, which must outlive it; the data set spans `first_ns` to `last_ns`. */
struct beacons *beacons_new(const struct channels *channels, int64_t first_ns, int64_t last_ns);
void beacons_free(struct beacons *beacons);
typedef struct beacons beacons_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(beacons_, beacons_free)

/* The score of an outbound channel's pair. */
struct beacon beacons_get(struct beacons *beacons, const struct channel *channel);

#endif
