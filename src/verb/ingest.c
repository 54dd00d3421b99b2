#include "verb/ingest.h"

#include <string.h>

#include "inspect/inspect.h"
#include "verb/progress.h"
#include "verb/relay.h"

/* Where a kept session is. */
struct ingest_place {
	int64_t start_ns;
	uint32_t number; /* in its table */
	uint32_t table;  /* in.n_tables: those of flow logs */
};

enum { DECODE_BATCH = 256 };

/* ---- one thread ---- */

/* Decodes packets and gives them to the table, a cache-sized portion at a time. */
static void add_packets(struct ingest *in, struct session_table *table, const struct packet_seed *seed,
			const struct capture_batch *batch, const struct ingest_tap *tap)
{
	const struct packet_raw *raw = batch->packets;
	gsize n = batch->n;
	struct fetch_run ahead = fetch_run(batch->next, batch->next_len, n);
	struct packet decoded[DECODE_BATCH];
	const struct packet_raw *from[DECODE_BATCH];
	uint32_t number[DECODE_BATCH];
	for (gsize i = 0; i < n;) {
		struct packet *next = decoded;
		for (; i < n && next < decoded + DECODE_BATCH; i++) {
			enum packet_skip skip = packet_decode(&raw[i], next);
			if (skip == PACKET_SKIP_NONE) {
				next->hash = packet_hash(next, seed);
				from[next++ - decoded] = &raw[i];
			} else {
				in->skips[skip]++;
			}
		}
		gsize good = (gsize)(next - decoded);
		if (tap == NULL) {
			session_table_add(table, decoded, good, &ahead);
			continue;
		}
		session_table_add_numbered(table, decoded, good, &ahead, number);
		for (gsize k = 0; k < good; k++)
			if (number[k] != SESSION_NONE)
				tap->packet(from[k], number[k], tap->user);
	}
}

static void read_single(struct ingest *in, const struct packet_seed *seed, const int *stop,
			const struct ingest_tap *tap, struct progress *progress)
{
	g_autoptr(capture_batch) batch = capture_batch_new();
	while ((stop == NULL || *stop == 0) && capture_stream_fill(in->stream, batch)) {
		in->packets += batch->n + batch->filtered;
		in->skips[PACKET_SKIP_FILTERED] += batch->filtered;
		add_packets(in, in->tables[0], seed, batch, tap);
		progress_show(progress, 0, in->packets, "packets");
	}
}

/* ---- flow logs ---- */

struct keeper {
	struct ingest *ingest;
	uint64_t most;
};

/* Sink of sessions that are kept. */
static void keep_logged(const struct tanpa_session *session, void *user)
{
	struct keeper *keeper = user;
	if (keeper->ingest->logged->len < keeper->most)
		g_array_append_val(keeper->ingest->logged, *session);
	else
		keeper->ingest->unkept++;
}

static void read_logs(struct ingest *in, const struct verb_options *options, const struct ingest_sink *sink,
		      struct progress *progress)
{
	struct keeper keeper = {in, options->session.max_sessions};
	struct relay *relay = sink && in->n_tables > 1 && logs_size(in->logs) ? relay_new(sink->sink, sink->users[0])
									      : NULL;
	if (relay)
		logs_read(in->logs, relay_take, relay, sink->stop, progress);
	else if (sink)
		logs_read(in->logs, sink->sink, sink->users[0], sink->stop, progress);
	else
		logs_read(in->logs, keep_logged, &keeper, NULL, progress);
	if (relay)
		relay_finish(relay);
	for (guint i = 0; i < logs_size(in->logs); i++)
		in->records += logs_at(in->logs, i)->counts.records;
	in->sessions += logs_sessions(in->logs);
}

/* ---- order ---- */

static void get_session(const struct ingest *in, const struct ingest_place *place, struct tanpa_session *session)
{
	if (place->table == in->n_tables)
		*session = g_array_index(in->logged, struct tanpa_session, place->number);
	else
		session_table_get(in->tables[place->table], place->number, session);
}

static int compare_sessions(const struct tanpa_session *a, const struct tanpa_session *b)
{
	int c = (int)a->proto - (int)b->proto;
	if (c == 0)
		c = memcmp(a->addr, b->addr, sizeof a->addr);
	if (c == 0)
		c = (int)a->port[0] - (int)b->port[0];
	return c ? c : (int)a->port[1] - (int)b->port[1];
}

static gint compare_places(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct ingest_place *x = a, *y = b;
	const struct ingest *in = user;
	struct tanpa_session s, t;
	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	get_session(in, x, &s);
	get_session(in, y, &t);
	int c = compare_sessions(&s, &t);
	if (c == 0 && x->table != y->table && (x->table == in->n_tables || y->table == in->n_tables))
		c = x->table == in->n_tables ? 1 : -1; /* the same session from packets and from a log */
	return c ? c : (x->number > y->number) - (x->number < y->number);
}

/* The table that holds the earliest session not placed yet. */
static guint earliest_table(const struct ingest *in, const uint32_t *next)
{
	guint best = in->n_tables;
	int64_t best_ns = 0;
	for (guint t = 0; t < in->n_tables; t++) {
		if (next[t] == session_table_size(in->tables[t]))
			continue;
		int64_t ns = session_table_start_ns(in->tables[t], next[t]);
		if (best == in->n_tables || ns < best_ns) {
			best = t;
			best_ns = ns;
		}
	}
	return best;
}

/* Sorts runs of equal start time by key; all of it when a capture's clock went back. */
static void sort_places(const struct ingest *in, struct ingest_place *place, gsize n)
{
	for (gsize i = 1; i < n; i++)
		if (place[i].start_ns < place[i - 1].start_ns) {
			g_qsort_with_data(place, (gint)n, sizeof *place, compare_places, (gpointer)in);
			return;
		}
	for (gsize i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && place[end].start_ns == place[i].start_ns; end++)
			;
		if (end - i > 1)
			g_qsort_with_data(place + i, (gint)(end - i), sizeof *place, compare_places, (gpointer)in);
	}
}

/* Sessions lie in their tables in the order in which they began: the tables are merged. */
static void put_in_order(struct ingest *in)
{
	g_autofree uint32_t *next = g_new0(uint32_t, in->n_tables);
	gsize total = 0;
	for (guint t = 0; t < in->n_tables; t++)
		total += session_table_size(in->tables[t]);
	g_array_set_size(in->order, (guint)total + in->logged->len);
	struct ingest_place *place = (struct ingest_place *)(void *)in->order->data;
	for (gsize i = 0; i < total; i++) {
		guint t = earliest_table(in, next);
		place[i] = (struct ingest_place){session_table_start_ns(in->tables[t], next[t]), next[t], t};
		next[t]++;
	}
	for (guint i = 0; i < in->logged->len; i++) {
		int64_t start_ns = tanpa_session_start_ns(&g_array_index(in->logged, struct tanpa_session, i));
		place[total++] = (struct ingest_place){start_ns, i, in->n_tables};
	}
	sort_places(in, place, total);
}

gsize ingest_size(const struct ingest *in)
{
	return in->order->len;
}

void ingest_get(const struct ingest *in, gsize i, struct tanpa_session *session)
{
	get_session(in, &g_array_index(in->order, struct ingest_place, i), session);
}

uint32_t ingest_number(const struct ingest *in, gsize i)
{
	const struct ingest_place *place = &g_array_index(in->order, struct ingest_place, i);
	return place->table == in->n_tables ? SESSION_NONE : place->number;
}

/* ---- all of it ---- */

/* Returns whether something is lost. */
static bool complain_of_inspector(struct inspect_counts counts, bool quiet)
{
	if (counts.early && !quiet)
		verb_complain("note: sessions that libndpi had to decide early, too many at once: %" G_GUINT64_FORMAT,
			      counts.early);
	if (counts.unnamed)
		verb_complain("sessions without libndpi's answer, too many different ones: %" G_GUINT64_FORMAT,
			      counts.unnamed);
	return counts.unnamed > 0;
}

static enum verb_status complain_of_inputs(const struct ingest *in, bool quiet)
{
	guint read = 0, bad = 0;
	for (guint i = 0; i < capture_stream_inputs(in->stream); i++) {
		const struct capture_input *input = capture_stream_input(in->stream, i);
		if (input->error) {
			verb_complain("%s", input->error->message);
			bad++;
		}
		read += input->format != NULL;
	}
	const GError *filter = capture_stream_filter_problem(in->stream);
	if (filter) {
		verb_complain("%s; packets of that link type are left out", filter->message);
		bad++;
	}
	guint passed_over = capture_stream_passed_over(in->stream), repeated = capture_stream_repeated(in->stream);
	for (guint i = 0; i < logs_size(in->logs); i++)
		read += logs_at(in->logs, i)->format != NULL;
	bad += logs_complain(in->logs, quiet);
	if (in->unkept) {
		verb_complain("sessions of flow logs left out (--max-sessions): %" G_GUINT64_FORMAT, in->unkept);
		bad++;
	}
	bad += in->inspector && complain_of_inspector(inspect_counts_of(in->inspector), quiet);
	if (read > 0 && passed_over && !quiet)
		verb_complain("note: passed over as no captures: %u %s in directories", passed_over,
			      passed_over == 1 ? "file" : "files");
	if (repeated && !quiet)
		verb_complain("note: named more than once and read once: %u %s", repeated,
			      repeated == 1 ? "file" : "files");
	if (read == 0)
		return VERB_FAILED;
	return bad ? VERB_DAMAGED : VERB_DONE;
}

static void make_tables(struct ingest *in, const struct verb_options *options, const struct ingest_sink *sink)
{
	struct session_options session = options->session;
	in->n_tables = (guint)options->threads;
	in->tables = g_new0(struct session_table *, in->n_tables);
	session.max_sessions = MAX(session.max_sessions / in->n_tables, 1);
	session.inspector = in->inspector;
	for (guint t = 0; t < in->n_tables; t++) {
		if (sink) {
			session.sink = sink->sink;
			session.user = sink->users[t];
		}
		in->tables[t] = session_table_new(&session);
	}
}

static void finish_tables(struct ingest *in)
{
	int64_t newest_ns = TANPA_NEVER;
	for (guint t = 0; t < in->n_tables; t++)
		newest_ns = MAX(newest_ns, session_table_newest_ns(in->tables[t]));
	for (guint t = 0; t < in->n_tables; t++) {
		session_table_finish(in->tables[t], newest_ns);
		struct session_counts counts = session_table_counts(in->tables[t]);
		in->skips[PACKET_SKIP_FRAGMENT] += counts.fragments;
		in->skips[PACKET_SKIP_TABLE_FULL] += counts.refused;
		in->sessions += counts.sessions;
	}
}

enum verb_status ingest_run(struct ingest *in, const struct verb_options *options, const struct ingest_sink *sink)
{
	g_autoptr(GError) error = NULL;
	struct progress progress;
	*in = (struct ingest){.order = g_array_new(FALSE, FALSE, sizeof(struct ingest_place))};
	in->logged = g_array_new(FALSE, FALSE, sizeof(struct tanpa_session));
	in->logs = logs_new(options);
	in->stream = capture_stream_open_with((const char *const *)options->paths, options->filter,
					      logs_other(in->logs), &error);
	if (in->stream == NULL) {
		verb_complain("%s", error->message);
		return error->code == CAPTURE_ERROR_FILTER ? VERB_USAGE : VERB_FAILED;
	}
	if (options->filter && logs_size(in->logs) > 0) {
		verb_complain("--filter is about packets, and '%s' is a flow log", logs_at(in->logs, 0)->path);
		return VERB_USAGE;
	}
	if (options->needs_logs && logs_size(in->logs) == 0) {
		verb_complain("%s", options->needs_logs);
		return VERB_USAGE;
	}
	if (options->ndpi && (in->inspector = inspect_new(&error)) == NULL) {
		verb_complain("%s", error->message);
		return VERB_USAGE;
	}
	make_tables(in, options, sink);
	progress_begin(&progress, in->stream, options->quiet);
	if (in->n_tables == 1)
		read_single(in, &options->session.seed, sink ? sink->stop : NULL, NULL, &progress);
	else
		ingest_read_threaded(in, &options->session.seed, &progress);
	finish_tables(in);
	read_logs(in, options, sink, &progress);
	progress_end(&progress);
	put_in_order(in);
	return complain_of_inputs(in, options->quiet);
}

static void free_tables(struct ingest *in)
{
	for (guint t = 0; in->tables && t < in->n_tables; t++)
		session_table_free(in->tables[t]);
	g_clear_pointer(&in->tables, g_free);
	g_clear_pointer(&in->inspector, inspect_free);
}

bool ingest_again(struct ingest *in, const struct verb_options *options, const struct ingest_tap *tap)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	struct progress progress;
	uint64_t packets = in->packets;
	for (guint i = 0; i < capture_stream_inputs(in->stream); i++) /* not what came into a directory since */
		if (capture_stream_input(in->stream, i)->format)
			g_ptr_array_add(paths, g_strdup(capture_stream_input(in->stream, i)->path));
	g_ptr_array_add(paths, NULL);
	free_tables(in);
	g_array_set_size(in->order, 0);
	capture_stream_close(in->stream);
	in->stream = capture_stream_open((const char *const *)paths->pdata, options->filter, NULL);
	in->packets = 0;
	make_tables(in, options, NULL);
	progress_begin(&progress, in->stream, options->quiet);
	read_single(in, &options->session.seed, NULL, tap, &progress);
	progress_end(&progress);
	return in->packets == packets;
}

void ingest_clear(struct ingest *in)
{
	free_tables(in);
	g_clear_pointer(&in->order, g_array_unref);
	g_clear_pointer(&in->logged, g_array_unref);
	g_clear_pointer(&in->logs, logs_free);
	g_clear_pointer(&in->stream, capture_stream_close);
}
