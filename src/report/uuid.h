/* Name-based UUIDs, version 5 (RFC 9562, 5.5): the same name in the same namespace is always the same UUID. */
#ifndef REPORT_UUID_H
#define REPORT_UUID_H

#include <glib.h>
#include <stdint.h>

enum { UUID_TEXT = 37 }; /* with the NUL */

/* That of STIX 2.1 for observables (2.9), and tanpa's own for all else. */
extern const uint8_t uuid_space_stix[16], uuid_space_tanpa[16];

/* Writes the UUID of `name` and returns `out`. */
const char *uuid_of_name(const uint8_t space[16], const char *name, char out[UUID_TEXT]);

#endif
