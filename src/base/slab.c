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

/* A piece of the last chunk, or of a new one. Little may be needed of the first: its pages come as they are written. */
static void make_room(struct slab *slab)
{
	enum { PIECES = 4 };
	uint32_t n = slab_per_chunk(slab->item_bytes), piece = MAX(n / PIECES, 1);
	if (slab->used == slab->chunks * n)
		add_chunk(slab, pages_new(SLAB_CHUNK_BYTES));
	uint32_t at = slab->used - (slab->chunks - 1) * n;
	slab->room = n - at < 2 * piece ? n - at : piece;
	if (slab->chunks > 1)
		pages_populate(slab->chunk[slab->chunks - 1] + (size_t)at * slab->item_bytes,
			       (size_t)slab->room * slab->item_bytes);
}

uint32_t slab_new_at_end(struct slab *slab)
{
	if (slab->room == 0)
		make_room(slab);
	slab->room--;
	return slab->used++;
}
