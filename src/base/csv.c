#include "base/csv.h"

#include <stdbool.h>
#include <string.h>

#include "base/content.h"

struct csv {
	char *content;
	const char *at, *end; /* what is left to read */
	char separator;
	bool quotes;
	uint64_t line; /* `at` is on it */
	GString *text; /* of the row: its fields, each with a NUL */
	GArray *start; /* gsize, where in `text` each field begins */
	GPtrArray *field;
	char **header;
	guint n_header;
};

void csv_close(struct csv *c)
{
	if (c == NULL)
		return;
	g_free(c->content);
	g_string_free(c->text, TRUE);
	g_array_unref(c->start);
	g_ptr_array_unref(c->field);
	g_strfreev(c->header);
	g_free(c);
}

/* ---- one row, character by character ---- */

struct scan {
	enum {
		BEGIN,  /* of a field */
		PLAIN,  /* in a field without quotes */
		QUOTED, /* in a field with quotes */
		AFTER,  /* behind a quote in a quoted field: its end, or the first of two */
	} state;
	const char *fault;
};

static void begin_field(struct csv *c, struct scan *scan)
{
	gsize at = c->text->len;
	if (c->start->len >= CSV_FIELDS_MAX)
		scan->fault = "too many fields";
	else
		g_array_append_val(c->start, at);
}

/* Takes a character of a row; returns false at the row's end. */
static bool take(struct csv *c, struct scan *scan, char ch)
{
	if (ch == '\0')
		scan->fault = "a NUL byte";
	if (c->text->len >= CSV_ROW_MAX)
		scan->fault = "too long a line";
	if (scan->state != QUOTED && ch == '\n')
		return false;
	if (scan->state == BEGIN && (ch == ' ' || (ch == '\t' && c->separator != '\t')))
		return true;
	if (scan->state == BEGIN)
		begin_field(c, scan);
	if (scan->state != QUOTED && ch == c->separator) {
		g_string_append_c(c->text, '\0');
		scan->state = BEGIN;
	} else if (ch == '"' && c->quotes && scan->state != PLAIN) {
		if (scan->state == AFTER)
			g_string_append_c(c->text, ch);
		scan->state = scan->state == QUOTED ? AFTER : QUOTED;
	} else {
		g_string_append_c(c->text, ch);
		if (scan->state != QUOTED)
			scan->state = PLAIN;
	}
	return true;
}

static const char *after_line(const char *at, const char *end)
{
	const char *newline = memchr(at, '\n', (size_t)(end - at));
	return newline ? newline + 1 : end;
}

static void give_fields(struct csv *c, struct csv_row *row)
{
	g_ptr_array_set_size(c->field, 0);
	for (guint i = 0; i < c->start->len; i++)
		g_ptr_array_add(c->field, g_strstrip(c->text->str + g_array_index(c->start, gsize, i)));
	row->n = c->field->len;
	row->field = (char **)c->field->pdata;
}

static void read_row(struct csv *c, struct csv_row *row)
{
	struct scan scan = {.state = BEGIN};
	const char *first = c->at;
	uint64_t lines = 0;
	*row = (struct csv_row){.line = c->line};
	g_string_truncate(c->text, 0);
	g_array_set_size(c->start, 0);
	for (bool more = true; more && c->at < c->end && scan.fault == NULL; c->at++) {
		lines += *c->at == '\n';
		more = take(c, &scan, *c->at);
	}
	if (scan.state == QUOTED && scan.fault == NULL)
		scan.fault = "a quote is not closed";
	if (scan.state == BEGIN && scan.fault == NULL)
		begin_field(c, &scan); /* an empty last field */
	g_string_append_c(c->text, '\0');
	row->fault = scan.fault;
	if (scan.fault) {
		c->at = after_line(first, c->end);
		lines = 1;
	} else {
		give_fields(c, row);
	}
	c->line += lines;
}

gboolean csv_next(struct csv *c, struct csv_row *row)
{
	while (c->at < c->end) {
		read_row(c, row);
		if (row->fault || row->n > 1 || row->field[0][0])
			return TRUE;
	}
	return FALSE;
}

/* ---- header ---- */

static void choose_separator(struct csv *c)
{
	static const char all[] = {',', '\t', ';'};
	gsize count[sizeof all] = {0}, best = 0;
	bool quoted = false;
	for (const char *p = c->at; p < c->end && (*p != '\n' || quoted); p++) {
		quoted ^= *p == '"';
		for (gsize k = 0; k < sizeof all; k++)
			count[k] += *p == all[k] && !quoted;
	}
	for (gsize k = 1; k < sizeof all; k++)
		if (count[k] > count[best])
			best = k;
	c->separator = all[best];
	c->quotes = c->separator != '\t';
}

static bool read_header(struct csv *c, const char *path, GError **error)
{
	struct csv_row row = {.fault = "the file is empty"};
	if (!csv_next(c, &row) || row.fault) {
		g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "'%s': no header: %s", path, row.fault);
		return false;
	}
	c->header = g_new0(char *, row.n + 1);
	for (guint i = 0; i < row.n; i++)
		c->header[i] = g_strdup(row.field[i]);
	c->n_header = row.n;
	return true;
}

struct csv *csv_open(const char *path, GError **error)
{
	gsize size;
	char *content = content_read(path, &size, error);
	if (content == NULL)
		return NULL;
	g_autoptr(csv_) c = g_new0(struct csv, 1);
	c->content = content;
	c->at = content;
	c->end = content + size;
	c->line = 1;
	c->text = g_string_new(NULL);
	c->start = g_array_new(FALSE, FALSE, sizeof(gsize));
	c->field = g_ptr_array_new();
	choose_separator(c);
	return read_header(c, path, error) ? g_steal_pointer(&c) : NULL;
}

guint csv_columns(const struct csv *c)
{
	return c->n_header;
}

const char *csv_column(const struct csv *c, guint i)
{
	return c->header[i];
}

int csv_find_column(const struct csv *c, const char *name)
{
	for (guint i = 0; i < c->n_header; i++)
		if (g_ascii_strcasecmp(c->header[i], name) == 0)
			return (int)i;
	return -1;
}
