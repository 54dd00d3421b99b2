/*
 * Tables of text: comma-, semicolon- or tab-separated, with a header line (RFC 4180).
 *
 * Takes quoted fields (with separators, line ends and doubled quotes in them), LF, CRLF and a UTF-8 byte
 * order mark. Tabs separate without quoting, as in files that tools write. A row that is too long, has too
 * many fields, a NUL byte or an open quote is given with its fault and without fields; reading goes on at
 * the line after the one it began on. The file is held in memory.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <glib.h>
#include <stdint.h>

enum { CSV_ROW_MAX = 64 << 10, CSV_FIELDS_MAX = 256 };

struct csv;

/* One row. Borrowed from the reader until its next row. */
struct csv_row {
	uint64_t line;     /* in the file, from 1, of the row's first character */
	const char *fault; /* why the row could not be taken; NULL: it could. Static */
	guint n;
	char **field; /* n fields, white space around them removed */
};

/*
 * Opens a file or pipe and reads its header. The separator is whichever of comma, tab and semicolon the
 * header has most of. Returns NULL and sets `error` (G_FILE_ERROR) when it cannot be read or has no header.
 */
struct csv *csv_open(const char *path, GError **error);
void csv_close(struct csv *csv);
typedef struct csv csv_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(csv_, csv_close)

/* The header's fields. Borrowed until csv_close(). */
guint csv_columns(const struct csv *csv);
const char *csv_column(const struct csv *csv, guint i);

/* Number of the column of that name, compared without case; -1: none. */
int csv_find_column(const struct csv *csv, const char *name);

/* The next row that is not empty. Returns false at the end. */
gboolean csv_next(struct csv *csv, struct csv_row *row);

#endif
