#include "report/page/pack.h"

#include <zlib.h>

#include "report/out.h"

void pack_init(struct pack *pack)
{
	pack->layout = g_string_new("[");
	pack->values = g_byte_array_new();
}

void pack_clear(struct pack *pack)
{
	g_string_free(pack->layout, TRUE);
	g_byte_array_unref(pack->values);
}

static void begin_item(struct pack *pack, const char *name)
{
	if (pack->layout->len > 1)
		g_string_append_c(pack->layout, ',');
	g_string_append(pack->layout, "{\"name\":");
	report_append_json_string(pack->layout, name);
}

void pack_column(struct pack *pack, const char *name, gsize n, uint64_t (*get)(gsize i, gconstpointer user),
		 gconstpointer user)
{
	uint64_t all = 0;
	guint width = 0;
	for (gsize i = 0; i < n; i++)
		all |= MIN(get(i, user), PACK_MAX);
	while (width < 8 && all >> (8 * width))
		width++;
	gsize at = pack->values->len;
	g_byte_array_set_size(pack->values, (guint)(at + width * n));
	uint8_t *to = pack->values->data + at;
	for (gsize i = 0; i < n; i++) {
		uint64_t value = MIN(get(i, user), PACK_MAX);
		for (guint byte = 0; byte < width; byte++)
			to[byte * n + i] = (uint8_t)(value >> (8 * byte));
	}
	begin_item(pack, name);
	g_string_append_printf(pack->layout, ",\"rows\":%" G_GSIZE_FORMAT ",\"width\":%u}", n, width);
}

void pack_bytes(struct pack *pack, const char *name, gsize n, gsize size, const uint8_t *bytes)
{
	g_byte_array_append(pack->values, bytes, (guint)(n * size));
	begin_item(pack, name);
	g_string_append_printf(pack->layout, ",\"rows\":%" G_GSIZE_FORMAT ",\"bytes\":%" G_GSIZE_FORMAT "}", n, size);
}

void pack_strings(struct pack *pack, const char *name, const GPtrArray *strings)
{
	begin_item(pack, name);
	g_string_append(pack->layout, ",\"strings\":[");
	for (guint i = 0; i < strings->len; i++) {
		if (i)
			g_string_append_c(pack->layout, ',');
		report_append_json_string(pack->layout, g_ptr_array_index(strings, i));
	}
	g_string_append(pack->layout, "]}");
}

char *pack_finish(struct pack *pack)
{
	g_string_append_c(pack->layout, ']');
	uint32_t size = GUINT32_TO_LE((uint32_t)pack->layout->len);
	g_autoptr(GByteArray)
		plain = g_byte_array_sized_new((guint)(sizeof size + pack->layout->len + pack->values->len));
	g_byte_array_append(plain, (const guint8 *)&size, sizeof size);
	g_byte_array_append(plain, (const guint8 *)pack->layout->str, (guint)pack->layout->len);
	g_byte_array_append(plain, pack->values->data, pack->values->len);
	uLongf length = compressBound(plain->len);
	g_autofree Bytef *deflated = g_malloc(length);
	int status = compress2(deflated, &length, plain->data, plain->len, Z_DEFAULT_COMPRESSION);
	g_assert(status == Z_OK); /* there is room, and GLib ends the program when memory runs out */
	return g_base64_encode(deflated, length);
}
