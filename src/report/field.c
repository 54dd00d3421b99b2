#include "report/field.h"

#include "report/community_id.h"
#include "report/names.h"

#define GETTER(name) static void get_##name(const struct report_row *row, struct report_value *value, GString *scratch)

#define UNUSED_SCRATCH (void)scratch

/* ---- time and key ---- */

GETTER(ts)
{
	UNUSED_SCRATCH;
	value->ns = tanpa_session_start_ns(row->session);
}

GETTER(duration)
{
	UNUSED_SCRATCH;
	value->ns = tanpa_session_end_ns(row->session) - tanpa_session_start_ns(row->session);
}

#define ADDRESS_GETTER(name, side)                           \
	GETTER(name)                                         \
	{                                                    \
		UNUSED_SCRATCH;                              \
		value->address = row->session->addr[(side)]; \
	}

ADDRESS_GETTER(orig_h, TANPA_ORIG)
ADDRESS_GETTER(resp_h, TANPA_RESP)
ADDRESS_GETTER(inside_h, row->verdict->inside)
ADDRESS_GETTER(server, row->verdict->server)

#define UINT_GETTER(name, expression)          \
	GETTER(name)                           \
	{                                      \
		UNUSED_SCRATCH;                \
		value->uint = row->expression; \
	}

UINT_GETTER(orig_p, session->port[TANPA_ORIG])
UINT_GETTER(resp_p, session->port[TANPA_RESP])
UINT_GETTER(orig_pkts, session->flow[TANPA_ORIG].packets)
UINT_GETTER(resp_pkts, session->flow[TANPA_RESP].packets)
UINT_GETTER(orig_ip_bytes, session->flow[TANPA_ORIG].ip_bytes)
UINT_GETTER(resp_ip_bytes, session->flow[TANPA_RESP].ip_bytes)
UINT_GETTER(orig_bytes, session->flow[TANPA_ORIG].payload_bytes)
UINT_GETTER(resp_bytes, session->flow[TANPA_RESP].payload_bytes)
UINT_GETTER(orig_retrans_bytes, session->flow[TANPA_ORIG].retrans_bytes)
UINT_GETTER(resp_retrans_bytes, session->flow[TANPA_RESP].retrans_bytes)
UINT_GETTER(orig_missed_bytes, session->flow[TANPA_ORIG].missed_bytes)
UINT_GETTER(resp_missed_bytes, session->flow[TANPA_RESP].missed_bytes)
UINT_GETTER(turns, session->turns)
UINT_GETTER(orig_data_pkts, session->flow[TANPA_ORIG].data_packets)
UINT_GETTER(resp_data_pkts, session->flow[TANPA_RESP].data_packets)
UINT_GETTER(idles, session->idles)
UINT_GETTER(steady_idles, session->steady_idles)
UINT_GETTER(port, session->port[row->verdict->server])
UINT_GETTER(sent, verdict->sent)
UINT_GETTER(received, verdict->received)

#define TIME_GETTER(name, expression)                    \
	GETTER(name)                                     \
	{                                                \
		UNUSED_SCRATCH;                          \
		value->ns = row->expression;             \
		value->unset = value->ns == TANPA_NEVER; \
	}

TIME_GETTER(orig_first, session->flow[TANPA_ORIG].first_ns)
TIME_GETTER(orig_last, session->flow[TANPA_ORIG].last_ns)
TIME_GETTER(resp_first, session->flow[TANPA_RESP].first_ns)
TIME_GETTER(resp_last, session->flow[TANPA_RESP].last_ns)
TIME_GETTER(reply, session->reply_ns)

GETTER(idle)
{
	UNUSED_SCRATCH;
	value->ns = row->session->idle_ns;
	value->unset = row->session->idles == 0;
}

#define NAME_GETTER(name, expression)                 \
	GETTER(name)                                  \
	{                                             \
		UNUSED_SCRATCH;                       \
		value->string = expression;           \
		value->unset = value->string == NULL; \
	}

NAME_GETTER(proto, report_proto_name(row->session->proto))
NAME_GETTER(service, report_service_name(row->session->service))
NAME_GETTER(conn_state, report_conn_state_name(row->session->conn_state))
NAME_GETTER(history, row->session->history)
NAME_GETTER(end, report_end_name(row->session->end))
NAME_GETTER(origin, report_origin_name(row->session->origin))
NAME_GETTER(name, row->session->name)
NAME_GETTER(app_protocol, row->session->app_protocol)
NAME_GETTER(http_method, report_method_name(row->session->http_method))
NAME_GETTER(orig_content, report_content_name(row->session->content[TANPA_ORIG]))
NAME_GETTER(resp_content, report_content_name(row->session->content[TANPA_RESP]))
NAME_GETTER(direction, verdict_direction_name(row->verdict->direction))
NAME_GETTER(verdict, verdict_kind_name(row->verdict->kind))

GETTER(http_status)
{
	UNUSED_SCRATCH;
	value->uint = row->session->http_status;
	value->unset = value->uint == 0;
}

GETTER(frame_bytes)
{
	UNUSED_SCRATCH;
	value->uint = row->session->frame_bytes;
	value->unset = value->uint == 0;
}

/* With payload it is above 0, unless a flow log does not tell what it takes. */
static bool has_length(const struct report_row *row)
{
	return verdict_is_judged(row->verdict->kind) && row->verdict->mean_length > 0;
}

GETTER(mean_packet_length)
{
	UNUSED_SCRATCH;
	value->real = row->verdict->mean_length;
	value->unset = !has_length(row);
}

GETTER(short_packets)
{
	UNUSED_SCRATCH;
	value->boolean = row->verdict->is_short;
	value->unset = !has_length(row);
}

GETTER(reason)
{
	verdict_reason(row->verdict, row->session, row->options, scratch);
	value->string = scratch->str;
}

NAME_GETTER(label, row->session->label)
NAME_GETTER(detailed_label, row->session->detailed_label)

/* Names of what is in the set, joined by '+'. */
static void get_set(unsigned set, const char *(*name)(uint8_t), struct report_value *value, GString *scratch)
{
	for (uint8_t i = 0; set >> i; i++)
		if (set >> i & 1)
			g_string_append_printf(scratch, "%s%s", scratch->len ? "+" : "", name(i));
	value->string = scratch->str;
	value->unset = set == 0;
}

GETTER(absent)
{
	get_set(row->session->absent, report_part_name, value, scratch);
}

GETTER(estimated)
{
	get_set(row->session->estimated, report_part_name, value, scratch);
}

GETTER(risks)
{
	get_set(row->session->risks, report_risk_name, value, scratch);
}

GETTER(community_id)
{
	report_append_community_id(scratch, row->session);
	value->string = scratch->str;
}

const struct report_field report_fields[] = {
	{"ts", REPORT_TIME, "first packet of the session", get_ts},
	{"duration", REPORT_SECONDS, "first to last packet", get_duration},
	{"proto", REPORT_STRING, "tcp or udp", get_proto},
	{"orig_h", REPORT_ADDRESS, "address of the initiator", get_orig_h},
	{"orig_p", REPORT_UINT, "port of the initiator", get_orig_p},
	{"resp_h", REPORT_ADDRESS, "address of the responder", get_resp_h},
	{"resp_p", REPORT_UINT, "port of the responder", get_resp_p},
	{"verdict", REPORT_STRING, "c2, download, upload, intrusion, propagation, other or attempt", get_verdict},
	{"direction", REPORT_STRING, "outbound, inbound, internal (both ends inside) or external (neither)",
	 get_direction},
	{"inside_h", REPORT_ADDRESS, "address of the inside host; of the initiator when both or neither are inside",
	 get_inside_h},
	{"server", REPORT_ADDRESS,
	 "address of the service: the responder's; of a TCP session whose begin was not captured "
	 "that of the lower port",
	 get_server},
	{"port", REPORT_UINT, "port of the service", get_port},
	{"sent", REPORT_UINT, "payload bytes the inside host sent", get_sent},
	{"received", REPORT_UINT, "payload bytes the inside host received", get_received},
	{"mean_packet_length", REPORT_REAL, "bytes over packets, both directions, by --packet-length",
	 get_mean_packet_length},
	{"short_packets", REPORT_BOOL, "mean packet length up to --threshold", get_short_packets},
	{"service", REPORT_STRING, "application protocol by the first payload bytes", get_service},
	{"name", REPORT_STRING, "HTTP host or TLS server name; from logs also what was asked of DNS", get_name,
	 "string"},
	{"app_protocol", REPORT_STRING, "application protocol as libndpi tells it; only with --ndpi", get_app_protocol,
	 "string"},
	{"risks", REPORT_STRING, "what libndpi finds questionable, joined by '+'; likewise", get_risks, "string"},
	{"http_method", REPORT_STRING, "method of the first HTTP request", get_http_method, "string"},
	{"http_status", REPORT_UINT, "status of the first HTTP answer", get_http_status, "count"},
	{"orig_content", REPORT_STRING, "content the initiator sent first: pe, elf, mach-o, script, archive, ocsp",
	 get_orig_content, "string"},
	{"resp_content", REPORT_STRING, "content the responder sent first", get_resp_content, "string"},
	{"conn_state", REPORT_STRING, "Zeek's connection state", get_conn_state},
	{"history", REPORT_STRING, "Zeek's history; '+' at its end: it was longer", get_history},
	{"end", REPORT_STRING, "why it ended: fin, rst, new-syn, timeout, input-end", get_end, "string"},
	{"origin", REPORT_STRING, "how the initiator was told: syn, syn-ack, first-packet, tftp", get_origin, "string"},
	{"orig_pkts", REPORT_UINT, "packets the initiator sent", get_orig_pkts},
	{"resp_pkts", REPORT_UINT, "packets the responder sent", get_resp_pkts},
	{"orig_ip_bytes", REPORT_UINT, "IP bytes the initiator sent", get_orig_ip_bytes},
	{"resp_ip_bytes", REPORT_UINT, "IP bytes the responder sent", get_resp_ip_bytes},
	{"orig_bytes", REPORT_UINT, "payload bytes the initiator sent, each once", get_orig_bytes},
	{"resp_bytes", REPORT_UINT, "payload bytes the responder sent, each once", get_resp_bytes},
	{"orig_retrans_bytes", REPORT_UINT, "payload bytes the initiator sent again", get_orig_retrans_bytes, "count"},
	{"resp_retrans_bytes", REPORT_UINT, "payload bytes the responder sent again", get_resp_retrans_bytes, "count"},
	{"orig_missed_bytes", REPORT_UINT, "payload bytes of the initiator that were not captured",
	 get_orig_missed_bytes, "count"},
	{"resp_missed_bytes", REPORT_UINT, "payload bytes of the responder that were not captured",
	 get_resp_missed_bytes, "count"},
	{"frame_bytes", REPORT_UINT, "bytes on the wire, both directions; of captures only with --packet-length frame",
	 get_frame_bytes, "count"},
	{"orig_first", REPORT_TIME, "first packet of the initiator", get_orig_first, "time"},
	{"orig_last", REPORT_TIME, "last packet of the initiator", get_orig_last, "time"},
	{"resp_first", REPORT_TIME, "first packet of the responder", get_resp_first, "time"},
	{"resp_last", REPORT_TIME, "last packet of the responder", get_resp_last, "time"},
	{"orig_data_pkts", REPORT_UINT, "packets in which the initiator sent new payload", get_orig_data_pkts, "count"},
	{"resp_data_pkts", REPORT_UINT, "packets in which the responder sent new payload", get_resp_data_pkts, "count"},
	{"turns", REPORT_UINT, "how often the direction of the payload changed", get_turns, "count"},
	{"reply", REPORT_SECONDS, "from the initiator's payload to the responder's first after it, to a 32nd part",
	 get_reply, "interval"},
	{"idles", REPORT_UINT, "times that payload came after 8 s of silence or more, up to 255", get_idles, "count"},
	{"steady_idles", REPORT_UINT, "of these silences, about as long as the one before", get_steady_idles, "count"},
	{"idle", REPORT_SECONDS, "the last such silence, to a 16th part", get_idle, "interval"},
	{"reason", REPORT_STRING, "the verdict in words and numbers", get_reason},
	{"absent", REPORT_STRING, "what the flow log it is from does not tell, joined by '+'", get_absent, "string"},
	{"estimated", REPORT_STRING, "likewise what is estimated", get_estimated, "string"},
	{"label", REPORT_STRING, "label in the flow log it is from", get_label, "string"},
	{"detailed_label", REPORT_STRING, "likewise in more detail", get_detailed_label, "string"},
	{"community_id", REPORT_STRING, "Community ID v1, seed 0", get_community_id},
};

const gsize report_n_fields = G_N_ELEMENTS(report_fields);

const char *report_type_name(enum report_type type)
{
	static const char *const names[REPORT_N_TYPES] = {"time",    "seconds", "integer", "real",
							  "boolean", "string",  "address", "list"};
	return names[type];
}
