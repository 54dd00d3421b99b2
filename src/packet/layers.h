/*
 * Between the files of the decoder: what a header says about the next one, and the functions that read
 * one header each. Not for anybody else; packet.h is the way in.
 *
 * Each function reads its header at the cursor, moves over it, and answers what comes next, or NEXT_SKIP with
 * the reason in the state.
 */
#ifndef PACKET_LAYERS_H
#define PACKET_LAYERS_H

#include "base/bytes.h"
#include "packet/packet.h"

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

/* What the header just read says about the next one. */
enum layer_next {
	NEXT_ETHERNET,
	NEXT_ETHERTYPE, /* by state.type */
	NEXT_PPP,
	NEXT_PPP_PROTOCOL,
	NEXT_MPLS,
	NEXT_IP, /* version 4 or 6 by its first nibble */
	NEXT_DONE,
	NEXT_SKIP, /* state.skip says why */
};

struct layer_state {
	struct cursor c;
	uint16_t type; /* EtherType or IP protocol of what follows */
	enum packet_skip skip;
	struct packet *out;
};

static inline enum layer_next layer_skip(struct layer_state *s, enum packet_skip why)
{
	s->skip = why;
	return NEXT_SKIP;
}

/* For the readers of headers: no more than was captured. */
#define LAYER_NEED(s, n, why)                      \
	do {                                       \
		if (!cursor_has(&(s)->c, n))       \
			return layer_skip(s, why); \
	} while (0)

static inline enum layer_next layer_by_ethertype(struct layer_state *s, uint16_t type)
{
	s->type = type;
	return NEXT_ETHERTYPE;
}

enum { LAYER_LINK_ETHERNET = 1 }; /* LINKTYPE_ETHERNET */

/* link.c */
enum layer_next layer_link(struct layer_state *s, uint16_t link); /* the outermost header, by the capture's link type */
enum layer_next layer_ethernet(struct layer_state *s);
enum layer_next layer_ethertype(struct layer_state *s); /* what s->type says, VLAN tags included */
enum layer_next layer_ppp(struct layer_state *s);       /* with or without the HDLC address and control bytes */
enum layer_next layer_ppp_protocol(struct layer_state *s);
enum layer_next layer_mpls(struct layer_state *s); /* the whole label stack */

/* tunnel.c */
enum layer_next layer_gre(struct layer_state *s);

/*
 * Whether a UDP datagram to `port` is a tunnel's (VXLAN, GENEVE, GTP-U), and in *next what is inside. The cursor
 * is on its payload, and stays there when it is not.
 */
bool layer_udp_tunnel(struct layer_state *s, uint16_t port, enum layer_next *next);

#endif
