/*
 * Unpackers: packed bytes in, unpacked bytes out. One const table per library behind them. gzip gives everything
 * before a damage; libarchive whole blocks, so that up to 128 KiB before a damage may be missing.
 */
#ifndef CAPTURE_UNPACK_H
#define CAPTURE_UNPACK_H

#include <glib.h>
#include <stdint.h>

/* Delivers packed bytes: up to `n` of them, 0 at the end, -1 and `error` set. */
typedef gssize capture_unpack_input(void *user, void *buffer, gsize n, GError **error);

struct capture_unpacker {
	void *(*begin)(capture_unpack_input *input, void *user);
	/* Up to `n` bytes; 0 at the end, -1 and `error` set to what is wrong with the data. */
	gssize (*read)(void *state, void *buffer, gsize n, GError **error);
	void (*end)(void *state);
};

extern const struct capture_unpacker capture_unpack_gzip;    /* zlib: it checks gzip's checksum */
extern const struct capture_unpacker capture_unpack_archive; /* libarchive: zstd, xz, bzip2, lz4 */

#endif
