/*
 * The sessions an evaluation is over, each with its verdict, in one or several runs.
 *
 * A run is one stream of captures. Runs do not know of each other: addresses and times of one mean nothing
 * in another (captures of different sandboxes overlap in both).
 *
 * A TFTP transfer is one exchange to whoever looks at it, but two sessions when the server answers from a
 * port of its own (RFC 1350): the one that only asks is marked and left out of all counts.
 */
#ifndef TRUTH_SET_H
#define TRUTH_SET_H

#include <glib.h>

#include "tanpa/session.h"
#include "verdict/verdict.h"

enum { TRUTH_NONE = -1 };

struct truth_session {
	struct tanpa_session s; /* its name and labels are the set's */
	struct verdict v;
	uint32_t run;
	int32_t entry;   /* matched entry of the acquisition log, TRUTH_NONE: none */
	int32_t label;   /* matched line of the labels, likewise */
	bool is_request; /* TFTP request whose answer is a session of its own */
};

struct truth_run {
	guint from, to;            /* sessions [from, to) of the set, in order of their start */
	int64_t first_ns, last_ns; /* of its sessions; TANPA_NEVER: none */
	uint64_t attempts;         /* sessions without payload */
	GPtrArray *captures;       /* base names of its files */
};

struct truth_set {
	GArray *sessions; /* struct truth_session */
	GArray *runs;     /* struct truth_run */
	GStringChunk *names;
};

void truth_set_init(struct truth_set *set);
void truth_set_clear(struct truth_set *set);

/* Sessions added from now on are of a new run. */
void truth_set_begin_run(struct truth_set *set);

/* Tells of a file of the run; its base name is what labels name it by. */
void truth_set_add_capture(struct truth_set *set, const char *path);

/* Adds a session, in order of start; its name is copied. Attempts are to be added, too. */
void truth_set_add(struct truth_set *set, const struct tanpa_session *session, const struct verdict *verdict);

/* Marks TFTP requests. Call after the run's last session. */
void truth_set_end_run(struct truth_set *set);

static inline struct truth_session *truth_set_at(const struct truth_set *set, guint i)
{
	return &g_array_index(set->sessions, struct truth_session, i);
}

static inline const struct truth_run *truth_set_run(const struct truth_set *set, guint i)
{
	return &g_array_index(set->runs, struct truth_run, i);
}

/* Whether the session is one of those that are counted: it carried payload, and not just a TFTP request. */
static inline bool truth_session_counts(const struct truth_session *t)
{
	return verdict_is_judged(t->v.kind) && !t->is_request;
}

/* Address of the session's inside host. */
static inline const uint8_t *truth_session_host(const struct truth_session *t)
{
	return t->s.addr[t->v.inside];
}

/* Port of the service. */
static inline uint16_t truth_session_port(const struct truth_session *t)
{
	return t->s.port[t->v.server];
}

/* Initiated towards the inside host (the paper: push). */
static inline bool truth_session_is_push(const struct truth_session *t)
{
	return t->v.direction == VERDICT_INBOUND;
}

#endif
