/*
 * The parts of tanpa-generate.
 *
 *   generate.c   the command: options, the timing wheel that orders everything
 *   traffic.c    what the traffic is made of, and the life of one session, packet by packet
 *   frame.c      one packet: headers, checksums, payload from a pool, the pcap record
 */
#ifndef BENCH_GENERATE_H
#define BENCH_GENERATE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* ---- random numbers: integers only, so that every machine draws the same ---- */

/* From low to high, mean low + (high - low) / 2^skew: 1 is uniform, larger has more small values
 * and a longer tail, 0 is for low == high. */
struct range {
	uint32_t low, high, skew;
};

void random_seed(uint64_t seed);
uint64_t random_u64(void);
uint32_t random_below(uint32_t n); /* 0 to n - 1 */
bool random_percent(uint32_t percent);
uint32_t random_range(const struct range *range);

/* ---- sessions ---- */

enum { CLIENT, SERVER };

enum {
	OUTSIDE_HOSTS = 120000, /* fits 198.18.0.0/15 */
	CLIENT_PORT_FIRST = 32768,
	CLIENT_PORTS = 28232,
};

/* What a live session has to remember; all the memory that grows with live sessions. */
struct session {
	uint64_t due_us;          /* when its next step is due, from the start of the capture */
	uint32_t next;            /* in its slot of the wheel, or in the list of free records */
	uint32_t inside, outside; /* hosts, by number */
	uint32_t seq[2];          /* what CLIENT and SERVER send next */
	uint32_t left;            /* payload bytes still to send in this burst */
	uint32_t rtt_us;
	uint16_t port[2];
	uint16_t turns; /* requests still to come */
	uint8_t kind, phase;
	uint8_t from;    /* who sends the current burst, or closes */
	uint8_t unacked; /* packets since the last acknowledgement */
	uint8_t spoke;   /* bit per side: its opening was sent */
	bool inbound, ipv6, timestamps, udp;
};

/* ---- frame.c ---- */

enum { FIN = 1, SYN = 2, RST = 4, PSH = 8, ACK = 16 }; /* TCP flags */

/* How a conversation opens. */
enum opening {
	OPEN_NOTHING,
	OPEN_HTTP,
	OPEN_TLS,
	OPEN_SSH,
	OPEN_IRC,
	OPEN_SMTP,
	OPEN_BINARY,
	OPEN_DNS,
	DNS_NAMES = 32, /* OPEN_DNS + 0 to OPEN_DNS + 31: one name each */
};

/* Payload: `bytes` of the pool from `offset`, which is even. */
struct slice {
	uint32_t offset, bytes;
};

/* Where packets go, the time of the one to be written, and what was written so far. */
struct frame_writer {
	FILE *out;
	uint8_t *buffer;
	uint64_t used, start_us, now_us;
	uint64_t packets, wire_bytes, payload_bytes;
	bool failed; /* a write failed; the rest is dropped */
};

/* Fills the pool and begins a capture. False when memory is short. */
bool frame_writer_init(struct frame_writer *writer, FILE *out, uint64_t start_us);
void frame_writer_flush(struct frame_writer *writer);

/* Where the payload of a side's first packet begins; `bytes` is how long the opening is. */
struct slice frame_opening(int opening, int from);
uint32_t frame_random_text(void);  /* the offset of 2 kB of words */
uint32_t frame_random_bytes(void); /* the offset of 2 kB of random bytes */

/* How much payload one packet of this session can carry. */
uint32_t frame_room_bytes(const struct session *s);

/* Writes the packet that `from` sends now, and moves its sequence number over it. */
void frame_write(struct frame_writer *writer, struct session *s, int from, uint32_t flags, struct slice payload);

/* ---- traffic.c ---- */

struct share {
	uint8_t kind;
	uint16_t per_mille;
};

/* A whole capture's worth of traffic. */
struct shape {
	const char *name, *help;
	uint64_t sessions;        /* by default */
	uint32_t span_s;          /* by default: the time over which sessions begin */
	uint32_t packets_per_100; /* mean packets per 100 sessions: turns --packets into sessions */
	uint32_t wire_bytes;      /* mean bytes on the wire per session: turns --bytes into sessions */
	uint32_t per_host;        /* mean sessions per inside host */
	bool held;                /* begin in the first half of the span, speak again in the second, never end */
	struct share shares[10];
};

extern const struct shape traffic_shapes[];
extern const unsigned traffic_shapes_count;

struct traffic {
	const struct shape *shape;
	uint64_t span_us;
	uint64_t sessions_with_payload;
	uint16_t *host_ports; /* next client port of each inside host: no two live sessions collide */
	uint32_t hosts;
	struct frame_writer writer;
};

/* Makes a new session, its first step due at due_us. */
void traffic_begin_session(struct traffic *traffic, struct session *s, uint64_t due_us);

/* Sends the session's next packet. Returns how long until the one after it, in microseconds; sets
 * *ended when there is none. */
uint32_t traffic_step(struct traffic *traffic, struct session *s, bool *ended);

#endif
