/*
 * pcapng: sections of blocks (draft-ietf-opsawg-pcapng). Taken are section headers, interface
 * descriptions, enhanced, simple and the obsolete packet blocks; every other block is passed over.
 */
#include <string.h>

#include "base/bytes.h"
#include "capture/format.h"

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_PACKET_OBSOLETE = 2,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_ENHANCED_PACKET = 6,
};
enum { BYTE_ORDER_MAGIC = 0x1a2b3c4d, SECTION_MIN = 28, BLOCK_MIN = 12 };
enum { OPTION_END = 0, OPTION_TSRESOL = 9, OPTION_TSOFFSET = 14 };

static uint16_t get16(const struct capture_format_state *state, const uint8_t *p)
{
	return state->swapped ? get_be16(p) : get_le16(p);
}

static uint32_t get32(const struct capture_format_state *state, const uint8_t *p)
{
	return state->swapped ? get_be32(p) : get_le32(p);
}

static bool pcapng_probe(const uint8_t *bytes)
{
	uint32_t order = get_le32(bytes + 8);
	return get_le32(bytes) == BLOCK_SECTION &&
	       (order == BYTE_ORDER_MAGIC || order == __builtin_bswap32(BYTE_ORDER_MAGIC));
}

/* The section header is an ordinary block, too: nothing to do before the first one. */
static const char *pcapng_begin(struct capture_format_state *state, const uint8_t *bytes, gsize *header)
{
	(void)bytes;
	state->interfaces = g_array_new(FALSE, TRUE, sizeof(struct capture_interface));
	*header = 0;
	return NULL;
}

static const char *take_section(struct capture_format_state *state, const uint8_t *body, gsize len)
{
	if (len < SECTION_MIN - BLOCK_MIN)
		return "section header block is too short";
	if (get16(state, body + 4) != 1)
		return "pcapng version other than 1";
	g_array_set_size(state->interfaces, 0);
	return NULL;
}

static const char *take_interface(struct capture_format_state *state, const uint8_t *body, gsize len)
{
	if (len < 8)
		return "interface description block is too short";
	if (state->interfaces->len >= PCAPNG_MAX_INTERFACES)
		return "more than 65536 interfaces in a section";
	struct capture_interface interface = {
		.link = get16(state, body),
		.snaplen = get32(state, body + 4),
		.tsresol = 6,
	};
	for (gsize at = 8; len - at >= 4;) {
		uint16_t option = get16(state, body + at), bytes = get16(state, body + at + 2);
		at += 4;
		if (option == OPTION_END)
			break;
		if (bytes > len - at)
			return "option of an interface description is longer than its block";
		if (option == OPTION_TSRESOL && bytes == 1)
			interface.tsresol = body[at];
		if (option == OPTION_TSOFFSET && bytes == 8) {
			uint64_t offset = get_le64(body + at);
			interface.offset_s = (int64_t)(state->swapped ? __builtin_bswap64(offset) : offset);
		}
		at += MIN(len - at, ((gsize)bytes + 3) & ~(gsize)3);
	}
	g_array_append_val(state->interfaces, interface);
	return NULL;
}

/* Time in ns since the epoch of a 64-bit count of the interface's units. */
static int64_t to_ns(const struct capture_interface *interface, uint64_t units)
{
	unsigned __int128 ns = (unsigned __int128)units * 1000000000;
	unsigned power = interface->tsresol & 0x7f;
	if (interface->tsresol & 0x80)
		ns >>= MIN(power, 127);
	else
		for (; power > 0 && ns > 0; power--)
			ns /= 10;
	__int128 with_offset = (__int128)ns + (__int128)interface->offset_s * 1000000000;
	return (int64_t)CLAMP(with_offset, 0, (__int128)INT64_MAX - 1); /* INT64_MAX: no time */
}

/* A packet of `cap_len` bytes after `header` bytes of the body. */
static const char *take_packet(struct capture_format_state *state, struct capture_batch *batch, const uint8_t *body,
			       gsize len, gsize header, uint32_t interface_id, uint32_t cap_len, uint32_t wire_len,
			       const uint64_t *units)
{
	if (interface_id >= state->interfaces->len)
		return "packet block names an interface that was not described";
	if (cap_len > CAPTURE_MAX_PACKET)
		return "packet block claims more than 262144 captured bytes";
	if (cap_len > len - header)
		return "packet block is shorter than the packet it claims to hold";
	const struct capture_interface *interface = &g_array_index(state->interfaces, struct capture_interface,
								   interface_id);
	if (units)
		state->last_ts_ns = to_ns(interface, *units);
	capture_batch_add(batch, (struct packet_raw){
					 .ts_ns = state->last_ts_ns,
					 .data = body + header,
					 .cap_len = cap_len,
					 .wire_len = wire_len,
					 .link = interface->link,
				 });
	return NULL;
}

static const char *take_enhanced(struct capture_format_state *state, struct capture_batch *batch, const uint8_t *body,
				 gsize len, bool obsolete)
{
	if (len < 20)
		return "packet block is too short";
	uint32_t interface_id = obsolete ? get16(state, body) : get32(state, body);
	uint64_t units = (uint64_t)get32(state, body + 4) << 32 | get32(state, body + 8);
	return take_packet(state, batch, body, len, 20, interface_id, get32(state, body + 12), get32(state, body + 16),
			   &units);
}

static const char *take_simple(struct capture_format_state *state, struct capture_batch *batch, const uint8_t *body,
			       gsize len)
{
	if (len < 4)
		return "simple packet block is too short";
	uint32_t wire_len = get32(state, body), cap_len = MIN(wire_len, (uint32_t)(len - 4));
	if (state->interfaces->len > 0) { /* the block does not say how much was captured: the interface does */
		uint32_t snaplen = g_array_index(state->interfaces, struct capture_interface, 0).snaplen;
		cap_len = snaplen ? MIN(cap_len, snaplen) : cap_len;
	}
	return take_packet(state, batch, body, len, 4, 0, cap_len, wire_len, NULL);
}

static const char *take_block(struct capture_format_state *state, struct capture_batch *batch, uint32_t type,
			      const uint8_t *body, gsize len)
{
	switch (type) {
	case BLOCK_SECTION:
		return take_section(state, body, len);
	case BLOCK_INTERFACE:
		return take_interface(state, body, len);
	case BLOCK_ENHANCED_PACKET:
		return take_enhanced(state, batch, body, len, false);
	case BLOCK_PACKET_OBSOLETE:
		return take_enhanced(state, batch, body, len, true);
	case BLOCK_SIMPLE_PACKET:
		return take_simple(state, batch, body, len);
	default:
		return NULL;
	}
}

static bool is_taken(uint32_t type)
{
	return type == BLOCK_SECTION || type == BLOCK_INTERFACE || type == BLOCK_ENHANCED_PACKET ||
	       type == BLOCK_PACKET_OBSOLETE || type == BLOCK_SIMPLE_PACKET;
}

/* Type and length of the block at `h`; a section header also sets the byte order. */
static const char *block_header(struct capture_format_state *state, const uint8_t *h, uint32_t *type, uint32_t *len)
{
	*type = get32(state, h);
	if (*type == BLOCK_SECTION) { /* reads the same in both orders */
		uint32_t order = get_le32(h + 8);
		if (order != BYTE_ORDER_MAGIC && order != __builtin_bswap32(BYTE_ORDER_MAGIC))
			return "section header block without a byte-order magic";
		state->swapped = order != BYTE_ORDER_MAGIC;
	}
	*len = get32(state, h + 4);
	if (*len < BLOCK_MIN || *len % 4 != 0)
		return "block with an impossible length";
	if (*len > CAPTURE_BLOCK_MAX && is_taken(*type))
		return "block of more than 524288 bytes";
	return NULL;
}

static enum capture_parse pcapng_parse(struct capture_format_state *state, const uint8_t *bytes, gsize len, gsize *at,
				       struct capture_batch *batch, const char **reason)
{
	while (batch->n < CAPTURE_BATCH_PACKETS && len - *at >= BLOCK_MIN) {
		const uint8_t *h = bytes + *at;
		uint32_t type, block;
		if ((*reason = block_header(state, h, &type, &block)) != NULL)
			return CAPTURE_PARSE_DAMAGED;
		if (!is_taken(type)) {
			gsize here = MIN(block, len - *at);
			state->skip = block - here;
			state->skipped = here;
			*at += here;
			continue;
		}
		if (len - *at < block)
			break;
		if (get32(state, h + block - 4) != block)
			*reason = "block whose two lengths differ";
		else
			*reason = take_block(state, batch, type, h + 8, block - BLOCK_MIN);
		if (*reason)
			return CAPTURE_PARSE_DAMAGED;
		*at += block;
	}
	return CAPTURE_PARSE_MORE;
}

const struct capture_format capture_format_pcapng = {
	.name = "pcapng",
	.header_bytes = BLOCK_MIN,
	.probe = pcapng_probe,
	.begin = pcapng_begin,
	.parse = pcapng_parse,
};
