/* Large zeroed memory in huge pages where the system gives them: fewer page faults and TLB misses. */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>

enum { PAGES_HUGE = 2 << 20 };

/* At a multiple of PAGES_HUGE when `bytes` is one, else of a cache line. Never NULL: memory that runs out aborts. */
void *pages_new(size_t bytes);
void pages_free(void *pages, size_t bytes);

#endif
