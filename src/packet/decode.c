/*
 * From the link header up to TCP or UDP.
 *
 * One function a header. Each reads its header at the cursor, moves over it, and answers what comes
 * next; packet_decode() follows the answers to at most MAX_HEADERS, so no nesting, however crafted,
 * costs more. Sources: www.tcpdump.org/linktypes.html, RFC 791, 8200, 9293, 768, 2784, 2890, 1701,
 * 7348 (VXLAN), 8926 (GENEVE), 3032 (MPLS), 1661 and 2516 (PPP, PPPoE), 3GPP TS 29.281 (GTP-U),
 * draft-foschiano-erspan.
 */
#include "packet/packet.h"

#include "base/bytes.h"

enum { MAX_HEADERS = 8 };

/* LINKTYPE_ values, www.tcpdump.org/linktypes.html */
enum {
	LINK_NULL = 0,
	LINK_ETHERNET = 1,
	LINK_PPP = 9,
	LINK_PPP_HDLC = 50,
	LINK_PPP_ETHER = 51,
	LINK_RAW_BSD = 12, /* DLT_RAW leaked into files of some systems, likewise 14 */
	LINK_RAW_OPENBSD = 14,
	LINK_RAW = 101,
	LINK_LOOP = 108,
	LINK_SLL = 113,
	LINK_PPP_WITH_DIR = 204,
	LINK_IPV4 = 228,
	LINK_IPV6 = 229,
	LINK_SLL2 = 276,
};

enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_TEB = 0x6558, /* transparent Ethernet bridging */
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_PPP = 0x880b,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_MPLS = 0x8847,
	ETHERTYPE_MPLS_MULTICAST = 0x8848,
	ETHERTYPE_PPPOE = 0x8864,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_ERSPAN_II = 0x88be,
	ETHERTYPE_QINQ_OLD = 0x9100,
	ETHERTYPE_ERSPAN_III = 0x22eb,
};

enum {
	IP_HOP_BY_HOP = 0,
	IP_ICMP = 1,
	IP_IPIP = 4,
	IP_TCP = 6,
	IP_UDP = 17,
	IP_IPV6 = 41,
	IP_ROUTING = 43,
	IP_FRAGMENT = 44,
	IP_GRE = 47,
	IP_AH = 51,
	IP_ICMPV6 = 58,
	IP_DESTINATION = 60,
	IP_MPLS = 137,
};

enum { PORT_GTPU = 2152, PORT_VXLAN = 4789, PORT_GENEVE = 6081, PORT_VXLAN_LINUX = 8472 };

/* What the header just read says about the next one. */
enum next {
	NEXT_ETHERNET,
	NEXT_ETHERTYPE, /* by state.type */
	NEXT_PPP,
	NEXT_PPP_PROTOCOL,
	NEXT_MPLS,
	NEXT_IP, /* version 4 or 6 by its first nibble */
	NEXT_DONE,
	NEXT_SKIP, /* state.skip says why */
};

struct state {
	struct cursor c;
	uint16_t type; /* EtherType or IP protocol of what follows */
	enum packet_skip skip;
	struct packet *out;
};

static enum next skip(struct state *s, enum packet_skip why)
{
	s->skip = why;
	return NEXT_SKIP;
}

#define NEED(s, n, why)                       \
	do {                                  \
		if (!cursor_has(&(s)->c, n))  \
			return skip(s, why);  \
	} while (0)

static enum next by_ethertype(struct state *s, uint16_t type)
{
	s->type = type;
	return NEXT_ETHERTYPE;
}

static enum next decode_ethernet(struct state *s)
{
	NEED(s, 14, PACKET_SKIP_TRUNCATED_LINK);
	uint16_t type = get_be16(s->c.at + 12);
	cursor_skip(&s->c, 14);
	return by_ethertype(s, type);
}

static enum next decode_vlan(struct state *s)
{
	NEED(s, 4, PACKET_SKIP_TRUNCATED_LINK);
	uint16_t type = get_be16(s->c.at + 2);
	cursor_skip(&s->c, 4);
	return by_ethertype(s, type);
}

static enum next decode_pppoe(struct state *s)
{
	NEED(s, 6, PACKET_SKIP_TRUNCATED_LINK);
	cursor_skip(&s->c, 6);
	return NEXT_PPP_PROTOCOL;
}

/* PPP with or without the HDLC address and control bytes. */
static enum next decode_ppp(struct state *s)
{
	NEED(s, 2, PACKET_SKIP_TRUNCATED_LINK);
	if (s->c.at[0] == 0xff && s->c.at[1] == 0x03)
		cursor_skip(&s->c, 2);
	return NEXT_PPP_PROTOCOL;
}

static enum next decode_ppp_protocol(struct state *s)
{
	NEED(s, 2, PACKET_SKIP_TRUNCATED_LINK);
	uint16_t protocol = s->c.at[0];
	if (protocol & 1) { /* compressed to one byte */
		cursor_skip(&s->c, 1);
	} else {
		protocol = get_be16(s->c.at);
		cursor_skip(&s->c, 2);
	}
	switch (protocol) {
	case 0x0021:
		return by_ethertype(s, ETHERTYPE_IPV4);
	case 0x0057:
		return by_ethertype(s, ETHERTYPE_IPV6);
	case 0x0281:
		return NEXT_MPLS;
	default:
		return skip(s, PACKET_SKIP_NOT_IP);
	}
}

static bool is_known_ethertype(uint16_t type)
{
	switch (type) {
	case ETHERTYPE_IPV4:
	case ETHERTYPE_IPV6:
	case ETHERTYPE_VLAN:
	case ETHERTYPE_QINQ:
	case ETHERTYPE_QINQ_OLD:
	case ETHERTYPE_MPLS:
	case ETHERTYPE_PPPOE:
		return true;
	default:
		return false;
	}
}

/* The whole label stack; what is below it shows its version in its first nibble. */
static enum next decode_mpls(struct state *s)
{
	for (int labels = 0; labels < 16; labels++) {
		NEED(s, 4, PACKET_SKIP_TRUNCATED_LINK);
		bool bottom = s->c.at[2] & 1;
		cursor_skip(&s->c, 4);
		if (!bottom)
			continue;
		NEED(s, 1, PACKET_SKIP_TRUNCATED_LINK);
		unsigned nibble = s->c.at[0] >> 4;
		if (nibble == 4 || nibble == 6)
			return NEXT_IP;
		/*
		 * A pseudowire, with a control word that begins with nibble 0 (RFC 4385) or without; an Ethernet
		 * address may begin so, too. Where an EtherType stands tells which.
		 */
		if (nibble == 0 && !(cursor_has(&s->c, 14) && is_known_ethertype(get_be16(s->c.at + 12))) &&
		    cursor_has(&s->c, 4))
			cursor_skip(&s->c, 4);
		return NEXT_ETHERNET;
	}
	return skip(s, PACKET_SKIP_DEPTH);
}

static enum next decode_ethertype(struct state *s)
{
	switch (s->type) {
	case ETHERTYPE_IPV4:
	case ETHERTYPE_IPV6:
		return NEXT_IP;
	case ETHERTYPE_VLAN:
	case ETHERTYPE_QINQ:
	case ETHERTYPE_QINQ_OLD:
		return decode_vlan(s);
	case ETHERTYPE_MPLS:
	case ETHERTYPE_MPLS_MULTICAST:
		return NEXT_MPLS;
	case ETHERTYPE_PPPOE:
		return decode_pppoe(s);
	case ETHERTYPE_PPP:
		return NEXT_PPP;
	case ETHERTYPE_TEB:
		return NEXT_ETHERNET;
	default:
		return skip(s, PACKET_SKIP_NOT_IP);
	}
}

/* GRE: RFC 2784 and 2890, the routing form of RFC 1701 refused; PPTP's version 1 (RFC 2637). */
static enum next decode_gre(struct state *s)
{
	NEED(s, 4, PACKET_SKIP_TRUNCATED_IP);
	uint16_t flags = get_be16(s->c.at), type = get_be16(s->c.at + 2);
	unsigned version = flags & 7;
	uint32_t len = 4;
	if (version > 1 || flags & 0x4000)
		return skip(s, PACKET_SKIP_MALFORMED_TUNNEL);
	len += flags & 0x8000 ? 4 : 0;                 /* checksum */
	len += flags & 0x2000 ? 4 : 0;                 /* key */
	len += flags & 0x1000 ? 4 : 0;                 /* sequence number */
	len += version == 1 && flags & 0x0080 ? 4 : 0; /* acknowledgement number */
	NEED(s, len, PACKET_SKIP_TRUNCATED_IP);
	cursor_skip(&s->c, len);
	switch (type) {
	case ETHERTYPE_ERSPAN_II: /* type I has no header of its own, and no sequence number in GRE */
		if (flags & 0x1000) {
			NEED(s, 8, PACKET_SKIP_TRUNCATED_IP);
			cursor_skip(&s->c, 8);
		}
		return NEXT_ETHERNET;
	case ETHERTYPE_ERSPAN_III: {
		NEED(s, 12, PACKET_SKIP_TRUNCATED_IP);
		uint32_t header = s->c.at[11] & 1 ? 20 : 12; /* O bit: platform sub-header */
		NEED(s, header, PACKET_SKIP_TRUNCATED_IP);
		cursor_skip(&s->c, header);
		return NEXT_ETHERNET;
	}
	default:
		return by_ethertype(s, type);
	}
}

static enum next decode_tcp(struct state *s)
{
	struct packet *p = s->out;
	NEED(s, 20, PACKET_SKIP_TRUNCATED_TRANSPORT);
	const uint8_t *h = s->c.at;
	uint32_t header = (uint32_t)(h[12] >> 4) * 4;
	if (header < 20 || header > s->c.wire)
		return skip(s, PACKET_SKIP_MALFORMED_TRANSPORT);
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

/* Whether a UDP datagram is a tunnel's, and what is inside; leaves the cursor alone when it is not. */
static bool open_udp_tunnel(struct state *s, uint16_t port, enum next *next)
{
	struct cursor c = s->c;
	switch (port) {
	case PORT_VXLAN:
	case PORT_VXLAN_LINUX:
		if (!cursor_has(&c, 8 + 14) || c.at[0] != 0x08 || c.at[7] != 0)
			return false;
		cursor_skip(&c, 8);
		*next = NEXT_ETHERNET;
		break;
	case PORT_GENEVE: {
		if (!cursor_has(&c, 8) || c.at[0] >> 6 != 0)
			return false;
		uint32_t header = 8 + 4 * (uint32_t)(c.at[0] & 0x3f);
		if (!cursor_has(&c, header))
			return false;
		*next = by_ethertype(s, get_be16(c.at + 2));
		cursor_skip(&c, header);
		break;
	}
	case PORT_GTPU: {
		if (!cursor_has(&c, 8) || (c.at[0] & 0xf0) != 0x30 || c.at[1] != 255)
			return false; /* version 1, protocol type GTP, G-PDU */
		uint8_t flags = c.at[0];
		cursor_skip(&c, 8);
		if (flags & 7) {
			if (!cursor_has(&c, 4))
				return false;
			uint8_t extension = flags & 4 ? c.at[3] : 0;
			cursor_skip(&c, 4);
			for (int i = 0; extension && i < 8; i++) {
				uint32_t len = cursor_has(&c, 1) ? 4 * (uint32_t)c.at[0] : 0;
				if (len == 0 || !cursor_has(&c, len))
					return false;
				extension = c.at[len - 1];
				cursor_skip(&c, len);
			}
		}
		if (!cursor_has(&c, 1) || (c.at[0] >> 4 != 4 && c.at[0] >> 4 != 6))
			return false;
		*next = NEXT_IP;
		break;
	}
	default:
		return false;
	}
	s->c = c;
	return true;
}

static enum next decode_udp(struct state *s)
{
	struct packet *p = s->out;
	NEED(s, 8, PACKET_SKIP_TRUNCATED_TRANSPORT);
	const uint8_t *h = s->c.at;
	p->port[0] = get_be16(h);
	p->port[1] = get_be16(h + 2);
	uint32_t length = get_be16(h + 4);
	if (s->c.wire < 8 || (length < 8 && length != 0)) /* 0: jumbogram (RFC 2675) or offload */
		return skip(s, PACKET_SKIP_MALFORMED_TRANSPORT);
	cursor_skip(&s->c, 8);
	if (p->fragment == PACKET_WHOLE && length >= 8)
		cursor_limit(&s->c, length - 8);
	p->tcp_flags = 0;
	p->proto = IP_UDP;
	p->kind |= PACKET_KIND_UDP;
	p->payload_len = s->c.wire;
	p->payload_cap = s->c.cap > UINT16_MAX ? UINT16_MAX : (uint16_t)s->c.cap;
	p->payload = s->c.cap ? s->c.at : NULL;
	enum next next;
	if (p->fragment == PACKET_WHOLE && open_udp_tunnel(s, p->port[1], &next))
		return next;
	return NEXT_DONE;
}

/* A fragment that is not the first: no transport header, all of it is payload of a known datagram. */
static enum next decode_later_fragment(struct state *s)
{
	struct packet *p = s->out;
	if (s->type != IP_TCP && s->type != IP_UDP)
		return skip(s, s->type == IP_ICMP || s->type == IP_ICMPV6 ? PACKET_SKIP_ICMP : PACKET_SKIP_OTHER_IP);
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
static enum next decode_not_tcp(struct state *s)
{
	switch (s->type) {
	case IP_UDP:
		return decode_udp(s);
	case IP_IPIP:
	case IP_IPV6:
		return NEXT_IP;
	case IP_GRE:
		return decode_gre(s);
	case IP_MPLS:
		return NEXT_MPLS;
	case IP_ICMP:
	case IP_ICMPV6:
		return skip(s, PACKET_SKIP_ICMP);
	default:
		return skip(s, PACKET_SKIP_OTHER_IP);
	}
}

static enum next decode_ip_protocol(struct state *s)
{
	return s->type == IP_TCP ? decode_tcp(s) : decode_not_tcp(s);
}

static enum next decode_ipv4(struct state *s)
{
	struct packet *p = s->out;
	NEED(s, 20, PACKET_SKIP_TRUNCATED_IP);
	const uint8_t *h = s->c.at;
	uint32_t header = (uint32_t)(h[0] & 15) * 4, total = get_be16(h + 2);
	if (total == 0) /* segmentation offload: the length field was too small for it */
		total = s->c.wire;
	if (header < 20 || total < header || total > s->c.wire)
		return skip(s, PACKET_SKIP_MALFORMED_IP);
	NEED(s, header, PACKET_SKIP_TRUNCATED_IP);
	uint16_t fragment = get_be16(h + 6);
	p->addr.ipv4[0] = get_be32(h + 12);
	p->addr.ipv4[1] = get_be32(h + 16);
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
static enum next decode_ipv6(struct state *s)
{
	struct packet *p = s->out;
	NEED(s, 40, PACKET_SKIP_TRUNCATED_IP);
	const uint8_t *h = s->c.at;
	uint32_t payload = get_be16(h + 4);
	if (payload == 0) /* jumbogram or offload */
		payload = s->c.wire - 40;
	if (payload > s->c.wire - 40)
		return skip(s, PACKET_SKIP_MALFORMED_IP);
	p->addr.ipv6 = h + 8;
	p->kind = PACKET_KIND_IPV6;
	p->ip_len = payload + 40;
	p->fragment = PACKET_WHOLE;
	cursor_limit(&s->c, payload + 40);
	cursor_skip(&s->c, 40);
	uint8_t next = h[6];
	for (int extensions = 0; extensions < MAX_HEADERS; extensions++) {
		uint32_t len;
		switch (next) {
		case IP_HOP_BY_HOP:
		case IP_ROUTING:
		case IP_DESTINATION:
			NEED(s, 2, PACKET_SKIP_TRUNCATED_IP);
			len = ((uint32_t)s->c.at[1] + 1) * 8;
			break;
		case IP_AH:
			NEED(s, 2, PACKET_SKIP_TRUNCATED_IP);
			len = ((uint32_t)s->c.at[1] + 2) * 4;
			break;
		case IP_FRAGMENT:
			NEED(s, 8, PACKET_SKIP_TRUNCATED_IP);
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
		NEED(s, len, PACKET_SKIP_TRUNCATED_IP);
		uint8_t this = next;
		next = s->c.at[0];
		cursor_skip(&s->c, len);
		if (this == IP_FRAGMENT && p->fragment == PACKET_FRAG_LATER) {
			s->type = next;
			return decode_later_fragment(s);
		}
	}
	return skip(s, PACKET_SKIP_DEPTH);
}

static enum next decode_ip(struct state *s)
{
	NEED(s, 1, PACKET_SKIP_TRUNCATED_IP);
	switch (s->c.at[0] >> 4) {
	case 4:
		return decode_ipv4(s);
	case 6:
		return decode_ipv6(s);
	default:
		return skip(s, PACKET_SKIP_MALFORMED_IP);
	}
}

/* BSD loopback: an address family in the byte order of the machine that captured. */
static enum next decode_null(struct state *s)
{
	NEED(s, 4, PACKET_SKIP_TRUNCATED_LINK);
	uint32_t family = get_le32(s->c.at);
	if (family > 0xffff)
		family = get_be32(s->c.at);
	cursor_skip(&s->c, 4);
	switch (family) {
	case 2:
	case 10:
	case 24:
	case 28:
	case 30:
		return NEXT_IP;
	default:
		return skip(s, PACKET_SKIP_NOT_IP);
	}
}

/* Linux cooked capture: version 1 has 16 bytes with the type at 14, version 2 has 20 with it at 0. */
static enum next decode_cooked(struct state *s, uint32_t header, uint32_t type_at)
{
	NEED(s, header, PACKET_SKIP_TRUNCATED_LINK);
	uint16_t type = get_be16(s->c.at + type_at);
	cursor_skip(&s->c, header);
	return by_ethertype(s, type);
}

static enum next decode_link(struct state *s, uint16_t link)
{
	switch (link) {
	case LINK_ETHERNET:
		return decode_ethernet(s);
	case LINK_NULL:
	case LINK_LOOP:
		return decode_null(s);
	case LINK_SLL:
		return decode_cooked(s, 16, 14);
	case LINK_SLL2:
		return decode_cooked(s, 20, 0);
	case LINK_RAW:
	case LINK_RAW_BSD:
	case LINK_RAW_OPENBSD:
	case LINK_IPV4:
	case LINK_IPV6:
		return NEXT_IP;
	case LINK_PPP:
	case LINK_PPP_HDLC:
		return NEXT_PPP;
	case LINK_PPP_WITH_DIR:
		NEED(s, 1, PACKET_SKIP_TRUNCATED_LINK);
		cursor_skip(&s->c, 1);
		return NEXT_PPP;
	case LINK_PPP_ETHER:
		return decode_pppoe(s);
	default:
		return skip(s, PACKET_SKIP_LINK);
	}
}

bool packet_link_known(uint16_t link)
{
	struct packet out;
	struct state s = {.out = &out};
	return decode_link(&s, link) != NEXT_SKIP || s.skip != PACKET_SKIP_LINK;
}

/* The headers behind the first one; `next` is what that one said. */
static enum packet_skip decode_rest(struct state *s, enum next next)
{
	struct packet outer, *out = s->out;
	bool in_tunnel = false; /* a UDP tunnel was opened; `outer` is what it is without that */

	for (int headers = 1; headers < MAX_HEADERS && next < NEXT_DONE; headers++) {
		switch (next) {
		case NEXT_ETHERNET:
			next = decode_ethernet(s);
			break;
		case NEXT_ETHERTYPE:
			next = decode_ethertype(s);
			break;
		case NEXT_PPP:
			next = decode_ppp(s);
			break;
		case NEXT_PPP_PROTOCOL:
			next = decode_ppp_protocol(s);
			break;
		case NEXT_MPLS:
			next = decode_mpls(s);
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
	if (in_tunnel) { /* not a tunnel after all: a UDP datagram to that port */
		*out = outer;
		return PACKET_SKIP_NONE;
	}
	return next == NEXT_SKIP ? s->skip : PACKET_SKIP_DEPTH;
}

enum packet_skip packet_decode_any(const struct packet_raw *raw, struct packet *out)
{
	uint32_t cap = raw->cap_len < raw->wire_len ? raw->cap_len : raw->wire_len;
	struct state s = {.c = {raw->data, cap, raw->wire_len}, .out = out};

	out->ts_ns = raw->ts_ns;
	out->frame_len = raw->wire_len;
	out->proto = 0;
	return decode_rest(&s, decode_link(&s, raw->link));
}

/*
 * The short cut: TCP over IPv4 without options or fragments over Ethernet, which is most of all traffic, with
 * every field at a fixed place. Returns false for all else, and for whatever is not quite right.
 */
static inline bool decode_usual(const struct packet_raw *raw, struct packet *out)
{
	enum { IP = 14, TCP = IP + 20, LEAST = TCP + 20 };
	const uint8_t *d = raw->data;
	if (raw->link != LINK_ETHERNET || raw->cap_len < LEAST || raw->cap_len > raw->wire_len)
		return false;
	uint32_t total = get_be16(d + IP + 2), header = (uint32_t)(d[TCP + 12] >> 4) * 4;
	bool usual = (get_be32(d + 12) & 0xffffff00) == (ETHERTYPE_IPV4 << 16 | 0x4500) && d[IP + 9] == IP_TCP &&
		     (get_be16(d + IP + 6) & 0x3fff) == 0;
	if (!usual || header < 20 || total < 20 + header || total > raw->wire_len - IP)
		return false;
	uint32_t at = TCP + header, cap = raw->cap_len < IP + total ? raw->cap_len : IP + total;
	uint32_t payload_cap = cap > at ? cap - at : 0;
	out->ts_ns = raw->ts_ns;
	out->addr.ipv4[0] = get_be32(d + IP + 12);
	out->addr.ipv4[1] = get_be32(d + IP + 16);
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
