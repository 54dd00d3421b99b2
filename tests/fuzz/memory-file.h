/* Bytes as a file with a path, and what reading it as a capture must keep to. */
#ifndef FUZZ_MEMORY_FILE_H
#define FUZZ_MEMORY_FILE_H

#include <glib.h>

#include "capture/capture.h"

struct memory_file {
	int fd;
	gsize size;
	char path[40]; /* under /proc/self/fd */
};

void memory_file_open(struct memory_file *file, const uint8_t *head, gsize head_size, const uint8_t *data, gsize size);
/* With the data again and again, until it is large enough to be mapped. */
void memory_file_open_large(struct memory_file *file, const uint8_t *head, gsize head_size, const uint8_t *data,
			    gsize size);
void memory_file_close(struct memory_file *file);

/* What one pass over a capture saw. */
struct capture_pass {
	uint64_t packets, bytes, digest; /* digest: of all times, lengths, links and captured bytes */
	bool opened;
	GError *error;
};

/* Reads the file alone, as the reader of single files does. */
void capture_pass_file(const struct memory_file *file, struct capture_pass *pass);

/* Reads files (1 or 2) as one stream. */
void capture_pass_stream(const struct memory_file *files, gsize n, struct capture_pass *pass);

/* Reads it both ways, and on standard input, which is never mapped: opened or not, the same packets, the same message.
 */
void capture_check(const struct memory_file *file);

#endif
