/* Part of channel.c: one session as a channel of its own, channels added to each other, the order of their sessions. */
#ifndef CHANNEL_SUM_H
#define CHANNEL_SUM_H

#include "channel/channel.h"

/* A channel of one session or attempt, without its host and list; `listed` is what the list takes of it. */
void channel_sum_one(const struct tanpa_session *session, const struct verdict *verdict, struct channel *channel,
		     struct channel_session *listed);

/* Adds b to a: sums, minima, maxima, unions. Neither key nor list are touched. */
void channel_sum_add(struct channel *a, const struct channel *b);
/*
 * Of two struct channel_session: by start, then by all else that is kept of them, so that what is earliest does not
 * depend on the order of adding.
 */
gint channel_session_compare(gconstpointer a, gconstpointer b);

#endif
