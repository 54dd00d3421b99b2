/*
 * Part of channel.c: a session or attempt as channels keep it, and what it adds to one.
 *
 * A scan may keep a hundred million of them: what a channel, or the list of its sessions, shows is made of them when
 * it is asked for. One cache line has all of nearly every session; of a few some is elsewhere.
 */
#ifndef CHANNEL_KEPT_H
#define CHANNEL_KEPT_H

#include "channel/channel.h"

/* What is in codes (base/coarse.h) is as in struct channel_session. */
struct kept {
	int64_t start_ns;
	uint32_t duration_low;   /* ns; `duration_high` has the rest */
	uint32_t sent, received; /* payload bytes of the inside host */
	uint32_t name;           /* its number (kept_names.h) */
	uint32_t host;           /* number of the inside host, or KEPT_NOTHING */
	uint32_t server;         /* IPv4 address as it lies in memory, 0: inbound; or a number, see `has_more` */
	float judged_length;     /* the mean packet length of the verdict */
	float orig_ip_bytes;
	uint16_t port, client_port;
	uint16_t sent_packets, received_packets;           /* codes */
	uint16_t sent_data_packets, received_data_packets; /* codes */
	uint16_t turns;
	uint8_t idles, steady_idles;
	unsigned direction : 2, content : 3, method : 3;
	unsigned is_short : 1, guessed : 1, sideless : 1, looked_into : 1, udp : 1;
	unsigned is_sum : 1;   /* stands for several: `sent` is the number of their sum */
	unsigned has_more : 1; /* `server` is the number of its struct kept_more */
	unsigned service : 4, duration_high : 8, flags : 4;
	unsigned reply : 11, http_status : 10, idle : 8, kind : 3; /* reply, idle: codes */
};
_Static_assert(sizeof(struct kept) == 64, "one cache line for a session of a scan");
_Static_assert(TANPA_N_CONTENTS <= 1 << 3, "content has three bits");

/*
 * Of those that are over IPv6, have more bytes or packets or last longer than fits above, were inspected, or of which
 * the verdict counts other bytes than the payload (retransmissions).
 */
struct kept_more {
	uint8_t server[16];      /* all zero: inbound */
	uint64_t sent, received; /* payload bytes */
	uint64_t judged_sent, judged_received;
	int64_t end_ns;
	uint32_t mean_length; /* payload of both directions over packets, in 1/1024 bytes */
	uint16_t insight;     /* its number, 0: none */
};

/* So many are looked at together for the earliest of them. */
enum { KEPT_LIST_ROOM = 2 * CHANNEL_LISTED };

/* The sessions of a channel that are listed, in their order. */
struct kept_list {
	const struct kept **at; /* memory for KEPT_LIST_ROOM */
	guint len;
};

enum { KEPT_NOTHING = UINT32_MAX }; /* struct kept.host of what was given back */

/* All but its host. */
void kept_pack(struct channels *c, struct kept *kept, const struct tanpa_session *session,
	       const struct verdict *verdict);

/* Its channel, without the host and with nothing added yet. */
void kept_begin(const struct channels *c, const struct kept *kept, struct channel *channel);

/* Adds it to its channel. `insights` NULL: theirs are not joined. */
void kept_add(const struct channels *c, const struct kept *kept, struct insights *insights, struct channel *channel);

/* What is not kept as it is told, as in struct channel_session. */
float kept_duration_s(const struct channels *c, const struct kept *kept);
float kept_sent(const struct channels *c, const struct kept *kept);
float kept_received(const struct channels *c, const struct kept *kept);
uint32_t kept_mean_length(const struct channels *c, const struct kept *kept);

/* As an entry of a channel's list. */
void kept_entry(const struct channels *c, const struct kept *kept, struct channel_session *entry);

/* Adds b to a, one of nothing yet becomes it: sums, minima, maxima, unions. `insights` as above. */
void channel_add(struct channel *a, const struct channel *b, struct insights *insights);

/*
 * Of two: by start, then by all else that is in a list of them, so that what is earliest does not depend on the order
 * of adding.
 */
gint kept_compare(const struct channels *c, const struct kept *a, const struct kept *b);

#endif
