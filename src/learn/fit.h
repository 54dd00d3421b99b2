/*
 * Fits the model of channel/model.h: L2-regularised logistic regression (liblinear) on binned measures, both classes
 * weighing the same.
 *
 * Bins of a measure are coded by the cuts they lie above, so that neighbouring bins get similar weights
 * unless the examples say otherwise.
 */
#ifndef LEARN_FIT_H
#define LEARN_FIT_H

#include "learn/example.h"

struct learn_options {
	double cost; /* liblinear's C: the larger, the closer to the examples */
};

extern const struct learn_options learn_options_default;

/*
 * Scores every example by a model that was fitted without its group, and fits slope, intercept and levels
 * of `model` to these scores. Then fits the weights to all examples.
 * Returns false and sets `error` (G_OPTION_ERROR) when there is no control or nothing else, or but one group.
 */
bool learn_fit(struct learn_set *set, const struct learn_options *options, struct channel_model *model, GError **error);

/* Scores every example by a finished model. */
void learn_score(struct learn_set *set, const struct channel_model *model);

#endif
