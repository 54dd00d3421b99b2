#include "report/page/page.h"

#include <string.h>

#include "report/page/asset.h"
#include "report/page/tables.h"
#include "report/table.h"
#include "report/technique.h"

enum { FINDINGS_MAX = 1000, ATTEMPT_PARTS = 240 };

/* ---- JSON ---- */

static void append_key(GString *json, const char *name)
{
	g_string_append_printf(json, "%s\"%s\":", json->str[json->len - 1] == '{' ? "" : ",", name);
}

static void append_string(GString *json, const char *name, const char *value)
{
	append_key(json, name);
	report_append_json_string(json, value);
}

static void append_uint(GString *json, const char *name, uint64_t value)
{
	append_key(json, name);
	report_append_uint(json, value);
}

static void append_real(GString *json, double value)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	g_string_append(json, g_ascii_dtostr(number, sizeof number, value));
}

static void append_files(GString *json, const GArray *files)
{
	append_key(json, "files");
	g_string_append_c(json, '[');
	for (guint i = 0; i < files->len; i++) {
		const struct report_page_file *file = &g_array_index(files, struct report_page_file, i);
		g_string_append(json, i ? ",{" : "{");
		append_string(json, "path", file->path);
		append_string(json, "role", file->role);
		append_uint(json, "bytes", file->bytes);
		append_string(json, "sha256", file->sha256);
		g_string_append_c(json, '}');
	}
	g_string_append_c(json, ']');
}

/* Up to which mean packet length how many sessions, of one pair of verdicts. */
static void append_lengths_of(GString *json, const uint64_t *lengths, double threshold)
{
	GString *counts = g_string_new("[");
	append_key(json, "up_to");
	g_string_append_c(json, '[');
	for (guint i = 0; i < PAGE_LENGTHS; i++) {
		if (lengths[i] == 0)
			continue;
		if (counts->len > 1) {
			g_string_append_c(json, ',');
			g_string_append_c(counts, ',');
		}
		append_real(json, i == PAGE_AT_THRESHOLD ? threshold : i);
		report_append_uint(counts, lengths[i]);
	}
	g_string_append_c(json, ']');
	append_key(json, "sessions");
	g_string_append(json, counts->str);
	g_string_append_c(json, ']');
	g_string_free(counts, TRUE);
}

static void append_lengths(GString *json, const struct page_rows *rows)
{
	append_key(json, "lengths");
	g_string_append_c(json, '[');
	for (int a = 0; a < VERDICT_N_JUDGED; a++)
		for (int b = 0; b < VERDICT_N_JUDGED; b++) {
			if (rows->lengths[a][b] == NULL)
				continue;
			g_string_append(json, json->str[json->len - 1] == '[' ? "{" : ",{");
			append_string(json, "if_short", verdict_kind_name((enum verdict_kind)a));
			append_string(json, "if_long", verdict_kind_name((enum verdict_kind)b));
			append_lengths_of(json, rows->lengths[a][b], rows->options->threshold);
			g_string_append_c(json, '}');
		}
	g_string_append_c(json, ']');
}

static void append_techniques(GString *json)
{
	append_key(json, "techniques");
	g_string_append_c(json, '{');
	for (gsize i = 0; i < report_n_techniques; i++)
		append_string(json, report_techniques[i].id, report_techniques[i].name);
	g_string_append_c(json, '}');
}

static void append_page(GString *json, const struct report_page *page, const struct page_tables *tables)
{
	g_string_append(json, "{\"type\":\"page\"");
	append_uint(json, "v", REPORT_PAGE_VERSION);
	append_string(json, "command", page->command);
	append_string(json, "timezone", g_time_zone_get_identifier(page->scan->zone));
	append_files(json, page->files);
	append_key(json, "show_allowed");
	g_string_append(json, page->scan->show_allowed ? "true" : "false");
	append_key(json, "base_us");
	g_string_append_printf(json, "%" G_GINT64_FORMAT, tables->base_us);
	append_uint(json, "featured_sessions", tables->featured);
	append_uint(json, "featured_sessions_here", tables->featured_kept);
	append_uint(json, "other_sessions", tables->rest);
	append_uint(json, "other_sessions_here", tables->rest_kept);
	append_uint(json, "channels", tables->n_channels);
	append_lengths(json, page->rows);
	append_techniques(json);
	g_string_append(json, "}\n");
}

/* What the model says of itself, as it says it. */
static void append_about(GString *json, const struct channel_model *model, const char *group)
{
	g_auto(GStrv) keys = g_key_file_get_keys(model->about, group, NULL, NULL);
	append_key(json, group);
	g_string_append_c(json, '{');
	for (char **key = keys; key && *key; key++) {
		g_autofree char *value = g_key_file_get_string(model->about, group, *key, NULL);
		if (key != keys)
			g_string_append_c(json, ',');
		report_append_json_string(json, *key);
		g_string_append_c(json, ':');
		report_append_json_string(json, value);
	}
	g_string_append_c(json, '}');
}

static void append_model(GString *json, const struct channel_model *model)
{
	g_string_append(json, "{\"type\":\"model\"");
	append_uint(json, "v", REPORT_PAGE_VERSION);
	append_string(json, "sha256", model->sha256);
	append_about(json, model, "training");
	append_about(json, model, "quality");
	g_string_append(json, "}\n");
}

static void append_tables(struct report_out *out, const GPtrArray *tables)
{
	GString *json = out->text;
	const struct report_table_format *format = report_table_format_find("json");
	struct report_table_style style = {0};
	for (guint i = 0; tables && i < tables->len; i++) {
		const struct report_table *table = g_ptr_array_index(tables, i);
		g_string_append(json, "{\"type\":\"table\"");
		append_string(json, "id", table->id);
		append_string(json, "title", table->title);
		append_key(json, "columns");
		for (guint c = 0; c < table->columns->len; c++) {
			const struct report_column *column = &g_array_index(table->columns, struct report_column, c);
			g_string_append(json, c ? ",{" : "[{");
			append_string(json, "id", column->id);
			append_string(json, "title", column->title);
			g_string_append_c(json, '}');
		}
		g_string_append_c(json, ']');
		append_key(json, "notes");
		g_string_append_c(json, '[');
		for (guint n = 0; n < table->notes->len; n++) {
			g_string_append(json, n ? "," : "");
			report_append_json_string(json, g_ptr_array_index(table->notes, n));
		}
		g_string_append(json, "]}\n");
		format->write(out, table, &style, i == 0);
	}
}

/* ---- HTML ---- */

/* In a script element nothing but '<' can end it, or begin a comment. */
static void write_data(struct report_out *out, const char *id, const char *type, const char *text)
{
	g_string_append_printf(out->text, "<script type=\"%s\" id=\"%s\">", type, id);
	for (const char *at = text; *at;) {
		gsize plain = strcspn(at, "<");
		g_string_append_len(out->text, at, (gssize)plain);
		at += plain;
		if (*at == '<') {
			g_string_append(out->text, "\\u003c");
			at++;
		}
		report_out_pass(out);
	}
	g_string_append(out->text, "</script>\n");
}

static guint findings_here(const struct report_scan *scan)
{
	return MIN(scan->findings->list->len, FINDINGS_MAX);
}

static const struct finding_entry *finding_at(const struct report_scan *scan, guint i)
{
	return &g_array_index(scan->findings->list, struct finding_entry, i);
}

/* One flag per channel: a finding of the page, whose sessions are to be in it before others. */
static bool *feature(const struct report_scan *scan)
{
	bool *featured = g_new0(bool, channels_size(scan->channels) + 1);
	for (guint i = 0; i < findings_here(scan); i++)
		featured[finding_at(scan, i)->channel] = true;
	return featured;
}

/* ---- attempts over time, of findings that have nothing else ---- */

static uint64_t get_count(gsize i, gconstpointer counts)
{
	return g_array_index((const GArray *)counts, guint32, i);
}

static void count_attempts(const struct report_scan *scan, const struct channel *channel, GArray *sessions,
			   guint32 counts[ATTEMPT_PARTS])
{
	double part_ns = ((double)(scan->last_ns - scan->first_ns) + 1) / ATTEMPT_PARTS;
	channels_list(scan->channels, channel, sessions);
	for (guint i = 0; i < sessions->len; i++) {
		int64_t start_ns = g_array_index(sessions, struct channel_session, i).start_ns;
		double part = (double)(start_ns - scan->first_ns) / part_ns;
		counts[(int)CLAMP(part, 0, ATTEMPT_PARTS - 1)]++;
	}
}

static void pack_attempts(struct pack *pack, const struct report_scan *scan)
{
	g_autoptr(GArray) counts = g_array_new(FALSE, TRUE, sizeof(guint32));
	g_autoptr(GArray) sessions = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
	for (guint i = 0; i < findings_here(scan); i++) {
		const struct finding_entry *entry = finding_at(scan, i);
		if (entry->kind != FINDING_FAILED)
			continue;
		guint32 own[ATTEMPT_PARTS] = {0};
		count_attempts(scan, channels_get(scan->channels, entry->channel), sessions, own);
		g_array_append_vals(counts, own, ATTEMPT_PARTS);
	}
	pack_column(pack, "attempts.count", counts->len, get_count, counts);
}

/* ---- all of it ---- */

bool report_page_is_built(void)
{
	return page_asset_head.length > 0;
}

void report_page_write(struct report_out *out, const struct report_page *page)
{
	const struct report_scan *scan = page->scan;
	findings_sort(scan->findings, FINDINGS_MAX);
	struct page_tables tables;
	struct pack pack;
	g_autofree bool *featured = feature(scan);
	g_autoptr(GString) json = g_string_new(NULL);
	struct report_out lines = {.text = json, .fd = -1};
	page_tables_init(&tables, page->rows, scan->channels, featured, page->most_sessions, scan->first_ns);
	report_scan_json_summary(&lines, scan, FINDINGS_MAX);
	append_page(json, page, &tables);
	append_model(json, page->model);
	append_tables(&lines, page->tables);
	pack_init(&pack);
	page_tables_pack(&tables, &pack);
	pack_attempts(&pack, scan);
	g_autofree char *packed = pack_finish(&pack);
	g_string_append_len(out->text, page_asset_head.text, (gssize)page_asset_head.length);
	write_data(out, "report", "application/json", json->str);
	write_data(out, "columns", "text/plain", packed);
	g_string_append_len(out->text, page_asset_tail.text, (gssize)page_asset_tail.length);
	pack_clear(&pack);
	page_tables_clear(&tables);
}
