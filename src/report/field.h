/*
 * The fields of a session as reports have them: one table, from which the CSV header, the JSON keys, the
 * JSON schema and the list in the manual are drawn.
 */
#ifndef REPORT_FIELD_H
#define REPORT_FIELD_H

#include <glib.h>

#include "tanpa/session.h"
#include "verdict/verdict.h"

struct report_service;

/* A session with its verdict, or a service (report/service.h): what a field takes its value from. */
struct report_row {
	const struct tanpa_session *session;
	const struct verdict *verdict;
	const struct verdict_options *options;
	struct report_service *service;
};

enum report_type {
	REPORT_TIME,
	REPORT_SECONDS,
	REPORT_UINT,
	REPORT_REAL,
	REPORT_BOOL,
	REPORT_STRING,
	REPORT_ADDRESS,
	REPORT_LIST, /* of strings; no field of a session */
	REPORT_N_TYPES,
};

struct report_value {
	bool unset; /* nothing to say: empty in CSV, null in JSON */
	union {
		int64_t ns;    /* REPORT_TIME, REPORT_SECONDS */
		uint64_t uint; /* REPORT_UINT */
		double real;
		bool boolean;
		const char *string;     /* borrowed: static, the session's, or in `scratch`; of a list the first */
		const uint8_t *address; /* 16 bytes, the session's */
	};
	guint strings; /* REPORT_LIST: how many, each behind the 0 of the one before */
};

struct report_field {
	const char *name;
	enum report_type type;
	const char *words; /* what it is, with its unit */
	/* `scratch` is empty and lives until the next field. */
	void (*get)(const struct report_row *row, struct report_value *value, GString *scratch);
	const char *zeek_type; /* of what a conn.log has no field for, and gets one of tanpa's; NULL: not so */
};

extern const struct report_field report_fields[];
extern const gsize report_n_fields;

/* "time", "seconds", "integer", "real", "boolean", "string", "address", "list". */
const char *report_type_name(enum report_type type);

#endif
