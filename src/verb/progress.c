#include "verb/progress.h"

#include <stdio.h>
#include <unistd.h>

enum { WIDTH = 30, FIRST_US = 2000000, EVERY_US = 200000 };

void progress_begin(struct progress *p, bool quiet)
{
	*p = (struct progress){.on = !quiet && isatty(STDERR_FILENO), .begun_us = g_get_monotonic_time()};
	p->next_us = p->begun_us + FIRST_US;
}

void progress_show(struct progress *p, const struct capture_stream *stream, uint64_t packets)
{
	uint64_t done, total;
	if (!p->on || g_get_monotonic_time() < p->next_us)
		return;
	p->next_us = g_get_monotonic_time() + EVERY_US;
	p->shown = true;
	capture_stream_progress(stream, &done, &total);
	double seconds = (double)(g_get_monotonic_time() - p->begun_us) / 1e6;
	fprintf(stderr, "\r\033[K");
	if (total > 0) {
		double part = CLAMP((double)done / (double)total, 0, 1);
		int full = (int)(part * WIDTH);
		fprintf(stderr, "[%.*s%.*s] %3.0f %%  ", full, "##############################", WIDTH - full,
			"..............................", part * 100);
	}
	fprintf(stderr, "%.1f M packets, %.1f M/s", (double)packets / 1e6, (double)packets / 1e6 / seconds);
	fflush(stderr);
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r\033[K");
}
