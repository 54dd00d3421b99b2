/*
 * Numbers in few bits: the place of the highest bit and the `bits` bits below it, so that what comes back is less than
 * one part in 2^bits too small. Codes are in the order of the numbers; numbers of up to bits + 1 bits are their codes.
 */
#ifndef BASE_COARSE_H
#define BASE_COARSE_H

#include <stdint.h>

static inline unsigned coarse_code(uint64_t number, unsigned bits)
{
	unsigned top = 63 ^ (unsigned)__builtin_clzll(number | UINT64_C(1) << bits), cut = top - bits;
	return (cut << bits) + (unsigned)(number >> cut);
}

static inline uint64_t coarse_number(unsigned code, unsigned bits)
{
	unsigned up = code >> bits, rest = code & ((1u << bits) - 1);
	return up == 0 ? rest : (uint64_t)(1u << bits | rest) << (up - 1);
}

#endif
