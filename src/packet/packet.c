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

static inline uint64_t low(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t high(uint64_t a, uint64_t b)
{
	return a < b ? b : a;
}

/* One number for an IPv6 address. */
static inline uint64_t fold_ipv6(const uint8_t *addr, const struct packet_seed *seed)
{
	return hash_fold(get_le64(addr) ^ seed->key[2], get_le64(addr + 8) ^ seed->key[3]);
}

/* The addresses of both ends as numbers that are distinct for IPv4 and well mixed for IPv6. */
static inline void address_numbers(const struct packet *p, const struct packet_seed *seed, uint64_t n[2])
{
	if (p->kind & PACKET_KIND_IPV6) {
		n[0] = fold_ipv6(p->addr.ipv6, seed);
		n[1] = fold_ipv6(p->addr.ipv6 + 16, seed);
	} else {
		n[0] = (uint64_t)p->addr.ipv4[0] << 16;
		n[1] = (uint64_t)p->addr.ipv4[1] << 16;
	}
}

uint32_t packet_hash(const struct packet *p, const struct packet_seed *seed)
{
	uint64_t n[2];
	address_numbers(p, seed, n);
	n[0] += p->port[0];
	n[1] += p->port[1];
	return (uint32_t)hash_fold(low(n[0], n[1]) ^ seed->key[0], high(n[0], n[1]) ^ seed->key[1] ^ p->proto);
}

uint32_t packet_host_hash(const struct packet *p, const struct packet_seed *seed)
{
	uint64_t n[2];
	address_numbers(p, seed, n);
	return (uint32_t)hash_fold(low(n[0], n[1]) ^ seed->key[1], high(n[0], n[1]) ^ seed->key[0]);
}
