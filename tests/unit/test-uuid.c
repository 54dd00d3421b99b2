/* Name-based UUIDs: known answers. */
#include <glib.h>

#include "report/uuid.h"

/* RFC 9562's namespace of domain names, and its own example (A.4). */
static void test_rfc_example(void)
{
	static const uint8_t dns[16] = {0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1,
					0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
	char out[UUID_TEXT];
	g_assert_cmpstr(uuid_of_name(dns, "www.example.com", out), ==, "2ed6657d-e927-568b-95e1-2665a8aea6a2");
	g_assert_true(g_uuid_string_is_valid(out));
}

/* The example of STIX 2.1, 2.9, and what other makers of such ids have. */
static void test_stix_examples(void)
{
	char out[UUID_TEXT];
	g_assert_cmpstr(uuid_of_name(uuid_space_stix, "{\"value\":\"198.51.100.3\"}", out), ==,
			"28bb3599-77cd-5a82-a950-b5bc3caf07c4");
	g_assert_cmpstr(uuid_of_name(uuid_space_stix, "{\"value\":\"2001:db8::1\"}", out), ==,
			"6469e3a9-b053-5e34-a025-9396ae051d26");
	g_assert_cmpstr(uuid_of_name(uuid_space_stix, "{\"value\":\"example.com\"}", out), ==,
			"bedb4899-d24b-5401-bc86-8f6b4cc18ec7");
}

/* tanpa's namespace is the UUID of "tanpa" in that of URLs. */
static void test_own_space(void)
{
	static const uint8_t url[16] = {0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1,
					0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8};
	char out[UUID_TEXT];
	g_autoptr(GString) own = g_string_new(NULL);
	for (int i = 0; i < 16; i++)
		g_string_append_printf(own, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "",
				       uuid_space_tanpa[i]);
	g_assert_cmpstr(uuid_of_name(url, "tanpa", out), ==, own->str);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/uuid/rfc-example", test_rfc_example);
	g_test_add_func("/uuid/stix-examples", test_stix_examples);
	g_test_add_func("/uuid/own-space", test_own_space);
	return g_test_run();
}
