/*
 * What a field of a log says: numbers, times, addresses. A field is a piece of a line, not NUL-terminated; whoever
 * wrote it may have been hostile. All return false for what is not one, and then leave *out as it may be.
 */
#ifndef FLOWLOG_TEXT_H
#define FLOWLOG_TEXT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct flowlog_text {
	const char *at;
	gsize len;
};

static inline bool flowlog_text_is(struct flowlog_text text, const char *string)
{
	return strlen(string) == text.len && memcmp(text.at, string, text.len) == 0;
}

/* Without white space at both ends. */
struct flowlog_text flowlog_text_strip(struct flowlog_text text);

/* Decimal digits, up to UINT64_MAX. */
bool flowlog_parse_count(struct flowlog_text text, uint64_t *out);

/* 0 to 65535; also hexadecimal as in "0x0303". */
bool flowlog_parse_port(struct flowlog_text text, uint64_t *out);

/* "12.345678", "9.5e-06", "-3": seconds, up to 4e9, into ns; digits below a ns are cut. */
bool flowlog_parse_seconds(struct flowlog_text text, int64_t *out);

/*
 * A moment, ns since the epoch: seconds since the epoch, or "2021-06-06T15:57:37.272281+0200" with '/' for '-', a blank
 * for the T, any fraction or none, and Z, +hhmm, +hh:mm or nothing at the end: then it is in `zone`.
 */
bool flowlog_parse_time(struct flowlog_text text, GTimeZone *zone, int64_t *out);

/* IPv4 or IPv6, as in struct tanpa_session. */
bool flowlog_parse_address(struct flowlog_text text, uint8_t out[16]);

/* "tcp", "UDP", "6", "17"; *out is 0 for the name or number of any other protocol. */
bool flowlog_parse_proto(struct flowlog_text text, uint64_t *out);

#endif
