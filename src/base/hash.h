/* Mixing numbers into hashes: one multiplication to 128 bits, folded. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>
#include <string.h>

/* Every bit of the result depends on every bit of both; keyed when one of them is secret. */
static inline uint64_t hash_fold(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* A 16-byte address with something else about it; not keyed: for tables that are built once and then read. */
static inline uint64_t hash_address(const uint8_t addr[16], uint64_t with)
{
	uint64_t words[2];
	memcpy(words, addr, 16);
	return hash_fold(hash_fold(words[0] ^ UINT64_C(0x9e3779b97f4a7c15), words[1] ^ UINT64_C(0xd1b54a32d192ed03)),
			 with ^ UINT64_C(0xabc98388fb8fac03));
}

#endif
