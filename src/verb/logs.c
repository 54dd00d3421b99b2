#define _GNU_SOURCE /* strverscmp */
#include "verb/logs.h"

#include <glib/gstdio.h>
#include <string.h>

#include "capture/source.h"

struct logs {
	const struct verb_options *options;
	struct capture_other other;
	GPtrArray *inputs; /* struct log_input */
	struct session_names names;
	struct flowlog_facts *facts;
	struct flowlog_stitch_counts stitched;
	uint64_t straight; /* sessions that needed no stitching */
};

static void log_input_free(gpointer user)
{
	struct log_input *input = user;
	flowlog_close(input->log);
	capture_source_close(input->source);
	g_clear_pointer(&input->faults, g_array_unref);
	g_clear_error(&input->error);
	g_free(input->path);
	g_free(input);
}

static gssize read_source(void *source, void *buffer, gsize n, GError **error)
{
	return capture_source_read(source, buffer, n, error);
}

/* ---- what there is to read ---- */

static bool is_regular(const char *path)
{
	GStatBuf st;
	return strcmp(path, "-") != 0 && g_stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* What a program can be told to read in the place of a source; NULL: nothing. */
static const char *file_of(const char *path, const struct capture_source *source)
{
	return is_regular(path) && capture_source_packing(source) == NULL ? path : NULL;
}

static struct flowlog *open_log(struct logs *logs, const char *path, struct capture_source *source, GError **error)
{
	const struct flowlog_options options = {
		.format = logs->options->input_format,
		.zone = logs->options->zone,
		.names = &logs->names,
		.facts = logs->facts,
		.file = file_of(path, source),
	};
	return flowlog_open(read_source, source, &options, error);
}

static struct log_input *add_input(struct logs *logs, const char *path)
{
	struct log_input *input = g_new0(struct log_input, 1);
	input->path = g_strdup(path);
	input->first_ns = INT64_MAX;
	g_ptr_array_add(logs->inputs, input);
	return input;
}

/* Learns what a log is, and when it begins; one that can be read again is closed. */
static void describe(struct log_input *input, struct flowlog *log, struct capture_source *source)
{
	input->format = flowlog_format_name(log);
	input->packing = capture_source_packing(source);
	input->is_facts = flowlog_is_facts(log);
	input->log = log;
	input->source = source;
	if (!input->is_facts && (input->has_first = flowlog_next(log, &input->first)))
		input->first_ns = tanpa_session_start_ns(&input->first.session);
	if (is_regular(input->path)) {
		input->has_first = false;
		g_clear_pointer(&input->log, flowlog_close);
		g_clear_pointer(&input->source, capture_source_close);
	}
}

static bool claim(void *user, const char *path, struct capture_source *source)
{
	struct logs *logs = user;
	g_autoptr(GError) error = NULL;
	if (logs->options->no_logs)
		return false;
	struct flowlog *log = open_log(logs, path, source, &error);
	if (log) {
		describe(add_input(logs, path), log, source);
		return true;
	}
	if (!g_error_matches(error, FLOWLOG_ERROR, FLOWLOG_ERROR_CHILD))
		return false;
	if (file_of(path, source) == NULL) /* of a file, the error says so itself */
		g_prefix_error(&error, "cannot read '%s': ", path);
	add_input(logs, path)->error = g_steal_pointer(&error); /* it is a log, and cannot be read */
	capture_source_close(source);
	return true;
}

/*
 * A Zeek conn.log that is named: http.log, ssl.log and dns.log beside it, with the same date in their names if it has
 * one, tell of its sessions.
 */
static void add_siblings(struct logs *logs, const struct log_input *conn)
{
	static const char *const kinds[] = {"http", "ssl", "dns"};
	g_autofree char *folder = g_path_get_dirname(conn->path), *name = g_path_get_basename(conn->path);
	if (strcmp(conn->format, "zeek") != 0 || !g_str_has_prefix(name, "conn") || !is_regular(conn->path))
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		g_autofree char *other = g_strconcat(kinds[i], name + strlen("conn"), NULL);
		g_autofree char *path = g_build_filename(folder, other, NULL);
		bool known = false;
		for (guint k = 0; k < logs->inputs->len; k++)
			known |= strcmp(logs_at(logs, k)->path, path) == 0;
		struct capture_source *source = known || !is_regular(path) ? NULL : capture_source_open(path, NULL);
		struct flowlog *log = source ? open_log(logs, path, source, NULL) : NULL;
		if (log && flowlog_is_facts(log)) {
			describe(add_input(logs, path), log, source);
		} else {
			flowlog_close(log);
			capture_source_close(source);
		}
	}
}

struct logs *logs_new(const struct verb_options *options)
{
	struct logs *logs = g_new0(struct logs, 1);
	logs->options = options;
	logs->other = (struct capture_other){claim, logs};
	logs->inputs = g_ptr_array_new_with_free_func(log_input_free);
	logs->facts = flowlog_facts_new();
	session_names_init(&logs->names);
	return logs;
}

void logs_free(struct logs *logs)
{
	if (logs == NULL)
		return;
	g_ptr_array_unref(logs->inputs);
	flowlog_facts_free(logs->facts);
	session_names_clear(&logs->names);
	g_free(logs);
}

const struct capture_other *logs_other(struct logs *logs)
{
	return &logs->other;
}

guint logs_size(const struct logs *logs)
{
	return logs->inputs->len;
}

const struct log_input *logs_at(const struct logs *logs, guint i)
{
	return g_ptr_array_index(logs->inputs, i);
}

const char *log_input_problem(const struct log_input *input)
{
	if (input->error)
		return input->error->message;
	return input->counts.faults ? g_array_index(input->faults, struct flowlog_fault, 0).reason : NULL;
}

/* ---- reading ---- */

static int compare_inputs(gconstpointer a, gconstpointer b)
{
	const struct log_input *x = *(const struct log_input *const *)a, *y = *(const struct log_input *const *)b;
	if (x->is_facts != y->is_facts)
		return x->is_facts ? -1 : 1;
	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	return strverscmp(x->path, y->path);
}

/* Opens again what was closed. */
static bool reopen(struct logs *logs, struct log_input *input)
{
	if (input->error || input->log)
		return input->log != NULL;
	input->source = capture_source_open(input->path, &input->error);
	if (input->source)
		input->log = open_log(logs, input->path, input->source, &input->error);
	return input->log != NULL;
}

enum { SHOW_EVERY = 1024 }; /* records */

struct sink {
	struct logs *logs;
	struct progress *progress;
	uint64_t bytes, records; /* of the logs behind */
	struct flowlog_stitch *stitch;
	session_sink *sink;
	void *user;
};

static void give(struct sink *out, const struct flowlog_record *record, bool stitched)
{
	if (stitched) {
		flowlog_stitch_add(out->stitch, record);
		return;
	}
	out->logs->straight++;
	out->sink(&record->session, out->user);
}

static void read_log(struct sink *out, struct log_input *input, const int *stop)
{
	struct flowlog_record record;
	uint64_t n = 0;
	bool stitched = out->logs->options->rejoin_ns > 0 || flowlog_has_halves(input->log);
	if (input->has_first)
		give(out, &input->first, stitched);
	while ((stop == NULL || *stop == 0) && flowlog_next(input->log, &record)) {
		give(out, &record, stitched);
		if (++n % SHOW_EVERY == 0)
			progress_show(out->progress, out->bytes + capture_source_consumed(input->source),
				      out->records + n, "records");
	}
	out->bytes += capture_source_consumed(input->source);
	out->records += n;
	input->counts = flowlog_counts_of(input->log);
	input->faults = g_array_ref((GArray *)flowlog_faults(input->log));
	const GError *error = flowlog_error_of(input->log);
	if (error) {
		input->error = g_error_copy(error);
		g_prefix_error(&input->error, "after line %" G_GUINT64_FORMAT ": ", input->counts.lines);
	}
	g_clear_pointer(&input->log, flowlog_close);
	g_clear_pointer(&input->source, capture_source_close);
}

void logs_read(struct logs *logs, session_sink *sink, void *user, const int *stop, struct progress *progress)
{
	struct sink out = {.logs = logs,
			   .progress = progress,
			   .stitch = flowlog_stitch_new(logs->options->rejoin_ns, sink, user),
			   .sink = sink,
			   .user = user};
	for (guint i = 0, named = logs->inputs->len; i < named; i++)
		if (logs_at(logs, i)->format)
			add_siblings(logs, logs_at(logs, i));
	g_ptr_array_sort(logs->inputs, compare_inputs);
	for (guint i = 0; i < logs->inputs->len; i++) {
		struct log_input *input = g_ptr_array_index(logs->inputs, i);
		if (reopen(logs, input))
			read_log(&out, input, stop);
	}
	flowlog_stitch_finish(out.stitch);
	logs->stitched = flowlog_stitch_counts_of(out.stitch);
	flowlog_stitch_free(out.stitch);
}

uint64_t logs_sessions(const struct logs *logs)
{
	return logs->straight + logs->stitched.sessions;
}

struct flowlog_stitch_counts logs_stitched(const struct logs *logs)
{
	return logs->stitched;
}

/* ---- what is to be said of them ---- */

static void complain_of_lines(const struct log_input *input)
{
	for (guint i = 0; i < input->faults->len; i++) {
		const struct flowlog_fault *fault = &g_array_index(input->faults, struct flowlog_fault, i);
		verb_complain("'%s' line %" G_GUINT64_FORMAT ": %s", input->path, fault->line, fault->reason);
	}
	if (input->counts.faults > input->faults->len)
		verb_complain("'%s': and %" G_GUINT64_FORMAT " more lines that could not be read", input->path,
			      input->counts.faults - input->faults->len);
}

static void note_stitching(const struct flowlog_stitch_counts *counts)
{
	const struct {
		uint64_t n;
		const char *words;
	} notes[] = {
		{counts->paired, "one-way records paired into sessions"},
		{counts->unpaired, "one-way records without their other half"},
		{counts->duplicates, "one-way records left out, since their flow is there as a whole"},
		{counts->rejoined, "records joined to the session they continue"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(notes); i++)
		if (notes[i].n)
			verb_complain("note: %s: %" G_GUINT64_FORMAT, notes[i].words, notes[i].n);
}

guint logs_complain(const struct logs *logs, bool quiet)
{
	guint bad = 0;
	for (guint i = 0; i < logs->inputs->len; i++) {
		const struct log_input *input = logs_at(logs, i);
		if (input->faults)
			complain_of_lines(input);
		if (input->error)
			verb_complain("%s", input->error->message);
		bad += input->error || input->counts.faults;
	}
	if (!quiet)
		note_stitching(&logs->stitched);
	if (!quiet && flowlog_facts_refused(logs->facts))
		verb_complain("note: names left out, too many sessions have some: %" G_GUINT64_FORMAT,
			      flowlog_facts_refused(logs->facts));
	return bad;
}
