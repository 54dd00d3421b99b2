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
	if (c->groups->users == NULL)
		c->groups->users = users_new(c);
	return users_of(c->groups->users, c, channel);
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

static bool is_in_order(const GArray *list)
{
	for (guint i = 1; i < list->len; i++) {
		const struct channel_session *now = &g_array_index(list, struct channel_session, i), *before = now - 1;
		if (before->start_ns >= now->start_ns && channel_session_compare(before, now) > 0)
			return false;
	}
	return true;
}

/* In order, and no more than are listed. */
static void keep_earliest(GArray *list)
{
	if (!is_in_order(list))
		g_array_sort(list, channel_session_compare);
	if (list->len > CHANNEL_LISTED)
		g_array_set_size(list, CHANNEL_LISTED);
}

void channels_list_up(const struct channels *c, const uint32_t *numbers, uint32_t n, GArray *out)
{
	enum { ROOM = 2 * CHANNEL_LISTED };
	uint32_t listed = 0;
	if (kept_at(c, numbers[0])->direction == VERDICT_INBOUND)
		n = 0;
	g_array_set_size(out, MIN(n, ROOM));
	for (uint32_t i = 0; i < n; i++) {
		const struct kept *kept = kept_at(c, numbers[i]);
		if (kept->is_sum)
			continue;
		if (listed == ROOM) {
			keep_earliest(out);
			listed = out->len;
			g_array_set_size(out, ROOM);
		}
		kept_entry(c, kept, &g_array_index(out, struct channel_session, listed++));
	}
	if (listed < out->len)
		g_array_set_size(out, listed);
	keep_earliest(out);
}

void channels_list(const struct channels *c, const struct channel *channel, GArray *out)
{
	guint i = channel->number;
	channels_list_up(c, group_numbers(c->groups, i), group_size(c->groups, i), out);
}
