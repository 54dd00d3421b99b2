/*
 * Sessions for tests, written as short scripts of packets.
 *
 * A script is a row of words, each one packet or a change of the scene:
 *
 *   >S   <SA   >A        a packet of the client (>) or the server (<) with these TCP flags
 *   >100 <20             payload of so many bytes; for TCP with ACK
 *   >F10 >R              flags and payload together; S A F R as in TCP, no letter but a number is ACK
 *   >50@-50              sequence number so far from the next one expected: here the 50 bytes before it
 *   >A^-1 >A^+100        acknowledgement so far from what the other side has sent
 *   >0w                  a window of 0
 *   >!100                sent, but lost on its way to the capture
 *   >[text]              payload with this content; _ is a blank, ~ is CR LF
 *   >100f(7) >50g(7)     first and later fragment of datagram 7
 *   +2.5  -1             2.5 seconds later, 1 second earlier
 *   c1024 s80            from now on the client's, the server's port
 *   i1000 j2000          from now on the client's, the server's next sequence number
 *   h3                   from now on the client has the address 10.0.0.3 (or ....::3)
 *
 * The first packet is at SCRIPT_EPOCH_NS; each later one is a millisecond after the one before.
 */
#ifndef UNIT_SCRIPT_H
#define UNIT_SCRIPT_H

#include <glib.h>

#include "session/table.h"

#define SCRIPT_EPOCH_NS (INT64_C(1236902400) * 1000000000) /* 2009-03-13 */
#define SCRIPT_STEP_NS  INT64_C(1000000)

/* What a script gave: its packets, and the payload they point to. */
struct script {
	bool udp, ipv6;
	int64_t now_ns;
	uint16_t port[2]; /* client, server */
	uint8_t client;   /* last byte of its address */
	uint32_t next_seq[2];
	GArray *packets; /* struct packet, hashed with the default seed */
	GPtrArray *payloads;
};

/* Ports 40000 and 80; sequence numbers from 1000 and 5000. */
void script_init(struct script *script, bool udp, bool ipv6);
void script_clear(struct script *script);

/* Adds the packets of `text`. A word that is not understood ends the program. */
void script_add(struct script *script, const char *text);

/*
 * Runs all packets through a table in batches of `batch` (0: all at once). Returns the sessions, streamed in the order
 * of their ends when options->sink is script_stream, else kept.
 */
GArray *script_run(const struct script *script, const struct session_options *options, gsize batch,
		   struct session_counts *counts);

session_sink script_stream;

/* Both in one: sessions of a script with the default options. */
GArray *script_sessions(const char *text, bool udp);

/*
 * Sessions in words, joined by " | ": origin, history, conn_state, end, packets and payload of both sides, and
 * where they are not 0 the bytes seen again and missed. "syn ShADd S1 input-end 3+2 100+20 again 50+0".
 */
char *script_describe(const GArray *sessions);

#define SESSION(array, i) (&g_array_index(array, struct tanpa_session, i))

/* Asserts that two records are the same in every field but their names' addresses. */
void script_assert_equal(const struct tanpa_session *a, const struct tanpa_session *b);

#endif
