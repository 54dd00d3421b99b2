#include "truth/explain.h"

#include <string.h>

const char *truth_reason_name(enum truth_reason reason)
{
	static const char *const names[] = {
#define X(id, name, words) name,
		TRUTH_REASONS(X)
#undef X
	};
	return names[reason];
}

const char *truth_reason_words(enum truth_reason reason)
{
	static const char *const all[] = {
#define X(id, name, words) words,
		TRUTH_REASONS(X)
#undef X
	};
	return all[reason];
}

/* ---- similar sessions: same destination address and port, bytes down, bytes up ---- */

struct likeness {
	uint32_t run;
	uint16_t port;
	uint8_t server[16];
	uint64_t down, up;
	guint in, out; /* sessions like this in the log, not in it */
};

/* Payload without repetitions: those differ between two transfers of one file. */
static struct likeness likeness_of(const struct truth_session *t)
{
	unsigned inside = t->v.inside;
	struct likeness key = {.run = t->run, .port = truth_session_port(t)};
	memcpy(key.server, t->s.addr[t->v.server], 16);
	key.down = t->s.flow[inside ^ 1].payload_bytes;
	key.up = t->s.flow[inside].payload_bytes;
	return key;
}

static guint likeness_hash(gconstpointer key)
{
	const struct likeness *l = key;
	guint h = l->run * 31 + l->port;
	for (int i = 0; i < 16; i++)
		h = h * 31 + l->server[i];
	return h * 31 + (guint)(l->down * 2654435761u ^ l->up);
}

static gboolean likeness_equal(gconstpointer a, gconstpointer b)
{
	const struct likeness *x = a, *y = b;
	return x->run == y->run && x->port == y->port && x->down == y->down && x->up == y->up &&
	       memcmp(x->server, y->server, 16) == 0;
}

static GHashTable *count_likeness(const struct truth_set *set)
{
	GHashTable *table = g_hash_table_new_full(likeness_hash, likeness_equal, g_free, NULL);
	for (guint i = 0; i < set->sessions->len; i++) {
		const struct truth_session *t = truth_set_at(set, i);
		if (!truth_session_counts(t))
			continue;
		struct likeness key = likeness_of(t), *known = g_hash_table_lookup(table, &key);
		if (known == NULL) {
			known = g_memdup2(&key, sizeof key);
			g_hash_table_add(table, known);
		}
		*(t->entry != TRUTH_NONE ? &known->in : &known->out) += 1;
	}
	return table;
}

/* ---- sessions that were cut ---- */

/* Silence without an end: the state has neither a FIN nor a RST in it. */
static bool is_unfinished(const struct truth_session *t)
{
	uint8_t state = t->s.conn_state;
	return t->s.proto == TANPA_TCP && (state == TANPA_S1 || state == TANPA_OTH) && truth_session_counts(t);
}

/* When the inside host was last heard in a session. */
static int64_t last_heard_ns(const struct truth_session *t)
{
	return t->s.flow[t->v.inside].last_ns;
}

/* Sessions without an end, by run, host and when the host was last heard: cut ones lie side by side. */
static gint compare_unfinished(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct truth_session *x = truth_set_at(user, *(const guint *)a),
				   *y = truth_set_at(user, *(const guint *)b);
	if (x->run != y->run)
		return x->run < y->run ? -1 : 1;
	int c = memcmp(truth_session_host(x), truth_session_host(y), 16);
	if (c)
		return c;
	return last_heard_ns(x) < last_heard_ns(y) ? -1 : last_heard_ns(x) > last_heard_ns(y);
}

static bool fell_silent_together(const struct truth_session *x, const struct truth_session *y)
{
	return x->run == y->run && memcmp(truth_session_host(x), truth_session_host(y), 16) == 0 &&
	       ABS(last_heard_ns(x) - last_heard_ns(y)) <= TRUTH_CUT_NS;
}

/* Of each session: CUT, OPEN or 0, as bits. */
static uint8_t *find_cut(const struct truth_set *set)
{
	uint8_t *bits = g_new0(uint8_t, set->sessions->len + 1);
	g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < set->sessions->len; i++)
		if (is_unfinished(truth_set_at(set, i)))
			g_array_append_val(order, i);
	g_array_sort_with_data(order, compare_unfinished, (gpointer)set);
	for (guint i = 0; i < order->len; i++) {
		guint session = g_array_index(order, guint, i);
		const struct truth_session *t = truth_set_at(set, session);
		if (truth_set_run(set, t->run)->last_ns - last_heard_ns(t) <= TRUTH_CUT_NS)
			bits[session] = 1 << TRUTH_REASON_OPEN;
		else if ((i > 0 && fell_silent_together(t, truth_set_at(set, g_array_index(order, guint, i - 1)))) ||
			 (i + 1 < order->len &&
			  fell_silent_together(t, truth_set_at(set, g_array_index(order, guint, i + 1)))))
			bits[session] = 1 << TRUTH_REASON_CUT;
	}
	return bits;
}

/* ---- all together ---- */

static struct truth_explanation explain(const struct truth_set *set, guint session, GHashTable *alike, unsigned cut)
{
	const struct truth_session *t = truth_set_at(set, session);
	struct truth_explanation e = {.session = session, .holds = cut | 1 << TRUTH_REASON_REST};
	struct likeness key = likeness_of(t);
	const struct likeness *known = g_hash_table_lookup(alike, &key);
	e.similar_in = known->in;
	e.similar_out = known->out - 1; /* without itself */
	const bool holds[TRUTH_N_REASONS] = {
		[TRUTH_REASON_UPLOAD] = t->v.kind == VERDICT_UPLOAD,
		[TRUTH_REASON_PUSHED] = truth_session_is_push(t),
		[TRUTH_REASON_SIMILAR_IN] = e.similar_in > 0,
		[TRUTH_REASON_SIMILAR_OUT] = e.similar_out > 0,
		[TRUTH_REASON_EXECUTABLE] = tanpa_is_executable(t->s.content[t->v.inside ^ 1]),
	};
	for (int i = TRUTH_N_REASONS - 1; i >= 0; i--) {
		if (holds[i])
			e.holds |= 1u << i;
		if (e.holds & 1u << i)
			e.reason = (enum truth_reason)i;
	}
	return e;
}

GArray *truth_explain(const struct truth_set *set, const GArray *hosts, bool all)
{
	GArray *out = g_array_new(FALSE, FALSE, sizeof(struct truth_explanation));
	g_autoptr(GHashTable) alike = count_likeness(set);
	g_autofree uint8_t *cut = find_cut(set);
	for (guint i = 0; i < set->sessions->len; i++) {
		const struct truth_session *t = truth_set_at(set, i);
		if (!truth_session_counts(t) || t->entry != TRUTH_NONE || (t->v.is_short && !all) ||
		    truth_host_find(hosts, truth_session_host(t)) == TRUTH_NONE)
			continue;
		struct truth_explanation e = explain(set, i, alike, cut[i]);
		g_array_append_val(out, e);
	}
	return out;
}

/* ---- uploads ---- */

/* The first session after an upload that brought its host something from the same server. */
static void find_next(const struct truth_set *set, struct truth_upload *upload, int64_t within_ns)
{
	const struct truth_session *t = truth_set_at(set, upload->session);
	guint to = truth_set_run(set, t->run)->to;
	int64_t end = tanpa_session_end_ns(&t->s);
	for (guint i = upload->session + 1; i < to; i++) {
		const struct truth_session *n = truth_set_at(set, i);
		int64_t start = tanpa_session_start_ns(&n->s);
		if (start > end + within_ns)
			return;
		if ((n->v.kind != VERDICT_DOWNLOAD && n->entry == TRUTH_NONE) ||
		    memcmp(truth_session_host(n), truth_session_host(t), 16) != 0 ||
		    memcmp(n->s.addr[n->v.inside ^ 1], t->s.addr[t->v.inside ^ 1], 16) != 0)
			continue;
		upload->next = (int32_t)i;
		upload->after_ns = start - end;
		return;
	}
}

GArray *truth_uploads(const struct truth_set *set, const GArray *hosts, int64_t within_ns)
{
	GArray *uploads = g_array_new(FALSE, FALSE, sizeof(struct truth_upload));
	for (guint i = 0; i < set->sessions->len; i++) {
		const struct truth_session *t = truth_set_at(set, i);
		if (t->v.kind != VERDICT_UPLOAD || truth_host_find(hosts, truth_session_host(t)) == TRUTH_NONE)
			continue;
		struct truth_upload upload = {i, TRUTH_NONE, 0};
		find_next(set, &upload, within_ns);
		g_array_append_val(uploads, upload);
	}
	return uploads;
}
