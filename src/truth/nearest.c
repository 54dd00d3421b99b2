/* The session that comes closest to an entry that has none, and what about it does not fit. */
#include <string.h>

#include "truth/index.h"

/* Candidates looked at to either side of the entry's time, so that a busy pair of hosts costs no more. */
enum { LOOK_AROUND = 4096 };

#define DAY_NS (INT64_C(86400) * 1000000000)

struct search {
	const struct truth_index *index;
	const struct truth_entry *entry;
	const struct truth_match_options *options;
	int run; /* TRUTH_NONE: any */
	struct truth_match *best;
	unsigned best_cost;
};

/*
 * How far off: what does not fit, by weight. A client's port is used again only after long, so within a day the
 * right ports at the wrong time tell more than the right time at the wrong port.
 */
static unsigned cost_of(unsigned missed, int64_t late)
{
	static const struct {
		enum truth_miss miss;
		unsigned cost;
	} costs[] = {{TRUTH_MISS_TIME, 1},  {TRUTH_MISS_PAYLOAD, 1},   {TRUTH_MISS_PORT, 2},
		     {TRUTH_MISS_PROTO, 3}, {TRUTH_MISS_DIRECTION, 3}, {TRUTH_MISS_ADDRESS, 4}};
	unsigned cost = ABS(late) > DAY_NS ? 3 : 0;
	for (gsize i = 0; i < G_N_ELEMENTS(costs); i++)
		if (missed & 1u << costs[i].miss)
			cost += costs[i].cost;
	return cost;
}

static void consider(struct search *search, guint session)
{
	const struct truth_session *t = truth_set_at(search->index->set, session);
	if (search->run != TRUTH_NONE && t->run != (uint32_t)search->run)
		return;
	unsigned missed = truth_misses(search->entry, t, search->options);
	int64_t late = truth_match_late_ns(search->entry, &t->s, search->options->instant);
	unsigned cost = cost_of(missed, late);
	struct truth_match *best = search->best;
	if (best->nearest != TRUTH_NONE &&
	    (cost > search->best_cost || (cost == search->best_cost && ABS(late) >= ABS(best->late_ns))))
		return;
	best->nearest = (int32_t)session;
	best->late_ns = late;
	best->missed = missed ? missed : 1u << TRUTH_MISS_TAKEN;
	search->best_cost = cost;
}

static void consider_around(struct search *search, const GArray *order, guint from, guint to)
{
	guint at = truth_index_first(search->index, order, from, to, search->entry->time.ns);
	for (guint i = at; i < to && i - at < LOOK_AROUND; i++)
		consider(search, g_array_index(order, guint, i));
	for (guint i = at; i > from && at - i < LOOK_AROUND; i--)
		consider(search, g_array_index(order, guint, i - 1));
}

/* One address and both ports of the entry, at its time: all but the other address fits. */
static bool is_alike(const struct search *search, guint session)
{
	const struct truth_session *t = truth_set_at(search->index->set, session);
	const struct truth_entry *entry = search->entry;
	if (!entry->has_port[0] || !entry->has_port[1])
		return false;
	if (memcmp(t->s.addr[0], entry->addr[0], 16) != 0 && memcmp(t->s.addr[1], entry->addr[1], 16) != 0)
		return false;
	return truth_misses(entry, t, search->options) == 1u << TRUTH_MISS_ADDRESS;
}

static void consider_other_addresses(struct search *search)
{
	const struct truth_index *index = search->index;
	int64_t time = search->entry->time.ns, tolerance = search->options->tolerance_ns;
	guint at = truth_index_first(index, index->by_time, 0, index->by_time->len, time - tolerance);
	for (guint n = 0; at < index->by_time->len && n < LOOK_AROUND; at++, n++) {
		guint session = g_array_index(index->by_time, guint, at);
		if (truth_index_instant_ns(index, session) > time + tolerance)
			return;
		if (is_alike(search, session))
			consider(search, session);
	}
}

static bool is_outside(const struct search *search)
{
	const struct truth_set *set = search->index->set;
	const struct truth_time *time = &search->entry->time;
	int64_t tolerance = search->options->tolerance_ns;
	for (guint i = 0; i < set->runs->len; i++) {
		const struct truth_run *run = truth_set_run(set, i);
		if (search->run != TRUTH_NONE && i != (guint)search->run)
			continue;
		if (run->first_ns != TANPA_NEVER && time->other_ns >= run->first_ns - tolerance &&
		    time->ns <= run->last_ns + tolerance)
			return false;
	}
	return true;
}

void truth_find_nearest(const struct truth_index *index, const struct truth_entry *entry, int run,
			const struct truth_match_options *options, struct truth_match *match)
{
	struct search search = {index, entry, options, run, match, 0};
	guint from, to;
	match->nearest = TRUTH_NONE;
	truth_index_pair(index, entry, &from, &to);
	consider_around(&search, index->by_pair, from, to);
	if (match->nearest == TRUTH_NONE)
		consider_other_addresses(&search);
	if (match->nearest == TRUTH_NONE)
		match->missed = 1u << TRUTH_MISS_NOTHING;
	if (is_outside(&search))
		match->missed |= 1u << TRUTH_MISS_OUTSIDE;
}
