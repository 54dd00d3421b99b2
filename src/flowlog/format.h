/*
 * What a flow-log format is to the reader: how its columns or keys are called, which tell it from others, and what a
 * line of it is. One const table per format. How lines are written (a table with a header, Zeek's tables, JSON) is
 * apart from that: see flowlog/layout.h.
 */
#ifndef FLOWLOG_FORMAT_H
#define FLOWLOG_FORMAT_H

#include "flowlog/record.h"

/* What a line is about. */
enum flowlog_kind {
	FLOWLOG_IS_SESSION,
	FLOWLOG_IS_HALF,  /* one direction; the other one may be another line */
	FLOWLOG_IS_FACTS, /* names of a session that is another line */
	FLOWLOG_IS_OTHER, /* nothing for us */
	FLOWLOG_IS_END,   /* nothing for us, and all that follows neither */
};

struct flowlog_format {
	const char *name, *words;
	bool has_halves;                    /* some of its sessions are two lines */
	const struct flowlog_field *fields; /* to a NULL name */
	const char *const *needed;          /* names that tell the format, to a NULL */
	/*
	 * Looks at a line: what it is, and, of a session, flags in the record. May change the draft (turn it, set its
	 * state). Faults of single fields are looked at afterwards.
	 */
	enum flowlog_kind (*look)(struct flowlog_draft *draft, struct flowlog_record *record);
};

extern const struct flowlog_format flowlog_format_zeek, flowlog_format_zeek_http, flowlog_format_zeek_ssl,
	flowlog_format_zeek_dns, flowlog_format_argus, flowlog_format_eve, flowlog_format_nfdump, flowlog_format_tanpa;

#endif
