#include "session/names.h"

#include <string.h>

#include "packet/payload.h"

void session_names_init(struct session_names *names)
{
	names->chunk = g_string_chunk_new(4096);
	names->number = g_hash_table_new(g_str_hash, g_str_equal);
	names->by_number = g_ptr_array_new();
	g_ptr_array_add(names->by_number, NULL);
	names->last = 0;
}

void session_names_clear(struct session_names *names)
{
	g_string_chunk_free(names->chunk);
	g_hash_table_destroy(names->number);
	g_ptr_array_free(names->by_number, TRUE);
}

uint32_t session_names_add(struct session_names *names, const char *name, size_t len)
{
	char key[PAYLOAD_NAME_MAX + 1];
	if (len == 0 || len > PAYLOAD_NAME_MAX || name[0] == '\0')
		return 0;
	const char *last = session_names_get(names, names->last);
	if (last && strncmp(last, name, len) == 0 && last[len] == '\0')
		return names->last;
	memcpy(key, name, len);
	key[len] = '\0';
	uint32_t number = GPOINTER_TO_UINT(g_hash_table_lookup(names->number, key));
	if (number || names->by_number->len > NAMES_MAX)
		return names->last = number;
	char *stored = g_string_chunk_insert(names->chunk, key);
	names->last = names->by_number->len;
	g_ptr_array_add(names->by_number, stored);
	g_hash_table_insert(names->number, stored, GUINT_TO_POINTER(names->last));
	return names->last;
}

const char *session_names_get(const struct session_names *names, uint32_t number)
{
	return g_ptr_array_index(names->by_number, number);
}
