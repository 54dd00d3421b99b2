/*
 * What others wrote down about sessions: a honeypot's acquisition log (the samples it collected, the
 * paper's 攻撃元データ), or a list of labelled sessions.
 *
 * Both are tables with a header (base/csv). Columns are found by common names, compared without case, spaces
 * and punctuation, or as the caller says. Needed are time, source and destination, for labels also the label;
 * a port or protocol that is not there is not compared. A line that cannot be taken is kept as a fault
 * with its number and reason; all others count.
 *
 * The source is who began the session: for what a honeypot fetched (pull) that is the honeypot, for what
 * was pushed to it the other end.
 */
#ifndef TRUTH_LOG_H
#define TRUTH_LOG_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "truth/clock.h"

/* The fields that are read: id, name, words. */
#define TRUTH_FIELDS(X)                                                     \
	X(TIME, "time", "when: the sample was complete; the session began") \
	X(SOURCE, "source", "address of who began the session")             \
	X(SPORT, "source_port", "his port")                                 \
	X(DESTINATION, "destination", "address of the other end")           \
	X(DPORT, "destination_port", "its port")                            \
	X(PROTO, "protocol", "tcp or udp, or its number")                   \
	X(HASH, "hash", "of the sample")                                    \
	X(SAMPLE, "sample", "name of the sample")                           \
	X(FILE, "file", "name of the file")                                 \
	X(LABEL, "label", "what the session was for")                       \
	X(CONFIDENCE, "confidence", "how sure that is")                     \
	X(CAPTURE, "capture", "file name of the capture the session is in")

enum truth_field {
#define X(id, name, words) TRUTH_FIELD_##id,
	TRUTH_FIELDS(X)
#undef X
		TRUTH_N_FIELDS,
};

struct truth_entry {
	uint32_t file; /* index into truth_log.paths */
	uint64_t line;
	struct truth_time time;
	uint8_t addr[2][16]; /* source, destination, as in struct tanpa_session */
	uint16_t port[2];    /* valid when has_port */
	bool has_port[2];
	uint8_t proto;                    /* IANA number; 0: not told */
	bool is_duplicate;                /* of an earlier entry, in all that is compared and the hash */
	const char *text[TRUTH_N_FIELDS]; /* HASH and what follows; NULL: none. Owned by the log */
};

struct truth_fault {
	uint32_t file;
	uint64_t line;
	char *reason;
};

struct truth_log {
	GPtrArray *paths;
	GArray *entries; /* struct truth_entry, in order of the lines */
	GArray *faults;  /* struct truth_fault */
	GStringChunk *text;
};

struct truth_log_options {
	GTimeZone *zone;     /* of times without one */
	int64_t offset_ns;   /* added to all times: what the log's clock was slow by */
	const char *columns; /* "time=Date,src=Attacker": field or alias = column; NULL: by name alone */
	bool need_label;
};

void truth_log_init(struct truth_log *log);
void truth_log_clear(struct truth_log *log);

/*
 * Adds a file's lines. Returns false and sets `error` when it cannot be read (G_FILE_ERROR) or a column is
 * not found (G_OPTION_ERROR).
 */
bool truth_log_read(struct truth_log *log, const char *path, const struct truth_log_options *options, GError **error);

const char *truth_field_name(enum truth_field field);

#endif
