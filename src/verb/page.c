#include "verb/page.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_SESSIONS = 250000, READ_BYTES = 1 << 20, DEFAULT_MODE = 0666 };

/* Quotes an argument if a shell would not take it as it is. */
static char *quote(const char *argument)
{
	static const char plain[] = G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "-_./=,:+@%";
	if (*argument && argument[strspn(argument, plain)] == '\0')
		return g_strdup(argument);
	return g_shell_quote(argument);
}

void verb_page_init(struct verb_page *page, int argc, char **argv)
{
	g_autoptr(GString) command = g_string_new("tanpa");
	for (int i = 0; i < argc; i++) {
		g_autofree char *quoted = quote(argv[i]);
		g_string_append_printf(command, " %s", quoted);
	}
	*page = (struct verb_page){
		.most_sessions = DEFAULT_SESSIONS,
		.command = g_string_free(g_steal_pointer(&command), FALSE),
		.used = g_array_new(FALSE, FALSE, sizeof(struct report_page_file)),
	};
}

void verb_page_clear(struct verb_page *page)
{
	g_free(page->path);
	g_free(page->command);
	g_array_unref(page->used);
}

bool verb_page_check(const struct verb_page *page)
{
	if (page->path && !report_page_is_built()) {
		verb_complain("--html: this tanpa was built without the page");
		return false;
	}
	if (page->most_sessions < 1 || page->most_sessions > PAGE_ROWS_MAX) {
		verb_complain("--html-sessions: %d is not 1 to %d", page->most_sessions, PAGE_ROWS_MAX);
		return false;
	}
	return true;
}

/* SHA-256 of a file in hexadecimal and its size; NULL when it cannot be read (a second time). */
static char *hash_file(const char *path, uint64_t *bytes)
{
	g_autofree guint8 *buffer = g_malloc(READ_BYTES);
	g_autoptr(GChecksum) sha256 = g_checksum_new(G_CHECKSUM_SHA256);
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO is empty by now, and is not waited for */
	*bytes = 0;
	if (fd < 0)
		return NULL;
	while ((got = read(fd, buffer, READ_BYTES)) > 0) {
		g_checksum_update(sha256, buffer, got);
		*bytes += (uint64_t)got;
	}
	close(fd);
	return got == 0 && *bytes > 0 ? g_strdup(g_checksum_get_string(sha256)) : NULL;
}

static void clear_file(gpointer file)
{
	g_free(((struct report_page_file *)file)->sha256);
}

void verb_page_uses(struct verb_page *page, const char *role, char *const *paths)
{
	for (; paths && *paths; paths++) {
		struct report_page_file file = {.path = *paths, .role = role};
		g_array_append_val(page->used, file);
	}
}

static GArray *hash_files(const struct verb_page *page, const struct report_scan *scan)
{
	GArray *files = g_array_new(FALSE, FALSE, sizeof(struct report_page_file));
	g_array_set_clear_func(files, clear_file);
	for (guint i = 0; i < scan->n_inputs; i++) {
		struct report_page_file file = {.path = scan->inputs[i].path};
		g_array_append_val(files, file);
	}
	g_array_append_vals(files, page->used->data, page->used->len);
	for (guint i = 0; i < files->len; i++) {
		struct report_page_file *file = &g_array_index(files, struct report_page_file, i);
		if (strcmp(file->path, "-") != 0)
			file->sha256 = hash_file(file->path, &file->bytes);
	}
	return files;
}

enum verb_status verb_page_write(const struct verb_page *page, const struct report_scan *scan,
				 const struct page_rows *rows, const struct channel_model *model,
				 const GPtrArray *tables)
{
	g_autoptr(GArray) files = hash_files(page, scan);
	struct report_page report = {scan, rows, (guint)page->most_sessions, page->command, files, model, tables};
	struct report_out out;
	int fd = open(page->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, DEFAULT_MODE);
	if (fd < 0) {
		verb_complain("cannot write '%s': %s", page->path, g_strerror(errno));
		return VERB_FAILED;
	}
	report_out_init(&out, fd);
	report_page_write(&out, &report);
	int failure = report_out_finish(&out, NULL) ? 0 : out.error;
	if (close(fd) != 0 && failure == 0)
		failure = errno;
	if (failure)
		verb_complain("cannot write '%s': %s", page->path, g_strerror(failure));
	return failure ? VERB_FAILED : VERB_DONE;
}
