/* Flow logs among the inputs of a run: which there are, and their sessions, one after the other. */
#ifndef VERB_LOGS_H
#define VERB_LOGS_H

#include "capture/capture.h"
#include "flowlog/flowlog.h"
#include "flowlog/stitch.h"
#include "verb/options.h"
#include "verb/progress.h"

/* One log, and what became of it. */
struct log_input {
	char *path;
	const char *format, *packing; /* NULL: not read; none */
	bool is_facts;                /* names for the sessions of others */
	int64_t first_ns;             /* start of its first record; INT64_MAX: none */
	struct flowlog_counts counts;
	GArray *faults; /* struct flowlog_fault, the first ones; NULL: not read */
	GError *error;  /* why it was not read, or not to its end; NULL: all is well */
	/* of what can be read only once, until it is read */
	struct capture_source *source;
	struct flowlog *log;
	struct flowlog_record first;
	bool has_first;
};

struct logs;

struct logs *logs_new(const struct verb_options *options);
void logs_free(struct logs *logs);

/* Takes what is a log out of the files that are no captures. Borrowed from the logs. */
const struct capture_other *logs_other(struct logs *logs);

/* In the order in which they are read, once logs_read() was called: by their first records, names for sessions first.
 */
guint logs_size(const struct logs *logs);
const struct log_input *logs_at(const struct logs *logs, guint i);

/* Why a log was not read, or not all of it: its error, or its first fault; NULL: all is well. Borrowed. */
const char *log_input_problem(const struct log_input *input);

/*
 * Reads all of them; strings of the sessions live until logs_free(). Stops early once *stop is not 0 (NULL: never).
 */
void logs_read(struct logs *logs, session_sink *sink, void *user, const int *stop, struct progress *progress);

/* Sessions handed to the sink. */
uint64_t logs_sessions(const struct logs *logs);

struct flowlog_stitch_counts logs_stitched(const struct logs *logs);

/* Complains about logs that could not be read, and about lines. Returns how many logs were damaged. */
guint logs_complain(const struct logs *logs, bool quiet);

#endif
