#include "base/first.h"

#include <string.h>

static char *item(GArray *items, guint i)
{
	return items->data + (gsize)i * g_array_get_element_size(items);
}

/* Puts the i-th item to its place among the first `most` that are before it. Who is pushed out takes its own. */
static void insert(GArray *items, guint i, guint most, GCompareDataFunc compare, gpointer user)
{
	gsize bytes = g_array_get_element_size(items);
	g_autofree char *one = g_memdup2(item(items, i), bytes);
	guint last = MIN(i, most - 1), to = last;
	memcpy(item(items, i), item(items, last), bytes);
	while (to > 0 && compare(one, item(items, to - 1), user) < 0)
		to--;
	memmove(item(items, to + 1), item(items, to), (last - to) * bytes);
	memcpy(item(items, to), one, bytes);
}

void first_sort(GArray *items, guint most, GCompareDataFunc compare, gpointer user)
{
	if (most == 0 || most > FIRST_FEW) {
		g_array_sort_with_data(items, compare, user);
		return;
	}
	for (guint i = 1; i < items->len; i++)
		if (i < most || compare(item(items, i), item(items, most - 1), user) < 0)
			insert(items, i, most, compare, user);
}
