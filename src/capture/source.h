/*
 * Bytes of one file: plain, or unpacked (gzip, zstd, xz, lz4, bzip2; see capture/unpack) on a thread of its
 * own, so that unpacking and analysing overlap. Told apart by content, never by name.
 */
#ifndef CAPTURE_SOURCE_H
#define CAPTURE_SOURCE_H

#include <glib.h>
#include <stdint.h>

#include "capture/mapping.h"

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

/*
 * The file as memory, of which the caller has a reference; NULL: it has to be read. What is looked at there counts as
 * consumed when capture_source_seek() says so.
 */
struct capture_mapping *capture_source_map(const struct capture_source *source);

/* How long such a file is now, in bytes; 0 when that is not told. */
uint64_t capture_source_size(const struct capture_source *source);

/* Goes on reading at this offset of a file that can be mapped. */
void capture_source_seek(struct capture_source *source, uint64_t offset);

/* "gzip", "zstd", …; NULL when plain. Static. */
const char *capture_source_packing(const struct capture_source *source);

/* Bytes of the stored file consumed so far. Any thread. */
uint64_t capture_source_consumed(const struct capture_source *source);

#endif
