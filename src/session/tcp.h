/* The TCP part of a session: state of both endpoints, history, sequence numbers. */
#ifndef SESSION_TCP_H
#define SESSION_TCP_H

#include "packet/packet.h"
#include "session/layout.h"

struct session_table;

/* The rare part of a session, made when it has none. Valid until the session ends. */
struct session_rare *session_rare(struct session_table *table, struct session_cold *cold);

/* The letters of Zeek's history that tanpa writes. */
enum session_letter {
	LETTER_S, /* SYN */
	LETTER_H, /* SYN-ACK */
	LETTER_A, /* bare acknowledgement */
	LETTER_D, /* payload */
	LETTER_F, /* FIN */
	LETTER_R, /* RST */
	LETTER_G, /* gap: an acknowledgement of what was not captured */
	LETTER_I, /* FIN and RST in one segment */
	LETTER_Q, /* SYN with FIN or RST */
	LETTER_T, /* payload seen before */
	LETTER_W, /* zero window */
	LETTER_FLIPPED,
};

/* Adds a letter of `side` to the history. */
void session_history_add(struct session_table *table, struct session_cold *cold, unsigned side,
			 enum session_letter letter);

/* Writes the history as Zeek does into out[32]. `rare` may be NULL. */
void session_history_text(const struct session_cold *cold, const struct session_rare *rare, char out[32]);

/*
 * Whether a SYN belongs to a new connection on the same addresses and ports rather than to this one:
 * a sequence number other than that of the first SYN, or the connection was over before.
 */
bool session_tcp_is_new(const struct session_hot *hot, const struct session_cold *cold, const struct packet *p,
			unsigned side);

/*
 * The segment nearly all are: both ends up, in order, nothing of note. True when it was one; its payload was
 * not seen before, and there is nothing else to do.
 */
static inline bool session_tcp_usual(struct session_table *table, struct session_hot *hot, struct session_cold *cold,
				     const struct packet *p, unsigned side)
{
	unsigned flags = p->tcp_flags & (PACKET_SYN | PACKET_FIN | PACKET_RST | PACKET_ACK);
	unsigned seen = (p->payload_len ? SEEN_DATA : SEEN_ACK) << (4 * side);
	if (hot->state[0] != EP_ESTABLISHED || hot->state[1] != EP_ESTABLISHED || flags != PACKET_ACK ||
	    p->seq != hot->next_seq[side] || (int32_t)(p->ack - hot->next_seq[side ^ 1]) > 0 || p->window == 0)
		return false;
	hot->next_seq[side] += p->payload_len;
	if (!(hot->seen & seen)) {
		session_history_add(table, cold, side, p->payload_len ? LETTER_D : LETTER_A);
		hot->seen |= (uint8_t)seen;
	}
	return true;
}

/*
 * Moves state, history and sequence numbers on by one segment of `side`. Returns the payload bytes that
 * were not seen before; what was seen before, and loss, goes into the rare part. Sets *closed when the
 * connection is over with this segment (both ends closed, or reset).
 */
uint32_t session_tcp_segment(struct session_table *table, struct session_hot *hot, struct session_cold *cold,
			     const struct packet *p, unsigned side, bool *closed);

/* Zeek's conn_state of a TCP session. */
enum tanpa_conn_state session_tcp_conn_state(const struct session_hot *hot, const char *history, bool has_payload);

#endif
