/*
 * Lines out of bytes: LF or CRLF, a UTF-8 byte order mark left out, one of FLOWLOG_LINE_MAX bytes at most held.
 */
#ifndef FLOWLOG_LINE_H
#define FLOWLOG_LINE_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { FLOWLOG_LINE_MAX = 1 << 20 };

/* Delivers bytes of a log: up to `n` of them, 0 at the end, -1 and `error` set. */
typedef gssize flowlog_input(void *user, void *buffer, gsize n, GError **error);

enum flowlog_line {
	FLOWLOG_LINE_END, /* no more; flowlog_lines.error tells whether for a reason */
	FLOWLOG_LINE_GOOD,
	FLOWLOG_LINE_LONG, /* longer than FLOWLOG_LINE_MAX: passed over */
};

struct flowlog_lines {
	flowlog_input *input;
	void *user;
	char *buffer;
	gsize at, have;  /* bytes at..have are not taken yet */
	bool ended;      /* no more bytes will come */
	bool cut;        /* the line given last had no line end */
	uint64_t number; /* of the line given last, from 1 */
	GError *error;   /* the input's */
};

void flowlog_lines_init(struct flowlog_lines *lines, flowlog_input *input, void *user);
void flowlog_lines_clear(struct flowlog_lines *lines);

/* The bytes that come first: a whole line if it fits, and some kB if there are so many. Borrowed, NUL-terminated. */
const char *flowlog_lines_peek(struct flowlog_lines *lines, gsize *len);

/* The next line, without its end and NUL-terminated. The caller may write into it until the next call. */
enum flowlog_line flowlog_lines_next(struct flowlog_lines *lines, char **line, gsize *len);

#endif
