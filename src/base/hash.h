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

/* Secret of hash_address(), so that crafted addresses cannot make chains. Fixed until set, before any thread starts. */
extern uint64_t hash_secret[3];

/* A 16-byte address with something else about it. No result may depend on it: it differs from run to run. */
static inline uint64_t hash_address(const uint8_t addr[16], uint64_t with)
{
	uint64_t words[2];
	memcpy(words, addr, 16);
	return hash_fold(hash_fold(words[0] ^ hash_secret[0], words[1] ^ hash_secret[1]) + words[0],
			 with ^ hash_secret[2]);
}

#endif
