/*
 * Tunnels: GRE with ERSPAN and PPTP, VXLAN, GENEVE, GTP-U. (IP in IP needs no code of its own.)
 * Sources: RFC 2784, 2890, 1701, 2637, draft-foschiano-erspan; RFC 7348, 8926; 3GPP TS 29.281.
 */
#include "packet/layers.h"

enum { PORT_GTPU = 2152, PORT_VXLAN = 4789, PORT_GENEVE = 6081, PORT_VXLAN_LINUX = 8472 };

/* GRE: RFC 2784 and 2890, the routing form of RFC 1701 refused; PPTP's version 1 (RFC 2637). */
enum layer_next layer_gre(struct layer_state *s)
{
	LAYER_NEED(s, 4, PACKET_SKIP_TRUNCATED_IP);
	uint16_t flags = get_be16(s->c.at), type = get_be16(s->c.at + 2);
	unsigned version = flags & 7;
	uint32_t len = 4;
	if (version > 1 || flags & 0x4000)
		return layer_skip(s, PACKET_SKIP_MALFORMED_TUNNEL);
	len += flags & 0x8000 ? 4 : 0;                 /* checksum */
	len += flags & 0x2000 ? 4 : 0;                 /* key */
	len += flags & 0x1000 ? 4 : 0;                 /* sequence number */
	len += version == 1 && flags & 0x0080 ? 4 : 0; /* acknowledgement number */
	LAYER_NEED(s, len, PACKET_SKIP_TRUNCATED_IP);
	cursor_skip(&s->c, len);
	switch (type) {
	case ETHERTYPE_ERSPAN_II: /* type I has no header of its own, and no sequence number in GRE */
		if (flags & 0x1000) {
			LAYER_NEED(s, 8, PACKET_SKIP_TRUNCATED_IP);
			cursor_skip(&s->c, 8);
		}
		return NEXT_ETHERNET;
	case ETHERTYPE_ERSPAN_III: {
		LAYER_NEED(s, 12, PACKET_SKIP_TRUNCATED_IP);
		uint32_t header = s->c.at[11] & 1 ? 20 : 12; /* O bit: platform sub-header */
		LAYER_NEED(s, header, PACKET_SKIP_TRUNCATED_IP);
		cursor_skip(&s->c, header);
		return NEXT_ETHERNET;
	}
	default:
		return layer_by_ethertype(s, type);
	}
}

/* What GENEVE carries; anything else on its port is not GENEVE. */
static bool is_geneve_type(uint16_t type)
{
	return type == ETHERTYPE_TEB || type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6 || type == ETHERTYPE_MPLS;
}

/* Whether a UDP datagram is a tunnel's, and what is inside; leaves the cursor alone when it is not. */
bool layer_udp_tunnel(struct layer_state *s, uint16_t port, enum layer_next *next)
{
	struct cursor c = s->c;
	switch (port) {
	case PORT_VXLAN:
	case PORT_VXLAN_LINUX:
		if (!cursor_has(&c, 8 + 14) || !(c.at[0] & 0x08))
			return false;
		cursor_skip(&c, 8);
		*next = NEXT_ETHERNET;
		break;
	case PORT_GENEVE: {
		if (!cursor_has(&c, 8) || c.at[0] >> 6 != 0)
			return false;
		uint32_t header = 8 + 4 * (uint32_t)(c.at[0] & 0x3f);
		uint16_t type = get_be16(c.at + 2);
		if (!cursor_has(&c, header) || !is_geneve_type(type))
			return false;
		*next = layer_by_ethertype(s, type);
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
