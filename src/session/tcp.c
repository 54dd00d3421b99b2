/*
 * TCP state, history and sequence numbers of one session.
 *
 * States, letters and conn_state follow Zeek's behaviour (scripts/base/protocols/conn/main.zeek and
 * the documentation of conn.log), so that analysts can read them as they are used to and the results
 * can be set beside Zeek's. Sequence arithmetic as in RFC 9293, section 3.4.
 */
#include "session/tcp.h"

#include <string.h>

#include "base/bytes.h"

/* A jump of a SYN's or RST's sequence number beyond this is not believed. */
enum { BELIEVABLE_JUMP = 1 << 20 };

static int32_t seq_delta(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b);
}

void session_history_add(struct session_table *table, struct session_cold *cold, unsigned side,
			 enum session_letter letter)
{
	uint64_t code = (uint64_t)letter + 16 * side;
	unsigned n = (unsigned)(cold->history >> 60);
	if (n < SESSION_LETTERS) {
		cold->history |= code << (5 * n);
		cold->history += UINT64_C(1) << 60;
		return;
	}
	struct session_rare *rare = session_rare(table, cold);
	if (rare->history_len < RARE_HISTORY)
		rare->history[rare->history_len++] = (uint8_t)code;
	else
		rare->history_cut = true;
}

/* What two stored codes are written as, the first in the low bits: the initiator's letters in upper case. */
#define BEFORE(next)                                                                                                \
	"S" next "H" next "A" next "D" next "F" next "R" next "G" next "I" next "Q" next "T" next "W" next "^" next \
	" " next " " next " " next " " next "s" next "h" next "a" next "d" next "f" next "r" next "g" next "i" next \
	"q" next "t" next "w" next "^" next " " next " " next " " next " " next
static const uint8_t written[] = BEFORE("S") BEFORE("H") BEFORE("A") BEFORE("D") BEFORE("F") BEFORE("R") BEFORE("G")
	BEFORE("I") BEFORE("Q") BEFORE("T") BEFORE("W") BEFORE("^") BEFORE(" ") BEFORE(" ") BEFORE(" ") BEFORE(" ")
		BEFORE("s") BEFORE("h") BEFORE("a") BEFORE("d") BEFORE("f") BEFORE("r") BEFORE("g") BEFORE("i")
			BEFORE("q") BEFORE("t") BEFORE("w") BEFORE("^") BEFORE(" ") BEFORE(" ") BEFORE(" ") BEFORE(" ");

void session_history_text(const struct session_cold *cold, const struct session_rare *rare, char out[32])
{
	uint64_t letters = cold->history;
	unsigned n = (unsigned)(letters >> 60), at = n;
	for (unsigned i = 0; i < SESSION_LETTERS; i += 2) { /* all of them: how many there are cannot be predicted */
		uint16_t two = get_le16(&written[2 * (letters >> (5 * i) & 1023)]);
		memcpy(out + i, &two, 2);
	}
	if (rare && rare->history_len) {
		for (unsigned i = 0; i < rare->history_len && at < 30; i++)
			out[at++] = (char)written[2 * (rare->history[i] & 31)];
		if (rare->history_cut || n + rare->history_len > 30)
			out[at++] = '+';
	}
	out[at] = '\0';
}

/* Zeek logs losses, repeats and zero windows at the 1st, 10th, 100th … time. */
static void history_scaled(struct session_table *table, struct session_cold *cold, unsigned side,
			   enum session_letter letter, uint32_t *count)
{
	if (*count == UINT32_MAX)
		return;
	uint32_t power = 1;
	++*count;
	while (power <= *count / 10)
		power *= 10;
	if (*count == power)
		session_history_add(table, cold, side, letter);
}

static inline void set_state(struct session_hot *hot, struct session_cold *cold, unsigned side,
			     enum endpoint_state state)
{
	if (state == EP_RESET && hot->state[side] == EP_CLOSED)
		cold->odd |= (uint8_t)(ODD_CLOSED_BEFORE_RST << (4 * side));
	hot->state[side] = (uint8_t)state;
}

bool session_tcp_is_new(const struct session_hot *hot, const struct session_cold *cold, const struct packet *p,
			unsigned side)
{
	if (hot->flags & HOT_CLOSING && !(p->tcp_flags & PACKET_ACK))
		return true;
	if (p->tcp_flags & PACKET_ACK) /* a SYN-ACK begins only what nobody else began */
		return hot->state[0] == EP_INACTIVE && side == 1 && p->seq + 1 != hot->next_seq[1] &&
		       hot->payload_bytes[0] + hot->payload_bytes[1] == 0;
	if (hot->state[side] == EP_INACTIVE) /* its SYN-ACK came first: the SYN it answers is of this one */
		return !(side == 0 && cold->origin == TANPA_ORIGIN_SYN_ACK && p->seq + 1 == hot->next_seq[0]);
	return side == 1 || p->seq != cold->start_seq;
}

/* The first data, the first bare acknowledgement of a direction. */
static inline void note_data(struct session_table *table, struct session_hot *hot, struct session_cold *cold,
			     unsigned side, bool data)
{
	unsigned seen = (data ? SEEN_DATA : SEEN_ACK) << (4 * side);
	if (hot->seen & seen)
		return;
	session_history_add(table, cold, side, data ? LETTER_D : LETTER_A);
	hot->seen |= (uint8_t)seen;
}

/* The letters of one segment; each direction has most of them once. */
static void note_flags(struct session_table *table, struct session_hot *hot, struct session_cold *cold,
		       const struct packet *p, unsigned side)
{
	unsigned shift = 4 * side;
	unsigned special = p->tcp_flags & (PACKET_SYN | PACKET_FIN | PACKET_RST);
	if (special & (special - 1)) {
		uint8_t bit = (special & (PACKET_FIN | PACKET_RST)) == (PACKET_FIN | PACKET_RST) ? ODD_FIN_RST
												 : ODD_MULTI;
		if (!(cold->odd & bit << shift))
			session_history_add(table, cold, side, bit == ODD_FIN_RST ? LETTER_I : LETTER_Q);
		cold->odd |= (uint8_t)(bit << shift);
	} else if (special == PACKET_SYN) {
		if (!(cold->odd & ODD_SYN << shift))
			session_history_add(table, cold, side, p->tcp_flags & PACKET_ACK ? LETTER_H : LETTER_S);
		cold->odd |= (uint8_t)(ODD_SYN << shift);
	} else if (special == PACKET_FIN) {
		bool repeated = hot->seen & SEEN_FIN << shift && p->seq + p->payload_len + 1 == hot->next_seq[side];
		if (!repeated)
			session_history_add(table, cold, side, LETTER_F);
		hot->seen |= (uint8_t)(SEEN_FIN << shift);
	} else if (special == PACKET_RST) {
		bool repeated = hot->seen & SEEN_RST << shift && p->seq == hot->next_seq[side];
		if (!repeated)
			session_history_add(table, cold, side, LETTER_R);
		hot->seen |= (uint8_t)(SEEN_RST << shift);
	} else if (p->payload_len > 0 || p->tcp_flags & PACKET_ACK) {
		note_data(table, hot, cold, side, p->payload_len > 0);
	}
}

/* [from, to) of `side` was sent, as later numbers or an acknowledgement prove, but not seen (yet). */
static void add_hole(struct session_table *table, struct session_cold *cold, unsigned side, uint32_t from, uint32_t to)
{
	struct session_rare *rare = session_rare(table, cold);
	struct session_hole *hole = rare->hole[side];
	unsigned n = 0;
	while (n < RARE_HOLES && hole[n].from != hole[n].to)
		n++;
	if (n == RARE_HOLES) {
		rare->missed_bytes[side] += hole[0].to - hole[0].from;
		memmove(hole, hole + 1, (RARE_HOLES - 1) * sizeof *hole);
		n--;
	}
	hole[n] = (struct session_hole){from, to};
}

/* Takes [from, to) out of the holes; returns how many of these bytes were in one. */
static uint32_t fill_holes(struct session_rare *rare, unsigned side, uint32_t from, uint32_t to)
{
	struct session_hole kept[2 * RARE_HOLES], *hole = rare->hole[side];
	uint32_t filled = 0;
	unsigned n = 0;
	for (unsigned i = 0; i < RARE_HOLES && hole[i].from != hole[i].to; i++) {
		uint32_t lo = seq_delta(from, hole[i].from) > 0 ? from : hole[i].from;
		uint32_t hi = seq_delta(to, hole[i].to) < 0 ? to : hole[i].to;
		if (seq_delta(hi, lo) <= 0) {
			kept[n++] = hole[i];
			continue;
		}
		filled += hi - lo;
		if (lo != hole[i].from)
			kept[n++] = (struct session_hole){hole[i].from, lo};
		if (hi != hole[i].to)
			kept[n++] = (struct session_hole){hi, hole[i].to};
	}
	for (; n > RARE_HOLES; n--) { /* split once too often: the oldest is given up */
		rare->missed_bytes[side] += kept[0].to - kept[0].from;
		memmove(kept, kept + 1, (n - 1) * sizeof *kept);
	}
	memset(hole, 0, RARE_HOLES * sizeof *hole);
	memcpy(hole, kept, n * sizeof *hole);
	return filled;
}

/* Payload that lies, all or part, before the highest number seen. Returns what was not seen before. */
static uint32_t take_old_data(struct session_table *table, struct session_hot *hot, struct session_cold *cold,
			      unsigned side, uint32_t from, uint32_t len)
{
	uint32_t old = hot->next_seq[side] - from;
	if (old > len)
		old = len;
	uint32_t fresh = len - old;
	if (len == 1 && fresh == 0 && from + 1 == hot->next_seq[side] && hot->state[side] != EP_CLOSED) {
		struct session_rare *probe = session_rare(table, cold);
		history_scaled(table, cold, side, LETTER_T, &probe->retrans_count[side]);
		if (cold->origin == TANPA_ORIGIN_FIRST && hot->packets[side] == 1 && hot->payload_bytes[side] == 1)
			hot->payload_bytes[side] = 0; /* and so was the first packet captured */
		return 0; /* a keep-alive probe (RFC 9293, section 3.8.4): neither payload nor retransmission */
	}
	struct session_rare *rare = session_rare(table, cold);
	uint32_t filled = fill_holes(rare, side, from, from + old);
	if (filled > old)
		filled = old;
	rare->retrans_bytes[side] += old - filled;
	if (fresh == 0)
		history_scaled(table, cold, side, LETTER_T, &rare->retrans_count[side]);
	return fresh + filled;
}

/* Sequence numbers of this direction; returns the payload bytes not seen before. */
static uint32_t take_sequence(struct session_table *table, struct session_hot *hot, struct session_cold *cold,
			      const struct packet *p, unsigned side)
{
	bool syn = p->tcp_flags & PACKET_SYN, fin = p->tcp_flags & PACKET_FIN, rst = p->tcp_flags & PACKET_RST;
	uint32_t len = rst ? 0 : p->payload_len; /* a RST's payload is not part of the stream */
	uint32_t from = p->seq + (syn ? 1 : 0), end = from + len + (fin ? 1 : 0), fresh = len;
	int32_t ahead = seq_delta(from, hot->next_seq[side]), delta = seq_delta(end, hot->next_seq[side]);

	if (rst) {
		/* what the history compares a repeated RST with; behind two FINs the numbers go on to count */
		if (hot->state[side] != EP_CLOSED || hot->state[side ^ 1] != EP_CLOSED)
			hot->next_seq[side] = p->seq;
		return 0;
	}
	if (hot->state[side] == EP_RESET)
		return fresh;
	if (syn && (delta > BELIEVABLE_JUMP || delta < -BELIEVABLE_JUMP))
		return fresh;
	if (ahead < 0 && len > 0)
		fresh = take_old_data(table, hot, cold, side, from, len);
	else if (ahead > 0 && ahead < (1 << 30) && hot->state[side] != EP_INACTIVE)
		add_hole(table, cold, side, hot->next_seq[side], from);
	if (delta > 0)
		hot->next_seq[side] = end;
	return fresh;
}

/* An acknowledgement tells what the other side must have sent. */
static void take_ack(struct session_table *table, struct session_hot *hot, struct session_cold *cold,
		     const struct packet *p, unsigned side)
{
	unsigned peer = side ^ 1;
	if (!(p->tcp_flags & PACKET_ACK) || p->tcp_flags & PACKET_RST)
		return;
	if (hot->state[peer] == EP_INACTIVE && hot->packets[peer] == 0) {
		hot->next_seq[peer] = p->ack;
		return;
	}
	int32_t delta = seq_delta(p->ack, hot->next_seq[peer]);
	if (delta <= 0 || p->ack == 0 || delta > (1 << 30) || hot->state[peer] >= EP_CLOSED)
		return;
	add_hole(table, cold, peer, hot->next_seq[peer], p->ack);
	hot->next_seq[peer] = p->ack;
	struct session_rare *rare = session_rare(table, cold);
	history_scaled(table, cold, peer, LETTER_G, &rare->gap_count[peer]);
}

/* First packet of a direction: where its numbers begin. */
static void begin_direction(struct session_hot *hot, struct session_cold *cold, const struct packet *p, unsigned side)
{
	bool syn = p->tcp_flags & PACKET_SYN;
	if (side == 0 && syn && !(hot->flags & HOT_CLOSING))
		cold->start_seq = p->seq;
	if (hot->state[side] != EP_INACTIVE && !syn)
		return;
	hot->next_seq[side] = syn ? p->seq + 1 : p->seq;
}

/* From a state in which nothing of this side was seen. Returns whether this side closed. */
static bool leave_inactive(struct session_hot *hot, struct session_cold *cold, const struct packet *p, unsigned side)
{
	unsigned peer = side ^ 1;
	bool ack = p->tcp_flags & PACKET_ACK;
	if (p->tcp_flags & PACKET_SYN) {
		if (side == 0 && hot->state[1] == EP_INACTIVE) {
			set_state(hot, cold, 0, ack ? EP_SYN_ACK_SENT : EP_SYN_SENT);
		} else {
			if (hot->state[peer] == EP_SYN_SENT)
				set_state(hot, cold, peer, EP_ESTABLISHED);
			set_state(hot, cold, side, EP_ESTABLISHED);
		}
	}
	if (p->tcp_flags & PACKET_FIN) {
		set_state(hot, cold, side, EP_CLOSED);
		return true;
	}
	if (p->tcp_flags & PACKET_RST) {
		set_state(hot, cold, side, EP_RESET);
		return true;
	}
	if (hot->state[side] == EP_INACTIVE) {
		if (side == 1 && p->payload_len == 0 && hot->state[0] == EP_SYN_SENT)
			return false; /* some answer a SYN with a bare ACK before their SYN-ACK */
		bool answers = ack && hot->state[peer] == EP_ESTABLISHED;
		set_state(hot, cold, side, answers ? EP_ESTABLISHED : EP_PARTIAL);
	}
	return false;
}

/* Moves the state machine; returns whether this side closed with this segment. */
static bool move_state(struct session_hot *hot, struct session_cold *cold, const struct packet *p, unsigned side)
{
	unsigned peer = side ^ 1, flags = p->tcp_flags;
	switch ((enum endpoint_state)hot->state[side]) {
	case EP_INACTIVE:
		return leave_inactive(hot, cold, p, side);
	case EP_SYN_SENT:
	case EP_SYN_ACK_SENT:
		if (flags & PACKET_FIN)
			set_state(hot, cold, side, EP_CLOSED);
		if (flags & PACKET_RST)
			set_state(hot, cold, side, EP_RESET);
		break;
	case EP_PARTIAL:
	case EP_ESTABLISHED:
		if (flags & PACKET_SYN && !(flags & PACKET_ACK) && hot->state[side] == EP_PARTIAL &&
		    hot->state[peer] == EP_INACTIVE)
			set_state(hot, cold, side, EP_SYN_SENT);
		if (flags & PACKET_FIN && !(flags & PACKET_RST)) {
			set_state(hot, cold, side, EP_CLOSED);
			if (hot->state[peer] == EP_RESET && cold->odd & ODD_CLOSED_BEFORE_RST << (4 * peer))
				set_state(hot, cold, peer, EP_CLOSED); /* FIN then RST was a normal end */
		}
		if (flags & PACKET_RST)
			set_state(hot, cold, side, EP_RESET);
		break;
	case EP_CLOSED:
		if (flags & PACKET_RST && hot->state[peer] != EP_CLOSED)
			set_state(hot, cold, side, EP_RESET);
		return flags & PACKET_RST;
	case EP_RESET:
		break;
	}
	return flags & (PACKET_FIN | PACKET_RST);
}

uint32_t session_tcp_segment(struct session_table *table, struct session_hot *hot, struct session_cold *cold,
			     const struct packet *p, unsigned side, bool *closed)
{
	*closed = false;
	if (hot->packets[side] == 0)
		begin_direction(hot, cold, p, side);
	note_flags(table, hot, cold, p, side);
	if (p->window == 0 && !(p->tcp_flags & PACKET_RST) && hot->state[side ^ 1] != EP_CLOSED &&
	    hot->state[side] != EP_RESET)
		history_scaled(table, cold, side, LETTER_W, &session_rare(table, cold)->window0_count[side]);
	uint32_t fresh = take_sequence(table, hot, cold, p, side);
	bool was_open = hot->state[side] < EP_CLOSED, closes = move_state(hot, cold, p, side);
	take_ack(table, hot, cold, p, side);
	if (closes && was_open)
		*closed = hot->state[side] == EP_RESET || hot->state[side ^ 1] >= EP_CLOSED ||
			  hot->state[side ^ 1] == EP_INACTIVE;
	else if (closes && hot->state[side] == EP_RESET)
		*closed = !(hot->flags & HOT_CLOSING);
	return fresh;
}

/* S, then anything but an answer, data or end, then R: Zeek's test for RSTOS0. */
static bool is_syn_then_rst(const char *history)
{
	if (*history == '^')
		history++;
	if (*history != 'S')
		return false;
	size_t n = strcspn(history, "HAFGIQ");
	return memchr(history, 'R', n) != NULL;
}

enum tanpa_conn_state session_tcp_conn_state(const struct session_hot *hot, const char *history, bool has_payload)
{
	uint8_t orig = hot->state[0], resp = hot->state[1];
	bool orig_inactive = orig == EP_INACTIVE || orig == EP_PARTIAL;
	bool resp_inactive = resp == EP_INACTIVE || resp == EP_PARTIAL;
	if (orig == EP_CLOSED && resp == EP_CLOSED) /* most of them */
		return TANPA_SF;
	if (resp == EP_RESET) {
		if (orig == EP_SYN_SENT || orig == EP_SYN_ACK_SENT || (orig == EP_RESET && !has_payload))
			return TANPA_REJ;
		return orig_inactive ? TANPA_RSTRH : TANPA_RSTR;
	}
	if (orig == EP_RESET) {
		if (resp_inactive)
			return is_syn_then_rst(history) ? TANPA_RSTOS0 : TANPA_OTH;
		return TANPA_RSTO;
	}
	if (orig == EP_CLOSED)
		return resp_inactive ? TANPA_SH : TANPA_S2;
	if (resp == EP_CLOSED)
		return orig_inactive ? TANPA_SHR : TANPA_S3;
	if (orig == EP_SYN_SENT && resp == EP_INACTIVE)
		return TANPA_S0;
	if (orig == EP_ESTABLISHED && resp == EP_ESTABLISHED)
		return TANPA_S1;
	return TANPA_OTH;
}
