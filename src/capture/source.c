#include "capture/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/capture.h"
#include "capture/unpack.h"

enum { MAGIC_BYTES = 6, BLOCK_BYTES = 256 << 10, BLOCKS = 8 };

/* Unpacked bytes on their way from the unpacking thread. */
struct block {
	gsize len;
	gsize at;  /* bytes already taken */
	bool last; /* behind its bytes is the end, or `error` */
	GError *error;
	uint8_t bytes[BLOCK_BYTES];
};

struct capture_source {
	int fd;
	char *path;
	bool is_named;              /* no standard input, of which somebody may have read before */
	uint8_t magic[MAGIC_BYTES]; /* read to tell the packing; comes first */
	gsize magic_len, magic_at;
	uint8_t unread[CAPTURE_SOURCE_UNREAD]; /* given back; comes before everything else */
	gsize unread_len, unread_at;
	const char *packing;
	guint64 consumed;
	/* packed sources only */
	const struct capture_unpacker *unpacker;
	GThread *thread;
	GAsyncQueue *full, *empty;
	struct block *current;
	gint stop;
};

static const struct {
	const char *name;
	const char *magic;
	gsize len;
	const struct capture_unpacker *unpacker;
} packings[] = {
	{"gzip", "\x1f\x8b", 2, &capture_unpack_gzip},
	{"zstd", "\x28\xb5\x2f\xfd", 4, &capture_unpack_archive},
	{"xz", "\xfd\x37zXZ\0", 6, &capture_unpack_archive},
	{"bzip2", "BZh", 3, &capture_unpack_archive},
	{"lz4", "\x04\x22\x4d\x18", 4, &capture_unpack_archive},
};

/* read(2) as often as it is interrupted. */
static gssize read_fd(struct capture_source *s, void *buffer, gsize n, GError **error)
{
	gssize got;
	do
		got = read(s->fd, buffer, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_OPEN, "cannot read '%s': %s", s->path,
			    g_strerror(errno));
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

static gssize unpacker_input(void *user, void *buffer, gsize n, GError **error)
{
	return read_stored(user, buffer, n, error);
}

/* Fills a block; false at the end and on damage, which is then in `error`. */
static bool fill_block(struct capture_source *s, void *unpacking, struct block *b, GError **error)
{
	b->len = 0;
	b->at = 0;
	while (b->len < sizeof b->bytes) {
		gssize got = s->unpacker->read(unpacking, b->bytes + b->len, sizeof b->bytes - b->len, error);
		if (got < 0)
			g_prefix_error(error, "cannot unpack '%s' (%s): ", s->path, s->packing);
		if (got <= 0)
			return false;
		b->len += (gsize)got;
	}
	return true;
}

static gpointer unpack_thread(gpointer user)
{
	struct capture_source *s = user;
	void *unpacking = s->unpacker->begin(unpacker_input, s);
	for (bool more = true; more && !g_atomic_int_get(&s->stop);) {
		struct block *b = g_async_queue_pop(s->empty);
		more = fill_block(s, unpacking, b, &b->error);
		b->last = !more;
		g_async_queue_push(s->full, b);
	}
	s->unpacker->end(unpacking);
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
}

static gssize read_unpacked(struct capture_source *s, void *buffer, gsize n, GError **error)
{
	if (s->current == NULL)
		s->current = g_async_queue_pop(s->full);
	struct block *b = s->current;
	if (b->at == b->len && b->last) { /* it stays current, so that every later call ends, too */
		if (b->error == NULL)
			return 0;
		g_propagate_error(error, g_error_copy(b->error));
		return -1;
	}
	gsize some = MIN(n, b->len - b->at);
	memcpy(buffer, b->bytes + b->at, some);
	b->at += some;
	if (b->at == b->len && !b->last) {
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
		if (s->magic_len >= packings[i].len && memcmp(s->magic, packings[i].magic, packings[i].len) == 0) {
			s->packing = packings[i].name;
			s->unpacker = packings[i].unpacker;
		}
	if (s->magic_len >= 4 && (s->magic[0] & 0xf0) == 0x50 && memcmp(s->magic + 1, "\x2a\x4d\x18", 3) == 0) {
		s->packing = "zstd"; /* a skippable frame comes first, as pzstd writes it (RFC 8878, 3.1.2) */
		s->unpacker = &capture_unpack_archive;
	}
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
	s->is_named = !is_stdin;
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
	if (s->unread_at < s->unread_len) {
		gsize some = MIN(n, s->unread_len - s->unread_at);
		memcpy(buffer, s->unread + s->unread_at, some);
		s->unread_at += some;
		return (gssize)some;
	}
	return s->thread ? read_unpacked(s, buffer, n, error) : read_stored(s, buffer, n, error);
}

void capture_source_unread(struct capture_source *s, const void *bytes, gsize n)
{
	g_assert(n <= sizeof s->unread && s->unread_at == s->unread_len);
	memcpy(s->unread, bytes, n);
	s->unread_len = n;
	s->unread_at = 0;
}

struct capture_mapping *capture_source_map(const struct capture_source *s)
{
	return s->is_named && s->packing == NULL ? capture_mapping_new(s->fd) : NULL;
}

uint64_t capture_source_size(const struct capture_source *s)
{
	struct stat st;
	return fstat(s->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

void capture_source_seek(struct capture_source *s, uint64_t offset)
{
	lseek(s->fd, (off_t)offset, SEEK_SET);
	__atomic_store_n(&s->consumed, offset, __ATOMIC_RELAXED);
	s->magic_at = s->magic_len;
	s->unread_at = s->unread_len;
}

const char *capture_source_packing(const struct capture_source *s)
{
	return s->packing;
}

uint64_t capture_source_consumed(const struct capture_source *s)
{
	return __atomic_load_n(&s->consumed, __ATOMIC_RELAXED);
}
