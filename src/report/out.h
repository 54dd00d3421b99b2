/*
 * Where reports go: a buffered file descriptor that remembers its first error, and the few ways in which
 * tanpa writes numbers, times and strings.
 */
#ifndef REPORT_OUT_H
#define REPORT_OUT_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct report_out {
	GString *text; /* write here; report_out_pass() hands it on when it is large */
	int fd;        /* -1: nowhere, all stays in the text */
	int error;     /* errno of the first failed write, 0: none; what follows is thrown away */
};

void report_out_init(struct report_out *out, int fd);

/* Hands on what is written so far once it is more than 64 KiB. Call after each record. */
void report_out_pass(struct report_out *out);

/* Hands on all; returns false and sets `error` when any write failed. The buffer is freed. */
bool report_out_finish(struct report_out *out, GError **error);

/* "2009-03-13T07:00:00.123456Z"; nine digits where the last three are not zero. "-" for TANPA_NEVER. */
void report_append_time(GString *text, int64_t ns);

/* "2009-03-13 16:00:00 JST" in a time zone, to the second: for people. */
void report_append_local_time(GString *text, int64_t ns, GTimeZone *zone);

/* Seconds with six digits: "12.345678". */
void report_append_seconds(GString *text, int64_t ns);

/* "850 ms", "12.3 s", "4 min 10 s", "3 h 12 min", "2 d 4 h". */
void report_append_duration(GString *text, int64_t ns);

/* "512 B", "1.2 kB", "3.4 MB" (powers of 1000). */
void report_append_bytes(GString *text, uint64_t bytes);

/* 1234567 as "1,234,567". */
void report_append_count(GString *text, uint64_t n);

void report_append_uint(GString *text, uint64_t n);

/* A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD. NULL: null. */
void report_append_json_string(GString *text, const char *string);

/*
 * A CSV field (RFC 4180): quoted when it must be. What spreadsheets would run as a formula (= + - @ at the
 * start of text) gets a leading apostrophe, since names come from attackers.
 */
void report_append_csv_string(GString *text, const char *string);

/* For terminals and logs: control characters and what is not UTF-8 as \xNN. */
void report_append_printable(GString *text, const char *string);

#endif
