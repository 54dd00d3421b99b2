/* The compiled form of a --select expression; for the files select*.c. */
#ifndef REPORT_SELECT_TREE_H
#define REPORT_SELECT_TREE_H

#include "base/net.h"
#include "report/select.h"

/* One value, as the type of the field it is compared with wants it. */
struct select_value {
	enum report_type type;            /* of that field */
	const struct report_field *other; /* the value is this field's of the same row; NULL: it is below */
	union {
		struct {
			int64_t from, to; /* REPORT_TIME, REPORT_SECONDS: both ends are within */
		} ns;
		struct {
			double from, to; /* REPORT_UINT, REPORT_REAL, REPORT_BOOL (0, 1) */
		} number;
		struct net net; /* REPORT_ADDRESS */
		char *string;   /* REPORT_STRING, REPORT_LIST; of ~ and !~ in lower case */
	};
};

enum select_kind { SELECT_AND, SELECT_OR, SELECT_NOT, SELECT_TEST };

enum select_test {
	SELECT_IS_SET,
	SELECT_IN,
	SELECT_LESS,
	SELECT_LESS_EQUAL,
	SELECT_MORE,
	SELECT_MORE_EQUAL,
	SELECT_LIKE
};

/* != is a SELECT_NOT over a SELECT_IN, and so on. */
struct select_node {
	enum select_kind kind;
	GPtrArray *children; /* struct select_node; of all but SELECT_TEST */
	const struct report_field *field;
	enum select_test test;
	GArray *values; /* struct select_value; any may fit */
};

struct select_node *select_node_new(enum select_kind kind);
void select_node_free(struct select_node *node);
typedef struct select_node select_node; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(select_node, select_node_free)

/* Parses all of `text`; see report_select_new(). */
struct select_node *select_parse(const char *text, const struct report_field *fields, gsize n_fields, GTimeZone *zone,
				 gsize *at, GError **error);

/* Whether values of the type can be less and more. */
static inline bool select_has_order(enum report_type type)
{
	return type != REPORT_STRING && type != REPORT_LIST && type != REPORT_ADDRESS && type != REPORT_BOOL;
}

/* Reads one value for a field of `type`. Returns NULL, or in words (static) what was expected. */
const char *select_value_read(const char *text, enum report_type type, GTimeZone *zone, struct select_value *value);

#endif
