#include "flowlog/state.h"

uint8_t flowlog_flags_by_letters(struct flowlog_text text)
{
	static const char letters[] = "FSRPA"; /* in the order of their bits */
	unsigned flags = 0;
	for (gsize i = 0; i < text.len; i++) {
		const char *letter = memchr(letters, text.at[i], sizeof letters - 1);
		if (letter)
			flags |= 1u << (letter - letters);
	}
	return (uint8_t)flags;
}

uint8_t flowlog_flags_by_number(struct flowlog_text text)
{
	unsigned flags = 0;
	for (gsize i = 0; i < text.len; i++)
		flags = flags * 16 + (unsigned)MAX(g_ascii_xdigit_value(text.at[i]), 0);
	return (uint8_t)flags;
}

void flowlog_flags_by_history(const char *history, uint8_t flags[2])
{
	static const uint8_t letters[128] = {
		/* small ones are the responder's */
		['S'] = FLOWLOG_SYN, ['H'] = FLOWLOG_SYN | FLOWLOG_ACK,
		['A'] = FLOWLOG_ACK, ['D'] = FLOWLOG_PSH,
		['F'] = FLOWLOG_FIN, ['R'] = FLOWLOG_RST,
		['s'] = FLOWLOG_SYN, ['h'] = FLOWLOG_SYN | FLOWLOG_ACK,
		['a'] = FLOWLOG_ACK, ['d'] = FLOWLOG_PSH,
		['f'] = FLOWLOG_FIN, ['r'] = FLOWLOG_RST,
	};
	flags[0] = flags[1] = 0;
	for (const char *c = history; *c; c++)
		flags[*c >= 'a'] |= letters[*c & 127];
}

static enum tanpa_conn_state half_open(const uint8_t flags[2])
{
	if (flags[TANPA_RESP] & FLOWLOG_RST)
		return TANPA_REJ;
	if (flags[TANPA_ORIG] & FLOWLOG_RST)
		return TANPA_RSTOS0;
	return flags[TANPA_ORIG] & FLOWLOG_FIN ? TANPA_SH : TANPA_S0;
}

static enum tanpa_conn_state open_state(const uint8_t flags[2])
{
	bool fin[2] = {flags[0] & FLOWLOG_FIN, flags[1] & FLOWLOG_FIN};
	if (fin[0] && fin[1])
		return TANPA_SF;
	if (flags[TANPA_ORIG] & FLOWLOG_RST)
		return TANPA_RSTO;
	if (flags[TANPA_RESP] & FLOWLOG_RST)
		return TANPA_RSTR;
	return fin[0] ? TANPA_S2 : fin[1] ? TANPA_S3 : TANPA_S1;
}

static enum tanpa_conn_state tcp_state(const uint8_t flags[2])
{
	bool syn[2] = {flags[0] & FLOWLOG_SYN, flags[1] & FLOWLOG_SYN};
	if (syn[0] && syn[1])
		return open_state(flags);
	if (syn[0])
		return half_open(flags);
	if (syn[1] && flags[TANPA_ORIG] == 0)
		return flags[TANPA_RESP] & FLOWLOG_RST ? TANPA_RSTRH : TANPA_SHR;
	return TANPA_OTH;
}

void flowlog_state_set(struct tanpa_session *s, const uint8_t flags[2])
{
	uint8_t both = flags[0] & flags[1], any = flags[0] | flags[1];
	if (s->proto == TANPA_UDP) {
		s->conn_state = s->flow[0].packets == 0 ? TANPA_SHR : s->flow[1].packets == 0 ? TANPA_S0 : TANPA_SF;
		s->origin = TANPA_ORIGIN_FIRST;
		s->end = TANPA_END_TIMEOUT;
		return;
	}
	s->conn_state = (uint8_t)tcp_state(flags);
	s->origin = flags[TANPA_ORIG] & FLOWLOG_SYN   ? TANPA_ORIGIN_SYN
		    : flags[TANPA_RESP] & FLOWLOG_SYN ? TANPA_ORIGIN_SYN_ACK
						      : TANPA_ORIGIN_FIRST;
	s->end = both & FLOWLOG_FIN ? TANPA_END_FIN : any & FLOWLOG_RST ? TANPA_END_RST : TANPA_END_TIMEOUT;
}
