#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_HUGEPAGE */
#include "base/slab.h"

#include <glib.h>
#include <string.h>
#include <sys/mman.h>

void slab_init(struct slab *slab, uint32_t item_bytes)
{
	*slab = (struct slab){.item_bytes = item_bytes};
	while ((UINT64_C(2) << slab->shift) * item_bytes <= SLAB_CHUNK_BYTES)
		slab->shift++;
}

void slab_clear(struct slab *slab)
{
	for (uint32_t i = 0; i < slab->chunks; i++)
		munmap(slab->chunk[i], SLAB_CHUNK_BYTES);
	g_free(slab->chunk);
	*slab = (struct slab){0};
}

/* Memory of one chunk at a multiple of its size, as huge pages need it. */
static uint8_t *chunk_new(void)
{
	const size_t size = SLAB_CHUNK_BYTES;
	uint8_t *p = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		g_error("out of memory for %zu bytes", size);
	size_t before = -(uintptr_t)p & (size - 1);
	if (before)
		munmap(p, before);
	munmap(p + before + size, size - before);
	madvise(p + before, size, MADV_HUGEPAGE);
	return p + before;
}

uint32_t slab_new(struct slab *slab)
{
	if (slab->free) {
		uint32_t number = slab->free - 1;
		void *item = slab_at(slab, number);
		memcpy(&slab->free, item, sizeof slab->free);
		memset(item, 0, slab->item_bytes);
		return number;
	}
	if (slab->used >> slab->shift == slab->chunks) {
		if ((slab->chunks & (slab->chunks - 1)) == 0) /* grows by doubling */
			slab->chunk = g_renew(uint8_t *, slab->chunk, slab->chunks ? 2 * slab->chunks : 1);
		slab->chunk[slab->chunks++] = chunk_new();
	}
	return slab->used++;
}

void slab_give_back(struct slab *slab, uint32_t number)
{
	memcpy(slab_at(slab, number), &slab->free, sizeof slab->free);
	slab->free = number + 1;
}
