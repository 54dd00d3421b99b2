#include "channel/channel.h"

#include <math.h>
#include <string.h>

#include "base/fetch.h"
#include "base/hash.h"
#include "base/pages.h"
#include "base/slab.h"
#include "channel/sum.h"

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
 * A scan of a million sessions adds to hosts and channels all over the memory. What is added waits until WAITING are
 * together: each step fetches for all of them what the next one will look at.
 */
struct waiting {
	struct channel channel;
	struct channel_session session;
	uint8_t host[16];
	uint32_t host_hash, hash;
};

struct channels {
	struct slab all;    /* struct channel */
	struct slab listed; /* struct channel_session: the lists of the outbound ones, newest addition first */
	GArray *hosts;      /* struct channel_host */
	GArray *services;   /* struct channel_service, of two hosts or more; by channels_finish() */
	uint32_t *by_host;  /* numbers of all channels; by channels_finish() */
	struct insights *insights;
	struct places of_channels, of_hosts;
	uint32_t last_host; /* number + 1 of the host asked for last: sessions of one host come in rows */
	uint32_t max;
	uint64_t refused; /* sessions */
	GArray *sorted;   /* struct channel_session; scratch */
	guint waiting;
	struct waiting wait[WAITING];
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
	slab_init(&c->listed, sizeof(struct channel_session));
	c->sorted = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
	c->insights = insights_new();
	c->max = UINT32_MAX - 1;
	c->hosts = g_array_new(FALSE, FALSE, sizeof(struct channel_host));
	c->services = g_array_new(FALSE, FALSE, sizeof(struct channel_service));
	places_init(&c->of_channels, FIRST_PLACES);
	places_init(&c->of_hosts, FIRST_PLACES);
	return c;
}

void channels_free(struct channels *c)
{
	if (c == NULL)
		return;
	slab_clear(&c->all);
	slab_clear(&c->listed);
	g_array_unref(c->sorted);
	insights_free(c->insights);
	g_array_unref(c->hosts);
	g_array_unref(c->services);
	g_free(c->by_host);
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

static uint32_t host_hash(const uint8_t addr[16])
{
	return (uint32_t)hash_address(addr, 0);
}

static uint32_t find_or_add_host(struct channels *c, const uint8_t addr[16], uint32_t hash)
{
	struct place *place;
	if (c->last_host && memcmp(channels_host(c, c->last_host - 1)->addr, addr, 16) == 0)
		return c->last_host - 1;
	for (uint32_t at = hash;; at++) {
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

/* ---- lists ---- */

static struct channel_session *session_at(const struct channels *c, uint32_t number)
{
	return slab_at(&c->listed, number, sizeof(struct channel_session));
}

void channels_list(const struct channels *c, const struct channel *channel, GArray *out)
{
	g_array_set_size(out, 0);
	for (uint32_t at = channel->list; at; at = session_at(c, at - 1)->next)
		g_array_append_vals(out, session_at(c, at - 1), 1);
	g_array_sort(out, channel_session_compare);
	if (out->len > CHANNEL_LISTED)
		g_array_set_size(out, CHANNEL_LISTED);
}

void channels_list_ahead(const struct channels *c, guint i)
{
	enum { AHEAD = 16 };
	if (i + AHEAD < c->all.used) {
		uint32_t first = channel_at(c, i + AHEAD)->list, next = channel_at(c, i + AHEAD / 2)->list;
		if (first)
			fetch_ahead(session_at(c, first - 1));
		if (next)
			next = session_at(c, next - 1)->next;
		if (next)
			fetch_ahead(session_at(c, next - 1));
	}
}

/* Keeps only the earliest CHANNEL_LISTED of a long list. */
static void shorten(struct channels *c, struct channel *channel)
{
	uint32_t at = channel->list;
	channels_list(c, channel, c->sorted);
	for (guint i = 0; i < CHANNEL_LISTED; i++) {
		struct channel_session *place = session_at(c, at - 1);
		uint32_t next = place->next;
		*place = g_array_index(c->sorted, struct channel_session, i);
		place->next = i + 1 < CHANNEL_LISTED ? next : 0;
		at = next;
	}
	for (uint32_t next; at; at = next) {
		next = session_at(c, at - 1)->next;
		slab_give_back(&c->listed, at - 1);
	}
	channel->listed = CHANNEL_LISTED;
}

static void list(struct channels *c, struct channel *channel, const struct channel_session *session)
{
	uint32_t number = slab_new(&c->listed);
	struct channel_session *place = session_at(c, number);
	*place = *session;
	place->next = channel->list;
	channel->list = number + 1;
	if (++channel->listed == 2 * CHANNEL_LISTED)
		shorten(c, channel);
}

/* ---- the table ---- */

static void add_sums(struct channels *c, struct channel *channel, const struct channel *one)
{
	channel_sum_add(channel, one);
	if (G_UNLIKELY(channel->insight != one->insight))
		channel->insight = insights_join(c->insights, channel->insight, one->insight);
}

/* The channel is added to the one with its key, or becomes it. NULL: it would be one too many. */
static struct channel *put(struct channels *c, const struct channel *one, uint32_t hash)
{
	struct channel *channel = NULL;
	for (uint32_t at = hash;; at++) {
		struct place *place = &c->of_channels.place[at & c->of_channels.mask];
		if (place->number == 0 && c->all.used >= c->max) {
			c->refused += one->sessions;
			return NULL;
		}
		if (place->number == 0) {
			uint32_t number = slab_new(&c->all);
			channel = channel_at(c, number);
			*channel = *one;
			*place = (struct place){hash, number + 1};
			break;
		}
		if (place->hash == hash && same_key(channel_at(c, place->number - 1), one)) {
			channel = channel_at(c, place->number - 1);
			add_sums(c, channel, one);
			return channel;
		}
	}
	if (c->all.used > c->of_channels.mask / 2)
		places_grow(&c->of_channels);
	return channel;
}

static const struct place *first_place(const struct places *places, uint32_t hash)
{
	return &places->place[hash & places->mask];
}

static void put_waiting(struct channels *c)
{
	for (guint i = 0; i < c->waiting; i++) {
		const struct place *place = first_place(&c->of_hosts, c->wait[i].host_hash);
		if (place->number)
			fetch_ahead(channels_host(c, place->number - 1));
	}
	for (guint i = 0; i < c->waiting; i++) {
		struct waiting *w = &c->wait[i];
		w->channel.host = find_or_add_host(c, w->host, w->host_hash);
		w->hash = key_hash(&w->channel);
		fetch_ahead(first_place(&c->of_channels, w->hash));
	}
	for (guint i = 0; i < c->waiting; i++) {
		const struct place *place = first_place(&c->of_channels, c->wait[i].hash);
		const char *channel = place->number ? (const char *)channel_at(c, place->number - 1) : NULL;
		for (gsize at = 0; channel && at < sizeof(struct channel); at += 64)
			fetch_ahead(channel + at);
	}
	for (guint i = 0; i < c->waiting; i++) {
		const struct waiting *w = &c->wait[i];
		struct channel *channel = put(c, &w->channel, w->hash);
		if (channel && !channel->inbound)
			list(c, channel, &w->session);
	}
	c->waiting = 0;
}

void channels_add(struct channels *c, const struct tanpa_session *s, const struct verdict *v)
{
	struct waiting *w = &c->wait[c->waiting++];
	channel_sum_one(s, v, &w->channel, &w->session);
	if (G_UNLIKELY(s->app_protocol))
		w->channel.insight = insights_number(c->insights, &(struct insight){s->app_protocol, s->risks});
	memcpy(w->host, s->addr[v->inside], 16);
	w->host_hash = host_hash(w->host);
	fetch_ahead(first_place(&c->of_hosts, w->host_hash));
	if (c->waiting == WAITING)
		put_waiting(c);
}

void channels_set_max(struct channels *c, uint32_t max)
{
	c->max = max;
}

uint64_t channels_refused(const struct channels *c)
{
	return c->refused;
}

/* ---- merging ---- */

/* Takes over the lists; returns what their numbers have grown by. */
static uint32_t adopt_lists(struct channels *into, struct channels *from)
{
	uint32_t n = from->listed.used, first = slab_adopt(&into->listed, &from->listed);
	for (uint32_t i = 0; i < n; i++) {
		struct channel_session *session = session_at(into, first + i);
		session->next += session->next ? first : 0;
	}
	return first;
}

/* Takes over the channels, behind those that are there. */
static void adopt_channels(struct channels *into, struct channels *from)
{
	while (into->all.room > 0 && from->all.used > 0) { /* no hole in the numbers */
		*channel_at(into, slab_new(&into->all)) = *channel_at(from, from->all.used - 1);
		slab_drop_last(&from->all);
	}
	if (from->all.used > 0)
		slab_adopt(&into->all, &from->all);
}

static void join_lists(struct channels *c, struct channel *into, const struct channel *from)
{
	struct channel_session *last;
	if (from->list == 0)
		return;
	for (last = session_at(c, from->list - 1); last->next; last = session_at(c, last->next - 1))
		;
	last->next = into->list;
	into->list = from->list;
	into->listed += from->listed;
	if (into->listed >= 2 * CHANNEL_LISTED)
		shorten(c, into);
}

/* The adopted channel has its place; or it is added to the one that has it, or is one too many: then false. */
static bool settle(struct channels *c, uint32_t number)
{
	struct channel *channel = channel_at(c, number);
	uint32_t hash = key_hash(channel);
	for (uint32_t at = hash;; at++) {
		struct place *place = &c->of_channels.place[at & c->of_channels.mask];
		if (place->number == 0 && number >= c->max) {
			c->refused += channel->sessions;
			return false;
		}
		if (place->number == 0) {
			*place = (struct place){hash, number + 1};
			return true;
		}
		if (place->hash == hash && same_key(channel_at(c, place->number - 1), channel)) {
			add_sums(c, channel_at(c, place->number - 1), channel);
			join_lists(c, channel_at(c, place->number - 1), channel);
			return false;
		}
	}
}

void channels_merge(struct channels *into, struct channels *from)
{
	enum { AHEAD = 16 };
	put_waiting(into);
	put_waiting(from);
	g_autofree uint32_t *host = g_new(uint32_t, from->hosts->len);
	for (guint i = 0; i < from->hosts->len; i++)
		host[i] = find_or_add_host(into, channels_host(from, i)->addr, host_hash(channels_host(from, i)->addr));
	uint32_t number = into->all.used, listed_by = adopt_lists(into, from);
	into->refused += from->refused;
	adopt_channels(into, from);
	while (into->all.used > into->of_channels.mask / 2)
		places_grow(&into->of_channels);
	for (uint32_t i = number; i < into->all.used; i++) {
		struct channel *channel = channel_at(into, i);
		channel->host = host[channel->host];
		channel->list += channel->list ? listed_by : 0;
		if (channel->insight)
			channel->insight = insights_number(into->insights, channels_insight(from, channel));
	}
	while (number < into->all.used) {
		if (number + AHEAD < into->all.used)
			fetch_ahead(first_place(&into->of_channels, key_hash(channel_at(into, number + AHEAD))));
		if (settle(into, number)) {
			number++;
		} else { /* the last one takes its number */
			*channel_at(into, number) = *channel_at(into, into->all.used - 1);
			slab_drop_last(&into->all);
		}
	}
}

/* ---- when all are in ---- */

static void count_for_host(struct channel_host *host, const struct channel *channel)
{
	for (int kind = 0; kind < VERDICT_N_JUDGED && channel->sessions > 0; kind++) {
		host->channels_by_kind[kind] += channel_is(channel, (enum verdict_kind)kind);
		host->by_kind[kind] += channel->by_kind[kind];
	}
	host->services += channel->proto == TANPA_TCP && !channel->inbound && channel->sessions > 0;
	host->channels++;
}

/* The channels in order of their hosts, of which the number is given for each. */
static void put_by_host(struct channels *c, const uint32_t *host_of)
{
	struct channel_host *hosts = (struct channel_host *)(void *)c->hosts->data;
	uint32_t before = 0;
	for (guint i = 0; i < c->hosts->len; i++) {
		hosts[i].first = before;
		before += hosts[i].channels;
		hosts[i].channels = 0; /* counted again as they are put in their places */
	}
	c->by_host = g_new(uint32_t, c->all.used);
	for (guint i = 0; i < c->all.used; i++) {
		struct channel_host *host = &hosts[host_of[i]];
		c->by_host[host->first + host->channels++] = i;
	}
}

static bool same_service(const struct channel *a, const struct channel *b)
{
	return a->port == b->port && a->proto == b->proto && memcmp(a->server, b->server, 16) == 0;
}

static uint32_t service_hash(const struct channel *channel)
{
	return (uint32_t)hash_address(channel->server, (uint64_t)channel->port << 8 | channel->proto);
}

static void count_user(struct channel_service *service, const struct channel *channel)
{
	float sent = (float)((double)channel->sent / channel->sessions);
	service->hosts++;
	service->sent_min = MIN(service->sent_min, sent);
	service->sent_max = MAX(service->sent_max, sent);
}

/* The place of a channel's service, which is empty or names another channel of it. */
static struct place *place_of_service(const struct channels *c, const struct channel *channel, uint32_t hash)
{
	for (uint32_t at = hash;; at++) {
		struct place *place = &c->of_channels.place[at & c->of_channels.mask];
		if (place->number == 0 ||
		    (place->hash == hash && same_service(channel_at(c, place->number - 1), channel)))
			return place;
	}
}

/* Only services of two hosts or more are kept, most are of one. */
static void count_for_service(struct channels *c, struct channel *channel, guint i)
{
	uint32_t hash = service_hash(channel);
	struct place *place = place_of_service(c, channel, hash);
	if (place->number == 0) {
		*place = (struct place){hash, i + 1};
		return;
	}
	struct channel *first = channel_at(c, place->number - 1);
	if (first->service == 0) {
		const struct channel_service none = {.sent_min = INFINITY};
		g_array_append_val(c->services, none);
		first->service = c->services->len;
		count_user(&g_array_index(c->services, struct channel_service, first->service - 1), first);
	}
	channel->service = first->service;
	count_user(&g_array_index(c->services, struct channel_service, channel->service - 1), channel);
}

/* Fetches the place of a channel's service a while before it is asked for, and then the channel it names. */
static void service_ahead(const struct channels *c, guint i)
{
	enum { AHEAD = 16 };
	if (i + AHEAD >= c->all.used)
		return;
	fetch_ahead(first_place(&c->of_channels, service_hash(channel_at(c, i + AHEAD))));
	const struct place *place = first_place(&c->of_channels, service_hash(channel_at(c, i + AHEAD / 2)));
	if (place->number) {
		fetch_ahead(channel_at(c, place->number - 1));
		fetch_ahead(&channel_at(c, place->number - 1)->service);
	}
}

void channels_finish(struct channels *c)
{
	put_waiting(c);
	g_autofree uint32_t *host_of = g_new(uint32_t, c->all.used);
	bool one_host = c->hosts->len == 1;
	/* services are found by the places of the channels, for which nobody looks any more */
	memset(c->of_channels.place, 0, ((gsize)c->of_channels.mask + 1) * sizeof(struct place));
	for (guint i = 0; i < c->all.used; i++) {
		struct channel *channel = channel_at(c, i);
		service_ahead(c, i);
		host_of[i] = channel->host;
		count_for_host(&g_array_index(c->hosts, struct channel_host, channel->host), channel);
		if (!one_host && !channel->inbound && channel->sessions > 0)
			count_for_service(c, channel, i);
	}
	put_by_host(c, host_of);
}

const struct channel_service *channels_service(const struct channels *c, const struct channel *channel)
{
	static const struct channel_service alone = {.hosts = 1};
	return channel->service ? &g_array_index(c->services, struct channel_service, channel->service - 1) : &alone;
}

const struct insight *channels_insight(const struct channels *c, const struct channel *channel)
{
	return insights_get(c->insights, channel->insight);
}

guint channels_hosts(const struct channels *c)
{
	return c->hosts->len;
}

const struct channel_host *channels_host(const struct channels *c, uint32_t number)
{
	return &g_array_index(c->hosts, struct channel_host, number);
}

guint channels_of_host(const struct channels *c, guint host, guint i)
{
	return c->by_host[channels_host(c, host)->first + i];
}

guint channels_size(const struct channels *c)
{
	return c->all.used;
}

void channels_set_score(struct channels *c, guint i, double score)
{
	channel_at(c, i)->score = (float)score;
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
