/*
 * How a session lies in memory while it is alive (and, when kept, after it).
 *
 * Two cache lines side by side, which processors fetch together, and a third part in a slab of its own:
 *
 *   hot   64 bytes   every packet: key, counters, sequence numbers, last times
 *   cold  64 bytes   begin, end, history, first payload
 *   rare  side slab  what few sessions have: loss, retransmission, long histories, counters over 32 bits
 *
 * IPv6 addresses are in a slab of their own.
 *
 * Direction 0 is the initiator's, 1 the responder's.
 */
#ifndef SESSION_LAYOUT_H
#define SESSION_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/packet.h"
#include "tanpa/session.h"

/* State of one endpoint, as Zeek's TCP analyzer has it. */
enum endpoint_state {
	EP_INACTIVE,
	EP_SYN_SENT,
	EP_SYN_ACK_SENT,
	EP_PARTIAL,
	EP_ESTABLISHED,
	EP_CLOSED,
	EP_RESET,
};
_Static_assert(EP_CLOSED == (EP_ESTABLISHED | 1), "a FIN's bit makes one the other");

/* session_hot.flags */
enum {
	HOT_UDP = PACKET_KIND_UDP,
	HOT_IPV6 = PACKET_KIND_IPV6,
	HOT_LIVE = 1 << 2,
	HOT_LOOK0 = 1 << 3, /* the first payload of direction 0 (<< 1) has to be looked at */
	HOT_LOOK1 = 1 << 4,
	HOT_LAST_DATA1 = 1 << 5, /* the last payload came from the responder */
	HOT_CLOSING = 1 << 6,    /* both ends closed, or reset: lingers for late packets */
	HOT_ANSWERED = 1 << 7,   /* more than one side's unanswered SYNs */
};

/* session_hot.seen: letters already in the history, by direction (<< 4 for the responder). */
enum {
	SEEN_DATA = 1 << 0,
	SEEN_ACK = 1 << 1,
	SEEN_FIN = 1 << 2,
	SEEN_RST = 1 << 3,
};

struct session_hot {
	uint32_t addr[2]; /* IPv4, as in packets; of IPv6 the first is the number of struct session_ipv6 */
	uint16_t port[2];
	uint8_t flags;
	uint8_t seen;
	uint8_t state[2];   /* enum endpoint_state */
	int64_t last_ns[2]; /* of each direction; valid when packets[d] > 0 */
	uint32_t packets[2];
	uint32_t ip_bytes[2];      /* low 32 bits, the rest in rare */
	uint32_t payload_bytes[2]; /* low 32 bits, the rest in rare */
	uint32_t next_seq[2];      /* one past the highest sequence number seen */
};
_Static_assert(sizeof(struct session_hot) == 64, "one cache line");

struct session_cold {
	int64_t first_ns[2];
	uint64_t history;  /* letters of 5 bits, oldest lowest; the count in the top 4 bits */
	int64_t queued_ns; /* when it was put into the ring of a time-out class */
	union {
		uint32_t start_seq; /* of the initiator's SYN */
		uint32_t hash;      /* of the session's packets: once it is closing, when any SYN begins another one */
	};
	uint32_t rare;      /* index + 1, 0: none */
	uint32_t place;     /* in that ring */
	uint32_t name : 22; /* index + 1 in the name pool, 0: none */
	uint32_t http_status : 10;
	uint16_t http_method : 4; /* enum tanpa_http_method */
	uint16_t service : 5;     /* enum tanpa_service */
	uint16_t end : 3;         /* enum tanpa_end */
	uint16_t origin : 2;      /* enum tanpa_origin */
	uint16_t queue : 2;       /* enum timeout_class of the ring */
	uint16_t turns;           /* stays at 65535 */
	uint16_t data_packets[2]; /* low 16 bits, the rest in rare */
	uint16_t reply;           /* first reply, REPLY_BITS and units of below; 0: none */
	uint8_t content;          /* enum tanpa_content, low nibble the initiator's */
	uint8_t looks; /* looks taken at each direction's payload, or LOOKED_ENOUGH; low nibble the initiator's */
	uint8_t odd;   /* ODD_ bits */
	uint8_t idle;  /* the last idle time, IDLE_BITS and units of below */
	uint8_t idles; /* up to 255 */
	uint8_t steady_idles;
};
_Static_assert(sizeof(struct session_cold) == 64, "one cache line");
_Static_assert(TANPA_N_HTTP_METHODS <= 1 << 4 && TANPA_N_SERVICES <= 1 << 5 && TANPA_N_ENDS <= 1 << 3 &&
		       TANPA_N_ORIGINS <= 1 << 2,
	       "all fit");

/* Times in few bits (base/coarse.h), and their units: to a thirty-second part, and to a sixteenth. */
enum { REPLY_BITS = 5, REPLY_UNIT_NS = 1000, IDLE_BITS = 4, IDLE_UNIT_NS = 125000000 };

/* Of session_cold.looks. */
enum { LOOKED_ENOUGH = 15 };

struct session_slot {
	_Alignas(64) struct session_hot hot;
	_Alignas(64) struct session_cold cold;
};
_Static_assert(sizeof(struct session_slot) == 128, "two cache lines");

/* session_cold.odd, << 4 for the responder */
enum {
	ODD_FIN_RST = 1 << 0,
	ODD_MULTI = 1 << 1,
	ODD_CLOSED_BEFORE_RST = 1 << 2,
	ODD_SYN = 1 << 3,
};

enum { SESSION_LETTERS = 12, RARE_HOLES = 4, RARE_HISTORY = 24 };

/* Sequence numbers not seen yet although later ones were: [from, to). Empty when equal. */
struct session_hole {
	uint32_t from, to;
};

struct session_ipv6 {
	uint8_t addr[2][16];
};

struct session_rare {
	uint32_t ip_bytes_high[2];
	uint32_t payload_bytes_high[2];
	uint32_t data_packets_high[2];
	uint64_t retrans_bytes[2];
	uint64_t missed_bytes[2]; /* of holes that gave way to newer ones */
	uint32_t retrans_count[2], window0_count[2], gap_count[2];
	struct session_hole hole[2][RARE_HOLES]; /* oldest first */
	uint8_t history[RARE_HISTORY];           /* letters after the first SESSION_LETTERS */
	uint8_t history_len;
	bool history_cut; /* there were more */
};

static inline bool hot_is_udp(const struct session_hot *hot)
{
	return hot->flags & HOT_UDP;
}

#endif
