#include "session/index.h"

#include <glib.h>

#include "base/pages.h"

/* Large is a megabyte: memory that counts. Below, room is worth more: fewer are passed. */
enum { FIRST_BUCKETS = 256, LARGE = 16384, PASSED = SESSION_INDEX_LANES };

static void make_buckets(struct session_index *index, uint32_t n)
{
	*index = (struct session_index){.bucket = pages_new(n * sizeof *index->bucket), .buckets = n};
}

void session_index_init(struct session_index *index)
{
	make_buckets(index, FIRST_BUCKETS);
}

void session_index_clear(struct session_index *index)
{
	pages_free(index->bucket, index->buckets * sizeof *index->bucket);
	*index = (struct session_index){0};
}

void session_index_widen(struct session_index *index)
{
	uint32_t buckets = index->buckets + index->buckets / (index->buckets < LARGE ? 1 : 5);
	session_index_clear(index);
	make_buckets(index, buckets);
}

static struct session_index_bucket *bucket_after(const struct session_index *index, struct session_index_bucket *b)
{
	return b + 1 < index->bucket + index->buckets ? b + 1 : index->bucket;
}

int64_t session_index_next(const struct session_index *index, uint32_t hash, uint64_t *at)
{
	for (; *at >> 4 < index->buckets; *at = (*at | 15) + 1) {
		uint64_t bucket = session_index_home(index, hash) + (*at >> 4), wrap = index->buckets;
		const struct session_index_bucket *b = &index->bucket[bucket < wrap ? bucket : bucket - wrap];
		unsigned lanes = session_index_lanes(b, session_index_tag(hash)) >> (*at & 15) << (*at & 15);
		if (lanes) {
			unsigned lane = (unsigned)__builtin_ctz(lanes);
			*at = (*at & ~UINT64_C(15)) + lane + 1;
			return b->slot[lane] - 1;
		}
		if (b->slot[PASSED] == 0)
			break;
	}
	return -1;
}

void session_index_insert(struct session_index *index, uint32_t hash, uint32_t slot)
{
	struct session_index_bucket *b = &index->bucket[session_index_home(index, hash)];
	unsigned empty;
	for (; !(empty = session_index_lanes(b, 0)); b = bucket_after(index, b))
		b->slot[PASSED]--;
	unsigned lane = (unsigned)__builtin_ctz(empty);
	b->tag[lane] = session_index_tag(hash);
	b->slot[lane] = (int32_t)slot + 1;
	index->used++;
}

/* The lane of a slot with one of these tags; none: below 0. */
static int lane_of(const struct session_index_bucket *b, uint32_t hash, uint32_t slot)
{
	for (unsigned lanes = session_index_lanes(b, session_index_tag(hash)); lanes; lanes &= lanes - 1)
		if (b->slot[__builtin_ctz(lanes)] == (int32_t)slot + 1)
			return __builtin_ctz(lanes);
	return -1;
}

void session_index_remove(struct session_index *index, uint32_t hash, uint32_t slot)
{
	struct session_index_bucket *b = &index->bucket[session_index_home(index, hash)];
	int lane;
	for (; (lane = lane_of(b, hash, slot)) < 0; b = bucket_after(index, b))
		b->slot[PASSED]++;
	b->tag[lane] = 0;
	b->slot[lane] = 0;
	index->used--;
}
