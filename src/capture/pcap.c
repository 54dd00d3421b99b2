/*
 * Classic pcap: a 24-byte header, then records of 16 bytes and the packet (pcap-savefile(5)).
 * Microseconds or nanoseconds, either byte order.
 */
#include <string.h>

#include "base/bytes.h"
#include "base/fetch.h"
#include "capture/format.h"

enum { HEADER_BYTES = 24, RECORD_BYTES = 16 };

/* Fetched so far ahead: where a record is only the one before it tells, so there is nothing to do while it is waited
 * for. */
enum { AHEAD_BYTES = 768 };

enum { MAGIC_US = 0xa1b2c3d4, MAGIC_NS = 0xa1b23c4d };

static bool pcap_probe(const uint8_t *bytes)
{
	uint32_t le = get_le32(bytes), be = get_be32(bytes);
	return le == MAGIC_US || le == MAGIC_NS || be == MAGIC_US || be == MAGIC_NS;
}

static const char *pcap_begin(struct capture_format_state *state, const uint8_t *bytes, gsize *header)
{
	uint32_t be = get_be32(bytes);
	state->swapped = be == MAGIC_US || be == MAGIC_NS;
	uint32_t magic = state->swapped ? be : get_le32(bytes);
	state->ts_unit = magic == MAGIC_NS ? 1 : 1000;
	uint16_t major = state->swapped ? get_be16(bytes + 4) : get_le16(bytes + 4);
	uint32_t link = state->swapped ? get_be32(bytes + 20) : get_le32(bytes + 20);
	state->link = (uint16_t)link; /* the upper half tells of frame check sequences */
	*header = HEADER_BYTES;
	return major == 2 ? NULL : "pcap version other than 2";
}

/* The loop of pcap_parse(), made for each byte order. */
static inline enum capture_parse parse(struct capture_format_state *state, const uint8_t *bytes, gsize len, gsize *at,
				       struct capture_batch *batch, const char **reason, bool swapped)
{
	gsize pos = *at;
	enum capture_parse answer = CAPTURE_PARSE_MORE;
	struct capture_batch full = *batch; /* a copy that stays in registers: no packet written can be part of it */
	while (full.n < CAPTURE_BATCH_PACKETS && len - pos >= RECORD_BYTES) {
		const uint8_t *h = bytes + pos;
		fetch_ahead(h + AHEAD_BYTES);
		fetch_ahead(h + AHEAD_BYTES + FETCH_LINE);
		uint32_t sec = swapped ? get_be32(h) : get_le32(h);
		uint32_t frac = swapped ? get_be32(h + 4) : get_le32(h + 4);
		uint32_t cap_len = swapped ? get_be32(h + 8) : get_le32(h + 8);
		uint32_t wire_len = swapped ? get_be32(h + 12) : get_le32(h + 12);
		if (cap_len > CAPTURE_MAX_PACKET) {
			*reason = "record claims more than 262144 captured bytes";
			answer = CAPTURE_PARSE_DAMAGED;
			break;
		}
		if (len - pos - RECORD_BYTES < cap_len)
			break;
		capture_batch_add(&full, (struct packet_raw){
						 .ts_ns = (int64_t)sec * 1000000000 + (int64_t)frac * state->ts_unit,
						 .data = h + RECORD_BYTES,
						 .cap_len = cap_len,
						 .wire_len = wire_len,
						 .link = state->link,
					 });
		pos += RECORD_BYTES + cap_len;
	}
	*at = pos;
	*batch = full;
	return answer;
}

static enum capture_parse pcap_parse(struct capture_format_state *state, const uint8_t *bytes, gsize len, gsize *at,
				     struct capture_batch *batch, const char **reason)
{
	if (state->swapped)
		return parse(state, bytes, len, at, batch, reason, true);
	return parse(state, bytes, len, at, batch, reason, false);
}

const struct capture_format capture_format_pcap = {
	.name = "pcap",
	.header_bytes = HEADER_BYTES,
	.probe = pcap_probe,
	.begin = pcap_begin,
	.parse = pcap_parse,
};
