/* Names of the skip reasons, and the symmetric hashes of a decoded packet. */
#include "packet/packet.h"

#include "base/bytes.h"
#include "base/hash.h"

const char *packet_skip_name(enum packet_skip skip)
{
	static const char *const names[] = {
#define X(id, name, words) name,
		PACKET_SKIPS(X)
#undef X
	};
	return names[skip];
}

const char *packet_skip_words(enum packet_skip skip)
{
	static const char *const words[] = {
#define X(id, name, words) words,
		PACKET_SKIPS(X)
#undef X
	};
	return words[skip];
}

/* One number for an IPv6 address. */
static inline uint64_t fold_ipv6(const uint8_t *addr, const struct packet_seed *seed)
{
	return hash_fold(get_le64(addr) ^ seed->key[2], get_le64(addr + 8) ^ seed->key[3]);
}

uint32_t packet_hash_ipv6(const struct packet *p, const struct packet_seed *seed)
{
	return packet_hash_ends(fold_ipv6(p->addr.ipv6, seed) + p->port[0],
				fold_ipv6(p->addr.ipv6 + 16, seed) + p->port[1], p->proto, seed);
}

uint32_t packet_host_hash(const struct packet *p, const struct packet_seed *seed)
{
	if (p->kind & PACKET_KIND_IPV6)
		return packet_hash_ends(fold_ipv6(p->addr.ipv6, seed), fold_ipv6(p->addr.ipv6 + 16, seed), 0, seed);
	return packet_hash_ends(packet_end_ipv4(p->addr.ipv4[0], 0), packet_end_ipv4(p->addr.ipv4[1], 0), 0, seed);
}
