/* One capture file: bytes from a source, packets by its format, damage by its offset. */
#ifndef CAPTURE_FILE_H
#define CAPTURE_FILE_H

#include "capture/capture.h"

struct capture_file;

/*
 * Opens `input->path` and reads the file header; fills in the input's format and packing. Returns NULL
 * and sets `error` when it is no capture. `input` is borrowed and kept up to date until close. `other` (NULL: nobody)
 * is asked about what is no capture; the error is CAPTURE_ERROR_CLAIMED when it takes it.
 */
struct capture_file *capture_file_open(struct capture_input *input, const struct capture_other *other, GError **error);
void capture_file_close(struct capture_file *file);

/* See capture_stream_stay(). */
void capture_file_stay(struct capture_file *file, gsize behind);

/* No packets, and no bytes of anybody. */
void capture_batch_empty(struct capture_batch *batch);

/*
 * The next packets of the file, replacing the batch's. Returns false at the end and after damage, which
 * is then in input->error; packets before the damage were delivered by earlier calls.
 */
bool capture_file_fill(struct capture_file *file, struct capture_batch *batch);

/* Bytes of the stored file consumed so far. Any thread. */
uint64_t capture_file_consumed(const struct capture_file *file);

#endif
