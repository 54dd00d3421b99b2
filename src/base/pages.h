/* Large zeroed memory, which is given back for sure, and not kept by malloc() for next time. */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include <stddef.h>

/*
 * Begins at a cache line. What is not written takes no memory. Never NULL: memory that runs out aborts.
 *
 * Not in huge pages: nothing here was faster with them, and where a machine of its own is only lent the memory, to have
 * two million bytes cleared takes longer than to have five hundred times four thousand.
 */
void *pages_new(size_t bytes);
void pages_free(void *pages, size_t bytes);

/*
 * Has many bytes of such pages, from anywhere in them, there at once, which is faster than page by page as each is
 * written. Where that cannot be, they come so.
 */
void pages_populate(void *at, size_t bytes);

#endif
