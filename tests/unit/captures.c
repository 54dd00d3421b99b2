#include "captures.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

void capture_build_init(struct capture_build *b, bool swapped)
{
	*b = (struct capture_build){g_byte_array_new(), swapped};
}

void capture_build_clear(struct capture_build *b)
{
	g_byte_array_unref(b->bytes);
}

void capture_put(struct capture_build *b, const void *bytes, gsize n)
{
	g_byte_array_append(b->bytes, bytes, (guint)n);
}

void capture_put16(struct capture_build *b, uint16_t v)
{
	const uint8_t bytes[2] = {(uint8_t)(b->swapped ? v >> 8 : v), (uint8_t)(b->swapped ? v : v >> 8)};
	capture_put(b, bytes, sizeof bytes);
}

void capture_put32(struct capture_build *b, uint32_t v)
{
	v = b->swapped ? GUINT32_TO_BE(v) : v;
	capture_put(b, &v, sizeof v);
}

void capture_put64(struct capture_build *b, uint64_t v)
{
	v = b->swapped ? GUINT64_TO_BE(v) : v;
	capture_put(b, &v, sizeof v);
}

const uint8_t *capture_bytes(gsize n)
{
	static uint8_t bytes[1 << 20];
	g_assert_cmpuint(n, <=, sizeof bytes);
	if (bytes[1] == 0)
		for (gsize i = 0; i < sizeof bytes; i++)
			bytes[i] = (uint8_t)i;
	return bytes;
}

/* ---- pcap ---- */

void pcap_put_header(struct capture_build *b, uint32_t magic, uint32_t link)
{
	capture_put32(b, magic);
	capture_put16(b, 2);
	capture_put16(b, 4);
	capture_put64(b, 0);
	capture_put32(b, 262144);
	capture_put32(b, link);
}

void pcap_put_packet(struct capture_build *b, uint32_t sec, uint32_t fraction, uint32_t cap_len, uint32_t wire_len)
{
	capture_put32(b, sec);
	capture_put32(b, fraction);
	capture_put32(b, cap_len);
	capture_put32(b, wire_len);
	capture_put(b, capture_bytes(cap_len), cap_len);
}

/* ---- pcapng ---- */

void pcapng_put_block(struct capture_build *b, uint32_t type, const void *body, gsize len)
{
	static const uint8_t zeros[4];
	gsize padding = -len & 3;
	uint32_t total = (uint32_t)(12 + len + padding);
	capture_put32(b, type);
	capture_put32(b, total);
	capture_put(b, body, len);
	capture_put(b, zeros, padding);
	capture_put32(b, total);
}

/* A block whose body is built, too. */
static void put_built(struct capture_build *b, uint32_t type, struct capture_build *body)
{
	pcapng_put_block(b, type, body->bytes->data, body->bytes->len);
	capture_build_clear(body);
}

void pcapng_put_section(struct capture_build *b)
{
	struct capture_build body;
	capture_build_init(&body, b->swapped);
	capture_put32(&body, 0x1a2b3c4d);
	capture_put16(&body, 1);
	capture_put16(&body, 0);
	capture_put64(&body, UINT64_MAX);
	put_built(b, 0x0a0d0d0a, &body);
}

void pcapng_put_interface(struct capture_build *b, uint16_t link, uint32_t snaplen, const struct capture_build *options)
{
	struct capture_build body;
	capture_build_init(&body, b->swapped);
	capture_put16(&body, link);
	capture_put16(&body, 0);
	capture_put32(&body, snaplen);
	if (options)
		capture_put(&body, options->bytes->data, options->bytes->len);
	put_built(b, 1, &body);
}

void pcapng_put_enhanced(struct capture_build *b, uint32_t interface, uint64_t units, uint32_t cap_len,
			 uint32_t wire_len)
{
	struct capture_build body;
	capture_build_init(&body, b->swapped);
	capture_put32(&body, interface);
	capture_put32(&body, (uint32_t)(units >> 32));
	capture_put32(&body, (uint32_t)units);
	capture_put32(&body, cap_len);
	capture_put32(&body, wire_len);
	capture_put(&body, capture_bytes(cap_len), cap_len);
	put_built(b, 6, &body);
}

void pcapng_put_simple(struct capture_build *b, uint32_t cap_len, uint32_t wire_len)
{
	struct capture_build body;
	capture_build_init(&body, b->swapped);
	capture_put32(&body, wire_len);
	capture_put(&body, capture_bytes(cap_len), cap_len);
	put_built(b, 3, &body);
}

void pcapng_put_option(struct capture_build *b, uint16_t code, const void *value, uint16_t len)
{
	static const uint8_t zeros[4];
	capture_put16(b, code);
	capture_put16(b, len);
	capture_put(b, value, len);
	capture_put(b, zeros, -(gsize)len & 3);
}

/* ---- files ---- */

char *capture_folder_new(void)
{
	GError *error = NULL;
	char *folder = g_dir_make_tmp("tanpa-test-XXXXXX", &error);
	g_assert_no_error(error);
	return folder;
}

void capture_folder_clear(char *folder)
{
	g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
	const char *name;
	while (dir && (name = g_dir_read_name(dir)) != NULL) {
		char *path = g_build_filename(folder, name, NULL);
		if (g_file_test(path, G_FILE_TEST_IS_DIR) && !g_file_test(path, G_FILE_TEST_IS_SYMLINK)) {
			capture_folder_clear(path);
			continue;
		}
		g_unlink(path);
		g_free(path);
	}
	g_rmdir(folder);
	g_free(folder);
}

char *capture_write(const char *folder, const char *name, const void *bytes, gsize n)
{
	GError *error = NULL;
	char *path = g_build_filename(folder, name, NULL);
	g_file_set_contents(path, bytes, (gssize)n, &error);
	g_assert_no_error(error);
	return path;
}

/* The message with the path taken out, so that tests can compare it. */
static char *without_path(const struct capture_input *input)
{
	if (input->error == NULL)
		return NULL;
	g_autofree char *quoted = g_strdup_printf("'%s'", input->path);
	g_auto(GStrv) parts = g_strsplit(input->error->message, quoted, -1);
	return g_strjoinv("FILE", parts);
}

static void take_batch(struct capture_result *r, const struct capture_batch *batch)
{
	int64_t newest = INT64_MIN;
	for (gsize i = 0; i < batch->n; i++) {
		struct packet_raw raw = batch->packets[i];
		newest = MAX(newest, raw.ts_ns);
		g_assert_cmpuint(raw.cap_len, <=, raw.wire_len);
		g_assert_cmpmem(raw.data, (int)raw.cap_len, capture_bytes(raw.cap_len), (int)raw.cap_len);
		raw.data = NULL;
		g_array_append_val(r->packets, raw);
	}
	g_assert_cmpint(batch->max_ts_ns, >=, newest);
	r->filtered += batch->filtered;
}

void capture_read(struct capture_result *r, const char *const *paths, const char *filter)
{
	GError *error = NULL;
	g_autoptr(capture_batch) batch = capture_batch_new();
	g_autoptr(capture_stream) stream = capture_stream_open(paths, filter, &error);
	g_assert_no_error(error);
	*r = (struct capture_result){g_array_new(FALSE, FALSE, sizeof(struct packet_raw)),
				     g_ptr_array_new_with_free_func(g_free), g_ptr_array_new_with_free_func(g_free)};
	while (capture_stream_fill(stream, batch))
		take_batch(r, batch);
	g_assert_false(capture_stream_fill(stream, batch)); /* the end is the end */
	g_assert_cmpuint(batch->n, ==, 0);
	for (guint i = 0; i < capture_stream_inputs(stream); i++) {
		const struct capture_input *input = capture_stream_input(stream, i);
		g_ptr_array_add(r->errors, without_path(input));
		g_ptr_array_add(r->names, g_path_get_basename(input->path));
		r->bytes += input->bytes;
	}
	if (capture_stream_inputs(stream)) {
		r->format = capture_stream_input(stream, 0)->format;
		r->packing = capture_stream_input(stream, 0)->packing;
	}
	r->passed_over = capture_stream_passed_over(stream);
}

void capture_result_clear(struct capture_result *r)
{
	g_array_unref(r->packets);
	g_ptr_array_unref(r->errors);
	g_ptr_array_unref(r->names);
}

void capture_read_bytes(struct capture_result *r, const void *bytes, gsize n)
{
	char *folder = capture_folder_new();
	g_autofree char *path = capture_write(folder, "x", bytes, n);
	capture_read(r, (const char *const[]){path, NULL}, NULL);
	capture_folder_clear(folder);
}
