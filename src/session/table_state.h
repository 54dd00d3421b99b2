/* What a session table is made of; for the files of this folder that are the table. */
#ifndef SESSION_TABLE_STATE_H
#define SESSION_TABLE_STATE_H

#include "base/slab.h"
#include "session/fragments.h"
#include "session/index.h"
#include "session/layout.h"
#include "session/names.h"
#include "session/ring.h"
#include "session/table.h"

enum { BEGUN = 16 };

enum timeout_class { CLASS_TCP, CLASS_ATTEMPT, CLASS_UDP, CLASS_CLOSED, N_CLASSES };

/* In cache lines of its own, as each thread has one. */
struct session_table {
	_Alignas(64) struct session_options options;
	struct slab slots, ipv6, rare;
	struct slab frames, inspected; /* a session's frame bytes, and inspector's state, have the number of its slot */
	struct session_index index;
	struct session_names names;
	struct session_fragments *fragments;
	struct session_ring ring[N_CLASSES];
	int64_t timeout_ns[N_CLASSES];
	int64_t usual_ns[N_CLASSES]; /* no session is over that was put into its ring no longer ago */
	int64_t newest_ns;           /* of all packets; TANPA_NEVER: none yet */
	int32_t begun[BEGUN];        /* slots of the sessions begun last, by the low bits of their hashes; -1: none */
	struct session_counts counts;
};

static inline struct session_slot *slot_at(const struct session_table *t, uint32_t slot)
{
	return slab_at(&t->slots, slot, sizeof(struct session_slot));
}

static inline struct session_hot *hot_at(const struct session_table *t, uint32_t slot)
{
	return &slot_at(t, slot)->hot;
}

static inline struct session_cold *cold_at(const struct session_table *t, uint32_t slot)
{
	return &slot_at(t, slot)->cold;
}

/* What the inspector keeps of it; only where there is an inspector. */
static inline uint32_t *inspected_at(const struct session_table *t, uint32_t slot)
{
	return slab_at(&t->inspected, slot, sizeof(uint32_t));
}

static inline const struct session_rare *rare_of(const struct session_table *t, const struct session_cold *cold)
{
	return cold->rare ? slab_at(&t->rare, cold->rare - 1, sizeof(struct session_rare)) : NULL;
}

/* Of an IPv6 session. */
static inline struct session_ipv6 *ipv6_of(const struct session_table *t, const struct session_hot *hot)
{
	return slab_at(&t->ipv6, hot->addr[0], sizeof(struct session_ipv6));
}

/* Of either direction, one of which has packets. */
static inline int64_t session_last_ns(const struct session_hot *hot)
{
	if (hot->packets[0] == 0)
		return hot->last_ns[1];
	return hot->packets[1] == 0 || hot->last_ns[0] > hot->last_ns[1] ? hot->last_ns[0] : hot->last_ns[1];
}

/* take.c: takes a session out of the table, and hands its record to the sink. */
void session_end(struct session_table *t, uint32_t slot, enum tanpa_end why);

/* rehash.c */

/* Hash of a live session, as packet_hash() of its packets. */
uint32_t session_hash(const struct session_table *t, uint32_t slot);

/* Gives the index more buckets, and puts all live sessions in again. */
void session_widen_index(struct session_table *t);

/* timeout.c */

/* Asks for a session that is in no queue to be looked at when the class's time-out has passed from `now_ns` on. */
void session_queue(struct session_table *t, enum timeout_class which, uint32_t slot, struct session_cold *cold,
		   int64_t now_ns);

/* Takes it out of its queue. */
static inline void session_unqueue(struct session_table *t, const struct session_cold *cold)
{
	session_ring_take_out(&t->ring[cold->queue], cold->place);
}

/* The class whose time-out counts for a session as it is now. */
enum timeout_class session_class_of(const struct session_hot *hot);

/* Since when its time-out runs: its last packet; of a connection that is over, the one that ended it. */
int64_t session_silent_since(const struct session_table *t, uint32_t slot, const struct session_hot *hot);

/* Gives the memory of all sessions back, but their names. */
void session_table_clear(struct session_table *t);

/* Ends the sessions that fell silent, after packets with times from `low_ns` to `high_ns`. */
void session_expire(struct session_table *t, int64_t low_ns, int64_t high_ns);

/* The record of a session, alive or kept. */
void session_record_build(const struct session_table *t, uint32_t slot, struct tanpa_session *out);

#endif
