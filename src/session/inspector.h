/*
 * Who looks deeper into the first payloads of sessions than the table does itself: what it needs to know of them. The
 * table hands over packets, and keeps one number a session, which only the inspector understands.
 */
#ifndef SESSION_INSPECTOR_H
#define SESSION_INSPECTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/packet.h"
#include "tanpa/session.h"

/* Of one table; outlives it, and what it tells lives as long. */
struct session_inspector {
	/*
	 * A packet with captured payload that was not seen before, of a session whose *state is 0 the first time and
	 * then as it was left. Returns whether the session's next one is wanted. *state stays where it is until end(),
	 * so that the inspector may settle it in between.
	 */
	bool (*look)(struct session_inspector *self, const struct packet *packet, uint32_t *state);
	/* The session is over. Not called when *state is 0. */
	void (*end)(struct session_inspector *self, uint32_t *state);
	/* Fills app_protocol and risks. Not called when `state` is 0. */
	void (*tell)(const struct session_inspector *self, uint32_t state, struct tanpa_session *out);
};

#endif
