/*
 * Hash index from a 32-bit hash to session slots, in buckets of one cache line: the tags of 10 sessions, 16 bits of
 * their hashes, compared all at once, and their 10 slots. What finds its bucket full goes into the next one with room,
 * and every bucket on the way counts what passed it, so that a search ends where nothing passed, and taking out moves
 * nothing.
 *
 * The number of buckets is any, not only a power of two: it follows the sessions closely. Hashes are not kept, so an
 * index that is full is emptied and filled anew by who knows them.
 *
 * Several slots may have the same hash, and others look as if they had; who looks up compares the keys.
 */
#ifndef SESSION_INDEX_H
#define SESSION_INDEX_H

#include <stdbool.h>
#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "base/fetch.h"

/*
 * Lanes of a bucket, and how many of two buckets' are in use when the index is full. What was put into the next bucket
 * stays there when its own has room again, so with sessions coming and going one in three was passed by then; with
 * three quarters of the lanes in use it would be two in three, and a search for what is not there would be three times
 * as long.
 */
enum { SESSION_INDEX_LANES = 10, SESSION_INDEX_FULL_PAIR = 13 };

struct session_index_bucket {
	_Alignas(64) uint16_t tag[SESSION_INDEX_LANES]; /* 0: empty lane */
	int32_t slot[SESSION_INDEX_LANES + 1]; /* + 1; the last: less one for each entry further on that passed here */
};
_Static_assert(sizeof(struct session_index_bucket) == 64, "one cache line");

struct session_index {
	struct session_index_bucket *bucket;
	uint32_t buckets;
	uint32_t used;
};

void session_index_init(struct session_index *index);
void session_index_clear(struct session_index *index);

/* Whether it has to be widened before the next one goes in. */
static inline bool session_index_is_full(const struct session_index *index)
{
	return index->used / SESSION_INDEX_FULL_PAIR >= index->buckets / 2;
}

/* Empties it and gives it twice the buckets, or, once it is large, a fifth more; the old ones are gone before the new
 * ones are there. */
void session_index_widen(struct session_index *index);

void session_index_insert(struct session_index *index, uint32_t hash, uint32_t slot);
void session_index_remove(struct session_index *index, uint32_t hash, uint32_t slot);

static inline uint16_t session_index_tag(uint32_t hash)
{
	return (uint16_t)(hash | 1);
}

/* The upper bits of the hash tell the bucket, the lower ones are the tag. */
static inline uint32_t session_index_home(const struct session_index *index, uint32_t hash)
{
	return (uint32_t)((uint64_t)hash * index->buckets >> 32);
}

/* Bit 1 << lane of each lane with this tag. */
static inline unsigned session_index_lanes(const struct session_index_bucket *b, uint16_t tag)
{
#ifdef __SSE2__
	const __m128i *at = (const __m128i *)(const void *)b, wanted = _mm_set1_epi16((short)tag);
	__m128i first = _mm_cmpeq_epi16(_mm_load_si128(at), wanted);
	__m128i rest = _mm_cmpeq_epi16(_mm_load_si128(at + 1), wanted); /* and some of the slots */
	return (unsigned)_mm_movemask_epi8(_mm_packs_epi16(first, rest)) & ((1u << SESSION_INDEX_LANES) - 1);
#else
	unsigned lanes = 0;
	for (unsigned i = 0; i < SESSION_INDEX_LANES; i++)
		lanes |= (unsigned)(b->tag[i] == tag) << i;
	return lanes;
#endif
}

static inline void session_index_prefetch(const struct session_index *index, uint32_t hash)
{
	fetch_ahead(&index->bucket[session_index_home(index, hash)]);
}

/*
 * Walks the slots with this hash, or one like it: start with *at = 0, call until it returns -1.
 * Returns the slot; *at is then where the next call goes on.
 */
int64_t session_index_next(const struct session_index *index, uint32_t hash, uint64_t *at);

/* The first of them. Whether there is one cannot be predicted, so there is no branch on it. */
static inline int64_t session_index_first(const struct session_index *index, uint32_t hash)
{
	const struct session_index_bucket *b = &index->bucket[session_index_home(index, hash)];
	unsigned lanes = session_index_lanes(b, session_index_tag(hash));
	int32_t slot = b->slot[__builtin_ctz(lanes | 1u << SESSION_INDEX_LANES)];
	uint64_t at = 0;
	if (__builtin_expect(slot < 0, 0)) /* none here, but some passed */
		return session_index_next(index, hash, &at);
	return slot - 1;
}

#endif
