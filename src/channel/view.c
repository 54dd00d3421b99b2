/* Part of channel.c: what is told of channels, added up from what is kept of their sessions when it is asked for. */
#include "channel/channel_state.h"

void channels_sum_up(const struct channels *c, guint i, struct channel *out)
{
	const struct kept *first = group_kept(c, i, 0);
	uint32_t n = group_size(c->groups, i);
	kept_sum(first, c->sums, out);
	for (uint32_t k = 1; k < n; k++) {
		struct channel one;
		kept_sum(group_kept(c, i, k), c->sums, &one);
		channel_add(out, &one, c->insights);
	}
	out->host = first->host;
	kept_server(c, first, out->server);
	out->number = i;
	out->score = group_at(c->groups, i)->score;
}

guint channels_size(const struct channels *c)
{
	return groups_size(c->groups);
}

guint channels_of_host(const struct channels *c, guint host, guint i)
{
	return channels_host(c, host)->first + i;
}

const struct channel *channels_get(const struct channels *c, guint i)
{
	struct group *group = group_at(c->groups, i);
	if (group->made == 0) {
		uint32_t number = slab_take(&c->groups->made, sizeof(struct channel));
		channels_sum_up(c, i, slab_at(&c->groups->made, number, sizeof(struct channel)));
		group->made = number + 1;
	}
	return slab_at(&c->groups->made, group->made - 1, sizeof(struct channel));
}

void channels_set_score(struct channels *c, guint i, double score)
{
	struct group *group = group_at(c->groups, i);
	group->score = (float)score;
	if (group->made)
		((struct channel *)slab_at(&c->groups->made, group->made - 1, sizeof(struct channel)))->score =
			group->score;
}

const struct insight *channels_insight(const struct channels *c, const struct channel *channel)
{
	return insights_get(c->insights, channel->insight);
}

struct channel_service channels_service(const struct channels *c, const struct channel *channel)
{
	if (channels_hosts(c) == 1)
		return (struct channel_service){.hosts = 1};
	if (c->groups->users == NULL)
		c->groups->users = users_new(c);
	return users_of(c->groups->users, c, channel->number);
}

int channels_compare(const struct channels *c, guint a, guint b)
{
	const struct kept *x = group_kept(c, a, 0), *y = group_kept(c, b, 0);
	uint8_t of_x[16], of_y[16];
	int by = memcmp(channels_host(c, x->host)->addr, channels_host(c, y->host)->addr, 16);
	kept_server(c, x, of_x);
	kept_server(c, y, of_y);
	by = by ? by : memcmp(of_x, of_y, 16);
	by = by ? by : (int)x->port - (int)y->port;
	by = by ? by : (int)x->proto - (int)y->proto;
	return by ? by : (x->direction == VERDICT_INBOUND) - (y->direction == VERDICT_INBOUND);
}

/* ---- lists ---- */

static bool is_in_order(const GArray *list)
{
	for (guint i = 1; i < list->len; i++)
		if (g_array_index(list, struct channel_session, i - 1).start_ns >=
		    g_array_index(list, struct channel_session, i).start_ns)
			return false;
	return true;
}

static void list_sessions(const struct channels *c, guint i, GArray *out)
{
	bool inbound = group_kept(c, i, 0)->direction == VERDICT_INBOUND;
	uint32_t n = inbound ? 0 : group_size(c->groups, i), listed = 0;
	g_array_set_size(out, n);
	for (uint32_t k = 0; k < n; k++)
		if (!group_kept(c, i, k)->is_sum)
			kept_entry(group_kept(c, i, k), &g_array_index(out, struct channel_session, listed++));
	if (n != listed)
		g_array_set_size(out, listed);
	if (!is_in_order(out))
		g_array_sort(out, channel_session_compare);
	if (listed > CHANNEL_LISTED)
		g_array_set_size(out, CHANNEL_LISTED);
}

void channels_list(const struct channels *c, const struct channel *channel, GArray *out)
{
	list_sessions(c, channel->number, out);
}

/* What will be asked for some sessions later. */
static void fetch_later(const struct channels *c, guint i)
{
	enum { AHEAD = 16 };
	uint32_t first = group_at(c->groups, i)->first + AHEAD, n = group_size(c->groups, i);
	uint32_t all = group_at(c->groups, groups_size(c->groups))->first;
	for (uint32_t k = first; k < first + n && k < all; k++) {
		kept_fetch(kept_at(c, c->groups->kept[k]));
	}
}

void channels_look(const struct channels *c, guint i, struct channel *channel, GArray *list)
{
	fetch_later(c, i);
	channels_sum_up(c, i, channel);
	list_sessions(c, i, list);
}
