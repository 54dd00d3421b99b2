/* Memory that will be asked for a moment later, so that nobody waits for it then. */
#ifndef BASE_FETCH_H
#define BASE_FETCH_H

#include <stddef.h>
#include <stdint.h>

/*
 * Begins to fetch the cache line at `at`, which need not be valid. The empty statement is an effect: without one gcc
 * takes out calls of functions that do nothing but fetch.
 */
static inline void fetch_ahead(const void *at)
{
	__builtin_prefetch(at);
	__asm__ volatile("");
}

/*
 * Memory that will be asked for when other work is done, and is fetched a bit with each step of that: all at once it
 * would be waited for, as only so many lines are on their way at a time.
 */
struct fetch_run {
	const uint8_t *at, *end;
	size_t step; /* bytes, of whole lines */
};

enum { FETCH_LINE = 64 };

/* `bytes` bytes at `at` in `steps` steps. */
static inline struct fetch_run fetch_run(const uint8_t *at, size_t bytes, size_t steps)
{
	size_t lines = (bytes + FETCH_LINE - 1) / FETCH_LINE;
	return (struct fetch_run){at, at + bytes, steps > 0 ? (lines + steps - 1) / steps * FETCH_LINE : 0};
}

/* Into the second cache: it is not for now. */
static inline void fetch_run_step(struct fetch_run *run)
{
	if (run->at >= run->end)
		return;
	for (size_t i = 0; i < run->step; i += FETCH_LINE)
		__builtin_prefetch(run->at + i, 0, 2);
	run->at += run->step;
}

#endif
