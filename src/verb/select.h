/* The option --select of the verbs that list something. */
#ifndef VERB_SELECT_H
#define VERB_SELECT_H

#include "report/select.h"
#include "verb/verb.h"

/*
 * Compiles the option's expression; *select is NULL when there is none (`text` NULL). Complains of a wrong one, with
 * the place, and returns false.
 */
bool verb_select_compile(const char *text, const struct report_field *fields, gsize n_fields, GTimeZone *zone,
			 struct report_select **select);

/* Lists fields on standard output: name, type, meaning, tab-separated. */
enum verb_status verb_select_list(const struct report_field *fields, gsize n_fields);

#endif
