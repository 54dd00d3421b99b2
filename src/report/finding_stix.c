/*
 * Findings as a STIX 2.1 bundle (OASIS, June 2021): for each an indicator that is based on observed data, and what was
 * observed: addresses, host names, network traffic.
 *
 * Identifiers of observables are made as the specification says (2.9): UUIDs of version 5 of their contributing
 * properties in canonical JSON. So are all others here, of the finding's key in tanpa's own namespace: the same input
 * gives the same bundle, and a receiver meets an object that it has under the id it has it by.
 */
#include <math.h>
#include <string.h>

#include "report/finding.h"
#include "report/json.h"
#include "report/names.h"

#define WHO_CREATED "2026-01-01T00:00:00.000Z" /* the object of tanpa itself, which does not change */

enum { OBSERVED_MAX = 999999999, ID_TEXT = 32 + UUID_TEXT };

struct stix {
	GHashTable *written; /* ids of the observables that are in the bundle */
	char who[ID_TEXT];
};

/* ---- ids ---- */

static void make_id(const char *type, const uint8_t space[16], const char *name, char id[ID_TEXT])
{
	char uuid[UUID_TEXT];
	g_snprintf(id, ID_TEXT, "%s--%s", type, uuid_of_name(space, name, uuid));
}

/* Of all but observables: by type and a finding's key. */
static void make_own_id(const char *type, const char *key, char id[ID_TEXT])
{
	g_autofree char *name = g_strdup_printf("%s %s", type, key);
	make_id(type, uuid_space_tanpa, name, id);
}

/* ---- objects ---- */

static void begin_first_object(GString *text, const char *type, const char *id)
{
	g_string_append_c(text, '{');
	report_json_string(text, "type", type);
	report_json_string(text, "spec_version", "2.1");
	report_json_string(text, "id", id);
}

static void begin_object(GString *text, const char *type, const char *id)
{
	g_string_append(text, ",\n");
	begin_first_object(text, type, id);
}

/* The properties that all objects but observables have. */
static void add_common(GString *text, const struct stix *stix, int64_t created_ns, int64_t modified_ns)
{
	report_json_string(text, "created_by_ref", stix->who);
	report_json_stamp(text, "created", created_ns, 3, "Z");
	report_json_stamp(text, "modified", modified_ns, 3, "Z");
}

/* An observable whose one contributing property is its value. Written once a bundle. */
static void add_value(GString *text, struct stix *stix, const char *type, const char *value, char id[ID_TEXT])
{
	g_autofree char *canonical = g_strdup_printf("{\"value\":\"%s\"}", value); /* no letter that needs escaping */
	make_id(type, uuid_space_stix, canonical, id);
	if (!g_hash_table_add(stix->written, g_strdup(id)))
		return;
	begin_object(text, type, id);
	report_json_string(text, "value", value);
	g_string_append_c(text, '}');
}

static void add_address(GString *text, struct stix *stix, const char *address, char id[ID_TEXT])
{
	add_value(text, stix, strchr(address, ':') ? "ipv6-addr" : "ipv4-addr", address, id);
}

/* All sessions of the channel together. */
static void add_traffic(GString *text, const struct report_finding *f, const char *from, const char *to,
			char id[ID_TEXT])
{
	const char *protocols[] = {f->ipv4 ? "ipv4" : "ipv6", f->transport, f->protocol};
	g_autoptr(GString) canonical = g_string_new("{");
	report_json_uint(canonical, "dst_port", f->channel->port); /* in the order of the alphabet (RFC 8785) */
	report_json_string(canonical, "dst_ref", to);
	report_json_stamp(canonical, "end", f->channel->last_ns, 6, "Z");
	report_json_strings(canonical, "protocols", protocols, f->protocol ? 3 : 2);
	report_json_string(canonical, "src_ref", from);
	report_json_stamp(canonical, "start", f->channel->first_ns, 6, "Z");
	g_string_append_c(canonical, '}');
	make_id("network-traffic", uuid_space_stix, canonical->str, id);
	begin_object(text, "network-traffic", id);
	g_string_append_c(text, ',');
	g_string_append_len(text, canonical->str + 1, (gssize)canonical->len - 2);
	report_json_bool(text, "is_active", false);
	report_json_uint(text, "src_byte_count", f->channel->sent);
	report_json_uint(text, "dst_byte_count", f->channel->received);
	g_string_append_c(text, '}');
}

static void add_observed(GString *text, struct stix *stix, const struct report_finding *f, const char *id)
{
	char from[ID_TEXT], to[ID_TEXT], traffic[ID_TEXT], domain[CHANNEL_NAMES][ID_TEXT];
	const char *refs[3 + CHANNEL_NAMES] = {traffic, from, to};
	gsize n = 3;
	g_autoptr(GString) name = g_string_new(NULL);
	const struct channel *c = f->channel;
	add_address(text, stix, f->inside, from);
	add_address(text, stix, f->server, to);
	add_traffic(text, f, from, to, traffic);
	for (int i = 0; i < CHANNEL_NAMES; i++)
		if (report_finding_name(f, i, name)) {
			add_value(text, stix, "domain-name", name->str, domain[i]);
			if (n == 3 || strcmp(refs[n - 1], domain[i]) != 0)
				refs[n++] = domain[i];
		}
	begin_object(text, "observed-data", id);
	add_common(text, stix, c->first_ns, c->last_ns);
	report_json_stamp(text, "first_observed", c->first_ns, 6, "Z");
	report_json_stamp(text, "last_observed", c->last_ns, 6, "Z");
	report_json_uint(text, "number_observed", CLAMP(f->times, 1, OBSERVED_MAX));
	report_json_strings(text, "object_refs", refs, n);
	g_string_append_c(text, '}');
}

/* ---- indicators ---- */

static void add_references(GString *text, const struct report_technique *const *techniques, guint n)
{
	if (n == 0)
		return;
	report_json_key(text, "external_references");
	g_string_append_c(text, '[');
	for (guint i = 0; i < n; i++) {
		g_auto(GStrv) parts = g_strsplit(techniques[i]->id, ".", 2);
		g_autofree char *path = g_strjoinv("/", parts);
		g_autofree char *url = g_strconcat("https://attack.mitre.org/techniques/", path, NULL);
		g_string_append(text, i ? ",{" : "{");
		report_json_string(text, "source_name", "mitre-attack");
		report_json_string(text, "external_id", techniques[i]->id);
		report_json_string(text, "url", url);
		g_string_append_c(text, '}');
	}
	g_string_append_c(text, ']');
}

/* The tactics of the techniques, each once. */
static void add_phases(GString *text, const struct report_technique *const *techniques, guint n)
{
	const char *last = NULL;
	for (guint i = 0; i < n; i++) {
		bool known = false;
		for (guint k = 0; k < i; k++)
			known |= strcmp(techniques[k]->tactic, techniques[i]->tactic) == 0;
		if (known)
			continue;
		if (last == NULL)
			report_json_key(text, "kill_chain_phases");
		g_string_append(text, last ? ",{" : "[{");
		report_json_string(text, "kill_chain_name", "mitre-attack");
		report_json_string(text, "phase_name", techniques[i]->tactic);
		g_string_append_c(text, '}');
		last = techniques[i]->tactic;
	}
	if (last)
		g_string_append_c(text, ']');
}

static void add_indicator(GString *text, const struct stix *stix, const struct report_finding *f, const char *id)
{
	bool malicious = f->finding->kind == FINDING_CONTROL && f->finding->severity > MODEL_LOW;
	const char *type = malicious ? "malicious-activity" : "anomalous-activity";
	const struct report_technique *techniques[FINDING_TECHNIQUES];
	guint n = report_finding_techniques(f, techniques);
	g_autofree char *pattern = g_strdup_printf(
		"[network-traffic:dst_ref.type = '%s' AND network-traffic:dst_ref.value = '%s' AND "
		"network-traffic:dst_port = %u AND network-traffic:protocols[*] = '%s']",
		f->ipv4 ? "ipv4-addr" : "ipv6-addr", f->server, f->channel->port, f->transport);
	begin_object(text, "indicator", id);
	add_common(text, stix, f->channel->first_ns, f->channel->last_ns);
	report_json_string(text, "name", f->title->str);
	report_json_string(text, "description", f->description->str);
	report_json_strings(text, "indicator_types", &type, 1);
	report_json_string(text, "pattern", pattern);
	report_json_string(text, "pattern_type", "stix");
	report_json_string(text, "pattern_version", "2.1");
	report_json_stamp(text, "valid_from", f->channel->first_ns, 6, "Z");
	if (isfinite(f->finding->score))
		report_json_uint(text, "confidence", (uint64_t)(100 * f->finding->score + 0.5));
	add_phases(text, techniques, n);
	add_references(text, techniques, n);
	g_string_append_c(text, '}');
}

static void write_finding(GString *text, const struct report_finding *f, void *user)
{
	struct stix *stix = user;
	char observed[ID_TEXT], indicator[ID_TEXT], relation[ID_TEXT];
	make_own_id("observed-data", f->key->str, observed);
	make_own_id("indicator", f->key->str, indicator);
	make_own_id("relationship", f->key->str, relation);
	add_observed(text, stix, f, observed);
	add_indicator(text, stix, f, indicator);
	begin_object(text, "relationship", relation);
	add_common(text, stix, f->channel->first_ns, f->channel->last_ns);
	report_json_string(text, "relationship_type", "based-on");
	report_json_string(text, "source_ref", indicator);
	report_json_string(text, "target_ref", observed);
	g_string_append_c(text, '}');
}

/* The id of the bundle is of all it holds. */
static void add_key(GString *text, const struct report_finding *f, void *user)
{
	(void)text;
	g_string_append_printf(user, "\n%s %" G_GINT64_FORMAT, f->key->str, f->channel->last_ns);
}

void report_scan_stix(struct report_out *out, const struct report_scan *scan)
{
	struct stix stix = {.written = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
	g_autoptr(GString) keys = g_string_new(NULL);
	char bundle[ID_TEXT];
	report_finding_each(out, scan, add_key, keys);
	make_own_id("bundle", keys->str, bundle);
	make_own_id("identity", "tanpa", stix.who);
	g_string_append_c(out->text, '{');
	report_json_string(out->text, "type", "bundle");
	report_json_string(out->text, "id", bundle);
	report_json_key(out->text, "objects");
	g_string_append(out->text, "[\n");
	begin_first_object(out->text, "identity", stix.who);
	report_json_string(out->text, "created", WHO_CREATED);
	report_json_string(out->text, "modified", WHO_CREATED);
	report_json_string(out->text, "name", "tanpa");
	report_json_string(out->text, "identity_class", "system");
	g_string_append_c(out->text, '}');
	report_finding_each(out, scan, write_finding, &stix);
	g_string_append(out->text, "\n]}\n");
	g_hash_table_destroy(stix.written);
}
