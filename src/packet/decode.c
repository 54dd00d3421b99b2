/*
 * From the link header up to TCP or UDP: IP, TCP, UDP, and the way through all headers.
 *
 * One function a header; packet_decode_any() follows what each says comes next, to at most MAX_HEADERS, so no
 * nesting, however crafted, costs more. Link headers are in link.c, tunnels in tunnel.c.
 * Sources: RFC 791, 8200, 6946, 2675, 9293, 768.
 */
#include "packet/layers.h"

enum { MAX_HEADERS = 16, MAX_EXTENSIONS = 8 };

static enum layer_next decode_tcp(struct layer_state *s)
{
	struct packet *p = s->out;
	LAYER_NEED(s, 20, PACKET_SKIP_TRUNCATED_TRANSPORT);
	const uint8_t *h = s->c.at;
	uint32_t header = (uint32_t)(h[12] >> 4) * 4;
	if (header < 20 || header > s->c.wire)
		return layer_skip(s, PACKET_SKIP_MALFORMED_TRANSPORT);
	p->port[0] = get_be16(h);
	p->port[1] = get_be16(h + 2);
	if (p->fragment == PACKET_WHOLE)
		p->seq = get_be32(h + 4);
	p->ack = get_be32(h + 8);
	p->tcp_flags = h[13] & 0x1f;
	p->window = get_be16(h + 14);
	p->proto = IP_TCP;
	p->payload_len = s->c.wire - header;
	p->payload_cap = 0;
	p->payload = NULL;
	if (s->c.cap > header) {
		uint32_t cap = s->c.cap - header;
		p->payload = h + header;
		p->payload_cap = cap > UINT16_MAX ? UINT16_MAX : (uint16_t)cap;
	}
	return NEXT_DONE;
}

static enum layer_next decode_udp(struct layer_state *s)
{
	struct packet *p = s->out;
	LAYER_NEED(s, 8, PACKET_SKIP_TRUNCATED_TRANSPORT);
	const uint8_t *h = s->c.at;
	p->port[0] = get_be16(h);
	p->port[1] = get_be16(h + 2);
	uint32_t length = get_be16(h + 4);
	if (s->c.wire < 8 || (length < 8 && length != 0)) /* 0: jumbogram (RFC 2675) or offload */
		return layer_skip(s, PACKET_SKIP_MALFORMED_TRANSPORT);
	cursor_skip(&s->c, 8);
	if (p->fragment == PACKET_WHOLE && length >= 8)
		cursor_limit(&s->c, length - 8);
	p->tcp_flags = 0;
	p->proto = IP_UDP;
	p->kind |= PACKET_KIND_UDP;
	p->payload_len = s->c.wire;
	p->payload_cap = s->c.cap > UINT16_MAX ? UINT16_MAX : (uint16_t)s->c.cap;
	p->payload = s->c.cap ? s->c.at : NULL;
	enum layer_next next;
	if (p->fragment == PACKET_WHOLE && layer_udp_tunnel(s, p->port[1], &next))
		return next;
	return NEXT_DONE;
}

/* A fragment that is not the first: no transport header, all of it is payload of a known datagram. */
static enum layer_next decode_later_fragment(struct layer_state *s)
{
	struct packet *p = s->out;
	if (s->type != IP_TCP && s->type != IP_UDP)
		return layer_skip(s,
				  s->type == IP_ICMP || s->type == IP_ICMPV6 ? PACKET_SKIP_ICMP : PACKET_SKIP_OTHER_IP);
	p->port[0] = p->port[1] = 0;
	p->tcp_flags = 0;
	p->ack = 0;
	p->window = 0;
	p->proto = (uint8_t)s->type;
	p->kind |= s->type == IP_UDP ? PACKET_KIND_UDP : 0;
	p->payload_len = s->c.wire;
	p->payload_cap = 0; /* never the first bytes of anything */
	p->payload = NULL;
	return NEXT_DONE;
}

/* Everything above IP that is not TCP. */
static enum layer_next decode_not_tcp(struct layer_state *s)
{
	switch (s->type) {
	case IP_UDP:
		return decode_udp(s);
	case IP_IPIP:
	case IP_IPV6:
		return NEXT_IP;
	case IP_GRE:
		return layer_gre(s);
	case IP_MPLS:
		return NEXT_MPLS;
	case IP_ICMP:
	case IP_ICMPV6:
		return layer_skip(s, PACKET_SKIP_ICMP);
	default:
		return layer_skip(s, PACKET_SKIP_OTHER_IP);
	}
}

static enum layer_next decode_ip_protocol(struct layer_state *s)
{
	return s->type == IP_TCP ? decode_tcp(s) : decode_not_tcp(s);
}

static enum layer_next decode_ipv4(struct layer_state *s)
{
	struct packet *p = s->out;
	LAYER_NEED(s, 20, PACKET_SKIP_TRUNCATED_IP);
	const uint8_t *h = s->c.at;
	uint32_t header = (uint32_t)(h[0] & 15) * 4, total = get_be16(h + 2);
	if (total == 0) /* segmentation offload: the length field was too small for it */
		total = s->c.wire;
	if (header < 20 || total < header || total > s->c.wire)
		return layer_skip(s, PACKET_SKIP_MALFORMED_IP);
	LAYER_NEED(s, header, PACKET_SKIP_TRUNCATED_IP);
	uint16_t fragment = get_be16(h + 6);
	memcpy(p->addr.ipv4, h + 12, 8);
	p->kind = 0;
	p->ip_len = total;
	p->fragment = PACKET_WHOLE;
	cursor_limit(&s->c, total);
	cursor_skip(&s->c, header);
	s->type = h[9];
	if (fragment & 0x3fff) {
		p->seq = get_be16(h + 4);
		p->fragment = fragment & 0x1fff ? PACKET_FRAG_LATER : PACKET_FRAG_FIRST;
		if (p->fragment == PACKET_FRAG_LATER)
			return decode_later_fragment(s);
	}
	return decode_ip_protocol(s);
}

/* The header and its chain of extension headers. */
static enum layer_next decode_ipv6(struct layer_state *s)
{
	struct packet *p = s->out;
	LAYER_NEED(s, 40, PACKET_SKIP_TRUNCATED_IP);
	const uint8_t *h = s->c.at;
	uint32_t payload = get_be16(h + 4);
	if (payload == 0) /* jumbogram or offload */
		payload = s->c.wire - 40;
	if (payload > s->c.wire - 40)
		return layer_skip(s, PACKET_SKIP_MALFORMED_IP);
	p->addr.ipv6 = h + 8;
	p->kind = PACKET_KIND_IPV6;
	p->ip_len = payload + 40;
	p->fragment = PACKET_WHOLE;
	cursor_limit(&s->c, payload + 40);
	cursor_skip(&s->c, 40);
	uint8_t next = h[6];
	for (int extensions = 0; extensions < MAX_EXTENSIONS; extensions++) {
		uint32_t len;
		switch (next) {
		case IP_HOP_BY_HOP:
		case IP_ROUTING:
		case IP_DESTINATION:
			LAYER_NEED(s, 2, PACKET_SKIP_TRUNCATED_IP);
			len = ((uint32_t)s->c.at[1] + 1) * 8;
			break;
		case IP_AH:
			LAYER_NEED(s, 2, PACKET_SKIP_TRUNCATED_IP);
			len = ((uint32_t)s->c.at[1] + 2) * 4;
			break;
		case IP_FRAGMENT:
			LAYER_NEED(s, 8, PACKET_SKIP_TRUNCATED_IP);
			len = 8;
			if (get_be16(s->c.at + 2) & 0xfff9) { /* else an atomic fragment (RFC 6946) */
				p->seq = get_be32(s->c.at + 4);
				p->fragment = get_be16(s->c.at + 2) & 0xfff8 ? PACKET_FRAG_LATER : PACKET_FRAG_FIRST;
			}
			break;
		default:
			s->type = next;
			return p->fragment == PACKET_FRAG_LATER ? decode_later_fragment(s) : decode_ip_protocol(s);
		}
		LAYER_NEED(s, len, PACKET_SKIP_TRUNCATED_IP);
		uint8_t this = next;
		next = s->c.at[0];
		cursor_skip(&s->c, len);
		if (this == IP_FRAGMENT && p->fragment == PACKET_FRAG_LATER) {
			s->type = next;
			return decode_later_fragment(s);
		}
	}
	return layer_skip(s, PACKET_SKIP_DEPTH);
}

static enum layer_next decode_ip(struct layer_state *s)
{
	LAYER_NEED(s, 1, PACKET_SKIP_TRUNCATED_IP);
	switch (s->c.at[0] >> 4) {
	case 4:
		return decode_ipv4(s);
	case 6:
		return decode_ipv6(s);
	default:
		return layer_skip(s, PACKET_SKIP_MALFORMED_IP);
	}
}

bool packet_link_known(uint16_t link)
{
	struct packet out;
	struct layer_state s = {.out = &out};
	return layer_link(&s, link) != NEXT_SKIP || s.skip != PACKET_SKIP_LINK;
}

static bool is_malformed(enum packet_skip skip)
{
	return skip == PACKET_SKIP_MALFORMED_IP || skip == PACKET_SKIP_MALFORMED_TRANSPORT ||
	       skip == PACKET_SKIP_MALFORMED_TUNNEL;
}

/* The headers behind the first one; `next` is what that one said. */
static enum packet_skip decode_rest(struct layer_state *s, enum layer_next next)
{
	struct packet outer, *out = s->out;
	bool in_tunnel = false; /* a UDP tunnel was opened; `outer` is what it is without that */

	for (int headers = 1; headers < MAX_HEADERS && next < NEXT_DONE; headers++) {
		switch (next) {
		case NEXT_ETHERNET:
			next = layer_ethernet(s);
			break;
		case NEXT_ETHERTYPE:
			next = layer_ethertype(s);
			break;
		case NEXT_PPP:
			next = layer_ppp(s);
			break;
		case NEXT_PPP_PROTOCOL:
			next = layer_ppp_protocol(s);
			break;
		case NEXT_MPLS:
			next = layer_mpls(s);
			break;
		case NEXT_IP:
			next = decode_ip(s);
			if (!in_tunnel && next < NEXT_DONE && out->proto == IP_UDP) {
				outer = *out;
				in_tunnel = true;
			}
			break;
		default:
			break;
		}
	}
	if (next == NEXT_DONE)
		return PACKET_SKIP_NONE;
	if (in_tunnel && next == NEXT_SKIP && is_malformed(s->skip)) { /* not a tunnel after all: UDP to that port */
		*out = outer;
		return PACKET_SKIP_NONE;
	}
	return next == NEXT_SKIP ? s->skip : PACKET_SKIP_DEPTH;
}

enum packet_skip packet_decode_any(const struct packet_raw *raw, struct packet *out)
{
	uint32_t cap = raw->cap_len < raw->wire_len ? raw->cap_len : raw->wire_len;
	struct layer_state s = {.c = {raw->data, cap, raw->wire_len}, .out = out};

	out->ts_ns = raw->ts_ns;
	out->frame_len = raw->wire_len;
	out->proto = 0;
	return decode_rest(&s, layer_link(&s, raw->link));
}

/*
 * The short cut: TCP over IPv4 without options or fragments over Ethernet, which is most of all traffic, with
 * every field at a fixed place. Returns false for all else, and for whatever is not quite right.
 */
static inline bool decode_usual(const struct packet_raw *raw, struct packet *out)
{
	enum { IP = 14, TCP = IP + 20, LEAST = TCP + 20 };
	const uint8_t *d = raw->data;
	if (raw->link != LAYER_LINK_ETHERNET || raw->cap_len < LEAST || raw->cap_len > raw->wire_len)
		return false;
	uint32_t total = get_be16(d + IP + 2), header = (d[TCP + 12] & 0xf0u) / 4;
	bool usual = (get_be32(d + 12) & 0xffffff00) == (ETHERTYPE_IPV4 << 16 | 0x4500) &&
		     (get_be32(d + IP + 6) & 0x3fff00ff) == IP_TCP; /* and no fragment */
	if (!usual || header < 20 || total < 20 + header || total > raw->wire_len - IP)
		return false;
	uint32_t at = TCP + header, cap = raw->cap_len < IP + total ? raw->cap_len : IP + total;
	uint32_t payload_cap = (cap - at) & -(uint32_t)(cap > at);
	out->ts_ns = raw->ts_ns;
	memcpy(out->addr.ipv4, d + IP + 12, 8);
	out->payload = payload_cap ? d + at : NULL;
	out->port[0] = get_be16(d + TCP);
	out->port[1] = get_be16(d + TCP + 2);
	out->ip_len = total;
	out->payload_len = total - 20 - header;
	out->frame_len = raw->wire_len;
	out->seq = get_be32(d + TCP + 4);
	out->ack = get_be32(d + TCP + 8);
	out->payload_cap = (uint16_t)payload_cap; /* below 65535, as total is */
	out->window = get_be16(d + TCP + 14);
	out->proto = IP_TCP;
	out->kind = 0;
	out->tcp_flags = d[TCP + 13] & 0x1f;
	out->fragment = PACKET_WHOLE;
	return true;
}

enum packet_skip packet_decode(const struct packet_raw *raw, struct packet *out)
{
	return decode_usual(raw, out) ? PACKET_SKIP_NONE : packet_decode_any(raw, out);
}
