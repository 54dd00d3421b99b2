/*
 * Part of channel.c: what another thread kept is taken over where it is, as a piece.
 *
 * What is kept of a session names its host and what the client asked for by numbers, which are others here. There may
 * be millions of them, so they are not gone through when pieces are merged, but when they are put together by host:
 * there a thread of its own goes through each piece.
 */
#include "channel/channel_state.h"

static void clear_piece(gpointer data)
{
	struct piece *piece = data;
	g_free(piece->before);
	g_free(piece->host);
	g_free(piece->name);
	g_free(piece->insight);
}

GArray *pieces_new(void)
{
	GArray *pieces = g_array_new(FALSE, FALSE, sizeof(struct piece));
	g_array_set_clear_func(pieces, clear_piece);
	return pieces;
}

/* ---- numbers ---- */

void piece_number(const struct channels *c, const struct piece *piece, struct kept *kept)
{
	if (kept->host == KEPT_NOTHING)
		return;
	kept->host = piece->host[kept->host];
	kept->name = piece->name[kept->name];
	if (kept->has_more) {
		kept->server += piece->first_more;
		kept_more(c, kept)->insight = piece->insight[kept_more(c, kept)->insight];
	}
	if (kept->is_sum) {
		kept->sent += piece->first_sum;
		sum_at(c, kept)->insight = piece->insight[sum_at(c, kept)->insight];
	}
}

void piece_is_numbered(struct piece *piece)
{
	g_clear_pointer(&piece->host, g_free);
	g_clear_pointer(&piece->name, g_free);
	g_clear_pointer(&piece->insight, g_free);
}

void pieces_forget(struct channels *c)
{
	for (guint p = 0; p < c->pieces->len; p++) {
		struct piece *piece = piece_at(c, p);
		for (uint32_t i = piece->first; piece->host && i < piece->end; i++)
			piece_number(c, piece, kept_at(c, i));
	}
	g_array_set_size(c->pieces, 0);
}

/* ---- merging ---- */

/* How many of each host there are before the piece. */
static uint32_t *count_before(const struct channels *c)
{
	uint32_t *before = g_new(uint32_t, c->hosts->len + 1);
	for (guint h = 0; h < c->hosts->len; h++)
		before[h] = host_at(c, h)->n_kept;
	return before;
}

static uint32_t *merge_hosts(struct channels *into, const struct channels *from)
{
	uint32_t *number = g_new(uint32_t, from->hosts->len + 1);
	for (guint i = 0; i < from->hosts->len; i++) {
		number[i] = channels_host_number(into, host_at(from, i)->addr);
		host_at(into, number[i])->n_kept += host_at(from, i)->n_kept;
	}
	return number;
}

static uint32_t *merge_names(struct channels *into, const struct channels *from)
{
	uint32_t *number = g_new(uint32_t, kept_names_size(&from->names));
	for (uint32_t i = 0; i < kept_names_size(&from->names); i++)
		number[i] = kept_names_number(&into->names, kept_names_text(&from->names, i));
	return number;
}

void channels_merge(struct channels *into, struct channels *from)
{
	channels_find_hosts(into);
	channels_find_hosts(from);
	pieces_forget(from);
	struct piece piece = {.hosts = into->hosts->len, .before = count_before(into)};
	uint32_t before = into->kept.used, n = from->kept.used;
	piece.host = merge_hosts(into, from);
	piece.name = merge_names(into, from);
	piece.insight = insights_merge(into->insights, from->insights);
	piece.first_more = slab_adopt(&into->more, &from->more);
	piece.first_sum = slab_adopt(&into->sums, &from->sums);
	piece.first = slab_adopt(&into->kept, &from->kept);
	piece.end = piece.first + n;
	for (uint32_t i = before; i < piece.first && n > 0; i++) /* numbers that nobody has: see slab_adopt() */
		kept_at(into, i)->host = KEPT_NOTHING;
	if (n > 0)
		g_array_append_val(into->pieces, piece);
	else
		clear_piece(&piece);
	into->n_kept += from->n_kept;
	into->refused += from->refused;
	from->n_kept = 0;
}
