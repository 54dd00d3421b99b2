/*
 * Which session an entry of a log is about (section 5.2 of the paper): time, addresses by direction,
 * ports, protocol.
 *
 * Time. A collector writes its line when the sample's file is complete, and that is when the session's
 * last packets pass: what an acquisition log's time is compared with is the session's end, and it fits
 * within the tolerance (1 s by default) to either side. One second covers what the log's resolution cuts
 * off (up to 1 s back) and the time a collector takes to look at a file (up to 1 s on). Not the whole span:
 * a slow download takes minutes, and a line of any of them would fit. For logs of another kind the start
 * can be compared instead (labels are), or the span: for collectors that log while a connection is kept
 * open. Both clocks are taken as they are.
 *
 * Addresses and ports. The source is the initiator. So for a pull the destination is who the sample came
 * from, for a push the source. What the entry does not tell is not compared. A TCP session whose begin was not
 * captured fits from either end. A TFTP session with the server's own data port (RFC 1350) fits an entry that
 * names port 69, too.
 *
 * One to one. Pairs that fit are taken closest in time first, then earlier session, then earlier line;
 * an entry left over is still given a session if others can move to sessions that fit them as well. So as
 * many entries as possible are matched, none with a session that does not fit, and the result does not
 * depend on the order of the lines' times.
 */
#ifndef TRUTH_MATCH_H
#define TRUTH_MATCH_H

#include "truth/log.h"
#include "truth/set.h"

/* Sessions that an entry is compared with, at most, to either side of its time: memory is bounded by it. */
enum { TRUTH_CANDIDATES = 32 };

enum truth_instant { TRUTH_AT_END, TRUTH_AT_START, TRUTH_AT_SPAN, TRUTH_N_INSTANTS };

const char *truth_instant_name(enum truth_instant instant);

struct truth_match_options {
	int64_t tolerance_ns;
	enum truth_instant instant;
};

/* What about the nearest session did not fit: id, name, words. */
#define TRUTH_MISSES(X)                                                                      \
	X(TIME, "time", "the time is off")                                                   \
	X(OUTSIDE, "outside", "the time is outside the captures")                            \
	X(DIRECTION, "direction", "it was begun from the other end")                         \
	X(PROTO, "protocol", "its protocol is another")                                      \
	X(PORT, "port", "a port is another")                                                 \
	X(ADDRESS, "address", "an address is another")                                       \
	X(PAYLOAD, "no-payload", "it carried no payload")                                    \
	X(TAKEN, "taken", "it belongs to another line")                                      \
	X(NOTHING, "nothing", "no session of these addresses, nor any at that time like it") \
	X(CAPTURE, "capture", "its capture was not read")

enum truth_miss {
#define X(id, name, words) TRUTH_MISS_##id,
	TRUTH_MISSES(X)
#undef X
		TRUTH_N_MISSES,
};

const char *truth_miss_name(enum truth_miss miss);
const char *truth_miss_words(enum truth_miss miss);

/* What became of one entry. */
struct truth_match {
	int32_t session;  /* index into the set, TRUTH_NONE: not matched */
	int64_t late_ns;  /* entry's time minus the session's instant; of `nearest` when not matched */
	guint fitting;    /* sessions that fit, as far as they were compared */
	guint rivals;     /* when matched: other entries that fit the same session, likewise */
	int32_t nearest;  /* when not matched: the session that comes closest, TRUTH_NONE: none */
	int32_t taken_by; /* when it is another entry's: that one */
	unsigned missed;  /* when not matched: 1 << enum truth_miss */
};

/* Whether another answer would have been possible. */
static inline bool truth_match_is_ambiguous(const struct truth_match *match)
{
	return match->session != TRUTH_NONE && (match->fitting > 1 || match->rivals > 0);
}

/*
 * Matches all entries of a log: an array of struct truth_match, one per entry in their order. Entries that
 * name a capture match only sessions of the run that read it. Sets no field of the set. Costs
 * O((n + m) log n) for n sessions and m entries plus the pairs that fit.
 */
GArray *truth_match(const struct truth_set *set, const struct truth_log *log,
		    const struct truth_match_options *options);

/* Entry's time minus the session's instant, by whichever reading of the time is closer; 0 inside a span. */
int64_t truth_match_late_ns(const struct truth_entry *entry, const struct tanpa_session *session,
			    enum truth_instant instant);

#endif
