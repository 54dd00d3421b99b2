/*
 * Runs a fuzz target on files: each argument is a file, or a folder of files. So the seeds, and every input that was
 * ever a crash, are part of the ordinary test suite, without a fuzzer.
 */
#include <glib.h>

#include "fuzz.h"

static guint runs;

static void replay(const char *path)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
	g_autofree char *content = NULL;
	const char *name;
	gsize len;
	if (dir) {
		g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
		while ((name = g_dir_read_name(dir)) != NULL)
			g_ptr_array_add(names, g_build_filename(path, name, NULL));
		for (guint i = 0; i < names->len; i++)
			replay(g_ptr_array_index(names, i));
		return;
	}
	if (!g_file_get_contents(path, &content, &len, &error)) {
		fprintf(stderr, "%s\n", error->message);
		exit(2);
	}
	uint8_t *exact = malloc(len); /* g_file_get_contents() has a byte too many for a sanitizer */
	CHECK(exact || len == 0);
	for (gsize i = 0; i < len; i++)
		exact[i] = (uint8_t)content[i];
	fprintf(stderr, "%s (%zu bytes)\n", path, len);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	runs++;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	printf("%u inputs\n", runs);
	return runs > 0 ? 0 : 1; /* no seeds: nothing was tested */
}
