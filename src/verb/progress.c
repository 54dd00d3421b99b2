#include "verb/progress.h"

#include <stdio.h>
#include <unistd.h>

enum { WIDTH = 30, FIRST_US = 2000000, EVERY_US = 200000 };

void progress_begin(struct progress *p, const struct capture_stream *stream, bool quiet)
{
	*p = (struct progress){
		.stream = stream, .on = !quiet && isatty(STDERR_FILENO), .begun_us = g_get_monotonic_time()};
	p->next_us = p->begun_us + FIRST_US;
}

void progress_show(struct progress *p, uint64_t log_bytes, uint64_t n, const char *noun)
{
	uint64_t done, total;
	if (!p->on || g_get_monotonic_time() < p->next_us)
		return;
	p->next_us = g_get_monotonic_time() + EVERY_US;
	p->shown = true;
	capture_stream_progress(p->stream, &done, &total);
	done += log_bytes;
	double seconds = (double)(g_get_monotonic_time() - p->begun_us) / 1e6;
	fprintf(stderr, "\r\033[K");
	if (total > 0) {
		double part = CLAMP((double)done / (double)total, 0, 1);
		int full = (int)(part * WIDTH);
		fprintf(stderr, "[%.*s%.*s] %3.0f %%  ", full, "##############################", WIDTH - full,
			"..............................", part * 100);
	}
	fprintf(stderr, "%.1f M %s, %.1f M/s", (double)n / 1e6, noun, (double)n / 1e6 / seconds);
	fflush(stderr);
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r\033[K");
}
