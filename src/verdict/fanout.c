#include "verdict/fanout.h"

#include <string.h>

struct fanout {
	GHashTable *groups; /* struct fanout_group, by its first fields */
	guint least;
};

static guint group_hash(gconstpointer key)
{
	const struct fanout_group *g = key;
	guint h = (guint)g->port * 31 + g->proto;
	for (int i = 0; i < 16; i++)
		h = h * 31 + g->host[i];
	return h;
}

static gboolean group_equal(gconstpointer a, gconstpointer b)
{
	const struct fanout_group *x = a, *y = b;
	return x->port == y->port && x->proto == y->proto && memcmp(x->host, y->host, 16) == 0;
}

static void group_free(gpointer group)
{
	g_hash_table_destroy(((struct fanout_group *)group)->seen);
	g_free(group);
}

struct fanout *fanout_new(guint least)
{
	struct fanout *f = g_new0(struct fanout, 1);
	f->groups = g_hash_table_new_full(group_hash, group_equal, NULL, group_free);
	f->least = least;
	return f;
}

void fanout_free(struct fanout *f)
{
	if (f == NULL)
		return;
	g_hash_table_destroy(f->groups);
	g_free(f);
}

static struct fanout_group *lookup(const struct fanout *f, const struct tanpa_session *s, const struct verdict *v)
{
	struct fanout_group key = {.port = s->port[v->inside ^ 1], .proto = s->proto};
	memcpy(key.host, s->addr[v->inside], 16);
	return g_hash_table_lookup(f->groups, &key);
}

static bool is_outbound_attempt(const struct verdict *v)
{
	return (v->kind == VERDICT_ATTEMPT || v->kind == VERDICT_PROPAGATION) && v->direction != VERDICT_INBOUND;
}

/* A number per address; two destinations in one are as good as never. */
static gpointer digest(const uint8_t addr[16])
{
	uint64_t words[2];
	memcpy(words, addr, 16);
	return (gpointer)(uintptr_t)(words[0] * UINT64_C(0x9e3779b97f4a7c15) ^ words[1]);
}

void fanout_add(struct fanout *f, const struct tanpa_session *s, const struct verdict *v)
{
	if (!is_outbound_attempt(v))
		return;
	struct fanout_group *g = lookup(f, s, v);
	if (g == NULL) {
		if (g_hash_table_size(f->groups) >= FANOUT_MAX_GROUPS)
			return;
		g = g_new0(struct fanout_group, 1);
		memcpy(g->host, s->addr[v->inside], 16);
		g->port = s->port[v->inside ^ 1];
		g->proto = s->proto;
		g->first_ns = tanpa_session_start_ns(s);
		g->last_ns = g->first_ns;
		g->seen = g_hash_table_new(NULL, NULL);
		g_hash_table_add(f->groups, g);
	}
	g->attempts++;
	g->refused += s->conn_state == TANPA_REJ;
	g->first_ns = MIN(g->first_ns, tanpa_session_start_ns(s));
	g->last_ns = MAX(g->last_ns, tanpa_session_end_ns(s));
	if (g_hash_table_size(g->seen) < FANOUT_MAX_DESTINATIONS)
		g_hash_table_add(g->seen, digest(s->addr[v->inside ^ 1]));
	g->destinations = g_hash_table_size(g->seen);
}

const struct fanout_group *fanout_of(const struct fanout *f, const struct tanpa_session *s, const struct verdict *v)
{
	if (!is_outbound_attempt(v))
		return NULL;
	const struct fanout_group *g = lookup(f, s, v);
	return g && g->destinations >= f->least ? g : NULL;
}

static gint compare_groups(gconstpointer a, gconstpointer b)
{
	const struct fanout_group *x = *(const struct fanout_group *const *)a, *y = *(const struct fanout_group *const *)b;
	if (x->destinations != y->destinations)
		return x->destinations > y->destinations ? -1 : 1;
	int by_host = memcmp(x->host, y->host, 16);
	if (by_host)
		return by_host;
	return x->port != y->port ? (x->port < y->port ? -1 : 1) : (int)x->proto - (int)y->proto;
}

GPtrArray *fanout_list(const struct fanout *f)
{
	GPtrArray *list = g_ptr_array_new();
	GHashTableIter iter;
	gpointer group;
	g_hash_table_iter_init(&iter, f->groups);
	while (g_hash_table_iter_next(&iter, &group, NULL))
		if (((struct fanout_group *)group)->destinations >= f->least)
			g_ptr_array_add(list, group);
	g_ptr_array_sort(list, compare_groups);
	return list;
}
