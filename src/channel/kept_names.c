#include "channel/kept_names.h"

#include <string.h>

#include "base/net.h"

void kept_names_init(struct kept_names *names)
{
	struct kept_name none = {0};
	*names = (struct kept_names){
		.names = g_array_new(FALSE, FALSE, sizeof(struct kept_name)),
		.number = g_hash_table_new(NULL, NULL),
	};
	g_array_append_val(names->names, none);
}

void kept_names_clear(struct kept_names *names)
{
	g_array_unref(names->names);
	g_hash_table_unref(names->number);
}

static bool is_address(const char *name)
{
	char text[NET_TEXT];
	uint8_t addr[16];
	bool bracketed = *name == '[';
	name += bracketed;
	if (!g_ascii_isxdigit(*name) && *name != ':')
		return false;
	gsize n = strcspn(name, bracketed ? "]" : ":");
	if (n >= sizeof text)
		return false;
	memcpy(text, name, n);
	text[n] = '\0';
	return net_address_parse(text, addr);
}

static uint32_t find_or_add(struct kept_names *names, const char *name)
{
	uint32_t number = GPOINTER_TO_UINT(g_hash_table_lookup(names->number, name));
	if (number || name == NULL)
		return number;
	struct kept_name one = {name, is_address(name)};
	number = names->names->len;
	g_array_append_val(names->names, one);
	g_hash_table_insert(names->number, (gpointer)name, GUINT_TO_POINTER(number));
	return number;
}

uint32_t kept_names_number(struct kept_names *names, const char *name)
{
	struct recent_name *recent = &names->recent[GPOINTER_TO_SIZE(name) / 8 % RECENT_NAMES];
	if (recent->text != name) /* whether there is a name cannot be predicted, so none is like any other */
		*recent = (struct recent_name){name, find_or_add(names, name)};
	return recent->number;
}
