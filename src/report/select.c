/* Whether a row passes a compiled expression. */
#include "report/select.h"

#include <string.h>

#include "report/select_tree.h"

struct report_select {
	struct select_node *root;
	GString *scratch;
};

static void value_clear(gpointer user)
{
	struct select_value *value = user;
	if (value->type == REPORT_STRING || value->type == REPORT_LIST)
		g_free(value->string);
}

struct select_node *select_node_new(enum select_kind kind)
{
	struct select_node *node = g_new0(struct select_node, 1);
	node->kind = kind;
	if (kind == SELECT_TEST) {
		node->values = g_array_new(FALSE, FALSE, sizeof(struct select_value));
		g_array_set_clear_func(node->values, value_clear);
	} else {
		node->children = g_ptr_array_new_with_free_func((GDestroyNotify)select_node_free);
	}
	return node;
}

void select_node_free(struct select_node *node)
{
	if (node == NULL)
		return;
	g_clear_pointer(&node->children, g_ptr_array_unref);
	g_clear_pointer(&node->values, g_array_unref);
	g_free(node);
}

struct report_select *report_select_new(const char *text, const struct report_field *fields, gsize n_fields,
					GTimeZone *zone, gsize *at, GError **error)
{
	struct select_node *root = select_parse(text, fields, n_fields, zone, at, error);
	if (root == NULL)
		return NULL;
	struct report_select *select = g_new(struct report_select, 1);
	*select = (struct report_select){root, g_string_new(NULL)};
	return select;
}

void report_select_free(struct report_select *select)
{
	if (select == NULL)
		return;
	select_node_free(select->root);
	g_string_free(select->scratch, TRUE);
	g_free(select);
}

/* ---- one test ---- */

/* Where a field lies: before the value's range (-1), within (0), behind (1). */
#define PLACE(x, range) ((x) < (range).from ? -1 : (x) > (range).to)

static int place(const struct report_value *field, enum report_type type, const struct select_value *value)
{
	switch (type) {
	case REPORT_TIME:
	case REPORT_SECONDS:
		return PLACE(field->ns, value->ns);
	case REPORT_UINT:
		return PLACE((double)field->uint, value->number);
	case REPORT_REAL:
		return PLACE(field->real, value->number);
	case REPORT_BOOL:
		return PLACE(field->boolean, value->number);
	case REPORT_STRING:
	case REPORT_LIST:
		return strcmp(field->string, value->string) != 0;
	case REPORT_ADDRESS:
		return !net_contains(&value->net, field->address);
	case REPORT_N_TYPES:
		break;
	}
	return 1;
}

/* Whether `text` is like `pattern`: * any letters, ? one; the pattern is lower case, the text's case is ignored. */
static bool is_like(const char *text, const char *pattern)
{
	const char *star = NULL, *resume = NULL;
	while (*text) {
		if (*pattern == '*') {
			star = pattern++;
			resume = text;
		} else if (*pattern == '?' || g_ascii_tolower(*text) == *pattern) {
			pattern++;
			text++;
		} else if (star) { /* the last star takes one letter more */
			pattern = star + 1;
			text = ++resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

static bool fits_one(const struct select_node *node, const struct report_value *field, const struct select_value *value)
{
	switch (node->test) {
	case SELECT_IN:
		return place(field, node->field->type, value) == 0;
	case SELECT_LESS:
		return place(field, node->field->type, value) < 0;
	case SELECT_LESS_EQUAL:
		return place(field, node->field->type, value) <= 0;
	case SELECT_MORE:
		return place(field, node->field->type, value) > 0;
	case SELECT_MORE_EQUAL:
		return place(field, node->field->type, value) >= 0;
	case SELECT_LIKE:
		return is_like(field->string, value->string);
	case SELECT_IS_SET:
		break;
	}
	return true;
}

/* Of a list any string may fit. */
static bool fits(const struct select_node *node, const struct report_value *field, const struct select_value *value)
{
	struct report_value one = *field;
	if (node->field->type != REPORT_LIST)
		return fits_one(node, field, value);
	for (guint i = 0; i < field->strings; i++, one.string += strlen(one.string) + 1)
		if (fits_one(node, &one, value))
			return true;
	return false;
}

/* The value of another field of the row, as a range of one; false: it is not set. */
static bool get_other(const struct report_field *other, const struct report_row *row, GString *scratch,
		      struct select_value *value)
{
	struct report_value field = {0};
	g_string_truncate(scratch, 0);
	other->get(row, &field, scratch);
	if (other->type == REPORT_TIME || other->type == REPORT_SECONDS)
		value->ns.from = value->ns.to = field.ns;
	else
		value->number.from = value->number.to = other->type == REPORT_UINT ? (double)field.uint : field.real;
	return !field.unset;
}

static bool passes_test(const struct select_node *node, const struct report_row *row, GString *scratch)
{
	struct report_value field = {0};
	g_string_truncate(scratch, 0);
	node->field->get(row, &field, scratch);
	if (field.unset)
		return false;
	if (node->test == SELECT_IS_SET)
		return node->field->type != REPORT_BOOL || field.boolean;
	for (guint i = 0; i < node->values->len; i++) {
		struct select_value value = g_array_index(node->values, struct select_value, i);
		if ((value.other == NULL || get_other(value.other, row, scratch, &value)) && fits(node, &field, &value))
			return true;
	}
	return false;
}

/* ---- the tree ---- */

static bool passes(const struct select_node *node, const struct report_row *row, GString *scratch)
{
	if (node->kind == SELECT_TEST)
		return passes_test(node, row, scratch);
	for (guint i = 0; i < node->children->len; i++) {
		bool passed = passes(g_ptr_array_index(node->children, i), row, scratch);
		if (node->kind == SELECT_NOT)
			return !passed;
		if (passed == (node->kind == SELECT_OR)) /* decides it */
			return passed;
	}
	return node->kind == SELECT_AND;
}

bool report_select_takes(struct report_select *select, const struct report_row *row)
{
	return passes(select->root, row, select->scratch);
}
