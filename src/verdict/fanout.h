/*
 * Propagation: an inside host's failed attempts to one port of many destinations.
 *
 * Sees attempts one by one, then tells for any of them whether its host, port and protocol are a fan-out.
 * Memory is bounded: per host and port at most FANOUT_MAX_DESTINATIONS are told apart, at most
 * FANOUT_MAX_GROUPS hosts and ports are followed, and at most FANOUT_MAX_TOTAL destinations in all.
 */
#ifndef VERDICT_FANOUT_H
#define VERDICT_FANOUT_H

#include <glib.h>

#include "tanpa/session.h"
#include "verdict/verdict.h"

enum { FANOUT_MAX_DESTINATIONS = 65536, FANOUT_MAX_GROUPS = 1 << 20, FANOUT_MAX_TOTAL = 4 << 20, FANOUT_DEFAULT = 10 };

/* Most groups have no more destinations, and need no table for them. */
enum { FANOUT_FEW = 4 };

/* One inside host's attempts to one port. */
struct fanout_group {
	uint8_t host[16];
	uint16_t port;
	uint8_t proto;
	uint64_t attempts;
	uint64_t refused;   /* of these, answered by a RST */
	guint destinations; /* distinct, up to FANOUT_MAX_DESTINATIONS */
	int64_t first_ns, last_ns;
	gpointer few[FANOUT_FEW]; /* the first destinations: 64-bit digests of their addresses; internal */
	GHashTable *more;         /* the others; NULL: none; internal */
};

struct fanout;

/* `least`: so many distinct destinations make a fan-out. */
struct fanout *fanout_new(guint least);
void fanout_free(struct fanout *fanout);
typedef struct fanout fanout_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(fanout_, fanout_free)

/* Takes an attempt (outbound, by its verdict); anything else is ignored. */
void fanout_add(struct fanout *fanout, const struct tanpa_session *session, const struct verdict *verdict);

/* Attempts of hosts and ports, or at destinations, that were beyond these bounds. */
uint64_t fanout_unfollowed(const struct fanout *fanout);

/* Adds all of `from` to `into`. */
void fanout_merge(struct fanout *into, const struct fanout *from);

/* The fan-out that an attempt is part of, NULL if none. Borrowed. */
const struct fanout_group *fanout_of(const struct fanout *fanout, const struct tanpa_session *session,
				     const struct verdict *verdict);

/* Whether an inside host's attempts to a port are a fan-out. */
bool fanout_has(const struct fanout *fanout, const uint8_t host[16], uint16_t port, uint8_t proto);

/* All fan-outs, most destinations first. The array owns itself, the groups stay the fanout's. */
GPtrArray *fanout_list(const struct fanout *fanout);

#endif
