#include "truth/log.h"

#include <string.h>

#include "base/csv.h"
#include "base/net.h"
#include "tanpa/session.h"

/* Names of columns without case, spaces and punctuation; the first that is there counts. */
static const char *const aliases[TRUTH_N_FIELDS][16] = {
	[TRUTH_FIELD_TIME] = {"time", "timestamp", "datetime", "date", "start", "ts"},
	[TRUTH_FIELD_SOURCE] = {"source", "src", "sourceaddress", "sourceip", "srcip", "srcaddr", "saddr", "sip",
				"client", "orig", "origh"},
	[TRUTH_FIELD_SPORT] = {"sourceport", "srcport", "sport", "clientport", "origp"},
	[TRUTH_FIELD_DESTINATION] = {"destination", "dst", "dest", "destinationaddress", "destinationip", "destip",
				     "dstip", "dstaddr", "daddr", "dip", "server", "resp", "resph"},
	[TRUTH_FIELD_DPORT] = {"destinationport", "destport", "dstport", "dport", "serverport", "respp"},
	[TRUTH_FIELD_PROTO] = {"protocol", "proto", "transport"},
	[TRUTH_FIELD_HASH] = {"sha256", "sha1", "md5", "hash", "sha512", "digest"},
	[TRUTH_FIELD_SAMPLE] = {"sample", "malware", "malwarename", "samplename", "name"},
	[TRUTH_FIELD_FILE] = {"file", "filename", "path"},
	[TRUTH_FIELD_LABEL] = {"label", "class"},
	[TRUTH_FIELD_CONFIDENCE] = {"confidence"},
	[TRUTH_FIELD_CAPTURE] = {"capture", "pcap"},
};

const char *truth_field_name(enum truth_field field)
{
	static const char *const names[] = {
#define X(id, name, words) name,
		TRUTH_FIELDS(X)
#undef X
	};
	return names[field];
}

static void fault_clear(gpointer fault)
{
	g_free(((struct truth_fault *)fault)->reason);
}

void truth_log_init(struct truth_log *log)
{
	log->paths = g_ptr_array_new_with_free_func(g_free);
	log->entries = g_array_new(FALSE, FALSE, sizeof(struct truth_entry));
	log->faults = g_array_new(FALSE, FALSE, sizeof(struct truth_fault));
	g_array_set_clear_func(log->faults, fault_clear);
	log->text = g_string_chunk_new(4096);
}

void truth_log_clear(struct truth_log *log)
{
	g_ptr_array_unref(log->paths);
	g_array_unref(log->entries);
	g_array_unref(log->faults);
	g_string_chunk_free(log->text);
}

/* ---- columns ---- */

/* Column of each field, -1: none. */
struct columns {
	int of[TRUTH_N_FIELDS];
};

static char *plain_name(const char *name)
{
	GString *plain = g_string_new(NULL);
	for (; *name; name++)
		if (g_ascii_isalnum(*name) || (unsigned char)*name >= 0x80)
			g_string_append_c(plain, g_ascii_tolower(*name));
	return g_string_free(plain, FALSE);
}

static bool is_alias(enum truth_field field, const char *name)
{
	g_autofree char *plain = plain_name(name);
	for (gsize i = 0; i < G_N_ELEMENTS(aliases[field]) && aliases[field][i]; i++)
		if (strcmp(aliases[field][i], plain) == 0)
			return true;
	return false;
}

static int find_by_alias(const struct csv *csv, enum truth_field field)
{
	for (gsize i = 0; i < G_N_ELEMENTS(aliases[field]) && aliases[field][i]; i++)
		for (guint c = 0; c < csv_columns(csv); c++) {
			g_autofree char *plain = plain_name(csv_column(csv, c));
			if (strcmp(aliases[field][i], plain) == 0)
				return (int)c;
		}
	return -1;
}

/* "field=column" of --log-columns; a column is a name, or a number from 1. */
static bool take_mapping(struct columns *columns, const struct csv *csv, const char *mapping, GError **error)
{
	const char *equals = strchr(mapping, '=');
	g_autofree char *name = g_strstrip(g_strndup(mapping, equals ? (gsize)(equals - mapping) : strlen(mapping)));
	g_autofree char *column = g_strstrip(g_strdup(equals ? equals + 1 : ""));
	guint64 number = 0;
	for (int f = 0; f < TRUTH_N_FIELDS; f++) {
		if (!is_alias((enum truth_field)f, name))
			continue;
		columns->of[f] = csv_find_column(csv, column);
		if (columns->of[f] < 0 && g_ascii_string_to_unsigned(column, 10, 1, csv_columns(csv), &number, NULL))
			columns->of[f] = (int)number - 1;
		if (columns->of[f] >= 0)
			return true;
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "there is no column '%s'", column);
		return false;
	}
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "'%s' is none of the fields (time, source, …)",
		    name);
	return false;
}

static bool map_columns(struct columns *columns, const struct csv *csv, const struct truth_log_options *options,
			GError **error)
{
	static const enum truth_field needed[] = {TRUTH_FIELD_TIME, TRUTH_FIELD_SOURCE, TRUTH_FIELD_DESTINATION,
						  TRUTH_FIELD_LABEL};
	g_auto(GStrv) mappings = g_strsplit(options->columns ? options->columns : "", ",", -1);
	for (int f = 0; f < TRUTH_N_FIELDS; f++)
		columns->of[f] = find_by_alias(csv, (enum truth_field)f);
	for (gsize i = 0; mappings[i]; i++)
		if (!take_mapping(columns, csv, mappings[i], error))
			return false;
	for (gsize i = 0; i < G_N_ELEMENTS(needed) - !options->need_label; i++)
		if (columns->of[needed[i]] < 0) {
			g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "no column for the %s",
				    truth_field_name(needed[i]));
			return false;
		}
	return true;
}

/* ---- one line ---- */

struct line {
	const struct csv_row *row;
	const struct columns *columns;
	char *reason; /* why it cannot be taken; NULL: it can */
};

/* A field's text; NULL: not there or empty. */
static const char *get(const struct line *line, enum truth_field field)
{
	int c = line->columns->of[field];
	const char *text = c >= 0 && (guint)c < line->row->n ? line->row->field[c] : "";
	return *text && strcmp(text, "-") != 0 ? text : NULL;
}

static void refuse(struct line *line, enum truth_field field, const char *text, const char *why)
{
	if (line->reason == NULL)
		line->reason = text ? g_strdup_printf("%s '%s' %s", truth_field_name(field), text, why)
				    : g_strdup_printf("no %s", truth_field_name(field));
}

static void take_time(struct line *line, struct truth_entry *entry, const struct truth_log_options *options)
{
	const char *text = get(line, TRUTH_FIELD_TIME);
	const char *why = text ? truth_clock_read(text, options->zone, &entry->time) : "";
	if (why)
		refuse(line, TRUTH_FIELD_TIME, text, why);
	entry->time.ns += options->offset_ns;
	entry->time.other_ns += options->offset_ns;
}

static void take_end(struct line *line, struct truth_entry *entry, unsigned side)
{
	enum truth_field address = side ? TRUTH_FIELD_DESTINATION : TRUTH_FIELD_SOURCE;
	enum truth_field port = side ? TRUTH_FIELD_DPORT : TRUTH_FIELD_SPORT;
	const char *text = get(line, address), *port_text = get(line, port);
	guint64 number = 0;
	if (text == NULL || !net_address_parse(text, entry->addr[side]))
		refuse(line, address, text, "is not an address");
	entry->has_port[side] = port_text != NULL;
	if (port_text && !g_ascii_string_to_unsigned(port_text, 10, 0, 65535, &number, NULL))
		refuse(line, port, port_text, "is not a port");
	entry->port[side] = (uint16_t)number;
}

static void take_proto(struct line *line, struct truth_entry *entry)
{
	static const struct {
		const char *text;
		uint8_t proto;
	} protos[] = {{"tcp", TANPA_TCP}, {"6", TANPA_TCP}, {"udp", TANPA_UDP}, {"17", TANPA_UDP}};
	const char *text = get(line, TRUTH_FIELD_PROTO);
	for (gsize i = 0; text && i < G_N_ELEMENTS(protos); i++)
		if (g_ascii_strcasecmp(protos[i].text, text) == 0)
			entry->proto = protos[i].proto;
	if (text && entry->proto == 0)
		refuse(line, TRUTH_FIELD_PROTO, text, "is neither tcp nor udp");
}

static void take_line(struct line *line, struct truth_log *log, struct truth_entry *entry,
		      const struct truth_log_options *options)
{
	if (line->row->fault) {
		line->reason = g_strdup(line->row->fault);
		return;
	}
	take_time(line, entry, options);
	take_end(line, entry, 0);
	take_end(line, entry, 1);
	take_proto(line, entry);
	for (int f = TRUTH_FIELD_HASH; f < TRUTH_N_FIELDS; f++) {
		const char *text = get(line, (enum truth_field)f);
		entry->text[f] = text ? g_string_chunk_insert_const(log->text, text) : NULL;
	}
	if (options->need_label && entry->text[TRUTH_FIELD_LABEL] == NULL)
		refuse(line, TRUTH_FIELD_LABEL, NULL, NULL);
}

/* ---- all lines ---- */

static guint entry_hash(gconstpointer key)
{
	const struct truth_entry *e = key;
	guint h = g_int64_hash(&e->time.ns) ^ (guint)e->port[0] << 16 ^ e->port[1];
	for (unsigned i = 0; i < 32; i++)
		h = h * 31 + e->addr[i / 16][i % 16];
	return h;
}

static gboolean entry_equal(gconstpointer a, gconstpointer b)
{
	const struct truth_entry *x = a, *y = b;
	return x->time.ns == y->time.ns && memcmp(x->addr, y->addr, sizeof x->addr) == 0 &&
	       memcmp(x->port, y->port, sizeof x->port) == 0 &&
	       memcmp(x->has_port, y->has_port, sizeof x->has_port) == 0 && x->proto == y->proto &&
	       g_strcmp0(x->text[TRUTH_FIELD_HASH], y->text[TRUTH_FIELD_HASH]) == 0 &&
	       g_strcmp0(x->text[TRUTH_FIELD_CAPTURE], y->text[TRUTH_FIELD_CAPTURE]) == 0;
}

static void mark_duplicates(struct truth_log *log)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(entry_hash, entry_equal);
	for (guint i = 0; i < log->entries->len; i++) {
		struct truth_entry *entry = &g_array_index(log->entries, struct truth_entry, i);
		entry->is_duplicate = !g_hash_table_add(seen, entry);
	}
}

bool truth_log_read(struct truth_log *log, const char *path, const struct truth_log_options *options, GError **error)
{
	struct columns columns;
	struct csv_row row;
	g_autoptr(csv_) csv = csv_open(path, error);
	if (csv == NULL)
		return false;
	if (!map_columns(&columns, csv, options, error)) {
		g_prefix_error(error, "'%s': ", path);
		return false;
	}
	uint32_t file = log->paths->len;
	g_ptr_array_add(log->paths, g_strdup(path));
	while (csv_next(csv, &row)) {
		struct truth_entry entry = {.file = file, .line = row.line};
		struct line line = {&row, &columns, NULL};
		take_line(&line, log, &entry, options);
		if (line.reason) {
			struct truth_fault fault = {file, row.line, line.reason};
			g_array_append_val(log->faults, fault);
		} else {
			g_array_append_val(log->entries, entry);
		}
	}
	mark_duplicates(log);
	return true;
}
