#include "flowlog/record.h"

#include "flowlog/state.h"
#include "flowlog/word.h"

enum {
	ETHERNET_HEADER = 14,
	IPV4_HEADER = 20,
	IPV6_HEADER = 40,
	TCP_HEADER = 20,
	TCP_TIMESTAMPS = 12, /* an option most packets have on most systems */
	UDP_HEADER = 8,
	LARGEST_FRAME = 1514,
	LONGEST_NAME = 255, /* of a host (RFC 1035) */
};

#define PART(id) (1u << TANPA_PART_##id)

/* How much of a pair of numbers, one of each direction, a line told. */
enum told { TOLD_NOTHING, TOLD_SUM, TOLD_SIDES };

/* The pair at `item`, or its sum at `sum_item` (into out[0]), or one and the sum. */
static enum told take_pair(const struct flowlog_draft *d, enum flowlog_item item, enum flowlog_item sum_item,
			   uint64_t out[2])
{
	bool has[2] = {flowlog_has(d, item), flowlog_has(d, item + 1)};
	uint64_t sum = flowlog_count(d, sum_item);
	out[0] = flowlog_count(d, item);
	out[1] = flowlog_count(d, item + 1);
	if (has[0] && has[1])
		return TOLD_SIDES;
	if (has[0] || has[1]) {
		unsigned known = has[1];
		if (sum_item != item)
			out[!known] = sum > out[known] ? sum - out[known] : 0;
		return TOLD_SIDES;
	}
	out[0] = sum;
	return flowlog_has(d, sum_item) ? TOLD_SUM : TOLD_NOTHING;
}

/* ---- volumes ---- */

/* Half of the packets to each side, as far as its bytes let them: a side with bytes has packets, and enough of them. */
static void split_packets(struct tanpa_session *s, uint64_t packets, const uint64_t frames[2])
{
	uint64_t least[2];
	for (unsigned side = 0; side < 2; side++)
		least[side] = frames[side] / LARGEST_FRAME + (frames[side] % LARGEST_FRAME != 0);
	uint64_t orig = packets - packets / 2;
	if (frames[TANPA_RESP] == 0)
		orig = packets;
	else if (orig < least[TANPA_ORIG])
		orig = MIN(least[TANPA_ORIG], packets);
	else if (packets - orig < least[TANPA_RESP])
		orig = packets - MIN(least[TANPA_RESP], packets);
	s->flow[TANPA_ORIG].packets = frames[TANPA_ORIG] ? orig : 0;
	s->flow[TANPA_RESP].packets = packets - s->flow[TANPA_ORIG].packets;
	s->estimated |= PART(PACKETS);
}

static void take_packets(struct tanpa_session *s, const struct flowlog_draft *d, enum told bytes_told,
			 const uint64_t frames[2])
{
	uint64_t packets[2];
	enum told told = take_pair(d, FLOWLOG_ORIG_PKTS, FLOWLOG_PKTS, packets);
	s->flow[0].packets = packets[0];
	s->flow[1].packets = packets[1];
	if (told == TOLD_NOTHING)
		s->absent |= PART(PACKETS);
	else if (told == TOLD_SUM && bytes_told == TOLD_SIDES)
		split_packets(s, packets[0], frames);
	else if (told == TOLD_SUM)
		s->absent |= PART(SIDES);
}

static uint64_t less(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

/* IP bytes as told, or from bytes on the wire. */
static void take_bytes(struct tanpa_session *s, const struct flowlog_draft *d, enum told frames_told,
		       const uint64_t frames[2])
{
	uint64_t bytes[2];
	if (take_pair(d, FLOWLOG_ORIG_IP_BYTES, FLOWLOG_ORIG_IP_BYTES, bytes) == TOLD_SIDES) {
		s->flow[0].ip_bytes = bytes[0];
		s->flow[1].ip_bytes = bytes[1];
		return;
	}
	if (frames_told == TOLD_NOTHING || s->absent & PART(PACKETS)) {
		s->absent |= PART(IP_BYTES);
		return;
	}
	for (unsigned side = 0; side < 2; side++)
		s->flow[side].ip_bytes = less(frames[side], ETHERNET_HEADER * s->flow[side].packets);
	s->estimated |= PART(IP_BYTES);
	if (frames_told == TOLD_SUM)
		s->absent |= PART(SIDES);
}

static uint64_t least_header_bytes(const struct tanpa_session *s)
{
	return (s->ipv4 ? IPV4_HEADER : IPV6_HEADER) + (s->proto == TANPA_TCP ? TCP_HEADER : UDP_HEADER);
}

uint64_t flowlog_header_bytes(const struct tanpa_session *s)
{
	return least_header_bytes(s) + (s->proto == TANPA_TCP ? TCP_TIMESTAMPS : 0);
}

/* Payload from IP bytes; a TCP side whose packets never asked to be pushed sent none. */
static void estimate_payload(struct tanpa_session *s, const struct flowlog_record *r)
{
	bool by_history = s->history[0] != '\0'; /* which tells for sure that there was none */
	if (s->absent & (PART(PACKETS) | PART(IP_BYTES))) {
		s->absent |= PART(PAYLOAD);
		return;
	}
	uint8_t any = r->flags[0] | r->flags[1];
	for (unsigned side = 0; side < 2; side++) {
		struct tanpa_flow *flow = &s->flow[side];
		uint8_t flags = s->absent & PART(SIDES) ? any : r->flags[side];
		if (s->proto == TANPA_UDP || !r->has_flags || flags & FLOWLOG_PSH)
			flow->payload_bytes = less(flow->ip_bytes, flowlog_header_bytes(s) * flow->packets);
	}
	if (tanpa_session_payload(s) > 0 || !by_history)
		s->estimated |= PART(PAYLOAD);
}

/* TCP: no more than the packets had room for. For Zeek sequence numbers of lost packets count, and of odd resets. */
static void cap_payload(struct tanpa_session *s)
{
	if (s->proto == TANPA_UDP || s->absent & (PART(PACKETS) | PART(IP_BYTES)))
		return;
	for (unsigned side = 0; side < 2; side++) {
		struct tanpa_flow *flow = &s->flow[side];
		uint64_t room = less(flow->ip_bytes, least_header_bytes(s) * flow->packets);
		if (flow->payload_bytes + flow->retrans_bytes <= room)
			continue;
		flow->payload_bytes = less(room, flow->retrans_bytes);
		s->estimated |= PART(PAYLOAD);
	}
}

/* Zeek's history has a T or t where something was sent again: what the payload leaves of the packets' room. */
static void take_retransmissions(struct tanpa_session *s, const struct flowlog_draft *d)
{
	uint64_t bytes[2];
	if (take_pair(d, FLOWLOG_ORIG_RETRANS, FLOWLOG_ORIG_RETRANS, bytes) == TOLD_SIDES) {
		s->flow[0].retrans_bytes = bytes[0];
		s->flow[1].retrans_bytes = bytes[1];
		return;
	}
	if (s->proto == TANPA_UDP)
		return;
	bool again[2] = {strchr(s->history, 'T') != NULL, strchr(s->history, 't') != NULL};
	if (s->history[0] == '\0' || s->absent & (PART(PACKETS) | PART(IP_BYTES))) {
		s->absent |= PART(RETRANS);
		return;
	}
	for (unsigned side = 0; side < 2; side++) {
		struct tanpa_flow *flow = &s->flow[side];
		if (!again[side])
			continue;
		flow->retrans_bytes = less(flow->ip_bytes,
					   flow->payload_bytes + flowlog_header_bytes(s) * flow->packets);
		s->estimated |= PART(RETRANS);
	}
}

static void take_payload(struct flowlog_record *r, const struct flowlog_draft *d)
{
	struct tanpa_session *s = &r->session;
	uint64_t bytes[2];
	bool is_told = take_pair(d, FLOWLOG_ORIG_PAYLOAD, FLOWLOG_ORIG_PAYLOAD, bytes) == TOLD_SIDES ||
		       flowlog_has(d, FLOWLOG_TURNS); /* one of tanpa's: it leaves out zeros, as Zeek does */
	if (is_told) {
		s->flow[0].payload_bytes = bytes[0];
		s->flow[1].payload_bytes = bytes[1];
	} else {
		estimate_payload(s, r);
	}
	take_retransmissions(s, d);
	if (is_told && !flowlog_has(d, FLOWLOG_TURNS)) /* tanpa's own are of packets, not of sequence numbers */
		cap_payload(s);
	s->flow[0].missed_bytes = flowlog_has(d, FLOWLOG_ORIG_MISSED) ? flowlog_count(d, FLOWLOG_ORIG_MISSED)
								      : flowlog_count(d, FLOWLOG_MISSED);
	s->flow[1].missed_bytes = flowlog_count(d, FLOWLOG_RESP_MISSED);
}

/* ---- time ---- */

/* The first and last packet of a direction, where it is not told, are those of the session. */
static const char *take_times(struct tanpa_session *s, const struct flowlog_draft *d)
{
	int64_t start = d->value[FLOWLOG_START].ns, end = start;
	if (flowlog_has(d, FLOWLOG_END))
		end = d->value[FLOWLOG_END].ns;
	else if (flowlog_has(d, FLOWLOG_DURATION))
		end = start + d->value[FLOWLOG_DURATION].ns;
	if (end < start)
		return "it ends before it begins";
	bool told = flowlog_has(d, FLOWLOG_ORIG_FIRST) || flowlog_has(d, FLOWLOG_RESP_FIRST);
	for (unsigned side = 0; side < 2; side++) {
		enum flowlog_item first = side ? FLOWLOG_RESP_FIRST : FLOWLOG_ORIG_FIRST;
		struct tanpa_flow *flow = &s->flow[side];
		flow->first_ns = flow->last_ns = TANPA_NEVER;
		if (told && flowlog_has(d, first) && flowlog_has(d, first + 1)) {
			flow->first_ns = d->value[first].ns;
			flow->last_ns = d->value[first + 1].ns;
		} else if (!told && (flow->packets > 0 || (side == 0 && s->flow[1].packets == 0))) {
			flow->first_ns = start;
			flow->last_ns = end;
		}
	}
	if (tanpa_session_start_ns(s) == TANPA_NEVER || tanpa_session_end_ns(s) < tanpa_session_start_ns(s))
		return "the times of its packets make no sense";
	if (!told && end > start && (s->flow[1].packets > 0 || s->absent & (PART(PACKETS) | PART(SIDES))))
		s->estimated |= PART(TIMES);
	return NULL;
}

/* ---- words ---- */

const char *flowlog_intern(struct session_names *names, struct flowlog_text text)
{
	g_autofree char *valid = NULL;
	if (text.len == 0)
		return NULL;
	const char *end, *nul = memchr(text.at, '\0', text.len);
	if (nul)
		text.len = (gsize)(nul - text.at);
	if (!g_utf8_validate_len(text.at, text.len, &end)) {
		valid = g_utf8_make_valid(text.at, (gssize)text.len);
		text = (struct flowlog_text){valid, strlen(valid)};
	}
	if (text.len > LONGEST_NAME) {
		end = g_utf8_find_prev_char(text.at, text.at + LONGEST_NAME + 1);
		text.len = (gsize)(end - text.at);
	}
	return session_names_get(names, session_names_add(names, text.at, text.len));
}

static void take_history(struct tanpa_session *s, struct flowlog_text text)
{
	gsize len = MIN(text.len, sizeof s->history - 1);
	for (gsize i = 0; i < len; i++)
		s->history[i] = g_ascii_isgraph(text.at[i]) ? text.at[i] : '?';
	if (text.len >= sizeof s->history)
		s->history[sizeof s->history - 2] = '+';
}

/* Zeek's history and state; where a log has none, by flags; where it has none either, by what was sent. */
static void take_state(struct flowlog_record *r, const struct flowlog_draft *d)
{
	struct tanpa_session *s = &r->session;
	struct flowlog_text state = flowlog_text_of(d, FLOWLOG_CONN_STATE);
	uint8_t flags[2];
	if (s->history[0] && !r->has_flags && s->proto == TANPA_TCP) {
		flowlog_flags_by_history(s->history, r->flags);
		r->has_flags = true;
	}
	memcpy(flags, r->flags, sizeof flags);
	flowlog_state_set(s, flags);
	if (state.len == 0 && s->proto == TANPA_TCP)
		*(r->has_flags ? &s->estimated : &s->absent) |= PART(STATE);
	if (s->proto == TANPA_UDP && s->absent & PART(SIDES)) /* who sent is only in the words of the log */
		s->conn_state = !r->has_flags ? TANPA_OTH : flags[TANPA_RESP] ? TANPA_SF : TANPA_S0;
	if (state.len > 0)
		s->conn_state = (uint8_t)flowlog_word(FLOWLOG_CONN_STATES, state, TANPA_OTH);
	s->origin = (uint8_t)flowlog_word(FLOWLOG_ORIGINS, flowlog_text_of(d, FLOWLOG_ORIGIN), s->origin);
	s->end = (uint8_t)flowlog_word(FLOWLOG_ENDS, flowlog_text_of(d, FLOWLOG_ENDED), s->end);
}

/* What only tanpa's own logs have. */
static void take_rhythm(struct tanpa_session *s, const struct flowlog_draft *d)
{
	s->turns = (uint32_t)MIN(flowlog_count(d, FLOWLOG_TURNS), UINT32_MAX);
	s->idles = (uint8_t)MIN(flowlog_count(d, FLOWLOG_IDLES), UINT8_MAX);
	s->steady_idles = (uint8_t)MIN(flowlog_count(d, FLOWLOG_STEADY_IDLES), s->idles);
	s->idle_ns = flowlog_has(d, FLOWLOG_IDLE) ? d->value[FLOWLOG_IDLE].ns : 0;
	s->reply_ns = flowlog_has(d, FLOWLOG_REPLY) ? d->value[FLOWLOG_REPLY].ns : TANPA_NEVER;
	for (unsigned side = 0; side < 2; side++)
		s->flow[side].data_packets = flowlog_count(d, FLOWLOG_ORIG_DATA_PKTS + side);
}

static void take_words(struct tanpa_session *s, const struct flowlog_draft *d, struct session_names *names)
{
	uint64_t status = flowlog_count(d, FLOWLOG_STATUS);
	struct flowlog_text method = flowlog_text_of(d, FLOWLOG_METHOD);
	s->service = (uint8_t)flowlog_word(FLOWLOG_SERVICES, flowlog_text_of(d, FLOWLOG_SERVICE),
					   TANPA_SERVICE_UNKNOWN);
	s->http_method = (uint8_t)flowlog_word(FLOWLOG_METHODS, method,
					       method.len ? TANPA_HTTP_OTHER : TANPA_HTTP_NONE);
	s->http_status = status >= 100 && status <= 599 ? (uint16_t)status : 0;
	for (unsigned side = 0; side < 2; side++)
		s->content[side] = (uint8_t)flowlog_word(
			FLOWLOG_CONTENTS, flowlog_text_of(d, FLOWLOG_ORIG_CONTENT + side), TANPA_CONTENT_NONE);
	take_rhythm(s, d);
	if (!flowlog_has(d, FLOWLOG_TURNS))
		s->absent |= PART(CONTENT);
	s->name = flowlog_intern(names, flowlog_text_of(d, FLOWLOG_NAME));
	s->app_protocol = flowlog_intern(names, flowlog_text_of(d, FLOWLOG_APP_PROTOCOL));
	s->risks = flowlog_word(FLOWLOG_RISKS_SEEN, flowlog_text_of(d, FLOWLOG_RISKS), 0);
	s->label = flowlog_intern(names, flowlog_text_of(d, FLOWLOG_LABEL));
	s->detailed_label = flowlog_intern(names, flowlog_text_of(d, FLOWLOG_DETAILED_LABEL));
	s->absent |= (uint16_t)flowlog_word(FLOWLOG_PARTS, flowlog_text_of(d, FLOWLOG_ABSENT), 0);
	s->estimated |= (uint16_t)flowlog_word(FLOWLOG_PARTS, flowlog_text_of(d, FLOWLOG_ESTIMATED), 0);
}

/* ---- all of it ---- */

static const char *missing(const struct flowlog_draft *d)
{
	static const struct {
		uint8_t item;
		const char *reason;
	} needed[] = {
		{FLOWLOG_START, "no start time"},
		{FLOWLOG_ORIG_ADDR, "no source address"},
		{FLOWLOG_RESP_ADDR, "no destination address"},
		{FLOWLOG_ORIG_PORT, "no source port"},
		{FLOWLOG_RESP_PORT, "no destination port"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
		if (!flowlog_has(d, needed[i].item))
			return needed[i].reason;
	return NULL;
}

static bool is_ipv4(const uint8_t addr[16])
{
	static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
	return memcmp(addr, mapped, sizeof mapped) == 0;
}

const char *flowlog_record_make(struct flowlog_record *r, const struct flowlog_draft *d, struct session_names *names)
{
	struct tanpa_session *s = &r->session;
	uint64_t frames[2];
	const char *reason = missing(d);
	if (reason)
		return reason;
	*s = (struct tanpa_session){
		.port = {(uint16_t)d->value[FLOWLOG_ORIG_PORT].count, (uint16_t)d->value[FLOWLOG_RESP_PORT].count},
		.proto = (uint8_t)d->value[FLOWLOG_PROTO].count,
		.ipv4 = is_ipv4(d->addr[0]) && is_ipv4(d->addr[1]),
	};
	memcpy(s->addr, d->addr, sizeof s->addr);
	enum told frames_told = take_pair(d, FLOWLOG_ORIG_FRAMES, FLOWLOG_FRAMES, frames);
	s->frame_bytes = frames[0] + frames[1];
	take_history(s, flowlog_text_of(d, FLOWLOG_HISTORY));
	take_packets(s, d, frames_told, frames);
	take_bytes(s, d, frames_told, frames);
	take_state(r, d);
	take_payload(r, d);
	take_words(s, d, names);
	return take_times(s, d);
}
