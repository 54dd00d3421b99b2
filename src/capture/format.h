/*
 * What a capture format is to the reader of files: how to know it, and how to take packets out of bytes.
 * One const table per format; formats keep what they must remember in struct capture_format_state.
 */
#ifndef CAPTURE_FORMAT_H
#define CAPTURE_FORMAT_H

#include <glib.h>

#include "capture/capture.h"

enum { PCAPNG_MAX_INTERFACES = 65536 };

/* Time unit and link type of one pcapng interface. */
struct capture_interface {
	uint16_t link;
	uint32_t snaplen; /* 0: no limit */
	uint8_t tsresol;  /* as in the file: 10^-n, or 2^-n with the top bit set */
	int64_t offset_s;
};

struct capture_format_state {
	bool swapped;       /* the file's byte order is not this machine's */
	uint32_t ts_unit;   /* pcap: ns per unit of the fraction */
	uint16_t link;      /* pcap */
	GArray *interfaces; /* pcapng: struct capture_interface, of the current section */
	int64_t last_ts_ns; /* pcapng: for simple packet blocks, which have no time */
	uint64_t skip;      /* bytes still to pass over before the next record */
	uint64_t skipped;   /* bytes of that record passed over so far */
};

/* What a parser says of the bytes it was given. */
enum capture_parse {
	CAPTURE_PARSE_MORE, /* all whole records were taken, or the batch is full */
	CAPTURE_PARSE_DAMAGED,
};

struct capture_format {
	const char *name;
	gsize header_bytes; /* needed by probe and begin */
	bool (*probe)(const uint8_t *bytes);
	/* Reads the file header; *header is its length. Returns NULL, or what is wrong with it (static). */
	const char *(*begin)(struct capture_format_state *state, const uint8_t *bytes, gsize *header);
	/*
	 * Takes whole records from bytes[*at .. len) into the batch and moves *at behind them. On damage *at is
	 * where the damaged record begins and *reason says what is wrong (static string).
	 */
	enum capture_parse (*parse)(struct capture_format_state *state, const uint8_t *bytes, gsize len, gsize *at,
				    struct capture_batch *batch, const char **reason);
};

extern const struct capture_format capture_format_pcap;
extern const struct capture_format capture_format_pcapng;

/* Appends a packet to the batch; the batch has room. */
static inline void capture_batch_add(struct capture_batch *batch, struct packet_raw raw)
{
	if (raw.wire_len < raw.cap_len)
		raw.wire_len = raw.cap_len;
	if (raw.ts_ns > batch->max_ts_ns)
		batch->max_ts_ns = raw.ts_ns;
	batch->packets[batch->n++] = raw;
}

#endif
