/* Which sessions are in the page, and the numbers of their channels and hosts. */
#include "report/page/tables.h"

#include <string.h>

#include "base/hash.h"

/* ---- numbers of channels by what a session knows of them ---- */

struct channel_key {
	uint8_t host[16], server[16];
	uint16_t port;
	uint8_t proto;
	bool inbound;
	uint32_t number;
};

static guint key_hash(gconstpointer key)
{
	const struct channel_key *k = key;
	uint64_t service = (uint64_t)k->port << 16 | (uint64_t)k->proto << 8 | k->inbound;
	return (guint)hash_address(k->server, hash_address(k->host, service));
}

static gboolean key_equal(gconstpointer a, gconstpointer b)
{
	const struct channel_key *x = a, *y = b;
	return x->port == y->port && x->proto == y->proto && x->inbound == y->inbound &&
	       memcmp(x->host, y->host, 16) == 0 && memcmp(x->server, y->server, 16) == 0;
}

struct channel_keys {
	struct channel_key *keys;
	GHashTable *by_key;
};

static void channel_keys_init(struct channel_keys *keys, const struct channels *channels)
{
	guint n = channels_size(channels);
	keys->keys = g_new0(struct channel_key, n);
	keys->by_key = g_hash_table_new(key_hash, key_equal);
	for (guint i = 0; i < n; i++) {
		const struct channel *c = channels_get(channels, i);
		struct channel_key *key = &keys->keys[i];
		*key = (struct channel_key){.port = c->port, .proto = c->proto, .inbound = c->inbound, .number = i};
		memcpy(key->host, channels_host(channels, c->host)->addr, 16);
		memcpy(key->server, c->server, 16);
		g_hash_table_add(keys->by_key, key);
	}
}

static void channel_keys_clear(struct channel_keys *keys)
{
	g_hash_table_unref(keys->by_key);
	g_free(keys->keys);
}

/* False for sessions of services beyond --max-channels. */
static bool find_channel(const struct channel_keys *keys, const struct page_row *row, uint32_t *number)
{
	struct channel_key key = {
		.port = row->port[row->server], .proto = row->proto, .inbound = row->direction == VERDICT_INBOUND};
	memcpy(key.host, row->addr[row->inside], 16);
	if (!key.inbound)
		memcpy(key.server, row->addr[row->server], 16);
	const struct channel_key *found = g_hash_table_lookup(keys->by_key, &key);
	if (found)
		*number = found->number;
	return found != NULL;
}

/* ---- which sessions ---- */

struct chooser {
	const struct page_rows *from;
	const struct channel_keys *keys;
	const bool *featured; /* by channel */
};

/* Counts the rows, featured or not, that are left after so many halvings; [64] is 0. */
static void count_rows(const struct chooser *chooser, uint64_t kept[2][65])
{
	for (guint i = 0; i < chooser->from->rows->len; i++) {
		const struct page_row *row = &g_array_index(chooser->from->rows, struct page_row, i);
		uint32_t channel;
		if (!find_channel(chooser->keys, row, &channel))
			continue;
		int zeros = row->order ? __builtin_clzll(row->order) : 63;
		for (int halvings = 0; halvings <= zeros; halvings++)
			kept[chooser->featured[channel]][halvings]++;
	}
}

/* The fewest halvings that leave no more than `most`. */
static unsigned halvings_for(const uint64_t kept[65], uint64_t most)
{
	unsigned halvings = 0;
	while (kept[halvings] > most)
		halvings++;
	return halvings;
}

static gint compare_rows(gconstpointer a, gconstpointer b)
{
	const struct page_row *x = a, *y = b;
	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	int c = (int)x->proto - (int)y->proto;
	if (c == 0)
		c = memcmp(x->addr, y->addr, sizeof x->addr);
	if (c == 0)
		c = (int)x->port[0] - (int)y->port[0];
	return c ? c : (int)x->port[1] - (int)y->port[1];
}

/* Findings may have three quarters of the room, the rest gets what they leave. */
static void choose_rows(struct page_tables *t, const struct chooser *chooser, guint most)
{
	uint64_t kept[2][65] = {{0}};
	count_rows(chooser, kept);
	unsigned for_featured = halvings_for(kept[true], kept[true][0] + kept[false][0] > most ? most / 4 * 3 : most);
	unsigned for_rest = halvings_for(kept[false], most - kept[true][for_featured]);
	for (guint i = 0; i < chooser->from->rows->len; i++) {
		const struct page_row *row = &g_array_index(chooser->from->rows, struct page_row, i);
		uint32_t channel;
		if (find_channel(chooser->keys, row, &channel) &&
		    page_row_is_kept(row, chooser->featured[channel] ? for_featured : for_rest))
			g_array_append_vals(t->rows, row, 1);
	}
	g_array_sort(t->rows, compare_rows);
	t->featured_kept = kept[true][for_featured];
	t->rest_kept = kept[false][for_rest];
}

/* ---- their channels and hosts ---- */

/* Number of `value` in `list`, which is added when it is not there; `numbers` has it + 1 by value. */
static guint number_of(GArray *list, guint *numbers, uint32_t value)
{
	if (numbers[value] == 0) {
		g_array_append_val(list, value);
		numbers[value] = list->len;
	}
	return numbers[value] - 1;
}

static gint compare_keys(gconstpointer a, gconstpointer b)
{
	const struct channel_key *x = *(const struct channel_key *const *)a, *y = *(const struct channel_key *const *)b;
	int c = memcmp(x->host, y->host, 16);
	if (c == 0)
		c = memcmp(x->server, y->server, 16);
	if (c == 0)
		c = (int)x->port - (int)y->port;
	if (c == 0)
		c = (int)x->proto - (int)y->proto;
	return c ? c : (int)x->inbound - (int)y->inbound;
}

/* Channels without a session in the page, if there is room for all of them: with payload, or a finding. */
static void add_other_channels(struct page_tables *t, const struct channel_keys *keys, const bool *featured,
			       guint *numbers, guint most)
{
	g_autoptr(GPtrArray) others = g_ptr_array_new();
	for (guint i = 0; i < channels_size(t->all); i++) {
		if (channels_get(t->all, i)->sessions == 0 && !featured[i])
			continue;
		t->n_channels++;
		if (numbers[i] == 0)
			g_ptr_array_add(others, &keys->keys[i]);
	}
	if (t->n_channels > most)
		return;
	g_ptr_array_sort(others, compare_keys);
	for (guint i = 0; i < others->len; i++)
		number_of(t->channels, numbers, ((const struct channel_key *)g_ptr_array_index(others, i))->number);
}

static void number_channels(struct page_tables *t, const struct channel_keys *keys, const bool *featured, guint most)
{
	g_autofree guint *channels = g_new0(guint, channels_size(t->all) + 1);
	g_autofree guint *hosts = g_new0(guint, channels_hosts(t->all) + 1);
	for (guint i = 0; i < t->rows->len; i++) {
		uint32_t channel = 0;
		find_channel(keys, &g_array_index(t->rows, struct page_row, i), &channel);
		guint number = number_of(t->channels, channels, channel);
		g_array_append_val(t->row_channels, number);
	}
	add_other_channels(t, keys, featured, channels, most);
	for (guint i = 0; i < t->channels->len; i++) {
		guint32 channel = g_array_index(t->channels, guint32, i);
		guint number = number_of(t->hosts, hosts, channels_get(t->all, channel)->host);
		g_array_append_val(t->channel_hosts, number);
	}
}

static void count_featured(struct page_tables *t, const bool *featured)
{
	for (guint i = 0; i < channels_size(t->all); i++)
		*(featured[i] ? &t->featured : &t->rest) += channels_get(t->all, i)->sessions;
}

static guint address_hash(gconstpointer address)
{
	return (guint)hash_address(address, 0);
}

static gboolean address_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, 16) == 0;
}

void page_tables_init(struct page_tables *t, const struct page_rows *rows, const struct channels *channels,
		      const bool *featured, guint most, int64_t first_ns)
{
	struct channel_keys keys;
	channel_keys_init(&keys, channels);
	*t = (struct page_tables){
		.all = channels,
		.base_us = first_ns == TANPA_NEVER ? 0 : first_ns / 1000 - (first_ns % 1000 < 0),
		.rows = g_array_new(FALSE, FALSE, sizeof(struct page_row)),
		.row_channels = g_array_new(FALSE, FALSE, sizeof(guint)),
		.channels = g_array_new(FALSE, FALSE, sizeof(guint32)),
		.channel_hosts = g_array_new(FALSE, FALSE, sizeof(guint)),
		.hosts = g_array_new(FALSE, FALSE, sizeof(guint32)),
		.addresses = {g_hash_table_new_full(address_hash, address_equal, g_free, NULL),
			      g_ptr_array_new_with_free_func(g_free)},
		.names = {g_hash_table_new(g_str_hash, g_str_equal), g_ptr_array_new_with_free_func(g_free)},
	};
	struct chooser chooser = {rows, &keys, featured};
	choose_rows(t, &chooser, most);
	count_featured(t, featured);
	number_channels(t, &keys, featured, most);
	channel_keys_clear(&keys);
}

void page_tables_clear(struct page_tables *t)
{
	g_array_unref(t->rows);
	g_array_unref(t->row_channels);
	g_array_unref(t->channels);
	g_array_unref(t->channel_hosts);
	g_array_unref(t->hosts);
	g_hash_table_unref(t->addresses.numbers);
	g_ptr_array_unref(t->addresses.strings);
	g_hash_table_unref(t->names.numbers);
	g_ptr_array_unref(t->names.strings);
}
