/*
 * Suricata's EVE JSON: `flow` events, halves of flows from `netflow` events, names from `tls`, `http` and `dns` events.
 * Bytes are of whole frames.
 */
#include "flowlog/format.h"
#include "flowlog/state.h"

static const struct flowlog_field fields[] = {
	{"event_type", FLOWLOG_EVENT},
	{"flow_id", FLOWLOG_UID},
	{"src_ip", FLOWLOG_ORIG_ADDR},
	{"src_port", FLOWLOG_ORIG_PORT},
	{"dest_ip", FLOWLOG_RESP_ADDR},
	{"dest_port", FLOWLOG_RESP_PORT},
	{"proto", FLOWLOG_PROTO},
	{"app_proto", FLOWLOG_SERVICE},
	{"flow.pkts_toserver", FLOWLOG_ORIG_PKTS},
	{"flow.pkts_toclient", FLOWLOG_RESP_PKTS},
	{"flow.bytes_toserver", FLOWLOG_ORIG_FRAMES},
	{"flow.bytes_toclient", FLOWLOG_RESP_FRAMES},
	{"flow.start", FLOWLOG_START},
	{"flow.end", FLOWLOG_END},
	{"flow.state", FLOWLOG_STATE},
	{"tcp.tcp_flags_ts", FLOWLOG_ORIG_FLAGS},
	{"tcp.tcp_flags_tc", FLOWLOG_RESP_FLAGS},
	{"netflow.pkts", FLOWLOG_ORIG_PKTS},
	{"netflow.bytes", FLOWLOG_ORIG_FRAMES},
	{"netflow.start", FLOWLOG_START},
	{"netflow.end", FLOWLOG_END},
	{"tcp.tcp_flags", FLOWLOG_FLAGS},
	{"tls.sni", FLOWLOG_NAME},
	{"http.hostname", FLOWLOG_NAME},
	{"http.http_method", FLOWLOG_METHOD},
	{"http.status", FLOWLOG_STATUS},
	{"dns.rrname", FLOWLOG_NAME},
	{NULL, 0},
};

static const char *const needed[] = {"event_type", "timestamp", NULL};

static void take_flags(const struct flowlog_draft *d, struct flowlog_record *r, bool half)
{
	enum flowlog_item orig = half ? FLOWLOG_FLAGS : FLOWLOG_ORIG_FLAGS;
	r->has_flags = flowlog_has(d, orig);
	r->flags[0] = flowlog_flags_by_number(flowlog_text_of(d, orig));
	r->flags[1] = half ? 0 : flowlog_flags_by_number(flowlog_text_of(d, FLOWLOG_RESP_FLAGS));
}

static enum flowlog_kind look(struct flowlog_draft *d, struct flowlog_record *r)
{
	static const struct {
		const char *event;
		enum flowlog_kind kind;
	} events[] = {
		{"flow", FLOWLOG_IS_SESSION}, {"netflow", FLOWLOG_IS_HALF}, {"tls", FLOWLOG_IS_FACTS},
		{"http", FLOWLOG_IS_FACTS},   {"dns", FLOWLOG_IS_FACTS},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(events); i++)
		if (flowlog_text_is(flowlog_text_of(d, FLOWLOG_EVENT), events[i].event)) {
			take_flags(d, r, events[i].kind == FLOWLOG_IS_HALF);
			return events[i].kind;
		}
	return FLOWLOG_IS_OTHER;
}

const struct flowlog_format flowlog_format_eve = {"eve", "Suricata EVE JSON", true, fields, needed, look};
