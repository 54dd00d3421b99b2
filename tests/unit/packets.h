/*
 * Packets for tests, composed from the inside out.
 *
 * packets_compose() takes a path of layers, outermost first, as in "eth/vlan/ipv4/gre:ks/ipv4/tcp", and gives
 * the bytes with every length, type and checksum field that a reader looks at filled in. The innermost
 * layer carries PACKETS_PAYLOAD. The layers are in the table in packets.c; what follows a colon is the
 * layer's own argument.
 *
 * Innermost IP addresses, ports and payload are the same in every packet: PACKETS_ macros below. Outer
 * ones differ, so that a test sees which header was believed.
 */
#ifndef UNIT_PACKETS_H
#define UNIT_PACKETS_H

#include <stddef.h>
#include <stdint.h>

enum { PACKETS_ROOM = 4096 };

/* A packet under construction: its bytes are the last ones of `room`, from `at` on. */
struct packets_build {
	uint8_t room[PACKETS_ROOM];
	size_t at;
	uint16_t ethertype; /* names of the outermost layer so far, for the one that goes around it */
	uint16_t ppp;
	uint8_t ip_proto;
	uint8_t depth; /* IP headers so far */
	uint8_t mpls;  /* 1: the outermost layer so far is a label */
};

/* Of the innermost headers, host byte order. The addresses are those of RFC 5737 and 3849. */
#define PACKETS_SRC_IPV4       UINT32_C(0xc0000201) /* 192.0.2.1 */
#define PACKETS_DST_IPV4       UINT32_C(0xc6336402) /* 198.51.100.2 */
#define PACKETS_OUTER_SRC_IPV4 UINT32_C(0x0a000001)
#define PACKETS_OUTER_DST_IPV4 UINT32_C(0x0a000002)
#define PACKETS_PAYLOAD        "payload!!!"
enum {
	PACKETS_SRC_PORT = 40000,
	PACKETS_DST_PORT = 6667,
	PACKETS_OUTER_SRC_PORT = 50000,
	PACKETS_PAYLOAD_LEN = sizeof PACKETS_PAYLOAD - 1,
	PACKETS_SEQ = 0x01020304,
	PACKETS_ACK = 0x05060708,
	PACKETS_WINDOW = 512,
	PACKETS_FRAGMENT_ID = 0x1234,
};

extern const uint8_t packets_src_ipv6[16], packets_dst_ipv6[16];

/* The bytes and their number. A path that is not understood ends the program. */
const uint8_t *packets_bytes(const struct packets_build *build);
size_t packets_len(const struct packets_build *build);

/* Starts with a payload; packets_compose() has done this. */
void packets_begin(struct packets_build *build, const void *payload, size_t len);

/* Puts one layer, as written in a path, around what is there. */
void packets_put(struct packets_build *build, const char *layer);

void packets_compose(struct packets_build *build, const char *path);

/* LINKTYPE_ of a path: by its first layer. */
uint16_t packets_link(const char *path);

/* A copy of `len` bytes in a block of exactly that size, so that a sanitizer sees every read beyond. */
uint8_t *packets_exact(const uint8_t *bytes, size_t len);

#endif
