/* What web/ was built into: the page before and after its data. */
#ifndef REPORT_PAGE_ASSET_H
#define REPORT_PAGE_ASSET_H

#include <stddef.h>

struct page_asset {
	const char *text;
	size_t length; /* bytes; 0: built without the page */
};

extern const struct page_asset page_asset_head, page_asset_tail;

#endif
