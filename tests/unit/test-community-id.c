/* Community ID v1 against the test vectors published with the specification and its reference implementation. */
#include <glib.h>

#include "base/net.h"
#include "report/community_id.h"

static const struct {
	uint8_t proto;
	const char *addr[2];
	uint16_t port[2];
	const char *id;
} rows[] = {
	{TANPA_TCP, {"128.232.110.120", "66.35.250.204"}, {34855, 80}, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
	{TANPA_TCP, {"10.0.0.1", "10.0.0.2"}, {10, 11569}, "1:SXBGMX1lBOwhhoDrZynfROxnhnM="},
	{TANPA_UDP, {"192.168.1.52", "8.8.8.8"}, {54585, 53}, "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
	{TANPA_TCP,
	 {"2001:470:e5bf:dead:4957:2174:e82c:4887", "2607:f8b0:400c:c03::1a"},
	 {63943, 25},
	 "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="},
	/* one address: the ports decide the order */
	{TANPA_TCP, {"10.0.0.1", "10.0.0.1"}, {10, 20}, "1:1Lc+0H/HgLmR5V4rmOeuDZQS11k="},
};

/* Whoever began: the id is the same. */
static void test_vectors(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		for (int turned = 0; turned < 2; turned++) {
			struct tanpa_session s = {.proto = rows[i].proto, .ipv4 = strchr(rows[i].addr[0], '.') != NULL};
			g_autoptr(GString) text = g_string_new("x");
			for (int side = 0; side < 2; side++) {
				g_assert_true(net_address_parse(rows[i].addr[side ^ turned], s.addr[side]));
				s.port[side] = rows[i].port[side ^ turned];
			}
			report_append_community_id(text, &s);
			g_assert_cmpstr(text->str + 1, ==, rows[i].id);
			g_assert_true(text->str[0] == 'x'); /* appended */
		}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/community-id/vectors", test_vectors);
	return g_test_run();
}
