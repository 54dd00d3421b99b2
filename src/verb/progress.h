/* A progress bar on standard error: when that is a terminal and the work takes longer than two seconds. */
#ifndef VERB_PROGRESS_H
#define VERB_PROGRESS_H

#include "capture/capture.h"

struct progress {
	const struct capture_stream *stream;
	bool on;
	bool shown;
	gint64 begun_us, next_us;
};

/* The stream knows how many bytes there are, flow logs among them; borrowed. */
void progress_begin(struct progress *progress, const struct capture_stream *stream, bool quiet);

/* What is behind: the stream's bytes and `log_bytes`, and `n` of what `noun` says. */
void progress_show(struct progress *progress, uint64_t log_bytes, uint64_t n, const char *noun);
void progress_end(struct progress *progress);

#endif
