/* Part of channel.c: what clients asked for (HTTP Host, TLS server name), by number. */
#ifndef CHANNEL_KEPT_NAMES_H
#define CHANNEL_KEPT_NAMES_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct kept_name {
	const char *text; /* borrowed */
	bool is_address;
};

/* One that was asked for lately: the same ones come in rows. */
struct recent_name {
	const char *text;
	uint32_t number;
};

enum { RECENT_NAMES = 64 };

struct kept_names {
	GArray *names;      /* struct kept_name by number: none at all, then each once, by its address */
	GHashTable *number; /* of an address */
	struct recent_name recent[RECENT_NAMES]; /* by their addresses */
};

void kept_names_init(struct kept_names *names);
void kept_names_clear(struct kept_names *names);

/* The number of a name; 0 for NULL. */
uint32_t kept_names_number(struct kept_names *names, const char *name);

/* All numbers are below. */
static inline uint32_t kept_names_size(const struct kept_names *names)
{
	return names->names->len;
}

static inline const char *kept_names_text(const struct kept_names *names, uint32_t number)
{
	return g_array_index(names->names, struct kept_name, number).text;
}

/* Whether it is an address, with its port or without. */
static inline bool kept_names_is_address(const struct kept_names *names, uint32_t number)
{
	return g_array_index(names->names, struct kept_name, number).is_address;
}

#endif
