/*
 * Part of channel.c: what is kept of sessions is put together by host, and that of a host by service.
 *
 * One host at a time, so that what is looked up stays in the cache, however many sessions there are; several threads
 * share the hosts.
 */
#include <math.h>
#include <string.h>

#include "base/fetch.h"
#include "base/hash.h"
#include "base/net.h"
#include "base/pages.h"
#include "channel/channel_state.h"

enum { AHEAD = 12, FIT_CACHE = 4096, PORTIONS = 16 };

/* A channel of the host that is sorted. */
struct service {
	uint64_t key;
	uint32_t first; /* number of a kept session of it */
	uint32_t count;
	bool has_payload;
};

/* Sorts some of the hosts: a portion. */
struct sorter {
	const struct channels *c;
	uint32_t *numbers;   /* of what is kept of all hosts */
	guint from, to;      /* hosts */
	uint32_t first;      /* where the first one's numbers are */
	uint32_t end;        /* behind the last one's */
	struct group *group; /* of these hosts */
	guint n_groups;
	bool done;
	bool look; /* at the channels of each */
	const struct channels_scorer *scorer;
	void *user; /* what the scorer gave to this portion */
	/* scratch, of the host that is sorted */
	uint32_t *copy;    /* of its numbers */
	uint32_t *service; /* of each of them: its number */
	struct service *services;
	uint32_t n_services;
	uint32_t *place;       /* hash table of their numbers + 1, 0: empty */
	struct kept_list list; /* of a channel */
};

/* Low bits of a key. */
enum { IS_INBOUND = 1, IS_IPV6 = 2, IS_UDP = 4 };

/* What tells services over IPv4 apart; over IPv6 the addresses are to be compared, too. */
static uint64_t key_of(const struct channels *c, const struct kept *k)
{
	uint32_t server = k->server;
	bool inbound = k->direction == VERDICT_INBOUND, ipv6 = false;
	if (G_UNLIKELY(k->has_more)) {
		const struct kept_more *more = kept_more(c, k);
		ipv6 = !inbound && !net_is_ipv4(more->server);
		memcpy(&server, more->server + 12, sizeof server);
		server = ipv6 ? (uint32_t)hash_address(more->server, 0) : server;
	}
	return (uint64_t)server << 32 | (uint64_t)k->port << 16 | (k->udp ? IS_UDP : 0u) | (ipv6 ? IS_IPV6 : 0u) |
	       (inbound ? IS_INBOUND : 0u);
}

static bool is_outbound_tcp(uint64_t key)
{
	return !(key & (IS_UDP | IS_INBOUND));
}

static bool same_server(const struct channels *c, const struct kept *a, const struct kept *b)
{
	return memcmp(kept_more(c, a)->server, kept_more(c, b)->server, 16) == 0;
}

static uint32_t key_hash(uint64_t key)
{
	return (uint32_t)hash_fold(key ^ hash_secret[0], hash_secret[1]);
}

/* Counts a kept session for its service, a new one when it is the first of it; returns the service's number. */
static uint32_t count_kept(struct sorter *s, uint32_t mask, uint32_t number)
{
	const struct kept *kept = kept_at(s->c, number);
	uint64_t key = key_of(s->c, kept);
	bool payload = G_UNLIKELY(kept->is_sum) ? sum_at(s->c, kept)->sessions > 0 : verdict_is_judged(kept->kind);
	for (uint32_t at = key_hash(key);; at++) {
		uint32_t *place = &s->place[at & mask];
		if (*place == 0) {
			s->services[s->n_services] = (struct service){key, number, 1, payload};
			*place = ++s->n_services;
			return s->n_services - 1;
		}
		struct service *service = &s->services[*place - 1];
		if (service->key == key &&
		    (!(key & IS_IPV6) || same_server(s->c, kept_at(s->c, service->first), kept))) {
			service->count++;
			service->has_payload |= payload;
			return *place - 1;
		}
	}
}

/* The host's services become groups; from here on `count` is where the service's next number goes. */
static void add_groups(struct sorter *s, struct channel_host *host, uint32_t first)
{
	uint32_t at = 0;
	struct group *group = &s->group[s->n_groups];
	host->first = s->n_groups;
	s->n_groups += s->n_services;
	host->channels = s->n_services;
	host->services = 0;
	for (uint32_t i = 0; i < s->n_services; i++) {
		struct service *service = &s->services[i];
		uint32_t count = service->count;
		group[i] = (struct group){first + at, key_hash(service->key), NAN};
		service->count = at;
		at += count;
		host->services += service->has_payload && is_outbound_tcp(service->key);
	}
}

/* Puts the numbers of one host, which begin at `first`, into the order of its services. */
static void sort_host(struct sorter *s, struct channel_host *host, uint32_t first)
{
	uint32_t mask = 1, *numbers = s->numbers + first, n = host->n_kept;
	while (mask < 2 * (gsize)n && mask < UINT32_MAX)
		mask = 2 * mask + 1;
	memset(s->place, 0, ((gsize)mask + 1) * sizeof *s->place);
	s->n_services = 0;
	for (uint32_t i = 0; i < n; i++) {
		if (i + AHEAD < n)
			fetch_ahead(kept_at(s->c, numbers[i + AHEAD]));
		s->copy[i] = numbers[i];
		s->service[i] = count_kept(s, mask, numbers[i]);
	}
	add_groups(s, host, first);
	for (uint32_t i = 0; i < n; i++)
		numbers[s->services[s->service[i]].count++] = s->copy[i];
}

/* ---- what a host's channels are ---- */

static void count_channel(struct channel_host *host, const struct channel *channel)
{
	for (int kind = 0; kind < VERDICT_N_JUDGED && channel->sessions > 0; kind++) {
		host->channels_by_kind[kind] += channel_is(channel, (enum verdict_kind)kind);
		host->by_kind[kind] += channel->by_kind[kind];
	}
}

/*
 * Begins to fetch what comes after the n sessions at `at` of a host: as many of the next one, so that nothing is waited
 * for when that is sorted, or of the same where it has more than a cache holds.
 */
static void fetch_later(const struct sorter *s, const struct channel_host *host, uint32_t at, uint32_t n)
{
	uint32_t later = at + (host->n_kept <= FIT_CACHE ? host->n_kept : AHEAD);
	for (uint32_t i = later; i < later + n && i < s->end; i++)
		fetch_ahead(kept_at(s->c, s->numbers[i]));
}

/* Of the host that was sorted last. */
static void look_at_channels(struct sorter *s, struct channel_host *host, uint32_t first)
{
	struct channel channel;
	memset(host->by_kind, 0, sizeof host->by_kind);
	memset(host->channels_by_kind, 0, sizeof host->channels_by_kind);
	for (uint32_t i = 0, at = 0; i < s->n_services; at = s->services[i++].count) {
		const uint32_t *numbers = s->numbers + first + at;
		uint32_t n = s->services[i].count - at;
		fetch_later(s, host, first + at, n);
		channels_sum_up(s->c, numbers, n, NULL, &channel);
		count_channel(host, &channel);
		if (s->scorer == NULL)
			continue;
		channel.number = host->first + i;
		channels_list_up(s->c, numbers, n, &s->list);
		s->group[channel.number].score = (float)s->scorer->score(&channel, &s->list, host, s->user);
	}
}

/* ---- all of them ---- */

/* There are no more groups than sessions, so each sorter has room for its own behind those of the one before. */
static void sorter_init(struct sorter *s, const struct channels *c, const struct groups *groups, guint from,
			uint32_t first)
{
	*s = (struct sorter){.c = c,
			     .numbers = groups->numbers,
			     .group = groups->group + first,
			     .from = from,
			     .to = from,
			     .first = first,
			     .end = first};
}

/* All it writes, again and again, is memory of its own thread: no other one's in a cache line with it. */
static void sort_hosts(struct sorter *sorter)
{
	struct sorter own = *sorter, *s = &own;
	uint32_t most = 1, first = s->first;
	s->user = s->scorer ? s->scorer->begin(s->scorer->user, s->end - s->first) : NULL;
	for (guint h = s->from; h < s->to; h++)
		most = MAX(most, host_at(s->c, h)->n_kept);
	s->copy = g_new(uint32_t, most);
	s->service = g_new(uint32_t, most);
	s->services = g_new0(struct service, most);
	s->place = g_new(uint32_t, 4 * (gsize)most);
	s->list.at = g_new(const struct kept *, KEPT_LIST_ROOM);
	for (guint h = s->from; h < s->to; h++) {
		struct channel_host *host = host_at(s->c, h);
		sort_host(s, host, first);
		if (s->look)
			look_at_channels(s, host, first);
		first += host->n_kept;
	}
	g_free(s->copy);
	g_free(s->service);
	g_free(s->services);
	g_free(s->place);
	g_free(s->list.at);
	sorter->n_groups = own.n_groups;
	sorter->user = own.user; /* and nothing else: others may look whether it is done */
}

/* Deals numbers of what is kept, from one on and up to another, out to their hosts. */
struct dealer {
	const struct channels *c;
	const struct piece *piece; /* NULL: it begins with the first of all */
	uint32_t from, to;
	uint32_t *numbers; /* of all hosts */
};

static gpointer deal_out(gpointer user)
{
	const struct dealer *d = user;
	const struct channels *c = d->c;
	uint32_t at = 0;
	g_autofree uint32_t *end = g_new(uint32_t, c->hosts->len + 1);
	for (guint h = 0; h < c->hosts->len; h++) {
		end[h] = at + (d->piece && h < d->piece->hosts ? d->piece->before[h] : 0);
		at += host_at(c, h)->n_kept;
	}
	for (uint32_t i = d->from; i < d->to; i++) {
		struct kept *kept = kept_at(c, i);
		if (i + AHEAD < d->to)
			fetch_ahead(&kept_at(c, i + AHEAD)->host);
		if (d->piece && d->piece->host)
			piece_number(c, d->piece, kept);
		if (kept->host != KEPT_NOTHING)
			d->numbers[end[kept->host]++] = i;
	}
	return NULL;
}

/* The numbers of all that is kept, by host: each piece by a thread of its own. */
static void by_host(const struct channels *c, uint32_t *numbers)
{
	guint pieces = c->pieces->len;
	g_autofree struct dealer *dealers = g_new(struct dealer, pieces + 1);
	g_autofree GThread **others = g_new(GThread *, pieces + 1);
	dealers[0] = (struct dealer){c, NULL, 0, c->kept.used, numbers};
	for (guint p = 1; p <= pieces; p++) {
		const struct piece *piece = piece_at(c, p - 1);
		dealers[p - 1].to = piece->first;
		dealers[p] = (struct dealer){c, piece, piece->first, c->kept.used, numbers};
	}
	for (guint p = 1; p <= pieces; p++)
		others[p] = g_thread_new("deal out", deal_out, &dealers[p]);
	deal_out(&dealers[0]);
	for (guint p = 1; p <= pieces; p++) {
		g_thread_join(others[p]);
		piece_is_numbered(piece_at(c, p - 1));
	}
}

/* Gives each of n sorters about as many sessions. */
static void share_out(const struct channels *c, const struct groups *groups, struct sorter *sorters, guint n)
{
	uint32_t at = 0;
	guint t = 0;
	sorter_init(&sorters[0], c, groups, 0, 0);
	for (guint h = 0; h < c->hosts->len; h++) {
		while (t + 1 < n && at >= (uint64_t)c->n_kept * (t + 1) / n)
			sorter_init(&sorters[++t], c, groups, h, at);
		at += host_at(c, h)->n_kept;
		sorters[t].to = h + 1;
		sorters[t].end = at;
	}
	while (t + 1 < n)
		sorter_init(&sorters[++t], c, groups, c->hosts->len, at);
}

/* Who has sorted a portion takes the next one, as they do not take equally long. */
struct sorting {
	struct groups *groups;
	struct sorter *sorters;
	guint portions;
	guint next; /* atomic */
	GMutex lock;
	guint joined; /* portions, all before which are sorted, too; under lock */
};

/* The groups of a portion come behind those of the ones before it. */
static void join(struct groups *groups, const struct sorter *s)
{
	for (guint h = s->from; h < s->to; h++)
		host_at(s->c, h)->first += groups->n;
	memmove(groups->group + groups->n, s->group, s->n_groups * sizeof *s->group);
	if (s->scorer)
		s->scorer->end(s->scorer->user, s->user, groups->n);
	groups->n += s->n_groups;
}

static void join_sorted(struct sorting *sorting, struct sorter *sorted)
{
	g_mutex_lock(&sorting->lock);
	sorted->done = true;
	while (sorting->joined < sorting->portions && sorting->sorters[sorting->joined].done)
		join(sorting->groups, &sorting->sorters[sorting->joined++]);
	g_mutex_unlock(&sorting->lock);
}

static gpointer sort_portions(gpointer user)
{
	struct sorting *sorting = user;
	for (guint i; (i = __atomic_fetch_add(&sorting->next, 1, __ATOMIC_RELAXED)) < sorting->portions;) {
		sort_hosts(&sorting->sorters[i]);
		join_sorted(sorting, &sorting->sorters[i]);
	}
	return NULL;
}

struct groups *groups_new(const struct channels *c, guint threads, bool look, const struct channels_scorer *scorer)
{
	struct groups *groups = g_new0(struct groups, 1);
	guint portions = threads == 1 ? 1 : threads * PORTIONS;
	g_autofree struct sorter *sorters = g_new(struct sorter, portions);
	g_autofree GThread **others = g_new(GThread *, threads);
	struct sorting sorting = {.groups = groups, .sorters = sorters, .portions = portions};
	groups->room = (gsize)c->n_kept + 1;
	groups->numbers = pages_new(groups->room * sizeof *groups->numbers);
	pages_populate(groups->numbers, groups->room * sizeof *groups->numbers);
	groups->group = pages_new(groups->room * sizeof *groups->group);
	slab_init(&groups->made, sizeof(struct channel));
	by_host(c, groups->numbers);
	share_out(c, groups, sorters, portions);
	for (guint i = 0; i < portions; i++) {
		sorters[i].look = look;
		sorters[i].scorer = scorer;
	}
	g_mutex_init(&sorting.lock);
	for (guint t = 1; t < threads; t++)
		others[t] = g_thread_new("sort", sort_portions, &sorting);
	sort_portions(&sorting);
	for (guint t = 1; t < threads; t++)
		g_thread_join(others[t]);
	g_mutex_clear(&sorting.lock);
	groups->group[groups->n].first = c->n_kept;
	groups->made_as = g_new0(uint32_t, groups->n + 1);
	return groups;
}

void groups_free(struct groups *groups)
{
	if (groups == NULL)
		return;
	pages_free(groups->numbers, groups->room * sizeof *groups->numbers);
	pages_free(groups->group, groups->room * sizeof *groups->group);
	slab_clear(&groups->made);
	g_free(groups->made_as);
	users_free(groups->users);
	g_free(groups);
}
