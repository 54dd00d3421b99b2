#include "base/slab.h"

#include <glib.h>

#include "base/pages.h"

void slab_init(struct slab *slab, uint32_t item_bytes)
{
	*slab = (struct slab){.item_bytes = item_bytes};
}

void slab_clear(struct slab *slab)
{
	for (uint32_t i = 0; i < slab->chunks; i++)
		pages_free(slab->chunk[i], SLAB_CHUNK_BYTES);
	g_free(slab->chunk);
	*slab = (struct slab){0};
}

static void add_chunk(struct slab *slab, uint8_t *chunk)
{
	if ((slab->chunks & (slab->chunks - 1)) == 0) /* grows by doubling */
		slab->chunk = g_renew(uint8_t *, slab->chunk, slab->chunks ? 2 * slab->chunks : 1);
	slab->chunk[slab->chunks++] = chunk;
}

uint32_t slab_adopt(struct slab *into, struct slab *from)
{
	uint32_t first = into->chunks * slab_per_chunk(into->item_bytes);
	if (from->chunks == 0)
		return first;
	for (uint32_t i = 0; i < from->chunks; i++)
		add_chunk(into, from->chunk[i]);
	into->used = first + from->used;
	into->room = from->room;
	g_free(from->chunk);
	slab_init(from, from->item_bytes);
	return first;
}

uint32_t slab_new_at_end(struct slab *slab)
{
	if (slab->room == 0) {
		uint8_t *chunk = pages_new(SLAB_CHUNK_BYTES);
		if (slab->chunks > 0) /* of the first one little may be needed */
			pages_populate(chunk, SLAB_CHUNK_BYTES);
		add_chunk(slab, chunk);
		slab->room = slab_per_chunk(slab->item_bytes);
	}
	slab->room--;
	return slab->used++;
}
