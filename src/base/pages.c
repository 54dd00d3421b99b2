#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_HUGEPAGE */
#include "base/pages.h"

#include <glib.h>
#include <stdint.h>
#include <sys/mman.h>

enum { CACHE_LINE = 64, PAGE = 4096, MAPPED = 128 << 10 };

/* Not worth its own mapping. What has one is given back for sure, and not kept by malloc() for next time. */
static int is_small(size_t bytes)
{
	return bytes < MAPPED;
}

static uint8_t *map(size_t bytes)
{
	uint8_t *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		g_error("out of memory for %zu bytes", bytes);
	return p;
}

void *pages_new(size_t bytes)
{
	if (is_small(bytes))
		return g_aligned_alloc0(1, bytes, CACHE_LINE);
	if (bytes < PAGES_HUGE)
		return map(bytes);
	bytes = (bytes + PAGE - 1) & ~(size_t)(PAGE - 1);
	uint8_t *p = map(bytes + PAGES_HUGE);
	size_t before = -(uintptr_t)p & (PAGES_HUGE - 1);
	if (before)
		munmap(p, before);
	if (before < PAGES_HUGE)
		munmap(p + before + bytes, PAGES_HUGE - before);
	madvise(p + before, bytes, MADV_HUGEPAGE);
	return p + before;
}

void pages_free(void *pages, size_t bytes)
{
	if (is_small(bytes))
		g_aligned_free(pages);
	else if (pages)
		munmap(pages, bytes);
}

void pages_advise(void *at, size_t bytes)
{
	size_t before = -(uintptr_t)at & (PAGES_HUGE - 1);
	if (bytes > before)
		madvise((uint8_t *)at + before, (bytes - before) & ~(size_t)(PAGES_HUGE - 1), MADV_HUGEPAGE);
}
