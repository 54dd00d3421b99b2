/* Members of a JSON object, written one after the other: "name":value with the comma before it. */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* The name and its colon; a value has to follow. */
void report_json_key(GString *text, const char *name);

void report_json_string(GString *text, const char *name, const char *value); /* NULL: null */
void report_json_uint(GString *text, const char *name, uint64_t value);
void report_json_real(GString *text, const char *name, double value); /* not finite: null */
void report_json_bool(GString *text, const char *name, bool value);
void report_json_time(GString *text, const char *name, int64_t ns); /* TANPA_NEVER: null */
void report_json_address(GString *text, const char *name, const uint8_t addr[16]);
/* Its value is an array. */
void report_json_strings(GString *text, const char *name, const char *const *strings, gsize n);

#endif
