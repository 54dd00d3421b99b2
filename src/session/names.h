/*
 * A pool of host names: each distinct one is stored once and has a number. Bounded: names beyond the
 * cap are not stored.
 */
#ifndef SESSION_NAMES_H
#define SESSION_NAMES_H

#include <glib.h>
#include <stddef.h>
#include <stdint.h>

enum { NAMES_MAX = 1 << 20 };

struct session_names {
	GStringChunk *chunk;
	GHashTable *number;   /* string to number + 1 */
	GPtrArray *by_number; /* NULL first */
	uint32_t last;        /* number + 1 of the name added last: the same ones come in rows */
};

void session_names_init(struct session_names *names);
void session_names_clear(struct session_names *names);

/* Number + 1 of name[0..len), 0 when it is empty or the pool is full. Bytes after a NUL are ignored. */
uint32_t session_names_add(struct session_names *names, const char *name, size_t len);

/* The string of a number + 1; NULL for 0. Lives as long as the pool. */
const char *session_names_get(const struct session_names *names, uint32_t number);

#endif
