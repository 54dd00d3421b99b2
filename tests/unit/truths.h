/*
 * Kit for tests of truth/: sessions and log entries made by hand.
 *
 * Sessions are written "10.0.0.5:1025 > 192.0.2.1:80/tcp"; their times are seconds after T0.
 */
#ifndef TESTS_TRUTHS_H
#define TESTS_TRUTHS_H

#include "truth/log.h"
#include "truth/set.h"

/* 2009-03-13 07:00:00 UTC: 16:00 in Japan. */
#define T0 INT64_C(1236927600)

/* What a session is to be; zeros are sensible where nothing else is said. */
struct truths_session {
	const char *key;
	double start_s, end_s; /* after T0 */
	uint64_t up, down;     /* payload bytes of the initiator, of the responder */
	uint64_t packets;      /* in all, half each way; 0: 10 */
	double heard_s;        /* the initiator's last packet; 0: at the end */
	uint8_t state;         /* enum tanpa_conn_state; 0: SF when there is payload */
	uint8_t origin, content, service;
	uint16_t http_status;
};

/* The rule of these tests: 10.0.0.0/8 and fd00::/8 are inside. */
const struct verdict_options *truths_rule(void);

void truths_add(struct truth_set *set, const struct truths_session *from);

/* A set of one run with these sessions, which are to be in order of start. */
void truths_set(struct truth_set *set, const struct truths_session *sessions, gsize n);

/* Adds an entry: key as above (a port of 0 is not told, neither is a protocol that is not there), seconds after T0. */
void truths_entry(struct truth_log *log, const char *key, double time_s);

/* Writes a temporary file; returns its path, to be unlinked and freed. */
char *truths_write(const char *text, gsize size);

/* Reads `text` as a log file; returns what truth_log_read() did. */
bool truths_read(struct truth_log *log, const char *text, const struct truth_log_options *options, GError **error);

#endif
