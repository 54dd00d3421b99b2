/*
 * An IP datagram made of a decoded packet: addresses, ports, flags and sequence numbers as they were, the payload as
 * far as it was captured, and no more than that: no options, extension headers, fragments or lengths that promise what
 * is not there. What another parser reads of it cannot contradict what ours has read.
 */
#ifndef INSPECT_DATAGRAM_H
#define INSPECT_DATAGRAM_H

#include "packet/packet.h"

enum {
	DATAGRAM_PAYLOAD = 1500, /* of a longer one the rest is left out: an Ethernet's worth tells what it is */
	DATAGRAM_BYTES = 40 + 20 + DATAGRAM_PAYLOAD,
	DATAGRAM_BEHIND = 64, /* zeros: what a parser finds that reads too far */
};

struct datagram {
	uint16_t len;
	_Alignas(8) uint8_t bytes[DATAGRAM_BYTES + DATAGRAM_BEHIND];
};

void datagram_make(const struct packet *packet, struct datagram *out);

#endif
