/*
 * The report of an evaluation: the paper's tables 2 and 3, what is behind them (5.2, 6.1, 6.2, 6.4), and
 * the verdicts against labels.
 */
#ifndef REPORT_EVALUATION_H
#define REPORT_EVALUATION_H

#include "report/table.h"
#include "truth/confusion.h"
#include "truth/evaluate.h"
#include "truth/explain.h"
#include "truth/profile.h"

/* What a log and its matching gave; all borrowed. `log` NULL: there is none. */
struct report_evaluation_log {
	const struct truth_log *log;
	const GArray *matches; /* struct truth_match */
	const struct truth_match_options *options;
};

struct report_evaluation {
	const struct truth_set *set;
	const struct verdict_options *rule;
	struct report_evaluation_log acquired; /* the acquisition log */
	struct report_evaluation_log labelled;
	const GArray *hosts;  /* struct truth_host */
	const GArray *counts; /* struct truth_counts, one per host and their sum */
	uint64_t other_sessions, other_entries;
	const GArray *explained;                 /* struct truth_explanation */
	const GArray *uploads;                   /* struct truth_upload */
	int64_t follow_ns;                       /* what followed an upload within this time */
	const GArray *profiles;                  /* struct truth_profile */
	const struct truth_confusion *confusion; /* NULL: no labels */
};

/* Adds the tables of each part to an array of struct report_table (which owns them). */
void report_evaluation_tables(const struct report_evaluation *evaluation, GPtrArray *tables);

/* Its parts; see report_evaluation_tables(). */
void report_evaluation_add_log(const struct report_evaluation *evaluation, GPtrArray *tables);
void report_evaluation_add_profiles(const struct report_evaluation *evaluation, GPtrArray *tables);
void report_evaluation_add_labels(const struct report_evaluation *evaluation, GPtrArray *tables);

/* Lines of a log that were not matched, matched but ambiguous, or not taken at all. */
void report_evaluation_add_lines(const struct report_evaluation *evaluation, const struct report_evaluation_log *log,
				 const char *prefix, GPtrArray *tables);

/* Ids of the tables, for the manual and for a check of --table; NULL-terminated. */
extern const char *const report_evaluation_ids[];

/* "10.0.0.5:1025 > 192.0.2.1:80/tcp" */
void report_append_session_key(GString *text, const struct tanpa_session *session);

#endif
