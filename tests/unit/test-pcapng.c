/* pcapng: sections, interfaces, times, packet blocks, blocks that are passed over, damage. */
#include <glib.h>

#include "captures.h"

static void check(struct capture_build *b, guint packets, const char *error)
{
	struct capture_result r;
	capture_read_bytes(&r, b->bytes->data, b->bytes->len);
	g_assert_cmpstr(RESULT_ERROR(&r, 0), ==, error);
	g_assert_cmpuint(r.packets->len, ==, packets);
	capture_result_clear(&r);
}

static void test_all_packet_blocks(void)
{
	for (int swapped = 0; swapped < 2; swapped++) {
		struct capture_build b, obsolete;
		struct capture_result r;
		capture_build_init(&b, swapped);
		pcapng_put_section(&b);
		pcapng_put_interface(&b, 1, 262144, NULL);
		pcapng_put_interface(&b, 113, 262144, NULL);
		pcapng_put_enhanced(&b, 1, UINT64_C(1236902400123456), 61, 1500); /* µs when nothing else is said */
		pcapng_put_simple(&b, 70, 70);
		capture_build_init(&obsolete, swapped);
		capture_put16(&obsolete, 1); /* interface */
		capture_put16(&obsolete, 9); /* drops */
		capture_put32(&obsolete, (uint32_t)(UINT64_C(1236902400123457) >> 32));
		capture_put32(&obsolete, (uint32_t)UINT64_C(1236902400123457));
		capture_put32(&obsolete, 5);
		capture_put32(&obsolete, 80);
		capture_put(&obsolete, capture_bytes(5), 5);
		pcapng_put_block(&b, 2, obsolete.bytes->data, obsolete.bytes->len);
		capture_build_clear(&obsolete);
		capture_read_bytes(&r, b.bytes->data, b.bytes->len);
		g_assert_null(RESULT_ERROR(&r, 0));
		g_assert_cmpstr(r.format, ==, "pcapng");
		g_assert_cmpuint(r.bytes, ==, b.bytes->len);
		g_assert_cmpuint(r.packets->len, ==, 3);
		g_assert_cmpint(RESULT_PACKET(&r, 0)->ts_ns, ==, INT64_C(1236902400123456000));
		g_assert_cmpuint(RESULT_PACKET(&r, 0)->cap_len, ==, 61);
		g_assert_cmpuint(RESULT_PACKET(&r, 0)->wire_len, ==, 1500);
		g_assert_cmpuint(RESULT_PACKET(&r, 0)->link, ==, 113);
		/* a simple block has no time: that of the packet before; it is of the first interface */
		g_assert_cmpint(RESULT_PACKET(&r, 1)->ts_ns, ==, INT64_C(1236902400123456000));
		g_assert_cmpuint(RESULT_PACKET(&r, 1)->cap_len, ==, 70);
		g_assert_cmpuint(RESULT_PACKET(&r, 1)->wire_len, ==, 70);
		g_assert_cmpuint(RESULT_PACKET(&r, 1)->link, ==, 1);
		g_assert_cmpint(RESULT_PACKET(&r, 2)->ts_ns, ==, INT64_C(1236902400123457000));
		g_assert_cmpuint(RESULT_PACKET(&r, 2)->cap_len, ==, 5);
		g_assert_cmpuint(RESULT_PACKET(&r, 2)->wire_len, ==, 80);
		g_assert_cmpuint(RESULT_PACKET(&r, 2)->link, ==, 113);
		capture_result_clear(&r);
		capture_build_clear(&b);
	}
}

/* A simple block does not say how much was captured: the interface's limit and the block's length do. */
static void test_simple_cut(void)
{
	struct capture_build b;
	struct capture_result r;
	capture_build_init(&b, false);
	pcapng_put_section(&b);
	pcapng_put_interface(&b, 1, 61, NULL);
	pcapng_put_simple(&b, 61, 1500);
	pcapng_put_simple(&b, 20, 20);
	capture_read_bytes(&r, b.bytes->data, b.bytes->len);
	g_assert_cmpuint(r.packets->len, ==, 2);
	g_assert_cmpuint(RESULT_PACKET(&r, 0)->cap_len, ==, 61); /* and not the 3 bytes of padding behind */
	g_assert_cmpuint(RESULT_PACKET(&r, 0)->wire_len, ==, 1500);
	g_assert_cmpuint(RESULT_PACKET(&r, 1)->cap_len, ==, 20);
	capture_result_clear(&r);
	capture_build_clear(&b);
}

static void test_time_resolutions(void)
{
	static const struct {
		uint8_t tsresol;
		int64_t offset;
		uint64_t units;
		int64_t ns;
	} rows[] = {
		{6, 0, 1500000, 1500000000},
		{3, 0, 1500, 1500000000},
		{0, 0, 15, 15000000000},
		{9, 0, 1500000001, 1500000001},
		{12, 0, 1500000001999, 1500000001},
		{18, 0, UINT64_C(1500000001999999999), 1500000001},
		{127, 0, UINT64_MAX, 0},
		{0x80, 0, 15, 15000000000},
		{0x80 | 10, 0, 1536, 1500000000},
		{0x80 | 20, 0, 1572864, 1500000000},
		{0x80 | 30, 0, 1, 0},
		{0x80 | 32, 0, UINT64_C(1) << 32, 1000000000},
		{0xff, 0, UINT64_MAX, 0},
		{9, 1000000000, 5, INT64_C(1000000000000000005)},
		{6, -1, 1500000, 500000000},
		{6, -10, 1500000, 0},              /* before 1970 */
		{0, 0, UINT64_MAX, INT64_MAX - 1}, /* after 2262 */
		{9, INT64_MAX, 5, INT64_MAX - 1},
		{9, INT64_MIN, 5, 0},
		{9, 0, INT64_MAX, INT64_MAX - 1},
		{9, 0, UINT64_MAX, INT64_MAX - 1},
	};
	for (int swapped = 0; swapped < 2; swapped++)
		for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
			struct capture_build b, options, offset;
			struct capture_result r;
			capture_build_init(&b, swapped);
			capture_build_init(&options, swapped);
			capture_build_init(&offset, swapped);
			capture_put64(&offset, (uint64_t)rows[i].offset);
			pcapng_put_option(&options, 2, "eth0", 4); /* its name: of no interest */
			pcapng_put_option(&options, 9, &rows[i].tsresol, 1);
			pcapng_put_option(&options, 14, offset.bytes->data, 8);
			pcapng_put_option(&options, 0, "", 0);
			pcapng_put_option(&options, 9, "\0", 1); /* behind the end of the options */
			pcapng_put_section(&b);
			pcapng_put_interface(&b, 1, 0, &options);
			pcapng_put_enhanced(&b, 0, rows[i].units, 1, 1);
			capture_read_bytes(&r, b.bytes->data, b.bytes->len);
			g_assert_null(RESULT_ERROR(&r, 0));
			g_test_message("resolution %u", rows[i].tsresol);
			g_assert_cmpint(RESULT_PACKET(&r, 0)->ts_ns, ==, rows[i].ns);
			capture_result_clear(&r);
			capture_build_clear(&b);
			capture_build_clear(&options);
			capture_build_clear(&offset);
		}
}

/* Sections of both byte orders in one file; each has interfaces of its own. */
static void test_sections(void)
{
	struct capture_build b;
	struct capture_result r;
	capture_build_init(&b, false);
	pcapng_put_section(&b);
	pcapng_put_interface(&b, 1, 0, NULL);
	pcapng_put_enhanced(&b, 0, 1000, 1, 1);
	b.swapped = true;
	pcapng_put_section(&b);
	pcapng_put_interface(&b, 101, 0, NULL);
	pcapng_put_enhanced(&b, 0, 2000, 2, 2);
	b.swapped = false;
	pcapng_put_section(&b);
	gsize at = b.bytes->len;
	pcapng_put_enhanced(&b, 0, 3000, 3, 3); /* names an interface of an earlier section */
	capture_read_bytes(&r, b.bytes->data, b.bytes->len);
	g_autofree char *expected = g_strdup_printf(
		"FILE is damaged at byte %zu: packet block names an interface that was not described", at);
	g_assert_cmpstr(RESULT_ERROR(&r, 0), ==, expected);
	g_assert_cmpuint(r.packets->len, ==, 2);
	g_assert_cmpuint(RESULT_PACKET(&r, 0)->link, ==, 1);
	g_assert_cmpuint(RESULT_PACKET(&r, 1)->link, ==, 101);
	g_assert_cmpint(RESULT_PACKET(&r, 1)->ts_ns, ==, 2000000);
	capture_result_clear(&r);
	capture_build_clear(&b);
}

/* Blocks of other kinds: names, statistics, secrets, one of a vendor's, and one far larger than the buffer. */
static void test_passed_over(void)
{
	static const uint32_t types[] = {4, 5, 10, 0x00000bad, 0x80000001};
	g_autofree uint8_t *big = g_malloc0(3 << 20);
	struct capture_build b;
	struct capture_result r;
	capture_build_init(&b, false);
	pcapng_put_section(&b);
	pcapng_put_interface(&b, 1, 0, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
		pcapng_put_block(&b, types[i], big, 100 * i);
		pcapng_put_enhanced(&b, 0, i, 50, 50);
	}
	pcapng_put_block(&b, 5, big, 3 << 20);
	pcapng_put_enhanced(&b, 0, 5, 50, 50);
	capture_read_bytes(&r, b.bytes->data, b.bytes->len);
	g_assert_null(RESULT_ERROR(&r, 0));
	g_assert_cmpuint(r.packets->len, ==, 6);
	g_assert_cmpuint(r.bytes, ==, b.bytes->len);
	capture_result_clear(&r);
	/* the big block is cut */
	g_byte_array_set_size(b.bytes, b.bytes->len - (12 + 20 + 52) - 100);
	capture_read_bytes(&r, b.bytes->data, b.bytes->len);
	g_assert_cmpuint(r.packets->len, ==, 5);
	g_assert_true(g_str_has_suffix(RESULT_ERROR(&r, 0), ": the file ends inside a record"));
	capture_result_clear(&r);
	capture_build_clear(&b);
}

/* Options behind a packet are of no interest, but may be many. */
static void test_packet_options(void)
{
	g_autofree uint8_t *comment = g_malloc0(65532);
	struct capture_build b, body;
	capture_build_init(&b, true);
	pcapng_put_section(&b);
	pcapng_put_interface(&b, 1, 0, NULL);
	capture_build_init(&body, true);
	for (int i = 0; i < 3; i++)
		capture_put32(&body, 0);
	capture_put32(&body, 10);
	capture_put32(&body, 10);
	capture_put(&body, capture_bytes(10), 10);
	capture_put16(&body, 0);
	for (int i = 0; i < 7; i++)
		pcapng_put_option(&body, 1, comment, 65532);
	pcapng_put_block(&b, 6, body.bytes->data, body.bytes->len);
	check(&b, 1, NULL);
	capture_build_clear(&body);
	capture_build_clear(&b);
}

/* Where the damaged block begins in the files of test_damage(): behind section and interface. */
enum { DAMAGE_AT = 28 + 20 };

static void begin_damage(struct capture_build *b)
{
	capture_build_init(b, false);
	pcapng_put_section(b);
	pcapng_put_interface(b, 1, 0, NULL);
	g_assert_cmpuint(b->bytes->len, ==, DAMAGE_AT);
}

static void end_damage(struct capture_build *b, const char *reason)
{
	g_autofree char *expected = g_strdup_printf("FILE is damaged at byte %d: %s", DAMAGE_AT, reason);
	check(b, 0, expected);
	capture_build_clear(b);
}

/* One block, word by word. */
static void check_damage(const uint32_t *words, gsize n, const char *reason)
{
	struct capture_build b;
	begin_damage(&b);
	for (gsize i = 0; i < n; i++)
		capture_put32(&b, words[i]);
	end_damage(&b, reason);
}

#define DAMAGE(reason, ...) check_damage((const uint32_t[]){__VA_ARGS__}, sizeof(uint32_t[]){__VA_ARGS__} / 4, reason)

static void test_damage(void)
{
	DAMAGE("block with an impossible length", 6, 8, 0);
	DAMAGE("block with an impossible length", 6, 0, 0);
	DAMAGE("block with an impossible length", 6, 34, 0);
	DAMAGE("block with an impossible length", 0xbad, 13, 0);
	DAMAGE("block of more than 524288 bytes", 6, 524292, 0);
	DAMAGE("block of more than 524288 bytes", 1, 0xfffffffc, 0);
	DAMAGE("block whose two lengths differ", 6, 32, 0, 0, 0, 0, 0, 36);
	DAMAGE("packet block is too short", 6, 28, 0, 0, 0, 0, 28);
	DAMAGE("packet block is too short", 2, 12, 12);
	DAMAGE("simple packet block is too short", 3, 12, 12);
	DAMAGE("packet block is shorter than the packet it claims to hold", 6, 32, 0, 0, 0, 1, 1, 32);
	DAMAGE("packet block is shorter than the packet it claims to hold", 6, 36, 0, 0, 0, 5, 5, 0, 36);
	DAMAGE("packet block claims more than 262144 captured bytes", 6, 32, 0, 0, 0, 262145, 262145, 32);
	DAMAGE("packet block claims more than 262144 captured bytes", 6, 32, 0, 0, 0, 0xffffffff, 262145, 32);
	DAMAGE("packet block names an interface that was not described", 6, 32, 1, 0, 0, 0, 0, 32);
	DAMAGE("packet block names an interface that was not described", 6, 32, 0xffffffff, 0, 0, 0, 0, 32);
	DAMAGE("packet block names an interface that was not described", 2, 32, 0xffff, 0, 0, 0, 0, 32);
	DAMAGE("interface description block is too short", 1, 16, 1, 16);
	DAMAGE("option of an interface description is longer than its block", 1, 24, 1, 0, 0x00050009, 24);
	DAMAGE("section header block without a byte-order magic", 0x0a0d0d0a, 28, 0x1a2b3c4e, 1, 0, 0, 28);
	DAMAGE("section header block is too short", 0x0a0d0d0a, 16, 0x1a2b3c4d, 16);
	DAMAGE("pcapng version other than 1", 0x0a0d0d0a, 28, 0x1a2b3c4d, 2, 0, 0, 28);
	DAMAGE("the file ends inside a record", 6, 32, 0);
	DAMAGE("the file ends inside a record", 6, 32);
	DAMAGE("the file ends inside a record", 5, 32, 0);
	DAMAGE("the file ends inside a record", 5, 3200000, 0);
}

/* The latest time there is, then damage: the packet before it is given as any other. */
static void test_time_limit_then_damage(void)
{
	struct capture_build b;
	capture_build_init(&b, false);
	pcapng_put_section(&b);
	pcapng_put_interface(&b, 1, 0, NULL);
	pcapng_put_enhanced(&b, 0, UINT64_MAX, 20, 20);
	gsize at = b.bytes->len;
	capture_put32(&b, 6);
	capture_put32(&b, 0);
	capture_put32(&b, 0);
	g_autofree char *expected = g_strdup_printf("FILE is damaged at byte %zu: block with an impossible length", at);
	check(&b, 1, expected);
	capture_build_clear(&b);
}

/* A simple packet when no interface was described. */
static void test_no_interface(void)
{
	struct capture_build b;
	capture_build_init(&b, false);
	pcapng_put_section(&b);
	pcapng_put_simple(&b, 10, 10);
	check(&b, 0, "FILE is damaged at byte 28: packet block names an interface that was not described");
	capture_build_clear(&b);
}

/* Cut at every byte. */
static void test_cut(void)
{
	struct capture_build b;
	gsize ends[5];
	capture_build_init(&b, false);
	pcapng_put_section(&b);
	ends[0] = b.bytes->len;
	pcapng_put_interface(&b, 1, 0, NULL);
	ends[1] = b.bytes->len;
	pcapng_put_enhanced(&b, 0, 0, 17, 17);
	ends[2] = b.bytes->len;
	pcapng_put_block(&b, 5, capture_bytes(20), 20);
	ends[3] = b.bytes->len;
	pcapng_put_simple(&b, 10, 10);
	ends[4] = b.bytes->len;
	for (gsize n = 12; n <= b.bytes->len; n++) {
		struct capture_result r;
		gsize last = 0; /* end of the last whole block */
		for (gsize i = 0; i < G_N_ELEMENTS(ends); i++)
			last = n >= ends[i] ? ends[i] : last;
		capture_read_bytes(&r, b.bytes->data, n);
		g_assert_cmpuint(r.packets->len, ==, n >= ends[4] ? 2 : n >= ends[2] ? 1 : 0);
		g_assert_true((RESULT_ERROR(&r, 0) == NULL) == (n == last));
		if (RESULT_ERROR(&r, 0))
			g_assert_true(g_str_has_suffix(RESULT_ERROR(&r, 0), ": the file ends inside a record"));
		capture_result_clear(&r);
	}
	capture_build_clear(&b);
}

static void test_probe(void)
{
	struct capture_build b;
	capture_build_init(&b, false);
	pcapng_put_section(&b);
	b.bytes->data[8] ^= 1; /* no byte-order magic */
	check(&b, 0, "FILE is not a capture file: neither pcap nor pcapng");
	b.bytes->data[8] ^= 1;
	check(&b, 0, NULL); /* a section with nothing in it */
	g_byte_array_set_size(b.bytes, 11);
	check(&b, 0, "FILE is not a capture file: neither pcap nor pcapng");
	capture_build_clear(&b);
}

static void test_many(void)
{
	struct capture_build b;
	struct capture_result r;
	capture_build_init(&b, true);
	pcapng_put_section(&b);
	for (uint16_t i = 0; i < 300; i++)
		pcapng_put_interface(&b, i, 0, NULL);
	for (uint32_t i = 0; i < 10000; i++)
		pcapng_put_enhanced(&b, i % 300, i, i % 2001 == 2000 ? 262144 : i % 50, 262144);
	capture_read_bytes(&r, b.bytes->data, b.bytes->len);
	g_assert_null(RESULT_ERROR(&r, 0));
	g_assert_cmpuint(r.packets->len, ==, 10000);
	for (uint32_t i = 0; i < r.packets->len && !g_test_failed(); i++) {
		g_assert_cmpint(RESULT_PACKET(&r, i)->ts_ns, ==, i * INT64_C(1000));
		g_assert_cmpuint(RESULT_PACKET(&r, i)->link, ==, i % 300);
		g_assert_cmpuint(RESULT_PACKET(&r, i)->cap_len, ==, i % 2001 == 2000 ? 262144 : i % 50);
	}
	capture_result_clear(&r);
	capture_build_clear(&b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/pcapng/all-packet-blocks", test_all_packet_blocks);
	g_test_add_func("/pcapng/simple-cut", test_simple_cut);
	g_test_add_func("/pcapng/time-resolutions", test_time_resolutions);
	g_test_add_func("/pcapng/sections", test_sections);
	g_test_add_func("/pcapng/passed-over", test_passed_over);
	g_test_add_func("/pcapng/packet-options", test_packet_options);
	g_test_add_func("/pcapng/damage", test_damage);
	g_test_add_func("/pcapng/time-limit-then-damage", test_time_limit_then_damage);
	g_test_add_func("/pcapng/no-interface", test_no_interface);
	g_test_add_func("/pcapng/cut", test_cut);
	g_test_add_func("/pcapng/probe", test_probe);
	g_test_add_func("/pcapng/many", test_many);
	return g_test_run();
}
