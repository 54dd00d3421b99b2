/*
 * Labels that sessions brought along from a labelled flow log, as if they had been read from a list of labelled
 * sessions and matched one to one.
 */
#ifndef TRUTH_OWN_H
#define TRUTH_OWN_H

#include "truth/log.h"
#include "truth/match.h"
#include "truth/set.h"

/*
 * Adds a line to `labels` for each session that has a label, and returns its match: an array of struct truth_match.
 * Where there is a detailed label, too, the two are joined by '+', so that either finds it (truth_label_has()). NULL
 * when no session has one.
 */
GArray *truth_own_labels(const struct truth_set *set, struct truth_log *labels);

#endif
