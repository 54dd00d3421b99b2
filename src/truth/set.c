#include "truth/set.h"

#include <string.h>

enum { TFTP_PORT = 69 };

static void run_clear(gpointer run)
{
	g_ptr_array_unref(((struct truth_run *)run)->captures);
}

void truth_set_init(struct truth_set *set)
{
	set->sessions = g_array_new(FALSE, FALSE, sizeof(struct truth_session));
	set->runs = g_array_new(FALSE, FALSE, sizeof(struct truth_run));
	g_array_set_clear_func(set->runs, run_clear);
	set->names = g_string_chunk_new(4096);
}

void truth_set_clear(struct truth_set *set)
{
	g_array_unref(set->sessions);
	g_array_unref(set->runs);
	g_string_chunk_free(set->names);
}

static struct truth_run *last_run(const struct truth_set *set)
{
	return &g_array_index(set->runs, struct truth_run, set->runs->len - 1);
}

void truth_set_begin_run(struct truth_set *set)
{
	struct truth_run run = {set->sessions->len,
				set->sessions->len,
				TANPA_NEVER,
				TANPA_NEVER,
				0,
				g_ptr_array_new_with_free_func(g_free)};
	g_array_append_val(set->runs, run);
}

void truth_set_add_capture(struct truth_set *set, const char *path)
{
	g_ptr_array_add(last_run(set)->captures, g_path_get_basename(path));
}

static const char *own_string(struct truth_set *set, const char *string)
{
	return string ? g_string_chunk_insert_const(set->names, string) : NULL;
}

void truth_set_add(struct truth_set *set, const struct tanpa_session *session, const struct verdict *verdict)
{
	struct truth_run *run = last_run(set);
	struct truth_session t = {*session, *verdict, set->runs->len - 1, TRUTH_NONE, TRUTH_NONE, false};
	t.s.name = own_string(set, session->name);
	t.s.label = own_string(set, session->label);
	t.s.detailed_label = own_string(set, session->detailed_label);
	int64_t start = tanpa_session_start_ns(session);
	if (run->first_ns == TANPA_NEVER || start < run->first_ns)
		run->first_ns = start;
	run->last_ns = MAX(run->last_ns, tanpa_session_end_ns(session));
	run->attempts += !verdict_is_judged(verdict->kind);
	g_array_append_val(set->sessions, t);
	run->to = set->sessions->len;
}

/* ---- TFTP ---- */

static guint asker_hash(gconstpointer key)
{
	const struct tanpa_session *s = key;
	guint h = s->port[TANPA_ORIG];
	for (unsigned i = 0; i < 32; i++)
		h = h * 31 + s->addr[i / 16][i % 16];
	return h;
}

static gboolean asker_equal(gconstpointer a, gconstpointer b)
{
	const struct tanpa_session *x = a, *y = b;
	return x->port[TANPA_ORIG] == y->port[TANPA_ORIG] && memcmp(x->addr, y->addr, sizeof x->addr) == 0;
}

void truth_set_end_run(struct truth_set *set)
{
	const struct truth_run *run = last_run(set);
	g_autoptr(GHashTable) requests = g_hash_table_new(asker_hash, asker_equal);
	for (guint i = run->from; i < run->to; i++) {
		struct truth_session *t = truth_set_at(set, i), *request;
		if (t->s.proto != TANPA_UDP)
			continue;
		if (t->s.port[TANPA_RESP] == TFTP_PORT && t->s.flow[TANPA_RESP].packets == 0)
			g_hash_table_replace(requests, &t->s, t);
		else if (t->s.origin == TANPA_ORIGIN_TFTP && (request = g_hash_table_lookup(requests, &t->s)))
			request->is_request = true;
	}
}
