#include "capture/source.h"

#include <archive.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "capture/capture.h"

enum { MAGIC_BYTES = 6, BLOCK_BYTES = 256 << 10, BLOCKS = 8 };

/* Unpacked bytes on their way from the unpacking thread. */
struct block {
	gsize len; /* 0: the end, or `error` */
	gsize at;  /* bytes already taken */
	GError *error;
	uint8_t bytes[BLOCK_BYTES];
};

struct capture_source {
	int fd;
	char *path;
	uint8_t magic[MAGIC_BYTES]; /* read to tell the packing; comes first */
	gsize magic_len, magic_at;
	const char *packing;
	guint64 consumed;
	/* packed sources only */
	struct archive *archive;
	uint8_t stored[BLOCK_BYTES];
	GThread *thread;
	GAsyncQueue *full, *empty;
	struct block *current;
	gint stop;
};

static const struct {
	const char *name;
	const char *magic;
	gsize len;
} packings[] = {
	{"gzip", "\x1f\x8b", 2}, {"zstd", "\x28\xb5\x2f\xfd", 4},   {"xz", "\xfd" "7zXZ\0", 6},
	{"bzip2", "BZh", 3},     {"lz4", "\x04\x22\x4d\x18", 4},
};

/* read(2) as often as it is interrupted. */
static gssize read_fd(struct capture_source *s, void *buffer, gsize n, GError **error)
{
	gssize got;
	do
		got = read(s->fd, buffer, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "cannot read '%s': %s", s->path, g_strerror(errno));
	else
		__atomic_add_fetch(&s->consumed, (guint64)got, __ATOMIC_RELAXED);
	return got;
}

/* As stored: first the bytes the packing was told by. */
static gssize read_stored(struct capture_source *s, void *buffer, gsize n, GError **error)
{
	if (s->magic_at == s->magic_len)
		return read_fd(s, buffer, n, error);
	gsize some = MIN(n, s->magic_len - s->magic_at);
	memcpy(buffer, s->magic + s->magic_at, some);
	s->magic_at += some;
	return (gssize)some;
}

/* ---- unpacking, on its own thread ---- */

static la_ssize_t archive_read_stored(struct archive *archive, void *user, const void **bytes)
{
	struct capture_source *s = user;
	g_autoptr(GError) error = NULL;
	gssize got = read_stored(s, s->stored, sizeof s->stored, &error);
	*bytes = s->stored;
	if (got < 0)
		archive_set_error(archive, EIO, "%s", error->message);
	return got;
}

static bool archive_begin(struct capture_source *s, GError **error)
{
	struct archive_entry *entry;
	s->archive = archive_read_new();
	archive_read_support_filter_gzip(s->archive);
	archive_read_support_filter_zstd(s->archive);
	archive_read_support_filter_xz(s->archive);
	archive_read_support_filter_bzip2(s->archive);
	archive_read_support_filter_lz4(s->archive);
	archive_read_support_format_raw(s->archive);
	if (archive_read_open(s->archive, s, NULL, archive_read_stored, NULL) == ARCHIVE_OK &&
	    archive_read_next_header(s->archive, &entry) == ARCHIVE_OK)
		return true;
	g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED, "cannot unpack '%s' (%s): %s", s->path, s->packing,
		    archive_error_string(s->archive));
	return false;
}

static gpointer unpack_thread(gpointer user)
{
	struct capture_source *s = user;
	GError *error = NULL;
	bool more = archive_begin(s, &error);
	while (!g_atomic_int_get(&s->stop)) {
		struct block *b = g_async_queue_pop(s->empty);
		la_ssize_t got = more ? archive_read_data(s->archive, b->bytes, sizeof b->bytes) : 0;
		if (got < 0)
			g_set_error(&error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED, "cannot unpack '%s' (%s): %s", s->path,
				    s->packing, archive_error_string(s->archive));
		more = got > 0;
		b->len = got > 0 ? (gsize)got : 0;
		b->at = 0;
		b->error = more ? NULL : g_steal_pointer(&error);
		g_async_queue_push(s->full, b);
		if (!more)
			break;
	}
	g_clear_error(&error);
	return NULL;
}

static void start_unpacking(struct capture_source *s)
{
	s->full = g_async_queue_new();
	s->empty = g_async_queue_new();
	for (int i = 0; i < BLOCKS; i++)
		g_async_queue_push(s->empty, g_new0(struct block, 1));
	s->thread = g_thread_new("unpack", unpack_thread, s);
}

static void free_blocks(GAsyncQueue *queue)
{
	struct block *b;
	while ((b = g_async_queue_try_pop(queue)) != NULL) {
		g_clear_error(&b->error);
		g_free(b);
	}
	g_async_queue_unref(queue);
}

static void stop_unpacking(struct capture_source *s)
{
	g_atomic_int_set(&s->stop, 1);
	g_async_queue_push(s->empty, g_new0(struct block, 1)); /* wakes it up */
	g_thread_join(s->thread);
	if (s->current)
		g_async_queue_push(s->empty, s->current);
	free_blocks(s->full);
	free_blocks(s->empty);
	archive_read_free(s->archive);
}

static gssize read_unpacked(struct capture_source *s, void *buffer, gsize n, GError **error)
{
	if (s->current == NULL)
		s->current = g_async_queue_pop(s->full);
	struct block *b = s->current;
	if (b->len == 0) { /* the end: it stays current, so that every later call ends too */
		if (b->error == NULL)
			return 0;
		g_propagate_error(error, g_error_copy(b->error));
		return -1;
	}
	gsize some = MIN(n, b->len - b->at);
	memcpy(buffer, b->bytes + b->at, some);
	b->at += some;
	if (b->at == b->len) {
		s->current = NULL;
		g_async_queue_push(s->empty, b);
	}
	return (gssize)some;
}

/* ---- both ---- */

/* Reads the first bytes and tells the packing by them. */
static bool read_magic(struct capture_source *s, GError **error)
{
	while (s->magic_len < MAGIC_BYTES) {
		gssize got = read_fd(s, s->magic + s->magic_len, MAGIC_BYTES - s->magic_len, error);
		if (got < 0)
			return false;
		if (got == 0)
			break;
		s->magic_len += (gsize)got;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(packings); i++)
		if (s->magic_len >= packings[i].len && memcmp(s->magic, packings[i].magic, packings[i].len) == 0)
			s->packing = packings[i].name;
	return true;
}

struct capture_source *capture_source_open(const char *path, GError **error)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "cannot open '%s': %s", path, g_strerror(errno));
		return NULL;
	}
	struct capture_source *s = g_new0(struct capture_source, 1);
	s->fd = fd;
	s->path = g_strdup(is_stdin ? "standard input" : path);
	if (!read_magic(s, error)) {
		capture_source_close(s);
		return NULL;
	}
	if (s->packing)
		start_unpacking(s);
	else if (!is_stdin)
		posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return s;
}

void capture_source_close(struct capture_source *s)
{
	if (s == NULL)
		return;
	if (s->thread)
		stop_unpacking(s);
	close(s->fd);
	g_free(s->path);
	g_free(s);
}

gssize capture_source_read(struct capture_source *s, void *buffer, gsize n, GError **error)
{
	return s->thread ? read_unpacked(s, buffer, n, error) : read_stored(s, buffer, n, error);
}

const char *capture_source_packing(const struct capture_source *s)
{
	return s->packing;
}

uint64_t capture_source_consumed(const struct capture_source *s)
{
	return __atomic_load_n(&s->consumed, __ATOMIC_RELAXED);
}
