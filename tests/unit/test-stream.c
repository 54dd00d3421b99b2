/* Several files as one stream in time order; directories, pipes, filters, what cannot be read. */
#include <glib.h>
#include <glib/gstdio.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "captures.h"

enum { SEC = 1236902400 };

/* A pcap file with packets at these seconds, each of `len` bytes; the list ends in -1. */
static char *write_seconds(const char *folder, const char *name, uint32_t len, const int *seconds)
{
	struct capture_build b;
	capture_build_init(&b, false);
	pcap_put_header(&b, PCAP_US, 1);
	for (; *seconds >= 0; seconds++)
		pcap_put_packet(&b, (uint32_t)(SEC + *seconds), 0, len, len);
	char *path = capture_write(folder, name, b.bytes->data, b.bytes->len);
	capture_build_clear(&b);
	return path;
}

#define SECONDS(...) ((const int[]){__VA_ARGS__, -1})

/* "12:60 13:60 …": second and length of each packet. */
static char *describe(const struct capture_result *r)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < r->packets->len; i++)
		g_string_append_printf(text, "%s%d:%u", i ? " " : "",
				       (int)(RESULT_PACKET(r, i)->ts_ns / 1000000000 - SEC),
				       RESULT_PACKET(r, i)->cap_len);
	return g_string_free(text, FALSE);
}

static void check_order(const char *const *paths, const char *expected)
{
	struct capture_result r;
	capture_read(&r, paths, NULL);
	g_autofree char *words = describe(&r);
	g_assert_cmpstr(words, ==, expected);
	for (guint i = 0; i < r.errors->len; i++)
		g_assert_null(RESULT_ERROR(&r, i));
	capture_result_clear(&r);
}

static void test_order(void)
{
	char *folder = capture_folder_new();
	g_autofree char *a = write_seconds(folder, "a", 1, SECONDS(1, 2, 3));
	g_autofree char *b = write_seconds(folder, "b", 2, SECONDS(4, 5));
	g_autofree char *c = write_seconds(folder, "c", 3, SECONDS(2, 4, 6));
	g_autofree char *d = write_seconds(folder, "d", 4, SECONDS(3, 3, 9));
	g_autofree char *back = write_seconds(folder, "e", 5, SECONDS(4, 1, 5)); /* a clock that went back */
	/* one behind the other, in any order of arguments */
	check_order((const char *const[]){a, b, NULL}, "1:1 2:1 3:1 4:2 5:2");
	check_order((const char *const[]){b, a, NULL}, "1:1 2:1 3:1 4:2 5:2");
	/* merged; at the same time the file that began first goes first, then by name */
	check_order((const char *const[]){c, a, NULL}, "1:1 2:1 2:3 3:1 4:3 6:3");
	check_order((const char *const[]){d, c, b, a, NULL}, "1:1 2:1 2:3 3:1 3:4 3:4 4:3 4:2 5:2 6:3 9:4");
	check_order((const char *const[]){a, b, c, d, NULL}, "1:1 2:1 2:3 3:1 3:4 3:4 4:3 4:2 5:2 6:3 9:4");
	/* a file's own order is kept */
	check_order((const char *const[]){back, NULL}, "4:5 1:5 5:5");
	check_order((const char *const[]){back, b, NULL}, "4:2 4:5 1:5 5:2 5:5");
	capture_folder_clear(folder);
}

/* Two files that begin at the same time go by their names. */
static void test_ties(void)
{
	char *folder = capture_folder_new();
	g_autofree char *b = write_seconds(folder, "b", 2, SECONDS(1, 2));
	g_autofree char *a = write_seconds(folder, "a", 1, SECONDS(1, 2));
	check_order((const char *const[]){b, a, NULL}, "1:1 1:2 2:1 2:2");
	check_order((const char *const[]){a, b, NULL}, "1:1 1:2 2:1 2:2");
	capture_folder_clear(folder);
}

/* Numbers in names count as numbers. */
static void test_ties_by_number(void)
{
	char *folder = capture_folder_new();
	g_autofree char *ten = write_seconds(folder, "day-10", 2, SECONDS(1, 2));
	g_autofree char *two = write_seconds(folder, "day-2", 1, SECONDS(1, 2));
	check_order((const char *const[]){ten, two, NULL}, "1:1 1:2 2:1 2:2");
	capture_folder_clear(folder);
}

/* A file that is named again, by another name or in a folder, is read once. */
static void test_repeated(void)
{
	char *folder = capture_folder_new();
	g_autofree char *a = write_seconds(folder, "a", 1, SECONDS(1, 2));
	g_autofree char *b = write_seconds(folder, "b", 2, SECONDS(3));
	g_autofree char *soft = g_build_filename(folder, "soft", NULL), *hard = g_build_filename(folder, "hard", NULL);
	g_assert_cmpint(symlink("a", soft), ==, 0);
	g_assert_cmpint(link(b, hard), ==, 0);
	check_order((const char *const[]){a, a, NULL}, "1:1 2:1");
	check_order((const char *const[]){a, soft, b, hard, folder, NULL}, "1:1 2:1 3:2");
	g_autoptr(capture_stream) stream = capture_stream_open((const char *const[]){a, b, a, hard, NULL}, NULL, NULL);
	g_assert_cmpuint(capture_stream_repeated(stream), ==, 2);
	g_assert_cmpuint(capture_stream_inputs(stream), ==, 2);
	capture_folder_clear(folder);
}

/* One long file cut into pieces, given in any order, and dealt out to two as two interfaces would. */
static void test_pieces(void)
{
	enum { N = 30000, PIECES = 10 };
	char *folder = capture_folder_new();
	char *paths[PIECES + 1] = {NULL}, *dealt[3] = {NULL};
	struct capture_build piece[PIECES], side[2];
	struct capture_result r;
	for (int i = 0; i < PIECES; i++) {
		capture_build_init(&piece[i], i % 2);
		pcap_put_header(&piece[i], PCAP_US, 1);
	}
	for (int i = 0; i < 2; i++) {
		capture_build_init(&side[i], i);
		pcap_put_header(&side[i], PCAP_NS, 1);
	}
	g_autoptr(GRand) rand = g_rand_new_with_seed(7);
	for (uint32_t i = 0; i < N; i++) {
		pcap_put_packet(&piece[(uint64_t)i * i * PIECES / ((uint64_t)N * N)], SEC + i, 0, i % 301, 400);
		pcap_put_packet(&side[g_rand_boolean(rand)], SEC + i, 0, i % 301, 400);
	}
	for (int i = 0; i < PIECES; i++) {
		g_autofree char *name = g_strdup_printf("%d", i);
		paths[(i * 7 + 3) % PIECES] = capture_write(folder, name, piece[i].bytes->data, piece[i].bytes->len);
		capture_build_clear(&piece[i]);
	}
	for (int i = 0; i < 2; i++) {
		dealt[i] = capture_write(folder, i ? "x" : "y", side[i].bytes->data, side[i].bytes->len);
		capture_build_clear(&side[i]);
	}
	for (int way = 0; way < 2; way++) {
		capture_read(&r, (const char *const *)(way ? dealt : paths), NULL);
		g_assert_cmpuint(r.packets->len, ==, N);
		for (uint32_t i = 0; i < r.packets->len && !g_test_failed(); i++) {
			g_assert_cmpint(RESULT_PACKET(&r, i)->ts_ns, ==, (SEC + (int64_t)i) * 1000000000);
			g_assert_cmpuint(RESULT_PACKET(&r, i)->cap_len, ==, i % 301);
		}
		capture_result_clear(&r);
	}
	for (int i = 0; i < PIECES; i++)
		g_free(paths[i]);
	g_free(dealt[0]);
	g_free(dealt[1]);
	capture_folder_clear(folder);
}

/* A damaged file ends early; the others go on. */
static void test_damaged_among_others(void)
{
	char *folder = capture_folder_new();
	g_autofree char *a = write_seconds(folder, "a", 1, SECONDS(1, 3, 5));
	g_autofree char *b = write_seconds(folder, "b", 2, SECONDS(2, 4, 6));
	struct capture_result r;
	g_assert_cmpint(truncate(b, 24 + 18 + 17), ==, 0);
	capture_read(&r, (const char *const[]){a, b, NULL}, NULL);
	g_autofree char *words = describe(&r);
	g_assert_cmpstr(words, ==, "1:1 2:2 3:1 5:1");
	g_assert_null(RESULT_ERROR(&r, 0));
	g_assert_cmpstr(RESULT_ERROR(&r, 1), ==, "FILE is damaged at byte 42: the file ends inside a record");
	capture_result_clear(&r);
	capture_folder_clear(folder);
}

static void test_not_read(void)
{
	char *folder = capture_folder_new();
	g_autofree char *a = write_seconds(folder, "a", 1, SECONDS(1));
	g_autofree char *text = capture_write(folder, "text", "hello hello hello hello hello", 29);
	g_autofree char *empty = capture_write(folder, "nothing", "", 0);
	g_autofree char *missing = g_build_filename(folder, "missing", NULL);
	struct capture_result r;
	capture_read(&r, (const char *const[]){missing, text, a, empty, NULL}, NULL);
	g_autofree char *words = describe(&r);
	g_assert_cmpstr(words, ==, "1:1");
	g_assert_cmpuint(r.errors->len, ==, 4); /* those not read come last, by name */
	g_assert_cmpstr(RESULT_NAME(&r, 0), ==, "a");
	g_assert_cmpstr(RESULT_NAME(&r, 1), ==, "missing");
	g_assert_cmpstr(RESULT_ERROR(&r, 1), ==, "cannot open FILE: No such file or directory");
	g_assert_cmpstr(RESULT_NAME(&r, 2), ==, "nothing");
	g_assert_cmpstr(RESULT_ERROR(&r, 2), ==, "FILE is empty");
	g_assert_cmpstr(RESULT_NAME(&r, 3), ==, "text");
	g_assert_cmpstr(RESULT_ERROR(&r, 3), ==, "FILE is not a capture file: neither pcap nor pcapng");
	g_assert_cmpuint(r.passed_over, ==, 0);
	capture_result_clear(&r);
	capture_folder_clear(folder);
}

static void test_unreadable(void)
{
	if (geteuid() == 0) {
		g_test_skip("root reads everything");
		return;
	}
	char *folder = capture_folder_new();
	g_autofree char *a = write_seconds(folder, "a", 1, SECONDS(1));
	struct capture_result r;
	g_assert_cmpint(g_chmod(a, 0), ==, 0);
	capture_read(&r, (const char *const[]){a, NULL}, NULL);
	g_assert_cmpstr(RESULT_ERROR(&r, 0), ==, "cannot open FILE: Permission denied");
	capture_result_clear(&r);
	capture_folder_clear(folder);
}

/* Directories are searched to the bottom; what is no capture in them is passed over, and counted. */
static void test_directory(void)
{
	char *folder = capture_folder_new();
	g_autofree char *sub = g_build_filename(folder, "sub", NULL), *deep = g_build_filename(sub, "deep", NULL);
	g_assert_cmpint(g_mkdir_with_parents(deep, 0700), ==, 0);
	g_free(write_seconds(folder, "z.pcap", 1, SECONDS(1, 4)));
	g_free(write_seconds(sub, "a.cap", 2, SECONDS(3)));
	g_free(write_seconds(deep, "noname", 3, SECONDS(2)));
	g_free(capture_write(folder, "README", "what this is about, in words", 28));
	g_free(capture_write(deep, "empty", "", 0));
	struct capture_result r;
	capture_read(&r, (const char *const[]){folder, NULL}, NULL);
	g_autofree char *words = describe(&r);
	g_assert_cmpstr(words, ==, "1:1 2:3 3:2 4:1");
	g_assert_cmpuint(r.passed_over, ==, 2);
	g_assert_cmpuint(r.errors->len, ==, 3);
	capture_result_clear(&r);
	capture_folder_clear(folder);
}

static void test_directory_without_captures(void)
{
	char *folder = capture_folder_new();
	g_free(capture_write(folder, "README", "what this is about, in words", 28));
	struct capture_result r;
	capture_read(&r, (const char *const[]){folder, NULL}, NULL);
	g_assert_cmpuint(r.errors->len, ==, 1);
	g_assert_cmpstr(RESULT_ERROR(&r, 0), ==, "no captures in directory FILE");
	g_assert_cmpuint(r.packets->len, ==, 0);
	capture_result_clear(&r);
	capture_folder_clear(folder);
}

/* A link back to where it is in: every file is read once all the same. */
static void test_directory_loop(void)
{
	char *folder = capture_folder_new();
	g_autofree char *loop = g_build_filename(folder, "loop", NULL);
	g_free(write_seconds(folder, "a", 1, SECONDS(1, 2)));
	g_assert_cmpint(symlink(".", loop), ==, 0);
	check_order((const char *const[]){folder, NULL}, "1:1 2:1");
	capture_folder_clear(folder);
}

/* ---- pipes ---- */

struct writer {
	const char *path;
	GByteArray *bytes;
};

static gpointer write_slowly(gpointer user)
{
	struct writer *w = user;
	int fd = g_open(w->path, O_WRONLY, 0);
	for (guint at = 0; fd >= 0 && at < w->bytes->len; at += 1000)
		if (write(fd, w->bytes->data + at, MIN(1000, w->bytes->len - at)) < 0)
			break;
	if (fd >= 0)
		close(fd);
	return NULL;
}

static void build_pipe_capture(struct capture_build *b)
{
	capture_build_init(b, false);
	pcap_put_header(b, PCAP_US, 1);
	for (uint32_t i = 0; i < 1000; i++)
		pcap_put_packet(b, SEC + i, 0, 100, 100);
}

static gpointer read_pipe(gpointer user)
{
	struct capture_result *r = g_new0(struct capture_result, 1);
	capture_read(r, (const char *const[]){user, NULL}, NULL);
	return r;
}

/* A named pipe, as a shell's <(…) gives one: what is read from it is gone, so it must be opened once. */
static void test_named_pipe(void)
{
	if (!g_test_subprocess()) { /* a reader that opens it twice waits for ever */
		g_test_trap_subprocess(NULL, 10 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_DEFAULT);
		g_test_trap_assert_passed();
		return;
	}
	char *folder = capture_folder_new();
	g_autofree char *path = g_build_filename(folder, "pipe", NULL);
	struct capture_build b;
	build_pipe_capture(&b);
	struct writer w = {path, b.bytes};
	g_assert_cmpint(mkfifo(path, 0600), ==, 0);
	GThread *writer = g_thread_new("writer", write_slowly, &w);
	struct capture_result *r = read_pipe(path);
	g_assert_cmpuint(r->packets->len, ==, 1000);
	g_assert_null(RESULT_ERROR(r, 0));
	g_thread_join(writer);
	capture_result_clear(r);
	g_free(r);
	capture_build_clear(&b);
	capture_folder_clear(folder);
}

/* Runs `read` with the file as standard input. */
static void read_stdin(struct capture_result *r, const char *path, const char *const *paths)
{
	int saved = dup(STDIN_FILENO), fd = g_open(path, O_RDONLY, 0);
	g_assert_cmpint(fd, >=, 0);
	dup2(fd, STDIN_FILENO);
	close(fd);
	capture_read(r, paths, NULL);
	dup2(saved, STDIN_FILENO);
	close(saved);
}

static void test_stdin(void)
{
	char *folder = capture_folder_new();
	g_autofree char *a = write_seconds(folder, "a", 1, SECONDS(1, 2));
	g_autofree char *empty = capture_write(folder, "nothing", "", 0);
	struct capture_result r;
	read_stdin(&r, a, (const char *const[]){"-", NULL});
	g_autofree char *words = describe(&r);
	g_assert_cmpstr(words, ==, "1:1 2:1");
	g_assert_cmpstr(r.format, ==, "pcap");
	capture_result_clear(&r);
	read_stdin(&r, empty, (const char *const[]){"-", NULL});
	g_assert_cmpuint(r.packets->len, ==, 0);
	g_assert_true(g_str_has_suffix(RESULT_ERROR(&r, 0), "is empty"));
	capture_result_clear(&r);
	capture_folder_clear(folder);
}

/* ---- filter, progress ---- */

static void test_filter(void)
{
	char *folder = capture_folder_new();
	g_autofree char *a = write_seconds(folder, "a", 10, SECONDS(1, 2));
	g_autofree char *b = write_seconds(folder, "b", 100, SECONDS(3, 4, 5));
	struct capture_result r;
	capture_read(&r, (const char *const[]){a, b, NULL}, "greater 50");
	g_autofree char *words = describe(&r);
	g_assert_cmpstr(words, ==, "3:100 4:100 5:100");
	g_assert_cmpuint(r.filtered, ==, 2);
	capture_result_clear(&r);
	capture_read(&r, (const char *const[]){a, b, NULL}, "tcp port 80 and net 10.0.0.0/8");
	g_assert_cmpuint(r.packets->len, ==, 0);
	g_assert_cmpuint(r.filtered, ==, 5);
	capture_result_clear(&r);
	capture_folder_clear(folder);
}

/* An expression that makes no sense for a link type lets nothing of it pass, and says so. */
static void test_filter_problem(void)
{
	char *folder = capture_folder_new();
	struct capture_build b;
	capture_build_init(&b, false);
	pcap_put_header(&b, PCAP_US, 101);
	pcap_put_packet(&b, SEC, 0, 40, 40);
	g_autofree char *raw = capture_write(folder, "raw", b.bytes->data, b.bytes->len);
	g_autofree char *ethernet = write_seconds(folder, "ethernet", 60, SECONDS(1));
	capture_build_clear(&b);
	for (int i = 0; i < 2; i++) {
		g_autoptr(capture_batch) batch = capture_batch_new();
		g_autoptr(capture_stream)
			stream = capture_stream_open((const char *const[]){i ? raw : ethernet, NULL}, "vlan", NULL);
		while (capture_stream_fill(stream, batch))
			g_assert_cmpuint(batch->n, ==, 0);
		g_assert_true((capture_stream_filter_problem(stream) != NULL) == (i == 1));
	}
	capture_folder_clear(folder);
}

static void test_bad_filter(void)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(capture_stream_open((const char *const[]){NULL}, "tcp and and", &error));
	g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER);
	g_assert_true(g_str_has_prefix(error->message, "cannot use filter 'tcp and and': "));
}

static void test_progress(void)
{
	char *folder = capture_folder_new();
	g_autofree char *a = write_seconds(folder, "a", 10, SECONDS(1, 2));
	g_autofree char *b = write_seconds(folder, "b", 100, SECONDS(3));
	g_autoptr(capture_batch) batch = capture_batch_new();
	g_autoptr(capture_stream) stream = capture_stream_open((const char *const[]){a, b, NULL}, NULL, NULL);
	uint64_t done, total, size = 24 + 26 + 26 + 24 + 116;
	capture_stream_progress(stream, &done, &total);
	g_assert_cmpuint(done, ==, 0);
	g_assert_cmpuint(total, ==, size);
	while (capture_stream_fill(stream, batch))
		capture_stream_progress(stream, &done, &total);
	g_assert_cmpuint(done, ==, size);
	capture_folder_clear(folder);
}

static void test_nothing(void)
{
	struct capture_result r;
	capture_read(&r, (const char *const[]){NULL}, NULL);
	g_assert_cmpuint(r.packets->len, ==, 0);
	g_assert_cmpuint(r.errors->len, ==, 0);
	capture_result_clear(&r);
	capture_stream_close(NULL);
	capture_batch_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/stream/order", test_order);
	g_test_add_func("/stream/ties", test_ties);
	g_test_add_func("/stream/ties-by-number", test_ties_by_number);
	g_test_add_func("/stream/repeated", test_repeated);
	g_test_add_func("/stream/pieces", test_pieces);
	g_test_add_func("/stream/damaged-among-others", test_damaged_among_others);
	g_test_add_func("/stream/not-read", test_not_read);
	g_test_add_func("/stream/unreadable", test_unreadable);
	g_test_add_func("/stream/directory", test_directory);
	g_test_add_func("/stream/directory-without-captures", test_directory_without_captures);
	g_test_add_func("/stream/directory-loop", test_directory_loop);
	g_test_add_func("/stream/named-pipe", test_named_pipe);
	g_test_add_func("/stream/stdin", test_stdin);
	g_test_add_func("/stream/filter", test_filter);
	g_test_add_func("/stream/filter-problem", test_filter_problem);
	g_test_add_func("/stream/bad-filter", test_bad_filter);
	g_test_add_func("/stream/progress", test_progress);
	g_test_add_func("/stream/nothing", test_nothing);
	return g_test_run();
}
