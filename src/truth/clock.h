/*
 * Times as logs write them, into ns since the epoch.
 *
 * Takes ISO 8601 (2009-03-13T16:00:00, with or without a fraction and a zone), the same with a space or
 * with slashes (2009/03/13 16:00:00.25), and seconds since the epoch (1236927600, 1236927600.25). A zone in
 * the text (Z, +09:00, +0900, +09, UTC) wins over the log's.
 *
 * Local times at a change of the clock: one that occurs twice (clock set back) has two readings, and both
 * are given, since the text alone does not tell; the caller takes the one that fits. One that does not
 * occur (clock set forward) is a fault: no clock in that zone can have shown it.
 */
#ifndef TRUTH_CLOCK_H
#define TRUTH_CLOCK_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

struct truth_time {
	int64_t ns;       /* since the epoch, UTC */
	int64_t other_ns; /* the later reading of a local time that occurs twice; otherwise equal to ns */
};

/*
 * Reads `text`, local times in `zone`. Returns NULL, or in words (static) why not. Times before 1970 and
 * after 2200 are not taken.
 */
const char *truth_clock_read(const char *text, GTimeZone *zone, struct truth_time *time);

#endif
