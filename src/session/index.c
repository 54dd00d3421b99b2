#include "session/index.h"

#include <glib.h>

#include "base/pages.h"

enum { FIRST_ENTRIES = 1024 };

void session_index_init(struct session_index *index)
{
	*index = (struct session_index){pages_new(FIRST_ENTRIES * sizeof *index->entry), FIRST_ENTRIES - 1, 0};
}

void session_index_clear(struct session_index *index)
{
	pages_free(index->entry, ((size_t)index->mask + 1) * sizeof *index->entry);
	*index = (struct session_index){0};
}

static void put(struct session_index *index, struct session_index_entry e)
{
	uint32_t at = e.hash & index->mask;
	while (index->entry[at].slot)
		at = (at + 1) & index->mask;
	index->entry[at] = e;
}

static void grow(struct session_index *index)
{
	struct session_index old = *index;
	index->mask = 2 * old.mask + 1;
	index->entry = pages_new(((size_t)index->mask + 1) * sizeof *index->entry);
	for (uint32_t i = 0; i <= old.mask; i++)
		if (old.entry[i].slot)
			put(index, old.entry[i]);
	session_index_clear(&old);
}

void session_index_insert(struct session_index *index, uint32_t hash, uint32_t slot)
{
	if (++index->used > index->mask / 4 * 3)
		grow(index);
	put(index, (struct session_index_entry){hash, slot + 1});
}

void session_index_remove(struct session_index *index, uint32_t hash, uint32_t slot)
{
	struct session_index_entry *e = index->entry;
	uint32_t mask = index->mask, hole = hash & mask;
	while (e[hole].slot != slot + 1)
		hole = (hole + 1) & mask;
	for (uint32_t at = (hole + 1) & mask; e[at].slot; at = (at + 1) & mask) {
		uint32_t home = e[at].hash & mask;
		if (((at - home) & mask) >= ((at - hole) & mask)) { /* may move back over the hole */
			e[hole] = e[at];
			hole = at;
		}
	}
	e[hole].slot = 0;
	index->used--;
}
