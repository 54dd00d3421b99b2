/*
 * Findings as Suricata writes alerts (EVE JSON): event_type "alert", the fields named as in Suricata's manual. What
 * Suricata has no field for is in an object of its own, "tanpa".
 */
#include "report/finding.h"
#include "report/json.h"
#include "report/names.h"

/* Signature ids for local use are 1,000,000 to 1,999,999. */
static const struct {
	guint id;
	const char *signature;
	const char *category; /* of Suricata's classification.config */
} signatures[] = {
	[FINDING_CONTROL] = {1009001, "TANPA suspected control channel",
			     "Malware Command and Control Activity Detected"},
	[FINDING_FAILED] = {1009002, "TANPA repeated failed connections", "Potentially Bad Traffic"},
};

/* By enum model_level. */
static const struct {
	guint severity; /* 1 is the worst */
	const char *words, *confidence;
} severities[MODEL_N_LEVELS] = {
	[MODEL_LOW] = {3, "Informational", "Low"},
	[MODEL_MEDIUM] = {2, "Minor", "Medium"},
	[MODEL_HIGH] = {1, "Major", "High"},
};

static void stamp(GString *text, const char *name, int64_t ns)
{
	report_json_stamp(text, name, ns, 6, "+0000");
}

static void write_alert(GString *text, const struct report_finding *f)
{
	enum model_level level = f->finding->severity;
	guint n = 0;
	while (n < FINDING_TECHNIQUES && f->finding->technique[n])
		n++;
	report_json_key(text, "alert");
	g_string_append_c(text, '{');
	report_json_string(text, "action", "allowed");
	report_json_uint(text, "gid", 1);
	report_json_uint(text, "signature_id", signatures[f->finding->kind].id);
	report_json_uint(text, "rev", 1);
	report_json_string(text, "signature", signatures[f->finding->kind].signature);
	report_json_string(text, "category", signatures[f->finding->kind].category);
	report_json_uint(text, "severity", severities[level].severity);
	report_json_key(text, "metadata");
	g_string_append_c(text, '{');
	report_json_strings(text, "attack_target", (const char *const[]){"Client_Endpoint"}, 1);
	report_json_strings(text, "confidence", &severities[level].confidence, 1);
	report_json_strings(text, "mitre_technique_id", f->finding->technique, n);
	report_json_strings(text, "signature_severity", &severities[level].words, 1);
	g_string_append(text, "}}");
}

/* What the first bytes told, where Suricata would have it. */
static void write_protocol(GString *text, const struct report_finding *f)
{
	bool tls = f->channel->tls > 0;
	g_autoptr(GString) name = g_string_new(NULL);
	if (f->protocol)
		report_json_string(text, "app_proto", f->protocol);
	if (!report_finding_any_name(f, name))
		return;
	report_json_key(text, tls ? "tls" : "http");
	g_string_append_c(text, '{');
	report_json_string(text, tls ? "sni" : "hostname", name->str);
	g_string_append_c(text, '}');
}

static void write_tanpa(GString *text, const struct report_finding *f)
{
	const struct finding *finding = f->finding;
	const char *evidence[FINDING_EVIDENCE];
	guint n = 0;
	for (; n < FINDING_EVIDENCE && finding->evidence[n].words; n++)
		evidence[n] = finding->evidence[n].words;
	report_json_key(text, "tanpa");
	g_string_append_c(text, '{');
	report_json_string(text, "kind", finding_kind_name(finding->kind));
	report_json_string(text, "severity", finding_severity_name(finding->severity));
	report_json_real(text, "score", finding->score);
	report_json_uint(text, "sessions", f->channel->sessions);
	report_json_uint(text, "attempts", channel_attempts(f->channel));
	report_json_uint(text, "sent", f->channel->sent);
	report_json_uint(text, "received", f->channel->received);
	report_json_string(text, "facts", finding->facts);
	report_json_strings(text, "evidence", evidence, n);
	report_json_string(text, "select", f->select->str);
	g_string_append_c(text, '}');
}

static void write_finding(GString *text, const struct report_finding *f, void *user)
{
	const struct channel *c = f->channel;
	char id[UUID_TEXT];
	g_autofree char *proto = g_ascii_strup(f->transport, -1);
	g_autoptr(GString) community_id = g_string_new(NULL);
	(void)user;
	report_finding_append_community_id(community_id, f);
	uuid_of_name(uuid_space_tanpa, f->key->str, id);
	g_string_append_c(text, '{');
	stamp(text, "timestamp", c->last_ns);
	report_json_uint(text, "flow_id", g_ascii_strtoull(id + 24, NULL, 16)); /* 48 bits: exact in every reader */
	report_json_string(text, "event_type", "alert");
	report_json_string(text, "src_ip", f->inside);
	report_json_uint(text, "src_port", c->client_port);
	report_json_string(text, "dest_ip", f->server);
	report_json_uint(text, "dest_port", c->port);
	report_json_string(text, "proto", proto);
	report_json_string(text, "community_id", community_id->str);
	write_alert(text, f);
	write_protocol(text, f);
	report_json_key(text, "flow");
	g_string_append_c(text, '{');
	stamp(text, "start", c->first_ns);
	g_string_append_c(text, '}');
	write_tanpa(text, f);
	g_string_append(text, "}\n");
}

void report_scan_eve(struct report_out *out, const struct report_scan *scan)
{
	report_finding_each(out, scan, write_finding, NULL);
}
