/* Which channels a section of the summary shows, and in which order. */
#include <string.h>

#include "report/scan.h"

struct order {
	enum verdict_kind kind;
	GHashTable *by_host; /* first channel of a host to the host's sessions of the kind */
};

static guint host_hash(gconstpointer key)
{
	guint h = 0;
	for (int i = 0; i < 16; i++)
		h = h * 31 + ((const struct channel *)key)->host[i];
	return h;
}

static gboolean host_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(((const struct channel *)a)->host, ((const struct channel *)b)->host, 16) == 0;
}

static int by_number(uint64_t a, uint64_t b)
{
	return a > b ? -1 : a < b;
}

static gint compare(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct channel *x = *(const struct channel *const *)a, *y = *(const struct channel *const *)b;
	const struct order *order = user;
	int c = by_number(GPOINTER_TO_SIZE(g_hash_table_lookup(order->by_host, x)),
			  GPOINTER_TO_SIZE(g_hash_table_lookup(order->by_host, y)));
	if (c == 0)
		c = memcmp(x->host, y->host, 16);
	if (c == 0)
		c = by_number(x->by_kind[order->kind], y->by_kind[order->kind]);
	if (c == 0)
		c = memcmp(x->server, y->server, 16);
	if (c == 0)
		c = (int)x->port - (int)y->port;
	return c ? c : (int)x->proto - (int)y->proto;
}

GPtrArray *report_scan_channels(const struct report_scan *scan, enum verdict_kind kind)
{
	GPtrArray *list = g_ptr_array_new();
	struct order order = {kind, g_hash_table_new(host_hash, host_equal)};
	for (guint i = 0; i < channels_size(scan->channels); i++) {
		const struct channel *c = channels_get(scan->channels, i);
		if (channel_kind(c) != kind)
			continue;
		g_ptr_array_add(list, (gpointer)c);
		gsize sum = GPOINTER_TO_SIZE(g_hash_table_lookup(order.by_host, c));
		g_hash_table_insert(order.by_host, (gpointer)c, GSIZE_TO_POINTER(sum + c->by_kind[kind]));
	}
	g_ptr_array_sort_with_data(list, compare, &order);
	g_hash_table_destroy(order.by_host);
	return list;
}
