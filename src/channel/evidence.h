/* Part of finding.c: measures in words, for people. */
#ifndef CHANNEL_EVIDENCE_H
#define CHANNEL_EVIDENCE_H

#include "channel/finding.h"

/* "HTTP POST that names no host, on port 8080", "sessions of 62 s". Appends to `out`. */
void evidence_words(const struct channel *channel, const struct feature_vector *vector, enum feature feature,
		    GString *out);

/* "47 sessions, one every 60 s ± 2 s; 212 B out, 180 B in; only host of 14 that uses it". Free it. */
char *evidence_facts(const struct channels *channels, const struct channel *channel,
		     const struct feature_vector *vector);

#endif
