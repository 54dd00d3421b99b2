/*
 * Hash index from a 32-bit hash to session slots, in buckets of one cache line: 7 hashes, compared all at once, and
 * their 7 slots. What finds its bucket full goes into the next one with room, and every bucket on the way counts what
 * passed it, so that a search ends where nothing passed, and taking out moves nothing. Grows by doubling.
 *
 * Several slots may have the same hash; who looks up compares the keys.
 */
#ifndef SESSION_INDEX_H
#define SESSION_INDEX_H

#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/fetch.h"

enum { SESSION_INDEX_LANES = 7 };

struct session_index_bucket {
	uint32_t hash[SESSION_INDEX_LANES];     /* of an empty lane: one whose first bucket is another */
	uint32_t passed;                        /* entries further on that found this bucket full */
	uint32_t slot[SESSION_INDEX_LANES + 1]; /* + 1; 0: empty, as the last one always is */
};
_Static_assert(sizeof(struct session_index_bucket) == 64, "one cache line");

struct session_index {
	struct session_index_bucket *bucket;
	uint32_t mask; /* buckets - 1 */
	uint32_t used;
};

void session_index_init(struct session_index *index);
void session_index_clear(struct session_index *index);
void session_index_insert(struct session_index *index, uint32_t hash, uint32_t slot);
void session_index_remove(struct session_index *index, uint32_t hash, uint32_t slot);

/* Bit 1 << lane of each of the 7 words at `words` (8 are read) that is `value`. */
static inline unsigned session_index_lanes(const uint32_t *words, uint32_t value)
{
#ifdef __SSE2__
	const __m128i *at = (const __m128i *)(const void *)words, wanted = _mm_set1_epi32((int)value);
	unsigned low = (unsigned)_mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(_mm_load_si128(at), wanted)));
	unsigned high = (unsigned)_mm_movemask_ps(_mm_castsi128_ps(_mm_cmpeq_epi32(_mm_load_si128(at + 1), wanted)));
	return (low | high << 4) & 0x7f;
#else
	unsigned lanes = 0;
	for (unsigned i = 0; i < SESSION_INDEX_LANES; i++)
		lanes |= (unsigned)(words[i] == value) << i;
	return lanes;
#endif
}

static inline void session_index_prefetch(const struct session_index *index, uint32_t hash)
{
	fetch_ahead(&index->bucket[hash & index->mask]);
}

/*
 * Walks the slots with this hash: start with *at = 0, call until it returns -1.
 * Returns the slot; *at is then where the next call goes on.
 */
static inline int64_t session_index_next(const struct session_index *index, uint32_t hash, uint64_t *at)
{
	for (; *at >> 3 <= index->mask; *at = (*at | 7) + 1) {
		const struct session_index_bucket *b = &index->bucket[(hash + (uint32_t)(*at >> 3)) & index->mask];
		unsigned lanes = session_index_lanes(b->hash, hash) >> (*at & 7) << (*at & 7);
		for (; lanes; lanes &= lanes - 1) {
			unsigned lane = (unsigned)__builtin_ctz(lanes);
			*at = (*at & ~UINT64_C(7)) + lane + 1;
			if (b->slot[lane])
				return (int64_t)b->slot[lane] - 1;
		}
		if (b->passed == 0)
			break;
	}
	return -1;
}

/* The first of them. Whether there is one cannot be predicted, so there is no branch on it. */
static inline int64_t session_index_first(const struct session_index *index, uint32_t hash)
{
	const struct session_index_bucket *b = &index->bucket[hash & index->mask];
	uint32_t slot = b->slot[__builtin_ctz(session_index_lanes(b->hash, hash) | 1u << SESSION_INDEX_LANES)];
	uint64_t at = 0;
	if (__builtin_expect((slot == 0) & (b->passed > 0), 0))
		return session_index_next(index, hash, &at);
	return (int64_t)slot - 1;
}

#endif
