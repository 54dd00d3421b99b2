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

/* A product does not tell which of two numbers was the first. `odd` spreads what differs in few bits. */
static inline uint32_t mix_hosts(uint32_t a, uint32_t b, const struct packet_seed *seed)
{
	const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
	uint32_t key = (uint32_t)(seed->key[0] * odd >> 32);
	return (uint32_t)((uint64_t)(a ^ key) * (b ^ key) * (odd ^ seed->key[1] << 1) >> 32);
}

uint32_t packet_host_hash(const struct packet *p, const struct packet_seed *seed)
{
	if (p->kind & PACKET_KIND_IPV6)
		return mix_hosts((uint32_t)fold_ipv6(p->addr.ipv6, seed), (uint32_t)fold_ipv6(p->addr.ipv6 + 16, seed),
				 seed);
	return mix_hosts(p->addr.ipv4[0], p->addr.ipv4[1], seed);
}
