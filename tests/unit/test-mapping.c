/* Files that are mapped give what they give when they are read, whatever becomes of them meanwhile. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture/mapping.h"
#include "captures.h"

enum { SEC = 1236902400, LARGE = 3 << 20, UNKNOWN_BLOCK = 0x0bad };

/* Some three million bytes of packets, small ones and large ones. */
static void build_pcap(struct capture_build *b, bool swapped)
{
	capture_build_init(b, swapped);
	pcap_put_header(b, PCAP_US, 1);
	for (uint32_t i = 0; b->bytes->len < LARGE; i++)
		pcap_put_packet(b, SEC + i, i, i % 500 == 499 ? 200000 : i * 37 % 1500, 262144);
}

/* Likewise, with interfaces in between, and blocks to pass over that are larger than all that is looked at at once. */
static void build_pcapng(struct capture_build *b, bool swapped)
{
	capture_build_init(b, swapped);
	pcapng_put_section(b);
	pcapng_put_interface(b, 1, 0, NULL);
	for (uint32_t i = 0; b->bytes->len < LARGE; i++) {
		if (i % 700 == 300)
			pcapng_put_interface(b, (uint16_t)(100 + i), 0, NULL);
		if (i % 1000 == 600)
			pcapng_put_block(b, UNKNOWN_BLOCK, capture_bytes(900000), 900000);
		pcapng_put_enhanced(b, i >= 300 ? 1 : 0, SEC * UINT64_C(1000000) + i, i * 37 % 1500, 262144);
	}
}

/* What the file gives on standard input, which is never mapped. */
static void read_unmapped(struct capture_result *r, const char *path)
{
	int own = dup(STDIN_FILENO), fd = open(path, O_RDONLY);
	dup2(fd, STDIN_FILENO);
	capture_read(r, (const char *const[]){"-", NULL}, NULL);
	dup2(own, STDIN_FILENO);
	close(own);
	close(fd);
}

static void check_same(const struct capture_result *a, const struct capture_result *b)
{
	g_assert_cmpuint(a->packets->len, ==, b->packets->len);
	for (guint i = 0; i < a->packets->len && !g_test_failed(); i++) {
		const struct packet_raw *x = RESULT_PACKET(a, i), *y = RESULT_PACKET(b, i);
		g_assert_cmpint(x->ts_ns, ==, y->ts_ns);
		g_assert_cmpuint(x->cap_len, ==, y->cap_len);
		g_assert_cmpuint(x->link, ==, y->link);
	}
	g_assert_cmpuint(a->bytes, ==, b->bytes);
	g_assert_cmpstr(a->format, ==, b->format);
}

/* The first `len` bytes: as many packets, and the same damage. */
static void check(const char *folder, const struct capture_build *b, gsize len, bool damaged)
{
	struct capture_result mapped, unmapped;
	g_autofree char *path = capture_write(folder, "capture", b->bytes->data, len);
	capture_read(&mapped, (const char *const[]){path, NULL}, NULL);
	read_unmapped(&unmapped, path);
	check_same(&mapped, &unmapped);
	g_assert_cmpstr(RESULT_ERROR(&mapped, 0), ==, RESULT_ERROR(&unmapped, 0));
	g_assert_cmpint(RESULT_ERROR(&mapped, 0) != NULL, ==, damaged);
	capture_result_clear(&mapped);
	capture_result_clear(&unmapped);
}

static void test_same(void)
{
	char *folder = capture_folder_new();
	for (int swapped = 0; swapped < 2; swapped++) {
		struct capture_build b;
		build_pcap(&b, swapped);
		check(folder, &b, b.bytes->len, false);
		capture_build_clear(&b);
		build_pcapng(&b, swapped);
		check(folder, &b, b.bytes->len, false);
		capture_build_clear(&b);
	}
	capture_folder_clear(folder);
}

/* Where the first record or block behind an offset begins, in this machine's byte order. */
static gsize record_at(const struct capture_build *b, bool ng, gsize offset)
{
	gsize at = ng ? 0 : 24;
	while (at < offset) {
		uint32_t len;
		memcpy(&len, b->bytes->data + at + (ng ? 4 : 8), sizeof len);
		at += len + (ng ? 0 : 16);
	}
	return at;
}

/* Cut off at every kind of place, and spoilt in the middle. */
static void test_damage(void)
{
	char *folder = capture_folder_new();
	for (int ng = 0; ng < 2; ng++) {
		struct capture_build b;
		if (ng)
			build_pcapng(&b, false);
		else
			build_pcap(&b, false);
		for (gsize cut = 1; cut < 300000; cut = cut * 3 + 1)
			check(folder, &b, b.bytes->len - cut, true);
		for (gsize at = 2000000; at > 300001; at -= 300001) {
			gsize record = record_at(&b, ng, at);
			memset(b.bytes->data + record + (ng ? 4 : 8), 0xff, 4); /* its length */
			check(folder, &b, b.bytes->len, true);
		}
		capture_build_clear(&b);
	}
	capture_folder_clear(folder);
}

/* A stream over a file of packets, from which one batch was taken. */
struct begun {
	char *folder, *path;
	capture_stream *stream;
	capture_batch *batch;
	uint64_t packets;
};

static void begin(struct begun *begun)
{
	struct capture_build b;
	build_pcap(&b, false);
	begun->folder = capture_folder_new();
	begun->path = capture_write(begun->folder, "capture", b.bytes->data, b.bytes->len);
	begun->stream = capture_stream_open((const char *const[]){begun->path, NULL}, NULL, NULL);
	begun->batch = capture_batch_new();
	g_assert_true(capture_stream_fill(begun->stream, begun->batch));
	g_assert_nonnull(begun->batch->mapping);
	begun->packets = begun->batch->n;
	capture_build_clear(&b);
}

/* The rest of it, every byte of it looked at; no packet is made of bytes that went away, which are zero. */
static void read_on(struct begun *begun)
{
	volatile guint sum = 0;
	while (capture_stream_fill(begun->stream, begun->batch)) {
		begun->packets += begun->batch->n;
		for (gsize i = 0; i < begun->batch->n; i++) {
			g_assert_cmpint(begun->batch->packets[i].ts_ns, >=, SEC * INT64_C(1000000000));
			for (uint32_t k = 0; k < begun->batch->packets[i].cap_len; k++)
				sum += begun->batch->packets[i].data[k];
		}
	}
	g_assert_cmpuint(capture_stream_input(begun->stream, 0)->packets, ==, begun->packets);
}

static void end(struct begun *begun)
{
	capture_batch_free(begun->batch);
	capture_stream_close(begun->stream);
	g_free(begun->path);
	capture_folder_clear(begun->folder);
}

/* A file that becomes shorter is no crash: it is said where it went away. */
static void test_shortened(void)
{
	const off_t left[] = {0, 100, 4096, 300000, 1000003, -20}; /* below 0: so much less, on the last page */
	for (gsize i = 0; i < G_N_ELEMENTS(left); i++) {
		struct begun begun;
		struct stat st;
		begin(&begun);
		g_assert_cmpint(stat(begun.path, &st), ==, 0);
		g_assert_cmpint(truncate(begun.path, left[i] < 0 ? st.st_size + left[i] : left[i]), ==, 0);
		read_on(&begun);
		const struct capture_input *input = capture_stream_input(begun.stream, 0);
		g_assert_error(input->error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED);
		g_assert_cmpuint(input->bytes, <, st.st_size);
		end(&begun);
	}
}

/* What is appended to a file while it is read is read, too. */
static void test_appended(void)
{
	struct begun begun, whole;
	struct capture_build b;
	begin(&begun);
	begin(&whole);
	read_on(&whole);
	capture_build_init(&b, false);
	for (uint32_t i = 0; i < 5; i++)
		pcap_put_packet(&b, SEC, 0, 60, 60);
	int fd = open(begun.path, O_WRONLY | O_APPEND);
	g_assert_cmpint(write(fd, b.bytes->data, b.bytes->len), ==, b.bytes->len);
	close(fd);
	read_on(&begun);
	g_assert_no_error(capture_stream_input(begun.stream, 0)->error);
	g_assert_cmpuint(begun.packets, ==, whole.packets + 5);
	capture_build_clear(&b);
	end(&begun);
	end(&whole);
}

/* A batch that was filled stays valid when its stream is closed. */
static void test_outlived(void)
{
	struct begun begun;
	begin(&begun);
	g_clear_pointer(&begun.stream, capture_stream_close);
	for (gsize i = 0; i < begun.batch->n; i++) {
		const struct packet_raw *raw = &begun.batch->packets[i];
		g_assert_cmpmem(raw->data, (int)raw->cap_len, capture_bytes(raw->cap_len), (int)raw->cap_len);
	}
	end(&begun);
}

/* More files at the same time than are mapped at once: the others are read. */
static void test_many(void)
{
	enum { FILES = 70, PACKETS = 300 };
	char *folder = capture_folder_new();
	struct capture_result r;
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	for (uint32_t f = 0; f < FILES; f++) {
		struct capture_build b;
		capture_build_init(&b, false);
		pcap_put_header(&b, PCAP_US, 1);
		for (uint32_t i = 0; i < PACKETS; i++)
			pcap_put_packet(&b, SEC + i, f, 1000, 1000);
		g_autofree char *name = g_strdup_printf("capture-%u", f);
		g_ptr_array_add(paths, capture_write(folder, name, b.bytes->data, b.bytes->len));
		capture_build_clear(&b);
	}
	g_ptr_array_add(paths, NULL);
	capture_read(&r, (const char *const *)paths->pdata, NULL);
	g_assert_cmpuint(r.packets->len, ==, FILES * PACKETS);
	for (uint32_t i = 0; i < r.packets->len && !g_test_failed(); i++)
		g_assert_cmpint(RESULT_PACKET(&r, i)->ts_ns, ==,
				(SEC + i / FILES) * INT64_C(1000000000) + i % FILES * 1000);
	for (guint f = 0; f < FILES; f++)
		g_assert_null(RESULT_ERROR(&r, f));
	capture_result_clear(&r);
	capture_folder_clear(folder);
}

/* What is behind is told once, and all of it, but what is to stay. */
static void let_past_go(struct capture_mapping *mapping, const uint8_t *first, gsize at, gsize *behind)
{
	struct capture_past past = capture_mapping_past(mapping, at);
	if (past.len > 0) {
		g_assert_true(past.bytes == first + *behind);
		*behind += past.len;
	}
	g_assert_cmpuint(*behind + 2 * CAPTURE_MAPPING_BEHIND, >, at);
	g_assert_true(*behind == 0 || *behind + CAPTURE_MAPPING_BEHIND <= at);
	capture_past_let_go(&past);
	capture_past_let_go(&past);
	g_assert_cmpuint(past.len, ==, 0);
}

/* Bytes far behind stay valid, and those ahead are what the file has. */
static void test_bytes(void)
{
	gsize behind = 0;
	char *folder = capture_folder_new();
	g_autofree uint8_t *bytes = g_malloc(LARGE);
	for (gsize i = 0; i < LARGE; i++)
		bytes[i] = (uint8_t)(i * 2654435761u >> 24);
	g_autofree char *path = capture_write(folder, "bytes", bytes, LARGE);
	int fd = open(path, O_RDONLY);
	struct capture_mapping *mapping = capture_mapping_new(fd);
	const uint8_t *first = NULL;
	close(fd);
	g_assert_nonnull(mapping);
	for (gsize at = 0; at <= LARGE; at += 12345) {
		gsize len;
		const uint8_t *here = capture_mapping_bytes(mapping, at, &len);
		first = first ? first : here;
		g_assert_cmpuint(len, ==, LARGE - at);
		g_assert_cmpmem(here, (int)len, bytes + at, (int)len);
		let_past_go(mapping, first, at, &behind);
	}
	g_assert_cmpuint(behind, >, LARGE / 2);
	g_assert_cmpmem(first, LARGE, bytes, LARGE);
	g_assert_false(capture_mapping_is_lost(mapping));
	capture_mapping_unref(mapping);
	capture_mapping_unref(NULL);
	capture_folder_clear(folder);
}

static void test_not_mapped(void)
{
	char *folder = capture_folder_new();
	g_autofree char *path = capture_write(folder, "small", capture_bytes(1000), 1000);
	int small = open(path, O_RDONLY), device = open("/dev/zero", O_RDONLY);
	g_assert_null(capture_mapping_new(small));
	g_assert_null(capture_mapping_new(device));
	close(small);
	close(device);
	capture_folder_clear(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/mapping/same", test_same);
	g_test_add_func("/mapping/damage", test_damage);
	g_test_add_func("/mapping/shortened", test_shortened);
	g_test_add_func("/mapping/appended", test_appended);
	g_test_add_func("/mapping/outlived", test_outlived);
	g_test_add_func("/mapping/many", test_many);
	g_test_add_func("/mapping/bytes", test_bytes);
	g_test_add_func("/mapping/not-mapped", test_not_mapped);
	return g_test_run();
}
