/* One JSON object of a line, value by value (yajl). */
#ifndef FLOWLOG_JSON_H
#define FLOWLOG_JSON_H

#include "flowlog/text.h"

/*
 * Called with every string, number and boolean of the object, and with null as a text of no length; not with what is in
 * arrays. `path` is its key, keys of objects in objects joined by dots; it lives until the call returns, `value` until
 * the next object is read.
 */
typedef void flowlog_json_visit(void *user, const char *path, struct flowlog_text value);

struct flowlog_json;

struct flowlog_json *flowlog_json_new(void);
void flowlog_json_free(struct flowlog_json *json);

/* Reads a line of at most FLOWLOG_LINE_MAX bytes. Returns NULL, or what is wrong with it (static). */
const char *flowlog_json_read(struct flowlog_json *json, struct flowlog_text line, flowlog_json_visit *visit,
			      void *user);

#endif
