#include "flowlog/line.h"

#include <string.h>

enum { READ_BYTES = 256 << 10, PEEK_BYTES = 16 << 10 };

void flowlog_lines_init(struct flowlog_lines *l, flowlog_input *input, void *user)
{
	*l = (struct flowlog_lines){.input = input, .user = user};
	l->buffer = g_malloc(FLOWLOG_LINE_MAX + READ_BYTES + 1);
}

void flowlog_lines_clear(struct flowlog_lines *l)
{
	g_free(l->buffer);
	g_clear_error(&l->error);
}

/* Moves what is left to the front and reads behind it; false when nothing came. */
static bool read_more(struct flowlog_lines *l)
{
	if (l->ended)
		return false;
	l->have -= l->at;
	memmove(l->buffer, l->buffer + l->at, l->have);
	l->at = 0;
	gssize got = l->input(l->user, l->buffer + l->have, READ_BYTES, &l->error);
	if (got <= 0) {
		l->ended = true;
		return false;
	}
	l->have += (gsize)got;
	return true;
}

/* The end of the line that begins at `at`, looked for from `from` on; NULL: not there yet. */
static char *line_end(const struct flowlog_lines *l, gsize from)
{
	return memchr(l->buffer + l->at + from, '\n', l->have - l->at - from);
}

static void pass_byte_order_mark(struct flowlog_lines *l)
{
	if (l->number == 0 && l->have - l->at >= 3 && memcmp(l->buffer + l->at, "\xef\xbb\xbf", 3) == 0)
		l->at += 3;
}

/* Reads until there is a whole line, the end, or a line too long. */
static char *complete_line(struct flowlog_lines *l)
{
	char *end = line_end(l, 0);
	while (end == NULL) {
		gsize seen = l->have - l->at;
		if (seen >= FLOWLOG_LINE_MAX || !read_more(l))
			break;
		end = line_end(l, seen);
	}
	return end;
}

const char *flowlog_lines_peek(struct flowlog_lines *l, gsize *len)
{
	complete_line(l);
	while (l->have - l->at < PEEK_BYTES && read_more(l))
		;
	pass_byte_order_mark(l);
	l->buffer[l->have] = '\0';
	*len = l->have - l->at;
	return l->buffer + l->at;
}

/* Throws the rest of a line away; `at` is behind its end then. */
static void pass_over(struct flowlog_lines *l)
{
	char *end;
	while ((end = line_end(l, 0)) == NULL) {
		l->at = l->have;
		if (!read_more(l))
			return;
	}
	l->at = (gsize)(end + 1 - l->buffer);
}

enum flowlog_line flowlog_lines_next(struct flowlog_lines *l, char **line, gsize *len)
{
	char *end = complete_line(l);
	pass_byte_order_mark(l);
	l->cut = end == NULL;
	if (end == NULL && l->have == l->at)
		return FLOWLOG_LINE_END;
	l->number++;
	*len = (end ? (gsize)(end - l->buffer) : l->have) - l->at;
	if (*len > FLOWLOG_LINE_MAX || (end == NULL && !l->ended)) {
		pass_over(l);
		return FLOWLOG_LINE_LONG;
	}
	*line = l->buffer + l->at;
	l->at += *len + (end != NULL);
	if (*len > 0 && (*line)[*len - 1] == '\r')
		--*len;
	(*line)[*len] = '\0';
	return FLOWLOG_LINE_GOOD;
}
