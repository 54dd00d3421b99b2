/*
 * Channels: all sessions between one inside host and one service (server address, port, protocol), and what
 * they add up to. Attempts are counted apart: a channel may have nothing else.
 *
 * For a session initiated from outside the service is the inside host's own port and the other end is
 * left out of the key: an attacked port is one channel, however many attack it.
 *
 * Sessions are kept as they come, in few bytes each, and put together by host and service when all are in: what is
 * told of a channel is added up when it is asked for. It adds up in any order to the same, so sessions may come as
 * they end, and the channels of several threads be merged. That holds for the list of its sessions, too: of a channel
 * with more than CHANNEL_LISTED sessions the earliest are listed, and when memory is to be saved the others are not
 * kept one by one.
 */
#ifndef CHANNEL_CHANNEL_H
#define CHANNEL_CHANNEL_H

#include <glib.h>

#include "channel/insight.h"
#include "tanpa/session.h"
#include "verdict/verdict.h"

enum { CHANNEL_NAMES = 2, CHANNEL_LISTED = 4096 };

/* How finely a listed session has its packets, first reply (us) and idle time (eighths of a second): base/coarse.h. */
enum { CHANNEL_PACKET_BITS = 11, CHANNEL_REPLY_BITS = 5, CHANNEL_IDLE_BITS = 4 };

/* What is kept of each session, for the measures that are no sums. */
enum channel_session_flag {
	CHANNEL_ATTEMPT = 1,      /* no payload */
	CHANNEL_REFUSED = 2,      /* an attempt that the other end answered by a RST */
	CHANNEL_SERVER_FIRST = 4, /* the service sent payload first */
	CHANNEL_TOLD = 8,         /* from a flow log: nobody counted turns and the like */
};

struct channel_session {
	int64_t start_ns;
	float duration_s;
	float sent, received; /* payload bytes */
	float orig_ip_bytes;  /* of the initiator */
	uint32_t mean_length; /* payload of both directions over packets, in 1/1024 bytes */
	/* coarse codes (base/coarse.h) */
	uint16_t sent_packets, received_packets;           /* CHANNEL_PACKET_BITS */
	uint16_t sent_data_packets, received_data_packets; /* likewise; with payload */
	uint16_t turns;                                    /* no code; up to 65,535 */
	uint16_t reply;                                    /* CHANNEL_REPLY_BITS, of microseconds; 0: none */
	uint8_t idle;                                      /* CHANNEL_IDLE_BITS, of eighths of a second */
	uint8_t idles, steady_idles;                       /* as in struct tanpa_session */
	uint8_t flags;                                     /* enum channel_session_flag */
};

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
	uint16_t services;               /* of enum tanpa_service */
	uint16_t status_min, status_max; /* HTTP; 0: none */
	uint16_t client_port;            /* of the first session or attempt, at first_ns */
	/* sums, minima, maxima; all but the last two are over sessions with payload */
	uint32_t sessions;
	uint32_t by_kind[VERDICT_N_JUDGED];
	uint32_t short_sessions;
	uint32_t executables;            /* sessions that received PE, ELF or Mach-O */
	uint32_t ocsp;                   /* sessions that received an OCSP answer */
	uint32_t begins_missed;          /* sessions of which no SYN was captured */
	uint32_t looked_into;            /* sessions whose first payload bytes tanpa saw, or the maker of a flow log */
	uint32_t sideless;               /* sessions of logs that do not tell who sent what */
	uint32_t http, tls, other_known; /* by protocol */
	uint32_t named, numeric;         /* by the name asked for: a host name, or an address */
	uint32_t posts;
	uint32_t answered; /* sessions with payload from the service */
	float mean_length_min, mean_length_max;
	float longest_s;         /* duration of the longest session */
	uint64_t sent, received; /* payload bytes */
	int64_t first_ns, last_ns;
	const char *names[CHANNEL_NAMES]; /* distinct, the first in byte order; borrowed from the sessions */
	uint32_t refused, unanswered;     /* attempts */
	float score;                      /* probability of control, 0 to 1, by findings_new(); NAN: not scored */
	/* internal */
	uint32_t number;  /* see channels_get() */
	uint16_t insight; /* see channels_insight() */
};

static inline guint channel_n_names(const struct channel *channel)
{
	guint n = 0;
	while (n < CHANNEL_NAMES && channel->names[n])
		n++;
	return n;
}

static inline uint32_t channel_attempts(const struct channel *channel)
{
	return channel->refused + channel->unanswered;
}

/* An inside host, over all its channels. */
struct channel_host {
	uint8_t addr[16];
	uint32_t n_kept, first;                      /* internal */
	uint32_t by_kind[VERDICT_N_JUDGED];          /* sessions */
	uint32_t channels_by_kind[VERDICT_N_JUDGED]; /* channels of the kind, see channel_is(); by channels_finish() */
	uint32_t services;                           /* outbound TCP channels with payload; likewise */
	uint32_t channels;                           /* of any kind, attempts alone included; likewise */
};

/* A service, over all inside hosts that it was used from (with payload). */
struct channel_service {
	uint32_t hosts;
	float sent_min, sent_max; /* mean payload sent a session: of the hosts with the least and the most */
};

struct channels;
struct kept_list;

struct channels *channels_new(void);
void channels_free(struct channels *channels);

/* Most channels held; no limit unless set. Of more the ones that began first stay. */
void channels_set_max(struct channels *channels, uint32_t max);

/* Sessions with payload of the channels that did not stay. After channels_finish(). */
uint64_t channels_refused(const struct channels *channels);
typedef struct channels channels_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(channels_, channels_free)

/* Adds a session or attempt. The session's name must outlive the channels. */
void channels_add(struct channels *channels, const struct tanpa_session *session, const struct verdict *verdict);

/* Moves all of `from` into `into`; `from` is only to be freed then, its names must outlive `into`. */
void channels_merge(struct channels *into, struct channels *from);

/*
 * Who is to score channels while they are put together, in portions, by several threads. For each portion `begin` is
 * called once, told how many channels it may have at most, and gives what is the portion's own; with that `score`, for
 * each channel with its list (channel/kept.h) and its host, whose channels need not all be counted yet, but whose
 * `services` are. It returns the score, or NAN. The channel is without its insight, and its number counts from 0 for
 * each portion: when one is done, and all before it, `end` is told what it is to be raised by, and takes `own` back. It
 * is called for one portion at a time, by any of the threads.
 */
struct channels_scorer {
	void *(*begin)(void *user, uint32_t most);
	double (*score)(const struct channel *channel, const struct kept_list *list, const struct channel_host *host,
			void *own);
	void (*end)(void *user, void *own, guint first);
	void *user;
};

/*
 * When no more sessions come: so many threads put sessions together by channel, and count and score them. `scorer` may
 * be NULL. May be called again; what was borrowed is gone then.
 */
void channels_finish(struct channels *channels, guint threads, const struct channels_scorer *scorer);

guint channels_hosts(const struct channels *channels);
const struct channel_host *channels_host(const struct channels *channels, uint32_t number);

/* What libndpi found in the channel's sessions; NULL: it was not asked. Until another channel is asked for. */
const struct insight *channels_insight(const struct channels *channels, const struct channel *channel);

/* All of the following after channels_finish(), and not for several threads at once. */

guint channels_size(const struct channels *channels);

/*
 * The channels, by host, those of attempts alone included. Borrowed. It stays once it was asked for, in 192 bytes: for
 * those that are shown.
 */
const struct channel *channels_get(const struct channels *channels, guint i);

/* The number of the i-th channel of a host, i < channels_host()->channels. */
guint channels_of_host(const struct channels *channels, guint host, guint i);

/* Order of two channels by the addresses of host and service, port, protocol, direction. */
int channels_compare(const struct channels *channels, guint a, guint b);

/*
 * The sessions and attempts of an outbound channel into `out` (cleared first; of struct channel_session), by
 * start: the earliest CHANNEL_LISTED. Nothing is listed for inbound ones.
 */
void channels_list(const struct channels *channels, const struct channel *channel, GArray *out);

/* Of an outbound channel with payload. */
struct channel_service channels_service(const struct channels *channels, const struct channel *channel);

/* Tells which channels, by their numbers, channels_service() will be asked about: others take longer, once. */
void channels_services_soon(const struct channels *channels, const uint32_t *numbers, guint n);

/* The kind most of the channel's sessions are; ties go to the one listed first in VERDICT_KINDS. */
enum verdict_kind channel_kind(const struct channel *channel);

/*
 * Whether a channel belongs into a list of channels of a kind: most of its sessions are of it, or it has
 * sessions that one must not miss for the others: a third or more control, an upload, the download of an
 * executable.
 */
bool channel_is(const struct channel *channel, enum verdict_kind kind);

#endif
