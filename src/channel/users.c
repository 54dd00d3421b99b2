/*
 * Part of channel.c: which inside hosts use a service. Services are found by the hashes of all channels, put into
 * buckets when the first one is asked for; what was found of a service of several hosts is remembered.
 */
#include <math.h>

#include "channel/channel_state.h"

struct users {
	uint32_t *end;      /* of each bucket, in `channel` */
	uint32_t *channel;  /* numbers, by the top bits of their services' hashes */
	unsigned shift;     /* the other bits */
	GHashTable *number; /* channel to number + 1 in `services` */
	GArray *services;   /* struct channel_service */
};

enum { PER_BUCKET = 4 };

static uint32_t bucket_of(const struct users *u, uint32_t service_hash)
{
	return (uint32_t)((uint64_t)service_hash >> u->shift);
}

static uint32_t bucket_begin(const struct users *u, uint32_t bucket)
{
	return bucket ? u->end[bucket - 1] : 0;
}

struct users *users_new(const struct channels *c)
{
	struct users *u = g_new0(struct users, 1);
	guint n = groups_size(c->groups);
	for (u->shift = 32; u->shift > 0 && n >> (32 - u->shift) > PER_BUCKET; u->shift--)
		;
	gsize buckets = (gsize)1 << (32 - u->shift);
	u->end = g_new0(uint32_t, buckets + 1);
	u->channel = g_new(uint32_t, n + 1);
	for (guint i = 0; i < n; i++)
		u->end[bucket_of(u, group_at(c->groups, i)->service_hash) + 1]++;
	for (gsize b = 1; b <= buckets; b++)
		u->end[b] += u->end[b - 1];
	for (guint i = 0; i < n; i++) /* which moves each one's begin to its end */
		u->channel[u->end[bucket_of(u, group_at(c->groups, i)->service_hash)]++] = i;
	u->number = g_hash_table_new(NULL, NULL);
	u->services = g_array_new(FALSE, FALSE, sizeof(struct channel_service));
	return u;
}

void users_free(struct users *u)
{
	if (u == NULL)
		return;
	g_free(u->end);
	g_free(u->channel);
	g_hash_table_unref(u->number);
	g_array_unref(u->services);
	g_free(u);
}

static bool same_service(const struct channel *a, const struct channel *b)
{
	return a->port == b->port && a->proto == b->proto && memcmp(a->server, b->server, 16) == 0;
}

struct channel_service users_of(struct users *u, const struct channels *c, const struct channel *channel)
{
	struct channel other;
	struct channel_service service = {.sent_min = INFINITY};
	uint32_t hash = group_at(c->groups, channel->number)->service_hash, bucket = bucket_of(u, hash);
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(u->number, GUINT_TO_POINTER(channel->number)));
	if (known)
		return g_array_index(u->services, struct channel_service, known - 1);
	g_autoptr(GArray) users = g_array_new(FALSE, FALSE, sizeof(guint));
	for (uint32_t at = bucket_begin(u, bucket); at < u->end[bucket]; at++) {
		guint i = u->channel[at];
		if (group_at(c->groups, i)->service_hash != hash)
			continue;
		channels_sum_up(c, group_numbers(c->groups, i), group_size(c->groups, i), NULL, &other);
		if (other.sessions == 0 || other.inbound || !same_service(&other, channel))
			continue;
		float sent = (float)((double)other.sent / other.sessions);
		service.hosts++;
		service.sent_min = MIN(service.sent_min, sent);
		service.sent_max = MAX(service.sent_max, sent);
		g_array_append_val(users, i);
	}
	if (users->len < 2)
		return service;
	g_array_append_val(u->services, service);
	for (guint i = 0; i < users->len; i++)
		g_hash_table_insert(u->number, GUINT_TO_POINTER(g_array_index(users, guint, i)),
				    GUINT_TO_POINTER(u->services->len));
	return service;
}
