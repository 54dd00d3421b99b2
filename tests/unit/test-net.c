/* Addresses and networks as text. */
#include <glib.h>

#include "base/net.h"

static void test_address(void)
{
	static const struct {
		const char *text, *back; /* NULL: not an address */
	} rows[] = {
		{"192.0.2.1", "192.0.2.1"},
		{"0.0.0.0", "0.0.0.0"},
		{"255.255.255.255", "255.255.255.255"},
		{"::", "::"},
		{"::1", "::1"},
		{"2001:DB8:0:0:0:0:0:1", "2001:db8::1"},
		{"2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},
		{"::ffff:192.0.2.1", "192.0.2.1"}, /* the same address */
		{"fe80::1%eth0", NULL},
		{"192.0.2", NULL},
		{"192.0.2.256", NULL},
		{"192.0.2.1 ", NULL},
		{"", NULL},
		{"example.com", NULL},
		{"1:2:3", NULL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint8_t addr[16];
		char text[NET_TEXT];
		g_test_message("%s", rows[i].text);
		g_assert_true(net_address_parse(rows[i].text, addr) == (rows[i].back != NULL));
		if (rows[i].back)
			g_assert_cmpstr(net_address_text(addr, text), ==, rows[i].back);
	}
}

static void test_longest_text(void)
{
	uint8_t addr[16];
	char text[NET_TEXT];
	memset(addr, 0xff, sizeof addr);
	g_assert_cmpstr(net_address_text(addr, text), ==, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

static bool list_has(const char *list, const char *address)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(net_list_) nets = net_list_parse(list, &error);
	uint8_t addr[16];
	g_assert_no_error(error);
	g_assert_true(net_address_parse(address, addr));
	return net_list_contains(nets, addr);
}

static void test_contains(void)
{
	static const struct {
		const char *list, *address;
		bool in;
	} rows[] = {
		{"10.0.0.0/8", "10.0.0.0", true},
		{"10.0.0.0/8", "10.255.255.255", true},
		{"10.0.0.0/8", "11.0.0.0", false},
		{"10.0.0.0/8", "9.255.255.255", false},
		{"10.1.2.3/8", "10.9.9.9", true}, /* bits behind the length do not matter */
		{"172.16.0.0/12", "172.31.255.255", true},
		{"172.16.0.0/12", "172.32.0.0", false},
		{"192.0.2.128/25", "192.0.2.127", false},
		{"192.0.2.128/25", "192.0.2.128", true},
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "192.0.2.0", false},
		{"192.0.2.1/32", "192.0.2.1", true},
		{"192.0.2.1/31", "192.0.2.0", true},
		{"0.0.0.0/0", "255.1.2.3", true},
		{"0.0.0.0/0", "2001:db8::1", false}, /* IPv4 only */
		{"::/0", "192.0.2.1", true},
		{"::/0", "2001:db8::1", true},
		{"2001:db8::/32", "2001:db8:ffff::1", true},
		{"2001:db8::/32", "2001:db9::1", false},
		{"2001:db8::/33", "2001:db8:8000::1", false},
		{"2001:db8::1", "2001:db8::1", true},
		{"2001:db8::1", "2001:db8::2", false},
		{"::ffff:10.0.0.0/104", "10.9.9.9", true},
		{"10.0.0.0/8,192.168.0.0/16", "192.168.7.7", true},
		{" 10.0.0.0/8 , 192.168.0.0/16 ", "10.0.0.1", true},
		{"10.0.0.0/8,192.168.0.0/16", "192.169.0.0", false},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%s in %s", rows[i].address, rows[i].list);
		g_assert_true(list_has(rows[i].list, rows[i].address) == rows[i].in);
	}
}

static void test_bad_lists(void)
{
	static const struct {
		const char *list, *complaint; /* what the message quotes */
	} rows[] = {
		{"10.0.0.0/33", "'10.0.0.0/33'"},
		{"2001:db8::/129", "'2001:db8::/129'"},
		{"10.0.0.0/", "'10.0.0.0/'"},
		{"10.0.0.0/-1", "'10.0.0.0/-1'"},
		{"10.0.0.0/+8", "'10.0.0.0/+8'"},
		{"10.0.0.0/8x", "'10.0.0.0/8x'"},
		{"10.0.0.0/8/8", "'10.0.0.0/8/8'"},
		{"/8", "'/8'"},
		{"10.0.0.0/8,", "''"},
		{",", "''"},
		{"", "''"},
		{"10.0.0.0/8,home", "'home'"},
		{"10.0.0.0/8;192.168.0.0/16", "'10.0.0.0/8;192.168.0.0/16'"},
		{"10.0.0.0/18446744073709551624", "'10.0.0.0/18446744073709551624'"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_autoptr(GError) error = NULL;
		g_test_message("'%s'", rows[i].list);
		g_autoptr(net_list_) nets = net_list_parse(rows[i].list, &error);
		g_assert_null(nets);
		g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
		g_assert_true(error != NULL && g_str_has_prefix(error->message, rows[i].complaint));
	}
}

static void test_private(void)
{
	static const char *const inside[] = {"10.0.0.1",    "172.16.0.1", "172.31.0.1", "192.168.255.1", "100.64.0.1",
					     "169.254.1.1", "fd00::1",    "fc00::1",    "fe80::1"};
	static const char *const outside[] = {"9.9.9.9",   "172.15.255.255", "172.32.0.0", "192.167.0.1", "100.128.0.0",
					      "127.0.0.1", "2001:db8::1",    "fec0::1",    "::1"};
	g_autoptr(net_list_) nets = net_list_private();
	uint8_t addr[16];
	for (gsize i = 0; i < G_N_ELEMENTS(inside); i++)
		g_assert_true(net_address_parse(inside[i], addr) && net_list_contains(nets, addr));
	for (gsize i = 0; i < G_N_ELEMENTS(outside); i++)
		g_assert_true(net_address_parse(outside[i], addr) && !net_list_contains(nets, addr));
}

/* An address with a network's first bytes, or one bit away from them. */
static void near(const struct net *net, uint8_t addr[16])
{
	for (int i = 0; i < 16; i++)
		addr[i] = (uint8_t)g_test_rand_int();
	for (int i = 0; i < 2; i++) {
		uint64_t half;
		memcpy(&half, addr + 8 * i, 8);
		half = (net->addr[i] & net->mask[i]) | (half & ~net->mask[i]);
		memcpy(addr + 8 * i, &half, 8);
	}
	if (g_test_rand_bit()) {
		int bit = g_test_rand_int_range(0, 128);
		addr[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

/* What a list has is what one of its networks has: whatever the first byte of an address tells. */
static void test_as_each(void)
{
	for (int round = 0; round < 300; round++) {
		g_autoptr(net_list_) list = net_list_new();
		int n = g_test_rand_int_range(0, 6);
		for (int i = 0; i < n; i++) {
			char text[64];
			bool ipv4 = g_test_rand_bit();
			uint32_t high = (uint32_t)g_test_rand_int();
			if (ipv4)
				g_snprintf(text, sizeof text, "%u.%u.0.0/%d", high >> 24, high >> 16 & 255,
					   g_test_rand_int_range(0, 25));
			else
				g_snprintf(text, sizeof text, "%x:%x::/%d", high >> 16, high & 0xffff,
					   g_test_rand_int_range(0, 100));
			g_autoptr(net_list_) one = net_list_parse(text, NULL);
			g_assert_nonnull(one);
			net_list_add(list, &g_array_index(one->nets, struct net, 0));
		}
		for (int k = 0; k < 200; k++) {
			uint8_t addr[16] = {[10] = 0xff, [11] = 0xff, [12] = (uint8_t)g_test_rand_int()};
			bool in = false;
			if (n > 0 && k % 4)
				near(&g_array_index(list->nets, struct net, (guint)g_test_rand_int_range(0, n)), addr);
			for (int i = 0; i < n; i++)
				in |= net_contains(&g_array_index(list->nets, struct net, (guint)i), addr);
			g_assert_true(net_list_contains(list, addr) == in);
		}
	}
	net_list_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/net/address", test_address);
	g_test_add_func("/net/longest-text", test_longest_text);
	g_test_add_func("/net/contains", test_contains);
	g_test_add_func("/net/bad-lists", test_bad_lists);
	g_test_add_func("/net/private", test_private);
	g_test_add_func("/net/as-each", test_as_each);
	return g_test_run();
}
