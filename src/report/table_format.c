/* Tables as text, Markdown, CSV and JSON lines. */
#include <string.h>

#include "report/table.h"

static const struct report_cell *cell_at(const struct report_table *t, guint row, guint column)
{
	return &g_array_index(t->cells, struct report_cell, row * t->columns->len + column);
}

static const struct report_column *column_at(const struct report_table *t, guint i)
{
	return &g_array_index(t->columns, struct report_column, i);
}

static guint rows_of(const struct report_table *t)
{
	return t->cells->len / MAX(t->columns->len, 1);
}

static void append_real(GString *text, const char *format, double number)
{
	char buffer[G_ASCII_DTOSTR_BUF_SIZE];
	g_string_append(text, g_ascii_formatd(buffer, sizeof buffer, format, number));
}

/* ---- for people ---- */

static void append_rate(GString *text, const struct truth_rate *rate, bool interval)
{
	g_string_append_printf(text, "%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT, rate->k, rate->n);
	if (rate->n > 0 && interval)
		g_string_append_printf(text, ": %.1f %% (%.1f to %.1f)", 100 * rate->rate, 100 * rate->low,
				       100 * rate->high);
}

static void append_for_people(GString *text, const struct report_cell *cell, const struct report_table_style *style)
{
	switch (cell->type) {
	case REPORT_CELL_NONE:
		break;
	case REPORT_CELL_TEXT:
		report_append_printable(text, cell->text);
		break;
	case REPORT_CELL_COUNT:
		report_append_count(text, cell->count);
		break;
	case REPORT_CELL_NUMBER:
		if (cell->digits == REPORT_SHORTEST)
			append_real(text, "%.6g", cell->number);
		else
			g_string_append_printf(text, "%.*f", cell->digits, cell->number);
		break;
	case REPORT_CELL_TIME:
		report_append_local_time(text, cell->ns, style->zone);
		break;
	case REPORT_CELL_SHARE:
	case REPORT_CELL_RATE:
		append_rate(text, &cell->rate, cell->type == REPORT_CELL_RATE);
		break;
	}
}

static bool is_number(enum report_cell_type type)
{
	return type != REPORT_CELL_TEXT && type != REPORT_CELL_TIME;
}

/* Columns of numbers alone are set to the right. */
static bool *find_right(const struct report_table *t)
{
	guint n = t->columns->len;
	bool *right = g_new(bool, n);
	for (guint i = 0; i < n; i++)
		right[i] = rows_of(t) > 0;
	for (guint i = 0; i < t->cells->len; i++)
		right[i % n] &= is_number(g_array_index(t->cells, struct report_cell, i).type);
	return right;
}

static guint rows_shown(const struct report_table *t, const struct report_table_style *style)
{
	guint rows = rows_of(t);
	return t->is_list && style->max_rows && rows > style->max_rows ? style->max_rows : rows;
}

static bool has_titles(const struct report_table *t)
{
	for (guint i = 0; i < t->columns->len; i++)
		if (column_at(t, i)->title[0])
			return true;
	return false;
}

static void append_padded(GString *text, const char *what, gsize width, bool right, bool last)
{
	gsize pad = width - (gsize)g_utf8_strlen(what, -1);
	if (right)
		g_string_append_printf(text, "%*s", (int)pad, "");
	g_string_append(text, what);
	if (!right && !last)
		g_string_append_printf(text, "%*s", (int)pad, "");
}

/* Text of all cells to be shown, the titles first; NULL-terminated. */
static GStrv texts_of(const struct report_table *t, const struct report_table_style *style)
{
	guint n = t->columns->len, rows = rows_shown(t, style);
	GStrv texts = g_new0(char *, (gsize)(rows + 1) * n + 1);
	for (guint i = 0; i < n; i++)
		texts[i] = g_strdup(column_at(t, i)->title);
	for (guint i = 0; i < rows * n; i++) {
		GString *text = g_string_new(NULL);
		append_for_people(text, &g_array_index(t->cells, struct report_cell, i), style);
		texts[n + i] = g_string_free(text, FALSE);
	}
	return texts;
}

static void write_text(struct report_out *out, const struct report_table *t, const struct report_table_style *style,
		       bool is_first)
{
	guint n = t->columns->len, rows = rows_shown(t, style);
	g_auto(GStrv) texts = texts_of(t, style);
	g_autofree gsize *width = g_new0(gsize, n);
	g_autofree bool *right = find_right(t);
	for (guint i = 0; i < (rows + 1) * n; i++)
		width[i % n] = MAX(width[i % n], (gsize)g_utf8_strlen(texts[i], -1));
	g_string_append_printf(out->text, style->color ? "%s\033[1m%s\033[0m\n" : "%s%s\n", is_first ? "" : "\n",
			       t->title);
	for (guint row = has_titles(t) ? 0 : 1; row <= rows && rows > 0; row++) {
		for (guint i = 0; i < n; i++) {
			g_string_append(out->text, "  ");
			append_padded(out->text, texts[row * n + i], width[i], right[i], i + 1 == n);
		}
		g_string_append_c(out->text, '\n');
		report_out_pass(out);
	}
	if (rows_of(t) == 0)
		g_string_append(out->text, "  none\n");
	if (rows < rows_of(t))
		g_string_append_printf(out->text, "  … and %u more (--all shows them)\n", rows_of(t) - rows);
	for (guint i = 0; i < t->notes->len; i++)
		g_string_append_printf(out->text, "  %s\n", (const char *)g_ptr_array_index(t->notes, i));
}

static void append_markdown(GString *text, const char *what)
{
	for (; *what; what++) {
		if (strchr("|\\`*_<>", *what))
			g_string_append_c(text, '\\');
		g_string_append_c(text, *what);
	}
}

static void write_markdown(struct report_out *out, const struct report_table *t, const struct report_table_style *style,
			   bool is_first)
{
	guint n = t->columns->len, rows = rows_shown(t, style);
	g_auto(GStrv) texts = texts_of(t, style);
	g_autofree bool *right = find_right(t);
	g_string_append_printf(out->text, "%s### %s\n\n", is_first ? "" : "\n", t->title);
	for (guint row = 0; row <= rows && rows > 0; row++) {
		for (guint i = 0; i < n; i++) {
			g_string_append(out->text, i ? " | " : "| ");
			append_markdown(out->text, texts[row * n + i]);
		}
		g_string_append(out->text, " |\n");
		for (guint i = 0; row == 0 && i < n; i++)
			g_string_append(out->text, right[i] ? "|--:" : "|---");
		if (row == 0)
			g_string_append(out->text, "|\n");
		report_out_pass(out);
	}
	if (rows_of(t) == 0)
		g_string_append(out->text, "None.\n");
	if (rows < rows_of(t))
		g_string_append_printf(out->text, "\n… and %u more.\n", rows_of(t) - rows);
	for (guint i = 0; i < t->notes->len; i++) {
		g_string_append_c(out->text, '\n');
		append_markdown(out->text, g_ptr_array_index(t->notes, i));
		g_string_append_c(out->text, '\n');
	}
}

/* ---- CSV: a row with shares or rates becomes one row per number, so that each field is one ---- */

enum part { PART_ALL, PART_OF, PART_RATE, PART_LOW, PART_HIGH, N_PARTS };

static const char *const part_names[N_PARTS] = {"", " (of)", " (rate)", " (low)", " (high)"};

static double part_of(const struct truth_rate *rate, enum part part)
{
	return part == PART_RATE ? rate->rate : part == PART_LOW ? rate->low : rate->high;
}

static void append_csv(GString *text, const struct report_cell *cell, enum part part)
{
	switch (cell->type) {
	case REPORT_CELL_NONE:
		break;
	case REPORT_CELL_TEXT:
		report_append_csv_string(text, cell->text);
		break;
	case REPORT_CELL_COUNT:
		report_append_uint(text, cell->count);
		break;
	case REPORT_CELL_NUMBER:
		append_real(text, "%.10g", cell->number);
		break;
	case REPORT_CELL_TIME:
		report_append_time(text, cell->ns);
		break;
	case REPORT_CELL_SHARE:
	case REPORT_CELL_RATE:
		if (part == PART_ALL || part == PART_OF)
			report_append_uint(text, part == PART_OF ? cell->rate.n : cell->rate.k);
		else if (cell->rate.n > 0)
			append_real(text, "%.6f", part_of(&cell->rate, part));
		break;
	}
}

static enum part parts_of(const struct report_table *t, guint row)
{
	enum part most = PART_ALL;
	for (guint i = 0; i < t->columns->len; i++) {
		enum report_cell_type type = cell_at(t, row, i)->type;
		enum part has = type == REPORT_CELL_RATE ? PART_HIGH : type == REPORT_CELL_SHARE ? PART_OF : PART_ALL;
		most = MAX(most, has);
	}
	return most;
}

static void write_csv(struct report_out *out, const struct report_table *t, const struct report_table_style *style,
		      bool is_first)
{
	guint n = t->columns->len;
	(void)style;
	if (!is_first)
		g_string_append(out->text, "\n");
	for (guint i = 0; i < n; i++) {
		g_string_append(out->text, i ? "," : "");
		report_append_csv_string(out->text, column_at(t, i)->id);
	}
	g_string_append_c(out->text, '\n');
	for (guint row = 0; row < rows_of(t); row++) {
		enum part last = parts_of(t, row);
		for (int part = PART_ALL; part <= (int)last; part++) {
			const struct report_cell *first = cell_at(t, row, 0);
			g_autofree char *label = g_strconcat(first->type == REPORT_CELL_TEXT ? first->text : "",
							     part_names[part], NULL);
			for (guint i = 0; i < n; i++) {
				struct report_cell cell = *cell_at(t, row, i);
				if (i == 0 && first->type == REPORT_CELL_TEXT)
					cell.text = label;
				g_string_append(out->text, i ? "," : "");
				append_csv(out->text, &cell, (enum part)part);
			}
			g_string_append_c(out->text, '\n');
		}
		report_out_pass(out);
	}
}

/* ---- JSON lines: one object per row ---- */

static void append_json_rate(GString *text, const struct report_cell *cell)
{
	const struct truth_rate *rate = &cell->rate;
	g_string_append_printf(text, "{\"count\":%" G_GUINT64_FORMAT ",\"of\":%" G_GUINT64_FORMAT, rate->k, rate->n);
	if (cell->type == REPORT_CELL_RATE && rate->n > 0) {
		g_string_append(text, ",\"rate\":");
		append_real(text, "%.6f", rate->rate);
		g_string_append(text, ",\"low\":");
		append_real(text, "%.6f", rate->low);
		g_string_append(text, ",\"high\":");
		append_real(text, "%.6f", rate->high);
	}
	g_string_append_c(text, '}');
}

static void append_json(GString *text, const struct report_cell *cell)
{
	switch (cell->type) {
	case REPORT_CELL_NONE:
		g_string_append(text, "null");
		break;
	case REPORT_CELL_TEXT:
		report_append_json_string(text, cell->text);
		break;
	case REPORT_CELL_COUNT:
		report_append_uint(text, cell->count);
		break;
	case REPORT_CELL_NUMBER:
		append_real(text, "%.10g", cell->number);
		break;
	case REPORT_CELL_TIME:
		g_string_append_c(text, '"');
		report_append_time(text, cell->ns);
		g_string_append_c(text, '"');
		break;
	case REPORT_CELL_SHARE:
	case REPORT_CELL_RATE:
		append_json_rate(text, cell);
		break;
	}
}

static void write_json(struct report_out *out, const struct report_table *t, const struct report_table_style *style,
		       bool is_first)
{
	(void)style;
	(void)is_first;
	for (guint row = 0; row < rows_of(t); row++) {
		g_string_append(out->text, "{\"type\":");
		report_append_json_string(out->text, t->id);
		g_string_append_printf(out->text, ",\"v\":%d", REPORT_TABLE_VERSION);
		for (guint i = 0; i < t->columns->len; i++) {
			g_string_append_c(out->text, ',');
			report_append_json_string(out->text, column_at(t, i)->id);
			g_string_append_c(out->text, ':');
			append_json(out->text, cell_at(t, row, i));
		}
		g_string_append(out->text, "}\n");
		report_out_pass(out);
	}
}

const struct report_table_format report_table_formats[] = {
	{"text", "for people", write_text},
	{"markdown", "tables of Markdown", write_markdown},
	{"csv", "comma-separated, each table with a header, an empty line between two", write_csv},
	{"json", "one JSON object per row", write_json},
};

const gsize report_n_table_formats = G_N_ELEMENTS(report_table_formats);

const struct report_table_format *report_table_format_find(const char *name)
{
	for (gsize i = 0; i < report_n_table_formats; i++)
		if (strcmp(report_table_formats[i].name, name) == 0)
			return &report_table_formats[i];
	return NULL;
}
