#include "report/table.h"

#include <math.h>

static void column_clear(gpointer data)
{
	struct report_column *column = data;
	g_free(column->id);
	g_free(column->title);
}

struct report_table *report_table_new(const char *id, const char *title, bool is_list)
{
	struct report_table *t = g_new0(struct report_table, 1);
	t->id = g_strdup(id);
	t->title = g_strdup(title);
	t->is_list = is_list;
	t->columns = g_array_new(FALSE, FALSE, sizeof(struct report_column));
	g_array_set_clear_func(t->columns, column_clear);
	t->cells = g_array_new(FALSE, FALSE, sizeof(struct report_cell));
	t->notes = g_ptr_array_new_with_free_func(g_free);
	t->text = g_string_chunk_new(1024);
	return t;
}

void report_table_free(struct report_table *t)
{
	if (t == NULL)
		return;
	g_free(t->id);
	g_free(t->title);
	g_array_unref(t->columns);
	g_array_unref(t->cells);
	g_ptr_array_unref(t->notes);
	g_string_chunk_free(t->text);
	g_free(t);
}

void report_table_column(struct report_table *t, const char *id, const char *title)
{
	struct report_column column = {g_strdup(id), g_strdup(title ? title : id)};
	g_array_append_val(t->columns, column);
}

static void add(struct report_table *t, struct report_cell cell)
{
	g_array_append_val(t->cells, cell);
}

void report_table_none(struct report_table *t)
{
	add(t, (struct report_cell){.type = REPORT_CELL_NONE});
}

void report_table_text(struct report_table *t, const char *text)
{
	if (text == NULL)
		report_table_none(t);
	else
		add(t, (struct report_cell){.type = REPORT_CELL_TEXT, .text = g_string_chunk_insert(t->text, text)});
}

void report_table_printf(struct report_table *t, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	report_table_text(t, text);
}

void report_table_count(struct report_table *t, uint64_t count)
{
	add(t, (struct report_cell){.type = REPORT_CELL_COUNT, .count = count});
}

void report_table_number(struct report_table *t, double number, int digits)
{
	if (!isfinite(number))
		report_table_none(t);
	else
		add(t, (struct report_cell){.type = REPORT_CELL_NUMBER, .number = number, .digits = digits});
}

void report_table_time(struct report_table *t, int64_t ns)
{
	add(t, (struct report_cell){.type = REPORT_CELL_TIME, .ns = ns});
}

void report_table_share(struct report_table *t, uint64_t k, uint64_t n)
{
	add(t, (struct report_cell){.type = REPORT_CELL_SHARE, .rate = truth_rate(k, n)});
}

void report_table_rate(struct report_table *t, uint64_t k, uint64_t n)
{
	add(t, (struct report_cell){.type = REPORT_CELL_RATE, .rate = truth_rate(k, n)});
}

void report_table_note(struct report_table *t, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	g_ptr_array_add(t->notes, g_strdup_vprintf(format, args));
	va_end(args);
}

void report_table_cut(struct report_table *t, guint rows)
{
	guint n = t->cells->len / t->columns->len;
	if (!t->is_list || n <= rows)
		return;
	g_array_set_size(t->cells, rows * t->columns->len);
	report_table_note(t, "The first %u rows of %u.", rows, n);
}

struct report_table *report_table_new_facts(const char *id, const char *title)
{
	struct report_table *t = report_table_new(id, title, false);
	report_table_column(t, "what", "");
	report_table_column(t, "value", "");
	return t;
}
