#include "verdict/fanout.h"

#include <string.h>

#include "base/hash.h"

struct fanout {
	GHashTable *groups; /* struct fanout_group, by its first fields */
	guint least;
};

static guint group_hash(gconstpointer key)
{
	const struct fanout_group *g = key;
	return (guint)hash_address(g->host, (uint64_t)g->port << 8 | g->proto);
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

static bool is_outbound_attempt(const struct verdict *v)
{
	return !verdict_is_judged(v->kind) && v->direction != VERDICT_INBOUND;
}

/* A number per address; two destinations in one are as good as never. */
static gpointer digest(const uint8_t addr[16])
{
	return (gpointer)(uintptr_t)hash_address(addr, 0);
}

/* Host, port and protocol of an attempt; the rest is zero. */
static struct fanout_group key_of(const struct tanpa_session *s, const struct verdict *v)
{
	struct fanout_group key = {.port = s->port[v->server], .proto = s->proto};
	memcpy(key.host, s->addr[v->inside], 16);
	return key;
}

/* The group of a key, made when it is new; NULL when there is no room for another. */
static struct fanout_group *find_or_add(struct fanout *f, const struct fanout_group *key)
{
	struct fanout_group *g = g_hash_table_lookup(f->groups, key);
	if (g || g_hash_table_size(f->groups) >= FANOUT_MAX_GROUPS)
		return g;
	g = g_new(struct fanout_group, 1);
	*g = *key;
	g->attempts = g->refused = g->destinations = 0;
	g->first_ns = INT64_MAX;
	g->last_ns = INT64_MIN;
	g->seen = g_hash_table_new(NULL, NULL);
	g_hash_table_add(f->groups, g);
	return g;
}

static void add_destination(struct fanout_group *g, gpointer destination)
{
	if (g->destinations < FANOUT_MAX_DESTINATIONS)
		g_hash_table_add(g->seen, destination);
	g->destinations = g_hash_table_size(g->seen);
}

void fanout_add(struct fanout *f, const struct tanpa_session *s, const struct verdict *v)
{
	struct fanout_group key = key_of(s, v);
	struct fanout_group *g = is_outbound_attempt(v) ? find_or_add(f, &key) : NULL;
	if (g == NULL)
		return;
	g->attempts++;
	g->refused += s->conn_state == TANPA_REJ;
	g->first_ns = MIN(g->first_ns, tanpa_session_start_ns(s));
	g->last_ns = MAX(g->last_ns, tanpa_session_end_ns(s));
	add_destination(g, digest(s->addr[v->server]));
}

void fanout_merge(struct fanout *into, const struct fanout *from)
{
	GHashTableIter groups, seen;
	gpointer group, destination;
	g_hash_table_iter_init(&groups, from->groups);
	while (g_hash_table_iter_next(&groups, &group, NULL)) {
		const struct fanout_group *one = group;
		struct fanout_group *g = find_or_add(into, one);
		if (g == NULL)
			continue;
		g->attempts += one->attempts;
		g->refused += one->refused;
		g->first_ns = MIN(g->first_ns, one->first_ns);
		g->last_ns = MAX(g->last_ns, one->last_ns);
		g_hash_table_iter_init(&seen, one->seen);
		while (g_hash_table_iter_next(&seen, &destination, NULL))
			add_destination(g, destination);
	}
}

const struct fanout_group *fanout_of(const struct fanout *f, const struct tanpa_session *s, const struct verdict *v)
{
	if (!is_outbound_attempt(v))
		return NULL;
	struct fanout_group key = key_of(s, v);
	const struct fanout_group *g = g_hash_table_lookup(f->groups, &key);
	return g && g->destinations >= f->least ? g : NULL;
}

static gint compare_groups(gconstpointer a, gconstpointer b)
{
	const struct fanout_group *x = *(const struct fanout_group *const *)a,
				  *y = *(const struct fanout_group *const *)b;
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
