/* From what a line says to a session: what is missing is estimated by the rules in docs/formats.md, or marked absent.
 */
#ifndef FLOWLOG_RECORD_H
#define FLOWLOG_RECORD_H

#include "flowlog/draft.h"
#include "session/names.h"
#include "tanpa/session.h"

struct flowlog_record {
	struct tanpa_session session;
	bool one_way;     /* the other direction may come as a record of its own */
	bool has_flags;   /* of TCP; when false, state comes from elsewhere */
	uint8_t flags[2]; /* FLOWLOG_FIN and so on */
};

/*
 * Makes the record of a TCP or UDP session. `record` holds what the format knew already: one_way and flags. Strings go
 * to `names`. Returns NULL, or what is wrong with the line (static).
 */
const char *flowlog_record_make(struct flowlog_record *record, const struct flowlog_draft *draft,
				struct session_names *names);

/* The text as a string of the pool: UTF-8 (what is not becomes U+FFFD), up to a NUL and to 255 bytes. NULL for none. */
const char *flowlog_intern(struct session_names *names, struct flowlog_text text);

/* Least header bytes of a packet up to its payload: IP, and TCP with time stamps or UDP. What payload is estimated by.
 */
uint64_t flowlog_header_bytes(const struct tanpa_session *session);

#endif
