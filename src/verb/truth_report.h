/* Tables on standard output: the options for it that evaluate and calibrate have in common. */
#ifndef VERB_TRUTH_REPORT_H
#define VERB_TRUTH_REPORT_H

#include "report/table.h"
#include "verb/options.h"

struct truth_report {
	/* as typed */
	char *format_text, *tables_text;
	gboolean all;
	/* as parsed */
	const struct report_table_format *format;
	char **ids; /* of tables to write; NULL: all */
};

/* Checks format and tables, whose possible ids are given; complains and returns false otherwise. */
bool truth_report_parse(struct truth_report *report, const char *const *ids);
void truth_report_clear(struct truth_report *report);

/* Writes the tables asked for. */
enum verb_status truth_report_write(const struct truth_report *report, const GPtrArray *tables,
				    const struct verb_options *options);

#endif
