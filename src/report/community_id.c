#include "report/community_id.h"

#include <string.h>

void report_community_id_digest(const struct tanpa_session *s, uint8_t digest[REPORT_COMMUNITY_ID_DIGEST])
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
	gsize digest_len = REPORT_COMMUNITY_ID_DIGEST;
	g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
	g_checksum_update(sha1, message, (gssize)at);
	g_checksum_get_digest(sha1, digest, &digest_len);
}

void report_append_community_id(GString *text, const struct tanpa_session *s)
{
	uint8_t digest[REPORT_COMMUNITY_ID_DIGEST];
	report_community_id_digest(s, digest);
	g_autofree char *base64 = g_base64_encode(digest, sizeof digest);
	g_string_append(text, "1:");
	g_string_append(text, base64);
}
