/*
 * Flow logs: sessions that other tools wrote down, one by one.
 *
 * A log is told by its content (flowlog/format.h lists the formats, flowlog/layout.h the ways to write them). A line
 * that cannot be taken is counted as a fault, the first ones kept with number and reason, and all others count: lines
 * read are the sum of what struct flowlog_counts has.
 */
#ifndef FLOWLOG_FLOWLOG_H
#define FLOWLOG_FLOWLOG_H

#include "flowlog/facts.h"
#include "flowlog/line.h"
#include "flowlog/record.h"

enum { FLOWLOG_FAULTS_KEPT = 5 };

/* Why a line that says something is no record: id, name, words. */
#define FLOWLOG_SKIPS(X)                             \
	X(PROTOCOL, "protocol", "not of TCP or UDP") \
	X(EVENT, "event", "of another kind than a flow")

enum flowlog_skip {
#define X(id, name, words) FLOWLOG_SKIP_##id,
	FLOWLOG_SKIPS(X)
#undef X
		FLOWLOG_N_SKIPS,
};

const char *flowlog_skip_name(enum flowlog_skip skip);
const char *flowlog_skip_words(enum flowlog_skip skip);

struct flowlog_counts {
	uint64_t lines;
	uint64_t headers; /* of these: headers, comments, empty lines, and what stands behind the end of a table */
	uint64_t records;
	uint64_t facts; /* names for sessions of other lines */
	uint64_t skipped[FLOWLOG_N_SKIPS];
	uint64_t faults;
};

struct flowlog_fault {
	uint64_t line;
	char *reason;
};

#define FLOWLOG_ERROR (flowlog_error_quark())
GQuark flowlog_error_quark(void);

enum flowlog_error {
	FLOWLOG_ERROR_FORMAT, /* none of the formats, or not the one asked for */
	FLOWLOG_ERROR_CHILD,  /* nfdump is not there, or cannot read its file */
};

struct flowlog_options {
	const struct flowlog_format *format; /* NULL: by content */
	GTimeZone *zone;                     /* of times without one */
	struct session_names *names;         /* where strings of records live; shared by logs */
	struct flowlog_facts *facts;         /* likewise what other logs said */
	const char *file;                    /* for nfdump's own files: the path, NULL: there is none */
};

struct flowlog;

/*
 * Looks at the first bytes of `input` and returns a reader of its records, NULL with `error` set when they are no log.
 * The input is borrowed until flowlog_close(), and so are the options' pointers.
 */
struct flowlog *flowlog_open(flowlog_input *input, void *user, const struct flowlog_options *options, GError **error);
void flowlog_close(struct flowlog *log);
typedef struct flowlog flowlog_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(flowlog_, flowlog_close)

/* The next record. Returns false at the end, which flowlog_error_of() may have a reason for. */
bool flowlog_next(struct flowlog *log, struct flowlog_record *record);

/* NULL when there was none. Borrowed. */
const GError *flowlog_error_of(const struct flowlog *log);

struct flowlog_counts flowlog_counts_of(const struct flowlog *log);

/* The first FLOWLOG_FAULTS_KEPT of struct flowlog_fault. Borrowed. */
const GArray *flowlog_faults(const struct flowlog *log);

/* "zeek", "eve", …; whether its lines are names for sessions of other logs, no sessions. */
const char *flowlog_format_name(const struct flowlog *log);
bool flowlog_is_facts(const struct flowlog *log);

/* Whether records may be one direction each, to be put together by flowlog/stitch. */
bool flowlog_has_halves(const struct flowlog *log);

/* A format by its name; NULL: there is none. Names of those with sessions, with ", " between them. */
const struct flowlog_format *flowlog_find_format(const char *name);
const char *flowlog_format_names(void);

#endif
