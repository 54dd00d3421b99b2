#include "learn/labels.h"

#include <string.h>

#include "base/csv.h"
#include "base/net.h"

enum column { CAPTURE, CLIENT, SERVER, PORT, LABEL, CONFIDENCE, FAMILY, EVIDENCE, N_COLUMNS, N_NEEDED = CONFIDENCE };

static const char *const column_names[N_COLUMNS] = {"capture", "client",     "server", "server_port",
						    "label",   "confidence", "family", "evidence"};

struct learn_labels {
	GHashTable *services; /* "capture client server port" to struct learn_label */
	GHashTable *group;    /* capture to number + 1 */
	GStringChunk *text;
	guint groups, faults;
};

const char *learn_class_name(enum learn_class class)
{
	static const char *const names[LEARN_N_CLASSES] = {
#define X(id, name) name,
		LEARN_CLASSES(X)
#undef X
	};
	return names[class];
}

/* "c2+exfil" is c2. What is in none of the classes is unknown. */
static enum learn_class class_of(const char *label)
{
	g_auto(GStrv) parts = g_strsplit(label, "+", -1);
	for (int class = 0; class < LEARN_N_CLASSES; class ++)
		if (g_strv_contains((const char *const *)parts, learn_class_name((enum learn_class) class)))
			return (enum learn_class) class;
	return LEARN_UNKNOWN;
}

static char *service_key(const char *capture, const uint8_t client[16], const uint8_t server[16], uint64_t port)
{
	char a[NET_TEXT], b[NET_TEXT];
	return g_strdup_printf("%s %s %s %" G_GUINT64_FORMAT, capture, net_address_text(client, a),
			       net_address_text(server, b), port);
}

/* ---- groups: families joined by captures ---- */

static bool tells(const char *family)
{
	return *family && strcmp(family, "-") != 0 && strcmp(family, "unknown") != 0;
}

static const char *root_of(GHashTable *parent, const char *name)
{
	const char *up;
	while ((up = g_hash_table_lookup(parent, name)) != NULL)
		name = up;
	return name;
}

static void join(GHashTable *parent, const char *a, const char *b)
{
	const char *x = root_of(parent, a), *y = root_of(parent, b);
	if (strcmp(x, y) != 0)
		g_hash_table_insert(parent, (gpointer)x, (gpointer)y);
}

/* Captures in order, so that numbers do not depend on the hash; the prefix keeps captures and families apart. */
static void number_groups(struct learn_labels *l, GHashTable *parent, GHashTable *captures)
{
	g_autoptr(GHashTable) number = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(captures), (GCompareFunc)strcmp);
	for (GList *at = names; at; at = at->next) {
		const char *root = root_of(parent, at->data);
		gpointer n = g_hash_table_lookup(number, root);
		if (n == NULL) {
			n = GUINT_TO_POINTER(++l->groups);
			g_hash_table_insert(number, (gpointer)root, n);
		}
		g_hash_table_insert(l->group, strchr(at->data, ' ') + 1, n);
	}
}

/* ---- reading ---- */

static bool find_columns(const struct csv *csv, const char *path, int column[N_COLUMNS], GError **error)
{
	for (enum column i = 0; i < N_COLUMNS; i++) {
		column[i] = csv_find_column(csv, column_names[i]);
		bool is_needed = i < N_NEEDED;
		if (column[i] < 0 && is_needed) {
			g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: no column '%s'", path,
				    column_names[i]);
			return false;
		}
	}
	return true;
}

static const char *field(struct learn_labels *l, const struct csv_row *row, int column)
{
	return g_string_chunk_insert_const(l->text, column >= 0 && (guint)column < row->n ? row->field[column] : "");
}

static bool take_row(struct learn_labels *l, const struct csv_row *row, const int column[N_COLUMNS],
		     const char **capture, const char **family)
{
	uint8_t client[16], server[16];
	guint64 port;
	for (int i = 0; i < N_NEEDED; i++)
		if (row->fault || (guint)column[i] >= row->n)
			return false;
	if (!net_address_parse(row->field[column[CLIENT]], client) ||
	    !net_address_parse(row->field[column[SERVER]], server) ||
	    !g_ascii_string_to_unsigned(row->field[column[PORT]], 10, 0, UINT16_MAX, &port, NULL))
		return false;
	*capture = field(l, row, column[CAPTURE]);
	*family = field(l, row, column[FAMILY]);
	struct learn_label one = {class_of(row->field[column[LABEL]]), field(l, row, column[LABEL]),
				  field(l, row, column[CONFIDENCE]),   *family,
				  field(l, row, column[EVIDENCE]),     false};
	g_autofree char *key = service_key(*capture, client, server, port);
	struct learn_label *known = g_hash_table_lookup(l->services, key);
	if (known == NULL)
		g_hash_table_insert(l->services, g_steal_pointer(&key), g_memdup2(&one, sizeof one));
	else if (one.class < known->class)
		*known = one;
	return true;
}

static const char *prefixed(struct learn_labels *l, const char *prefix, const char *name)
{
	g_autofree char *text = g_strconcat(prefix, " ", name, NULL);
	return g_string_chunk_insert_const(l->text, text);
}

/* What is between reading and numbering: the names' texts are the labels'. */
struct reader {
	struct learn_labels *labels;
	GHashTable *parent;   /* of what was joined */
	GHashTable *captures; /* all of them */
};

/* "Oski/Vidar" is Oski, and Vidar. */
static void join_families(struct reader *reader, const char *capture, const char *family)
{
	g_auto(GStrv) names = g_strsplit(family, "/", -1);
	for (char **name = names; *name; name++)
		if (tells(g_strstrip(*name)))
			join(reader->parent, capture, prefixed(reader->labels, "family", *name));
}

static bool read_table(struct reader *reader, const char *path, GError **error)
{
	struct learn_labels *l = reader->labels;
	g_autoptr(csv_) csv = csv_open(path, error);
	int column[N_COLUMNS];
	if (csv == NULL || !find_columns(csv, path, column, error))
		return false;
	struct csv_row row;
	while (csv_next(csv, &row)) {
		const char *capture, *family;
		if (!take_row(l, &row, column, &capture, &family)) {
			l->faults++;
			continue;
		}
		const char *node = prefixed(l, "capture", capture);
		g_hash_table_add(reader->captures, (gpointer)node);
		join_families(reader, node, family);
	}
	return true;
}

struct learn_labels *learn_labels_read(const char *const *paths, GError **error)
{
	struct learn_labels *l = g_new0(struct learn_labels, 1);
	l->services = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	l->group = g_hash_table_new(g_str_hash, g_str_equal);
	l->text = g_string_chunk_new(1 << 14);
	g_autoptr(GHashTable) parent = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GHashTable) captures = g_hash_table_new(g_str_hash, g_str_equal);
	struct reader reader = {l, parent, captures};
	for (; *paths; paths++)
		if (!read_table(&reader, *paths, error)) {
			learn_labels_free(l);
			return NULL;
		}
	number_groups(l, parent, captures);
	return l;
}

void learn_labels_free(struct learn_labels *l)
{
	if (l == NULL)
		return;
	g_hash_table_destroy(l->services);
	g_hash_table_destroy(l->group);
	g_string_chunk_free(l->text);
	g_free(l);
}

/* ---- looking up ---- */

guint learn_labels_size(const struct learn_labels *l)
{
	return g_hash_table_size(l->services);
}

guint learn_labels_faults(const struct learn_labels *l)
{
	return l->faults;
}

guint learn_labels_found(const struct learn_labels *l)
{
	GHashTableIter iter;
	gpointer label;
	guint n = 0;
	g_hash_table_iter_init(&iter, l->services);
	while (g_hash_table_iter_next(&iter, NULL, &label))
		n += ((struct learn_label *)label)->found;
	return n;
}

struct learn_label *learn_labels_find(const struct learn_labels *l, const char *capture, const uint8_t client[16],
				      const uint8_t server[16], uint16_t port)
{
	g_autofree char *key = service_key(capture, client, server, port);
	return g_hash_table_lookup(l->services, key);
}

guint learn_labels_group(const struct learn_labels *l, const char *capture)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(l->group, capture)) - 1;
}

guint learn_labels_groups(const struct learn_labels *l)
{
	return l->groups;
}
