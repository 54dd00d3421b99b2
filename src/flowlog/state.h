/*
 * How a TCP session began and ended, by the flags seen of each side: Zeek's conn_state where a log has none, or where
 * records were put together. Flags are told without their order, so some states are guesses (docs/formats.md).
 */
#ifndef FLOWLOG_STATE_H
#define FLOWLOG_STATE_H

#include "flowlog/text.h"
#include "tanpa/session.h"

/* As in the TCP header (RFC 9293, 3.1). */
enum { FLOWLOG_FIN = 1, FLOWLOG_SYN = 2, FLOWLOG_RST = 4, FLOWLOG_PSH = 8, FLOWLOG_ACK = 16 };

/* Letters of "FSRPA" anywhere in the text, as "...AP.SF" and "FSPA" have them. */
uint8_t flowlog_flags_by_letters(struct flowlog_text text);

/* A hexadecimal number, as "1b". */
uint8_t flowlog_flags_by_number(struct flowlog_text text);

/* What Zeek's history tells of the flags of both sides; data count as PSH. */
void flowlog_flags_by_history(const char *history, uint8_t flags[2]);

/* Sets conn_state, origin and end of a TCP session; those of UDP are by who sent packets, which the session has. */
void flowlog_state_set(struct tanpa_session *session, const uint8_t flags[2]);

#endif
