/*
 * Sessions as a Zeek conn.log: the fields and types of scripts/base/protocols/conn/main.zeek, so that
 * zeek-cut and whatever reads Zeek logs takes it.
 */
#ifndef REPORT_ZEEK_H
#define REPORT_ZEEK_H

#include "report/session_format.h"

void report_zeek_prolog(struct report_out *out, const struct report_session_context *context);
void report_zeek_record(struct report_out *out, const struct report_row *row,
			const struct report_session_context *context);
void report_zeek_epilog(struct report_out *out, const struct report_session_context *context);

#endif
