/* Names of the enumerations of the session record, as every report writes them. Static strings. */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

#include "tanpa/session.h"

const char *report_proto_name(uint8_t proto);
const char *report_origin_name(uint8_t origin);
const char *report_conn_state_name(uint8_t conn_state);
const char *report_end_name(uint8_t end);
const char *report_content_name(uint8_t content); /* NULL for none */
const char *report_service_name(uint8_t service); /* NULL for unknown */
const char *report_method_name(uint8_t method);   /* NULL for none */
const char *report_part_name(uint8_t part);
const char *report_risk_name(uint8_t risk);
const char *report_risk_words(uint8_t risk);

#endif
