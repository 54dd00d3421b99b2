#include "flowlog/layout.h"

#include "base/bytes.h"
#include "flowlog/json.h"

enum { NO_ITEM = FLOWLOG_N_ITEMS };

/* The key met as the n-th of the last object: objects of a log are alike, so the next one most likely has it there,
 * too. */
struct memo {
	char *path;
	uint8_t item;
};

struct flowlog_layout {
	enum { TABLE, ZEEK, JSON } kind;
	char separator;
	char unset[16], empty[16]; /* Zeek's marks of no value */
	GPtrArray *names;          /* of columns in their order, or keys of the first object */
	uint8_t item[FLOWLOG_COLUMNS_MAX];
	guint columns;
	const struct flowlog_format *format;
	GTimeZone *zone;
	/* JSON */
	struct flowlog_json *json;
	GHashTable *items; /* name to struct flowlog_field */
	struct memo memo[FLOWLOG_COLUMNS_MAX];
	guint nth; /* key of the object that is being read */
	struct flowlog_draft *draft;
};

/* ---- headers ---- */

static void forget_columns(struct flowlog_layout *l)
{
	g_ptr_array_set_size(l->names, 0);
	l->columns = 0;
}

static uint8_t find_item(const struct flowlog_layout *l, const char *name)
{
	const struct flowlog_field *field = l->items ? g_hash_table_lookup(l->items, name) : NULL;
	return field ? (uint8_t)field->item : NO_ITEM;
}

static void add_column(struct flowlog_layout *l, struct flowlog_text name)
{
	if (l->columns == FLOWLOG_COLUMNS_MAX)
		return;
	char *copy = g_strndup(name.at, name.len);
	g_ptr_array_add(l->names, copy);
	l->item[l->columns++] = find_item(l, copy);
}

/* As memchr(), which is slower where fields are as short as these. */
static char *find_separator(char *from, const char *end, char separator)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), pattern = ones * (uint8_t)separator;
	for (; end - from >= 8; from += 8) {
		uint64_t unlike = get_le64((const uint8_t *)from) ^ pattern; /* a byte of 0 is the separator */
		uint64_t found = (unlike - ones) & ~unlike & ones << 7;
		if (found)
			return from + __builtin_ctzll(found) / 8;
	}
	for (; from < end; from++)
		if (*from == separator)
			return from;
	return NULL;
}

/* The next field of a table's line: *at is moved behind its separator, to NULL after the last one. Quotes are undone in
 * place. */
static bool next_field(const struct flowlog_layout *l, char **at, char *end, struct flowlog_text *field)
{
	char *from = *at, *to;
	if (*from != '"' || l->kind == ZEEK || l->separator == '\t') {
		to = find_separator(from, end, l->separator);
		*field = (struct flowlog_text){from, (gsize)((to ? to : end) - from)};
		*at = to ? to + 1 : NULL;
		return true;
	}
	char *out = ++from;
	for (to = from; to < end && (*to != '"' || to[1] == '"'); to++) {
		to += *to == '"';
		*out++ = *to;
	}
	*field = (struct flowlog_text){from, (gsize)(out - from)};
	bool closed = to < end && (to + 1 == end || to[1] == l->separator);
	*at = to + 1 >= end ? NULL : to + 2;
	return closed;
}

static void take_header(struct flowlog_layout *l, char *line, gsize len)
{
	struct flowlog_text field;
	forget_columns(l);
	for (char *at = line; at && next_field(l, &at, line + len, &field);)
		add_column(l, l->kind == ZEEK ? field : flowlog_text_strip(field));
}

/* "\x09" or one character */
static char separator_of(struct flowlog_text text)
{
	if (text.len == 4 && text.at[0] == '\\' && text.at[1] == 'x')
		return (char)(g_ascii_xdigit_value(text.at[2]) * 16 + g_ascii_xdigit_value(text.at[3]));
	return text.len == 1 ? *text.at : '\t';
}

/* "#fields\tts\tuid…" and others; `#separator` alone has a blank behind its name. */
static void take_zeek_header(struct flowlog_layout *l, char *line, gsize len)
{
	static const char separator[] = "#separator ", fields[] = "#fields", unset[] = "#unset_field",
			  empty[] = "#empty_field";
	if (g_str_has_prefix(line, separator)) {
		gsize n = sizeof separator - 1;
		l->separator = separator_of((struct flowlog_text){line + n, len - n});
	} else if (g_str_has_prefix(line, fields) && len > sizeof fields) {
		take_header(l, line + sizeof fields, len - sizeof fields);
	} else if (g_str_has_prefix(line, unset) && len > sizeof unset) {
		g_strlcpy(l->unset, line + sizeof unset, sizeof l->unset);
	} else if (g_str_has_prefix(line, empty) && len > sizeof empty) {
		g_strlcpy(l->empty, line + sizeof empty, sizeof l->empty);
	}
}

/* ---- which it is ---- */

static void note_key(void *user, const char *path, struct flowlog_text value)
{
	struct flowlog_layout *l = user;
	(void)value;
	if (l->names->len < FLOWLOG_COLUMNS_MAX)
		g_ptr_array_add(l->names, g_strdup(path));
}

static bool begin_json(struct flowlog_layout *l, const char *head)
{
	gsize len = strcspn(head, "\r\n");
	l->kind = JSON;
	l->json = flowlog_json_new();
	return flowlog_json_read(l->json, (struct flowlog_text){head, len}, note_key, l) == NULL;
}

static bool begin_zeek(struct flowlog_layout *l, const char *head)
{
	l->kind = ZEEK;
	while (*head == '#' && l->columns == 0) {
		gsize len = strcspn(head, "\r\n");
		g_autofree char *line = g_strndup(head, len);
		take_zeek_header(l, line, len);
		head += len;
		head += strspn(head, "\r\n");
	}
	return l->columns > 0;
}

static bool begin_table(struct flowlog_layout *l, const char *head)
{
	static const char separators[] = ",\t;";
	gsize len = strcspn(head, "\r\n"), most = 0;
	g_autofree char *line = g_strndup(head, len);
	l->kind = TABLE;
	for (const char *s = separators; *s; s++) {
		gsize n = 0;
		for (gsize i = 0; i < len; i++)
			n += line[i] == *s;
		if (n > most) {
			most = n;
			l->separator = *s;
		}
	}
	if (most == 0)
		return false;
	take_header(l, line, len);
	return true;
}

struct flowlog_layout *flowlog_layout_new(const char *head)
{
	struct flowlog_layout *l = g_new0(struct flowlog_layout, 1);
	l->names = g_ptr_array_new_with_free_func(g_free);
	l->separator = '\t';
	g_strlcpy(l->unset, "-", sizeof l->unset);
	g_strlcpy(l->empty, "(empty)", sizeof l->empty);
	bool good = *head == '{' ? begin_json(l, head) : *head == '#' ? begin_zeek(l, head) : begin_table(l, head);
	if (good)
		return l;
	flowlog_layout_free(l);
	return NULL;
}

void flowlog_layout_free(struct flowlog_layout *l)
{
	if (l == NULL)
		return;
	for (guint i = 0; i < FLOWLOG_COLUMNS_MAX; i++)
		g_free(l->memo[i].path);
	g_clear_pointer(&l->items, g_hash_table_destroy);
	flowlog_json_free(l->json);
	g_ptr_array_unref(l->names);
	g_free(l);
}

bool flowlog_layout_has(const struct flowlog_layout *l, const char *const *names)
{
	for (; *names; names++)
		if (!g_ptr_array_find_with_equal_func(l->names, *names, g_str_equal, NULL))
			return false;
	return true;
}

const char *flowlog_layout_name(const struct flowlog_layout *l)
{
	static const char *const names[] = {[TABLE] = "table", [ZEEK] = "zeek", [JSON] = "json"};
	return names[l->kind];
}

void flowlog_layout_set_format(struct flowlog_layout *l, const struct flowlog_format *format, GTimeZone *zone)
{
	l->format = format;
	l->zone = zone;
	l->items = g_hash_table_new(g_str_hash, g_str_equal);
	for (const struct flowlog_field *field = format->fields; field->name; field++)
		g_hash_table_insert(l->items, (char *)field->name, (struct flowlog_field *)field);
	for (guint i = 0; i < l->columns; i++)
		l->item[i] = find_item(l, g_ptr_array_index(l->names, i));
}

/* ---- lines ---- */

/* "caf\xc3\xa9" as Zeek writes what is not ASCII. */
static void undo_escapes(struct flowlog_text *text)
{
	char *out = (char *)text->at;
	const char *from = text->at, *end = text->at + text->len;
	if (memchr(from, '\\', text->len) == NULL)
		return;
	while (from < end) {
		if (end - from >= 2 && from[0] == '\\' && from[1] == '\\')
			from++;
		bool escape = end - from >= 4 && from[0] == '\\' && from[1] == 'x' && g_ascii_isxdigit(from[2]) &&
			      g_ascii_isxdigit(from[3]);
		*out++ = escape ? separator_of((struct flowlog_text){from, 4}) : *from;
		from += escape ? 4 : 1;
	}
	text->len = (gsize)(out - text->at);
}

static bool is_unset(const struct flowlog_layout *l, struct flowlog_text field)
{
	return field.len == 0 || (l->kind == ZEEK && (*field.at == *l->unset || *field.at == *l->empty) &&
				  (flowlog_text_is(field, l->unset) || flowlog_text_is(field, l->empty)));
}

static void take_field(struct flowlog_layout *l, struct flowlog_draft *draft, guint column, struct flowlog_text field)
{
	uint8_t item = column < l->columns ? l->item[column] : NO_ITEM;
	if (item == NO_ITEM)
		return;
	bool is_free = item == FLOWLOG_NAME || item == FLOWLOG_LABEL || item == FLOWLOG_DETAILED_LABEL;
	if (l->kind == TABLE && !is_free)
		field = flowlog_text_strip(field);
	if (is_unset(l, field))
		return;
	if (l->kind == ZEEK && is_free)
		undo_escapes(&field);
	flowlog_draft_take(draft, item, field, l->zone);
}

static enum flowlog_taken take_row(struct flowlog_layout *l, char *line, gsize len, struct flowlog_draft *draft,
				   const char **reason)
{
	struct flowlog_text field;
	guint column = 0;
	bool good = true;
	for (char *at = line; at && good; column++) {
		good = next_field(l, &at, line + len, &field);
		if (column == 0 && l->kind == TABLE && flowlog_text_is(field, g_ptr_array_index(l->names, 0))) {
			take_header(l, line, len); /* tables put together, each with its header */
			return FLOWLOG_TAKEN_HEADER;
		}
		take_field(l, draft, column, field);
	}
	*reason = !good                 ? "a quote is not closed"
		  : column < l->columns ? "fewer columns than the header"
					: "more columns than the header";
	return good && column == l->columns ? FLOWLOG_TAKEN_FIELDS : FLOWLOG_TAKEN_FAULT;
}

static void take_key(void *user, const char *path, struct flowlog_text value)
{
	struct flowlog_layout *l = user;
	struct memo *memo = &l->memo[MIN(l->nth, FLOWLOG_COLUMNS_MAX - 1)];
	l->nth++;
	if (memo->path == NULL || strcmp(memo->path, path) != 0) {
		g_free(memo->path);
		memo->path = g_strdup(path);
		memo->item = find_item(l, path);
	}
	if (memo->item != NO_ITEM && value.len > 0)
		flowlog_draft_take(l->draft, memo->item, value, l->zone);
}

enum flowlog_taken flowlog_layout_take(struct flowlog_layout *l, char *line, gsize len, struct flowlog_draft *draft,
				       const char **reason)
{
	if (len == 0)
		return FLOWLOG_TAKEN_HEADER;
	if (l->kind == ZEEK && *line == '#') {
		take_zeek_header(l, line, len);
		return FLOWLOG_TAKEN_HEADER;
	}
	if (l->kind != JSON)
		return take_row(l, line, len, draft, reason);
	l->draft = draft;
	l->nth = 0;
	*reason = flowlog_json_read(l->json, (struct flowlog_text){line, len}, take_key, l);
	return *reason ? FLOWLOG_TAKEN_FAULT : FLOWLOG_TAKEN_FIELDS;
}
