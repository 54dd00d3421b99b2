/*
 * Channels: all sessions with payload between one inside host and one service (server address, port,
 * protocol), and what they add up to.
 *
 * For a session initiated from outside the service is the inside host's own port and the other end is
 * left out of the key: an attacked port is one channel, however many attack it.
 *
 * All that is kept of a channel adds up in any order to the same, so sessions may come as they end, and the
 * channels of several threads be merged.
 */
#ifndef CHANNEL_CHANNEL_H
#define CHANNEL_CHANNEL_H

#include <glib.h>

#include "tanpa/session.h"
#include "verdict/verdict.h"

enum { CHANNEL_NAMES = 2 };

struct channel {
	/* key */
	uint8_t server[16]; /* all zero: the inside host itself, for sessions initiated from outside */
	uint32_t host;      /* number of the inside host, see channels_host() */
	uint16_t port;      /* of the service */
	uint8_t proto;
	bool inbound;
	/* sets over all sessions: bit 1 << number, at least once */
	uint8_t direction;               /* enum verdict_direction; the key decides it */
	uint8_t contents;                /* of enum tanpa_content, received */
	uint8_t methods;                 /* of enum tanpa_http_method */
	bool begin_missed;               /* of a session at least: no SYN was captured */
	uint16_t services;               /* of enum tanpa_service */
	uint16_t status_min, status_max; /* HTTP; 0: none */
	/* sums, minima, maxima */
	uint32_t sessions;
	uint32_t by_kind[VERDICT_N_JUDGED];
	uint32_t short_sessions;
	uint32_t executables; /* sessions that received PE, ELF or Mach-O */
	float mean_length_min, mean_length_max;
	float longest_s;         /* duration of the longest session */
	uint64_t sent, received; /* payload bytes */
	int64_t first_ns, last_ns;
	const char *names[CHANNEL_NAMES]; /* distinct, the first in byte order; borrowed from the sessions */
};
_Static_assert(sizeof(struct channel) == 128, "two cache lines: a scan may have a million");

/* An inside host, over all its channels. */
struct channel_host {
	uint8_t addr[16];
	uint32_t by_kind[VERDICT_N_JUDGED];          /* sessions */
	uint32_t channels_by_kind[VERDICT_N_JUDGED]; /* channels of the kind, see channel_is(); by channels_finish() */
};

struct channels;

struct channels *channels_new(void);
void channels_free(struct channels *channels);

/* Most channels held (128 bytes each); no limit unless set. Sessions that would begin another one are counted. */
void channels_set_max(struct channels *channels, uint32_t max);
uint64_t channels_refused(const struct channels *channels);
typedef struct channels channels_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(channels_, channels_free)

/* Adds a session; attempts are ignored. The session's name must outlive the channels. */
void channels_add(struct channels *channels, const struct tanpa_session *session, const struct verdict *verdict);

/* Adds all of `from` to `into`; `from` is unchanged, its names must outlive `into`. */
void channels_merge(struct channels *into, const struct channels *from);

/* No more sessions: what waits is put in its place, and the hosts' channels are counted. Then read. */
void channels_finish(struct channels *channels);

guint channels_hosts(const struct channels *channels);
const struct channel_host *channels_host(const struct channels *channels, uint32_t number);

guint channels_size(const struct channels *channels);

/* All channels, in no order. Borrowed. */
const struct channel *channels_get(const struct channels *channels, guint i);

/* The kind most of the channel's sessions are; ties go to the one listed first in VERDICT_KINDS. */
enum verdict_kind channel_kind(const struct channel *channel);

/*
 * Whether a channel belongs into a list of channels of a kind: most of its sessions are of it, or it has
 * sessions that one must not miss for the others: a third or more control, an upload, the download of an
 * executable.
 */
bool channel_is(const struct channel *channel, enum verdict_kind kind);

#endif
