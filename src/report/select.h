/*
 * Expressions that select rows by their fields (`--select`): "inside_h in 10.0.0.0/8 and sent > 1000".
 *
 *   expression  term { "or" term }
 *   term        factor { "and" factor }
 *   factor      "not" factor | "(" expression ")" | test
 *   test        FIELD                                      it is set; of a boolean: it is true
 *             | FIELD ( = != < <= > >= ~ !~ ) VALUE
 *             | FIELD [ "not" ] "in" ( VALUE | "(" VALUE { "," VALUE } ")" )
 *
 * What a value may be depends on the field's type (report/field.h); where that has an order, it may be another field,
 * too. Every value is a range, of one element in the simplest case: 80, 1024..65535, 10.0.0.0/8, a day. = and in ask
 * whether the field lies within it, < whether it lies before it, <= whether not behind it. Of a list any string may
 * fit. A field that is not set passes no test but != and its like: `a != b` is always `not a = b`.
 */
#ifndef REPORT_SELECT_H
#define REPORT_SELECT_H

#include "report/field.h"

struct report_select;

/*
 * Compiles `text` over a table of fields, which is borrowed. Times without a zone are in `zone`. Returns NULL and sets
 * `error` (G_OPTION_ERROR_BAD_VALUE) and *at, the byte of the text that it is about.
 */
struct report_select *report_select_new(const char *text, const struct report_field *fields, gsize n_fields,
					GTimeZone *zone, gsize *at, GError **error);
void report_select_free(struct report_select *select);
typedef struct report_select report_select; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(report_select, report_select_free)

/* Whether the expression is true of a row. Not from two threads at once. Cost: the fields it names. */
bool report_select_takes(struct report_select *select, const struct report_row *row);

#endif
