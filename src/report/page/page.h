/*
 * The report as one HTML page that needs nothing else: style, script and data are in it, and its content
 * security policy lets it load nothing. The page itself is made in web/; here its data is put into it.
 */
#ifndef REPORT_PAGE_PAGE_H
#define REPORT_PAGE_PAGE_H

#include "report/out.h"
#include "report/page/rows.h"
#include "report/scan.h"

/* Of the JSON in the page, docs/formats.md. */
enum { REPORT_PAGE_VERSION = 1 };

/* A file that was read, as it is on the disk. */
struct report_page_file {
	const char *path;
	const char *role; /* "allow list", "acquisition log", …; NULL: one of the scan's inputs, in their order */
	uint64_t bytes;
	char *sha256; /* NULL: not known, for a pipe */
};

struct report_page {
	const struct report_scan *scan;
	const struct page_rows *rows;
	guint most_sessions; /* in the page in full */
	const char *command; /* as it was typed */
	const GArray *files; /* struct report_page_file; inputs first */
	const struct channel_model *model;
	const GPtrArray *tables; /* struct report_table of an evaluation; NULL: none was made */
};

/* Whether this program was built with the page; report_page_write() writes nothing without. */
bool report_page_is_built(void);

void report_page_write(struct report_out *out, const struct report_page *page);

#endif
