/*
 * Packets into their sessions: finds the session of each packet, begins and ends sessions.
 *
 * FIRST packets before a packet is put into its session it is fetched itself, as another thread may have decoded it;
 * FAR packets before, its place in the index is fetched; NEAR packets before, it is looked up there; SOON packets
 * before, the session that the index names is fetched: so memory is not waited for. Time-outs are exact: decided by the
 * time between two packets, never by when somebody looked, which is once in BATCH packets.
 */
#include <glib.h>
#include <string.h>

#include "base/fetch.h"
#include "packet/payload.h"
#include "session/rhythm.h"
#include "session/table_state.h"
#include "session/tcp.h"

enum { BATCH = 64, FIRST = 32, FAR = 16, NEAR = 8, SOON = 6, TFTP_PORT = 69 };

/* ---- keys ---- */

/* Whether the packet is of this session; *side is its direction then. */
static inline bool is_of_ipv4(const struct session_hot *hot, const struct packet *p, unsigned *side)
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
	*side = not_forth != 0;
	return MIN(not_forth, not_back) == 0;
}

static bool is_of_ipv6(const struct session_table *t, const struct session_hot *hot, const struct packet *p,
		       unsigned *side)
{
	const struct session_ipv6 *ours = ipv6_of(t, hot);
	for (*side = 0; *side < 2; ++*side)
		if (hot->port[*side] == p->port[0] && hot->port[*side ^ 1] == p->port[1] &&
		    memcmp(ours->addr[*side], p->addr.ipv6, 16) == 0 &&
		    memcmp(ours->addr[*side ^ 1], p->addr.ipv6 + 16, 16) == 0)
			return true;
	return false;
}

static inline bool is_of(const struct session_table *t, const struct session_hot *hot, const struct packet *p,
			 unsigned *side)
{
	if ((hot->flags & (HOT_UDP | HOT_IPV6 | HOT_LIVE)) != (p->kind | HOT_LIVE))
		return false;
	return p->kind & PACKET_KIND_IPV6 ? is_of_ipv6(t, hot, p, side) : is_of_ipv4(hot, p, side);
}

/* Slot of the live session of a packet, or -1. */
static int64_t find(const struct session_table *t, const struct packet *p, unsigned *side)
{
	uint64_t at = 0;
	int64_t slot;
	while ((slot = session_index_next(&t->index, p->hash, &at)) >= 0)
		if (is_of(t, hot_at(t, (uint32_t)slot), p, side))
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
	unsigned side;
	if (p->proto != TANPA_UDP || p->port[0] < 1024 || p->port[1] < 1024)
		return false;
	asked.port[0] = TFTP_PORT;
	asked.hash = packet_hash(&asked, &t->options.seed);
	int64_t slot = find(t, &asked, &side);
	return slot >= 0 && side == 1 && cold_at(t, (uint32_t)slot)->service == TANPA_SERVICE_TFTP;
}

/* Returns the new slot, or -1 when the table is full. Sets *side to the packet's direction. */
static int64_t begin_session(struct session_table *t, const struct packet *p, unsigned *side)
{
	if (t->counts.live >= t->options.max_sessions || t->slots.used == INT32_MAX - 1 ||
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
	t->begun[p->hash % BEGUN] = (int32_t)slot;
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

/* Whether it was queued so lately that it cannot be over before this packet: nearly always. */
static inline bool is_recent(const struct session_table *t, const struct session_cold *cold, const struct packet *p)
{
	return p->ts_ns - cold->queued_ns <= t->usual_ns[cold->queue];
}

/* Whether the session was over before this packet, and why. */
static bool is_over(const struct session_table *t, uint32_t slot, const struct session_hot *hot, const struct packet *p,
		    unsigned side, enum tanpa_end *why)
{
	*why = TANPA_END_TIMEOUT;
	if (p->ts_ns - session_silent_since(t, slot, hot) > t->timeout_ns[session_class_of(hot)])
		return true;
	*why = TANPA_END_SYN;
	return p->tcp_flags & PACKET_SYN && session_tcp_is_new(hot, cold_at(t, slot), p, side);
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
	cold->looks += (uint8_t)((facts.more ? 1 : LOOKED_ENOUGH - look) << shift);
	if (cold->service == TANPA_SERVICE_UNKNOWN)
		cold->service = (unsigned)facts.service & 0x1f;
	if (facts.content && (cold->content >> shift & 15) == TANPA_CONTENT_NONE)
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

/* These do not wrap. */
static inline void count_packet(struct session_hot *hot, unsigned side)
{
	if (G_UNLIKELY(++hot->packets[side] == 0))
		hot->packets[side] = UINT32_MAX;
}

static inline void count_turn(struct session_cold *cold, unsigned n)
{
	cold->turns += (uint16_t)n;
	if (G_UNLIKELY(cold->turns < n))
		cold->turns = UINT16_MAX;
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
	count_turn(cold, turned);
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
G_NO_INLINE static void close_session(struct session_table *t, uint32_t slot, struct session_hot *hot,
				      struct session_cold *cold, const struct packet *p)
{
	hot->flags |= HOT_CLOSING;
	cold->hash = p->hash;
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
	count_packet(hot, side);
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

/* The session of a packet, and the packet's direction in it. -1: there is no room. */
static int64_t find_or_begin(struct session_table *t, const struct packet *p, unsigned *side)
{
	enum tanpa_end why;
	int64_t slot = find(t, p, side);
	if (slot < 0)
		return begin_session(t, p, side);
	const struct session_hot *hot = hot_at(t, (uint32_t)slot);
	if (is_over(t, (uint32_t)slot, hot, p, *side, &why)) {
		session_end(t, (uint32_t)slot, why);
		return begin_session(t, p, side);
	}
	return slot;
}

/* Payload of a usual segment: as take_payload(), but how much there is cannot be predicted. */
static inline void take_usual_payload(struct session_table *t, uint32_t slot, struct session_hot *hot,
				      struct session_cold *cold, const struct packet *p, unsigned side, int64_t gap_ns)
{
	bool some = p->payload_len > 0, first = (hot->payload_bytes[0] | hot->payload_bytes[1]) == 0;
	unsigned last = hot->flags / HOT_LAST_DATA1 & 1, turned = some & (last ^ side);
	count_turn(cold, turned & !first);
	hot->flags ^= (uint8_t)(turned * HOT_LAST_DATA1);
	if (turned & !first & side & (cold->reply == 0))
		session_note_reply(hot, cold, p);
	if (G_UNLIKELY((gap_ns >= TANPA_IDLE_NS) & some))
		session_note_idle(cold, gap_ns);
	count_data_packet(t, cold, side, some);
	add_carrying(t, cold, &hot->payload_bytes[side], side, p->payload_len, true);
	if ((hot->flags >> side & HOT_LOOK0) * p->payload_cap > 0) /* one branch, not two */
		look_at_payload(t, slot, hot, cold, p, side);
}

/* The packets nearly all are: of a session the index names, that is not over, and of which nothing is to be noted. */
G_ALWAYS_INLINE static inline bool take_usual(struct session_table *t, const struct packet *p, uint32_t slot)
{
	struct session_hot *hot = hot_at(t, slot);
	struct session_cold *cold = cold_at(t, slot);
	unsigned side;
	if (!is_of(t, hot, p, &side) || !is_recent(t, cold, p) || !session_tcp_usual(hot, cold, p, side))
		return false;
	int64_t last_ns = MAX(hot->last_ns[0], hot->last_ns[1]);
	hot->last_ns[side] = MAX(hot->last_ns[side], p->ts_ns);
	count_packet(hot, side);
	hot->flags |= HOT_ANSWERED;
	add_carrying(t, cold, &hot->ip_bytes[side], side, p->ip_len, false);
	take_usual_payload(t, slot, hot, cold, p, side, p->ts_ns - last_ns);
	if (t->options.count_frames)
		*(uint64_t *)slab_at(&t->frames, slot, sizeof(uint64_t)) += p->frame_len;
	if (p->tcp_flags & hot->state[0] & hot->state[1] & PACKET_FIN && !(hot->flags & HOT_CLOSING))
		close_session(t, slot, hot, cold, p);
	return true;
}

/* The SYN that begins most connections. False: it is not quite that. */
static inline bool take_syn(struct session_table *t, const struct packet *p)
{
	unsigned side;
	if (!session_tcp_is_plain(p))
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
	unsigned side;
	if (!is_of(t, hot, p, &side) || !is_recent(t, cold, p) || !session_tcp_syn_ack(hot, cold, p, side))
		return false;
	cold->first_ns[1] = hot->last_ns[1] = p->ts_ns;
	hot->packets[1] = 1;
	hot->ip_bytes[1] = p->ip_len;
	hot->flags |= HOT_ANSWERED;
	if (t->options.count_frames)
		*(uint64_t *)slab_at(&t->frames, slot, sizeof(uint64_t)) += p->frame_len;
	return true;
}

/*
 * The straight ways, for nearly all packets there are. False: it has to go the general one, take_any(). `slot` is what
 * look_ahead() found; the packets between may have changed that.
 */
G_ALWAYS_INLINE static inline bool take_straight(struct session_table *t, const struct packet *p, int64_t slot)
{
	slot = slot < 0 ? t->begun[p->hash % BEGUN] : slot; /* which cannot be predicted, so there is no branch */
	switch (p->tcp_flags & (PACKET_SYN | PACKET_RST | PACKET_ACK)) {
	case PACKET_ACK:
		return slot >= 0 && take_usual(t, p, (uint32_t)slot);
	case PACKET_SYN:
		return session_index_first(&t->index, p->hash) < 0 && take_syn(t, p);
	case PACKET_SYN | PACKET_ACK:
		return slot >= 0 && take_syn_ack(t, p, (uint32_t)slot);
	default:
		return false;
	}
}

G_NO_INLINE static void take_any(struct session_table *t, const struct packet *p)
{
	unsigned side;
	int64_t slot = find_or_begin(t, p, &side);
	if (slot < 0)
		t->counts.refused++;
	else
		add_packet(t, (uint32_t)slot, hot_at(t, (uint32_t)slot), p, side);
}

/* A fragment: its hash is known only when its first fragment's ports are. */
G_NO_INLINE static void take_fragment(struct session_table *t, const struct packet *p)
{
	struct packet resolved = *p;
	if (session_fragments_resolve(t->fragments, &resolved))
		take_any(t, &resolved);
	else
		t->counts.fragments++;
}

/* The session that a packet has just been put into: it is alive. */
static uint32_t number_of(struct session_table *t, const struct packet *p)
{
	struct packet resolved = *p;
	unsigned side;
	if (p->fragment == PACKET_FRAG_LATER && !session_fragments_resolve(t->fragments, &resolved))
		return SESSION_NONE;
	int64_t slot = find(t, &resolved, &side);
	return slot < 0 ? SESSION_NONE : (uint32_t)slot;
}

/* Slot of a packet's session, or one with its hash; -1: none. */
static inline int64_t look_ahead(const struct session_table *t, const struct packet *p)
{
	/* its payload may have to be looked at, and is in another core's cache when another thread has read it */
	const uint8_t *at = p->payload ? (const void *)p->payload : (const void *)p;
	fetch_ahead(at);
	fetch_ahead(at + FETCH_LINE);
	fetch_ahead(p->kind & PACKET_KIND_IPV6 ? p->addr.ipv6 : at + 2 * FETCH_LINE);
	return session_index_first(&t->index, p->hash);
}

/* What look_ahead() found; that it is none cannot be predicted: slot 0 is fetched. */
static inline void fetch_slot(const struct session_table *t, int64_t slot)
{
	const struct session_slot *s = slot_at(t, (uint32_t)MAX(slot, 0));
	fetch_ahead(&s->hot);
	fetch_ahead(&s->cold);
}

void session_table_add_numbered(struct session_table *t, const struct packet *packets, size_t n,
				struct fetch_run *ahead, uint32_t *number)
{
	int64_t near[NEAR] = {0};
	for (size_t i = 0; i < MIN(n, FAR); i++)
		session_index_prefetch(&t->index, packets[i].hash);
	for (size_t i = 0; i < MIN(n, NEAR); i++)
		fetch_slot(t, near[i] = look_ahead(t, &packets[i]));
	for (size_t i = 0; i < n;) {
		int64_t low_ns = INT64_MAX, high_ns = INT64_MIN;
		for (size_t end = MIN(i + BATCH, n); i < end; i++) {
			const struct packet *p = &packets[i];
			int64_t slot = near[i % NEAR];
			if (ahead)
				fetch_run_step(ahead);
			fetch_ahead(p + FIRST);
			if (i + FAR < n)
				session_index_prefetch(&t->index, p[FAR].hash);
			if (i + NEAR < n)
				near[i % NEAR] = look_ahead(t, &p[NEAR]);
			fetch_slot(t, near[(i + SOON) % NEAR]);
			high_ns = MAX(high_ns, p->ts_ns);
			low_ns = MIN(low_ns, p->ts_ns);
			if (G_UNLIKELY(p->fragment != PACKET_WHOLE))
				take_fragment(t, p);
			else if (!take_straight(t, p, slot))
				take_any(t, p);
			if (G_UNLIKELY(number))
				number[i] = number_of(t, p);
		}
		t->newest_ns = MAX(t->newest_ns, high_ns);
		session_expire(t, low_ns, high_ns);
	}
	t->counts.packets += n;
}

void session_table_add(struct session_table *t, const struct packet *packets, size_t n, struct fetch_run *ahead)
{
	session_table_add_numbered(t, packets, n, ahead, NULL);
}
