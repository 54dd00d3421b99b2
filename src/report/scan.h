/*
 * The summary of a scan: what was read, the findings, then by inside host the services that the paper's rule takes for
 * control, downloads, uploads, intrusions, propagation. For people, as JSON lines, as CSV.
 */
#ifndef REPORT_SCAN_H
#define REPORT_SCAN_H

#include "channel/beacon.h"
#include "channel/finding.h"
#include "report/out.h"
#include "verdict/fanout.h"
#include "verdict/verdict.h"

/* Version of the JSON lines; docs/scan.schema.json. Grows when a field changes its meaning or goes. */
enum { REPORT_SCAN_VERSION = 1 };

struct report_input {
	const char *path, *format, *packing; /* format NULL: not read; packing NULL: none */
	uint64_t packets, bytes;
	uint64_t lines, records; /* of a flow log */
	const char *error;       /* NULL: read to its end */
};

struct report_skip {
	const char *name, *words;
	uint64_t packets; /* or lines of flow logs */
};

/* Which of the rows are shown, see report_selection_new(). */
struct report_selection {
	bool *channels, *findings;   /* by number */
	GPtrArray *fanouts;          /* the selected ones */
	guint n_channels;            /* with payload, selected */
	guint n_findings, n_allowed; /* selected; of these, on the allow list */
};

struct report_scan {
	const struct report_input *inputs;
	guint n_inputs;
	uint64_t packets;                /* read */
	const struct report_skip *skips; /* of these, in no session, by reason; zeros included */
	guint n_skips;
	uint64_t records;                     /* of flow logs */
	const struct report_skip *line_skips; /* lines of flow logs that are no record, by reason; zeros included */
	guint n_line_skips;
	uint64_t sessions, attempts;                 /* with payload, without */
	uint64_t by_direction[VERDICT_N_DIRECTIONS]; /* of the sessions with payload */
	int64_t first_ns, last_ns;                   /* of the sessions; TANPA_NEVER: none */
	uint64_t unlisted;                           /* of these, in no channel: too many (--max-channels) */
	uint64_t unfollowed;                         /* attempts beyond the bounds of verdict/fanout.h */
	const struct channels *channels;
	struct findings *findings; /* put in order as far as they are shown */
	bool show_allowed;         /* findings on the allow list, too */
	struct beacons *beacons;   /* for JSON and CSV; may be NULL */
	const GPtrArray *fanouts;  /* of struct fanout_group */
	const struct verdict_options *options;
	const struct report_selection *selection; /* NULL: all; the counts above are of all in any case */
	GTimeZone *zone;
	bool color;
	guint max_rows; /* of each section, for people; 0: all */
};

struct report_select;

/* What an expression over report_service_fields() selects; puts all findings in order. */
struct report_selection *report_selection_new(const struct report_scan *scan, struct report_select *select);
void report_selection_free(struct report_selection *selection);
typedef struct report_selection report_selection; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(report_selection, report_selection_free)

/* Whether the i-th finding is selected. */
static inline bool report_scan_selects_finding(const struct report_scan *scan, guint i)
{
	return scan->selection == NULL || scan->selection->findings[i];
}

/* Whether it is also shown where those on the allow list are not, unless asked for. */
static inline bool report_scan_shows_finding(const struct report_scan *scan, guint i)
{
	return report_scan_selects_finding(scan, i) &&
	       (scan->show_allowed || !g_array_index(scan->findings->list, struct finding_entry, i).allowed);
}

/* Puts all findings in order; channels by pointer and the number of the finding about each. Unref it. */
GHashTable *report_scan_findings_by_channel(const struct report_scan *scan);

enum { REPORT_NO_FINDING = -1 };

static inline int report_scan_finding_of(GHashTable *by_channel, const struct channel *channel)
{
	gpointer number;
	bool found = g_hash_table_lookup_extended(by_channel, channel, NULL, &number);
	return found ? GPOINTER_TO_INT(number) : REPORT_NO_FINDING;
}

/* struct fanout_group: those that are shown. */
static inline const GPtrArray *report_scan_fanouts(const struct report_scan *scan)
{
	return scan->selection ? scan->selection->fanouts : scan->fanouts;
}

/* Parts of the summary: the findings for people, and the first `most` of them as JSON lines. */
void report_append_findings(GString *text, const struct report_scan *scan);
void report_findings_json(struct report_out *out, const struct report_scan *scan, guint most);

/* Members of a JSON object: "app_protocol" and "risks"; nothing for NULL. */
void report_json_insight(GString *text, const struct insight *insight);

/* "192.0.2.80:80/tcp (www.example.org, …)", of an inbound channel "port 80/tcp". */
void report_append_service(GString *text, const struct channel *channel);

typedef void report_scan_writer(struct report_out *out, const struct report_scan *scan);

report_scan_writer report_scan_text, report_scan_json, report_scan_csv;

/* Of the findings alone: report/finding.h. */
report_scan_writer report_scan_eve, report_scan_ecs, report_scan_stix, report_scan_misp;

struct report_scan_format {
	const char *name;
	const char *words;
	report_scan_writer *write;
	bool wants_beacons; /* report_scan.beacons */
};

extern const struct report_scan_format report_scan_formats[];
extern const gsize report_n_scan_formats;

/* The kinds of channels with payload, in the order in which reports have them. */
enum { REPORT_SCAN_KINDS = VERDICT_N_JUDGED };
extern const enum verdict_kind report_scan_kinds[REPORT_SCAN_KINDS];

/* NULL when there is none of that name. */
const struct report_scan_format *report_scan_format_find(const char *name);

/* The JSON lines without channels, which the HTML page has as columns, and with no more than so many findings. */
void report_scan_json_summary(struct report_out *out, const struct report_scan *scan, guint most_findings);

/*
 * Channels of one kind (see channel_is()): hosts with most sessions of it first, then their channels by
 * sessions. With `at_least` > 0 only as many hosts as have that many channels between them, where all are selected.
 * *total is how many channels there are of the kind, and selected. Free the array, not the channels.
 */
GPtrArray *report_scan_channels(const struct report_scan *scan, enum verdict_kind kind, guint at_least, guint *total);

#endif
