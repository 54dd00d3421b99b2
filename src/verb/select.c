#include "verb/select.h"

#include <stdio.h>
#include <unistd.h>

#include "report/out.h"

/* The expression, and below it a caret at the place that is wrong. */
static void show_place(const char *text, gsize at)
{
	g_autoptr(GString) before = g_string_new(NULL), all = g_string_new(NULL);
	g_autofree char *head = g_strndup(text, at);
	report_append_printable(before, head);
	report_append_printable(all, text);
	fprintf(stderr, "  %s\n  %*s^\n", all->str, (int)g_utf8_strlen(before->str, -1), "");
}

bool verb_select_compile(const char *text, const struct report_field *fields, gsize n_fields, GTimeZone *zone,
			 struct report_select **select)
{
	g_autoptr(GError) error = NULL;
	gsize at = 0;
	*select = NULL;
	if (text == NULL)
		return true;
	*select = report_select_new(text, fields, n_fields, zone, &at, &error);
	if (*select)
		return true;
	verb_complain("--select: column %ld: %s", g_utf8_pointer_to_offset(text, text + at) + 1, error->message);
	show_place(text, at);
	return false;
}

enum verb_status verb_select_list(const struct report_field *fields, gsize n_fields)
{
	struct report_out out;
	g_autoptr(GError) error = NULL;
	report_out_init(&out, STDOUT_FILENO);
	for (gsize i = 0; i < n_fields; i++)
		g_string_append_printf(out.text, "%s\t%s\t%s\n", fields[i].name, report_type_name(fields[i].type),
				       fields[i].words);
	if (report_out_finish(&out, &error))
		return VERB_DONE;
	verb_complain("%s", error->message);
	return VERB_FAILED;
}
