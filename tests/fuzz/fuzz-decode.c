/*
 * Packets from the link up. Two bytes of link type (big-endian), one byte: how many bytes of 16 more were on the wire
 * than captured; the rest is the packet.
 */
#include <string.h>

#include "fuzz.h"
#include "packet/packet.h"

static const struct packet_seed seed = {{1, 2, 3, 4}};

static bool is_within(const uint8_t *part, size_t part_size, const uint8_t *data, size_t size)
{
	return part >= data && part_size <= size && (size_t)(part - data) <= size - part_size;
}

/* The same packet in the other direction. */
static struct packet reversed(const struct packet *p, uint8_t turned[32])
{
	struct packet back = *p;
	back.port[0] = p->port[1];
	back.port[1] = p->port[0];
	if (p->kind & PACKET_KIND_IPV6) {
		memcpy(turned, p->addr.ipv6 + 16, 16);
		memcpy(turned + 16, p->addr.ipv6, 16);
		back.addr.ipv6 = turned;
	} else {
		back.addr.ipv4[0] = p->addr.ipv4[1];
		back.addr.ipv4[1] = p->addr.ipv4[0];
	}
	return back;
}

static void check_packet(const struct packet *p, const struct packet_raw *raw)
{
	uint8_t turned[32];
	CHECK(p->ts_ns == raw->ts_ns);
	CHECK(p->frame_len == raw->wire_len);
	CHECK(p->proto == 6 || p->proto == 17);
	CHECK(((p->kind & PACKET_KIND_UDP) != 0) == (p->proto == 17));
	CHECK(p->ip_len <= raw->wire_len);
	CHECK(p->payload_len <= p->ip_len);
	CHECK(p->payload_cap <= p->payload_len);
	CHECK((p->payload == NULL) == (p->payload_cap == 0));
	CHECK(p->payload == NULL || is_within(p->payload, p->payload_cap, raw->data, raw->cap_len));
	CHECK(!(p->kind & PACKET_KIND_IPV6) || is_within(p->addr.ipv6, 32, raw->data, raw->cap_len));
	CHECK((p->tcp_flags & ~0x1f) == 0);
	CHECK(p->proto == 6 || p->tcp_flags == 0);
	CHECK(p->fragment <= PACKET_FRAG_LATER);
	CHECK(p->fragment != PACKET_FRAG_LATER || (p->port[0] == 0 && p->port[1] == 0 && p->payload == NULL));
	struct packet back = reversed(p, turned);
	CHECK(packet_hash(p, &seed) == packet_hash(&back, &seed));
	CHECK(packet_host_hash(p, &seed) == packet_host_hash(&back, &seed));
}

static bool is_same(const struct packet *a, const struct packet *b)
{
	bool same_addresses = a->kind & PACKET_KIND_IPV6
				      ? a->addr.ipv6 == b->addr.ipv6
				      : a->addr.ipv4[0] == b->addr.ipv4[0] && a->addr.ipv4[1] == b->addr.ipv4[1];
	return a->ts_ns == b->ts_ns && a->kind == b->kind && a->proto == b->proto && same_addresses &&
	       a->port[0] == b->port[0] && a->port[1] == b->port[1] && a->payload == b->payload &&
	       a->payload_cap == b->payload_cap && a->payload_len == b->payload_len && a->ip_len == b->ip_len &&
	       a->frame_len == b->frame_len && a->fragment == b->fragment && a->tcp_flags == b->tcp_flags &&
	       a->seq == b->seq && a->ack == b->ack && a->window == b->window;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 3)
		return 0;
	struct packet_raw raw = {
		.ts_ns = 1,
		.data = data + 3,
		.cap_len = (uint32_t)(size - 3),
		.wire_len = (uint32_t)(size - 3) + 16u * data[2],
		.link = (uint16_t)(data[0] << 8 | data[1]),
	};
	struct packet p, any;
	memset(&p, 0, sizeof p);
	memset(&any, 0, sizeof any);
	enum packet_skip skip = packet_decode(&raw, &p);
	CHECK(skip < PACKET_N_SKIPS);
	CHECK(packet_link_known(raw.link) == (skip != PACKET_SKIP_LINK));
	CHECK(packet_decode_any(&raw, &any) == skip);
	if (skip == PACKET_SKIP_NONE) {
		CHECK(is_same(&p, &any));
		check_packet(&p, &raw);
	}
	return 0;
}
