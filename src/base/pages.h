/* Large zeroed memory in huge pages where the system gives them: fewer page faults and TLB misses. */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>

enum { PAGES_HUGE = 2 << 20 };

/*
 * At a multiple of PAGES_HUGE when there are as many bytes, else of a cache line. What is not written takes no memory.
 * Never NULL: memory that runs out aborts.
 */
void *pages_new(size_t bytes);
void pages_free(void *pages, size_t bytes);

/* Has memory from elsewhere, which nobody wrote yet, come in huge pages, as far as they fit. */
void pages_advise(void *at, size_t bytes);

#endif
