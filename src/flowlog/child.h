/* nfdump as a child process that reads nfdump's own files for us: their format changes, and nfdump knows them all. */
#ifndef FLOWLOG_CHILD_H
#define FLOWLOG_CHILD_H

#include <glib.h>
#include <stdbool.h>

struct flowlog_child;

/* Whether the first bytes of a file are nfdump's. */
bool flowlog_child_wanted(const char *head, gsize len);

/*
 * Starts nfdump on a file. Returns NULL and sets `error` (FLOWLOG_ERROR_CHILD) when there is no path (a pipe, a packed
 * file), or no nfdump.
 */
struct flowlog_child *flowlog_child_start(const char *path, GError **error);

/* Ends it; NULL is fine. */
void flowlog_child_stop(struct flowlog_child *child);

/* A flowlog_input of its lines: a table with the columns of `nfdump -o csv`. -1 when it failed, in its own words. */
gssize flowlog_child_read(void *child, void *buffer, gsize n, GError **error);

#endif
