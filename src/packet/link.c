/*
 * Headers below IP: Ethernet, VLAN tags, PPP and PPPoE, MPLS, Linux cooked captures, loopback, raw IP.
 * Sources: www.tcpdump.org/linktypes.html, IEEE 802.1Q and 802.1ad, RFC 1661, 2516, 3032, 4385.
 */
#include "packet/layers.h"

/* LINKTYPE_ values, www.tcpdump.org/linktypes.html */
enum {
	LINK_NULL = 0,
	LINK_ETHERNET = LAYER_LINK_ETHERNET,
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

enum layer_next layer_ethernet(struct layer_state *s)
{
	LAYER_NEED(s, 14, PACKET_SKIP_TRUNCATED_LINK);
	uint16_t type = get_be16(s->c.at + 12);
	cursor_skip(&s->c, 14);
	return layer_by_ethertype(s, type);
}

static enum layer_next decode_vlan(struct layer_state *s)
{
	LAYER_NEED(s, 4, PACKET_SKIP_TRUNCATED_LINK);
	uint16_t type = get_be16(s->c.at + 2);
	cursor_skip(&s->c, 4);
	return layer_by_ethertype(s, type);
}

static enum layer_next decode_pppoe(struct layer_state *s)
{
	LAYER_NEED(s, 6, PACKET_SKIP_TRUNCATED_LINK);
	cursor_skip(&s->c, 6);
	return NEXT_PPP_PROTOCOL;
}

/* PPP with or without the HDLC address and control bytes. */
enum layer_next layer_ppp(struct layer_state *s)
{
	LAYER_NEED(s, 2, PACKET_SKIP_TRUNCATED_LINK);
	if (s->c.at[0] == 0xff && s->c.at[1] == 0x03)
		cursor_skip(&s->c, 2);
	return NEXT_PPP_PROTOCOL;
}

enum layer_next layer_ppp_protocol(struct layer_state *s)
{
	LAYER_NEED(s, 2, PACKET_SKIP_TRUNCATED_LINK);
	uint16_t protocol = s->c.at[0];
	if (protocol & 1) { /* compressed to one byte */
		cursor_skip(&s->c, 1);
	} else {
		protocol = get_be16(s->c.at);
		cursor_skip(&s->c, 2);
	}
	switch (protocol) {
	case 0x0021:
		return layer_by_ethertype(s, ETHERTYPE_IPV4);
	case 0x0057:
		return layer_by_ethertype(s, ETHERTYPE_IPV6);
	case 0x0281:
		return NEXT_MPLS;
	default:
		return layer_skip(s, PACKET_SKIP_NOT_IP);
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
enum layer_next layer_mpls(struct layer_state *s)
{
	for (int labels = 0; labels < 16; labels++) {
		LAYER_NEED(s, 4, PACKET_SKIP_TRUNCATED_LINK);
		bool bottom = s->c.at[2] & 1;
		cursor_skip(&s->c, 4);
		if (!bottom)
			continue;
		LAYER_NEED(s, 1, PACKET_SKIP_TRUNCATED_LINK);
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
	return layer_skip(s, PACKET_SKIP_DEPTH);
}

enum layer_next layer_ethertype(struct layer_state *s)
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
		return layer_skip(s, PACKET_SKIP_NOT_IP);
	}
}

/* BSD loopback: an address family in the byte order of the machine that captured. */
static enum layer_next decode_null(struct layer_state *s)
{
	LAYER_NEED(s, 4, PACKET_SKIP_TRUNCATED_LINK);
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
		return layer_skip(s, PACKET_SKIP_NOT_IP);
	}
}

/* Linux cooked capture: version 1 has 16 bytes with the type at 14, version 2 has 20 with it at 0. */
static enum layer_next decode_cooked(struct layer_state *s, uint32_t header, uint32_t type_at)
{
	LAYER_NEED(s, header, PACKET_SKIP_TRUNCATED_LINK);
	uint16_t type = get_be16(s->c.at + type_at);
	cursor_skip(&s->c, header);
	return layer_by_ethertype(s, type);
}

enum layer_next layer_link(struct layer_state *s, uint16_t link)
{
	switch (link) {
	case LINK_ETHERNET:
		return layer_ethernet(s);
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
		LAYER_NEED(s, 1, PACKET_SKIP_TRUNCATED_LINK);
		cursor_skip(&s->c, 1);
		return NEXT_PPP;
	case LINK_PPP_ETHER:
		return decode_pppoe(s);
	default:
		return layer_skip(s, PACKET_SKIP_LINK);
	}
}
