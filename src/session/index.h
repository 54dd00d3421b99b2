/*
 * Hash index from a 32-bit hash to session slots: open addressing, linear probing, deletion by moving
 * back (no tombstones), growth by doubling at 3/4 full.
 *
 * Several slots may have the same hash; who looks up compares the keys.
 */
#ifndef SESSION_INDEX_H
#define SESSION_INDEX_H

#include <stdint.h>

struct session_index_entry {
	uint32_t hash;
	uint32_t slot; /* + 1; 0: empty */
};

struct session_index {
	struct session_index_entry *entry;
	uint32_t mask; /* entries - 1 */
	uint32_t used;
};

void session_index_init(struct session_index *index);
void session_index_clear(struct session_index *index);
void session_index_insert(struct session_index *index, uint32_t hash, uint32_t slot);
void session_index_remove(struct session_index *index, uint32_t hash, uint32_t slot);

static inline void session_index_prefetch(const struct session_index *index, uint32_t hash)
{
	__builtin_prefetch(&index->entry[hash & index->mask]);
}

/*
 * Walks the slots with this hash: start with *at = hash, call until it returns -1.
 * Returns the slot; *at is then where the next call goes on.
 */
static inline int64_t session_index_next(const struct session_index *index, uint32_t hash, uint32_t *at)
{
	for (;; ++*at) {
		const struct session_index_entry *e = &index->entry[*at & index->mask];
		if (e->slot == 0)
			return -1;
		if (e->hash == hash) {
			++*at;
			return (int64_t)e->slot - 1;
		}
	}
}

#endif
