/*
 * The report of a calibration (section 6.3 of the paper): how well each measure tells control from downloads,
 * thresholds by criteria, overall and by host and port, and in words whether one separates.
 */
#ifndef REPORT_CALIBRATION_H
#define REPORT_CALIBRATION_H

#include "report/table.h"
#include "truth/calibrate.h"

/* A measure, or a part of the sessions, and what was found for it. */
struct report_calibration_row {
	char *name;
	struct truth_finding finding;
};

struct report_calibration {
	const struct truth_measure *measure;
	const struct truth_sample *sample; /* of the measure */
	const struct truth_calibrate_options *options;
	const struct truth_cases *cases;
	const char *control_words, *download_words; /* what the classes are */
	struct truth_finding all;
	struct truth_left left;
	const GArray *measures; /* struct report_calibration_row, every measure */
	const GArray *parts;    /* struct report_calibration_row, hosts and groups of ports */
};

/* Adds its tables to an array of struct report_table. */
void report_calibration_tables(const struct report_calibration *calibration, GPtrArray *tables);

/* The points of the ROC curve alone. When they are more than `most`, those that a whole threshold stands at. */
struct report_table *report_calibration_curve(const struct report_calibration *calibration, guint most);

extern const char *const report_calibration_ids[]; /* NULL-terminated */

#endif
