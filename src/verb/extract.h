/*
 * The option --extract: the packets of chosen sessions, one pcap file for each channel (an inside host and a service).
 *
 * The inputs are read twice. The first time tells which sessions there are; the second time goes the same way again,
 * so that each packet comes to the session it was counted in, and those of the chosen ones are written. Nothing but a
 * number is remembered of a session, and nothing of a packet.
 */
#ifndef VERB_EXTRACT_H
#define VERB_EXTRACT_H

#include "verb/ingest.h"

struct extract;

/* Makes the folder. Complains and returns NULL when it or an input (a pipe) is not fit for it. */
struct extract *extract_new(const char *folder, const struct verb_options *options);
void extract_free(struct extract *extract);
typedef struct extract extract_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(extract_, extract_free)

/* Chooses a session: `number` as from ingest_number(). */
void extract_choose(struct extract *extract, uint32_t number, const struct tanpa_session *session,
		    const struct verdict *verdict);

/* Reads the inputs of `ingest` again, which it uses up, and writes the packets. Complains when it cannot. */
enum verb_status extract_run(struct extract *extract, struct ingest *ingest, const struct verb_options *options);

#endif
