#include "flowlog/flowlog.h"

#include "flowlog/child.h"
#include "flowlog/layout.h"

enum { SHOWN_BYTES = 40 }; /* of a field that is not what it ought to be */

struct flowlog {
	struct flowlog_lines lines;
	struct flowlog_layout *layout;
	const struct flowlog_format *format;
	struct flowlog_options options;
	struct flowlog_child *child; /* an nfdump; NULL: none */
	struct flowlog_draft draft;
	struct flowlog_counts counts;
	GArray *faults;
	bool ended;
};

/* Sessions first, then what is beside them. */
static const struct flowlog_format *const formats[] = {
	&flowlog_format_zeek,   &flowlog_format_tanpa,     &flowlog_format_eve,      &flowlog_format_argus,
	&flowlog_format_nfdump, &flowlog_format_zeek_http, &flowlog_format_zeek_ssl, &flowlog_format_zeek_dns,
};

enum { SESSION_FORMATS = 5 };

GQuark flowlog_error_quark(void)
{
	return g_quark_from_static_string("tanpa-flowlog-error");
}

const char *flowlog_skip_name(enum flowlog_skip skip)
{
	static const char *const names[] = {
#define X(id, name, words) name,
		FLOWLOG_SKIPS(X)
#undef X
	};
	return names[skip];
}

const char *flowlog_skip_words(enum flowlog_skip skip)
{
	static const char *const all[] = {
#define X(id, name, words) words,
		FLOWLOG_SKIPS(X)
#undef X
	};
	return all[skip];
}

const struct flowlog_format *flowlog_find_format(const char *name)
{
	for (gsize i = 0; i < SESSION_FORMATS; i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

const char *flowlog_format_names(void)
{
	return "zeek, tanpa, eve, argus, nfdump";
}

/* ---- opening ---- */

static void clear_fault(gpointer fault)
{
	g_free(((struct flowlog_fault *)fault)->reason);
}

/* The format whose names are all in the header; NULL: none. */
static const struct flowlog_format *tell_format(const struct flowlog *log)
{
	for (gsize i = 0; i < G_N_ELEMENTS(formats); i++)
		if ((log->options.format == NULL || log->options.format == formats[i]) &&
		    flowlog_layout_has(log->layout, formats[i]->needed))
			return formats[i];
	return NULL;
}

/* nfdump's own files are read through nfdump; false with `error` when that cannot be. */
static bool start_child(struct flowlog *log, GError **error)
{
	gsize len;
	const char *head = flowlog_lines_peek(&log->lines, &len);
	if (!flowlog_child_wanted(head, len))
		return true;
	log->child = flowlog_child_start(log->options.file, error);
	if (log->child == NULL)
		return false;
	flowlog_lines_clear(&log->lines);
	flowlog_lines_init(&log->lines, flowlog_child_read, log->child);
	return true;
}

static bool begin(struct flowlog *log, GError **error)
{
	gsize len;
	if (!start_child(log, error))
		return false;
	const char *head = flowlog_lines_peek(&log->lines, &len);
	if (log->lines.error && len == 0) {
		g_propagate_error(error, g_steal_pointer(&log->lines.error));
		return false;
	}
	log->layout = flowlog_layout_new(head);
	log->format = log->layout ? tell_format(log) : NULL;
	if (log->format == NULL) {
		g_set_error(error, FLOWLOG_ERROR, FLOWLOG_ERROR_FORMAT, "%s%s",
			    log->options.format ? "not a flow log of the format " : "not a flow log",
			    log->options.format ? log->options.format->name : "");
		return false;
	}
	flowlog_layout_set_format(log->layout, log->format, log->options.zone);
	return true;
}

struct flowlog *flowlog_open(flowlog_input *input, void *user, const struct flowlog_options *options, GError **error)
{
	g_autoptr(flowlog_) log = g_new0(struct flowlog, 1);
	log->options = *options;
	log->faults = g_array_new(FALSE, FALSE, sizeof(struct flowlog_fault));
	g_array_set_clear_func(log->faults, clear_fault);
	flowlog_lines_init(&log->lines, input, user);
	return begin(log, error) ? g_steal_pointer(&log) : NULL;
}

void flowlog_close(struct flowlog *log)
{
	if (log == NULL)
		return;
	flowlog_lines_clear(&log->lines);
	flowlog_layout_free(log->layout);
	flowlog_child_stop(log->child);
	g_array_unref(log->faults);
	g_free(log);
}

/* ---- lines ---- */

static void add_fault(struct flowlog *log, char *reason)
{
	struct flowlog_fault fault = {log->lines.number, reason};
	log->counts.faults++;
	if (log->faults->len < FLOWLOG_FAULTS_KEPT)
		g_array_append_val(log->faults, fault);
	else
		g_free(reason);
}

/* "orig_pkts: 'abc' is not a whole number" */
static char *describe_bad_field(const struct flowlog *log)
{
	const struct flowlog_draft *d = &log->draft;
	const struct flowlog_field *field = log->format->fields;
	gsize len = MIN(d->bad_text.len, SHOWN_BYTES);
	g_autofree char *shown = g_strndup(d->bad_text.at, len);
	while (field->name && field->item != d->bad_item)
		field++;
	return g_strdup_printf("%s: '%s%s' is not %s", field->name, shown, len < d->bad_text.len ? "…" : "",
			       flowlog_item_words(d->bad_item));
}

/* A draft of a session into a record; true when it is one. */
static bool make_record(struct flowlog *log, struct flowlog_record *record)
{
	const struct flowlog_draft *d = &log->draft;
	if (flowlog_has(d, FLOWLOG_PROTO) && d->value[FLOWLOG_PROTO].count == 0) {
		log->counts.skipped[FLOWLOG_SKIP_PROTOCOL]++; /* whose ports and addresses may be anything */
		return false;
	}
	const char *reason = flowlog_has(d, FLOWLOG_PROTO) ? NULL : "no protocol";
	if (d->is_bad || reason == NULL)
		reason = d->is_bad ? NULL : flowlog_record_make(record, d, log->options.names);
	if (d->is_bad || reason) {
		add_fault(log, d->is_bad ? describe_bad_field(log) : g_strdup(reason));
		return false;
	}
	flowlog_facts_give(log->options.facts, flowlog_text_of(d, FLOWLOG_UID), &record->session);
	log->counts.records++;
	return true;
}

/* What the draft is; true when it made a record. */
static bool take_draft(struct flowlog *log, struct flowlog_record *record, const char *fault)
{
	*record = (struct flowlog_record){0};
	enum flowlog_kind kind = log->format->look(&log->draft, record);
	if (kind == FLOWLOG_IS_END) {
		log->ended = true;
		log->counts.headers++;
	} else if (fault) {
		add_fault(log, g_strdup(log->lines.cut ? "the line is cut" : fault));
	} else if (kind == FLOWLOG_IS_FACTS) {
		flowlog_facts_add(log->options.facts, &log->draft, log->options.names);
		log->counts.facts++;
	} else if (kind == FLOWLOG_IS_OTHER) {
		log->counts.skipped[FLOWLOG_SKIP_EVENT]++;
	} else {
		record->one_way = kind == FLOWLOG_IS_HALF;
		return make_record(log, record);
	}
	return false;
}

/* The lines behind the end of a table. */
static void pass_over_rest(struct flowlog *log)
{
	char *line;
	gsize len;
	while (flowlog_lines_next(&log->lines, &line, &len) != FLOWLOG_LINE_END) {
		log->counts.lines++;
		log->counts.headers++;
	}
}

bool flowlog_next(struct flowlog *log, struct flowlog_record *record)
{
	char *line;
	gsize len;
	enum flowlog_line got;
	while (!log->ended && (got = flowlog_lines_next(&log->lines, &line, &len)) != FLOWLOG_LINE_END) {
		const char *reason = NULL;
		log->counts.lines++;
		if (got == FLOWLOG_LINE_LONG) {
			add_fault(log, g_strdup_printf("longer than %d bytes", FLOWLOG_LINE_MAX));
			continue;
		}
		flowlog_draft_clear(&log->draft);
		enum flowlog_taken taken = flowlog_layout_take(log->layout, line, len, &log->draft, &reason);
		if (taken == FLOWLOG_TAKEN_HEADER)
			log->counts.headers++;
		else if (take_draft(log, record, taken == FLOWLOG_TAKEN_FAULT ? reason : NULL))
			return true;
	}
	pass_over_rest(log);
	log->ended = true;
	return false;
}

const GError *flowlog_error_of(const struct flowlog *log)
{
	return log->lines.error;
}

struct flowlog_counts flowlog_counts_of(const struct flowlog *log)
{
	struct flowlog_counts counts = log->counts;
	return counts;
}

const GArray *flowlog_faults(const struct flowlog *log)
{
	return log->faults;
}

const char *flowlog_format_name(const struct flowlog *log)
{
	return log->format->name;
}

bool flowlog_is_facts(const struct flowlog *log)
{
	for (gsize i = 0; i < SESSION_FORMATS; i++)
		if (formats[i] == log->format)
			return false;
	return true;
}

bool flowlog_has_halves(const struct flowlog *log)
{
	return log->format->has_halves;
}
