#define _GNU_SOURCE /* memfd_create */
#include "memory-file.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture/file.h"
#include "fuzz.h"

static void write_all(int fd, const uint8_t *data, gsize size)
{
	while (size > 0) {
		gssize wrote = write(fd, data, size);
		CHECK(wrote > 0);
		data += wrote;
		size -= (gsize)wrote;
	}
}

enum { LARGE = 300000 };

static void begin(struct memory_file *file, const uint8_t *head, gsize size)
{
	file->fd = memfd_create("fuzz", MFD_CLOEXEC);
	CHECK(file->fd >= 0);
	write_all(file->fd, head, size);
	file->size = size;
	snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->fd);
}

static void append(struct memory_file *file, const uint8_t *data, gsize size)
{
	write_all(file->fd, data, size);
	file->size += size;
}

void memory_file_open(struct memory_file *file, const uint8_t *head, gsize head_size, const uint8_t *data, gsize size)
{
	begin(file, head, head_size);
	append(file, data, size);
}

void memory_file_open_large(struct memory_file *file, const uint8_t *head, gsize head_size, const uint8_t *data,
			    gsize size)
{
	g_autofree uint8_t *again = g_malloc(LARGE + size);
	gsize n = 0;
	for (; size > 0 && n < LARGE; n += size)
		memcpy(again + n, data, size);
	begin(file, head, head_size);
	append(file, again, n);
}

void memory_file_close(struct memory_file *file)
{
	close(file->fd);
}

static uint64_t mix(uint64_t digest, uint64_t n)
{
	return (digest ^ n) * UINT64_C(0x100000001b3);
}

/* Everything a batch promises; all bytes are read, so that a sanitizer sees those that are not there. */
static void take_batch(struct capture_pass *pass, const struct capture_batch *batch)
{
	int64_t newest = INT64_MIN;
	CHECK(batch->n <= CAPTURE_BATCH_PACKETS);
	for (gsize i = 0; i < batch->n; i++) {
		const struct packet_raw *raw = &batch->packets[i];
		CHECK(raw->cap_len <= raw->wire_len);
		CHECK(raw->cap_len <= CAPTURE_MAX_PACKET);
		CHECK(raw->ts_ns >= 0);
		newest = raw->ts_ns > newest ? raw->ts_ns : newest;
		pass->digest = mix(pass->digest, (uint64_t)raw->ts_ns);
		pass->digest = mix(pass->digest, (uint64_t)raw->wire_len << 16 | raw->link);
		for (uint32_t k = 0; k < raw->cap_len; k++)
			pass->digest = mix(pass->digest, raw->data[k]);
	}
	CHECK(batch->n == 0 || batch->max_ts_ns >= newest);
	pass->packets += batch->n;
}

void capture_pass_file(const struct memory_file *file, struct capture_pass *pass)
{
	g_autoptr(capture_batch) batch = capture_batch_new();
	struct capture_input input = {.path = (char *)file->path};
	*pass = (struct capture_pass){0};
	struct capture_file *reader = capture_file_open(&input, NULL, &pass->error);
	CHECK((reader == NULL) == (pass->error != NULL));
	pass->opened = reader != NULL;
	if (reader == NULL)
		return;
	CHECK(input.format != NULL);
	while (capture_file_fill(reader, batch)) {
		CHECK(batch->n > 0);
		take_batch(pass, batch);
	}
	CHECK(!capture_file_fill(reader, batch)); /* the end is the end */
	CHECK(input.packets == pass->packets);
	CHECK(input.packing || input.bytes <= file->size);
	CHECK(input.error || input.packing || input.bytes == file->size); /* no byte passed over in silence */
	pass->bytes = input.bytes;
	pass->error = input.error;
	capture_file_close(reader);
}

/* The same file, read as standard input. */
static void pass_stdin(const struct memory_file *file, struct capture_pass *pass)
{
	struct memory_file in = {.size = file->size, .path = "-"};
	int own = dup(STDIN_FILENO);
	lseek(file->fd, 0, SEEK_SET);
	dup2(file->fd, STDIN_FILENO);
	capture_pass_file(&in, pass);
	if (own < 0) {
		close(STDIN_FILENO);
		return;
	}
	dup2(own, STDIN_FILENO);
	close(own);
}

void capture_pass_stream(const struct memory_file *files, gsize n, struct capture_pass *pass)
{
	const char *paths[3] = {files[0].path, n > 1 ? files[1].path : NULL, NULL};
	g_autoptr(capture_batch) batch = capture_batch_new();
	g_autoptr(capture_stream) stream = capture_stream_open(paths, NULL, NULL);
	*pass = (struct capture_pass){0};
	while (capture_stream_fill(stream, batch))
		take_batch(pass, batch);
	CHECK(!capture_stream_fill(stream, batch));
	CHECK(capture_stream_inputs(stream) == n);
	uint64_t packets = 0;
	for (guint i = 0; i < n; i++) {
		const struct capture_input *input = capture_stream_input(stream, i);
		packets += input->packets;
		pass->bytes += input->bytes;
		pass->opened |= input->format != NULL;
		if (input->error && pass->error == NULL)
			pass->error = g_error_copy(input->error);
	}
	CHECK(packets == pass->packets);
}

void capture_check(const struct memory_file *file)
{
	struct capture_pass alone, stream, unmapped;
	capture_pass_file(file, &alone);
	capture_pass_stream(file, 1, &stream);
	pass_stdin(file, &unmapped);
	CHECK(alone.opened == unmapped.opened);
	CHECK(alone.packets == unmapped.packets);
	CHECK(alone.bytes == unmapped.bytes);
	CHECK(alone.digest == unmapped.digest);
	CHECK((alone.error == NULL) == (unmapped.error == NULL));
	CHECK(alone.opened == stream.opened);
	CHECK(alone.packets == stream.packets);
	CHECK(alone.digest == stream.digest);
	CHECK((alone.error == NULL) == (stream.error == NULL));
	CHECK(alone.error == NULL || g_str_equal(alone.error->message, stream.error->message));
	g_clear_error(&alone.error);
	g_clear_error(&stream.error);
	g_clear_error(&unmapped.error);
}
