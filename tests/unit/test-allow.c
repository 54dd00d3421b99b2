/* The allow list: which entries it takes, and which channels they are about. */
#include <glib.h>
#include <glib/gstdio.h>

#include "base/net.h"
#include "channel/allow.h"
#include "truths.h"

/* An outbound channel to "203.0.113.5", 443, with names. */
static struct channel to(const char *server, uint16_t port, const char *name, const char *other_name)
{
	struct channel c = {.port = port, .proto = TANPA_TCP, .sessions = 1, .names = {name, other_name}};
	g_assert_true(net_address_parse(server, c.server));
	return c;
}

static bool has(const char *entry, struct channel channel)
{
	g_autoptr(allow_) allow = allow_new();
	g_autoptr(GError) error = NULL;
	g_assert_true(allow_add(allow, entry, &error));
	g_assert_no_error(error);
	return allow_has(allow, &channel);
}

static void test_addresses(void)
{
	static const struct {
		const char *entry, *server;
		bool listed;
	} cases[] = {{"203.0.113.5", "203.0.113.5", true},
		     {"203.0.113.5", "203.0.113.4", false},
		     {"203.0.113.5/32", "203.0.113.5", true},
		     {"203.0.113.4/31", "203.0.113.5", true},
		     {"203.0.113.6/31", "203.0.113.5", false},
		     {"203.0.113.77/24", "203.0.113.5", true}, /* what is behind the mask does not matter */
		     {"0.0.0.0/0", "203.0.113.5", true},
		     {"0.0.0.0/0", "2001:db8::1", false},
		     {"2001:db8::/32", "2001:db8:ffff::1", true},
		     {"2001:db8::/32", "2001:db9::1", false},
		     {"2001:DB8::1", "2001:db8:0::0:1", true},
		     {"::/0", "203.0.113.5", true}, /* IPv4 is kept as IPv4-mapped IPv6 */
		     {"192.0.2.1, 203.0.113.5", "203.0.113.5", true}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		if (has(cases[i].entry, to(cases[i].server, 443, NULL, NULL)) != cases[i].listed)
			g_error("%s, %s", cases[i].entry, cases[i].server);
}

static void test_ports(void)
{
	struct channel udp = to("203.0.113.5", 53, NULL, NULL);
	udp.proto = TANPA_UDP;
	g_assert_true(has("443/tcp", to("203.0.113.5", 443, NULL, NULL)));
	g_assert_true(has("65535/tcp", to("203.0.113.5", 65535, NULL, NULL)));
	g_assert_false(has("444/tcp", to("203.0.113.5", 443, NULL, NULL)));
	g_assert_false(has("443/udp", to("203.0.113.5", 443, NULL, NULL)));
	g_assert_true(has("443/TCP", to("203.0.113.5", 443, NULL, NULL)));
	g_assert_true(has("53/udp", udp));
	g_assert_false(has("53/tcp", udp));
}

static void test_names(void)
{
	static const struct {
		const char *entry, *name;
		bool listed;
	} cases[] = {{"www.example.com", "www.example.com", true},
		     {"WWW.Example.COM", "www.EXAMPLE.com", true},
		     {"www.example.com.", "www.example.com", true},
		     {"www.example.com", "www.example.com.", true},
		     {"www.example.com", "www.example.com:8080", true},
		     {"www.example.com", "example.com", false},
		     {"example.com", "www.example.com", false},
		     {"*.example.com", "www.example.com", true},
		     {"*.example.com", "a.b.c.example.com", true},
		     {"*.example.com", "example.com", true}, /* the apex */
		     {"*.example.com", "badexample.com", false},
		     {"*.example.com", "example.com.evil.test", false},
		     {"*.com", "www.example.com", true},
		     {"*.www.example.com", "www.example.com", true},
		     {"*.ample.com", "example.com", false},
		     {"x-1_y.example.com", "x-1_y.example.com", true},
		     {"localhost", "localhost", true},
		     {"*.b", "a..b", true},
		     {"*.example.com", "", false},
		     {"*.example.com", ":80", false},
		     {"*.example.com", "*.example.com", true}, /* nobody has that name, but it is below */
		     {"203.0.113.9", "203.0.113.9", false}};   /* an address is the server's, not a name */
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		if (has(cases[i].entry, to("203.0.113.5", 443, cases[i].name, NULL)) != cases[i].listed)
			g_error("%s, %s", cases[i].entry, cases[i].name);
}

/* The longest name of the DNS is looked for, a longer one is none. */
static void test_long_names(void)
{
	g_autoptr(GString) name = g_string_new(NULL);
	while (name->len < 240)
		g_string_append(name, "abcdefg.");
	g_string_append(name, "example.a.com"); /* 253 */
	g_assert_cmpuint(name->len, ==, 253);
	g_assert_true(has("*.a.com", to("203.0.113.5", 443, name->str, NULL)));
	g_assert_true(has(name->str, to("203.0.113.5", 443, name->str, NULL)));
	g_string_prepend_c(name, 'x');
	g_assert_false(has("*.a.com", to("203.0.113.5", 443, name->str, NULL)));
}

/* All names must be listed: one that is could be a cover for one that is not. Without a name there is nothing to list.
 */
static void test_all_names(void)
{
	g_assert_true(has("*.example.com", to("203.0.113.5", 443, "a.example.com", "b.example.com")));
	g_assert_false(has("*.example.com", to("203.0.113.5", 443, "a.example.com", "b.evil.test")));
	g_assert_false(has("*.example.com", to("203.0.113.5", 443, NULL, NULL)));
}

/* The address of an inbound channel is nobody's. */
static void test_inbound(void)
{
	struct channel inbound = {.port = 443, .proto = TANPA_TCP, .inbound = true, .sessions = 1};
	g_assert_false(has("443/tcp", inbound));
	g_assert_false(has("::/0", inbound));
}

static void test_bad_entries(void)
{
	static const char *const bad[] = {"10.0.0.0/33", "10.0.0.0/-1",
					  "10.0.0.0/",   "2001:db8::/129",
					  "65536/tcp",   "-1/tcp",
					  "x/tcp",       "/tcp",
					  "443",         "443/sctp",
					  "443 / tcp",   "a b",
					  "*",           "*.",
					  "*.*.com",     "a.*.com",
					  "http://x",    "10.0.0.256",
					  "10.0.0.1,x",  "münchen.example",
					  "a\tb",        ""};
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_autoptr(allow_) allow = allow_new();
		g_autoptr(GError) error = NULL;
		if (allow_add(allow, bad[i], &error))
			g_error("'%s' was taken", bad[i]);
		g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
	}
}

/* Reads a list of these bytes; whether it has 203.0.113.5. */
static bool reads(const char *text, gsize size, GError **error)
{
	g_autoptr(allow_) allow = allow_new();
	g_autofree char *path = truths_write(text, size);
	bool read = allow_read(allow, path, error);
	struct channel c = to("203.0.113.5", 443, NULL, NULL);
	g_unlink(path);
	g_assert_true(read == (*error == NULL));
	return read && allow_has(allow, &c);
}

/* Comments, empty lines, blanks, line ends of Windows and its byte order mark. */
static void test_file(void)
{
	static const char *const good[] = {
		"203.0.113.5",
		"# one\n\n  \t\n203.0.113.5 # two # three\n",
		"\t203.0.113.5\t\n",
		"192.0.2.1\r\n203.0.113.5\r\n\r\n",
		"\357\273\277203.0.113.5\r\n",
		"*.example.com\n443/udp\n443/tcp\n",
	};
	static const char *const without[] = {"", "\n", "#203.0.113.5", "# 443/tcp\n192.0.2.1"};
	for (gsize i = 0; i < G_N_ELEMENTS(good); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_true(reads(good[i], strlen(good[i]), &error));
	}
	for (gsize i = 0; i < G_N_ELEMENTS(without); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(reads(without[i], strlen(without[i]), &error));
		g_assert_no_error(error);
	}
}

#define TEXT(s) s, sizeof s - 1

static void test_bad_file(void)
{
	static const struct {
		const char *text;
		gsize size;
		const char *words;
	} cases[] = {
		{TEXT("192.0.2.1\n# x\nhttp://x\n"), ":3: 'http://x' is no address"},
		{TEXT("192.0.2.1/99"), ":1: '192.0.2.1/99' is no address"},
		{TEXT("192.0.2.1\n\0\n203.0.113.5\n"), "it has a NUL byte"}, /* what is behind it is not passed over */
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_false(reads(cases[i].text, cases[i].size, &error));
		g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
		if (strstr(error->message, cases[i].words) == NULL)
			g_error("%s", error->message);
	}
	g_autoptr(GError) error = NULL;
	g_autoptr(allow_) allow = allow_new();
	g_assert_false(allow_read(allow, "/nonexistent", &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
	g_assert_cmpstr(error->message, ==, "cannot read '/nonexistent': No such file or directory");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/allow/addresses", test_addresses);
	g_test_add_func("/allow/ports", test_ports);
	g_test_add_func("/allow/names", test_names);
	g_test_add_func("/allow/long-names", test_long_names);
	g_test_add_func("/allow/all-names", test_all_names);
	g_test_add_func("/allow/inbound", test_inbound);
	g_test_add_func("/allow/bad-entries", test_bad_entries);
	g_test_add_func("/allow/file", test_file);
	g_test_add_func("/allow/bad-file", test_bad_file);
	return g_test_run();
}
