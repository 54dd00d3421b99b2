/* libpcap's filter expressions (pcap-filter(7)) on packets of any link type. */
#ifndef CAPTURE_FILTER_H
#define CAPTURE_FILTER_H

#include <glib.h>
#include <stdbool.h>

#include "packet/packet.h"

struct capture_filter;

/* Returns NULL and sets `error` when the expression is wrong. */
struct capture_filter *capture_filter_new(const char *expression, GError **error);
void capture_filter_free(struct capture_filter *filter);

/* That the expression made no sense for a link type that was met, NULL: for all it did. Borrowed. */
const GError *capture_filter_problem(const struct capture_filter *filter);

/* Whether the packet passes. An expression that makes no sense for its link type lets nothing pass. */
bool capture_filter_passes(struct capture_filter *filter, const struct packet_raw *raw);

#endif
