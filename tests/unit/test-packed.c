/* Packed captures: gzip, zstd, xz, bzip2, lz4; whole, cut, damaged. */
#include <archive.h>
#include <archive_entry.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "captures.h"

enum { SEC = 1236902400 };

static void build_capture(struct capture_build *b)
{
	capture_build_init(b, false);
	pcap_put_header(b, PCAP_US, 1);
	for (uint32_t i = 0; i < 1000; i++)
		pcap_put_packet(b, SEC + i, 0, 100, 100);
}

static char *write_packed(const char *folder, const char *name, const GByteArray *bytes,
			  int (*filter)(struct archive *))
{
	char *path = g_build_filename(folder, name, NULL);
	struct archive *a = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	filter(a);
	archive_write_set_format_raw(a);
	archive_write_set_options(
		a, "lz4:block-size=4"); /* of 64 KiB; the others' are small enough, and have no such option */
	g_assert_cmpint(archive_write_open_filename(a, path), ==, ARCHIVE_OK);
	archive_entry_set_pathname(entry, "x");
	archive_entry_set_filetype(entry, AE_IFREG);
	g_assert_cmpint(archive_write_header(a, entry), ==, ARCHIVE_OK);
	g_assert_cmpint(archive_write_data(a, bytes->data, bytes->len), ==, (int)bytes->len);
	archive_entry_free(entry);
	g_assert_cmpint(archive_write_free(a), ==, ARCHIVE_OK);
	return path;
}

static const struct {
	const char *name;
	int (*filter)(struct archive *);
} packings[] = {
	{"gzip", archive_write_add_filter_gzip}, {"zstd", archive_write_add_filter_zstd},
	{"xz", archive_write_add_filter_xz},     {"bzip2", archive_write_add_filter_bzip2},
	{"lz4", archive_write_add_filter_lz4},
};

static void test_packed(gconstpointer data)
{
	gsize i = GPOINTER_TO_SIZE(data);
	char *folder = capture_folder_new();
	struct capture_build b;
	struct capture_result r;
	build_capture(&b);
	g_autofree char *path = write_packed(folder, "x", b.bytes, packings[i].filter);
	capture_read(&r, (const char *const[]){path, NULL}, NULL);
	g_assert_cmpuint(r.packets->len, ==, 1000);
	g_assert_cmpuint(r.bytes, ==, b.bytes->len);
	g_assert_cmpstr(r.packing, ==, packings[i].name);
	g_assert_cmpstr(r.format, ==, "pcap");
	g_assert_null(RESULT_ERROR(&r, 0));
	capture_result_clear(&r);
	capture_build_clear(&b);
	capture_folder_clear(folder);
}

/* Cut in its middle: what could be unpacked is given, and the message says that it is not all. */
static void test_packed_cut(gconstpointer data)
{
	gsize i = GPOINTER_TO_SIZE(data);
	char *folder = capture_folder_new();
	struct capture_build b;
	struct capture_result r;
	GStatBuf st;
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	capture_build_init(&b, false);
	pcap_put_header(&b, PCAP_US, 1);
	for (uint32_t k = 0; k < 200000; k++) /* lengths and times that do not pack away to nothing */
		pcap_put_packet(&b, SEC + k, (uint32_t)g_rand_int_range(rand, 0, 1000000), 4,
				(uint32_t)g_rand_int_range(rand, 4, 65536));
	g_autofree char *path = write_packed(folder, "x", b.bytes, packings[i].filter);
	g_assert_cmpint(g_stat(path, &st), ==, 0);
	g_assert_cmpint(truncate(path, st.st_size * 9 / 10), ==, 0);
	capture_read(&r, (const char *const[]){path, NULL}, NULL);
	/* gzip has the smallest blocks: nine tenths of it are there but for the last block */
	g_assert_cmpuint(r.packets->len, >, packings[i].filter == archive_write_add_filter_gzip ? 176000 : 120000);
	g_assert_cmpuint(r.packets->len, <, 200000);
	g_assert_nonnull(RESULT_ERROR(&r, 0));
	g_test_message("%u packets, %s", r.packets->len, RESULT_ERROR(&r, 0));
	capture_result_clear(&r);
	capture_build_clear(&b);
	capture_folder_clear(folder);
}

/* Looks packed by its first bytes but is not; and a packed text. */
static void test_packed_badly(void)
{
	static const struct {
		const char *head;
		gsize len;
		const char *error;
	} rows[] = {
		{"\x1f\x8b\x08xxxxxxxxxxx", 14, "cannot unpack FILE (gzip): "},
		{"\x28\xb5\x2f\xfdxxxxxxxx", 12, "cannot unpack FILE (zstd): "},
		{"\xfd"
		 "7zXZ",
		 6, "cannot unpack FILE (xz): "},
		{"BZhxxxxxxx", 10, "FILE is not a capture file: "},
		{"\x04\x22\x4d\x18xxxxxx", 10, "FILE is not a capture file: "},
	};
	char *folder = capture_folder_new();
	struct capture_result r;
	g_autoptr(GByteArray) text = g_byte_array_new();
	g_byte_array_append(text, (const guint8 *)"hello hello hello hello hello", 29);
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autofree char *path = capture_write(folder, "bad", rows[i].head, rows[i].len);
		capture_read(&r, (const char *const[]){path, NULL}, NULL);
		g_assert_cmpuint(r.packets->len, ==, 0);
		g_test_message("%s", RESULT_ERROR(&r, 0));
		g_assert_true(g_str_has_prefix(RESULT_ERROR(&r, 0), rows[i].error));
		capture_result_clear(&r);
	}
	g_autofree char *packed_text = write_packed(folder, "text", text, archive_write_add_filter_gzip);
	capture_read(&r, (const char *const[]){packed_text, NULL}, NULL);
	g_assert_cmpstr(RESULT_ERROR(&r, 0), ==, "FILE is not a capture file: neither pcap nor pcapng");
	capture_result_clear(&r);
	capture_folder_clear(folder);
}

/* One file after the other, as `cat a.gz b.gz` makes it, is one file. What is behind the last member, and a wrong
 * checksum, is damage. */
static void test_gzip_members(void)
{
	char *folder = capture_folder_new();
	struct capture_build b;
	struct capture_result r;
	build_capture(&b);
	g_autoptr(GByteArray) joined = g_byte_array_new();
	guint half = b.bytes->len / 2 + 7;
	for (int part = 0; part < 2; part++) {
		g_autofree char *content = NULL;
		gsize len;
		const GByteArray piece = {b.bytes->data + (part ? half : 0), part ? b.bytes->len - half : half};
		g_autofree char *path = write_packed(folder, part ? "b" : "a", &piece, archive_write_add_filter_gzip);
		g_assert_true(g_file_get_contents(path, &content, &len, NULL));
		g_byte_array_append(joined, (const guint8 *)content, (guint)len);
	}
	capture_read_bytes(&r, joined->data, joined->len);
	g_assert_cmpuint(r.packets->len, ==, 1000);
	g_assert_null(RESULT_ERROR(&r, 0));
	capture_result_clear(&r);
	joined->data[joined->len - 8] ^= 1; /* the checksum of the second member */
	capture_read_bytes(&r, joined->data, joined->len);
	g_assert_cmpuint(r.packets->len, ==, 1000);
	g_assert_nonnull(strstr(RESULT_ERROR(&r, 0), "cannot unpack FILE (gzip): "));
	capture_result_clear(&r);
	joined->data[joined->len - 8] ^= 1;
	g_byte_array_append(joined, (const guint8[100]){0}, 100); /* padding, as of tapes */
	capture_read_bytes(&r, joined->data, joined->len);
	g_assert_cmpuint(r.packets->len, ==, 1000);
	g_assert_null(RESULT_ERROR(&r, 0));
	capture_result_clear(&r);
	g_byte_array_append(joined, (const guint8 *)"garbage", 7);
	capture_read_bytes(&r, joined->data, joined->len);
	g_assert_cmpuint(r.packets->len, ==, 1000);
	g_assert_nonnull(strstr(RESULT_ERROR(&r, 0), "cannot unpack FILE (gzip): "));
	capture_result_clear(&r);
	capture_build_clear(&b);
	capture_folder_clear(folder);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	for (gsize i = 0; i < G_N_ELEMENTS(packings); i++) {
		g_autofree char *whole = g_strdup_printf("/packed/whole/%s", packings[i].name);
		g_autofree char *cut = g_strdup_printf("/packed/cut/%s", packings[i].name);
		g_test_add_data_func(whole, GSIZE_TO_POINTER(i), test_packed);
		g_test_add_data_func(cut, GSIZE_TO_POINTER(i), test_packed_cut);
	}
	g_test_add_func("/packed/badly", test_packed_badly);
	g_test_add_func("/packed/gzip-members", test_gzip_members);
	return g_test_run();
}
