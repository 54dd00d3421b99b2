/* tanpa's own sessions, as CSV and JSON lines: everything of the record is there, and verdicts are made anew. */
#include "flowlog/format.h"

static const struct flowlog_field fields[] = {
	{"ts", FLOWLOG_START},
	{"duration", FLOWLOG_DURATION},
	{"proto", FLOWLOG_PROTO},
	{"orig_h", FLOWLOG_ORIG_ADDR},
	{"orig_p", FLOWLOG_ORIG_PORT},
	{"resp_h", FLOWLOG_RESP_ADDR},
	{"resp_p", FLOWLOG_RESP_PORT},
	{"service", FLOWLOG_SERVICE},
	{"name", FLOWLOG_NAME},
	{"app_protocol", FLOWLOG_APP_PROTOCOL},
	{"risks", FLOWLOG_RISKS},
	{"http_method", FLOWLOG_METHOD},
	{"http_status", FLOWLOG_STATUS},
	{"orig_content", FLOWLOG_ORIG_CONTENT},
	{"resp_content", FLOWLOG_RESP_CONTENT},
	{"conn_state", FLOWLOG_CONN_STATE},
	{"history", FLOWLOG_HISTORY},
	{"end", FLOWLOG_ENDED},
	{"origin", FLOWLOG_ORIGIN},
	{"orig_pkts", FLOWLOG_ORIG_PKTS},
	{"resp_pkts", FLOWLOG_RESP_PKTS},
	{"orig_ip_bytes", FLOWLOG_ORIG_IP_BYTES},
	{"resp_ip_bytes", FLOWLOG_RESP_IP_BYTES},
	{"orig_bytes", FLOWLOG_ORIG_PAYLOAD},
	{"resp_bytes", FLOWLOG_RESP_PAYLOAD},
	{"orig_retrans_bytes", FLOWLOG_ORIG_RETRANS},
	{"resp_retrans_bytes", FLOWLOG_RESP_RETRANS},
	{"orig_missed_bytes", FLOWLOG_ORIG_MISSED},
	{"resp_missed_bytes", FLOWLOG_RESP_MISSED},
	{"frame_bytes", FLOWLOG_FRAMES},
	{"orig_first", FLOWLOG_ORIG_FIRST},
	{"orig_last", FLOWLOG_ORIG_LAST},
	{"resp_first", FLOWLOG_RESP_FIRST},
	{"resp_last", FLOWLOG_RESP_LAST},
	{"turns", FLOWLOG_TURNS},
	{"orig_data_pkts", FLOWLOG_ORIG_DATA_PKTS},
	{"resp_data_pkts", FLOWLOG_RESP_DATA_PKTS},
	{"reply", FLOWLOG_REPLY},
	{"idles", FLOWLOG_IDLES},
	{"steady_idles", FLOWLOG_STEADY_IDLES},
	{"idle", FLOWLOG_IDLE},
	{"absent", FLOWLOG_ABSENT},
	{"estimated", FLOWLOG_ESTIMATED},
	{"label", FLOWLOG_LABEL},
	{"detailed_label", FLOWLOG_DETAILED_LABEL},
	{NULL, 0},
};

static const char *const needed[] = {"ts", "orig_h", "resp_h", "verdict", NULL};

/* What a spreadsheet would run as a formula was written with an apostrophe before it. */
static void restore_text(struct flowlog_draft *d, enum flowlog_item item)
{
	struct flowlog_text *text = &d->value[item].text;
	if (flowlog_has(d, item) && text->len > 2 && text->at[0] == '\'' && strchr("=+-@\t\r", text->at[1])) {
		text->at++;
		text->len--;
	}
}

static enum flowlog_kind look(struct flowlog_draft *d, struct flowlog_record *r)
{
	(void)r;
	restore_text(d, FLOWLOG_NAME);
	restore_text(d, FLOWLOG_APP_PROTOCOL);
	restore_text(d, FLOWLOG_LABEL);
	restore_text(d, FLOWLOG_DETAILED_LABEL);
	return FLOWLOG_IS_SESSION;
}

const struct flowlog_format flowlog_format_tanpa = {"tanpa", "sessions as tanpa writes them", false, fields, needed,
						    look};
