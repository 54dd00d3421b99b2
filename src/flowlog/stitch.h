/*
 * Records that are parts of one session, put together:
 *
 *  - halves: two records of one direction each (NetFlow) become one session. Who began is who came first; at the same
 * time who sent a SYN alone, then who has the higher port;
 *  - pieces: an exporter reports a long flow again and again (its active time-out). The next record of the same ends
 * continues the last one when it begins within `rejoin_ns` of its end, the last one had not ended (FIN of both sides,
 * RST) and the next does not begin anew (SYN). Only when asked for.
 *
 * A half of a flow that is there as a whole (Suricata writes both) is dropped. Memory is bounded: the record that was
 * touched longest ago is let go beyond FLOWLOG_STITCH_MAX, and every one an hour after its end.
 */
#ifndef FLOWLOG_STITCH_H
#define FLOWLOG_STITCH_H

#include "flowlog/record.h"
#include "session/table.h"

enum { FLOWLOG_STITCH_MAX = 1 << 18 };

struct flowlog_stitch_counts {
	uint64_t paired;     /* halves that found the other one */
	uint64_t unpaired;   /* halves that did not */
	uint64_t rejoined;   /* records that continued another one */
	uint64_t duplicates; /* halves dropped */
	uint64_t sessions;   /* handed on */
};

struct flowlog_stitch;

/* `rejoin_ns` 0: pieces stay apart. Sessions go to `sink`; their strings are borrowed as those of the records are. */
struct flowlog_stitch *flowlog_stitch_new(int64_t rejoin_ns, session_sink *sink, void *user);

/* Hands nothing on. */
void flowlog_stitch_free(struct flowlog_stitch *stitch);

void flowlog_stitch_add(struct flowlog_stitch *stitch, const struct flowlog_record *record);

/* No more records: what is held is handed on. */
void flowlog_stitch_finish(struct flowlog_stitch *stitch);

struct flowlog_stitch_counts flowlog_stitch_counts_of(const struct flowlog_stitch *stitch);

#endif
