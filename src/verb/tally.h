/* What a scan adds up, session by session, and the report of it. */
#ifndef VERB_TALLY_H
#define VERB_TALLY_H

#include "report/page/rows.h"
#include "report/scan.h"
#include "verb/ingest.h"

enum { TALLY_CHANNELS = 16 << 20 }; /* most of them, unless asked for otherwise */

/* What one thread adds up; any number of them merge into the same, in any order. */
struct tally {
	_Alignas(64) const struct verdict_options *options; /* each thread its own cache lines */
	struct channels *channels;
	struct fanout *fanout;
	struct page_rows *rows; /* NULL: no page is wanted */
	uint64_t sessions, attempts;
	uint64_t by_direction[VERDICT_N_DIRECTIONS];
	int64_t first_ns, last_ns, last_start_ns;
};

/* `options` are borrowed. */
struct tally *tally_new(const struct verb_options *options, uint32_t max_channels, bool keep_rows);
void tally_free(struct tally *tally);
typedef struct tally tally_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(tally_, tally_free)

/* Adds one session or attempt to a tally, which `user` is, as for an ingest_sink. Its name must outlive the tally. */
void tally_session(const struct tanpa_session *session, void *user);

/* Adds all of `from`, whose names must outlive `into`. */
void tally_merge(struct tally *into, struct tally *from);

/* A report, and what it borrows. */
struct tally_report {
	struct report_scan scan; /* without beacons, all rows, findings on the allow list hidden */
	GArray *inputs, *skips, *line_skips;
	GPtrArray *fanouts;
	struct findings *findings;
};

/* Finishes the tally and finds what is in it. Everything is borrowed; `allow` may be NULL. */
void tally_report_init(struct tally_report *report, struct tally *tally, const struct ingest *in,
		       const struct verb_options *options, const struct channel_model *model,
		       const struct allow *allow);
void tally_report_clear(struct tally_report *report);
typedef struct tally_report tally_report; /* for g_auto */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(tally_report, tally_report_clear)

#endif
