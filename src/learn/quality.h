/*
 * How well a score finds control: on labelled captures by area under the ROC curve, average precision and rank
 * within the capture; on benign days by false findings. Every service weighs the same.
 */
#ifndef LEARN_QUALITY_H
#define LEARN_QUALITY_H

#include "learn/example.h"
#include "truth/stat.h"

/* What services are ranked by. */
enum learn_measure { LEARN_BY_MODEL, LEARN_BY_FLOWS, LEARN_BY_RULE, LEARN_BY_BEACON, LEARN_N_MEASURES };

const char *learn_measure_name(enum learn_measure measure);
const char *learn_measure_words(enum learn_measure measure);

/* The larger, the more like control. What has none comes last. */
double learn_value(const struct example *example, enum learn_measure measure);

/* A number with its 95 % interval: percentiles of 1000 samples of groups. */
struct learn_interval {
	double value, low, high; /* NAN: a class is empty */
};

struct learn_quality {
	guint controls, downloads, others; /* services of labelled captures; `others` includes the downloads */
	struct learn_interval auc_download, auc_all; /* control against downloads, against everything else */
	struct learn_interval precision;             /* average precision, control against everything else */
	struct truth_rate first,
		first_three; /* captures with control and something else in which control is ranked so */
	double level;        /* where 80 % of the answered control services are reported */
	guint days;
	double host_days;
	uint64_t false_findings; /* on benign days, at that level */
};

struct learn_quality learn_quality(const struct learn_set *set, enum learn_measure measure);

/* Rank of a capture's best control service, 1: first; ties count against it. 0: it has none, or nothing else. */
guint learn_rank(const struct learn_set *set, uint32_t run, enum learn_measure measure);

#endif
