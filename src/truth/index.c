#include "truth/index.h"

#include <string.h>

enum { TFTP_PORT = 69 };

int64_t truth_index_instant_ns(const struct truth_index *index, guint session)
{
	const struct tanpa_session *s = &truth_set_at(index->set, session)->s;
	return index->instant == TRUTH_AT_START ? tanpa_session_start_ns(s) : tanpa_session_end_ns(s);
}

/* Both addresses, the lower first. */
static int compare_pairs(const uint8_t a[2][16], const uint8_t b[2][16])
{
	unsigned low_a = memcmp(a[0], a[1], 16) > 0, low_b = memcmp(b[0], b[1], 16) > 0;
	int c = memcmp(a[low_a], b[low_b], 16);
	return c ? c : memcmp(a[low_a ^ 1], b[low_b ^ 1], 16);
}

static gint compare_times(gconstpointer a, gconstpointer b, gpointer user)
{
	guint x = *(const guint *)a, y = *(const guint *)b;
	int64_t at_x = truth_index_instant_ns(user, x), at_y = truth_index_instant_ns(user, y);
	if (at_x != at_y)
		return at_x < at_y ? -1 : 1;
	return x < y ? -1 : x > y;
}

static gint compare_by_pair(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct truth_index *index = user;
	const struct truth_session *x = truth_set_at(index->set, *(const guint *)a);
	const struct truth_session *y = truth_set_at(index->set, *(const guint *)b);
	int c = compare_pairs(x->s.addr, y->s.addr);
	return c ? c : compare_times(a, b, user);
}

void truth_index_init(struct truth_index *index, const struct truth_set *set, enum truth_instant instant)
{
	*index = (struct truth_index){set, instant, g_array_new(FALSE, FALSE, sizeof(guint)),
				      g_array_new(FALSE, FALSE, sizeof(guint))};
	for (guint i = 0; i < set->sessions->len; i++)
		if (!truth_set_at(set, i)->is_request) {
			g_array_append_val(index->by_pair, i);
			g_array_append_val(index->by_time, i);
		}
	g_array_sort_with_data(index->by_pair, compare_by_pair, index);
	g_array_sort_with_data(index->by_time, compare_times, index);
}

void truth_index_clear(struct truth_index *index)
{
	g_array_unref(index->by_pair);
	g_array_unref(index->by_time);
}

void truth_index_pair(const struct truth_index *index, const struct truth_entry *entry, guint *from, guint *to)
{
	for (int end = 0; end < 2; end++) { /* first place not before the pair; first place behind it */
		guint low = 0, high = index->by_pair->len;
		while (low < high) {
			guint middle = low + (high - low) / 2;
			guint session = g_array_index(index->by_pair, guint, middle);
			if (compare_pairs(truth_set_at(index->set, session)->s.addr, entry->addr) < end)
				low = middle + 1;
			else
				high = middle;
		}
		*(end ? to : from) = low;
	}
}

guint truth_index_first(const struct truth_index *index, const GArray *order, guint from, guint to, int64_t ns)
{
	while (from < to) {
		guint middle = from + (to - from) / 2;
		if (truth_index_instant_ns(index, g_array_index(order, guint, middle)) < ns)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* ---- what fits ---- */

static int64_t late_ns(int64_t time_ns, const struct tanpa_session *s, enum truth_instant instant)
{
	int64_t start = tanpa_session_start_ns(s), end = tanpa_session_end_ns(s);
	if (instant == TRUTH_AT_SPAN)
		return time_ns < start ? time_ns - start : time_ns > end ? time_ns - end : 0;
	return time_ns - (instant == TRUTH_AT_START ? start : end);
}

int64_t truth_match_late_ns(const struct truth_entry *entry, const struct tanpa_session *s, enum truth_instant instant)
{
	int64_t one = late_ns(entry->time.ns, s, instant), other = late_ns(entry->time.other_ns, s, instant);
	return ABS(other) < ABS(one) ? other : one;
}

static bool port_fits(const struct truth_entry *entry, const struct tanpa_session *s, unsigned side)
{
	if (!entry->has_port[side] || entry->port[side] == s->port[side])
		return true;
	return side == TANPA_RESP && s->origin == TANPA_ORIGIN_TFTP && entry->port[side] == TFTP_PORT;
}

unsigned truth_misses(const struct truth_entry *entry, const struct truth_session *t,
		      const struct truth_match_options *options)
{
	const struct tanpa_session *s = &t->s;
	struct truth_entry turned = *entry;
	unsigned missed = 0;
	if (memcmp(entry->addr, s->addr, sizeof s->addr) != 0) {
		for (unsigned side = 0; side < 2; side++) {
			memcpy(turned.addr[side], entry->addr[side ^ 1], 16);
			turned.port[side] = entry->port[side ^ 1];
			turned.has_port[side] = entry->has_port[side ^ 1];
		}
		if (memcmp(turned.addr, s->addr, sizeof s->addr) == 0) {
			missed |= t->v.guessed ? 0 : 1 << TRUTH_MISS_DIRECTION; /* its begin was not seen: either way */
		} else {
			missed |= 1 << TRUTH_MISS_ADDRESS;
			turned = *entry;
		}
	}
	if (entry->proto && entry->proto != s->proto)
		missed |= 1 << TRUTH_MISS_PROTO;
	if (!port_fits(&turned, s, 0) || !port_fits(&turned, s, 1))
		missed |= 1 << TRUTH_MISS_PORT;
	if (!truth_session_counts(t))
		missed |= 1 << TRUTH_MISS_PAYLOAD;
	int64_t late = truth_match_late_ns(entry, s, options->instant);
	if (ABS(late) > options->tolerance_ns)
		missed |= 1 << TRUTH_MISS_TIME;
	return missed;
}
