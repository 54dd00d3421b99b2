/* Memory that will be asked for a moment later, so that nobody waits for it then. */
#ifndef BASE_FETCH_H
#define BASE_FETCH_H

/*
 * Begins to fetch the cache line at `at`, which need not be valid. The empty statement is an effect: without one gcc
 * takes out calls of functions that do nothing but fetch.
 */
static inline void fetch_ahead(const void *at)
{
	__builtin_prefetch(at);
	__asm__ volatile("");
}

#endif
