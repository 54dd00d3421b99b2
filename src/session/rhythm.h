/* Part of table.c: what few packets bring, the end of a silence and the first reply. Out of the way of the others. */
#ifndef SESSION_RHYTHM_H
#define SESSION_RHYTHM_H

#include "session/layout.h"

/* Payload after a silence of `gap_ns`, which is TANPA_IDLE_NS or more. */
void session_note_idle(struct session_cold *cold, int64_t gap_ns);

/* The responder's first payload after the initiator's. */
void session_note_reply(const struct session_hot *hot, struct session_cold *cold, const struct packet *p);

#endif
