#include "channel/channel.h"

#include <string.h>

/* Open addressing over the channels' numbers: a scan of a million sessions asks it a million times. */
struct channels {
	GArray *all;     /* struct channel */
	uint32_t *place; /* number + 1, 0: empty */
	uint32_t mask;
};

enum { FIRST_PLACES = 1024 };

struct channels *channels_new(void)
{
	struct channels *c = g_new0(struct channels, 1);
	c->all = g_array_new(FALSE, FALSE, sizeof(struct channel));
	c->mask = FIRST_PLACES - 1;
	c->place = g_new0(uint32_t, FIRST_PLACES);
	return c;
}

void channels_free(struct channels *c)
{
	if (c == NULL)
		return;
	g_array_unref(c->all);
	g_free(c->place);
	g_free(c);
}

static bool same_key(const struct channel *a, const struct channel *b)
{
	return a->port == b->port && a->proto == b->proto && a->inbound == b->inbound &&
	       memcmp(a->host, b->host, 16) == 0 && memcmp(a->server, b->server, 16) == 0;
}

static uint32_t key_hash(const struct channel *key)
{
	uint64_t words[4], h = ((uint64_t)key->port << 16 | (uint64_t)key->proto << 8 | key->inbound) + 1;
	memcpy(words, key->host, 16);
	memcpy(words + 2, key->server, 16);
	for (int i = 0; i < 4; i++) {
		h = (h ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
	}
	return (uint32_t)h;
}

static uint32_t *find_place(const struct channels *c, const struct channel *key)
{
	uint32_t at = key_hash(key);
	for (;; at++) {
		uint32_t *place = &c->place[at & c->mask];
		if (*place == 0 || same_key(&g_array_index(c->all, struct channel, *place - 1), key))
			return place;
	}
}

static void grow(struct channels *c)
{
	g_free(c->place);
	c->mask = 2 * c->mask + 1;
	c->place = g_new0(uint32_t, (gsize)c->mask + 1);
	for (guint i = 0; i < c->all->len; i++)
		*find_place(c, &g_array_index(c->all, struct channel, i)) = i + 1;
}

static struct channel *find_or_add(struct channels *c, const struct tanpa_session *s, const struct verdict *v)
{
	struct channel key = {.proto = s->proto, .inbound = v->direction == VERDICT_INBOUND, .direction = v->direction};
	key.port = s->port[TANPA_RESP];
	memcpy(key.host, s->addr[v->inside], 16);
	if (!key.inbound)
		memcpy(key.server, s->addr[TANPA_RESP], 16);
	uint32_t *place = find_place(c, &key);
	if (*place == 0) {
		key.first_ns = tanpa_session_start_ns(s);
		key.last_ns = tanpa_session_end_ns(s);
		key.mean_length_min = v->mean_length;
		g_array_append_val(c->all, key);
		*place = c->all->len;
		if (c->all->len > c->mask / 2) {
			grow(c);
			return &g_array_index(c->all, struct channel, c->all->len - 1);
		}
	}
	return &g_array_index(c->all, struct channel, *place - 1);
}

static void add_name(struct channel *channel, const char *name)
{
	for (int i = 0; i < CHANNEL_NAMES; i++) {
		if (channel->names[i] == NULL) {
			channel->names[i] = name;
			return;
		}
		if (channel->names[i] == name || strcmp(channel->names[i], name) == 0)
			return;
	}
}

void channels_add(struct channels *c, const struct tanpa_session *s, const struct verdict *v)
{
	if (v->kind == VERDICT_ATTEMPT || v->kind == VERDICT_PROPAGATION)
		return;
	struct channel *channel = find_or_add(c, s, v);
	int64_t start = tanpa_session_start_ns(s), end = tanpa_session_end_ns(s);
	channel->sessions++;
	channel->by_kind[v->kind]++;
	channel->short_sessions += v->is_short;
	channel->packets += tanpa_session_packets(s);
	channel->sent += v->sent;
	channel->received += v->received;
	channel->mean_length_min = MIN(channel->mean_length_min, v->mean_length);
	channel->mean_length_max = MAX(channel->mean_length_max, v->mean_length);
	channel->first_ns = MIN(channel->first_ns, start);
	channel->last_ns = MAX(channel->last_ns, end);
	channel->longest_ns = MAX(channel->longest_ns, end - start);
	channel->with_content[s->content[v->inside ^ 1]]++;
	channel->by_method[s->http_method]++;
	if (s->http_status)
		channel->http_status = s->http_status;
	if (channel->service == TANPA_SERVICE_UNKNOWN)
		channel->service = s->service;
	if (s->name)
		add_name(channel, s->name);
}

guint channels_size(const struct channels *c)
{
	return c->all->len;
}

const struct channel *channels_get(const struct channels *c, guint i)
{
	return &g_array_index(c->all, struct channel, i);
}

enum verdict_kind channel_kind(const struct channel *channel)
{
	enum verdict_kind most = VERDICT_C2;
	for (int kind = 0; kind < VERDICT_N_KINDS; kind++)
		if (channel->by_kind[kind] > channel->by_kind[most])
			most = (enum verdict_kind)kind;
	return most;
}
