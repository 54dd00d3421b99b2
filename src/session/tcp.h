/* The TCP part of a session: state of both endpoints, history, sequence numbers. */
#ifndef SESSION_TCP_H
#define SESSION_TCP_H

#include <string.h>

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
 * The segments nearly all are: both ends up or closed, with or without payload or FIN, in order, nothing of note.
 * `p` has an ACK, no SYN, no RST. True when it was one: then it is done, and its payload was not seen before. Which of
 * them it is cannot be predicted, so all take the same way, without a branch. session_tcp_segment() comes to the same;
 * tests hold that.
 */
static inline bool session_tcp_usual(struct session_hot *hot, struct session_cold *cold, const struct packet *p,
				     unsigned side)
{
	static const struct {
		uint8_t seen, letter;
	} notes[] = {
		{SEEN_ACK, LETTER_A},           {SEEN_DATA, LETTER_D},          {SEEN_FIN, LETTER_F},
		{SEEN_FIN, LETTER_F},           {SEEN_ACK << 4, LETTER_A + 16}, {SEEN_DATA << 4, LETTER_D + 16},
		{SEEN_FIN << 4, LETTER_F + 16}, {SEEN_FIN << 4, LETTER_F + 16},
	};
	unsigned fin = p->tcp_flags & PACKET_FIN;
	uint16_t states;
	memcpy(&states, hot->state, sizeof states);
	/* any bit: not usual */
	uint32_t odd = (states ^ EP_ESTABLISHED * 0x101) & 0xfefe; /* up or closed */
	odd |= hot->state[side] & fin;
	odd |= p->seq ^ hot->next_seq[side];
	odd |= (hot->next_seq[side ^ 1] - p->ack) >> 31; /* of what was not sent yet */
	odd |= p->window == 0;
	if (odd)
		return false;
	unsigned note = 4 * side + 2 * fin + (p->payload_len > 0);
	unsigned seen = notes[note].seen, letters = (unsigned)(cold->history >> 60);
	uint64_t first = (hot->seen & seen) == 0;
	if (letters == SESSION_LETTERS && first)
		return false;
	cold->history += -first & ((UINT64_C(1) << 60) + ((uint64_t)notes[note].letter << (5 * letters)));
	hot->seen |= (uint8_t)seen;
	hot->state[side] |= (uint8_t)fin;
	hot->next_seq[side] += p->payload_len + fin;
	return true;
}

/* A SYN, or SYN-ACK, with nothing else to it. */
static inline bool session_tcp_is_plain(const struct packet *p)
{
	return !(p->tcp_flags & PACKET_FIN) && p->payload_len == 0 && p->window != 0;
}

/* The plain SYN that began a session, as session_tcp_segment() does it. */
static inline void session_tcp_syn(struct session_hot *hot, struct session_cold *cold, const struct packet *p)
{
	hot->state[0] = EP_SYN_SENT;
	hot->next_seq[0] = p->seq + 1;
	cold->start_seq = p->seq;
	cold->odd = ODD_SYN;
	cold->history = UINT64_C(1) << 60 | LETTER_S;
}

/* The SYN-ACK that answers it, likewise. False: it is not quite that. */
static inline bool session_tcp_syn_ack(struct session_hot *hot, struct session_cold *cold, const struct packet *p,
				       unsigned side)
{
	unsigned letters = (unsigned)(cold->history >> 60);
	if (!session_tcp_is_plain(p) || side == 0 || hot->state[0] != EP_SYN_SENT || hot->state[1] != EP_INACTIVE ||
	    hot->packets[1] > 0 || letters == SESSION_LETTERS || (int32_t)(p->ack - hot->next_seq[0]) > 0)
		return false;
	hot->state[0] = hot->state[1] = EP_ESTABLISHED;
	hot->next_seq[1] = p->seq + 1;
	cold->odd |= (uint8_t)(ODD_SYN << 4);
	cold->history += (UINT64_C(1) << 60) + ((uint64_t)(LETTER_H + 16) << (5 * letters));
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
