#include "report/uuid.h"

#include <string.h>

const uint8_t uuid_space_stix[16] = {0x00, 0xab, 0xed, 0xb4, 0xaa, 0x42, 0x46, 0x6c,
				     0x9c, 0x01, 0xfe, 0xd2, 0x33, 0x15, 0xa9, 0xb7};

/* The UUID of "tanpa" in the namespace of URLs. */
const uint8_t uuid_space_tanpa[16] = {0xb3, 0x47, 0x15, 0xa6, 0x73, 0x13, 0x57, 0x5c,
				      0x94, 0xb5, 0x45, 0x51, 0xe4, 0x0d, 0xed, 0xe9};

const char *uuid_of_name(const uint8_t space[16], const char *name, char out[UUID_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t hash[20];
	gsize len = sizeof hash, at = 0;
	g_autoptr(GChecksum) sha1 = g_checksum_new(G_CHECKSUM_SHA1);
	g_checksum_update(sha1, space, 16);
	g_checksum_update(sha1, (const guchar *)name, (gssize)strlen(name));
	g_checksum_get_digest(sha1, hash, &len);
	hash[6] = (uint8_t)((hash[6] & 0x0f) | 0x50); /* version 5 */
	hash[8] = (uint8_t)((hash[8] & 0x3f) | 0x80); /* the variant of RFC 9562 */
	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			out[at++] = '-';
		out[at++] = digits[hash[i] >> 4];
		out[at++] = digits[hash[i] & 15];
	}
	out[at] = '\0';
	return out;
}
