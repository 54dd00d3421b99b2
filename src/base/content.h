/* A file or pipe, all of it in memory: for tables, models, lists. */
#ifndef BASE_CONTENT_H
#define BASE_CONTENT_H

#include <glib.h>

/*
 * Reads a file; a NUL follows its `*size` bytes, and a UTF-8 byte order mark at its beginning is left out. Returns NULL
 * and sets `error` (G_FILE_ERROR) when it cannot be read. Free it.
 */
char *content_read(const char *path, gsize *size, GError **error);

#endif
