/* Writes the packets of the decoder's unit tests as seeds of fuzz-decode: seed-packets FOLDER. */
#include <glib.h>

#include "packet-cases.h"
#include "packets.h"

int main(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	for (gsize i = 0; i < packet_n_cases; i++) {
		g_autofree char *name = g_strdelimit(g_strdup(packet_cases[i].path), "/:", '-');
		uint16_t link = packet_case_link(&packet_cases[i]);
		g_autofree char *path = g_strdup_printf("%s/%u-%s", argv[1], link, name);
		const uint8_t head[3] = {(uint8_t)(link >> 8), (uint8_t)link, 0};
		g_autoptr(GByteArray) seed = g_byte_array_new();
		struct packets_build b;
		packets_compose(&b, packet_cases[i].path);
		g_byte_array_append(seed, head, sizeof head);
		g_byte_array_append(seed, packets_bytes(&b), (guint)packets_len(&b));
		if (!g_file_set_contents(path, (const char *)seed->data, (gssize)seed->len, NULL))
			return 1;
	}
	return 0;
}
