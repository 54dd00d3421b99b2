/*
 * Many files as one stream in time order.
 *
 * The files wait in the order of their first packets. As long as one file alone covers the present, its
 * batches go through untouched (no copy). When the next file's first packet is not later than what was
 * just read, both become active and are merged: each active file has a batch of its own, and the oldest
 * packet among them is copied out. Ties go to the file that comes first in the order (first packet, then
 * path), so the result does not depend on the order of the arguments.
 */
#define _GNU_SOURCE /* strverscmp */
#include <glib/gstdio.h>
#include <string.h>

#include "base/fetch.h"
#include "capture/capture.h"
#include "capture/file.h"
#include "capture/filter.h"

/* A file that was opened and not read to its end. */
struct active {
	struct capture_input *input;
	struct capture_file *file;
	struct capture_batch *batch; /* packets at..n wait to be merged; NULL: none ever */
	gsize at;
	struct fetch_run ahead; /* what comes after these */
};

struct capture_stream {
	GPtrArray *inputs;  /* struct capture_input */
	GPtrArray *waiting; /* of these, not opened yet; last one first */
	GPtrArray *actives; /* struct active, in order of their inputs */
	GHashTable *opened; /* struct capture_input to struct active: opened already, since it can be read only once */
	struct capture_filter *filter;
	GHashTable *seen;                  /* device and inode of each regular file: one named twice is read once */
	const struct capture_other *other; /* while opening; NULL: nobody */
	gsize stay;                        /* bytes; 0: as few as a file likes */
	guint passed_over, repeated, claimed;
	uint64_t closed_bytes; /* stored bytes of files read to their end */
	uint64_t done_bytes;   /* stored bytes behind; atomic */
	uint64_t total_bytes;
};

static void input_free(gpointer user)
{
	struct capture_input *input = user;
	g_free(input->path);
	g_clear_error(&input->error);
	g_free(input);
}

static void active_free(gpointer user)
{
	struct active *a = user;
	capture_file_close(a->file);
	capture_batch_free(a->batch);
	g_free(a);
}

/* ---- what there is to read ---- */

static struct capture_input *add_input(struct capture_stream *s, const char *path)
{
	struct capture_input *input = g_new0(struct capture_input, 1);
	input->path = g_strdup(path);
	input->first_ns = INT64_MAX;
	g_ptr_array_add(s->inputs, input);
	return input;
}

/* Names in a directory, sorted; NULL and `error` when it cannot be read. */
static GPtrArray *list_directory(const char *path, GError **error)
{
	g_autoptr(GDir) dir = g_dir_open(path, 0, error);
	if (dir == NULL)
		return NULL;
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	const char *name;
	while ((name = g_dir_read_name(dir)) != NULL)
		g_ptr_array_add(names, g_build_filename(path, name, NULL));
	g_ptr_array_sort(names, (GCompareFunc)(void (*)(void))g_strcmp0);
	return names;
}

/* Whether an error only says that a file is no capture. */
static bool is_no_capture(const GError *error)
{
	return error->code == CAPTURE_ERROR_FORMAT || error->code == CAPTURE_ERROR_EMPTY;
}

/*
 * Opens a file to see its first packet, and closes it again: it is opened anew when the stream gets to it.
 * What can be read only once (a pipe, standard input) stays open with its first packets. `in_directory`: no
 * capture is no error.
 */
static void probe(struct capture_stream *s, struct capture_input *input, bool once, bool in_directory)
{
	struct capture_file *file = capture_file_open(input, s->other, &input->error);
	if (g_error_matches(input->error, CAPTURE_ERROR, CAPTURE_ERROR_CLAIMED)) {
		s->claimed++;
		g_ptr_array_remove(s->inputs, input);
		return;
	}
	if (file == NULL) {
		if (in_directory && is_no_capture(input->error)) {
			s->passed_over++;
			g_ptr_array_remove(s->inputs, input);
		}
		return;
	}
	struct active *a = g_new0(struct active, 1);
	*a = (struct active){input, file, capture_batch_new(), 0};
	if (capture_file_fill(file, a->batch))
		input->first_ns = a->batch->packets[0].ts_ns;
	if (once) {
		g_hash_table_insert(s->opened, input, a);
		return;
	}
	if (input->first_ns != INT64_MAX)
		g_clear_error(&input->error); /* met again when it is read */
	active_free(a);
	input->packets = input->bytes = 0;
}

static void add_directory(struct capture_stream *s, const char *path, int depth);

static void add_file(struct capture_stream *s, const char *path, int depth)
{
	GStatBuf st;
	bool regular = strcmp(path, "-") != 0 && g_stat(path, &st) == 0 && S_ISREG(st.st_mode);
	if (regular &&
	    !g_hash_table_add(s->seen, g_strdup_printf("%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino))) {
		s->repeated++; /* named before, or by a link */
		return;
	}
	s->total_bytes += regular ? (uint64_t)st.st_size : 0;
	bool once = strcmp(path, "-") == 0 || (g_stat(path, &st) == 0 && !S_ISREG(st.st_mode));
	if (once && depth > 0) { /* pipes and devices in a directory are not waited for */
		s->passed_over++;
		return;
	}
	probe(s, add_input(s, path), once, depth > 0);
}

/* Files, and directories down to their bottom; links to directories are followed only where they are named. */
static void add_path(struct capture_stream *s, const char *path, int depth)
{
	bool is_link = depth > 0 && g_file_test(path, G_FILE_TEST_IS_SYMLINK);
	if (strcmp(path, "-") != 0 && g_file_test(path, G_FILE_TEST_IS_DIR)) {
		if (!is_link)
			add_directory(s, path, depth);
		return;
	}
	add_file(s, path, depth);
}

static void add_directory(struct capture_stream *s, const char *path, int depth)
{
	guint before = s->inputs->len + s->repeated + s->claimed;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) names = list_directory(path, &error);
	for (guint i = 0; names && i < names->len; i++)
		add_path(s, g_ptr_array_index(names, i), depth + 1);
	if (names == NULL)
		add_input(s, path)->error = g_error_new(CAPTURE_ERROR, CAPTURE_ERROR_OPEN,
							"cannot open directory '%s': %s", path, error->message);
	else if (depth == 0 && s->inputs->len + s->repeated + s->claimed == before)
		add_input(s, path)->error = g_error_new(CAPTURE_ERROR, CAPTURE_ERROR_EMPTY,
							s->other ? "no captures or flow logs in directory '%s'"
								 : "no captures in directory '%s'",
							path);
}

static int compare_inputs(gconstpointer a, gconstpointer b)
{
	const struct capture_input *x = *(const struct capture_input *const *)a;
	const struct capture_input *y = *(const struct capture_input *const *)b;
	bool failed_x = x->error != NULL, failed_y = y->error != NULL;
	if (failed_x != failed_y)
		return failed_x ? 1 : -1;
	if (x->first_ns != y->first_ns)
		return x->first_ns < y->first_ns ? -1 : 1;
	return strverscmp(x->path, y->path); /* day-2 before day-10 */
}

struct capture_stream *capture_stream_open(const char *const *paths, const char *filter, GError **error)
{
	return capture_stream_open_with(paths, filter, NULL, error);
}

struct capture_stream *capture_stream_open_with(const char *const *paths, const char *filter,
						const struct capture_other *other, GError **error)
{
	struct capture_filter *compiled = NULL;
	if (filter && (compiled = capture_filter_new(filter, error)) == NULL)
		return NULL;
	struct capture_stream *s = g_new0(struct capture_stream, 1);
	s->filter = compiled;
	s->inputs = g_ptr_array_new_with_free_func(input_free);
	s->actives = g_ptr_array_new_with_free_func(active_free);
	s->waiting = g_ptr_array_new();
	s->opened = g_hash_table_new_full(NULL, NULL, NULL, active_free);
	s->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	s->other = other;
	for (gsize i = 0; paths[i]; i++)
		add_path(s, paths[i], 0);
	s->other = NULL;
	g_ptr_array_sort(s->inputs, compare_inputs);
	for (guint i = s->inputs->len; i-- > 0;) {
		struct capture_input *input = g_ptr_array_index(s->inputs, i);
		if (input->error == NULL || g_hash_table_contains(s->opened, input))
			g_ptr_array_add(s->waiting, input);
	}
	return s;
}

void capture_stream_close(struct capture_stream *s)
{
	if (s == NULL)
		return;
	g_ptr_array_unref(s->actives);
	g_ptr_array_unref(s->waiting);
	g_hash_table_destroy(s->opened);
	g_hash_table_destroy(s->seen);
	g_ptr_array_unref(s->inputs);
	capture_filter_free(s->filter);
	g_free(s);
}

void capture_stream_stay(struct capture_stream *s, gsize behind)
{
	s->stay = behind;
}

/* ---- reading ---- */

static void close_active(struct capture_stream *s, struct active *a)
{
	s->closed_bytes += capture_file_consumed(a->file);
	g_ptr_array_remove(s->actives, a);
}

/* Opens the next waiting file. */
static void activate_next(struct capture_stream *s)
{
	struct capture_input *input = g_ptr_array_steal_index(s->waiting, s->waiting->len - 1);
	struct active *a = NULL;
	if (!g_hash_table_steal_extended(s->opened, input, NULL, (gpointer *)&a)) {
		struct capture_file *file = capture_file_open(input, NULL, &input->error);
		if (file == NULL)
			return;
		if (s->stay > 0)
			capture_file_stay(file, s->stay);
		a = g_new0(struct active, 1);
		a->input = input;
		a->file = file;
	}
	g_ptr_array_add(s->actives, a);
}

static bool next_starts_by(const struct capture_stream *s, int64_t ts_ns)
{
	if (s->waiting->len == 0)
		return false;
	const struct capture_input *next = g_ptr_array_index(s->waiting, s->waiting->len - 1);
	return next->first_ns <= ts_ns;
}

static bool has_packets(const struct active *a)
{
	return a->batch && a->at < a->batch->n;
}

static bool fill_active(struct capture_stream *s, struct active *a, struct capture_batch *batch)
{
	if (!capture_file_fill(a->file, batch)) {
		close_active(s, a);
		return false;
	}
	return true;
}

/* Makes sure every active file has a packet waiting; drops those that ended. */
static void refill_actives(struct capture_stream *s)
{
	for (guint i = 0; i < s->actives->len;) {
		struct active *a = g_ptr_array_index(s->actives, i);
		if (!has_packets(a)) {
			if (a->batch == NULL)
				a->batch = capture_batch_new();
			a->at = 0;
			if (!fill_active(s, a, a->batch))
				continue;
			a->ahead = fetch_run(a->batch->next, a->batch->next_len, a->batch->n);
		}
		i++;
	}
}

static struct active *oldest_active(const struct capture_stream *s)
{
	struct active *oldest = NULL;
	for (guint i = 0; i < s->actives->len; i++) {
		struct active *a = g_ptr_array_index(s->actives, i);
		if (oldest == NULL || a->batch->packets[a->at].ts_ns < oldest->batch->packets[oldest->at].ts_ns)
			oldest = a;
	}
	return oldest;
}

/* Copies packets out of the active files, oldest first, until the batch is full or one runs dry. */
static void merge(struct capture_stream *s, struct capture_batch *out)
{
	gsize used = 0;
	capture_batch_empty(out);
	while (out->n < CAPTURE_BATCH_PACKETS) {
		refill_actives(s);
		struct active *a = oldest_active(s);
		if (a == NULL) {
			if (out->n > 0 || s->waiting->len == 0)
				return;
			activate_next(s);
			continue;
		}
		struct packet_raw raw = a->batch->packets[a->at];
		if (next_starts_by(s, raw.ts_ns)) {
			activate_next(s);
			continue;
		}
		if (CAPTURE_BATCH_BYTES - used < raw.cap_len)
			return;
		memcpy(out->bytes + used, raw.data, raw.cap_len);
		raw.data = out->bytes + used;
		used += raw.cap_len;
		out->max_ts_ns = MAX(out->max_ts_ns, raw.ts_ns);
		out->packets[out->n++] = raw;
		fetch_run_step(&a->ahead);
		a->at++;
	}
}

/* Whether one file alone covers the present and nothing of it waits. */
static bool is_alone(const struct capture_stream *s)
{
	return s->actives->len == 1 && !has_packets(g_ptr_array_index(s->actives, 0));
}

static bool fill(struct capture_stream *s, struct capture_batch *batch)
{
	for (;;) {
		if (s->actives->len == 0) {
			if (s->waiting->len == 0)
				return false;
			activate_next(s);
			continue;
		}
		if (!is_alone(s))
			break;
		struct active *a = g_ptr_array_index(s->actives, 0);
		if (!fill_active(s, a, batch))
			continue;
		if (!next_starts_by(s, batch->max_ts_ns))
			return true;
		if (a->batch == NULL) /* the next file begins within this batch: give it back and merge */
			a->batch = capture_batch_new();
		struct capture_batch given_back = *batch;
		*batch = *a->batch;
		*a->batch = given_back;
		a->at = 0;
		break;
	}
	merge(s, batch);
	return batch->n > 0;
}

static void apply_filter(struct capture_stream *s, struct capture_batch *batch)
{
	gsize kept = 0;
	for (gsize i = 0; i < batch->n; i++)
		if (capture_filter_passes(s->filter, &batch->packets[i]))
			batch->packets[kept++] = batch->packets[i];
	batch->filtered = batch->n - kept;
	batch->n = kept;
}

static void note_progress(struct capture_stream *s)
{
	uint64_t done = s->closed_bytes;
	for (guint i = 0; i < s->actives->len; i++)
		done += capture_file_consumed(((struct active *)g_ptr_array_index(s->actives, i))->file);
	__atomic_store_n(&s->done_bytes, done, __ATOMIC_RELAXED);
}

bool capture_stream_fill(struct capture_stream *s, struct capture_batch *batch)
{
	if (!fill(s, batch)) {
		capture_batch_empty(batch);
		return false;
	}
	if (s->filter)
		apply_filter(s, batch);
	note_progress(s);
	return true;
}

guint capture_stream_inputs(const struct capture_stream *s)
{
	return s->inputs->len;
}

const struct capture_input *capture_stream_input(const struct capture_stream *s, guint i)
{
	return g_ptr_array_index(s->inputs, i);
}

const GError *capture_stream_filter_problem(const struct capture_stream *s)
{
	return s->filter ? capture_filter_problem(s->filter) : NULL;
}

guint capture_stream_repeated(const struct capture_stream *s)
{
	return s->repeated;
}

guint capture_stream_passed_over(const struct capture_stream *s)
{
	return s->passed_over;
}

void capture_stream_progress(const struct capture_stream *s, uint64_t *done, uint64_t *total)
{
	*done = __atomic_load_n(&s->done_bytes, __ATOMIC_RELAXED);
	*total = s->total_bytes;
}
