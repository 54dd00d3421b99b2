/*
 * How well one number tells two classes apart: ROC curve, area under it, thresholds by stated criteria,
 * bootstrap intervals.
 *
 * The classes are called control and download here, whatever they are. A threshold takes values up to it for
 * control, or, for a measure in which control is higher, values from it on: which of the two is decided
 * once, by the whole sample.
 */
#ifndef TRUTH_ROC_H
#define TRUTH_ROC_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "truth/stat.h"

struct truth_value {
	double value;
	uint32_t cluster; /* service it belongs to, from 0: resampled as a whole */
	uint16_t port;    /* of the service */
	int16_t host;     /* index of the inside host, -1: none */
	bool control;
};

/* A sample: values in order, control's side first. Owns the array. */
struct truth_sample {
	GArray *values; /* struct truth_value */
	bool high_is_control;
	uint64_t controls, downloads;
};

/* Orders `values` (taken over). When `sides` is not NULL the side control is on is taken from it. */
void truth_sample_init(struct truth_sample *sample, GArray *values, const struct truth_sample *sides);
void truth_sample_clear(struct truth_sample *sample);

/* Area under the ROC curve, 0 to 1 (0.5: tells nothing); NAN when a class is empty. */
double truth_auc(const struct truth_sample *sample);

/* A point of the curve: the threshold and what it gets wrong. */
struct truth_point {
	double threshold;
	uint64_t false_positives; /* downloads on control's side */
	uint64_t true_positives;  /* control on its side */
};

/* The curve: one point per distinct value, from the strictest. The first has nothing on control's side. */
GArray *truth_curve(const struct truth_sample *sample);

/* Criteria a threshold can be chosen by: id, name, words. */
#define TRUTH_CRITERIA(X)                                                                            \
	X(YOUDEN, "youden", "most control found less downloads taken for it, as rates (Youden's J)") \
	X(ERRORS, "errors", "fewest errors")                                                         \
	X(MAX_FP, "max-fp", "most control found with no more than --max-fp of the downloads")

enum truth_criterion {
#define X(id, name, words) TRUTH_BY_##id,
	TRUTH_CRITERIA(X)
#undef X
		TRUTH_N_CRITERIA,
};

const char *truth_criterion_name(enum truth_criterion criterion);
const char *truth_criterion_words(enum truth_criterion criterion);

/* A threshold, and between which values it could lie as well. */
struct truth_cut {
	bool valid;       /* false: a class is empty, or nothing meets the criterion */
	double low, high; /* the values next to it: any threshold in between makes the same errors */
	double from, to;  /* as far as Youden's J is less than 0.02 worse */
	double threshold; /* the roundest number between low and high */
	double youden;    /* J, -1 to 1 */
	struct truth_rate false_positives, false_negatives;
};

struct truth_cut truth_cut_by(const struct truth_sample *sample, enum truth_criterion criterion, double max_fp);

/* 95 % intervals (percentiles of resampled clusters). */
struct truth_bootstrap {
	guint samples;
	double auc_low, auc_high;
	double threshold_low, threshold_high; /* by Youden */
};

/* Resamples `samples` times, the same way for the same seed. Costs samples times the size. */
struct truth_bootstrap truth_bootstrap(const struct truth_sample *sample, guint samples, uint32_t seed);

/* The range of values that both classes have, and how many of each are in it. */
struct truth_overlap {
	double low, high;
	uint64_t controls, downloads;
};

struct truth_overlap truth_overlap(const struct truth_sample *sample);

/* The number with the fewest digits in [low, high), for `open_low` in (low, high]. */
double truth_roundest(double low, double high, bool open_low);

#endif
