/*
 * When sessions are over: time-outs while packets come, and the end of the input.
 *
 * A ring in time order for each time-out class gives the memory of silent sessions back.
 */
#include <glib.h>
#include <string.h>

#include "base/fetch.h"
#include "session/table_state.h"

static void note_place(uint32_t slot, uint32_t place, void *user)
{
	cold_at(user, slot)->place = place;
}

void session_queue(struct session_table *t, enum timeout_class which, uint32_t slot, struct session_cold *cold,
		   int64_t now_ns)
{
	cold->queued_ns = now_ns;
	cold->queue = which & 3;
	cold->place = session_ring_put(&t->ring[which], slot, note_place, t);
}

enum timeout_class session_class_of(const struct session_hot *hot)
{
	if (hot->flags & HOT_CLOSING)
		return CLASS_CLOSED;
	if (hot_is_udp(hot))
		return CLASS_UDP;
	return hot->flags & HOT_ANSWERED ? CLASS_TCP : CLASS_ATTEMPT;
}

int64_t session_silent_since(const struct session_table *t, uint32_t slot, const struct session_hot *hot)
{
	return hot->flags & HOT_CLOSING ? cold_at(t, slot)->queued_ns : session_last_ns(hot);
}

/* What expire_class() will look at a few entries later: the session, and then the place in the index that it leaves. */
static inline void prefetch_waiting(const struct session_table *t, const struct session_ring *ring)
{
	enum { FAR = 8, NEAR = 4 };
	if (ring->count <= FAR)
		return;
	int64_t later = session_ring_at(ring, FAR), soon = session_ring_at(ring, NEAR);
	if (later >= 0) {
		fetch_ahead(hot_at(t, (uint32_t)later));
		fetch_ahead(cold_at(t, (uint32_t)later));
	}
	if (soon >= 0 && hot_at(t, (uint32_t)soon)->flags & HOT_CLOSING)
		session_index_prefetch(&t->index, cold_at(t, (uint32_t)soon)->hash);
}

/*
 * Gives back the sessions of one class that fell silent. `now_ns` and `high_ns` are the lowest and highest time of
 * the packets just taken: one packet from the future must not end what is alive.
 */
static void expire_class(struct session_table *t, enum timeout_class which, int64_t now_ns, int64_t high_ns)
{
	struct session_ring *ring = &t->ring[which];
	for (; ring->count; prefetch_waiting(t, ring)) {
		int64_t first = session_ring_at(ring, 0);
		if (first < 0) {
			session_ring_drop(ring);
			continue;
		}
		uint32_t slot = (uint32_t)first;
		const struct session_hot *hot = hot_at(t, slot);
		struct session_cold *cold = cold_at(t, slot);
		int64_t waited = now_ns - cold->queued_ns, since = session_silent_since(t, slot, hot);
		if (waited <= t->timeout_ns[which] && cold->queued_ns <= high_ns)
			return;
		session_ring_drop(ring);
		if (waited > 0 && now_ns - since > t->timeout_ns[session_class_of(hot)])
			session_end(t, slot, TANPA_END_TIMEOUT);
		else /* heard of since it was queued, or queued by a clock that was ahead */
			session_queue(t, session_class_of(hot), slot, cold, MIN(since, now_ns));
	}
}

void session_expire(struct session_table *t, int64_t low_ns, int64_t high_ns)
{
	for (enum timeout_class which = 0; which < N_CLASSES; which++)
		expire_class(t, which, low_ns, high_ns);
}

/* By start, then protocol, addresses, ports: not by slot, which depends on what was given back when. */
static gint compare_starts(gconstpointer a, gconstpointer b, gpointer user)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int64_t x_ns = session_table_start_ns(user, x), y_ns = session_table_start_ns(user, y);
	struct tanpa_session s, t;
	if (x_ns != y_ns)
		return x_ns < y_ns ? -1 : 1;
	session_record_build(user, x, &s);
	session_record_build(user, y, &t);
	int c = (int)s.proto - (int)t.proto;
	if (c == 0)
		c = memcmp(s.addr, t.addr, sizeof s.addr);
	return c ? c : memcmp(s.port, t.port, sizeof s.port);
}

static bool is_live(const struct session_table *t, uint32_t slot)
{
	return hot_at(t, slot)->flags & HOT_LIVE;
}

/* Spans of time, all of one length, that the begins of all live sessions are dealt out to. */
enum { SPANS = 1 << 16 };

struct spans {
	int64_t from_ns;
	uint64_t each_ns;
	uint32_t end[SPANS]; /* of each span's slots, in the list of all */
};

static uint32_t *end_of_span(struct spans *spans, const struct session_table *t, uint32_t slot)
{
	return &spans->end[((uint64_t)session_table_start_ns(t, slot) - (uint64_t)spans->from_ns) / spans->each_ns];
}

static void lay_spans(struct spans *spans, const struct session_table *t)
{
	int64_t low_ns = INT64_MAX, high_ns = INT64_MIN;
	for (uint32_t slot = 0; slot < t->slots.used; slot++)
		if (is_live(t, slot)) {
			low_ns = MIN(low_ns, session_table_start_ns(t, slot));
			high_ns = MAX(high_ns, session_table_start_ns(t, slot));
		}
	spans->from_ns = low_ns;
	spans->each_ns = ((uint64_t)high_ns - (uint64_t)low_ns) / SPANS + 1;
	for (uint32_t slot = 0; slot < t->slots.used; slot++)
		if (is_live(t, slot))
			++*end_of_span(spans, t, slot);
}

/*
 * Slots of the live sessions in order of their begin. With a million alive there is no memory to spare for keys, or for
 * a second copy: they are dealt out to spans of time, and what is left to sort is a few of each.
 */
static uint32_t *live_by_start(struct session_table *t)
{
	uint32_t *live = g_new(uint32_t, t->counts.live), n = 0;
	g_autofree struct spans *spans = g_new0(struct spans, 1);
	lay_spans(spans, t);
	for (uint32_t i = 0; i < SPANS; i++) { /* for now, where each span begins */
		uint32_t some = spans->end[i];
		spans->end[i] = n;
		n += some;
	}
	for (uint32_t slot = 0; slot < t->slots.used; slot++)
		if (is_live(t, slot))
			live[(*end_of_span(spans, t, slot))++] = slot;
	for (uint32_t i = 0, at = 0; i < SPANS; at = spans->end[i++])
		if (spans->end[i] - at > 1)
			g_qsort_with_data(live + at, (gint)(spans->end[i] - at), sizeof *live, compare_starts, t);
	return live;
}

static void end_at_input(struct session_table *t, uint32_t slot, int64_t newest_ns)
{
	const struct session_hot *hot = hot_at(t, slot);
	bool silent = newest_ns - session_silent_since(t, slot, hot) > t->timeout_ns[session_class_of(hot)];
	session_end(t, slot, silent ? TANPA_END_TIMEOUT : TANPA_END_INPUT);
}

void session_table_finish(struct session_table *t, int64_t newest_ns)
{
	/* nothing is looked up any more, and with a million sessions alive the memory is wanted for their order */
	session_index_clear(&t->index);
	for (enum timeout_class which = 0; which < N_CLASSES; which++)
		session_ring_clear(&t->ring[which]);
	if (t->options.sink == NULL) {
		for (uint32_t slot = 0; slot < t->slots.used; slot++)
			if (is_live(t, slot))
				end_at_input(t, slot, newest_ns);
		return;
	}
	uint32_t n = t->counts.live;
	g_autofree uint32_t *live = live_by_start(t);
	for (uint32_t i = 0; i < n; i++)
		end_at_input(t, live[i], newest_ns);
	session_table_clear(t); /* all were handed over: whoever took them may want the memory */
}
