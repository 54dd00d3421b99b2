/*
 * Tables of a report, filled once and written as text, Markdown, CSV or JSON lines.
 *
 * A table has an id, a title, columns, rows of typed cells and notes. Two kinds: a matrix (tables 2 and 3 of
 * the paper) whose first column names the rows, and a list, which for people is cut after some rows.
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <glib.h>

#include "report/out.h"
#include "truth/stat.h"

enum report_cell_type {
	REPORT_CELL_NONE, /* nothing to say */
	REPORT_CELL_TEXT,
	REPORT_CELL_COUNT,
	REPORT_CELL_NUMBER,
	REPORT_CELL_TIME,  /* ns since the epoch */
	REPORT_CELL_SHARE, /* k of n */
	REPORT_CELL_RATE,  /* k of n with its interval */
};

enum { REPORT_SHORTEST = -1 };

struct report_cell {
	enum report_cell_type type;
	union {
		const char *text; /* the table's */
		uint64_t count;
		struct {
			double number;
			int digits; /* behind the point, for people; REPORT_SHORTEST: as few as it takes, up to six */
		};
		int64_t ns;
		struct truth_rate rate; /* SHARE, RATE */
	};
};

struct report_column {
	char *id;    /* in CSV and JSON */
	char *title; /* for people */
};

struct report_table {
	char *id;
	char *title;
	bool is_list;
	GArray *columns; /* struct report_column */
	GArray *cells;   /* struct report_cell, row by row */
	GPtrArray *notes;
	GStringChunk *text;
};

struct report_table *report_table_new(const char *id, const char *title, bool is_list);
void report_table_free(struct report_table *table);
typedef struct report_table report_table; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(report_table, report_table_free)

/* Columns are added before cells. `title` NULL: the id. */
void report_table_column(struct report_table *table, const char *id, const char *title);

/* The next cell of the row; a row is full when all columns have one. */
void report_table_none(struct report_table *table);
void report_table_text(struct report_table *table, const char *text); /* NULL: none */
void report_table_printf(struct report_table *table, const char *format, ...) G_GNUC_PRINTF(2, 3);
void report_table_count(struct report_table *table, uint64_t count);
void report_table_number(struct report_table *table, double number, int digits); /* not finite: none */
void report_table_time(struct report_table *table, int64_t ns);
void report_table_share(struct report_table *table, uint64_t k, uint64_t n);
void report_table_rate(struct report_table *table, uint64_t k, uint64_t n);

/* A sentence below the table; not in CSV. */
void report_table_note(struct report_table *table, const char *format, ...) G_GNUC_PRINTF(2, 3);

/* Takes the rows of a list after so many away, and notes that it did. */
void report_table_cut(struct report_table *table, guint rows);

/* A titled table of two columns, what and value, for the head of a report. */
struct report_table *report_table_new_facts(const char *id, const char *title);

struct report_table_style {
	GTimeZone *zone; /* of times for people */
	bool color;
	guint max_rows; /* of lists, for people; 0: all */
};

struct report_table_format {
	const char *name;
	const char *words;
	void (*write)(struct report_out *out, const struct report_table *table, const struct report_table_style *style,
		      bool is_first);
};

extern const struct report_table_format report_table_formats[];
extern const gsize report_n_table_formats;

/* NULL when there is none of that name. */
const struct report_table_format *report_table_format_find(const char *name);

/* Version of the JSON lines of tables. */
enum { REPORT_TABLE_VERSION = 1 };

#endif
