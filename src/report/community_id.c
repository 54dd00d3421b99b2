#include "report/community_id.h"

#include <string.h>

void report_append_community_id(GString *text, const struct tanpa_session *s)
{
	gsize len = s->ipv4 ? 4 : 16, skip = 16 - len;
	int order = memcmp(s->addr[0] + skip, s->addr[1] + skip, len);
	int first = order < 0 || (order == 0 && s->port[0] < s->port[1]) ? 0 : 1;
	uint8_t message[2 + 2 * 16 + 2 + 4] = {0}; /* seed, addresses, protocol, padding, ports */
	gsize at = 2;
	memcpy(message + at, s->addr[first] + skip, len);
	memcpy(message + at + len, s->addr[first ^ 1] + skip, len);
	at += 2 * len;
	message[at] = s->proto;
	at += 2;
	for (int i = 0; i < 2; i++) {
		message[at++] = (uint8_t)(s->port[first ^ i] >> 8);
		message[at++] = (uint8_t)s->port[first ^ i];
	}
	uint8_t digest[20];
	gsize digest_len = sizeof digest;
	g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
	g_checksum_update(sha1, message, (gssize)at);
	g_checksum_get_digest(sha1, digest, &digest_len);
	g_autofree char *base64 = g_base64_encode(digest, digest_len);
	g_string_append(text, "1:");
	g_string_append(text, base64);
}
