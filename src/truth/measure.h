/* Single measures of a session that a threshold can be put on. */
#ifndef TRUTH_MEASURE_H
#define TRUTH_MEASURE_H

#include <glib.h>
#include <stdbool.h>

#include "truth/set.h"

struct truth_measure {
	const char *name;
	const char *unit; /* "" when it has none */
	const char *words;
	double (*get)(const struct truth_session *session, bool count_retransmissions);
};

extern const struct truth_measure truth_measures[];
extern const gsize truth_n_measures;

/* NULL when there is none of that name. */
const struct truth_measure *truth_measure_find(const char *name);

/* The mean packet length of a definition. */
const struct truth_measure *truth_measure_of_length(enum verdict_length length);

#endif
