/* A progress bar on standard error: when that is a terminal and the work takes longer than two seconds. */
#ifndef VERB_PROGRESS_H
#define VERB_PROGRESS_H

#include "capture/capture.h"

struct progress {
	bool on;
	bool shown;
	gint64 begun_us, next_us;
};

void progress_begin(struct progress *progress, bool quiet);
void progress_show(struct progress *progress, const struct capture_stream *stream, uint64_t packets);
void progress_end(struct progress *progress);

#endif
