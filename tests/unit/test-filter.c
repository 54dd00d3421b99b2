/* Filter expressions on every link type that libpcap can filter. */
#include <glib.h>
#include <stdlib.h>

#include "capture/capture.h"
#include "capture/filter.h"
#include "packets.h"

static bool passes(struct capture_filter *filter, const char *path, uint16_t link)
{
	struct packets_build b;
	packets_compose(&b, path);
	struct packet_raw raw = {.data = packets_bytes(&b),
				 .cap_len = (uint32_t)packets_len(&b),
				 .wire_len = (uint32_t)packets_len(&b),
				 .link = link};
	return capture_filter_passes(filter, &raw);
}

static struct capture_filter *filter_new(const char *expression)
{
	g_autoptr(GError) error = NULL;
	struct capture_filter *filter = capture_filter_new(expression, &error);
	g_assert_no_error(error);
	return filter;
}

/* One filter, links in turn: each has a program of its own. */
static void test_links(void)
{
	static const struct {
		const char *path;
		uint16_t link; /* 0: by the path */
	} rows[] = {
		{"eth/ipv4/tcp", 0}, {"sll/ipv4/tcp", 0},  {"sll2/ipv4/tcp", 0}, {"raw/ipv4/tcp", 0},
		{"raw/ipv6/tcp", 0}, {"raw/ipv4/tcp", 12}, {"raw/ipv4/tcp", 14}, {"ipv4/tcp", 0},
		{"ipv6/tcp", 0},     {"null/ipv4/tcp", 0}, {"loop/ipv4/tcp", 0}, {"ppp:hdlc/ipv4/tcp", 50},
		{"eth/ipv6/tcp", 0},
	};
	struct capture_filter *good = filter_new("tcp port 6667"), *bad = filter_new("tcp port 6668 or udp");
	for (int round = 0; round < 2; round++)
		for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
			bool is_null = packets_link(rows[i].path) == 0;
			uint16_t link = rows[i].link || is_null ? rows[i].link : packets_link(rows[i].path);
			g_test_message("%s of link %u", rows[i].path, link);
			g_assert_true(passes(good, rows[i].path, link));
			g_assert_false(passes(bad, rows[i].path, link));
		}
	capture_filter_free(good);
	capture_filter_free(bad);
}

/* What libpcap cannot filter passes nothing, and does no harm to the links it can. */
static void test_unknown_link(void)
{
	struct capture_filter *filter = filter_new("tcp"), *vlan = filter_new("vlan and tcp");
	g_assert_false(passes(filter, "eth/ipv4/tcp", 65535));
	g_assert_true(passes(filter, "eth/ipv4/tcp", 1));
	g_assert_true(passes(vlan, "eth/vlan/ipv4/tcp", 1));
	g_assert_false(passes(vlan, "eth/ipv4/tcp", 1));
	g_assert_false(passes(vlan, "raw/ipv4/tcp", 101)); /* the expression makes no sense there */
	capture_filter_free(filter);
	capture_filter_free(vlan);
}

/* A capture cut short: a test beyond what is there fails, and reads nothing. */
static void test_cut(void)
{
	struct capture_filter *filter = filter_new("tcp port 6667");
	struct packets_build b;
	packets_compose(&b, "eth/ipv4/tcp");
	for (size_t n = 0; n <= packets_len(&b); n++) {
		uint8_t *exact = packets_exact(packets_bytes(&b), n);
		struct packet_raw raw = {
			.data = exact, .cap_len = (uint32_t)n, .wire_len = (uint32_t)packets_len(&b), .link = 1};
		g_assert_true(capture_filter_passes(filter, &raw) == (n >= 14 + 20 + 4)); /* the ports */
		free(exact);
	}
	capture_filter_free(filter);
}

static void test_wrong(void)
{
	static const char *const expressions[] = {"tcp and and", "port http-is-no-port", "net 10.0.0.0/64", "("};
	for (gsize i = 0; i < G_N_ELEMENTS(expressions); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(capture_filter_new(expressions[i], &error));
		g_assert_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER);
	}
	struct capture_filter *all = filter_new(""); /* nothing asked: everything passes */
	g_assert_true(passes(all, "eth/arp", 1));
	capture_filter_free(all);
	capture_filter_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/filter/links", test_links);
	g_test_add_func("/filter/unknown-link", test_unknown_link);
	g_test_add_func("/filter/cut", test_cut);
	g_test_add_func("/filter/wrong", test_wrong);
	return g_test_run();
}
