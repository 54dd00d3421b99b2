/* --html: the option, and the page it writes. Verbs that have a scan to show take it. */
#ifndef VERB_PAGE_H
#define VERB_PAGE_H

#include "report/page/page.h"
#include "verb/verb.h"

struct verb_page {
	char *path; /* NULL: no page is wanted */
	gint most_sessions;
	char *command; /* as it was typed */
	GArray *used;  /* struct report_page_file; see verb_page_uses() */
};

/* Before the options are parsed; `argv` as the verb gets it. */
void verb_page_init(struct verb_page *page, int argc, char **argv);
void verb_page_clear(struct verb_page *page);

/* Complains and returns false when no page can be written as asked. */
bool verb_page_check(const struct verb_page *page);

/* Files other than captures and flow logs, to be named by the page with their hashes; NULL: none. All is borrowed. */
void verb_page_uses(struct verb_page *page, const char *role, char *const *paths);

/*
 * Writes the page, and reads its files once more for their hashes. `rows` are those of the scan; `tables` (struct
 * report_table) may be NULL.
 */
enum verb_status verb_page_write(const struct verb_page *page, const struct report_scan *scan,
				 const struct page_rows *rows, const struct channel_model *model,
				 const GPtrArray *tables);

#endif
