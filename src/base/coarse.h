/*
 * Numbers in few bits: the place of the highest bit and the `bits` bits below it, so that what comes back is less than
 * one part in 2^bits too small. Codes are in the order of the numbers.
 */
#ifndef BASE_COARSE_H
#define BASE_COARSE_H

#include <stdint.h>

static inline unsigned coarse_code(uint64_t number, unsigned bits)
{
	if (number >> bits == 0)
		return (unsigned)number;
	unsigned top = 63 - (unsigned)__builtin_clzll(number);
	return ((top - bits + 1) << bits) | (unsigned)(number >> (top - bits) & ((1u << bits) - 1));
}

static inline uint64_t coarse_number(unsigned code, unsigned bits)
{
	unsigned up = code >> bits, rest = code & ((1u << bits) - 1);
	return up == 0 ? rest : (uint64_t)(1u << bits | rest) << (up - 1);
}

#endif
