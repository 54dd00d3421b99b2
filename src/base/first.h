/* The few items of an array that come first, without sorting all of it. */
#ifndef BASE_FIRST_H
#define BASE_FIRST_H

#include <glib.h>

/* As many may be picked: each of the others is compared with the last of them. */
enum { FIRST_FEW = 64 };

/*
 * Brings the `most` items of an array that come first to its front, in order; in which order the others are is left
 * open. All of them are sorted when `most` is 0 or more than FIRST_FEW.
 */
void first_sort(GArray *items, guint most, GCompareDataFunc compare, gpointer user);

#endif
