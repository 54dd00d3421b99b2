/*
 * The session table: decoded packets in, session records out.
 *
 * Takes packets in time order, gives one record per TCP connection or UDP exchange: who initiated,
 * what each direction carried, TCP state as Zeek names it, why it ended. Not thread-safe: one table
 * belongs to one thread; several tables that each see all packets between two hosts give together
 * what one would.
 *
 * Two ways to get the records:
 *  - kept (`sink` is NULL): all stay until session_table_free(); session_table_get() reads them in the
 *    order in which the sessions began;
 *  - streamed (`sink` is set): each is handed over as soon as the session has ended, and its memory is
 *    used again. Memory then depends on the sessions alive at once, not on how many there were.
 */
#ifndef SESSION_TABLE_H
#define SESSION_TABLE_H

#include <stddef.h>

#include "base/fetch.h"
#include "packet/packet.h"
#include "session/inspector.h"
#include "tanpa/session.h"

struct session_table;

/* Called with each ended session; `session` and its name live until the call returns. */
typedef void session_sink(const struct tanpa_session *session, void *user);

struct session_options {
	int64_t tcp_timeout_ns;     /* idle time after which a TCP session is over, > 0 */
	int64_t udp_timeout_ns;     /* likewise UDP */
	int64_t attempt_timeout_ns; /* likewise SYNs without any answer */
	uint32_t max_sessions;      /* live at once (kept: in all); beyond it packets are refused and counted */
	bool count_frames;          /* fill tanpa_session.frame_bytes */
	struct packet_seed seed;    /* of packet_hash() */
	session_sink *sink;         /* NULL: keep */
	void *user;                 /* passed to sink */

	struct session_inspector *inspector; /* NULL: none */
};

/* The paper's and Zeek's values: TCP an hour, UDP one minute, attempts two minutes. Seed 0: fixed. */
extern const struct session_options session_options_default;

/* Longest time-out an option may ask for: forty days. */
#define SESSION_TIMEOUT_MAX_NS (INT64_C(40) * 86400 * 1000000000)

struct session_counts {
	uint64_t packets;   /* given to the table */
	uint64_t refused;   /* of these, not in a session: table full */
	uint64_t fragments; /* of these, not in a session: fragments without a first one */
	uint64_t sessions;  /* begun */
	uint32_t live;      /* now */
	uint32_t peak_live;
};

/* Never NULL: memory that runs out aborts, as in GLib. */
struct session_table *session_table_new(const struct session_options *options);
void session_table_free(struct session_table *table);

/*
 * Puts `n` packets, in time order, into their sessions; packets[i].hash must be packet_hash() with the
 * table's seed. Cost per packet is constant; index and records are prefetched, so a few hundred packets at
 * once are best. With each packet goes a step of `ahead`, memory that the caller will ask for afterwards; NULL: none.
 */
void session_table_add(struct session_table *table, const struct packet *packets, size_t n, struct fetch_run *ahead);

/* Not in a session. */
#define SESSION_NONE UINT32_MAX

/*
 * The same for a table that keeps its sessions, with the number of each packet's session, as session_table_get() takes
 * it; SESSION_NONE where there was no room, or a fragment without its first one.
 */
void session_table_add_numbered(struct session_table *table, const struct packet *packets, size_t n,
				struct fetch_run *ahead, uint32_t *number);

/* Time of the newest packet, TANPA_NEVER before the first. */
int64_t session_table_newest_ns(const struct session_table *table);

/*
 * No more packets: what is alive ends, by TANPA_END_TIMEOUT where its time-out had passed by `newest_ns`
 * (the newest packet of all tables that share the input), else by TANPA_END_INPUT. Streamed sessions go to
 * the sink in order of their begin.
 */
void session_table_finish(struct session_table *table, int64_t newest_ns);

struct session_counts session_table_counts(const struct session_table *table);

/* Kept sessions, in order of their first packet. Call after session_table_finish(). */
uint32_t session_table_size(const struct session_table *table);
void session_table_get(const struct session_table *table, uint32_t i, struct tanpa_session *out);

/* Time of the first packet of kept session i, without building the record. */
int64_t session_table_start_ns(const struct session_table *table, uint32_t i);

#endif
