/* What evaluate and calibrate have in common: the log, the labels, the hosts, and the sessions they are matched with.
 */
#ifndef VERB_TRUTH_INPUT_H
#define VERB_TRUTH_INPUT_H

#include "truth/evaluate.h"
#include "truth/match.h"
#include "verb/ingest.h"

struct truth_input {
	/* as typed */
	char **log_paths, **host_texts, **label_paths;
	char *columns_text, *zone_text, *offset_text, *tolerance_text, *instant_text, *label_tolerance_text;
	gboolean each;
	bool keep; /* wants `ingest`; not with `each` */
	/* as read */
	struct truth_log log, labels;
	struct truth_log_options log_options;
	struct truth_match_options match, label_match;
	GArray *hosts;         /* struct truth_host */
	struct ingest *ingest; /* NULL: not kept */
	/* as matched */
	struct truth_set set;
	GArray *matches, *label_matches; /* struct truth_match; NULL without log, labels */
};

void truth_input_init(struct truth_input *input);
void truth_input_clear(struct truth_input *input);

/* The options in common, followed by `more`. Free the array. */
GOptionEntry *truth_input_entries(struct truth_input *input, const GOptionEntry *more);

/*
 * Reads log and labels, the captures of `options`, and matches them. Hosts named by --host are taken for inside.
 * Complains about what could not be read. Returns VERB_DONE or VERB_DAMAGED when there is something to report.
 */
enum verb_status truth_input_read(struct truth_input *input, struct verb_options *options);

#endif
