#include "channel/channel.h"

#include <math.h>

#include "base/fetch.h"
#include "base/hash.h"
#include "base/pages.h"
#include "channel/channel_state.h"

/* So many kept sessions are condensed the first time: some 130 MB. FEW_INBOUND take less memory than their sum. */
enum { FIRST_PLACES = 1024, FIRST_CONDENSED = 2 << 20, FEW_INBOUND = 4 };

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
	struct channels *c = g_aligned_alloc0(1, sizeof *c, _Alignof(struct channels));
	slab_init(&c->kept, sizeof(struct kept));
	slab_init(&c->more, sizeof(struct kept_more));
	kept_names_init(&c->names);
	c->pieces = pieces_new();
	slab_init(&c->sums, sizeof(struct channel));
	c->condense_at = c->condense_least = FIRST_CONDENSED;
	c->insights = insights_new();
	c->max = UINT32_MAX;
	c->hosts = g_array_new(FALSE, FALSE, sizeof(struct channel_host));
	places_init(&c->of_hosts, FIRST_PLACES);
	return c;
}

void channels_free(struct channels *c)
{
	if (c == NULL)
		return;
	groups_free(c->groups);
	slab_clear(&c->kept);
	slab_clear(&c->more);
	kept_names_clear(&c->names);
	g_array_unref(c->pieces);
	slab_clear(&c->sums);
	insights_free(c->insights);
	g_array_unref(c->hosts);
	places_clear(&c->of_hosts);
	g_aligned_free(c);
}

void channels_set_max(struct channels *c, uint32_t max)
{
	c->max = max;
}

uint64_t channels_refused(const struct channels *c)
{
	return c->refused;
}

/* ---- hosts ---- */

guint channels_hosts(const struct channels *c)
{
	return c->hosts->len;
}

const struct channel_host *channels_host(const struct channels *c, uint32_t number)
{
	return host_at(c, number);
}

static uint32_t host_hash(const uint8_t addr[16])
{
	return (uint32_t)hash_address(addr, 0);
}

/* A host that is not there yet, into an empty place. */
static uint32_t add_host(struct channels *c, const uint8_t addr[16], struct place *place, uint32_t hash)
{
	struct channel_host host = {0};
	memcpy(host.addr, addr, 16);
	g_array_append_val(c->hosts, host);
	*place = (struct place){hash, c->hosts->len};
	if (c->hosts->len > c->of_hosts.mask / 2)
		places_grow(&c->of_hosts);
	return c->hosts->len - 1;
}

static inline uint32_t find_or_add(struct channels *c, const uint8_t addr[16], uint32_t hash)
{
	for (uint32_t at = hash;; at++) {
		struct place *place = &c->of_hosts.place[at & c->of_hosts.mask];
		if (place->number == 0)
			return add_host(c, addr, place, hash);
		if (place->hash == hash && memcmp(host_at(c, place->number - 1)->addr, addr, 16) == 0)
			return place->number - 1;
	}
}

uint32_t channels_host_number(struct channels *c, const uint8_t addr[16])
{
	return find_or_add(c, addr, host_hash(addr));
}

void channels_find_hosts(struct channels *c)
{
	if (c->waiting > 0) /* they may have got numbers of a piece that was there before */
		pieces_forget(c);
	for (guint i = 0; i < c->waiting; i++) {
		const struct place *place = &c->of_hosts.place[c->wait[i].hash & c->of_hosts.mask];
		if (place->number)
			fetch_ahead(host_at(c, place->number - 1));
	}
	for (guint i = 0; i < c->waiting; i++) {
		uint32_t host = find_or_add(c, c->wait[i].host, c->wait[i].hash);
		c->wait[i].kept->host = host;
		host_at(c, host)->n_kept++;
	}
	c->waiting = 0;
}

/* ---- less memory ---- */

static void put_together(struct channels *c, guint threads, bool look, const struct channels_scorer *scorer)
{
	groups_free(c->groups);
	c->groups = groups_new(c, threads, look, scorer);
}

static void give_back(struct channels *c, uint32_t number)
{
	struct kept *kept = kept_at(c, number);
	if (kept->has_more)
		slab_return(&c->more, kept->server, sizeof(struct kept_more));
	if (kept->is_sum)
		slab_return(&c->sums, kept->sent, sizeof(struct channel));
	host_at(c, kept->host)->n_kept--;
	c->n_kept--;
	slab_return(&c->kept, number, sizeof(struct kept));
	kept->host = KEPT_NOTHING;
	pieces_forget(c); /* their counts are no longer true */
}

/* All but the sessions that are listed, and the sums there are, become one sum. */
static void condense_group(struct channels *c, guint group)
{
	g_autofree const struct kept **at = g_new(const struct kept *, KEPT_LIST_ROOM);
	struct kept_list list = {.at = at};
	const uint32_t *numbers = group_numbers(c->groups, group);
	uint32_t n = group_size(c->groups, group);
	struct channel sum;
	struct kept *place = NULL;
	channels_list_up(c, numbers, n, &list);
	guint stay = list.len;
	for (uint32_t i = 0; i < n; i++) {
		struct kept *kept = kept_at(c, numbers[i]);
		if (!kept->is_sum && stay > 0 && kept_compare(c, kept, list.at[list.len - 1]) <= 0) {
			stay--;
			continue;
		}
		if (place == NULL)
			kept_begin(c, place = kept, &sum);
		kept_add(c, kept, c->insights, &sum);
		if (kept != place)
			give_back(c, numbers[i]);
	}
	if (place == NULL)
		return;
	if (!place->is_sum) {
		place->is_sum = true;
		place->sent = slab_take(&c->sums, sizeof(struct channel));
	}
	*sum_at(c, place) = sum;
}

struct begun {
	int64_t first_ns;
	guint group;
};

static gint compare_begun(gconstpointer a, gconstpointer b, gpointer channels)
{
	const struct begun *x = a, *y = b;
	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	return channels_compare(channels, x->group, y->group);
}

/* Gives back the channels that began last, as far as there are too many. */
static void bound_channels(struct channels *c)
{
	guint n = groups_size(c->groups);
	g_autofree struct begun *begun = g_new(struct begun, n + 1);
	struct channel channel;
	if (n <= c->max)
		return;
	for (guint i = 0; i < n; i++) {
		channels_sum_up(c, group_numbers(c->groups, i), group_size(c->groups, i), NULL, &channel);
		begun[i] = (struct begun){channel.first_ns, i};
	}
	g_qsort_with_data(begun, (gint)n, sizeof *begun, compare_begun, c);
	for (guint i = c->max; i < n; i++) {
		const uint32_t *numbers = group_numbers(c->groups, begun[i].group);
		uint32_t size = group_size(c->groups, begun[i].group);
		channels_sum_up(c, numbers, size, NULL, &channel);
		c->refused += channel.sessions;
		for (uint32_t k = 0; k < size; k++)
			give_back(c, numbers[k]);
	}
}

/* Of channels with more sessions than are listed, and of inbound ones, only the sum stays of what is not listed. */
static void condense(struct channels *c)
{
	uint32_t before = c->n_kept;
	channels_find_hosts(c);
	put_together(c, 1, false, NULL);
	bound_channels(c);
	for (guint i = 0; i < groups_size(c->groups); i++) {
		bool inbound = group_kept(c, i)->direction == VERDICT_INBOUND;
		if (group_kept(c, i)->host != KEPT_NOTHING &&
		    group_size(c->groups, i) > (inbound ? FEW_INBOUND : CHANNEL_LISTED))
			condense_group(c, i);
	}
	groups_free(c->groups);
	c->groups = NULL;
	uint64_t times = c->n_kept > before / 2 ? 4 : 2; /* where little was to be had there will not be much soon */
	c->condense_at = (uint32_t)MIN(MAX(times * c->n_kept, c->condense_least), UINT32_MAX);
}

/* ---- adding ---- */

void channels_add(struct channels *c, const struct tanpa_session *s, const struct verdict *v)
{
	struct kept *kept = kept_at(c, slab_take(&c->kept, sizeof *kept));
	struct waiting *wait = &c->wait[c->waiting++];
	wait->kept = kept;
	memcpy(wait->host, s->addr[v->inside], 16);
	wait->hash = host_hash(wait->host);
	fetch_ahead(&c->of_hosts.place[wait->hash & c->of_hosts.mask]);
	fetch_ahead((const char *)kept + 512); /* where later ones go: new memory, nearly always */
	kept_pack(c, kept, s, v);
	if (c->waiting == WAITING)
		channels_find_hosts(c);
	if (++c->n_kept >= c->condense_at)
		condense(c);
}

/* ---- when all are in ---- */

void channels_finish(struct channels *c, guint threads, const struct channels_scorer *scorer)
{
	channels_find_hosts(c);
	if (c->n_kept > c->max) { /* there may be too many channels */
		put_together(c, threads, false, NULL);
		bound_channels(c);
	}
	put_together(c, threads, true, scorer);
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
