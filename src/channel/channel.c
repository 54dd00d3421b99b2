#include "channel/channel.h"

#include <string.h>

#include "base/hash.h"
#include "base/pages.h"
#include "base/slab.h"

/* Open addressing: hash and number + 1 (0: empty). */
struct place {
	uint32_t hash, number;
};

struct places {
	struct place *place;
	uint32_t mask;
};

enum { FIRST_PLACES = 1024, WAITING = 32 };

/*
 * A scan of a million sessions adds to channels all over the memory. What is added waits until WAITING are
 * together: then their places are fetched at once, then their channels, and only then they are added.
 */
struct channels {
	struct slab all; /* struct channel */
	GArray *hosts;   /* struct channel_host */
	struct places of_channels, of_hosts;
	uint32_t last_host; /* number + 1 of the host asked for last: sessions of one host come in rows */
	uint32_t max;
	uint64_t refused; /* sessions */
	guint waiting;
	struct channel wait[WAITING];
	uint32_t wait_hash[WAITING];
};

static void places_init(struct places *places, uint32_t n)
{
	*places = (struct places){pages_new(n * sizeof(struct place)), n - 1};
}

static void places_clear(struct places *places)
{
	pages_free(places->place, ((gsize)places->mask + 1) * sizeof(struct place));
}

/* Doubles the places. */
static void places_grow(struct places *places)
{
	struct places old = *places;
	places_init(places, 2 * (old.mask + 1));
	for (uint32_t i = 0; i <= old.mask; i++) {
		uint32_t at = old.place[i].hash;
		if (old.place[i].number == 0)
			continue;
		while (places->place[at & places->mask].number)
			at++;
		places->place[at & places->mask] = old.place[i];
	}
	places_clear(&old);
}

struct channels *channels_new(void)
{
	struct channels *c = g_new0(struct channels, 1);
	slab_init(&c->all, sizeof(struct channel));
	c->max = UINT32_MAX - 1;
	c->hosts = g_array_new(FALSE, FALSE, sizeof(struct channel_host));
	places_init(&c->of_channels, FIRST_PLACES);
	places_init(&c->of_hosts, FIRST_PLACES);
	return c;
}

void channels_free(struct channels *c)
{
	if (c == NULL)
		return;
	slab_clear(&c->all);
	g_array_unref(c->hosts);
	places_clear(&c->of_channels);
	places_clear(&c->of_hosts);
	g_free(c);
}

static struct channel *channel_at(const struct channels *c, uint32_t number)
{
	return slab_at(&c->all, number, sizeof(struct channel));
}

static bool same_key(const struct channel *a, const struct channel *b)
{
	return a->host == b->host && a->port == b->port && a->proto == b->proto && a->inbound == b->inbound &&
	       memcmp(a->server, b->server, 16) == 0;
}

static uint32_t key_hash(const struct channel *key)
{
	uint64_t rest = (uint64_t)key->host << 32 | (uint64_t)key->port << 16 | (uint64_t)key->proto << 8 |
			key->inbound;
	return (uint32_t)hash_address(key->server, rest);
}

static uint32_t find_or_add_host(struct channels *c, const uint8_t addr[16])
{
	if (c->last_host && memcmp(channels_host(c, c->last_host - 1)->addr, addr, 16) == 0)
		return c->last_host - 1;
	uint32_t hash = (uint32_t)hash_address(addr, 0), at = hash;
	struct place *place;
	for (;; at++) {
		place = &c->of_hosts.place[at & c->of_hosts.mask];
		if (place->number == 0)
			break;
		if (place->hash == hash && memcmp(channels_host(c, place->number - 1)->addr, addr, 16) == 0)
			return (c->last_host = place->number) - 1;
	}
	struct channel_host host = {0};
	memcpy(host.addr, addr, 16);
	g_array_append_val(c->hosts, host);
	*place = (struct place){hash, c->hosts->len};
	if (c->hosts->len > c->of_hosts.mask / 2)
		places_grow(&c->of_hosts);
	return (c->last_host = c->hosts->len) - 1;
}

/* Keeps the names in byte order, each once. */
static void add_name(struct channel *channel, const char *name)
{
	for (int i = 0; i < CHANNEL_NAMES && name; i++) {
		const char *other = channel->names[i];
		int c = other == name ? 0 : other == NULL ? -1 : strcmp(name, other);
		if (c == 0)
			return;
		if (c < 0) {
			channel->names[i] = name;
			name = other;
		}
	}
}

/* Adds b to a: sums, minima, maxima, unions. */
static void add_up(struct channel *a, const struct channel *b)
{
	a->services |= b->services;
	a->contents |= b->contents;
	a->methods |= b->methods;
	a->begin_missed |= b->begin_missed;
	if (b->status_min && (a->status_min == 0 || b->status_min < a->status_min))
		a->status_min = b->status_min;
	a->status_max = MAX(a->status_max, b->status_max);
	a->sessions += b->sessions;
	for (int kind = 0; kind < VERDICT_N_JUDGED; kind++)
		a->by_kind[kind] += b->by_kind[kind];
	a->short_sessions += b->short_sessions;
	a->executables += b->executables;
	a->mean_length_min = MIN(a->mean_length_min, b->mean_length_min);
	a->mean_length_max = MAX(a->mean_length_max, b->mean_length_max);
	a->sent += b->sent;
	a->received += b->received;
	a->first_ns = MIN(a->first_ns, b->first_ns);
	a->last_ns = MAX(a->last_ns, b->last_ns);
	a->longest_s = MAX(a->longest_s, b->longest_s);
	for (int i = 0; i < CHANNEL_NAMES && b->names[i]; i++)
		add_name(a, b->names[i]);
}

/* A channel of one session. */
static struct channel channel_of(const struct tanpa_session *s, const struct verdict *v)
{
	int64_t start = tanpa_session_start_ns(s), end = tanpa_session_end_ns(s);
	uint8_t content = s->content[v->inside ^ 1];
	struct channel channel = {
		.port = s->port[v->server],
		.proto = s->proto,
		.inbound = v->direction == VERDICT_INBOUND,
		.direction = (uint8_t)v->direction,
		.services = (uint16_t)(1u << s->service),
		.contents = (uint8_t)(1u << content),
		.methods = (uint8_t)(1u << s->http_method),
		.begin_missed = v->guessed,
		.status_min = s->http_status,
		.status_max = s->http_status,
		.sessions = 1,
		.short_sessions = v->is_short,
		.executables = tanpa_is_executable(content),
		.mean_length_min = (float)v->mean_length,
		.mean_length_max = (float)v->mean_length,
		.sent = v->sent,
		.received = v->received,
		.first_ns = start,
		.last_ns = end,
		.longest_s = (float)((double)(end - start) / 1e9),
		.names = {s->name},
	};
	channel.by_kind[v->kind] = 1;
	if (!channel.inbound)
		memcpy(channel.server, s->addr[v->server], 16);
	return channel;
}

/* The channel is added to the one with its key, or becomes it. */
static void put(struct channels *c, const struct channel *one, uint32_t hash)
{
	for (uint32_t at = hash;; at++) {
		struct place *place = &c->of_channels.place[at & c->of_channels.mask];
		if (place->number == 0 && c->all.used >= c->max) {
			c->refused += one->sessions;
			return;
		}
		if (place->number == 0) {
			uint32_t number = slab_new(&c->all);
			*channel_at(c, number) = *one;
			*place = (struct place){hash, number + 1};
			break;
		}
		if (place->hash == hash && same_key(channel_at(c, place->number - 1), one)) {
			add_up(channel_at(c, place->number - 1), one);
			return;
		}
	}
	if (c->all.used > c->of_channels.mask / 2)
		places_grow(&c->of_channels);
}

static void put_waiting(struct channels *c)
{
	for (guint i = 0; i < c->waiting; i++) {
		const struct place *place = &c->of_channels.place[c->wait_hash[i] & c->of_channels.mask];
		if (place->number) {
			__builtin_prefetch(channel_at(c, place->number - 1), 1);
			__builtin_prefetch((const char *)channel_at(c, place->number - 1) + 64, 1);
		}
	}
	for (guint i = 0; i < c->waiting; i++)
		put(c, &c->wait[i], c->wait_hash[i]);
	c->waiting = 0;
}

static void add(struct channels *c, const struct channel *one, const uint8_t host[16])
{
	struct channel *wait = &c->wait[c->waiting];
	*wait = *one;
	wait->host = find_or_add_host(c, host);
	uint32_t hash = key_hash(wait);
	c->wait_hash[c->waiting++] = hash;
	__builtin_prefetch(&c->of_channels.place[hash & c->of_channels.mask], 1);
	if (c->waiting == WAITING)
		put_waiting(c);
}

void channels_add(struct channels *c, const struct tanpa_session *s, const struct verdict *v)
{
	if (!verdict_is_judged(v->kind))
		return;
	struct channel one = channel_of(s, v);
	add(c, &one, s->addr[v->inside]);
}

void channels_set_max(struct channels *c, uint32_t max)
{
	c->max = max;
}

uint64_t channels_refused(const struct channels *c)
{
	return c->refused;
}

void channels_merge(struct channels *into, const struct channels *from)
{
	into->refused += from->refused;
	for (guint i = 0; i < from->all.used; i++) {
		const struct channel *one = channel_at(from, i);
		add(into, one, channels_host(from, one->host)->addr);
	}
	for (guint i = 0; i < from->waiting; i++)
		add(into, &from->wait[i], channels_host(from, from->wait[i].host)->addr);
}

void channels_finish(struct channels *c)
{
	put_waiting(c);
	for (guint i = 0; i < c->all.used; i++) {
		const struct channel *channel = channel_at(c, i);
		struct channel_host *host = &g_array_index(c->hosts, struct channel_host, channel->host);
		for (int kind = 0; kind < VERDICT_N_JUDGED; kind++) {
			host->channels_by_kind[kind] += channel_is(channel, (enum verdict_kind)kind);
			host->by_kind[kind] += channel->by_kind[kind];
		}
	}
}

guint channels_hosts(const struct channels *c)
{
	return c->hosts->len;
}

const struct channel_host *channels_host(const struct channels *c, uint32_t number)
{
	return &g_array_index(c->hosts, struct channel_host, number);
}

guint channels_size(const struct channels *c)
{
	return c->all.used;
}

const struct channel *channels_get(const struct channels *c, guint i)
{
	return channel_at(c, i);
}

enum verdict_kind channel_kind(const struct channel *channel)
{
	enum verdict_kind most = VERDICT_C2;
	for (int kind = 0; kind < VERDICT_N_JUDGED; kind++)
		if (channel->by_kind[kind] > channel->by_kind[most])
			most = (enum verdict_kind)kind;
	return most;
}

bool channel_is(const struct channel *channel, enum verdict_kind kind)
{
	uint32_t n = channel->by_kind[kind];
	if (n == 0)
		return false;
	return channel_kind(channel) == kind || kind == VERDICT_UPLOAD ||
	       (kind == VERDICT_DOWNLOAD && channel->executables > 0) ||
	       (kind == VERDICT_C2 && (uint64_t)n * 3 >= channel->sessions);
}
