/* What train and score have in common: labelled captures and benign days, read into examples. */
#ifndef VERB_LEARN_INPUT_H
#define VERB_LEARN_INPUT_H

#include "learn/example.h"
#include "report/learning.h"
#include "verb/options.h"
#include "verb/truth_report.h"

struct learn_input {
	/* as typed */
	char **label_paths, **benign_paths, **lesson_paths;
	struct truth_report report;
	/* as read */
	struct learn_labels *labels;
	struct learn_set set;
	guint captures, lessons; /* with labelled services: measured by, learned from only */
};

void learn_input_init(struct learn_input *input);
void learn_input_clear(struct learn_input *input);

/* The options in common, followed by `more`. Free the array. */
GOptionEntry *learn_input_entries(struct learn_input *input, const GOptionEntry *more);

/*
 * Reads the labels, the captures of options->paths, each as a run of its own, and the benign days. Complains about
 * what could not be read. Returns VERB_DONE or VERB_DAMAGED when there is something to go on with.
 */
enum verb_status learn_input_read(struct learn_input *input, const struct verb_options *options);

/* Writes the tables. */
enum verb_status learn_input_report(const struct learn_input *input, const struct channel_model *model,
				    bool is_held_out, const struct verb_options *options);

#endif
