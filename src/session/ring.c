#include "session/ring.h"

#include "base/pages.h"

enum { FIRST_ROOM = 256 };

static void make_places(struct session_ring *ring, size_t n)
{
	ring->slot = pages_new(n * sizeof *ring->slot);
	ring->mask = (uint32_t)(n - 1);
}

static void free_places(const struct session_ring *ring)
{
	pages_free(ring->slot, ((size_t)ring->mask + 1) * sizeof *ring->slot);
}

void session_ring_init(struct session_ring *ring)
{
	*ring = (struct session_ring){0};
	make_places(ring, FIRST_ROOM);
}

void session_ring_clear(struct session_ring *ring)
{
	free_places(ring);
	*ring = (struct session_ring){0};
}

/* Moves what is left to the front, `to` a ring with room for it: the same one or a wider one. */
static void close_up(const struct session_ring *from, struct session_ring *to, session_ring_moved *moved, void *user)
{
	uint32_t kept = 0;
	for (uint32_t i = 0; i < from->count; i++) {
		int64_t slot = session_ring_at(from, i);
		if (slot < 0)
			continue;
		uint32_t place = to->head + kept++;
		to->slot[place & to->mask] = (uint32_t)slot + 1;
		moved((uint32_t)slot, place, user);
	}
	to->count = kept;
}

static void make_room(struct session_ring *ring, session_ring_moved *moved, void *user)
{
	struct session_ring old = *ring;
	uint32_t left = 0;
	for (uint32_t i = 0; i < ring->count; i++)
		left += session_ring_at(ring, i) >= 0;
	if (left > ring->mask / 2)
		make_places(ring, 2 * ((size_t)old.mask + 1));
	close_up(&old, ring, moved, user);
	if (ring->slot != old.slot)
		free_places(&old);
}

uint32_t session_ring_put(struct session_ring *ring, uint32_t slot, session_ring_moved *moved, void *user)
{
	if (ring->count > ring->mask)
		make_room(ring, moved, user);
	uint32_t place = ring->head + ring->count++;
	ring->slot[place & ring->mask] = slot + 1;
	return place;
}
