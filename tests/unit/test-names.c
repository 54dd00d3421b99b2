/* The pool of host names: each once, bounded, never moving. */
#include <glib.h>
#include <string.h>

#include "packet/payload.h"
#include "session/names.h"

static void test_names(void)
{
	struct session_names names;
	session_names_init(&names);
	g_assert_null(session_names_get(&names, 0));
	uint32_t a = session_names_add(&names, "a.example", 9), b = session_names_add(&names, "b.example", 9);
	const char *text = session_names_get(&names, a);
	g_assert_cmpuint(a, !=, 0);
	g_assert_cmpuint(b, !=, 0);
	g_assert_cmpuint(a, !=, b);
	g_assert_cmpuint(session_names_add(&names, "b.example", 9), ==, b);
	g_assert_cmpuint(session_names_add(&names, "a.example and more", 9), ==, a); /* only so many bytes of it */
	g_assert_cmpuint(session_names_add(&names, "a.example\0x", 11), ==, a);      /* nothing behind a NUL */
	g_assert_cmpuint(session_names_add(&names, "a.exampl", 8), !=, a);
	g_assert_cmpuint(session_names_add(&names, "A.example", 9), !=, a);
	for (int i = 0; i < 10000; i++) {
		g_autofree char *name = g_strdup_printf("%d.example", i);
		uint32_t number = session_names_add(&names, name, strlen(name));
		g_assert_cmpstr(session_names_get(&names, number), ==, name);
	}
	g_assert_true(session_names_get(&names, a) == text);
	g_assert_cmpstr(text, ==, "a.example");
	g_assert_cmpstr(session_names_get(&names, b), ==, "b.example");
	session_names_clear(&names);
}

static void test_lengths(void)
{
	char longest[PAYLOAD_NAME_MAX + 1];
	struct session_names names;
	memset(longest, 'x', sizeof longest);
	session_names_init(&names);
	g_assert_cmpuint(session_names_add(&names, "", 0), ==, 0);
	g_assert_cmpuint(session_names_add(&names, "\0x", 2), ==, 0);
	g_assert_cmpuint(session_names_add(&names, longest, PAYLOAD_NAME_MAX + 1), ==, 0);
	uint32_t number = session_names_add(&names, longest, PAYLOAD_NAME_MAX);
	g_assert_cmpuint(number, !=, 0);
	g_assert_cmpuint(strlen(session_names_get(&names, number)), ==, PAYLOAD_NAME_MAX);
	session_names_clear(&names);
}

/* A full pool takes no more, and still knows those it has. */
static void test_full(void)
{
	struct session_names names;
	char name[16];
	session_names_init(&names);
	for (uint32_t i = 0; i < NAMES_MAX + 10; i++) {
		int len = g_snprintf(name, sizeof name, "%u", i);
		uint32_t number = session_names_add(&names, name, (size_t)len);
		if ((number != 0) != (i < NAMES_MAX)) {
			g_assert_cmpuint(i, ==, NAMES_MAX);
			break;
		}
	}
	g_assert_cmpuint(session_names_add(&names, "one more", 8), ==, 0);
	g_assert_cmpstr(session_names_get(&names, session_names_add(&names, "77", 2)), ==, "77");
	session_names_clear(&names);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/names/names", test_names);
	g_test_add_func("/names/lengths", test_lengths);
	g_test_add_func("/names/full", test_full);
	return g_test_run();
}
