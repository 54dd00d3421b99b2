/* Part of channel.c: what is told of channels, added up from what is kept of their sessions when it is asked for. */
#include "channel/channel_state.h"

void channels_sum_up(const struct channels *c, const uint32_t *numbers, uint32_t n, struct insights *insights,
		     struct channel *out)
{
	const struct kept *first = kept_at(c, numbers[0]);
	kept_begin(c, first, out);
	for (uint32_t i = 0; i < n; i++)
		kept_add(c, kept_at(c, numbers[i]), insights, out);
	out->host = first->host;
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
	struct groups *groups = c->groups;
	uint32_t *number = &groups->made_as[i];
	if (*number == 0) {
		*number = slab_take(&groups->made, sizeof(struct channel)) + 1;
		struct channel *channel = slab_at(&groups->made, *number - 1, sizeof(struct channel));
		channels_sum_up(c, group_numbers(groups, i), group_size(groups, i), c->insights, channel);
		channel->number = i;
		channel->score = group_at(groups, i)->score;
	}
	return slab_at(&groups->made, *number - 1, sizeof(struct channel));
}

const struct insight *channels_insight(const struct channels *c, const struct channel *channel)
{
	return insights_get(c->insights, channel->insight);
}

struct channel_service channels_service(const struct channels *c, const struct channel *channel)
{
	if (channels_hosts(c) == 1)
		return (struct channel_service){.hosts = 1};
	struct users **users = &c->groups->users;
	if (*users && !users_know(*users, c, channel))
		g_clear_pointer(users, users_free);
	if (*users == NULL)
		*users = users_new(c, NULL, 0);
	return users_of(*users, c, channel);
}

void channels_services_soon(const struct channels *c, const uint32_t *numbers, guint n)
{
	if (c->groups->users == NULL)
		c->groups->users = users_new(c, numbers, n);
}

int channels_compare(const struct channels *c, guint a, guint b)
{
	const struct kept *x = group_kept(c, a), *y = group_kept(c, b);
	uint8_t of_x[16], of_y[16];
	int by = memcmp(channels_host(c, x->host)->addr, channels_host(c, y->host)->addr, 16);
	kept_server(c, x, of_x);
	kept_server(c, y, of_y);
	by = by ? by : memcmp(of_x, of_y, 16);
	by = by ? by : (int)x->port - (int)y->port;
	by = by ? by : (int)x->udp - (int)y->udp;
	return by ? by : (x->direction == VERDICT_INBOUND) - (y->direction == VERDICT_INBOUND);
}

/* ---- lists ---- */

static bool is_in_order(const struct channels *c, const struct kept_list *list)
{
	for (guint i = 1; i < list->len; i++) {
		const struct kept *before = list->at[i - 1], *now = list->at[i];
		if (before->start_ns >= now->start_ns && kept_compare(c, before, now) > 0)
			return false;
	}
	return true;
}

static gint compare_listed(gconstpointer a, gconstpointer b, gpointer channels)
{
	return kept_compare(channels, *(const struct kept *const *)a, *(const struct kept *const *)b);
}

/* In order, and no more than are listed. */
static void keep_earliest(const struct channels *c, struct kept_list *list)
{
	if (!is_in_order(c, list))
		g_qsort_with_data(list->at, (gint)list->len, sizeof *list->at, compare_listed, (gpointer)c);
	list->len = MIN(list->len, CHANNEL_LISTED);
}

void channels_list_up(const struct channels *c, const uint32_t *numbers, uint32_t n, struct kept_list *out)
{
	out->len = 0;
	if (kept_at(c, numbers[0])->direction == VERDICT_INBOUND)
		return;
	for (uint32_t i = 0; i < n; i++) {
		const struct kept *kept = kept_at(c, numbers[i]);
		if (kept->is_sum)
			continue;
		if (out->len == KEPT_LIST_ROOM)
			keep_earliest(c, out);
		out->at[out->len++] = kept;
	}
	keep_earliest(c, out);
}

void channels_list(const struct channels *c, const struct channel *channel, GArray *out)
{
	guint i = channel->number;
	g_autofree const struct kept **at = g_new(const struct kept *, KEPT_LIST_ROOM);
	struct kept_list list = {.at = at};
	channels_list_up(c, group_numbers(c->groups, i), group_size(c->groups, i), &list);
	g_array_set_size(out, list.len);
	for (guint k = 0; k < list.len; k++)
		kept_entry(c, list.at[k], &g_array_index(out, struct channel_session, k));
}
