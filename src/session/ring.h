/*
 * A queue of session slots in the order in which they were put in, with the time: who to ask whether they
 * fell silent. Sessions that ended meanwhile are not taken out; who takes an entry looks whether it still
 * holds. Nothing is linked, so putting in touches no other session's memory.
 *
 * Times are in ticks of 2^20 ns (about a millisecond) that wrap after 52 days. A gap longer than that looks
 * shorter, so a silent session's memory may be given back later; when a session is over does not depend on it.
 */
#ifndef SESSION_RING_H
#define SESSION_RING_H

#include <stdbool.h>
#include <stdint.h>

struct session_ring_entry {
	uint32_t slot;
	uint32_t queued; /* ticks */
};

struct session_ring {
	struct session_ring_entry *entry;
	uint32_t mask; /* places - 1 */
	uint32_t head, count;
};

static inline uint32_t session_ring_ticks(int64_t ns)
{
	return (uint32_t)((uint64_t)ns >> 20);
}

/* Whether an entry still stands for a live session. */
typedef bool session_ring_holds(const struct session_ring_entry *entry, const void *user);

void session_ring_init(struct session_ring *ring);
void session_ring_clear(struct session_ring *ring);

/*
 * Puts a slot in at the end. A full ring first drops the entries that do not hold any more, and doubles only
 * when most of them do: it stays within a few entries per live session.
 */
void session_ring_put(struct session_ring *ring, struct session_ring_entry entry, session_ring_holds *holds,
		      const void *user);

/* The i-th entry from the front, i < count. */
static inline const struct session_ring_entry *session_ring_at(const struct session_ring *ring, uint32_t i)
{
	return &ring->entry[(ring->head + i) & ring->mask];
}

static inline void session_ring_drop(struct session_ring *ring)
{
	ring->head++;
	ring->count--;
}

#endif
