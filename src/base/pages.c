#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_POPULATE_WRITE */
#include "base/pages.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { CACHE_LINE = 64, MAPPED = 128 << 10 };

/* Not worth its own mapping. */
static bool is_small(size_t bytes)
{
	return bytes < MAPPED;
}

void *pages_new(size_t bytes)
{
	if (is_small(bytes))
		return g_aligned_alloc0(1, bytes, CACHE_LINE);
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		g_error("out of memory for %zu bytes", bytes);
	return p;
}

void pages_free(void *pages, size_t bytes)
{
	if (is_small(bytes))
		g_aligned_free(pages);
	else if (pages)
		munmap(pages, bytes);
}

void pages_populate(void *at, size_t bytes)
{
#ifdef MADV_POPULATE_WRITE
	size_t before = (uintptr_t)at % (size_t)sysconf(_SC_PAGESIZE); /* of its first page */
	if (!is_small(bytes))
		madvise((char *)at - before, before + bytes, MADV_POPULATE_WRITE);
#else
	(void)at;
	(void)bytes;
#endif
}
