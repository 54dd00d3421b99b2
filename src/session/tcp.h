/* The TCP part of a session: state of both endpoints, history, sequence numbers. */
#ifndef SESSION_TCP_H
#define SESSION_TCP_H

#include "packet/packet.h"
#include "session/layout.h"

struct session_table;

/* The rare part of a session, made when it has none. Valid until the session ends. */
struct session_rare *session_rare(struct session_table *table, struct session_cold *cold);

/* Adds a letter (upper case, as Zeek writes it for the initiator) of `side` to the history. */
void session_history_add(struct session_table *table, struct session_cold *cold, unsigned side, char letter);

/* Writes the history as Zeek does into out[32]. `rare` may be NULL. */
void session_history_text(const struct session_cold *cold, const struct session_rare *rare, char out[32]);

/*
 * Whether a SYN belongs to a new connection on the same addresses and ports rather than to this one:
 * a sequence number other than that of the first SYN, or the connection was over before.
 */
bool session_tcp_is_new(const struct session_hot *hot, const struct session_cold *cold, const struct packet *p,
			unsigned side);

/*
 * Moves state, history and sequence numbers on by one segment of `side`. Returns the payload bytes that
 * were not seen before; what was seen before, and loss, goes into the rare part. Sets *closed when the
 * connection is over with this segment (both ends closed, or reset).
 */
uint32_t session_tcp_segment(struct session_table *table, struct session_hot *hot, struct session_cold *cold,
			     const struct packet *p, unsigned side, bool *closed);

/* Zeek's conn_state of a TCP session. */
enum tanpa_conn_state session_tcp_conn_state(const struct session_hot *hot, const char *history,
					     bool has_payload);

#endif
