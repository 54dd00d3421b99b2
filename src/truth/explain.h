/*
 * What the long sessions that are not in the log are (section 6.1 of the paper), and what became of the
 * uploads (6.4).
 */
#ifndef TRUTH_EXPLAIN_H
#define TRUTH_EXPLAIN_H

#include "truth/evaluate.h"
#include "truth/set.h"

/* What can be said of such a session; the first that holds is what it is counted as: id, name, words. */
#define TRUTH_REASONS(X)                                                                                       \
	X(UPLOAD, "upload", "upload (6.4)")                                                                    \
	X(PUSHED, "begun-outside", "begun outside: told from control by its direction (table 1)")              \
	X(SIMILAR_IN, "similar-in-log", "same server, port and bytes each way as one in the log")              \
	X(CUT, "cut-short", "cut short: no FIN or RST, and other sessions of the host fell silent with it")    \
	X(OPEN, "open", "still open when the captures end")                                                    \
	X(SIMILAR_OUT, "similar-not-in-log", "same server, port and bytes each way as another not in the log") \
	X(EXECUTABLE, "executable", "received executable content")                                             \
	X(REST, "rest", "none of these")

enum truth_reason {
#define X(id, name, words) TRUTH_REASON_##id,
	TRUTH_REASONS(X)
#undef X
		TRUTH_N_REASONS,
};

const char *truth_reason_name(enum truth_reason reason);
const char *truth_reason_words(enum truth_reason reason);

/* A session that was cut: the inside host's last packets lie this close together. */
#define TRUTH_CUT_NS (INT64_C(5) * 1000000000)

struct truth_explanation {
	guint session;
	unsigned holds;                /* 1 << enum truth_reason */
	enum truth_reason reason;      /* the first of them */
	guint similar_in, similar_out; /* sessions like it in the log, not in it */
};

/*
 * Explains the sessions without a match, of the given hosts: long ones, or (`all`) those of any length. Array of
 * struct truth_explanation, in order of the sessions.
 */
GArray *truth_explain(const struct truth_set *set, const GArray *hosts, bool all);

/* An upload and the first download from the same server to the same host that followed. */
struct truth_upload {
	guint session;
	int32_t next;     /* TRUTH_NONE: none within the time */
	int64_t after_ns; /* its start after the upload's end; may be negative when the two overlap */
};

/* All uploads of the given hosts: array of struct truth_upload. */
GArray *truth_uploads(const struct truth_set *set, const GArray *hosts, int64_t within_ns);

#endif
