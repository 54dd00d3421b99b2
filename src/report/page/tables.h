/*
 * The tables of the HTML page: sessions, and the channels and hosts they are of, numbered as the page numbers
 * them, and packed into columns.
 *
 * Where there are more sessions than the page is to carry, those of featured channels (findings) go first,
 * and of the rest as many as there is room for: one of every 2, 4, 8, … by the hash of page_row.order.
 */
#ifndef REPORT_PAGE_TABLES_H
#define REPORT_PAGE_TABLES_H

#include "channel/channel.h"
#include "report/page/pack.h"
#include "report/page/rows.h"

/* Distinct strings, numbered from 0 in the order in which they were added. */
struct page_strings {
	GHashTable *numbers; /* key to number + 1 */
	GPtrArray *strings;  /* owned */
};

struct page_tables {
	const struct channels *all;
	int64_t base_us;      /* times count from here; microseconds since the epoch */
	GArray *rows;         /* struct page_row, in the order of reports */
	GArray *row_channels; /* guint of each row: into `channels` */
	GArray *channels;     /* guint32: channels of the scan, as the rows begin them, then others */
	guint n_channels;     /* in the scan, with payload or a finding; `channels` has all or only those of the rows */
	GArray *channel_hosts; /* guint of each channel: into `hosts` */
	GArray *hosts;         /* guint32: hosts of the scan, as the channels begin them */
	struct page_strings addresses, names;
	uint64_t featured, featured_kept; /* sessions of featured channels; of these, in the page */
	uint64_t rest, rest_kept;         /* of the others */
};

/*
 * Chooses at most `most` of the rows, and as many channels. `featured` has one flag per channel of `channels`, by its
 * number; both, and the rows' names, are borrowed.
 */
void page_tables_init(struct page_tables *tables, const struct page_rows *rows, const struct channels *channels,
		      const bool *featured, guint most, int64_t first_ns);
void page_tables_clear(struct page_tables *tables);

/* Adds every column and list of strings. */
void page_tables_pack(struct page_tables *tables, struct pack *pack);

#endif
