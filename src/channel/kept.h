/*
 * Part of channel.c: a session or attempt as channels keep it, and what it adds to one.
 *
 * A scan may keep a hundred million of them: what a channel, or the list of its sessions, shows is made of them when
 * it is asked for.
 */
#ifndef CHANNEL_KEPT_H
#define CHANNEL_KEPT_H

#include "base/fetch.h"
#include "channel/channel.h"

/* Of its numbers those in codes (base/coarse.h) are as in struct channel_session. */
struct kept {
	int64_t start_ns, end_ns;
	uint64_t sent, received; /* payload bytes of the inside host, as the verdict counts them */
	const char *name;        /* borrowed */
	uint32_t host;           /* its number, or KEPT_NOTHING */
	uint32_t server;         /* IPv4: the address; IPv6: the number of the address; inbound: 0 */
	uint32_t mean_length;    /* payload of both directions over packets, in 1/1024 bytes */
	float judged_length;     /* the mean packet length of the verdict */
	float orig_ip_bytes;
	uint16_t port, client_port;
	uint16_t sent_packets, received_packets;           /* codes */
	uint16_t sent_data_packets, received_data_packets; /* codes */
	uint16_t turns, reply;                             /* reply: a code */
	uint16_t http_status, insight;
	uint8_t idle, idles, steady_idles; /* idle: a code */
	uint8_t proto;
	unsigned flags : 4; /* enum channel_session_flag */
	unsigned kind : 3;  /* enum verdict_kind */
	unsigned direction : 2;
	unsigned service : 4, content : 3, method : 3;
	unsigned is_short : 1, guessed : 1, sideless : 1, looked_into : 1, numeric : 1, ipv6 : 1;
	unsigned is_sum : 1; /* no session: stands for several, whose sum has the number `sent` */
};
_Static_assert(sizeof(struct kept) == 88, "of every session of a scan");

enum { KEPT_NOTHING = UINT32_MAX }; /* struct kept.host of what was given back */

/* It lies in two cache lines. */
static inline void kept_fetch(const struct kept *kept)
{
	fetch_ahead(kept);
	fetch_ahead((const char *)kept + sizeof *kept - 1);
}

/* All of it but host, insight, and the server of IPv6. */
void kept_pack(struct kept *kept, const struct tanpa_session *session, const struct verdict *verdict);

/* What it adds to its channel, as a channel without host and server. `sums` of struct channel: see `is_sum`. */
void kept_sum(const struct kept *kept, const GArray *sums, struct channel *channel);

/* As an entry of a channel's list. */
void kept_entry(const struct kept *kept, struct channel_session *entry);

/* Adds b to a, one of nothing yet becomes it: sums, minima, maxima, unions. Insights may be joined in `insights`. */
void channel_add(struct channel *a, const struct channel *b, struct insights *insights);

/*
 * Of two struct channel_session: by start, then by all else that is kept of them, so that what is earliest does not
 * depend on the order of adding.
 */
gint channel_session_compare(gconstpointer a, gconstpointer b);

#endif
