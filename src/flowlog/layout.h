/*
 * How the lines of a log are written: as a table with a header (comma, tab or semicolon; RFC 4180 quotes), as Zeek's
 * tables (header lines with '#', escapes), or as JSON objects. Finds the fields of a format in them, in any order,
 * again where a header comes again.
 */
#ifndef FLOWLOG_LAYOUT_H
#define FLOWLOG_LAYOUT_H

#include "flowlog/format.h"

enum { FLOWLOG_COLUMNS_MAX = 1024 };

enum flowlog_taken {
	FLOWLOG_TAKEN_FIELDS, /* they are in the draft */
	FLOWLOG_TAKEN_HEADER, /* a header, comment or empty line */
	FLOWLOG_TAKEN_FAULT,
};

struct flowlog_layout;

/* By the first bytes of a log, NUL-terminated; NULL when they are of none of these. */
struct flowlog_layout *flowlog_layout_new(const char *head);
void flowlog_layout_free(struct flowlog_layout *layout);

/* Whether its header, or its first object, has all of these names. */
bool flowlog_layout_has(const struct flowlog_layout *layout, const char *const *names);

/* "table", "zeek", "json". */
const char *flowlog_layout_name(const struct flowlog_layout *layout);

void flowlog_layout_set_format(struct flowlog_layout *layout, const struct flowlog_format *format, GTimeZone *zone);

/*
 * Takes the fields of a line into an empty draft; texts in it stay until the next line. The line may be changed. On a
 * fault *reason is what is wrong (static), and the draft has what came before it.
 */
enum flowlog_taken flowlog_layout_take(struct flowlog_layout *layout, char *line, gsize len,
				       struct flowlog_draft *draft, const char **reason);

#endif
