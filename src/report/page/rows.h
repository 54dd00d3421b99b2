/*
 * What the HTML page keeps of each session: a row, taken as the session ends.
 *
 * Rows are bounded. When there are more, every second one goes, then every second of what is
 * left: which ones is decided by a hash of the session's key and start, so the same sessions stay whatever
 * the order in which they came, the number of threads, and the run. What the threshold decides is counted
 * over all sessions, kept or not.
 */
#ifndef REPORT_PAGE_ROWS_H
#define REPORT_PAGE_ROWS_H

#include <glib.h>

#include "tanpa/session.h"
#include "verdict/verdict.h"

enum {
	PAGE_ROWS_MAX = 1 << 21,             /* 136 bytes each */
	PAGE_LENGTHS = (1 << 16) + 2,        /* mean packet lengths, rounded up: 0 to 65536, and one more: */
	PAGE_AT_THRESHOLD = PAGE_LENGTHS - 1 /* up to the threshold, but above it when rounded up */
};

struct page_row {
	uint8_t addr[2][16]; /* initiator, responder */
	const char *name;    /* borrowed from the session; NULL: none */
	int64_t start_ns, end_ns;
	uint64_t sent, received; /* payload bytes, as the inside host sees them */
	uint64_t packets;
	uint64_t length_bytes; /* sum of the lengths whose mean is judged; 0 when it is not, see has_length */
	uint64_t order;        /* hash of key and start */
	uint16_t port[2];
	uint16_t http_status;
	uint8_t proto;
	bool ipv4, has_length; /* a flow log may not tell lengths */
	uint8_t conn_state, service, http_method;
	uint8_t content;                   /* received */
	uint8_t if_short, if_long;         /* verdict when its packets are short, when they are long */
	uint8_t direction, inside, server; /* as in struct verdict */
};

struct page_rows {
	const struct verdict_options *options;
	guint most;
	GArray *rows;      /* struct page_row, in no order */
	unsigned halvings; /* rows whose hash has so many leading zeros are kept */
	uint64_t seen;     /* sessions added */
	/* of these, by verdict if short, verdict if long, and mean packet length; NULL: none of the pair */
	uint64_t *lengths[VERDICT_N_JUDGED][VERDICT_N_JUDGED];
};

/* At most `most` rows are kept. `options` must outlive them. */
struct page_rows *page_rows_new(const struct verdict_options *options, guint most);
void page_rows_free(struct page_rows *rows);
typedef struct page_rows page_rows; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(page_rows, page_rows_free)

/* Adds a session that carried payload. Its name must outlive the rows. */
void page_rows_add(struct page_rows *rows, const struct tanpa_session *session);

/* Adds all of `from`, whose names must outlive `into`. */
void page_rows_merge(struct page_rows *into, const struct page_rows *from);

/* Whether a row is one of 2 to the power of `halvings`. */
static inline bool page_row_is_kept(const struct page_row *row, unsigned halvings)
{
	return halvings == 0 || row->order >> (64 - halvings) == 0;
}

#endif
