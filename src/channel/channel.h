/*
 * Channels: all sessions with payload between one inside host and one service (server address, port,
 * protocol), and what they add up to.
 *
 * For a session initiated from outside the service is the inside host's own port and the other end is
 * left out of the key: an attacked port is one channel, however many attack it.
 */
#ifndef CHANNEL_CHANNEL_H
#define CHANNEL_CHANNEL_H

#include <glib.h>

#include "tanpa/session.h"
#include "verdict/verdict.h"

enum { CHANNEL_NAMES = 3 };

struct channel {
	/* key */
	uint8_t host[16];   /* inside */
	uint8_t server[16]; /* all zero: the inside host itself, for sessions initiated from outside */
	uint16_t port;      /* of the service */
	uint8_t proto;
	bool inbound;
	/* sums */
	enum verdict_direction direction; /* of the first session */
	uint64_t sessions;
	uint64_t by_kind[VERDICT_N_KINDS];
	uint64_t short_sessions;
	uint64_t packets;
	uint64_t sent, received;           /* payload bytes */
	double mean_length_min, mean_length_max;
	int64_t first_ns, last_ns;
	int64_t longest_ns;                /* duration of the longest session */
	uint64_t with_content[TANPA_N_CONTENTS]; /* sessions that received it */
	uint64_t by_method[TANPA_N_HTTP_METHODS];
	uint16_t http_status;              /* last one seen */
	uint8_t service;                   /* first one known */
	const char *names[CHANNEL_NAMES];  /* distinct, in order of appearance; borrowed from the sessions */
};

struct channels;

struct channels *channels_new(void);
void channels_free(struct channels *channels);
typedef struct channels channels_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(channels_, channels_free)

/* Adds a session; attempts are ignored. The session's name must outlive the channels. */
void channels_add(struct channels *channels, const struct tanpa_session *session, const struct verdict *verdict);

guint channels_size(const struct channels *channels);

/* All channels, in the order of their first sessions. Borrowed. */
const struct channel *channels_get(const struct channels *channels, guint i);

/* The kind most of the channel's sessions are; ties go to the one listed first in VERDICT_KINDS. */
enum verdict_kind channel_kind(const struct channel *channel);

#endif
