/*
 * Services as a scan reports them, row by row, for expressions that select some of them: a channel, with its finding
 * if it has one, or a fan-out. Their fields are named like the keys of the JSON lines, and a channel's measures
 * "measures.interval".
 */
#ifndef REPORT_SERVICE_H
#define REPORT_SERVICE_H

#include "report/field.h"
#include "report/scan.h"

struct report_service {
	const struct report_scan *scan;
	const struct channel *channel;     /* NULL: a fan-out */
	const struct fanout_group *fanout; /* NULL: a channel */
	int finding;                       /* number in the scan's list, which is in order; or REPORT_NO_FINDING */
	/* what takes time to know, once a field has asked for it; internal */
	bool measured;
	struct feature_vector measures;
};

/* Makes it another row; `finding` as above. */
void report_service_set_channel(struct report_service *service, const struct channel *channel, int finding);
void report_service_set_fanout(struct report_service *service, const struct fanout_group *fanout);

/* All fields, for report_select_new(). Static; not from two threads at once. */
const struct report_field *report_service_fields(gsize *n);

#endif
