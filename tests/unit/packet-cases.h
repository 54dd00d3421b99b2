/* The packets that the decoder is tested with, and that the fuzzer of the decoder starts from. */
#ifndef UNIT_PACKET_CASES_H
#define UNIT_PACKET_CASES_H

#include <stddef.h>

#include "packet/packet.h"

struct packet_case {
	const char *path;      /* as packets_compose() takes it */
	enum packet_skip skip; /* what packet_decode() says of the whole packet */
	bool udp_tunnel;       /* cut short it may also be the outer UDP datagram */
	uint16_t link;         /* 0: by the path */
};

extern const struct packet_case packet_cases[];
extern const size_t packet_n_cases;

uint16_t packet_case_link(const struct packet_case *c);

#endif
