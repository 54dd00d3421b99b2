/*
 * Which channels a section of the summary shows, and in which order. Sorts hosts first, then only the
 * channels of as many hosts as are asked for: a scan may have a million channels.
 */
#include <string.h>

#include "base/first.h"
#include "report/scan.h"

const enum verdict_kind report_scan_kinds[REPORT_SCAN_KINDS] = {VERDICT_C2, VERDICT_DOWNLOAD, VERDICT_UPLOAD,
								VERDICT_INTRUSION, VERDICT_OTHER};

struct ranking {
	const struct channels *channels;
	enum verdict_kind kind;
	guint *rank; /* of each host; G_MAXUINT: left out */
};

static int by_number(uint64_t a, uint64_t b)
{
	return a > b ? -1 : a < b;
}

static gint compare_hosts(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct ranking *r = user;
	const struct channel_host *x = channels_host(r->channels, *(const guint *)a);
	const struct channel_host *y = channels_host(r->channels, *(const guint *)b);
	int c = by_number(x->by_kind[r->kind], y->by_kind[r->kind]);
	return c ? c : memcmp(x->addr, y->addr, 16);
}

static gint compare_channels(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct channel *x = *(const struct channel *const *)a, *y = *(const struct channel *const *)b;
	const struct ranking *r = user;
	int c = by_number(r->rank[y->host], r->rank[x->host]);
	if (c == 0)
		c = by_number(x->by_kind[r->kind], y->by_kind[r->kind]);
	if (c == 0)
		c = memcmp(x->server, y->server, 16);
	if (c == 0)
		c = (int)x->port - (int)y->port;
	if (c == 0)
		c = (int)x->proto - (int)y->proto;
	return c ? c : (int)x->inbound - (int)y->inbound;
}

/* Ranks the hosts that have channels of the kind; returns how many channels there are of it. */
static guint rank_hosts(struct ranking *r, guint at_least)
{
	g_autoptr(GArray) hosts = g_array_new(FALSE, FALSE, sizeof(guint));
	guint total = 0, chosen = 0;
	for (guint i = 0; i < channels_hosts(r->channels); i++) {
		guint n = channels_host(r->channels, i)->channels_by_kind[r->kind];
		total += n;
		r->rank[i] = G_MAXUINT;
		if (n > 0)
			g_array_append_val(hosts, i);
	}
	first_sort(hosts, at_least, compare_hosts, r); /* each has a channel of the kind, or more */
	for (guint i = 0; i < hosts->len && (at_least == 0 || chosen < at_least); i++) {
		guint host = g_array_index(hosts, guint, i);
		r->rank[host] = i;
		chosen += channels_host(r->channels, host)->channels_by_kind[r->kind];
	}
	return total;
}

GPtrArray *report_scan_channels(const struct report_scan *scan, enum verdict_kind kind, guint at_least, guint *total)
{
	GPtrArray *list = g_ptr_array_new();
	const bool *selected = scan->selection ? scan->selection->channels : NULL;
	g_autofree guint *rank = g_new(guint, channels_hosts(scan->channels) + 1);
	struct ranking r = {scan->channels, kind, rank};
	*total = rank_hosts(&r, selected ? 0 : at_least);
	for (guint host = 0; host < channels_hosts(scan->channels); host++) {
		guint n = rank[host] == G_MAXUINT ? 0 : channels_host(scan->channels, host)->channels;
		for (guint i = 0; i < n; i++) {
			guint number = channels_of_host(scan->channels, host, i);
			const struct channel *c = channels_get(scan->channels, number);
			if (channel_is(c, kind) && (selected == NULL || selected[number]))
				g_ptr_array_add(list, (gpointer)c);
		}
	}
	if (selected)
		*total = list->len;
	g_ptr_array_sort_with_data(list, compare_channels, &r);
	return list;
}
