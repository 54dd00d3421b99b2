#include "packet-cases.h"

#include "packets.h"

#define GOOD(path)                               \
	{                                        \
		path, PACKET_SKIP_NONE, false, 0 \
	}
#define LINKED(path, link)                          \
	{                                           \
		path, PACKET_SKIP_NONE, false, link \
	}
#define TUNNEL(path)                            \
	{                                       \
		path, PACKET_SKIP_NONE, true, 0 \
	}
#define SKIP(path, why)                           \
	{                                         \
		path, PACKET_SKIP_##why, false, 0 \
	}

const struct packet_case packet_cases[] = {
	/* links */
	GOOD("eth/ipv4/tcp"),
	GOOD("eth/ipv4/udp"),
	GOOD("eth/ipv6/tcp"),
	GOOD("eth/ipv6/udp"),
	GOOD("eth/vlan/ipv4/tcp"),
	GOOD("eth/qinq/vlan/ipv4/tcp"),
	GOOD("eth/qinq:old/vlan/ipv6/udp"),
	GOOD("sll/ipv4/tcp"),
	GOOD("sll/ipv6/udp"),
	GOOD("sll/vlan/ipv4/tcp"),
	GOOD("sll2/ipv4/tcp"),
	GOOD("sll2/ipv6/tcp"),
	GOOD("null/ipv4/tcp"),
	GOOD("null:be/ipv4/tcp"),
	GOOD("null/ipv6/tcp"),
	GOOD("null:be/ipv6/udp"),
	GOOD("loop/ipv4/tcp"),
	GOOD("loop/ipv6/tcp"),
	GOOD("raw/ipv4/tcp"),
	GOOD("raw/ipv6/tcp"),
	GOOD("ipv4/udp"),
	GOOD("ipv6/udp"),
	LINKED("raw/ipv4/tcp", 12),
	LINKED("raw/ipv6/tcp", 14),
	GOOD("ppp/ipv4/tcp"),
	GOOD("ppp/ipv6/tcp"),
	GOOD("ppp:hdlc/ipv4/tcp"),
	GOOD("ppp:short/ipv4/tcp"),
	GOOD("ppp/mpls/ipv4/tcp"),
	LINKED("ppp:hdlc/ipv4/udp", 50),
	GOOD("dir/ppp:hdlc/ipv4/tcp"),
	GOOD("pppoe/ipv4/tcp"),
	GOOD("eth/pppoe/ipv4/tcp"),
	GOOD("eth/vlan/pppoe/ipv6/tcp"),
	GOOD("eth/mpls/ipv4/tcp"),
	GOOD("eth/mpls/mpls/mpls/ipv6/tcp"),
	GOOD("eth/mpls:mc/ipv4/udp"),
	GOOD("eth/mpls/eth/ipv4/tcp"),
	GOOD("eth/mpls/cw/eth/ipv4/tcp"),
	/* network and transport headers */
	GOOD("eth/ipv4/tcp:opts"),
	GOOD("eth/ipv4:opts/tcp"),
	GOOD("eth/ipv4:opts/tcp:opts"),
	GOOD("eth/ipv4:zero/tcp"),
	GOOD("eth/ipv6:zero/tcp"),
	GOOD("eth/ipv6/hop:0/tcp"),
	GOOD("eth/ipv6/hop:0/route:2/dst:1/ah/tcp"),
	GOOD("eth/ipv6/ah/udp"),
	GOOD("eth/ipv6/frag:atomic/tcp"),
	GOOD("eth/ipv4:first/tcp"),
	GOOD("eth/ipv4:first/udp"),
	GOOD("eth/ipv6/frag:first/tcp"),
	GOOD("eth/ipv6/frag:first/udp"),
	GOOD("eth/ipv6/hop:0/frag:first/dst:0/udp"),
	/* tunnels */
	GOOD("eth/ipv4/ipv4/tcp"),
	GOOD("eth/ipv4/ipv6/tcp"),
	GOOD("eth/ipv6/ipv4/tcp"),
	GOOD("eth/ipv6/ipv6/udp"),
	GOOD("eth/ipv4/gre/ipv4/tcp"),
	GOOD("eth/ipv4/gre:c/ipv4/tcp"),
	GOOD("eth/ipv4/gre:k/ipv4/tcp"),
	GOOD("eth/ipv4/gre:s/ipv4/tcp"),
	GOOD("eth/ipv4/gre:ck/ipv4/tcp"),
	GOOD("eth/ipv4/gre:cs/ipv4/tcp"),
	GOOD("eth/ipv4/gre:ks/ipv6/udp"),
	GOOD("eth/ipv4/gre:cks/ipv6/tcp"),
	GOOD("eth/ipv4/gre/eth/ipv4/tcp"),
	GOOD("eth/ipv4/gre/mpls/ipv4/tcp"),
	GOOD("eth/ipv4/gre:1k/ppp/ipv4/tcp"),
	GOOD("eth/ipv4/gre:1ks/ppp:hdlc/ipv4/tcp"),
	GOOD("eth/ipv4/gre:1ksa/ppp/ipv4/udp"),
	GOOD("eth/ipv4/gre/erspan1/eth/ipv4/tcp"),
	GOOD("eth/ipv4/gre:s/erspan2/eth/ipv4/tcp"),
	GOOD("eth/ipv4/gre:s/erspan2/eth/vlan/ipv6/udp"),
	GOOD("eth/ipv4/gre:s/erspan3/eth/ipv4/tcp"),
	GOOD("eth/ipv4/gre:s/erspan3:o/eth/ipv4/tcp"),
	GOOD("eth/ipv4/mpls/ipv4/tcp"),
	TUNNEL("eth/ipv4/udp:4789/vxlan/eth/ipv4/tcp"),
	TUNNEL("eth/ipv4/udp:8472/vxlan/eth/ipv4/udp"),
	TUNNEL("eth/ipv6/udp:4789/vxlan/eth/vlan/ipv6/tcp"),
	TUNNEL("eth/ipv4/udp:6081/geneve:0/eth/ipv4/tcp"),
	TUNNEL("eth/ipv4/udp:6081/geneve:3/eth/ipv6/tcp"),
	TUNNEL("eth/ipv4/udp:6081/geneve:0/ipv4/tcp"),
	TUNNEL("eth/ipv4/udp:2152/gtp/ipv4/tcp"),
	TUNNEL("eth/ipv4/udp:2152/gtp:s/ipv4/tcp"),
	TUNNEL("eth/ipv4/udp:2152/gtp:e/ipv6/udp"),
	TUNNEL("eth/ipv6/udp:2152/gtp:x/ipv4/tcp"),
	/* not a packet of a session */
	SKIP("eth/arp", NOT_IP),
	SKIP("sll/arp", NOT_IP),
	SKIP("eth/ipv4/gre/arp", NOT_IP),
	SKIP("eth/ipv4/gre:r/ipv4/tcp", MALFORMED_TUNNEL),
	SKIP("eth/ipv4/gre:2/ipv4/tcp", MALFORMED_TUNNEL),
	SKIP("eth/ipv4:icmp/udp", ICMP),
	SKIP("eth/ipv4/ah/tcp", OTHER_IP),
	SKIP("raw/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/tcp", DEPTH),
	SKIP("eth/ipv6/hop:0/hop:0/hop:0/hop:0/hop:0/hop:0/hop:0/hop:0/tcp", DEPTH),
	SKIP("eth/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/ipv4/tcp",
	     DEPTH),
	SKIP("eth/mpls/mpls/mpls/mpls/mpls/mpls/mpls/mpls/mpls/mpls/mpls/mpls/mpls/mpls/mpls/mpls/mpls/ipv4/tcp",
	     DEPTH),
};

const size_t packet_n_cases = sizeof packet_cases / sizeof packet_cases[0];

uint16_t packet_case_link(const struct packet_case *c)
{
	return c->link ? c->link : packets_link(c->path);
}
