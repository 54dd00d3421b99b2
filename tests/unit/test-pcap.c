/* Classic pcap files: both byte orders, both time units, and every way to be damaged. */
#include <glib.h>

#include "captures.h"

enum { SEC = 1236902400 };
#define SEC_NS (INT64_C(1236902400) * 1000000000)

static void test_orders_and_units(void)
{
	for (int swapped = 0; swapped < 2; swapped++)
		for (int ns = 0; ns < 2; ns++) {
			struct capture_build b;
			struct capture_result r;
			capture_build_init(&b, swapped);
			pcap_put_header(&b, ns ? PCAP_NS : PCAP_US, 1);
			pcap_put_packet(&b, SEC, 123456, 60, 1500);
			pcap_put_packet(&b, SEC + 1, 999999, 0, 0);
			pcap_put_packet(&b, 0xffffffff, 1, 1, 1);
			capture_read_bytes(&r, b.bytes->data, b.bytes->len);
			g_assert_null(RESULT_ERROR(&r, 0));
			g_assert_cmpstr(r.format, ==, "pcap");
			g_assert_null(r.packing);
			g_assert_cmpuint(r.packets->len, ==, 3);
			g_assert_cmpuint(r.bytes, ==, b.bytes->len);
			g_assert_cmpint(RESULT_PACKET(&r, 0)->ts_ns, ==, SEC_NS + (ns ? 123456 : 123456000));
			g_assert_cmpint(RESULT_PACKET(&r, 1)->ts_ns, ==,
					SEC_NS + 1000000000 + (ns ? 999999 : 999999000));
			g_assert_cmpint(RESULT_PACKET(&r, 2)->ts_ns, ==,
					INT64_C(4294967295000000000) + (ns ? 1 : 1000));
			g_assert_cmpuint(RESULT_PACKET(&r, 0)->cap_len, ==, 60);
			g_assert_cmpuint(RESULT_PACKET(&r, 0)->wire_len, ==, 1500);
			g_assert_cmpuint(RESULT_PACKET(&r, 0)->link, ==, 1);
			g_assert_cmpuint(RESULT_PACKET(&r, 1)->cap_len, ==, 0);
			capture_result_clear(&r);
			capture_build_clear(&b);
		}
}

/* The upper half of the link type tells of frame check sequences. */
static void test_link(void)
{
	struct capture_build b;
	struct capture_result r;
	capture_build_init(&b, false);
	pcap_put_header(&b, PCAP_US, 0x14000071);
	pcap_put_packet(&b, SEC, 0, 10, 10);
	capture_read_bytes(&r, b.bytes->data, b.bytes->len);
	g_assert_cmpuint(RESULT_PACKET(&r, 0)->link, ==, 113);
	capture_result_clear(&r);
	capture_build_clear(&b);
}

/* More captured than was on the wire: the wire is taken to have had as much. */
static void test_wire_shorter_than_captured(void)
{
	struct capture_build b;
	struct capture_result r;
	capture_build_init(&b, false);
	pcap_put_header(&b, PCAP_US, 1);
	pcap_put_packet(&b, SEC, 0, 60, 40);
	capture_read_bytes(&r, b.bytes->data, b.bytes->len);
	g_assert_cmpuint(RESULT_PACKET(&r, 0)->cap_len, ==, 60);
	g_assert_cmpuint(RESULT_PACKET(&r, 0)->wire_len, ==, 60);
	capture_result_clear(&r);
	capture_build_clear(&b);
}

static void check_error(const void *bytes, gsize n, guint packets, const char *expected)
{
	struct capture_result r;
	capture_read_bytes(&r, bytes, n);
	g_assert_cmpstr(RESULT_ERROR(&r, 0), ==, expected);
	g_assert_cmpuint(r.packets->len, ==, packets);
	capture_result_clear(&r);
}

static void test_not_a_capture(void)
{
	static const uint8_t version3[24] = {0xd4, 0xc3, 0xb2, 0xa1, 3, 0, 4, 0};
	static const uint8_t short_header[23] = {0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0};
	const char *text = "Dear reader, this is a letter and not a capture.\n";
	check_error("", 0, 0, "FILE is empty");
	check_error(text, strlen(text), 0, "FILE is not a capture file: neither pcap nor pcapng");
	check_error("x", 1, 0, "FILE is not a capture file: neither pcap nor pcapng");
	check_error(short_header, sizeof short_header, 0, "FILE is not a capture file: neither pcap nor pcapng");
	check_error(version3, sizeof version3, 0, "FILE is not a capture file: pcap version other than 2");
}

static void test_no_packets(void)
{
	struct capture_build b;
	capture_build_init(&b, true);
	pcap_put_header(&b, PCAP_NS, 1);
	check_error(b.bytes->data, b.bytes->len, 0, NULL);
	capture_build_clear(&b);
}

/* Cut at every byte of three records: what is whole is given, and the message names the record that is not. */
static void test_cut(void)
{
	static const gsize begin[] = {24, 24 + 16 + 40, 24 + 16 + 40 + 16,
				      24 + 16 + 40 + 16 + 16 + 25}; /* of each record, and the end */
	struct capture_build b;
	capture_build_init(&b, false);
	pcap_put_header(&b, PCAP_US, 1);
	pcap_put_packet(&b, SEC, 0, 40, 40);
	pcap_put_packet(&b, SEC, 1, 0, 60);
	pcap_put_packet(&b, SEC, 2, 25, 25);
	g_assert_cmpuint(b.bytes->len, ==, begin[3]);
	for (gsize n = 24; n <= b.bytes->len; n++) {
		guint whole = 0;
		while (whole < 3 && n >= begin[whole + 1])
			whole++;
		g_autofree char *expected = g_strdup_printf(
			"FILE is damaged at byte %zu: the file ends inside a record", begin[whole]);
		check_error(b.bytes->data, n, whole, n == begin[whole] ? NULL : expected);
	}
	capture_build_clear(&b);
}

static void test_impossible_length(void)
{
	struct capture_build b;
	capture_build_init(&b, true);
	pcap_put_header(&b, PCAP_US, 1);
	pcap_put_packet(&b, SEC, 0, 44, 44);
	gsize at = b.bytes->len;
	pcap_put_packet(&b, SEC, 1, 262144, 262144);
	check_error(b.bytes->data, b.bytes->len, 2, NULL); /* the largest there is */
	g_byte_array_set_size(b.bytes, (guint)at);
	capture_put32(&b, SEC);
	capture_put32(&b, 0);
	capture_put32(&b, 262145);
	capture_put32(&b, 262145);
	check_error(b.bytes->data, b.bytes->len, 1,
		    "FILE is damaged at byte 84: record claims more than 262144 captured bytes");
	pcap_put_packet(&b, SEC, 2, 40, 40);
	check_error(b.bytes->data, b.bytes->len, 1,
		    "FILE is damaged at byte 84: record claims more than 262144 captured bytes");
	capture_build_clear(&b);
}

/* More packets than a batch holds, and more bytes than are read at once; in order and complete. */
static void test_many(void)
{
	struct capture_build b;
	struct capture_result r;
	capture_build_init(&b, false);
	pcap_put_header(&b, PCAP_US, 1);
	for (uint32_t i = 0; i < 20000; i++)
		pcap_put_packet(&b, SEC + i, i, i % 3001 == 3000 ? 200000 + i : i % 97, 300000);
	capture_read_bytes(&r, b.bytes->data, b.bytes->len);
	g_assert_null(RESULT_ERROR(&r, 0));
	g_assert_cmpuint(r.packets->len, ==, 20000);
	for (uint32_t i = 0; i < r.packets->len && !g_test_failed(); i++) {
		g_assert_cmpint(RESULT_PACKET(&r, i)->ts_ns, ==, SEC_NS + i * INT64_C(1000001000));
		g_assert_cmpuint(RESULT_PACKET(&r, i)->cap_len, ==, i % 3001 == 3000 ? 200000 + i : i % 97);
	}
	capture_result_clear(&r);
	capture_build_clear(&b);
}

/* The file ends with the last packet of a full batch, and one byte after it. */
static void test_full_batch(void)
{
	for (uint32_t n = CAPTURE_BATCH_PACKETS - 1; n <= CAPTURE_BATCH_PACKETS + 1; n++) {
		struct capture_build b;
		capture_build_init(&b, false);
		pcap_put_header(&b, PCAP_US, 1);
		for (uint32_t i = 0; i < n; i++)
			pcap_put_packet(&b, SEC, i, 4, 4);
		check_error(b.bytes->data, b.bytes->len, n, NULL);
		capture_put(&b, "x", 1);
		g_autofree char *expected = g_strdup_printf("FILE is damaged at byte %u: the file ends inside a record",
							    24 + 20 * n);
		check_error(b.bytes->data, b.bytes->len, n, expected);
		capture_build_clear(&b);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/pcap/orders-and-units", test_orders_and_units);
	g_test_add_func("/pcap/link", test_link);
	g_test_add_func("/pcap/wire-shorter-than-captured", test_wire_shorter_than_captured);
	g_test_add_func("/pcap/not-a-capture", test_not_a_capture);
	g_test_add_func("/pcap/no-packets", test_no_packets);
	g_test_add_func("/pcap/cut", test_cut);
	g_test_add_func("/pcap/impossible-length", test_impossible_length);
	g_test_add_func("/pcap/many", test_many);
	g_test_add_func("/pcap/full-batch", test_full_batch);
	return g_test_run();
}
