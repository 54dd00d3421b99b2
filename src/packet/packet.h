/*
 * One packet: as the capture file holds it (raw), and what its headers say (decoded).
 *
 * Takes bytes with a link type, gives addresses, ports, lengths and TCP fields. Lengths come from the
 * headers, never from how much of the packet was captured. Nothing here allocates or keeps state.
 */
#ifndef PACKET_PACKET_H
#define PACKET_PACKET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/hash.h"

/* As read. The bytes belong to the reader and die at its next read. */
struct packet_raw {
	int64_t ts_ns;       /* ns since the epoch, UTC */
	const uint8_t *data; /* cap_len bytes, starting with the link header */
	uint32_t cap_len;    /* bytes captured */
	uint32_t wire_len;   /* bytes on the wire, >= cap_len */
	uint16_t link;       /* LINKTYPE_ of the file or interface, as in www.tcpdump.org/linktypes.html */
};

/*
 * Why a packet is in no session: name, and words for the reports.
 * Every packet read is either in a session or counted under one of these.
 */
#define PACKET_SKIPS(X)                                                                       \
	X(NONE, "none", "in a session")                                                       \
	X(FILTERED, "filtered", "left out by --filter")                                       \
	X(LINK, "link-type", "link type not understood")                                      \
	X(NOT_IP, "not-ip", "not IP (ARP, LLDP, spanning tree, …)")                           \
	X(ICMP, "icmp", "ICMP or ICMPv6")                                                     \
	X(OTHER_IP, "ip-protocol", "IP protocol other than TCP, UDP, ICMP")                   \
	X(TRUNCATED_LINK, "truncated-link", "cut inside the link header")                     \
	X(TRUNCATED_IP, "truncated-ip", "cut inside the IP header")                           \
	X(TRUNCATED_TRANSPORT, "truncated-transport", "cut inside the TCP or UDP header")     \
	X(MALFORMED_IP, "malformed-ip", "IP header contradicts itself or the packet")         \
	X(MALFORMED_TRANSPORT, "malformed-transport", "TCP or UDP header contradicts itself") \
	X(MALFORMED_TUNNEL, "malformed-tunnel", "tunnel header contradicts itself")           \
	X(DEPTH, "too-deep", "more than 16 headers deep")                                     \
	X(FRAGMENT, "fragment", "IP fragment that came without, or before, its first one")    \
	X(TABLE_FULL, "table-full", "no room for another live session (--max-sessions)")

enum packet_skip {
#define X(id, name, words) PACKET_SKIP_##id,
	PACKET_SKIPS(X)
#undef X
		PACKET_N_SKIPS,
};

/* Short name ("not-ip") and words of a reason. Static strings. */
const char *packet_skip_name(enum packet_skip skip);
const char *packet_skip_words(enum packet_skip skip);

enum {
	PACKET_FIN = 0x01,
	PACKET_SYN = 0x02,
	PACKET_RST = 0x04,
	PACKET_PSH = 0x08,
	PACKET_ACK = 0x10,
};

enum packet_kind {
	PACKET_KIND_UDP = 1 << 0, /* else TCP */
	PACKET_KIND_IPV6 = 1 << 1,
};

enum packet_fragment {
	PACKET_WHOLE,      /* not fragmented */
	PACKET_FRAG_FIRST, /* the ports are known, more follows */
	PACKET_FRAG_LATER, /* no transport header: ports are 0, fragment_id names the datagram */
};

/* Decoded: one cache line. All numbers in host byte order, but addresses as they lie in the packet. */
struct packet {
	int64_t ts_ns;
	union {
		uint32_t ipv4[2];    /* source, destination */
		const uint8_t *ipv6; /* 16 bytes source, 16 bytes destination; in the raw packet */
	} addr;
	const uint8_t *payload; /* in the raw packet; NULL when payload_cap is 0 */
	uint16_t port[2];       /* source, destination */
	uint32_t hash;          /* symmetric: the same for both directions (see packet_hash) */
	uint32_t ip_len;        /* IP total length, bytes */
	uint32_t payload_len;   /* TCP or UDP payload, bytes */
	uint32_t frame_len;     /* bytes on the wire */
	uint32_t seq, ack;      /* TCP; for fragments of any protocol seq is the fragment id */
	uint16_t payload_cap;   /* payload bytes captured, at most 65535 */
	uint16_t window;        /* TCP, unscaled */
	uint8_t proto;          /* 6 or 17 */
	uint8_t kind;           /* PACKET_KIND_ bits */
	uint8_t tcp_flags;      /* PACKET_FIN … PACKET_ACK */
	uint8_t fragment;       /* enum packet_fragment */
};

/*
 * Decodes `raw` from its link header up to TCP or UDP, opening tunnels on the way to at most 16 headers.
 * Returns PACKET_SKIP_NONE and fills `out`, or the reason why it belongs to no session (`out` is then
 * undefined). `out` points into `raw->data`. Reads nothing beyond `raw->cap_len`. Sets everything but
 * `hash`.
 */
enum packet_skip packet_decode(const struct packet_raw *raw, struct packet *out);

/* The same without the short cut for what is most usual; tests hold the two equal. */
enum packet_skip packet_decode_any(const struct packet_raw *raw, struct packet *out);

/* Whether packet_decode() knows the link type. */
bool packet_link_known(uint16_t link);

/* Secret of the hash, so that crafted traffic cannot make chains. */
struct packet_seed {
	uint64_t key[4];
};

/* Of two ends, numbers that tell them apart, and a protocol; the same whichever end comes first. */
static inline uint32_t packet_hash_ends(uint64_t a, uint64_t b, uint8_t proto, const struct packet_seed *seed)
{
	uint64_t low = a < b ? a : b, high = a < b ? b : a; /* no branch: which it is cannot be predicted */
	return (uint32_t)hash_fold(low ^ seed->key[0], high ^ seed->key[1] ^ proto);
}

/* Number of an IPv4 address with a port, for packet_hash_ends(). */
static inline uint64_t packet_end_ipv4(uint32_t addr, uint16_t port)
{
	return (uint64_t)addr << 16 | port;
}

/* packet_hash() of a packet over IPv6; of `p` addresses, ports and protocol are read. */
uint32_t packet_hash_ipv6(const struct packet *p, const struct packet_seed *seed);

/* Hash of addresses, ports and protocol, the same for both directions. */
static inline uint32_t packet_hash(const struct packet *p, const struct packet_seed *seed)
{
	if (p->kind & PACKET_KIND_IPV6)
		return packet_hash_ipv6(p, seed);
	return packet_hash_ends(packet_end_ipv4(p->addr.ipv4[0], p->port[0]),
				packet_end_ipv4(p->addr.ipv4[1], p->port[1]), p->proto, seed);
}

/*
 * Hash of the two addresses alone: everything between two hosts (fragments, a TFTP answer from a
 * fresh port) has the same, so that it can be handled by the same thread.
 */
uint32_t packet_host_hash(const struct packet *p, const struct packet_seed *seed);

#endif
