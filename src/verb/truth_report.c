#include "verb/truth_report.h"

#include <string.h>
#include <unistd.h>

enum { DEFAULT_ROWS = 20 };

bool truth_report_parse(struct truth_report *report, const char *const *ids)
{
	report->format = report_table_format_find(report->format_text ? report->format_text : "text");
	if (report->format == NULL) {
		verb_complain("--format: '%s' is not text, markdown, csv or json", report->format_text);
		return false;
	}
	if (report->tables_text == NULL)
		return true;
	report->ids = g_strsplit(report->tables_text, ",", -1);
	for (char **id = report->ids; *id; id++)
		if (!g_strv_contains(ids, *id)) {
			g_autofree char *known = g_strjoinv(", ", (char **)ids);
			verb_complain("--table: '%s' is none of %s", *id, known);
			return false;
		}
	return true;
}

void truth_report_clear(struct truth_report *report)
{
	g_free(report->format_text);
	g_free(report->tables_text);
	g_strfreev(report->ids);
}

enum verb_status truth_report_write(const struct truth_report *report, const GPtrArray *tables,
				    const struct verb_options *options)
{
	struct report_table_style style = {options->zone, options->color, report->all ? 0 : DEFAULT_ROWS};
	g_autoptr(GError) error = NULL;
	struct report_out out;
	bool is_first = true;
	report_out_init(&out, STDOUT_FILENO);
	for (guint i = 0; i < tables->len; i++) {
		const struct report_table *table = g_ptr_array_index(tables, i);
		if (report->ids && !g_strv_contains((const char *const *)report->ids, table->id))
			continue;
		report->format->write(&out, table, &style, is_first);
		is_first = false;
	}
	if (report_out_finish(&out, &error))
		return VERB_DONE;
	verb_complain("%s", error->message);
	return VERB_FAILED;
}
