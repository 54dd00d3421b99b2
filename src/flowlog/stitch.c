#include "flowlog/stitch.h"

#include "base/hash.h"
#include "flowlog/state.h"

#define SECOND_NS  INT64_C(1000000000)
#define HOLD_NS    (3600 * SECOND_NS) /* longer than the active time-outs in use */
#define PAIR_NS    (60 * SECOND_NS)   /* most that two halves of a session are apart */
#define OVERLAP_NS SECOND_NS          /* clocks of exporters are this coarse */

/* A record that waits for others. */
struct held {
	struct flowlog_record record;
	bool was_whole; /* it came with both directions */
	GList link;     /* in the queue, least recently touched first */
};

struct flowlog_stitch {
	int64_t rejoin_ns;
	session_sink *sink;
	void *user;
	GHashTable *by_ends; /* struct held to itself, by protocol and both ends in either order */
	GQueue queue;
	int64_t newest_ns;
	struct flowlog_stitch_counts counts;
};

/* ---- keys ---- */

static guint hash_held(gconstpointer held)
{
	const struct tanpa_session *s = &((const struct held *)held)->record.session;
	/* the sum does not tell which end is which */
	return (guint)(hash_address(s->addr[0], s->port[0]) + hash_address(s->addr[1], s->port[1]) + s->proto);
}

static bool same_way(const struct tanpa_session *a, const struct tanpa_session *b)
{
	return memcmp(a->addr, b->addr, sizeof a->addr) == 0 && memcmp(a->port, b->port, sizeof a->port) == 0;
}

static bool other_way(const struct tanpa_session *a, const struct tanpa_session *b)
{
	return memcmp(a->addr[0], b->addr[1], 16) == 0 && memcmp(a->addr[1], b->addr[0], 16) == 0 &&
	       a->port[0] == b->port[1] && a->port[1] == b->port[0];
}

static gboolean equal_held(gconstpointer x, gconstpointer y)
{
	const struct tanpa_session *a = &((const struct held *)x)->record.session,
				   *b = &((const struct held *)y)->record.session;
	return a->proto == b->proto && (same_way(a, b) || other_way(a, b));
}

/* ---- putting together ---- */

static void turn(struct flowlog_record *r)
{
	struct tanpa_session *s = &r->session, was = *s;
	uint8_t flags = r->flags[0];
	for (unsigned side = 0; side < 2; side++) {
		memcpy(s->addr[side], was.addr[!side], 16);
		s->port[side] = was.port[!side];
		s->flow[side] = was.flow[!side];
		s->content[side] = was.content[!side];
	}
	r->flags[0] = r->flags[1];
	r->flags[1] = flags;
}

static void add_flow(struct tanpa_flow *to, const struct tanpa_flow *from)
{
	to->packets += from->packets;
	to->ip_bytes += from->ip_bytes;
	to->payload_bytes += from->payload_bytes;
	to->data_packets += from->data_packets;
	to->retrans_bytes += from->retrans_bytes;
	to->missed_bytes += from->missed_bytes;
	if (to->first_ns == TANPA_NEVER || (from->first_ns != TANPA_NEVER && from->first_ns < to->first_ns))
		to->first_ns = from->first_ns;
	to->last_ns = MAX(to->last_ns, from->last_ns);
}

static void add_history(struct tanpa_session *to, const char *more)
{
	gsize len = strlen(to->history), room = sizeof to->history - 1 - len;
	if (strlen(more) > room && to->history[sizeof to->history - 2] != '+') {
		memcpy(to->history + len, more, room);
		to->history[sizeof to->history - 2] = '+';
	} else if (strlen(more) <= room) {
		memcpy(to->history + len, more, strlen(more) + 1);
	}
}

/* Adds `more`, which has the same initiator. */
static void add_record(struct flowlog_record *to, const struct flowlog_record *more)
{
	struct tanpa_session *s = &to->session;
	const struct tanpa_session *m = &more->session;
	for (unsigned side = 0; side < 2; side++) {
		add_flow(&s->flow[side], &m->flow[side]);
		to->flags[side] |= more->flags[side];
		if (s->content[side] == TANPA_CONTENT_NONE)
			s->content[side] = m->content[side];
	}
	s->frame_bytes += m->frame_bytes;
	s->turns += m->turns;
	s->absent |= m->absent;
	s->estimated |= m->estimated;
	s->name = s->name ? s->name : m->name;
	s->app_protocol = s->app_protocol ? s->app_protocol : m->app_protocol;
	s->risks |= m->risks;
	s->label = s->label ? s->label : m->label;
	s->detailed_label = s->detailed_label ? s->detailed_label : m->detailed_label;
	if (s->service == TANPA_SERVICE_UNKNOWN)
		s->service = m->service;
	if (s->http_method == TANPA_HTTP_NONE) {
		s->http_method = m->http_method;
		s->http_status = m->http_status;
	}
	add_history(s, m->history);
	to->has_flags |= more->has_flags;
	if (to->has_flags || s->proto == TANPA_UDP)
		flowlog_state_set(s, to->flags);
}

/* Whether of two halves `b` is the initiator's. */
static bool began(const struct flowlog_record *b, const struct flowlog_record *a)
{
	int64_t a_ns = tanpa_session_start_ns(&a->session), b_ns = tanpa_session_start_ns(&b->session);
	bool a_syn = (a->flags[0] & (FLOWLOG_SYN | FLOWLOG_ACK)) == FLOWLOG_SYN;
	bool b_syn = (b->flags[0] & (FLOWLOG_SYN | FLOWLOG_ACK)) == FLOWLOG_SYN;
	if (a_ns != b_ns)
		return b_ns < a_ns;
	if (a_syn != b_syn)
		return b_syn;
	return b->session.port[0] > a->session.port[0];
}

static void pair(struct flowlog_record *first, const struct flowlog_record *second)
{
	struct flowlog_record other = *second;
	if (began(second, first)) {
		turn(first);
		other = *first;
		*first = *second;
	} else {
		turn(&other);
	}
	add_record(first, &other);
	first->one_way = false;
}

/* ---- what belongs together ---- */

static bool near(const struct tanpa_session *a, const struct tanpa_session *b, int64_t gap_ns)
{
	return tanpa_session_start_ns(a) - gap_ns <= tanpa_session_end_ns(b) &&
	       tanpa_session_start_ns(b) - gap_ns <= tanpa_session_end_ns(a);
}

static bool has_ended(const struct flowlog_record *r)
{
	return r->session.proto == TANPA_TCP &&
	       ((r->flags[0] & r->flags[1] & FLOWLOG_FIN) || ((r->flags[0] | r->flags[1]) & FLOWLOG_RST));
}

static bool continues(const struct flowlog_stitch *st, const struct flowlog_record *next,
		      const struct flowlog_record *last)
{
	int64_t gap_ns = tanpa_session_start_ns(&next->session) - tanpa_session_end_ns(&last->session);
	bool anew = (next->flags[0] | next->flags[1]) & FLOWLOG_SYN;
	return st->rejoin_ns > 0 && gap_ns >= -OVERLAP_NS && gap_ns <= st->rejoin_ns && !anew && !has_ended(last);
}

static void touch(struct flowlog_stitch *st, struct held *h)
{
	g_queue_unlink(&st->queue, &h->link);
	g_queue_push_tail_link(&st->queue, &h->link);
}

/* Whether the record found its place in `h`. */
static bool take_in(struct flowlog_stitch *st, struct held *h, const struct flowlog_record *r)
{
	const struct tanpa_session *held = &h->record.session, *s = &r->session;
	if (r->one_way && h->was_whole && near(held, s, 0)) {
		st->counts.duplicates++;
	} else if (!r->one_way && h->record.one_way && near(held, s, 0)) {
		st->counts.duplicates++;
		h->record = *r;
		h->was_whole = true;
	} else if (r->one_way && h->record.one_way && other_way(held, s) && near(held, s, PAIR_NS)) {
		pair(&h->record, r);
		st->counts.paired += 2;
	} else if (continues(st, r, &h->record)) {
		struct flowlog_record more = *r;
		if (!same_way(held, s))
			turn(&more);
		add_record(&h->record, &more);
		st->counts.rejoined++;
	} else {
		return false;
	}
	return true;
}

/* ---- in and out ---- */

struct flowlog_stitch *flowlog_stitch_new(int64_t rejoin_ns, session_sink *sink, void *user)
{
	struct flowlog_stitch *st = g_new0(struct flowlog_stitch, 1);
	st->rejoin_ns = rejoin_ns;
	st->sink = sink;
	st->user = user;
	st->by_ends = g_hash_table_new(hash_held, equal_held);
	st->newest_ns = TANPA_NEVER;
	g_queue_init(&st->queue);
	return st;
}

static void let_go(struct flowlog_stitch *st, struct held *h)
{
	g_hash_table_remove(st->by_ends, h);
	g_queue_unlink(&st->queue, &h->link);
	st->counts.unpaired += h->record.one_way;
	st->counts.sessions++;
	st->sink(&h->record.session, st->user);
	g_free(h);
}

static struct held *oldest(const struct flowlog_stitch *st)
{
	const GList *link = g_queue_peek_head_link((GQueue *)&st->queue);
	return link ? link->data : NULL;
}

void flowlog_stitch_add(struct flowlog_stitch *st, const struct flowlog_record *r)
{
	struct held key = {.record = *r}, *h = g_hash_table_lookup(st->by_ends, &key);
	st->newest_ns = MAX(st->newest_ns, tanpa_session_end_ns(&r->session));
	if (h && take_in(st, h, r)) {
		touch(st, h);
		return;
	}
	if (h)
		let_go(st, h);
	h = g_new0(struct held, 1);
	h->record = *r;
	h->was_whole = !r->one_way;
	h->link.data = h;
	g_hash_table_add(st->by_ends, h);
	g_queue_push_tail_link(&st->queue, &h->link);
	while ((h = oldest(st)) != NULL && (g_queue_get_length(&st->queue) > FLOWLOG_STITCH_MAX ||
					    tanpa_session_end_ns(&h->record.session) < st->newest_ns - HOLD_NS))
		let_go(st, h);
}

void flowlog_stitch_finish(struct flowlog_stitch *st)
{
	for (struct held *h; (h = oldest(st)) != NULL;)
		let_go(st, h);
}

void flowlog_stitch_free(struct flowlog_stitch *st)
{
	if (st == NULL)
		return;
	for (struct held *h; (h = oldest(st)) != NULL;) {
		g_queue_unlink(&st->queue, &h->link);
		g_free(h);
	}
	g_hash_table_destroy(st->by_ends);
	g_free(st);
}

struct flowlog_stitch_counts flowlog_stitch_counts_of(const struct flowlog_stitch *st)
{
	return st->counts;
}
