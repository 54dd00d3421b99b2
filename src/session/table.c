/*
 * The table: finds the session of each packet, begins and ends sessions, turns them into records.
 *
 * Packets come in batches: first all index places are prefetched, then all records the index names,
 * then each packet is put into its session, so that memory is waited for once per batch and not twice
 * per packet. Time-outs are exact: decided by the time between two packets, never by when somebody looked.
 */
#include "session/table.h"

#include <glib.h>
#include <string.h>

#include "base/fetch.h"
#include "packet/payload.h"
#include "session/rhythm.h"
#include "session/table_state.h"
#include "session/tcp.h"

enum { BATCH = 64, TFTP_PORT = 69 };

_Static_assert(NAMES_MAX < 1 << 22, "the bits of session_cold.name");

/* Late packets of an ended connection (the last ACK, repeated FINs) still belong to it for this long. */
#define LINGER_NS (INT64_C(5) * 1000000000)

#define SECOND_NS INT64_C(1000000000)

const struct session_options session_options_default = {
	.tcp_timeout_ns = 3600 * SECOND_NS,
	.udp_timeout_ns = 60 * SECOND_NS,
	.attempt_timeout_ns = 120 * SECOND_NS,
	.max_sessions = 64 << 20,
	.seed = {{0x9e3779b97f4a7c15, 0xd1b54a32d192ed03, 0xabc98388fb8fac03, 0x8bb84b93962eacc9}},
};

struct session_rare *session_rare(struct session_table *t, struct session_cold *cold)
{
	if (cold->rare == 0)
		cold->rare = slab_new(&t->rare) + 1;
	return slab_at(&t->rare, cold->rare - 1, sizeof(struct session_rare));
}

struct session_table *session_table_new(const struct session_options *options)
{
	struct session_table *t = g_new0(struct session_table, 1);
	t->options = *options;
	slab_init(&t->slots, sizeof(struct session_slot));
	slab_init(&t->ipv6, sizeof(struct session_ipv6));
	slab_init(&t->rare, sizeof(struct session_rare));
	slab_init(&t->frames, sizeof(uint64_t));
	slab_init(&t->inspected, sizeof(uint32_t));
	session_index_init(&t->index);
	session_names_init(&t->names);
	t->fragments = session_fragments_new(&options->seed);
	t->least_timeout_ns = MIN(MIN(options->tcp_timeout_ns, options->udp_timeout_ns), options->attempt_timeout_ns);
	t->timeout_ns[CLASS_TCP] = options->tcp_timeout_ns;
	t->timeout_ns[CLASS_ATTEMPT] = options->attempt_timeout_ns;
	t->timeout_ns[CLASS_UDP] = options->udp_timeout_ns;
	t->timeout_ns[CLASS_CLOSED] = LINGER_NS;
	t->usual_ns[0] = t->least_timeout_ns;
	t->usual_ns[1] = LINGER_NS;
	t->newest_ns = TANPA_NEVER;
	for (enum timeout_class which = 0; which < N_CLASSES; which++)
		session_ring_init(&t->ring[which]);
	return t;
}

void session_table_clear(struct session_table *t)
{
	slab_clear(&t->slots);
	slab_clear(&t->ipv6);
	slab_clear(&t->rare);
	slab_clear(&t->frames);
	slab_clear(&t->inspected);
}

void session_table_free(struct session_table *t)
{
	if (t == NULL)
		return;
	session_table_clear(t);
	session_index_clear(&t->index);
	session_names_clear(&t->names);
	session_fragments_free(t->fragments);
	for (enum timeout_class which = 0; which < N_CLASSES; which++)
		session_ring_clear(&t->ring[which]);
	g_free(t);
}

/* ---- keys ---- */

/* 0 or 1: the packet's direction in this session; -1: it is not of this session. */
static inline int side_of_ipv4(const struct session_hot *hot, const struct packet *p, uint8_t kind)
{
	uint64_t ours, addr;
	uint32_t our_ports, ports;
	memcpy(&ours, hot->addr, sizeof ours);
	memcpy(&addr, p->addr.ipv4, sizeof addr);
	memcpy(&our_ports, hot->port, sizeof our_ports);
	memcpy(&ports, p->port, sizeof ports);
	/* both directions at once: which one it is cannot be predicted, so a branch would cost */
	uint64_t not_forth = (ours ^ addr) | (our_ports ^ ports);
	uint64_t not_back = (ours ^ (addr << 32 | addr >> 32)) | (our_ports ^ (ports << 16 | ports >> 16));
	bool back = not_forth != 0, is_other = (hot->flags & (HOT_UDP | HOT_IPV6 | HOT_LIVE)) != kind;
	return -(int)((back & (not_back != 0)) | is_other) | (int)back;
}

static int side_of_ipv6(const struct session_table *t, const struct session_hot *hot, const struct packet *p,
			uint8_t kind)
{
	if ((hot->flags & (HOT_UDP | HOT_IPV6 | HOT_LIVE)) != kind)
		return -1;
	const struct session_ipv6 *ours = ipv6_of(t, hot);
	for (int side = 0; side < 2; side++)
		if (hot->port[side] == p->port[0] && hot->port[side ^ 1] == p->port[1] &&
		    memcmp(ours->addr[side], p->addr.ipv6, 16) == 0 &&
		    memcmp(ours->addr[side ^ 1], p->addr.ipv6 + 16, 16) == 0)
			return side;
	return -1;
}

static inline int side_of(const struct session_table *t, uint32_t slot, const struct packet *p, uint8_t kind)
{
	const struct session_hot *hot = hot_at(t, slot);
	return p->kind & PACKET_KIND_IPV6 ? side_of_ipv6(t, hot, p, kind) : side_of_ipv4(hot, p, kind);
}

/* Slot of the live session of a packet, or -1. */
static int64_t find(const struct session_table *t, const struct packet *p, int *side)
{
	uint64_t at = 0;
	uint8_t kind = p->kind | HOT_LIVE;
	int64_t slot;
	while ((slot = session_index_next(&t->index, p->hash, &at)) >= 0)
		if ((*side = side_of(t, (uint32_t)slot, p, kind)) >= 0)
			return slot;
	return -1;
}

/* ---- begin and end ---- */

void session_end(struct session_table *t, uint32_t slot, enum tanpa_end why)
{
	struct session_hot *hot = hot_at(t, slot);
	struct session_cold *cold = cold_at(t, slot);
	if (!(hot->flags & HOT_CLOSING))
		cold->end = why & 7;
	if (t->index.used) { /* else session_table_finish() has emptied it, and the queues */
		session_index_remove(&t->index, session_hash(t, slot), slot);
		session_unqueue(t, cold);
	}
	hot->flags &= (uint8_t)~HOT_LIVE;
	t->counts.live--;
	if (t->options.inspector && *inspected_at(t, slot))
		t->options.inspector->end(t->options.inspector, inspected_at(t, slot));
	if (t->options.sink == NULL)
		return;
	struct tanpa_session record;
	session_record_build(t, slot, &record);
	t->options.sink(&record, t->options.user);
	if (hot->flags & HOT_IPV6)
		slab_return(&t->ipv6, hot->addr[0], sizeof(struct session_ipv6));
	if (cold->rare)
		slab_return(&t->rare, cold->rare - 1, sizeof(struct session_rare));
	slab_return(&t->slots, slot, sizeof(struct session_slot));
	if (t->options.count_frames)
		slab_return(&t->frames, slot, sizeof(uint64_t));
	if (t->options.inspector)
		slab_return(&t->inspected, slot, sizeof(uint32_t));
}

/* A TFTP server answers from a fresh port: the session on port 69 that asked for it (RFC 1350). */
static bool is_tftp_answer(const struct session_table *t, const struct packet *p)
{
	struct packet asked = *p;
	int side;
	if (p->proto != TANPA_UDP || p->port[0] < 1024 || p->port[1] < 1024)
		return false;
	asked.port[0] = TFTP_PORT;
	asked.hash = packet_hash(&asked, &t->options.seed);
	int64_t slot = find(t, &asked, &side);
	return slot >= 0 && side == 1 && cold_at(t, (uint32_t)slot)->service == TANPA_SERVICE_TFTP;
}

/* Returns the new slot, or -1 when the table is full. Sets *side to the packet's direction. */
static int64_t begin_session(struct session_table *t, const struct packet *p, int *side)
{
	if (t->counts.live >= t->options.max_sessions || t->slots.used == UINT32_MAX - 1 ||
	    (t->options.sink == NULL && t->slots.used >= t->options.max_sessions))
		return -1;
	enum tanpa_origin origin = TANPA_ORIGIN_FIRST;
	if (p->tcp_flags & PACKET_SYN)
		origin = p->tcp_flags & PACKET_ACK ? TANPA_ORIGIN_SYN_ACK : TANPA_ORIGIN_SYN;
	else if (is_tftp_answer(t, p))
		origin = TANPA_ORIGIN_TFTP;
	*side = origin == TANPA_ORIGIN_SYN_ACK || origin == TANPA_ORIGIN_TFTP;

	if (G_UNLIKELY(session_index_is_full(&t->index)))
		session_widen_index(t);
	uint32_t slot = slab_take(&t->slots, sizeof(struct session_slot));
	if (t->options.count_frames)
		slab_new(&t->frames); /* given out and back with slots: the same number */
	if (t->options.inspector)
		slab_new(&t->inspected); /* likewise */
	struct session_hot *hot = hot_at(t, slot);
	struct session_cold *cold = cold_at(t, slot);
	*hot = (struct session_hot){.flags = (uint8_t)(p->kind | HOT_LIVE | HOT_LOOK0 | HOT_LOOK1)};
	*cold = (struct session_cold){.origin = origin & 3};
	hot->port[*side] = p->port[0];
	hot->port[*side ^ 1] = p->port[1];
	if (p->kind & PACKET_KIND_IPV6) {
		hot->addr[0] = slab_take(&t->ipv6, sizeof(struct session_ipv6));
		struct session_ipv6 *ours = ipv6_of(t, hot);
		memcpy(ours->addr[*side], p->addr.ipv6, 16);
		memcpy(ours->addr[*side ^ 1], p->addr.ipv6 + 16, 16);
	} else {
		hot->addr[*side] = p->addr.ipv4[0];
		hot->addr[*side ^ 1] = p->addr.ipv4[1];
	}
	session_index_insert(&t->index, p->hash, slot);
	t->begun |= UINT64_C(1) << (p->hash & 63);
	session_queue(t,
		      p->proto == TANPA_UDP        ? CLASS_UDP
		      : origin == TANPA_ORIGIN_SYN ? CLASS_ATTEMPT
						   : CLASS_TCP,
		      slot, cold, p->ts_ns);
	if (origin == TANPA_ORIGIN_SYN_ACK)
		session_history_add(t, cold, 0, LETTER_FLIPPED);
	t->counts.sessions++;
	if (++t->counts.live > t->counts.peak_live)
		t->counts.peak_live = t->counts.live;
	return slot;
}

/* Whether it is worth asking is_over(): nearly always not. */
static inline bool may_be_over(const struct session_table *t, const struct session_hot *hot, const struct packet *p)
{
	bool recent = p->ts_ns - hot->last_ns[0] <= t->least_timeout_ns ||
		      p->ts_ns - hot->last_ns[1] <= t->least_timeout_ns;
	return !recent || hot->flags & HOT_CLOSING || p->tcp_flags & PACKET_SYN;
}

/* Whether the session was over before this packet, and why. */
static bool is_over(const struct session_table *t, uint32_t slot, const struct session_hot *hot, const struct packet *p,
		    int side, enum tanpa_end *why)
{
	*why = TANPA_END_TIMEOUT;
	if (p->ts_ns - session_silent_since(t, slot, hot) > t->timeout_ns[session_class_of(hot)])
		return true;
	*why = TANPA_END_SYN;
	return p->tcp_flags & PACKET_SYN && session_tcp_is_new(hot, cold_at(t, slot), p, (unsigned)side);
}

/* ---- one packet ---- */

/* What the table itself looks for. Returns whether the answer may be in the direction's next payload. */
static bool look_for_facts(struct session_table *t, struct session_cold *cold, const struct packet *p, unsigned side)
{
	unsigned shift = 4 * side, look = cold->looks >> shift & 15;
	struct payload_facts facts;
	if (look == LOOKED_ENOUGH)
		return false;
	payload_look(p->payload, p->payload_cap, p->proto, p->port[0], p->port[1], look,
		     (enum tanpa_service)cold->service, &facts);
	cold->looks = (uint8_t)((cold->looks & ~(15u << shift)) | (facts.more ? look + 1 : LOOKED_ENOUGH) << shift);
	if (cold->service == TANPA_SERVICE_UNKNOWN)
		cold->service = (unsigned)facts.service & 0x1f;
	if ((cold->content >> shift & 15) == TANPA_CONTENT_NONE)
		cold->content |= (uint8_t)(facts.content << shift);
	if (facts.http_method)
		cold->http_method = (unsigned)facts.http_method & 0xf;
	if (facts.http_status)
		cold->http_status = (unsigned)facts.http_status & 0x3ff;
	if (facts.name_len && cold->name == 0)
		cold->name = session_names_add(&t->names, facts.name, facts.name_len) & 0x3fffff;
	return facts.more;
}

static void look_at_payload(struct session_table *t, uint32_t slot, struct session_hot *hot, struct session_cold *cold,
			    const struct packet *p, unsigned side)
{
	bool more = look_for_facts(t, cold, p, side);
	if (t->options.inspector)
		more |= t->options.inspector->look(t->options.inspector, p, inspected_at(t, slot));
	if (!more)
		hot->flags &= (uint8_t) ~(HOT_LOOK0 << side);
}

/* Adds to a counter whose upper half is in the rare part. */
static inline void add_carrying(struct session_table *t, struct session_cold *cold, uint32_t *low, unsigned side,
				uint32_t n, bool payload)
{
	*low += n;
	if (G_UNLIKELY(*low < n)) {
		struct session_rare *rare = session_rare(t, cold);
		++*(payload ? &rare->payload_bytes_high[side] : &rare->ip_bytes_high[side]);
	}
}

static inline void count_data_packet(struct session_table *t, struct session_cold *cold, unsigned side, bool some)
{
	cold->data_packets[side] += some;
	if (G_UNLIKELY(cold->data_packets[side] < some))
		session_rare(t, cold)->data_packets_high[side]++;
}

/* New payload after `gap_ns` of silence: whose turn it is, and the first look at it. */
static void take_payload(struct session_table *t, uint32_t slot, struct session_hot *hot, struct session_cold *cold,
			 const struct packet *p, unsigned side, uint32_t bytes, int64_t gap_ns)
{
	bool first = (hot->payload_bytes[0] | hot->payload_bytes[1]) == 0;
	uint8_t from = side ? HOT_LAST_DATA1 : 0;
	bool turned = !first && (hot->flags & HOT_LAST_DATA1) != from;
	if (turned && cold->turns < UINT16_MAX)
		cold->turns++;
	if (turned && side == TANPA_RESP && cold->reply == 0)
		session_note_reply(hot, cold, p);
	if (gap_ns >= TANPA_IDLE_NS)
		session_note_idle(cold, gap_ns);
	count_data_packet(t, cold, side, true);
	hot->flags = (uint8_t)((hot->flags & ~HOT_LAST_DATA1) | from);
	add_carrying(t, cold, &hot->payload_bytes[side], side, bytes, true);
	if (hot->flags & HOT_LOOK0 << side && p->payload_cap > 0)
		look_at_payload(t, slot, hot, cold, p, side);
}

static void udp_history(struct session_table *t, struct session_hot *hot, struct session_cold *cold, unsigned side)
{
	if (!(hot->seen & SEEN_DATA << (4 * side)))
		session_history_add(t, cold, side, LETTER_D);
	hot->seen |= (uint8_t)(SEEN_DATA << (4 * side));
}

/* Fragments: the first has the sequence number's place taken by the datagram's id, later ones no header. */
static uint32_t add_fragment(struct session_table *t, struct session_hot *hot, struct session_cold *cold,
			     const struct packet *p, unsigned side, bool *closed)
{
	if (p->fragment == PACKET_FRAG_LATER) {
		hot->next_seq[side] += p->payload_len;
		return p->payload_len;
	}
	struct packet in_order = *p;
	in_order.seq = hot->next_seq[side];
	return session_tcp_segment(t, hot, cold, &in_order, side, closed);
}

/* State of the protocol; returns the payload bytes not seen before. */
static inline uint32_t move_protocol(struct session_table *t, struct session_hot *hot, struct session_cold *cold,
				     const struct packet *p, unsigned side, bool *closed)
{
	if (p->proto != TANPA_TCP) {
		udp_history(t, hot, cold, side);
		return p->payload_len;
	}
	if (G_UNLIKELY(p->fragment != PACKET_WHOLE))
		return add_fragment(t, hot, cold, p, side, closed);
	return session_tcp_segment(t, hot, cold, p, side, closed);
}

/* Both ends are closed, or one reset it, by this packet: it lingers for late ones. */
static void close_session(struct session_table *t, uint32_t slot, struct session_hot *hot, struct session_cold *cold,
			  const struct packet *p)
{
	hot->flags |= HOT_CLOSING;
	cold->end = p->tcp_flags & PACKET_RST ? TANPA_END_RST : TANPA_END_FIN;
	session_unqueue(t, cold);
	session_queue(t, CLASS_CLOSED, slot, cold, p->ts_ns);
}

static inline void add_packet(struct session_table *t, uint32_t slot, struct session_hot *hot, const struct packet *p,
			      unsigned side)
{
	struct session_cold *cold = cold_at(t, slot);
	bool closed = false;
	bool begins = (hot->packets[0] | hot->packets[1]) == 0;
	int64_t gap_ns = begins ? 0 : p->ts_ns - session_last_ns(hot);
	uint32_t fresh = move_protocol(t, hot, cold, p, side, &closed);

	if (hot->packets[side] == 0)
		cold->first_ns[side] = hot->last_ns[side] = p->ts_ns;
	if (p->ts_ns > hot->last_ns[side])
		hot->last_ns[side] = p->ts_ns;
	hot->packets[side] += hot->packets[side] < UINT32_MAX;
	add_carrying(t, cold, &hot->ip_bytes[side], side, p->ip_len, false);
	if (fresh)
		take_payload(t, slot, hot, cold, p, side, fresh, gap_ns);
	if (!(hot->flags & HOT_ANSWERED) && (side == 1 || fresh || !(p->tcp_flags & PACKET_SYN)))
		hot->flags |= HOT_ANSWERED;
	if (t->options.count_frames)
		*(uint64_t *)slab_at(&t->frames, slot, sizeof(uint64_t)) += p->frame_len;
	if (closed && !(hot->flags & HOT_CLOSING))
		close_session(t, slot, hot, cold, p);
}

/* The session of a packet for which the index names `slot`, of which it is (*side) or not. -1: there is no room. */
static int64_t find_or_begin(struct session_table *t, const struct packet *p, int64_t slot, int *side)
{
	enum tanpa_end why;
	if (*side < 0 && slot >= 0) /* another one with its hash */
		slot = find(t, p, side);
	if (slot >= 0 && is_over(t, (uint32_t)slot, hot_at(t, (uint32_t)slot), p, *side, &why)) {
		session_end(t, (uint32_t)slot, why);
		slot = -1;
	}
	return slot >= 0 ? slot : begin_session(t, p, side);
}

/* Payload of a usual segment: as take_payload(), but how much there is cannot be predicted. */
static inline void take_usual_payload(struct session_table *t, uint32_t slot, struct session_hot *hot,
				      struct session_cold *cold, const struct packet *p, unsigned side, int64_t gap_ns)
{
	bool some = p->payload_len > 0, first = (hot->payload_bytes[0] | hot->payload_bytes[1]) == 0;
	unsigned last = hot->flags / HOT_LAST_DATA1 & 1, turned = some & (last ^ side);
	cold->turns += (uint16_t)(turned & !first & (cold->turns < UINT16_MAX));
	hot->flags ^= (uint8_t)(turned * HOT_LAST_DATA1);
	if (turned & !first & side & (cold->reply == 0))
		session_note_reply(hot, cold, p);
	if (G_UNLIKELY(gap_ns >= TANPA_IDLE_NS) && some)
		session_note_idle(cold, gap_ns);
	count_data_packet(t, cold, side, some);
	add_carrying(t, cold, &hot->payload_bytes[side], side, p->payload_len, true);
	if ((hot->flags & HOT_LOOK0 << side) * p->payload_cap > 0) /* one branch, not two */
		look_at_payload(t, slot, hot, cold, p, side);
}

/* The packets nearly all are: of a session the index names, that is not over, and of which nothing is to be noted. */
static inline bool take_usual(struct session_table *t, const struct packet *p, uint32_t slot)
{
	struct session_hot *hot = hot_at(t, slot);
	struct session_cold *cold = cold_at(t, slot);
	int found = side_of(t, slot, p, p->kind | HOT_LIVE);
	if (G_UNLIKELY(found < 0))
		return false;
	unsigned side = (unsigned)found;
	unsigned closing = hot->flags / HOT_CLOSING & 1;
	int64_t since[2] = {MAX(hot->last_ns[0], hot->last_ns[1]), cold->queued_ns};
	if (p->ts_ns - since[closing] > t->usual_ns[closing] || !session_tcp_usual(hot, cold, p, side))
		return false;
	hot->last_ns[side] = MAX(hot->last_ns[side], p->ts_ns);
	hot->packets[side] += hot->packets[side] < UINT32_MAX;
	hot->flags |= HOT_ANSWERED;
	add_carrying(t, cold, &hot->ip_bytes[side], side, p->ip_len, false);
	take_usual_payload(t, slot, hot, cold, p, side, p->ts_ns - since[0]);
	if (t->options.count_frames)
		*(uint64_t *)slab_at(&t->frames, slot, sizeof(uint64_t)) += p->frame_len;
	if (p->tcp_flags & hot->state[0] & hot->state[1] & ~closing & PACKET_FIN) /* both are closed now, by this FIN */
		close_session(t, slot, hot, cold, p);
	return true;
}

/* The SYN that begins most connections. False: it is not that. */
static inline bool take_syn(struct session_table *t, const struct packet *p)
{
	int side;
	if (!session_tcp_is_plain(p, PACKET_SYN))
		return false;
	int64_t slot = begin_session(t, p, &side);
	if (slot < 0)
		return false;
	struct session_hot *hot = hot_at(t, (uint32_t)slot);
	struct session_cold *cold = cold_at(t, (uint32_t)slot);
	session_tcp_syn(hot, cold, p);
	cold->first_ns[0] = hot->last_ns[0] = p->ts_ns;
	hot->packets[0] = 1;
	hot->ip_bytes[0] = p->ip_len;
	if (t->options.count_frames)
		*(uint64_t *)slab_at(&t->frames, (uint32_t)slot, sizeof(uint64_t)) = p->frame_len;
	return true;
}

/* The SYN-ACK that answers it, in time. */
static inline bool take_syn_ack(struct session_table *t, const struct packet *p, uint32_t slot)
{
	struct session_hot *hot = hot_at(t, slot);
	struct session_cold *cold = cold_at(t, slot);
	int side = side_of(t, slot, p, p->kind | HOT_LIVE);
	if (side < 0 || p->ts_ns - hot->last_ns[0] > t->least_timeout_ns ||
	    !session_tcp_syn_ack(hot, cold, p, (unsigned)side))
		return false;
	cold->first_ns[1] = hot->last_ns[1] = p->ts_ns;
	hot->packets[1] = 1;
	hot->ip_bytes[1] = p->ip_len;
	hot->flags |= HOT_ANSWERED;
	if (t->options.count_frames)
		*(uint64_t *)slab_at(&t->frames, slot, sizeof(uint64_t)) += p->frame_len;
	return true;
}

/* All other packets. `slot` as the index names it; -1: none. */
static void take_any(struct session_table *t, const struct packet *p, int64_t slot)
{
	int side = slot >= 0 ? side_of(t, (uint32_t)slot, p, p->kind | HOT_LIVE) : -1;
	if (side < 0 || may_be_over(t, hot_at(t, (uint32_t)slot), p))
		slot = find_or_begin(t, p, slot, &side);
	if (slot < 0)
		t->counts.refused++;
	else
		add_packet(t, (uint32_t)slot, hot_at(t, (uint32_t)slot), p, (unsigned)side);
}

/* `slot` is where the index, looked at ahead, said the session is, -1: none; other packets may have changed that. */
static inline void take(struct session_table *t, const struct packet *p, int64_t slot)
{
	if (slot < 0 && t->begun >> (p->hash & 63) & 1)
		slot = session_index_first(&t->index, p->hash);
	if (slot < 0 ? !take_syn(t, p) : !take_usual(t, p, (uint32_t)slot) && !take_syn_ack(t, p, (uint32_t)slot))
		take_any(t, p, slot);
}

/* A fragment: its hash is known only when its first fragment's ports are. */
static void take_fragment(struct session_table *t, const struct packet *p)
{
	struct packet resolved = *p;
	int side = -1;
	if (!session_fragments_resolve(t->fragments, &resolved)) {
		t->counts.fragments++;
		return;
	}
	take_any(t, &resolved, find(t, &resolved, &side));
}

/* The session that a packet has just been put into: it is alive. */
static uint32_t number_of(struct session_table *t, const struct packet *p)
{
	struct packet resolved = *p;
	int side;
	if (p->fragment == PACKET_FRAG_LATER && !session_fragments_resolve(t->fragments, &resolved))
		return SESSION_NONE;
	int64_t slot = find(t, &resolved, &side);
	return slot < 0 ? SESSION_NONE : (uint32_t)slot;
}

/* Whether there is one (-1: no) cannot be predicted: slot 0 is as good as a branch. */
static inline void prefetch_slot(const struct session_table *t, int64_t slot)
{
	if (G_UNLIKELY(t->slots.used == 0))
		return;
	const struct session_slot *s = slot_at(t, (uint32_t)MAX(slot, 0));
	fetch_ahead(&s->hot);
	fetch_ahead(&s->cold);
}

/* `number` NULL: they are not asked for. */
static void add_some(struct session_table *t, const struct packet *packets, size_t n, uint32_t *number)
{
	int64_t slot[BATCH], low_ns = INT64_MAX, high_ns = INT64_MIN;
	t->begun = 0;
	for (size_t i = 0; i < n; i++) {
		session_index_prefetch(&t->index, packets[i].hash);
		high_ns = MAX(high_ns, packets[i].ts_ns);
		low_ns = MIN(low_ns, packets[i].ts_ns);
	}
	for (size_t i = 0; i < n; i++) {
		slot[i] = session_index_first(&t->index, packets[i].hash);
		prefetch_slot(t, slot[i]);
	}
	for (size_t i = 0; i < n; i++) {
		if (G_LIKELY(packets[i].fragment == PACKET_WHOLE))
			take(t, &packets[i], slot[i]);
		else
			take_fragment(t, &packets[i]);
		if (G_UNLIKELY(number))
			number[i] = number_of(t, &packets[i]);
	}
	t->newest_ns = MAX(t->newest_ns, high_ns);
	t->counts.packets += n;
	session_expire(t, low_ns, high_ns);
}

void session_table_add(struct session_table *t, const struct packet *packets, size_t n)
{
	for (size_t i = 0; i < n; i += BATCH)
		add_some(t, packets + i, n - i < BATCH ? n - i : BATCH, NULL);
}

void session_table_add_numbered(struct session_table *t, const struct packet *packets, size_t n, uint32_t *number)
{
	for (size_t i = 0; i < n; i += BATCH)
		add_some(t, packets + i, n - i < BATCH ? n - i : BATCH, number + i);
}

int64_t session_table_newest_ns(const struct session_table *t)
{
	return t->newest_ns;
}

struct session_counts session_table_counts(const struct session_table *t)
{
	return t->counts;
}

uint32_t session_table_size(const struct session_table *t)
{
	return t->options.sink ? 0 : t->slots.used;
}
