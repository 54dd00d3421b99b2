/* Captures and flow logs into sessions: the wiring of capture, packet, session and flowlog. */
#ifndef VERB_INGEST_H
#define VERB_INGEST_H

#include "capture/capture.h"
#include "packet/packet.h"
#include "session/table.h"
#include "verb/logs.h"
#include "verb/options.h"

/*
 * What a run read. Without a sink all sessions are kept, and stand in the order of reports: start time, then
 * protocol, addresses, ports.
 */
struct ingest {
	capture_stream *stream;
	struct logs *logs;
	struct session_inspector *inspector;
	struct session_table **tables; /* one per thread; all packets between two hosts are in the same */
	guint n_tables;
	GArray *logged;                 /* struct tanpa_session, kept ones of flow logs */
	uint64_t unkept;                /* of these, left out: more than options->session.max_sessions */
	GArray *order;                  /* of the kept sessions; see ingest_get() */
	uint64_t packets;               /* read */
	uint64_t records;               /* read from flow logs */
	uint64_t skips[PACKET_N_SKIPS]; /* of these, in no session, by reason; [PACKET_SKIP_NONE] is 0 */
	uint64_t sessions;
};

/* Takes sessions as they end: `sink` is called with users[t] for the sessions of thread t, on that thread. */
struct ingest_sink {
	session_sink *sink;
	void **users;    /* options->threads of them */
	const int *stop; /* no more is read once this is not 0; NULL: never. On one thread only */
};

/*
 * Reads all of options->paths on options->threads threads. `sink` NULL: keep all sessions. Complains about
 * inputs that could not be read, or not to their end. Returns VERB_DONE, VERB_DAMAGED, VERB_USAGE for a bad
 * filter, or VERB_FAILED when nothing at all could be read; `ingest` is to be cleared in every case.
 */
enum verb_status ingest_run(struct ingest *ingest, const struct verb_options *options, const struct ingest_sink *sink);
void ingest_clear(struct ingest *ingest);

/* Sees each packet that is in a session, and that session's number. */
struct ingest_tap {
	void (*packet)(const struct packet_raw *raw, uint32_t number, void *user);
	void *user;
};

/*
 * Reads once more, on one thread, what a run of one thread without a sink read, so that `tap` sees the packets; the
 * kept sessions are gone. Without complaints: they would be the first run's. Returns whether as much was read.
 */
bool ingest_again(struct ingest *ingest, const struct verb_options *options, const struct ingest_tap *tap);

/* Kept sessions in order. */
gsize ingest_size(const struct ingest *ingest);
void ingest_get(const struct ingest *ingest, gsize i, struct tanpa_session *session);

/* The number of a kept session, as a tap gets it; SESSION_NONE for one of a flow log, which has no packets. */
uint32_t ingest_number(const struct ingest *ingest, gsize i);

struct progress;

/* Part of ingest_run(): reads the whole stream on ingest->n_tables threads. */
void ingest_read_threaded(struct ingest *ingest, const struct packet_seed *seed, struct progress *progress);

#endif
