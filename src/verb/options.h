/*
 * Options that several verbs have in common: what to read, how to cut it into sessions, how to judge them,
 * how to talk.
 */
#ifndef VERB_OPTIONS_H
#define VERB_OPTIONS_H

#include <glib.h>

#include "flowlog/flowlog.h"
#include "session/table.h"
#include "verb/verb.h"
#include "verdict/verdict.h"

struct verb_options {
	/* as parsed */
	struct session_options session;
	struct verdict_options verdict;            /* .inside is owned */
	char *filter;                              /* NULL: none */
	const struct flowlog_format *input_format; /* of flow logs; NULL: by content */
	bool no_logs;                              /* captures only */
	const char *needs_logs;                    /* what is amiss when there are captures only; NULL: nothing */
	int64_t rejoin_ns;                         /* of flow logs: see flowlog/stitch.h; 0: off */
	GTimeZone *zone;
	gint threads;
	gint fan_out;  /* least destinations of a fan-out */
	gboolean ndpi; /* ask libndpi; threads is then 1 */
	gboolean quiet;
	bool color;   /* of standard output */
	char **paths; /* NULL-terminated; the arguments that are not options */
	/* as typed; use the fields above */
	char *inside_text, *length_text, *threshold_text, *retransmissions_text, *tcp_timeout_text, *udp_timeout_text,
		*max_sessions_text, *zone_text, *color_text, *input_format_text, *rejoin_text;
};

/*
 * Parses argv: the common options and `own` (may be NULL). `summary` is what --help says first. Prints help
 * or a complaint; returns false when the verb is to stop with *status.
 */
bool verb_options_parse(struct verb_options *options, const GOptionEntry *own, const char *summary, int argc,
			char **argv, enum verb_status *status);

/* `entries`, n of them, followed by `more`, which ends with an empty one, as the result does. Free the array. */
GOptionEntry *verb_entries_join(const GOptionEntry *entries, gsize n, const GOptionEntry *more);
void verb_options_clear(struct verb_options *options);

/* "90", "90s", "5m", "1h", "2d" into ns, 1 ns to `max_ns`. Sets `error` (G_OPTION_ERROR_BAD_VALUE). */
bool verb_parse_duration(const char *text, int64_t max_ns, int64_t *ns, GError **error);

#endif
