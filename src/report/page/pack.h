/*
 * Columns of numbers as the HTML page carries them: packed by value, deflated, base64.
 *
 * A column is stored in as many bytes per value as its largest one needs, all first bytes, then all second
 * bytes: the high bytes of neighbours are alike, and deflate makes little of them. docs/formats.md has the
 * format.
 */
#ifndef REPORT_PAGE_PACK_H
#define REPORT_PAGE_PACK_H

#include <glib.h>
#include <stdint.h>

/* JavaScript's numbers are exact up to here; larger values are stored as this. */
#define PACK_MAX ((UINT64_C(1) << 53) - 1)

struct pack {
	GString *layout; /* JSON: what is in `values`, and the strings */
	GByteArray *values;
};

void pack_init(struct pack *pack);
void pack_clear(struct pack *pack);

/* Adds a column of n values: get(i, user). Costs two calls per value. */
void pack_column(struct pack *pack, const char *name, gsize n, uint64_t (*get)(gsize i, gconstpointer user),
		 gconstpointer user);

/* Adds n values of `size` bytes each, as they are. */
void pack_bytes(struct pack *pack, const char *name, gsize n, gsize size, const uint8_t *bytes);

/* Adds a list of strings, which columns count from 0; bytes that are not UTF-8 become U+FFFD. */
void pack_strings(struct pack *pack, const char *name, const GPtrArray *strings);

/* All of it: base64 of a zlib stream. Free it. */
char *pack_finish(struct pack *pack);

#endif
