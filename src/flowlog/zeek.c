/*
 * Zeek's conn.log (scripts/base/protocols/conn/main.zeek), with labels where somebody added them, and the logs beside
 * it that have names for its sessions. The fields are the same in tables and in JSON.
 */
#include "flowlog/format.h"

static const struct flowlog_field conn_fields[] = {
	{"ts", FLOWLOG_START},
	{"uid", FLOWLOG_UID},
	{"id.orig_h", FLOWLOG_ORIG_ADDR},
	{"id.orig_p", FLOWLOG_ORIG_PORT},
	{"id.resp_h", FLOWLOG_RESP_ADDR},
	{"id.resp_p", FLOWLOG_RESP_PORT},
	{"proto", FLOWLOG_PROTO},
	{"service", FLOWLOG_SERVICE},
	{"duration", FLOWLOG_DURATION},
	{"orig_bytes", FLOWLOG_ORIG_PAYLOAD},
	{"resp_bytes", FLOWLOG_RESP_PAYLOAD},
	{"conn_state", FLOWLOG_CONN_STATE},
	{"missed_bytes", FLOWLOG_MISSED},
	{"history", FLOWLOG_HISTORY},
	{"orig_pkts", FLOWLOG_ORIG_PKTS},
	{"orig_ip_bytes", FLOWLOG_ORIG_IP_BYTES},
	{"resp_pkts", FLOWLOG_RESP_PKTS},
	{"resp_ip_bytes", FLOWLOG_RESP_IP_BYTES},
	{"label", FLOWLOG_LABEL},
	{"detailedlabel", FLOWLOG_DETAILED_LABEL},
	{"detailed-label", FLOWLOG_DETAILED_LABEL},
	/* as the IoT-23 data set has it: three columns in one */
	{"tunnel_parents   label   detailed-label", FLOWLOG_LABEL},
	/* what tanpa adds */
	{"tanpa_orig_retrans_bytes", FLOWLOG_ORIG_RETRANS},
	{"tanpa_resp_retrans_bytes", FLOWLOG_RESP_RETRANS},
	{"tanpa_orig_missed_bytes", FLOWLOG_ORIG_MISSED},
	{"tanpa_resp_missed_bytes", FLOWLOG_RESP_MISSED},
	{"tanpa_orig_first", FLOWLOG_ORIG_FIRST},
	{"tanpa_orig_last", FLOWLOG_ORIG_LAST},
	{"tanpa_resp_first", FLOWLOG_RESP_FIRST},
	{"tanpa_resp_last", FLOWLOG_RESP_LAST},
	{"tanpa_frame_bytes", FLOWLOG_FRAMES},
	{"tanpa_turns", FLOWLOG_TURNS},
	{"tanpa_orig_data_pkts", FLOWLOG_ORIG_DATA_PKTS},
	{"tanpa_resp_data_pkts", FLOWLOG_RESP_DATA_PKTS},
	{"tanpa_reply", FLOWLOG_REPLY},
	{"tanpa_idles", FLOWLOG_IDLES},
	{"tanpa_steady_idles", FLOWLOG_STEADY_IDLES},
	{"tanpa_idle", FLOWLOG_IDLE},
	{"tanpa_origin", FLOWLOG_ORIGIN},
	{"tanpa_end", FLOWLOG_ENDED},
	{"tanpa_name", FLOWLOG_NAME},
	{"tanpa_app_protocol", FLOWLOG_APP_PROTOCOL},
	{"tanpa_risks", FLOWLOG_RISKS},
	{"tanpa_http_method", FLOWLOG_METHOD},
	{"tanpa_http_status", FLOWLOG_STATUS},
	{"tanpa_orig_content", FLOWLOG_ORIG_CONTENT},
	{"tanpa_resp_content", FLOWLOG_RESP_CONTENT},
	{"tanpa_absent", FLOWLOG_ABSENT},
	{"tanpa_estimated", FLOWLOG_ESTIMATED},
	{"tanpa_label", FLOWLOG_LABEL},
	{"tanpa_detailed_label", FLOWLOG_DETAILED_LABEL},
	{NULL, 0},
};

static const char *const conn_needed[] = {"id.orig_h", "id.resp_p", "proto", "conn_state", NULL};

/* "-   Malicious   PartOfAHorizontalPortScan" in one column */
static void split_labels(struct flowlog_draft *d)
{
	struct flowlog_text all = flowlog_text_of(d, FLOWLOG_LABEL), parts[3];
	gsize n = 0;
	while (all.len > 0 && n < G_N_ELEMENTS(parts)) {
		const char *gap = g_strstr_len(all.at, (gssize)all.len, "   ");
		gsize len = gap ? (gsize)(gap - all.at) : all.len;
		parts[n++] = (struct flowlog_text){all.at, len};
		all = flowlog_text_strip((struct flowlog_text){all.at + len, all.len - len});
	}
	if (n < G_N_ELEMENTS(parts))
		return;
	d->value[FLOWLOG_LABEL].text = parts[1];
	d->value[FLOWLOG_DETAILED_LABEL].text = parts[2];
	d->has |= UINT64_C(1) << FLOWLOG_DETAILED_LABEL;
}

static enum flowlog_kind look_at_conn(struct flowlog_draft *d, struct flowlog_record *r)
{
	(void)r;
	if (flowlog_has(d, FLOWLOG_LABEL))
		split_labels(d);
	return FLOWLOG_IS_SESSION;
}

const struct flowlog_format flowlog_format_zeek = {"zeek",      "Zeek conn.log", false,
						   conn_fields, conn_needed,     look_at_conn};

/* ---- beside it ---- */

static enum flowlog_kind look_at_facts(struct flowlog_draft *d, struct flowlog_record *r)
{
	(void)d;
	(void)r;
	return FLOWLOG_IS_FACTS;
}

static const struct flowlog_field http_fields[] = {
	{"uid", FLOWLOG_UID},
	{"host", FLOWLOG_NAME},
	{"method", FLOWLOG_METHOD},
	{"status_code", FLOWLOG_STATUS},
	{NULL, 0},
};

static const struct flowlog_field ssl_fields[] = {
	{"uid", FLOWLOG_UID},
	{"server_name", FLOWLOG_NAME},
	{NULL, 0},
};

static const struct flowlog_field dns_fields[] = {
	{"uid", FLOWLOG_UID},
	{"query", FLOWLOG_NAME},
	{NULL, 0},
};

static const char *const http_needed[] = {"uid", "id.orig_h", "trans_depth", NULL};
static const char *const ssl_needed[] = {"uid", "id.orig_h", "established", NULL};
static const char *const dns_needed[] = {"uid", "id.orig_h", "rejected", NULL};

const struct flowlog_format flowlog_format_zeek_http = {"zeek-http", "Zeek http.log", false,
							http_fields, http_needed,     look_at_facts};
const struct flowlog_format flowlog_format_zeek_ssl = {"zeek-ssl", "Zeek ssl.log", false,
						       ssl_fields, ssl_needed,     look_at_facts};
const struct flowlog_format flowlog_format_zeek_dns = {"zeek-dns", "Zeek dns.log", false,
						       dns_fields, dns_needed,     look_at_facts};
