/*
 * A queue of session slots in the order in which they were put in: who to ask whether they fell silent. Nothing is
 * linked, so putting in touches no other session's memory.
 *
 * Who puts a slot in keeps the place it is given, and with that takes it out again, wherever in the queue it is.
 */
#ifndef SESSION_RING_H
#define SESSION_RING_H

#include <stdint.h>

struct session_ring {
	uint32_t *slot; /* + 1; 0: it was taken out */
	uint32_t mask;  /* room - 1 */
	uint32_t head;  /* place of the first one */
	uint32_t count; /* those taken out included */
};

/* Told about each slot that is given another place, while there is made room for one more. */
typedef void session_ring_moved(uint32_t slot, uint32_t place, void *user);

void session_ring_init(struct session_ring *ring);
void session_ring_clear(struct session_ring *ring);

/*
 * Puts a slot in at the end; returns its place. A full ring first closes up over what was taken out, and doubles only
 * when more than half of it is left: it stays within two entries per slot.
 */
uint32_t session_ring_put(struct session_ring *ring, uint32_t slot, session_ring_moved *moved, void *user);

static inline void session_ring_take_out(struct session_ring *ring, uint32_t place)
{
	ring->slot[place & ring->mask] = 0;
}

/* The i-th slot from the front, i < count; -1 where it was taken out. */
static inline int64_t session_ring_at(const struct session_ring *ring, uint32_t i)
{
	return (int64_t)ring->slot[(ring->head + i) & ring->mask] - 1;
}

static inline void session_ring_drop(struct session_ring *ring)
{
	ring->head++;
	ring->count--;
}

#endif
