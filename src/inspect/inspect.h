/*
 * The inspector that asks libndpi: application protocol and risks of a session, from its first payloads in both
 * directions.
 *
 * libndpi parses hostile traffic with code that is not ours, and costs more than all the rest of tanpa together: so it
 * is asked only where somebody wants it. It never sees captured headers: it is given datagrams made anew of what the
 * decoder read (inspect/datagram.h), as long as what was captured.
 *
 * Bounded: a state of libndpi's a session only until it is decided, and so many at once. For one more the session that
 * is undecided for longest is decided by what was seen of it, and counted. Not thread-safe; and libndpi remembers what
 * it saw of other sessions (which name a server had, who has to do with BitTorrent), so that all sessions of a run
 * belong to one inspector.
 */
#ifndef INSPECT_INSPECT_H
#define INSPECT_INSPECT_H

#include <glib.h>

#include "session/inspector.h"

enum {
	INSPECT_PACKETS = 10,    /* looked at of one session, at most */
	INSPECT_SESSIONS = 8192, /* undecided at once, at most; about 1 kB each, 16 kB if they are made to cost most */
};

/* NULL when there is no libndpi, or another one than tanpa was built with: G_OPTION_ERROR_FAILED. */
struct session_inspector *inspect_new(GError **error);
void inspect_free(struct session_inspector *inspector);

struct inspect_counts {
	uint64_t early;   /* sessions decided to make room, though libndpi would have seen more of them */
	uint64_t unnamed; /* sessions whose answer is lost: there were too many different ones */
};

struct inspect_counts inspect_counts_of(const struct session_inspector *inspector);

#endif
