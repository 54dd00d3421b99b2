#include "truth/match.h"

#include <string.h>

#include "truth/index.h"

const char *truth_instant_name(enum truth_instant instant)
{
	static const char *const names[TRUTH_N_INSTANTS] = {"end", "start", "span"};
	return names[instant];
}

const char *truth_miss_name(enum truth_miss miss)
{
	static const char *const names[] = {
#define X(id, name, words) name,
		TRUTH_MISSES(X)
#undef X
	};
	return names[miss];
}

const char *truth_miss_words(enum truth_miss miss)
{
	static const char *const all[] = {
#define X(id, name, words) words,
		TRUTH_MISSES(X)
#undef X
	};
	return all[miss];
}

/* An entry and a session that fit each other. */
struct pair {
	guint entry, session;
	int64_t distance_ns;
};

struct matching {
	const struct truth_set *set;
	const struct truth_log *log;
	const struct truth_match_options *options;
	struct truth_index index;
	GArray *matches;   /* struct truth_match */
	GArray *pairs;     /* struct pair; by entry after all are found */
	guint *first;      /* of each entry: where its pairs begin; one more for the end */
	int32_t *entry_of; /* of each session: its entry, TRUTH_NONE: none yet */
};

static struct truth_entry *entry_at(const struct matching *m, guint i)
{
	return &g_array_index(m->log->entries, struct truth_entry, i);
}

static struct truth_match *match_at(const struct matching *m, guint i)
{
	return &g_array_index(m->matches, struct truth_match, i);
}

/* ---- pairs that fit ---- */

/* The run that read an entry's capture; TRUTH_NONE: it names none. False when none read it. */
static bool run_of(const struct truth_set *set, const struct truth_entry *entry, int *run)
{
	const char *capture = entry->text[TRUTH_FIELD_CAPTURE];
	*run = TRUTH_NONE;
	if (capture == NULL)
		return true;
	for (guint i = 0; i < set->runs->len; i++)
		if (g_ptr_array_find_with_equal_func(truth_set_run(set, i)->captures, capture, g_str_equal, NULL)) {
			*run = (int)i;
			return true;
		}
	return false;
}

/* Adds the pair of an entry and a session if they fit; returns whether they do. */
static bool add_pair(struct matching *m, guint e, int run, guint session)
{
	const struct truth_session *t = truth_set_at(m->set, session);
	if ((run != TRUTH_NONE && t->run != (uint32_t)run) || truth_misses(entry_at(m, e), t, m->options) != 0)
		return false;
	for (guint i = m->first[e]; i < m->pairs->len; i++) /* the other reading of the time found it, too */
		if (g_array_index(m->pairs, struct pair, i).session == session)
			return false;
	int64_t late = truth_match_late_ns(entry_at(m, e), &t->s, m->options->instant);
	struct pair pair = {e, session, ABS(late)};
	g_array_append_val(m->pairs, pair);
	match_at(m, e)->fitting++;
	return true;
}

/* Adds the pairs of an entry by one reading of its time, going out from it to either side. */
static void add_pairs(struct matching *m, guint e, int run, int64_t time_ns)
{
	guint from, to, found = 0;
	int64_t tolerance = m->options->tolerance_ns;
	const GArray *order = m->index.by_pair;
	truth_index_pair(&m->index, entry_at(m, e), &from, &to);
	guint middle = truth_index_first(&m->index, order, from, to, time_ns);
	for (guint i = middle; i < to && found < TRUTH_CANDIDATES; i++) {
		guint session = g_array_index(order, guint, i);
		if (m->index.instant != TRUTH_AT_SPAN &&
		    truth_index_instant_ns(&m->index, session) > time_ns + tolerance)
			break;
		found += add_pair(m, e, run, session);
	}
	found = 0;
	for (guint i = middle; i > from && found < TRUTH_CANDIDATES; i--) {
		guint session = g_array_index(order, guint, i - 1);
		if (truth_index_instant_ns(&m->index, session) < time_ns - tolerance)
			break;
		found += add_pair(m, e, run, session);
	}
}

static void find_pairs(struct matching *m)
{
	for (guint e = 0; e < m->log->entries->len; e++) {
		const struct truth_time *time = &entry_at(m, e)->time;
		int run;
		m->first[e] = m->pairs->len;
		if (!run_of(m->set, entry_at(m, e), &run)) {
			match_at(m, e)->missed = 1u << TRUTH_MISS_CAPTURE;
			continue;
		}
		add_pairs(m, e, run, time->ns);
		if (time->other_ns != time->ns)
			add_pairs(m, e, run, time->other_ns);
	}
	m->first[m->log->entries->len] = m->pairs->len;
}

/* ---- who gets whom ---- */

static gint compare_closest(gconstpointer a, gconstpointer b)
{
	const struct pair *x = a, *y = b;
	if (x->distance_ns != y->distance_ns)
		return x->distance_ns < y->distance_ns ? -1 : 1;
	if (x->session != y->session)
		return x->session < y->session ? -1 : 1;
	return x->entry < y->entry ? -1 : x->entry > y->entry;
}

static void join(struct matching *m, guint entry, guint session)
{
	match_at(m, entry)->session = (int32_t)session;
	m->entry_of[session] = (int32_t)entry;
}

static void join_closest_first(struct matching *m)
{
	g_autoptr(GArray) order = g_array_copy(m->pairs);
	g_array_sort(order, compare_closest);
	for (guint i = 0; i < order->len; i++) {
		const struct pair *pair = &g_array_index(order, struct pair, i);
		if (match_at(m, pair->entry)->session == TRUTH_NONE && m->entry_of[pair->session] == TRUTH_NONE)
			join(m, pair->entry, pair->session);
	}
}

/* Where a search for a free session came from: the entry that would take it. */
struct trail {
	GHashTable *from; /* session + 1 to entry + 1 */
	GQueue entries;   /* to be asked */
};

/* Gives `session` to the entry that asked for it, the session that one had to the one before, and so on. */
static void shift(struct matching *m, struct trail *trail, guint session)
{
	for (;;) {
		guint entry = GPOINTER_TO_UINT(g_hash_table_lookup(trail->from, GUINT_TO_POINTER(session + 1))) - 1;
		int32_t had = match_at(m, entry)->session;
		join(m, entry, session);
		if (had == TRUTH_NONE)
			return;
		session = (guint)had;
	}
}

/* Asks the sessions that fit an entry; returns true when a free one was found and all have moved. */
static bool ask_sessions(struct matching *m, struct trail *trail, guint entry)
{
	for (guint i = m->first[entry]; i < m->first[entry + 1]; i++) {
		guint session = g_array_index(m->pairs, struct pair, i).session;
		gpointer key = GUINT_TO_POINTER(session + 1);
		if (g_hash_table_contains(trail->from, key))
			continue;
		g_hash_table_insert(trail->from, key, GUINT_TO_POINTER(entry + 1));
		if (m->entry_of[session] == TRUTH_NONE) {
			shift(m, trail, session);
			return true;
		}
		g_queue_push_tail(&trail->entries, GUINT_TO_POINTER((guint)m->entry_of[session] + 1));
	}
	return false;
}

/* Entries left over take a session whose entry can move to another, and that one's likewise. */
static void make_room(struct matching *m)
{
	for (guint e = 0; e < m->log->entries->len; e++) {
		if (match_at(m, e)->session != TRUTH_NONE || match_at(m, e)->fitting == 0)
			continue;
		struct trail trail = {g_hash_table_new(NULL, NULL), G_QUEUE_INIT};
		g_queue_push_tail(&trail.entries, GUINT_TO_POINTER(e + 1));
		bool found = false;
		while (!found && !g_queue_is_empty(&trail.entries))
			found = ask_sessions(m, &trail, GPOINTER_TO_UINT(g_queue_pop_head(&trail.entries)) - 1);
		g_queue_clear(&trail.entries);
		g_hash_table_destroy(trail.from);
	}
}

/* ---- what is told of each entry ---- */

static void tell(struct matching *m)
{
	g_autofree guint *fitting = g_new0(guint, m->set->sessions->len + 1); /* entries, of each session */
	for (guint i = 0; i < m->pairs->len; i++)
		fitting[g_array_index(m->pairs, struct pair, i).session]++;
	for (guint e = 0; e < m->log->entries->len; e++) {
		struct truth_match *match = match_at(m, e);
		int run;
		if (match->session != TRUTH_NONE) {
			const struct truth_session *t = truth_set_at(m->set, (guint)match->session);
			match->rivals = fitting[match->session] - 1;
			match->late_ns = truth_match_late_ns(entry_at(m, e), &t->s, m->options->instant);
		} else if (run_of(m->set, entry_at(m, e), &run)) {
			truth_find_nearest(&m->index, entry_at(m, e), run, m->options, match);
			if (match->missed & 1u << TRUTH_MISS_TAKEN)
				match->taken_by = m->entry_of[match->nearest];
		}
	}
}

GArray *truth_match(const struct truth_set *set, const struct truth_log *log, const struct truth_match_options *options)
{
	struct matching m = {.set = set, .log = log, .options = options};
	m.matches = g_array_sized_new(FALSE, FALSE, sizeof(struct truth_match), log->entries->len);
	m.pairs = g_array_new(FALSE, FALSE, sizeof(struct pair));
	m.first = g_new0(guint, log->entries->len + 1);
	m.entry_of = g_new(int32_t, set->sessions->len + 1);
	truth_index_init(&m.index, set, options->instant);
	for (guint i = 0; i < set->sessions->len; i++)
		m.entry_of[i] = TRUTH_NONE;
	for (guint e = 0; e < log->entries->len; e++) {
		struct truth_match none = {.session = TRUTH_NONE, .nearest = TRUTH_NONE, .taken_by = TRUTH_NONE};
		g_array_append_val(m.matches, none);
	}
	find_pairs(&m);
	join_closest_first(&m);
	make_room(&m);
	tell(&m);
	truth_index_clear(&m.index);
	g_array_unref(m.pairs);
	g_free(m.first);
	g_free(m.entry_of);
	return m.matches;
}
