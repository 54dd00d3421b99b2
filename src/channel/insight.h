/*
 * What a deeper look (libndpi) found in the sessions of a channel, numbered: a scan may have a million channels, but
 * few different insights, so that a channel keeps two bytes. Bounded by that: what is beyond is no insight.
 */
#ifndef CHANNEL_INSIGHT_H
#define CHANNEL_INSIGHT_H

#include <glib.h>

#include "tanpa/session.h"

struct insight {
	const char *app_protocol; /* of several the first in byte order, a known one rather than "Unknown". Borrowed */
	uint32_t risks;           /* 1 << enum tanpa_risk, of any session */
};

struct insights;

struct insights *insights_new(void);
void insights_free(struct insights *insights);

/* Number of an insight; 0: nobody looked. */
uint16_t insights_number(struct insights *insights, const struct insight *insight);

/* Number of what two say together. */
uint16_t insights_join(struct insights *insights, uint16_t a, uint16_t b);

/* The numbers in `into` of all of `from`, by their number there; g_free(). */
uint16_t *insights_merge(struct insights *into, const struct insights *from);

/* NULL for 0. Until the next one is added. */
const struct insight *insights_get(const struct insights *insights, uint16_t number);

#endif
