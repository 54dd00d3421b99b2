#include "truth/evaluate.h"

#include <string.h>

#include "base/net.h"

const char *truth_way_name(enum truth_way way)
{
	static const char *const names[TRUTH_N_WAYS] = {"TCP/pull", "TCP/push", "UDP/pull", "UDP/push"};
	return names[way];
}

/* ---- hosts ---- */

static void host_clear(gpointer host)
{
	g_free(((struct truth_host *)host)->name);
}

GArray *truth_hosts_new(void)
{
	GArray *hosts = g_array_new(FALSE, FALSE, sizeof(struct truth_host));
	g_array_set_clear_func(hosts, host_clear);
	return hosts;
}

int truth_host_find(const GArray *hosts, const uint8_t addr[16])
{
	for (guint i = 0; i < hosts->len; i++)
		if (memcmp(g_array_index(hosts, struct truth_host, i).addr, addr, 16) == 0)
			return (int)i;
	return TRUTH_NONE;
}

static gint compare_hosts(gconstpointer a, gconstpointer b)
{
	return memcmp(((const struct truth_host *)a)->addr, ((const struct truth_host *)b)->addr, 16);
}

GArray *truth_hosts_of_log(const struct truth_log *log, const struct net_list *inside)
{
	GArray *hosts = truth_hosts_new();
	for (guint i = 0; i < log->entries->len; i++) {
		const struct truth_entry *entry = &g_array_index(log->entries, struct truth_entry, i);
		unsigned side = net_list_contains(inside, entry->addr[0]) ? 0 : 1;
		if (!net_list_contains(inside, entry->addr[side]) ||
		    truth_host_find(hosts, entry->addr[side]) != TRUTH_NONE)
			continue;
		char text[NET_TEXT];
		struct truth_host host = {g_strdup(net_address_text(entry->addr[side], text)), {0}};
		memcpy(host.addr, entry->addr[side], 16);
		g_array_append_val(hosts, host);
	}
	g_array_sort(hosts, compare_hosts);
	return hosts;
}

int truth_entry_host(const GArray *hosts, const struct truth_entry *entry, enum truth_way *way)
{
	int host = truth_host_find(hosts, entry->addr[0]);
	bool push = host == TRUTH_NONE;
	if (push)
		host = truth_host_find(hosts, entry->addr[1]);
	bool udp = entry->proto == TANPA_UDP;
	*way = udp ? (push ? TRUTH_UDP_PUSH : TRUTH_UDP_PULL) : (push ? TRUTH_TCP_PUSH : TRUTH_TCP_PULL);
	return host;
}

/* ---- counts ---- */

void truth_take_matches(struct truth_set *set, const GArray *matches)
{
	for (guint i = 0; i < matches->len; i++) {
		const struct truth_match *match = &g_array_index(matches, struct truth_match, i);
		if (match->session != TRUTH_NONE)
			truth_set_at(set, (guint)match->session)->entry = (int32_t)i;
	}
}

bool truth_is_false_negative(const struct truth_session *t)
{
	return truth_session_counts(t) && !t->v.is_short && t->entry == TRUTH_NONE && t->v.kind != VERDICT_UPLOAD &&
	       !truth_session_is_push(t);
}

static void count_session(struct truth_counts *c, const struct truth_session *t)
{
	bool in = t->entry != TRUTH_NONE, push = truth_session_is_push(t);
	c->sessions++;
	if (t->v.is_short) {
		c->short_in += in;
		c->short_out += !in;
		c->short_out_pushed += !in && push;
	} else {
		c->long_in += in;
		c->long_out += !in;
		c->long_out_uploads += !in && t->v.kind == VERDICT_UPLOAD;
		c->long_out_pushed += !in && push && t->v.kind != VERDICT_UPLOAD;
	}
}

static void add_counts(struct truth_counts *sum, const struct truth_counts *c)
{
	sum->sessions += c->sessions;
	for (int way = 0; way < TRUTH_N_WAYS; way++) {
		sum->entries[way] += c->entries[way];
		sum->matched[way] += c->matched[way];
	}
	sum->long_in += c->long_in;
	sum->long_out += c->long_out;
	sum->short_in += c->short_in;
	sum->short_out += c->short_out;
	sum->long_out_uploads += c->long_out_uploads;
	sum->long_out_pushed += c->long_out_pushed;
	sum->short_out_pushed += c->short_out_pushed;
}

GArray *truth_evaluate(const struct truth_set *set, const struct truth_log *log, const GArray *matches,
		       const GArray *hosts, uint64_t *other_sessions, uint64_t *other_entries)
{
	GArray *counts = g_array_new(FALSE, TRUE, sizeof(struct truth_counts));
	g_array_set_size(counts, hosts->len + 1);
	struct truth_counts *by_host = (struct truth_counts *)(void *)counts->data;
	*other_sessions = *other_entries = 0;
	for (guint i = 0; i < log->entries->len; i++) {
		enum truth_way way;
		int host = truth_entry_host(hosts, &g_array_index(log->entries, struct truth_entry, i), &way);
		if (host == TRUTH_NONE) {
			++*other_entries;
			continue;
		}
		by_host[host].entries[way]++;
		by_host[host].matched[way] += g_array_index(matches, struct truth_match, i).session != TRUTH_NONE;
	}
	for (guint i = 0; i < set->sessions->len; i++) {
		const struct truth_session *t = truth_set_at(set, i);
		int host = truth_session_counts(t) ? truth_host_find(hosts, truth_session_host(t)) : TRUTH_NONE;
		if (host != TRUTH_NONE)
			count_session(&by_host[host], t);
		else
			*other_sessions += truth_session_counts(t);
	}
	for (guint i = 0; i < hosts->len; i++)
		add_counts(&by_host[hosts->len], &by_host[i]);
	return counts;
}
