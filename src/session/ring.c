#include "session/ring.h"

#include <glib.h>

enum { FIRST_PLACES = 256 };

void session_ring_init(struct session_ring *ring)
{
	*ring = (struct session_ring){.entry = g_new(struct session_ring_entry, FIRST_PLACES),
				      .mask = FIRST_PLACES - 1};
}

void session_ring_clear(struct session_ring *ring)
{
	g_free(ring->entry);
	*ring = (struct session_ring){0};
}

/* Moves what holds to the front of a ring with room for it. */
static void make_room(struct session_ring *ring, session_ring_holds *holds, const void *user)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < ring->count; i++) {
		struct session_ring_entry e = *session_ring_at(ring, i);
		if (holds(&e, user))
			ring->entry[(ring->head + kept++) & ring->mask] = e;
	}
	ring->count = kept;
	if (kept <= ring->mask / 2)
		return;
	struct session_ring wider = {.mask = 2 * ring->mask + 1, .count = kept};
	wider.entry = g_new(struct session_ring_entry, (gsize)wider.mask + 1);
	for (uint32_t i = 0; i < kept; i++)
		wider.entry[i] = *session_ring_at(ring, i);
	g_free(ring->entry);
	*ring = wider;
}

void session_ring_put(struct session_ring *ring, struct session_ring_entry entry, session_ring_holds *holds,
		      const void *user)
{
	if (ring->count > ring->mask)
		make_room(ring, holds, user);
	ring->entry[(ring->head + ring->count++) & ring->mask] = entry;
}
