/*
 * Allow lists. The first line of the input is the name that a channel to 203.0.113.5:443 asked for, the rest is the
 * list.
 */
#include <glib.h>
#include <string.h>

#include "base/net.h"
#include "channel/allow.h"
#include "fuzz.h"
#include "memory-file.h"

/* Whether one of the lines, each a list of its own, has the channel. */
static bool has_one(const char *list, const struct channel *channel)
{
	g_auto(GStrv) lines = g_strsplit(list, "\n", -1);
	bool has = false;
	for (gsize i = 0; lines[i]; i++) {
		g_autoptr(allow_) allow = allow_new();
		lines[i][strcspn(lines[i], "#")] = '\0';
		if (*g_strstrip(lines[i])) {
			CHECK(allow_add(allow, lines[i], NULL));
			has |= allow_has(allow, channel);
		}
	}
	return has;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct channel channel = {.port = 443, .proto = TANPA_TCP, .sessions = 1};
	g_autofree char *name = g_strndup((const char *)data, size), *list = NULL;
	g_autoptr(GError) error = NULL;
	g_autoptr(allow_) allow = allow_new();
	struct memory_file file;
	gsize head = strcspn(name, "\n");
	if (head < strlen(name))
		name[head++] = '\0';
	net_address_parse("203.0.113.5", channel.server);
	memory_file_open(&file, NULL, 0, data + head, size - head);
	bool read = allow_read(allow, file.path, &error);
	memory_file_close(&file);
	CHECK(read == (error == NULL));
	if (!read) {
		CHECK(g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE));
		return 0;
	}
	list = g_strndup((const char *)data + head, size - head);
	const char *text = g_str_has_prefix(list, "\357\273\277") ? list + 3 : list;
	CHECK(allow_has(allow, &channel) == has_one(text, &channel));
	channel.names[0] = name;
	CHECK(allow_has(allow, &channel) == has_one(text, &channel));
	channel.inbound = true;
	CHECK(!allow_has(allow, &channel));
	return 0;
}
