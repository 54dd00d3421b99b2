#include "verdict/fanout.h"

#include <string.h>

#include "base/hash.h"

struct fanout {
	GHashTable *groups; /* struct fanout_group, by its first fields */
	guint least;
	guint destinations; /* of all groups */
	uint64_t unfollowed;
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
	g_clear_pointer(&((struct fanout_group *)group)->more, g_hash_table_destroy);
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

/* Made by the inside host, and not answered as a connection is: unanswered, refused, given up. */
static bool is_failed_attempt(const struct tanpa_session *s, const struct verdict *v)
{
	bool failed = s->conn_state == TANPA_S0 || s->conn_state == TANPA_REJ || s->conn_state == TANPA_RSTOS0 ||
		      s->conn_state == TANPA_SH;
	return failed && !verdict_is_judged(v->kind) && v->direction != VERDICT_INBOUND && !v->guessed;
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
	g->more = NULL;
	g_hash_table_add(f->groups, g);
	return g;
}

static bool has_destination(const struct fanout_group *g, gconstpointer destination)
{
	for (guint i = 0; i < MIN(g->destinations, FANOUT_FEW); i++)
		if (g->few[i] == destination)
			return true;
	return g->more && g_hash_table_contains(g->more, destination);
}

static void add_destination(struct fanout *f, struct fanout_group *g, gpointer destination)
{
	if (has_destination(g, destination))
		return;
	if (g->destinations >= FANOUT_MAX_DESTINATIONS || f->destinations >= FANOUT_MAX_TOTAL) {
		f->unfollowed++;
		return;
	}
	if (g->destinations >= FANOUT_FEW && g->more == NULL)
		g->more = g_hash_table_new(NULL, NULL);
	if (g->more)
		g_hash_table_add(g->more, destination);
	else
		g->few[g->destinations] = destination;
	g->destinations++;
	f->destinations++;
}

uint64_t fanout_unfollowed(const struct fanout *f)
{
	return f->unfollowed;
}

void fanout_add(struct fanout *f, const struct tanpa_session *s, const struct verdict *v)
{
	struct fanout_group key = key_of(s, v);
	if (!is_failed_attempt(s, v))
		return;
	struct fanout_group *g = find_or_add(f, &key);
	if (g == NULL) {
		f->unfollowed++;
		return;
	}
	g->attempts++;
	g->refused += s->conn_state == TANPA_REJ;
	g->first_ns = MIN(g->first_ns, tanpa_session_start_ns(s));
	g->last_ns = MAX(g->last_ns, tanpa_session_end_ns(s));
	add_destination(f, g, digest(s->addr[v->server]));
}

void fanout_merge(struct fanout *into, const struct fanout *from)
{
	GHashTableIter groups, more;
	gpointer group, destination;
	into->unfollowed += from->unfollowed;
	g_hash_table_iter_init(&groups, from->groups);
	while (g_hash_table_iter_next(&groups, &group, NULL)) {
		const struct fanout_group *one = group;
		struct fanout_group *g = find_or_add(into, one);
		if (g == NULL) {
			into->unfollowed += one->attempts;
			continue;
		}
		g->attempts += one->attempts;
		g->refused += one->refused;
		g->first_ns = MIN(g->first_ns, one->first_ns);
		g->last_ns = MAX(g->last_ns, one->last_ns);
		for (guint i = 0; i < MIN(one->destinations, FANOUT_FEW); i++)
			add_destination(into, g, one->few[i]);
		if (one->more == NULL)
			continue;
		g_hash_table_iter_init(&more, one->more);
		while (g_hash_table_iter_next(&more, &destination, NULL))
			add_destination(into, g, destination);
	}
}

const struct fanout_group *fanout_of(const struct fanout *f, const struct tanpa_session *s, const struct verdict *v)
{
	if (!is_failed_attempt(s, v))
		return NULL;
	struct fanout_group key = key_of(s, v);
	const struct fanout_group *g = g_hash_table_lookup(f->groups, &key);
	return g && g->destinations >= f->least ? g : NULL;
}

bool fanout_has(const struct fanout *f, const uint8_t host[16], uint16_t port, uint8_t proto)
{
	struct fanout_group key = {.port = port, .proto = proto};
	memcpy(key.host, host, 16);
	const struct fanout_group *g = g_hash_table_lookup(f->groups, &key);
	return g && g->destinations >= f->least;
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
