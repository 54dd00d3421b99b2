#include "report/service.h"

#include <math.h>

#include "report/names.h"

void report_service_set_channel(struct report_service *service, const struct channel *channel, int finding)
{
	service->channel = channel;
	service->fanout = NULL;
	service->finding = finding;
	service->measured = false;
}

void report_service_set_fanout(struct report_service *service, const struct fanout_group *fanout)
{
	service->channel = NULL;
	service->fanout = fanout;
	service->finding = REPORT_NO_FINDING;
}

#define GETTER(name) \
	static void get_##name(const struct report_row *row, struct report_value *value, GString *scratch G_GNUC_UNUSED)

/* ---- of channels and fan-outs ---- */

GETTER(inside_h)
{
	const struct report_service *s = row->service;
	value->address = s->fanout ? s->fanout->host : channels_host(s->scan->channels, s->channel->host)->addr;
}

GETTER(verdict)
{
	const struct report_service *s = row->service;
	enum verdict_kind kind = s->fanout              ? VERDICT_PROPAGATION
				 : s->channel->sessions ? channel_kind(s->channel)
							: VERDICT_ATTEMPT;
	value->string = verdict_kind_name(kind);
}

GETTER(proto)
{
	value->string = report_proto_name(row->service->fanout ? row->service->fanout->proto
							       : row->service->channel->proto);
}

GETTER(port)
{
	value->uint = row->service->fanout ? row->service->fanout->port : row->service->channel->port;
}

GETTER(attempts)
{
	value->uint = row->service->fanout ? row->service->fanout->attempts : channel_attempts(row->service->channel);
}

GETTER(first)
{
	value->ns = row->service->fanout ? row->service->fanout->first_ns : row->service->channel->first_ns;
}

GETTER(last)
{
	value->ns = row->service->fanout ? row->service->fanout->last_ns : row->service->channel->last_ns;
}

/* A member of what the row is about, and not set where it is about the other. */
#define MEMBER_GETTER(name, of, part, expression)                           \
	GETTER(name)                                                        \
	{                                                                   \
		const __typeof__(*row->service->of) *of = row->service->of; \
		value->unset = of == NULL;                                  \
		if (of)                                                     \
			value->part = expression;                           \
	}

MEMBER_GETTER(refused, fanout, uint, fanout->refused)
MEMBER_GETTER(destinations, fanout, uint, fanout->destinations)

/* ---- of channels ---- */

GETTER(server)
{
	const struct channel *c = row->service->channel;
	value->unset = c == NULL || c->inbound;
	if (!value->unset)
		value->address = c->server;
}

MEMBER_GETTER(direction, channel, string, verdict_direction_name((enum verdict_direction)channel->direction))
MEMBER_GETTER(sessions, channel, uint, channel->sessions)
MEMBER_GETTER(short_sessions, channel, uint, channel->short_sessions)
MEMBER_GETTER(longest, channel, ns, (int64_t)((double)channel->longest_s * 1e9))
MEMBER_GETTER(sent, channel, uint, channel->sent)
MEMBER_GETTER(received, channel, uint, channel->received)
MEMBER_GETTER(executables, channel, uint, channel->executables)
MEMBER_GETTER(plain_rule, channel, boolean, channel_is(channel, VERDICT_C2))
MEMBER_GETTER(by_verdict_c2, channel, uint, channel->by_kind[VERDICT_C2])
MEMBER_GETTER(by_verdict_download, channel, uint, channel->by_kind[VERDICT_DOWNLOAD])
MEMBER_GETTER(by_verdict_upload, channel, uint, channel->by_kind[VERDICT_UPLOAD])
MEMBER_GETTER(by_verdict_intrusion, channel, uint, channel->by_kind[VERDICT_INTRUSION])
MEMBER_GETTER(by_verdict_other, channel, uint, channel->by_kind[VERDICT_OTHER])

#define LENGTH_GETTER(name)                                                                             \
	GETTER(name)                                                                                    \
	{                                                                                               \
		const struct channel *c = row->service->channel;                                        \
		value->unset = c == NULL || !(c->name > 0); /* attempts, or a log that does not tell */ \
		value->real = value->unset ? 0 : (double)c->name;                                       \
	}

LENGTH_GETTER(mean_length_min)
LENGTH_GETTER(mean_length_max)

#define STATUS_GETTER(name)                                      \
	GETTER(name)                                             \
	{                                                        \
		const struct channel *c = row->service->channel; \
		value->unset = c == NULL || c->name == 0;        \
		value->uint = value->unset ? 0 : c->name;        \
	}

STATUS_GETTER(status_min)
STATUS_GETTER(status_max)

GETTER(score)
{
	const struct channel *c = row->service->channel;
	value->real = c ? (double)c->score : NAN;
	value->unset = isnan(value->real);
}

GETTER(beacon)
{
	const struct report_service *s = row->service;
	bool has = s->channel && !s->channel->inbound && s->scan->beacons;
	value->real = has ? beacons_get(s->scan->beacons, s->channel).score : NAN;
	value->unset = isnan(value->real);
}

/* ---- lists ---- */

static void add_string(struct report_value *value, GString *scratch, const char *string)
{
	g_string_append_len(scratch, string, (gssize)strlen(string) + 1);
	value->strings++;
}

static void end_list(struct report_value *value, const GString *scratch)
{
	value->string = scratch->str;
	value->unset = value->strings == 0;
}

/* Names of the bits set; bit 0 stands for nothing. */
static void get_set(uint32_t bits, uint8_t n, const char *(*name)(uint8_t), struct report_value *value,
		    GString *scratch)
{
	for (uint8_t i = 1; i < n; i++)
		if (bits & 1u << i)
			add_string(value, scratch, name(i));
	end_list(value, scratch);
}

#define SET_GETTER(key, bits, n, name)                             \
	GETTER(key)                                                \
	{                                                          \
		const struct channel *c = row->service->channel;   \
		get_set(c ? c->bits : 0, n, name, value, scratch); \
	}

SET_GETTER(services, services, TANPA_N_SERVICES, report_service_name)
SET_GETTER(received_content, contents, TANPA_N_CONTENTS, report_content_name)
SET_GETTER(http_methods, methods, TANPA_N_HTTP_METHODS, report_method_name)

GETTER(names)
{
	const struct channel *c = row->service->channel;
	for (int i = 0; c && i < CHANNEL_NAMES && c->names[i]; i++)
		add_string(value, scratch, c->names[i]);
	end_list(value, scratch);
}

/* ---- of findings ---- */

static const struct finding_entry *entry_of(const struct report_service *s)
{
	return s->finding == REPORT_NO_FINDING
		       ? NULL
		       : &g_array_index(s->scan->findings->list, struct finding_entry, (guint)s->finding);
}

#define FINDING_GETTER(name, part, expression)                              \
	GETTER(name)                                                        \
	{                                                                   \
		const struct finding_entry *entry = entry_of(row->service); \
		value->unset = entry == NULL;                               \
		if (entry)                                                  \
			value->part = expression;                           \
	}

FINDING_GETTER(rank, uint, (uint64_t)row->service->finding + 1)
FINDING_GETTER(kind, string, finding_kind_name((enum finding_kind)entry->kind))
FINDING_GETTER(severity, string, finding_severity_name((enum model_level)entry->severity))
FINDING_GETTER(allowed, boolean, entry->allowed)

GETTER(techniques)
{
	struct finding finding;
	if (row->service->finding != REPORT_NO_FINDING) {
		finding_tell(row->service->scan->findings, (guint)row->service->finding, &finding);
		for (int i = 0; i < FINDING_TECHNIQUES && finding.technique[i]; i++)
			add_string(value, scratch, finding.technique[i]);
		finding_clear(&finding);
	}
	end_list(value, scratch);
}

/* ---- measures ---- */

static void get_measure(const struct report_row *row, enum feature feature, struct report_value *value)
{
	struct report_service *s = row->service;
	value->unset = s->channel == NULL;
	if (value->unset)
		return;
	if (!s->measured)
		feature_measure(s->scan->channels, s->channel, &s->measures);
	s->measured = true;
	value->unset = isnan(s->measures.value[feature]);
	if (feature_scale(feature)->choices)
		value->string = feature_choice(feature, s->measures.value[feature]);
	else
		value->real = s->measures.value[feature];
}

#define X(id, name, unit, words, source)               \
	GETTER(measure_##id)                           \
	{                                              \
		get_measure(row, FEATURE_##id, value); \
	}
FEATURES(X)
#undef X

/* ---- the table ---- */

static const struct report_field fields[] = {
	{"verdict", REPORT_STRING, "what most of its sessions are; attempt: it has none; propagation: a fan-out",
	 get_verdict},
	{"direction", REPORT_STRING, "outbound, inbound, internal (both ends inside) or external (neither)",
	 get_direction},
	{"inside_h", REPORT_ADDRESS, "address of the inside host", get_inside_h},
	{"server", REPORT_ADDRESS, "address of the service; not set when inbound", get_server},
	{"port", REPORT_UINT, "port of the service", get_port},
	{"proto", REPORT_STRING, "tcp or udp", get_proto},
	{"services", REPORT_LIST, "application protocols by the first payload bytes", get_services},
	{"names", REPORT_LIST, "up to two names that were asked for (HTTP Host, TLS server name)", get_names},
	{"sessions", REPORT_UINT, "sessions with payload", get_sessions},
	{"short_sessions", REPORT_UINT, "of these, with short packets", get_short_sessions},
	{"by_verdict.c2", REPORT_UINT, "sessions that are control by the paper's rule", get_by_verdict_c2},
	{"by_verdict.download", REPORT_UINT, "downloads", get_by_verdict_download},
	{"by_verdict.upload", REPORT_UINT, "uploads", get_by_verdict_upload},
	{"by_verdict.intrusion", REPORT_UINT, "intrusions", get_by_verdict_intrusion},
	{"by_verdict.other", REPORT_UINT, "sessions of no kind", get_by_verdict_other},
	{"attempts", REPORT_UINT, "sessions without payload", get_attempts},
	{"first", REPORT_TIME, "first packet", get_first},
	{"last", REPORT_TIME, "last packet", get_last},
	{"longest", REPORT_SECONDS, "duration of the longest session", get_longest},
	{"sent", REPORT_UINT, "payload bytes the inside host sent", get_sent},
	{"received", REPORT_UINT, "payload bytes it received", get_received},
	{"mean_packet_length_min", REPORT_REAL, "least mean packet length of a session", get_mean_length_min},
	{"mean_packet_length_max", REPORT_REAL, "greatest", get_mean_length_max},
	{"received_content", REPORT_LIST, "content received: pe, elf, mach-o, script, archive, ocsp",
	 get_received_content},
	{"executables", REPORT_UINT, "sessions that received a program", get_executables},
	{"http_methods", REPORT_LIST, "methods of HTTP requests", get_http_methods},
	{"http_status_min", REPORT_UINT, "least status of HTTP answers", get_status_min},
	{"http_status_max", REPORT_UINT, "greatest", get_status_max},
	{"score", REPORT_REAL, "probability of control, 0 to 1", get_score},
	{"plain_rule", REPORT_BOOL, "the paper's rule takes it for control", get_plain_rule},
	{"beacon", REPORT_REAL, "RITA's beacon score of the pair of hosts", get_beacon},
	{"rank", REPORT_UINT, "of a finding: its place in the list of all", get_rank},
	{"kind", REPORT_STRING, "of a finding: control or failed", get_kind},
	{"severity", REPORT_STRING, "of a finding: high, medium or low", get_severity},
	{"allowed", REPORT_BOOL, "of a finding: it is on the allow list", get_allowed},
	{"techniques", REPORT_LIST, "of a finding: MITRE ATT&CK ids", get_techniques},
	{"destinations", REPORT_UINT, "of a fan-out: distinct addresses", get_destinations},
	{"refused", REPORT_UINT, "of a fan-out: attempts answered by a reset", get_refused},
#define X(id, name, unit, words, source) {"measures." name, REPORT_REAL, words, get_measure_##id},
	FEATURES(X)
#undef X
};

const struct report_field *report_service_fields(gsize *n)
{
	static struct report_field all[G_N_ELEMENTS(fields)];
	gsize first = G_N_ELEMENTS(fields) - N_FEATURES;
	memcpy(all, fields, sizeof fields);
	for (enum feature f = 0; f < N_FEATURES; f++) /* the channel's table knows which are choices */
		if (feature_scale(f)->choices)
			all[first + f].type = REPORT_STRING;
	*n = G_N_ELEMENTS(all);
	return all;
}
