/*
 * A slab: items of one size, addressed by number, that never move.
 *
 * Grows by chunks of 2 MiB, so growing copies nothing. Numbers are given out in order; given-back
 * ones are used again first. Memory that runs out aborts.
 */
#ifndef BASE_SLAB_H
#define BASE_SLAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { SLAB_CHUNK_BYTES = 2 << 20 };

struct slab {
	uint8_t **chunk;
	uint32_t chunks;
	uint32_t item_bytes;
	uint32_t room; /* items that still fit into what is in use of the last chunk */
	uint32_t used; /* numbers 0 to used - 1 were given out */
	uint32_t free; /* number + 1 of a given-back item, 0: none; the next one is in its first 4 bytes */
};

void slab_init(struct slab *slab, uint32_t item_bytes);
void slab_clear(struct slab *slab);

/* Chunks are filled: a million items of three cache lines would leave a quarter empty where they stood at powers of
 * two. */
static inline uint32_t slab_per_chunk(uint32_t item_bytes)
{
	return SLAB_CHUNK_BYTES / item_bytes;
}

/* `item_bytes` as given to slab_init(); a constant there makes the division a multiplication, or a shift. */
static inline void *slab_at(const struct slab *slab, uint32_t number, uint32_t item_bytes)
{
	uint32_t n = slab_per_chunk(item_bytes);
	return slab->chunk[number / n] + (size_t)(number % n) * item_bytes;
}

/* The number of an item never given out before; it is zero. */
uint32_t slab_new_at_end(struct slab *slab);

/* An item's number; `item_bytes` as above. What was in it when it was given back may still be. */
static inline uint32_t slab_take(struct slab *slab, uint32_t item_bytes)
{
	if (slab->free == 0)
		return slab_new_at_end(slab);
	uint32_t number = slab->free - 1;
	memcpy(&slab->free, slab_at(slab, number, item_bytes), sizeof slab->free);
	return number;
}

static inline void slab_return(struct slab *slab, uint32_t number, uint32_t item_bytes)
{
	memcpy(slab_at(slab, number, item_bytes), &slab->free, sizeof slab->free);
	slab->free = number + 1;
}

/* The same where the size is no constant, and the item is to be zero. */
static inline uint32_t slab_new(struct slab *slab)
{
	bool used_before = slab->free != 0;
	uint32_t number = slab_take(slab, slab->item_bytes);
	if (used_before)
		memset(slab_at(slab, number, slab->item_bytes), 0, slab->item_bytes);
	return number;
}

static inline void slab_give_back(struct slab *slab, uint32_t number)
{
	slab_return(slab, number, slab->item_bytes);
}

/* Takes back the one given out last. */
static inline void slab_drop_last(struct slab *slab)
{
	slab->used--;
	slab->room++;
}

/*
 * Takes over all items of `from`, which is empty then, where they are: item 0 gets the number that is returned, the
 * others follow. Both have items of one size. Numbers between the last of `into` and that one are lost, as are items
 * that were given back to `from`; there are none between when the chunks of `into` are full.
 */
uint32_t slab_adopt(struct slab *into, struct slab *from);

#endif
