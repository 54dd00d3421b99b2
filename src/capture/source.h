/*
 * Bytes of one file: plain, or unpacked (gzip, zstd, xz, lz4, bzip2; see capture/unpack) on a thread of its
 * own, so that unpacking and analysing overlap. Told apart by content, never by name.
 */
#ifndef CAPTURE_SOURCE_H
#define CAPTURE_SOURCE_H

#include <glib.h>
#include <stdint.h>

struct capture_source;

/* `path` "-" is standard input. Returns NULL and sets `error` when it cannot be opened or read. */
struct capture_source *capture_source_open(const char *path, GError **error);
void capture_source_close(struct capture_source *source);

/* Up to `n` bytes; 0 at the end, -1 and `error` set on failure (bytes read before it were delivered). */
gssize capture_source_read(struct capture_source *source, void *buffer, gsize n, GError **error);

/* Most bytes that may be given back. */
enum { CAPTURE_SOURCE_UNREAD = 64 };

/* Gives bytes that were read last back: they are read again. */
void capture_source_unread(struct capture_source *source, const void *bytes, gsize n);

/* "gzip", "zstd", …; NULL when plain. Static. */
const char *capture_source_packing(const struct capture_source *source);

/* Bytes of the stored file consumed so far. Any thread. */
uint64_t capture_source_consumed(const struct capture_source *source);

#endif
