/*
 * Sessions handed to a thread of its own, a batch at a time and in their order: one thread reads a log while another
 * one adds up what is in it.
 */
#ifndef VERB_RELAY_H
#define VERB_RELAY_H

#include "session/table.h"

struct relay;

/* `sink` is called on the relay's thread, and on no other. Strings of the sessions have to outlive the relay. */
struct relay *relay_new(session_sink *sink, void *user);

/* A session_sink: takes a session for the relay, which `user` is. Waits while too many are on their way. */
void relay_take(const struct tanpa_session *session, void *user);

/* Waits until the last one was given to the sink, and frees the relay. */
void relay_finish(struct relay *relay);

#endif
