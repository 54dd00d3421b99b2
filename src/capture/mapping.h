/*
 * The bytes of a file as memory: where the kernel has them, instead of a copy.
 *
 * The file is somebody else's, and may become shorter or unreadable at any time. What is missing then reads as zero,
 * and the mapping says so afterwards: see capture_mapping_is_lost().
 */
#ifndef CAPTURE_MAPPING_H
#define CAPTURE_MAPPING_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "capture/capture.h"

/*
 * All of a regular file, as long as it is now. NULL: it has to be read, as it is not worth a mapping or cannot be
 * mapped, or too many are mapped already. SIGBUS is taken over, for the whole process; one that no mapping is the cause
 * of ends it, as ever.
 */
struct capture_mapping *capture_mapping_new(int fd);
struct capture_mapping *capture_mapping_ref(struct capture_mapping *mapping); /* any thread */
void capture_mapping_unref(struct capture_mapping *mapping);                  /* any thread; NULL: nothing */

/* So many bytes from an offset on are present, and so many before it stay so unless somebody asks for more. */
enum { CAPTURE_MAPPING_AHEAD = 256 << 10, CAPTURE_MAPPING_BEHIND = 256 << 10 };

/* Has `behind` bytes stay present. To let pages go interrupts all threads of the process. */
void capture_mapping_stay(struct capture_mapping *mapping, gsize behind);

/*
 * Bytes nobody looks at any more, to be let go by who asks: those long before `offset`, each told once, and often none.
 * Otherwise as capture_mapping_bytes().
 */
struct capture_past capture_mapping_past(struct capture_mapping *mapping, uint64_t offset);

/* Any thread, while a reference to the mapping is held. None are left then. */
void capture_past_let_go(struct capture_past *past);

/*
 * The bytes from `offset`, at most the file's length, up to its end, which are `len`. Those that are not present are
 * valid, too, but the kernel has to look for them. Offsets grow from call to call. One thread at a time; the bytes are
 * for all, while a reference is held.
 */
const uint8_t *capture_mapping_bytes(struct capture_mapping *mapping, uint64_t offset, gsize *len);

/* Whether bytes were asked for that are no longer there. From those on all are zero. Any thread. */
bool capture_mapping_is_lost(const struct capture_mapping *mapping);

#endif
