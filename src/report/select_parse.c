/* The grammar of --select (report/select.h), read by recursive descent. */
#include <stdarg.h>
#include <string.h>

#include "report/select_tree.h"

enum { MAX_DEPTH = 100 }; /* of parentheses and nots: each takes a call */

enum token_kind {
	TOKEN_END,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA,
	TOKEN_OPERATOR,
	TOKEN_WORD,
	TOKEN_QUOTED,
	TOKEN_BAD
};

struct parser {
	const char *text;
	const char *next; /* behind the token */
	const struct report_field *fields;
	gsize n_fields;
	GTimeZone *zone;
	unsigned depth;
	gsize *at;
	GError **error;
	/* the token that is to be taken */
	enum token_kind kind;
	const char *begin;
	GString *word; /* what a word or a quoted text says; an operator's letters */
};

/* The operators, as tests. */
static const struct comparison {
	const char *text;
	enum select_test test;
	bool negated;
} comparisons[] = {
	{"=", SELECT_IN, false},          {"==", SELECT_IN, false},         {"!=", SELECT_IN, true},
	{"<", SELECT_LESS, false},        {"<=", SELECT_LESS_EQUAL, false}, {">", SELECT_MORE, false},
	{">=", SELECT_MORE_EQUAL, false}, {"~", SELECT_LIKE, false},        {"!~", SELECT_LIKE, true},
	{"in", SELECT_IN, false},
};

static void *fail(struct parser *p, const char *where, const char *format, ...) __attribute__((format(printf, 3, 4)));

static void *fail(struct parser *p, const char *where, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	if (*p->error == NULL) { /* the first problem is the one to tell */
		*p->at = (gsize)(where - p->text);
		*p->error = g_error_new_valist(G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, args);
	}
	va_end(args);
	return NULL;
}

/* ---- tokens ---- */

/* Text between quotes; a backslash takes the letter behind it as it is. */
static enum token_kind take_quoted(struct parser *p)
{
	char quote = *p->next++;
	while (*p->next && *p->next != quote) {
		if (*p->next == '\\' && p->next[1])
			p->next++;
		g_string_append_c(p->word, *p->next++);
	}
	if (*p->next++ == quote)
		return TOKEN_QUOTED;
	p->next--;
	fail(p, p->begin, "this quote is not closed");
	return TOKEN_BAD;
}

static void advance(struct parser *p)
{
	static const char space[] = " \t\r\n", special[] = " \t\r\n()<>=!~,\"'";
	static const struct {
		char letter;
		enum token_kind kind;
	} marks[] = {{'(', TOKEN_OPEN}, {')', TOKEN_CLOSE}, {',', TOKEN_COMMA}};

	p->next += strspn(p->next, space);
	p->begin = p->next;
	g_string_truncate(p->word, 0);
	if (*p->next == '\0') {
		p->kind = TOKEN_END;
		return;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(marks); i++)
		if (*p->next == marks[i].letter) {
			p->next++;
			p->kind = marks[i].kind;
			return;
		}
	if (*p->next == '"' || *p->next == '\'') {
		p->kind = take_quoted(p);
		return;
	}
	gsize letters = strspn(p->next, "<>=!~");
	p->kind = letters ? TOKEN_OPERATOR : TOKEN_WORD;
	letters = letters ? letters : strcspn(p->next, special);
	g_string_append_len(p->word, p->next, (gssize)letters);
	p->next += letters;
}

static bool is_word(const struct parser *p, const char *word)
{
	return p->kind == TOKEN_WORD && strcmp(p->word->str, word) == 0;
}

static bool is_reserved(const struct parser *p)
{
	return is_word(p, "and") || is_word(p, "or") || is_word(p, "not") || is_word(p, "in");
}

/* Takes a word if it is the next. */
static bool take_word(struct parser *p, const char *word)
{
	bool there = is_word(p, word);
	if (there)
		advance(p);
	return there;
}

static void *fail_unexpected(struct parser *p, const char *expected)
{
	if (p->kind == TOKEN_END)
		return fail(p, p->begin, "%s is missing at the end", expected);
	return fail(p, p->begin, "'%.*s' is not %s", (int)MIN(p->next - p->begin, 40), p->begin, expected);
}

/* ---- tests ---- */

static const struct report_field *find_field(const struct parser *p)
{
	for (gsize i = 0; p->kind == TOKEN_WORD && i < p->n_fields; i++)
		if (strcmp(p->fields[i].name, p->word->str) == 0)
			return &p->fields[i];
	return NULL;
}

static const struct report_field *take_field(struct parser *p)
{
	if (p->kind != TOKEN_WORD || is_reserved(p))
		return fail_unexpected(p, "a field, not or (");
	const struct report_field *field = find_field(p);
	if (field == NULL)
		return fail(p, p->begin, "there is no field '%s'", p->word->str);
	advance(p);
	return field;
}

/* Another field in the place of a value, where no value could be meant; NULL: none. */
static const struct report_field *find_other(const struct parser *p, enum report_type type)
{
	const struct report_field *other = select_has_order(type) ? find_field(p) : NULL;
	bool numbers = type == REPORT_UINT || type == REPORT_REAL;
	if (other && numbers)
		return other->type == REPORT_UINT || other->type == REPORT_REAL ? other : NULL;
	return other && other->type == type ? other : NULL;
}

static bool take_value(struct parser *p, struct select_node *node)
{
	struct select_value value = {.type = node->field->type, .other = find_other(p, node->field->type)};
	if ((p->kind != TOKEN_WORD || is_reserved(p)) && p->kind != TOKEN_QUOTED)
		return fail_unexpected(p, "a value");
	if (node->test == SELECT_LIKE) {
		value = (struct select_value){.type = REPORT_STRING, .string = g_ascii_strdown(p->word->str, -1)};
	} else if (value.other == NULL) {
		const char *expected = select_value_read(p->word->str, node->field->type, p->zone, &value);
		if (expected)
			return fail(p, p->begin, "'%s' is not %s", p->word->str, expected);
	}
	g_array_append_val(node->values, value);
	advance(p);
	return true;
}

static bool take_list(struct parser *p, struct select_node *node)
{
	do
		advance(p);
	while (take_value(p, node) && p->kind == TOKEN_COMMA);
	if (*p->error)
		return false;
	if (p->kind != TOKEN_CLOSE)
		return fail_unexpected(p, "a comma or )");
	advance(p);
	return true;
}

static const struct comparison *find_comparison(const struct parser *p)
{
	if (p->kind != TOKEN_OPERATOR && p->kind != TOKEN_WORD)
		return NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(comparisons); i++)
		if (strcmp(comparisons[i].text, p->word->str) == 0)
			return &comparisons[i];
	return NULL;
}

/* Whether the operator makes sense for values of the type. */
static bool can_test(enum select_test test, enum report_type type)
{
	if (test == SELECT_LIKE)
		return type == REPORT_STRING || type == REPORT_LIST;
	return test == SELECT_IN || select_has_order(type);
}

static struct select_node *negate(struct select_node *node)
{
	struct select_node *opposite = select_node_new(SELECT_NOT);
	g_ptr_array_add(opposite->children, node);
	return opposite;
}

static struct select_node *take_test(struct parser *p)
{
	g_autoptr(select_node) node = select_node_new(SELECT_TEST);
	node->field = take_field(p);
	if (node->field == NULL)
		return NULL;
	const char *where = p->begin;
	bool negated = take_word(p, "not");
	const struct comparison *by = find_comparison(p);
	bool is_in = by && p->kind == TOKEN_WORD;
	if (negated && !is_in)
		return fail_unexpected(p, "in");
	if (by == NULL && p->kind == TOKEN_OPERATOR)
		return fail_unexpected(p, "an operator (= != < <= > >= ~ !~ in)");
	if (by == NULL) {
		node->test = SELECT_IS_SET;
		return g_steal_pointer(&node);
	}
	if (!can_test(by->test, node->field->type))
		return fail(p, where, "'%s' is no test for %s, which is of type %s", by->text, node->field->name,
			    report_type_name(node->field->type));
	node->test = by->test;
	advance(p);
	bool good = is_in && p->kind == TOKEN_OPEN ? take_list(p, node) : take_value(p, node);
	if (!good)
		return NULL;
	return negated || by->negated ? negate(g_steal_pointer(&node)) : g_steal_pointer(&node);
}

/* ---- and, or, not ---- */

static struct select_node *take_expression(struct parser *p);

static struct select_node *take_factor(struct parser *p)
{
	struct select_node *node = NULL;
	const char *open = p->begin;
	if (p->kind != TOKEN_OPEN && !is_word(p, "not"))
		return take_test(p);
	if (++p->depth > MAX_DEPTH)
		return fail(p, p->begin, "more than %d levels deep", MAX_DEPTH);
	if (take_word(p, "not")) {
		node = take_factor(p);
		node = node ? negate(node) : NULL;
	} else {
		advance(p);
		node = take_expression(p);
		if (node && p->kind != TOKEN_CLOSE) {
			select_node_free(node);
			return p->kind == TOKEN_END ? fail(p, open, "this ( is not closed")
						    : fail_unexpected(p, "and, or or )");
		}
		advance(p);
	}
	p->depth--;
	return node;
}

/* One or more `take` with `word` between them. */
static struct select_node *take_chain(struct parser *p, struct select_node *(*take)(struct parser *p), const char *word,
				      enum select_kind kind)
{
	g_autoptr(select_node) node = take(p);
	if (node == NULL || !is_word(p, word))
		return g_steal_pointer(&node);
	g_autoptr(select_node) chain = select_node_new(kind);
	g_ptr_array_add(chain->children, g_steal_pointer(&node));
	while (take_word(p, word)) {
		struct select_node *more = take(p);
		if (more == NULL)
			return NULL;
		g_ptr_array_add(chain->children, more);
	}
	return g_steal_pointer(&chain);
}

static struct select_node *take_term(struct parser *p)
{
	return take_chain(p, take_factor, "and", SELECT_AND);
}

static struct select_node *take_expression(struct parser *p)
{
	return take_chain(p, take_term, "or", SELECT_OR);
}

struct select_node *select_parse(const char *text, const struct report_field *fields, gsize n_fields, GTimeZone *zone,
				 gsize *at, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autoptr(GString) word = g_string_new(NULL);
	struct parser p = {.text = text,
			   .next = text,
			   .fields = fields,
			   .n_fields = n_fields,
			   .zone = zone,
			   .at = at,
			   .error = &problem,
			   .word = word};
	advance(&p);
	g_autoptr(select_node) root = take_expression(&p);
	if (root && p.kind != TOKEN_END)
		fail_unexpected(&p, "and, or, or a comparison");
	if (problem) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return NULL;
	}
	return g_steal_pointer(&root);
}
