/* Formats of a list of sessions. Each is a prolog, a record, an epilog. */
#ifndef REPORT_SESSION_FORMAT_H
#define REPORT_SESSION_FORMAT_H

#include "report/field.h"
#include "report/out.h"

struct report_session_context {
	GTimeZone *zone; /* of times for people */
	bool color;
	int64_t first_ns; /* start of the first session written; TANPA_NEVER: there is none */
	int64_t last_ns;  /* latest end of those written so far */
};

struct report_session_format {
	const char *name;
	const char *words;
	void (*prolog)(struct report_out *out, const struct report_session_context *context);
	void (*record)(struct report_out *out, const struct report_row *row,
		       const struct report_session_context *context);
	void (*epilog)(struct report_out *out, const struct report_session_context *context);
};

extern const struct report_session_format report_session_formats[];
extern const gsize report_n_session_formats;

/* NULL when there is none of that name. */
const struct report_session_format *report_session_format_find(const char *name);

#endif
