#include "session/index.h"

#include <glib.h>

#include "base/pages.h"

/* Grown when there are more than so many in a bucket on average: one in eight buckets is full then. */
enum { FIRST_BUCKETS = 256, MOST_PER_BUCKET = 5 };

static void make_buckets(struct session_index *index, uint32_t n)
{
	*index = (struct session_index){.bucket = pages_new(n * sizeof *index->bucket), .mask = n - 1};
	for (unsigned lane = 0; lane < SESSION_INDEX_LANES; lane++)
		index->bucket[0].hash[lane] = UINT32_MAX; /* 0, as in the others, would be a hash of this one */
}

void session_index_init(struct session_index *index)
{
	make_buckets(index, FIRST_BUCKETS);
}

void session_index_clear(struct session_index *index)
{
	pages_free(index->bucket, ((size_t)index->mask + 1) * sizeof *index->bucket);
	*index = (struct session_index){0};
}

/* `slot` as it is stored. */
static void put(struct session_index *index, uint32_t hash, uint32_t slot)
{
	struct session_index_bucket *b;
	unsigned empty;
	for (uint32_t at = hash;; at++) {
		b = &index->bucket[at & index->mask];
		empty = session_index_lanes(b->slot, 0);
		if (empty)
			break;
		b->passed++;
	}
	unsigned lane = (unsigned)__builtin_ctz(empty);
	b->hash[lane] = hash;
	b->slot[lane] = slot;
	index->used++;
}

static void grow(struct session_index *index)
{
	struct session_index old = *index;
	make_buckets(index, 2 * (old.mask + 1));
	for (uint32_t i = 0; i <= old.mask; i++)
		for (unsigned lane = 0; lane < SESSION_INDEX_LANES; lane++)
			if (old.bucket[i].slot[lane])
				put(index, old.bucket[i].hash[lane], old.bucket[i].slot[lane]);
	session_index_clear(&old);
}

void session_index_insert(struct session_index *index, uint32_t hash, uint32_t slot)
{
	if (index->used / MOST_PER_BUCKET > index->mask)
		grow(index);
	put(index, hash, slot + 1);
}

void session_index_remove(struct session_index *index, uint32_t hash, uint32_t slot)
{
	struct session_index_bucket *b;
	unsigned lanes;
	for (uint32_t at = hash;; at++) {
		b = &index->bucket[at & index->mask];
		lanes = session_index_lanes(b->slot, slot + 1);
		if (lanes)
			break;
		b->passed--;
	}
	unsigned lane = (unsigned)__builtin_ctz(lanes);
	b->slot[lane] = 0;
	b->hash[lane] = ~(uint32_t)(b - index->bucket);
	index->used--;
}
