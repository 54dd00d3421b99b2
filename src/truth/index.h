/*
 * Sessions by their two addresses and by time: how matching finds its candidates. Internal to truth/.
 */
#ifndef TRUTH_INDEX_H
#define TRUTH_INDEX_H

#include "truth/match.h"

/* TFTP requests that are answered from another port are in neither order. */
struct truth_index {
	const struct truth_set *set;
	enum truth_instant instant;
	GArray *by_pair; /* guint, sessions by addresses (whichever is lower first), then instant */
	GArray *by_time; /* guint, sessions by instant */
};

void truth_index_init(struct truth_index *index, const struct truth_set *set, enum truth_instant instant);
void truth_index_clear(struct truth_index *index);

/* The instant sessions are ordered by: their start for TRUTH_AT_START, otherwise their end. */
int64_t truth_index_instant_ns(const struct truth_index *index, guint session);

/* Range [from, to) of by_pair with an entry's two addresses, in either direction. */
void truth_index_pair(const struct truth_index *index, const struct truth_entry *entry, guint *from, guint *to);

/* First place in order[from, to) whose instant is not before `ns`. */
guint truth_index_first(const struct truth_index *index, const GArray *order, guint from, guint to, int64_t ns);

/*
 * What about a session (t) does not fit an entry: bits 1 << enum truth_miss of TIME, DIRECTION, PROTO, PORT,
 * ADDRESS, PAYLOAD; 0: it fits.
 */
unsigned truth_misses(const struct truth_entry *entry, const struct truth_session *t,
		      const struct truth_match_options *options);

/* Fills in nearest, late_ns and missed of an entry without a session. */
void truth_find_nearest(const struct truth_index *index, const struct truth_entry *entry, int run,
			const struct truth_match_options *options, struct truth_match *match);

#endif
