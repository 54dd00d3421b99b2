/*
 * nfdump's CSV (nfdump -o csv, 1.6 and 1.7): what exporters of NetFlow and IPFIX sent. Bytes are of IP packets. A
 * record is one direction unless it has packets of the other one, too.
 */
#include "flowlog/format.h"
#include "flowlog/state.h"

static const struct flowlog_field fields[] = {
	{"ts", FLOWLOG_START},
	{"td", FLOWLOG_DURATION},
	{"sa", FLOWLOG_ORIG_ADDR},
	{"da", FLOWLOG_RESP_ADDR},
	{"sp", FLOWLOG_ORIG_PORT},
	{"dp", FLOWLOG_RESP_PORT},
	{"pr", FLOWLOG_PROTO},
	{"flg", FLOWLOG_ORIG_FLAGS},
	{"ipkt", FLOWLOG_ORIG_PKTS},
	{"ibyt", FLOWLOG_ORIG_IP_BYTES},
	{"opkt", FLOWLOG_RESP_PKTS},
	{"obyt", FLOWLOG_RESP_IP_BYTES},
	{NULL, 0},
};

static const char *const needed[] = {"ts", "td", "sa", "da", "pr", "ipkt", "ibyt", NULL};

static enum flowlog_kind look(struct flowlog_draft *d, struct flowlog_record *r)
{
	bool both = flowlog_count(d, FLOWLOG_RESP_PKTS) > 0;
	if (d->is_bad && d->bad_item == FLOWLOG_START && flowlog_text_is(d->bad_text, "Summary"))
		return FLOWLOG_IS_END;
	r->flags[0] = flowlog_flags_by_letters(flowlog_text_of(d, FLOWLOG_ORIG_FLAGS));
	r->has_flags = flowlog_has(d, FLOWLOG_ORIG_FLAGS) && !both; /* of both sides together they say little */
	return both ? FLOWLOG_IS_SESSION : FLOWLOG_IS_HALF;
}

const struct flowlog_format flowlog_format_nfdump = {"nfdump", "nfdump as CSV", true, fields, needed, look};
