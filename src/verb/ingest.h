/* Captures into sessions: the wiring of capture, packet and session, on one thread or several. */
#ifndef VERB_INGEST_H
#define VERB_INGEST_H

#include "capture/capture.h"
#include "packet/packet.h"
#include "session/table.h"
#include "verb/options.h"

/* All sessions of a run, kept, in the order of reports: start time, then protocol, addresses, ports. */
struct ingest {
	capture_stream *stream;
	struct session_table **tables;
	guint n_tables;
	GArray *order; /* struct ingest_place, of the kept sessions */
	uint64_t packets; /* read */
	uint64_t skips[PACKET_N_SKIPS]; /* of these, in no session, by reason; [PACKET_SKIP_NONE] is 0 */
	uint64_t sessions;
	uint32_t peak_live;
};

/*
 * Reads all of options->paths. With options->session.sink set the sessions are streamed to it (on one
 * thread, in the order in which they end) and none are kept. Complains about inputs that could not be
 * read, or not to their end. Returns VERB_DONE, VERB_DAMAGED, or VERB_FAILED when nothing at all could be
 * read; `ingest` is to be cleared in every case.
 */
enum verb_status ingest_run(struct ingest *ingest, const struct verb_options *options);
void ingest_clear(struct ingest *ingest);

/* Kept sessions in order. */
gsize ingest_size(const struct ingest *ingest);
void ingest_get(const struct ingest *ingest, gsize i, struct tanpa_session *session);

#endif
