/*
 * A bounded cursor over bytes that an attacker may have written, and big- and little-endian reads.
 *
 * Only the cursor touches packet bytes. Every test compares with what is left, never `ptr + len > end`,
 * so nothing can wrap.
 */
#ifndef BASE_BYTES_H
#define BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint16_t get_be16(const uint8_t *p)
{
	uint16_t v;
	memcpy(&v, p, sizeof v);
	return __builtin_bswap16(v);
}

static inline uint32_t get_be32(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof v);
	return __builtin_bswap32(v);
}

static inline uint16_t get_le16(const uint8_t *p)
{
	uint16_t v;
	memcpy(&v, p, sizeof v);
	return v;
}

static inline uint32_t get_le32(const uint8_t *p)
{
	uint32_t v;
	memcpy(&v, p, sizeof v);
	return v;
}

static inline uint64_t get_le64(const uint8_t *p)
{
	uint64_t v;
	memcpy(&v, p, sizeof v);
	return v;
}

/*
 * What is left of a packet: `cap` bytes that are there to read, of `wire` bytes that were sent
 * (cap <= wire; a capture may hold less than was on the wire).
 */
struct cursor {
	const uint8_t *at;
	uint32_t cap;
	uint32_t wire;
};

/* Whether `n` bytes can be read. */
static inline bool cursor_has(const struct cursor *c, uint32_t n)
{
	return n <= c->cap;
}

/* Moves over `n` bytes that cursor_has() confirmed. */
static inline void cursor_skip(struct cursor *c, uint32_t n)
{
	c->at += n;
	c->cap -= n;
	c->wire -= n;
}

/* Shortens what is left to `wire` bytes as sent; a length beyond the packet changes nothing. */
static inline void cursor_limit(struct cursor *c, uint32_t wire)
{
	if (wire < c->wire)
		c->wire = wire;
	if (wire < c->cap)
		c->cap = wire;
}

#endif
