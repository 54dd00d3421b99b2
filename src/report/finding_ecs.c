/* Findings as events of the Elastic Common Schema 8.11, one JSON object on each line. */
#include <math.h>
#include <string.h>

#include "report/finding.h"
#include "report/json.h"

static void open_object(GString *text, const char *name)
{
	report_json_key(text, name);
	g_string_append_c(text, '{');
}

static void close_object(GString *text)
{
	g_string_append_c(text, '}');
}

static void write_event(GString *text, const struct report_finding *f)
{
	const struct channel *c = f->channel;
	char id[UUID_TEXT];
	open_object(text, "event");
	report_json_string(text, "id", uuid_of_name(uuid_space_tanpa, f->key->str, id));
	report_json_string(text, "kind", "alert");
	report_json_strings(text, "category", (const char *const[]){"network", "intrusion_detection"}, 2);
	report_json_strings(text, "type", (const char *const[]){"info"}, 1);
	report_json_string(text, "module", "tanpa");
	report_json_string(text, "dataset", "tanpa.finding");
	report_json_string(text, "action", finding_kind_name(f->finding->kind));
	report_json_string(text, "reason", f->description->str);
	report_json_time(text, "start", c->first_ns);
	report_json_time(text, "end", c->last_ns);
	report_json_uint(text, "duration", (uint64_t)(c->last_ns - c->first_ns));
	report_json_uint(text, "severity", f->finding->severity + 1u);
	if (isfinite(f->finding->score))
		report_json_real(text, "risk_score", 100 * f->finding->score);
	close_object(text);
	open_object(text, "rule");
	report_json_string(text, "name", finding_kind_name(f->finding->kind));
	report_json_string(text, "ruleset", "tanpa");
	report_json_string(text, "description", f->title->str);
	close_object(text);
}

static void write_ends(GString *text, const struct report_finding *f, const char *domain)
{
	const struct channel *c = f->channel;
	const char *related[] = {f->inside, f->server};
	open_object(text, "source");
	report_json_string(text, "ip", f->inside);
	report_json_uint(text, "port", c->client_port);
	report_json_uint(text, "bytes", c->sent);
	close_object(text);
	open_object(text, "destination");
	report_json_string(text, "ip", f->server);
	report_json_uint(text, "port", c->port);
	report_json_uint(text, "bytes", c->received);
	if (domain)
		report_json_string(text, "domain", domain);
	close_object(text);
	open_object(text, "related");
	report_json_strings(text, "ip", related, G_N_ELEMENTS(related));
	if (domain)
		report_json_strings(text, "hosts", &domain, 1);
	close_object(text);
}

static void write_network(GString *text, const struct report_finding *f)
{
	bool internal = f->channel->direction == VERDICT_INTERNAL;
	g_autoptr(GString) community_id = g_string_new(NULL);
	report_finding_append_community_id(community_id, f);
	open_object(text, "network");
	report_json_string(text, "type", f->ipv4 ? "ipv4" : "ipv6");
	report_json_string(text, "transport", f->transport);
	if (f->protocol)
		report_json_string(text, "protocol", f->protocol);
	report_json_string(text, "direction", internal ? "internal" : "outbound");
	report_json_string(text, "community_id", community_id->str);
	report_json_uint(text, "bytes", f->channel->sent + f->channel->received);
	close_object(text);
}

static void write_techniques(GString *text, const struct report_technique *const *techniques, guint n)
{
	const char *id[FINDING_TECHNIQUES], *name[FINDING_TECHNIQUES];
	for (guint i = 0; i < n; i++) {
		id[i] = techniques[i]->id;
		name[i] = techniques[i]->name;
	}
	report_json_strings(text, "id", id, n);
	report_json_strings(text, "name", name, n);
}

/* Techniques, each once; of a sub-technique ("T1071.001") the technique it is of. */
static guint whole_techniques(const struct report_technique *const *all, guint n, const struct report_technique **whole)
{
	guint found = 0;
	for (guint i = 0; i < n; i++) {
		g_autofree char *id = g_strndup(all[i]->id, strcspn(all[i]->id, "."));
		const struct report_technique *technique = report_technique_find(id);
		bool known = technique == NULL;
		for (guint k = 0; k < found; k++)
			known |= whole[k] == technique;
		if (!known)
			whole[found++] = technique;
	}
	return found;
}

static void write_threat(GString *text, const struct report_finding *f)
{
	const struct report_technique *all[FINDING_TECHNIQUES], *whole[FINDING_TECHNIQUES], *sub[FINDING_TECHNIQUES];
	guint n = report_finding_techniques(f, all), n_whole = whole_techniques(all, n, whole), n_sub = 0;
	for (guint i = 0; i < n; i++)
		if (strchr(all[i]->id, '.'))
			sub[n_sub++] = all[i];
	open_object(text, "threat");
	report_json_string(text, "framework", "MITRE ATT&CK");
	open_object(text, "tactic");
	report_json_strings(text, "id", (const char *const[]){"TA0011"}, 1);
	report_json_strings(text, "name", (const char *const[]){"Command and Control"}, 1);
	close_object(text);
	if (n_whole) {
		open_object(text, "technique");
		write_techniques(text, whole, n_whole);
		if (n_sub) {
			open_object(text, "subtechnique");
			write_techniques(text, sub, n_sub);
			close_object(text);
		}
		close_object(text);
	}
	close_object(text);
}

static void write_finding(GString *text, const struct report_finding *f, void *user)
{
	g_autoptr(GString) name = g_string_new(NULL);
	bool named = report_finding_any_name(f, name);
	(void)user;
	g_string_append_c(text, '{');
	report_json_time(text, "@timestamp", f->channel->last_ns);
	report_json_string(text, "message", f->title->str);
	open_object(text, "ecs");
	report_json_string(text, "version", "8.11.0");
	close_object(text);
	write_event(text, f);
	write_ends(text, f, named ? name->str : NULL);
	write_network(text, f);
	write_threat(text, f);
	open_object(text, "observer");
	report_json_string(text, "type", "ids");
	report_json_string(text, "product", "tanpa");
	report_json_string(text, "version", TANPA_VERSION);
	close_object(text);
	g_string_append(text, "}\n");
}

void report_scan_ecs(struct report_out *out, const struct report_scan *scan)
{
	report_finding_each(out, scan, write_finding, NULL);
}
