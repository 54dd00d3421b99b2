/*
 * Part of channel.c: which inside hosts use a service. Services are found by the hashes of channels, put into buckets;
 * what was found of a service of several hosts is remembered.
 */
#include <math.h>

#include "channel/channel_state.h"

enum { PER_BUCKET = 4, BITS_EACH = 16, BITS_LEAST = 4096 };

struct users {
	uint64_t *asked;      /* bits, by the top bits of the hashes of the services asked for; NULL: all are */
	unsigned asked_shift; /* the other bits */
	uint32_t *end;        /* of each bucket, in `channel` */
	uint32_t *channel;    /* numbers, by the top bits of their services' hashes */
	unsigned shift;       /* the other bits */
	GHashTable *number;   /* channel to number + 1 in `services` */
	GArray *services;     /* struct channel_service */
};

/* How many of 32 bits are not needed to number at least n things. */
static unsigned bits_left(gsize n)
{
	unsigned shift = 32;
	while (shift > 0 && (n - 1) >> (32 - shift) > 0)
		shift--;
	return shift;
}

static uint32_t bucket_of(const struct users *u, uint32_t service_hash)
{
	return (uint32_t)((uint64_t)service_hash >> u->shift);
}

static uint32_t bucket_begin(const struct users *u, uint32_t bucket)
{
	return bucket ? u->end[bucket - 1] : 0;
}

static bool is_asked(const struct users *u, uint32_t service_hash)
{
	uint64_t bit = (uint64_t)service_hash >> u->asked_shift;
	return u->asked == NULL || u->asked[bit / 64] >> bit % 64 & 1;
}

static void ask(struct users *u, const struct channels *c, const uint32_t *numbers, guint n)
{
	gsize bits = MAX((gsize)n * BITS_EACH, BITS_LEAST);
	u->asked_shift = bits_left(bits);
	u->asked = g_new0(uint64_t, ((gsize)1 << (32 - u->asked_shift)) / 64);
	for (guint i = 0; i < n; i++) {
		uint64_t bit = (uint64_t)group_at(c->groups, numbers[i])->service_hash >> u->asked_shift;
		u->asked[bit / 64] |= UINT64_C(1) << bit % 64;
	}
}

/* Numbers of the channels whose services are asked for, or may be. */
static GArray *find_asked(const struct users *u, const struct channels *c)
{
	GArray *found = g_array_new(FALSE, FALSE, sizeof(uint32_t));
	for (uint32_t i = 0; i < groups_size(c->groups); i++)
		if (is_asked(u, group_at(c->groups, i)->service_hash))
			g_array_append_val(found, i);
	return found;
}

static void fill_buckets(struct users *u, const struct channels *c, const uint32_t *numbers, guint n)
{
	u->shift = bits_left(n / PER_BUCKET + 1);
	gsize buckets = (gsize)1 << (32 - u->shift);
	u->end = g_new0(uint32_t, buckets + 1);
	u->channel = g_new(uint32_t, n + 1);
	for (guint i = 0; i < n; i++)
		u->end[bucket_of(u, group_at(c->groups, numbers[i])->service_hash) + 1]++;
	for (gsize b = 1; b <= buckets; b++)
		u->end[b] += u->end[b - 1];
	for (guint i = 0; i < n; i++) /* which moves each one's begin to its end */
		u->channel[u->end[bucket_of(u, group_at(c->groups, numbers[i])->service_hash)]++] = numbers[i];
}

struct users *users_new(const struct channels *c, const uint32_t *numbers, guint n)
{
	struct users *u = g_new0(struct users, 1);
	if (numbers)
		ask(u, c, numbers, n);
	g_autoptr(GArray) asked = find_asked(u, c);
	fill_buckets(u, c, (const uint32_t *)(const void *)asked->data, asked->len);
	u->number = g_hash_table_new(NULL, NULL);
	u->services = g_array_new(FALSE, FALSE, sizeof(struct channel_service));
	return u;
}

bool users_know(const struct users *u, const struct channels *c, const struct channel *channel)
{
	return is_asked(u, group_at(c->groups, channel->number)->service_hash);
}

void users_free(struct users *u)
{
	if (u == NULL)
		return;
	g_free(u->asked);
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
