#include "base/content.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static const char byte_order_mark[] = "\xef\xbb\xbf";

/* NULL with errno when that cannot be. */
static GString *read_all(const char *path)
{
	enum { PIECE = 64 << 10 };
	FILE *file = fopen(path, "rbe");
	if (file == NULL)
		return NULL;
	GString *content = g_string_new(NULL);
	gsize got = PIECE, before = 0;
	errno = 0;
	while (got == PIECE) {
		before = content->len;
		g_string_set_size(content, before + PIECE);
		got = fread(content->str + before, 1, PIECE, file);
	}
	g_string_set_size(content, before + got);
	int failed = ferror(file) ? errno : 0;
	fclose(file);
	errno = failed;
	if (failed)
		g_string_free(g_steal_pointer(&content), TRUE);
	return content;
}

char *content_read(const char *path, gsize *size, GError **error)
{
	GString *content = read_all(path);
	if (content == NULL) {
		int code = errno;
		g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(code), "cannot read '%s': %s", path,
			    g_strerror(code));
		return NULL;
	}
	if (content->len >= 3 && memcmp(content->str, byte_order_mark, 3) == 0)
		g_string_erase(content, 0, 3);
	*size = content->len;
	return g_string_free(content, FALSE);
}
