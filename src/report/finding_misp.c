/*
 * Findings as a MISP event (MISP core format, draft-dulaunoy-misp-core-format): for each a network-connection object,
 * and an ip-port object of the service alone, which is what others may look for. Only the latter is for detection
 * (to_ids).
 */
#include <math.h>
#include <string.h>

#include "report/finding.h"
#include "report/json.h"

/* Templates of misp-objects. */
struct template
{
	const char *name, *description, *uuid, *version;
};

static const struct template connection = {"network-connection", "A local or remote network connection.",
					   "af16764b-f8e5-4603-9de1-de34d272f80b", "2"};
static const struct template service = {
	"ip-port",
	"An IP address (or domain or hostname) and a port seen as a tuple (or as a triple) in a specific time frame.",
	"9f8cea74-16fe-4968-a2b4-026676949ac6", "10"};

struct misp {
	char stamp[32]; /* seconds since the epoch: the newest packet */
	char object[UUID_TEXT];
	guint attributes; /* of the object so far */
	bool some;        /* there is an object */
};

/* Strings, as all of MISP's numbers are. */
static void number(GString *text, const char *name, uint64_t n)
{
	g_autofree char *value = g_strdup_printf("%" G_GUINT64_FORMAT, n);
	report_json_string(text, name, value);
}

/* ---- objects ---- */

static void begin_object(GString *text, struct misp *misp, const struct report_finding *f, const struct template *t)
{
	g_autofree char *name = g_strdup_printf("%s %s", t->name, f->key->str);
	uuid_of_name(uuid_space_tanpa, name, misp->object);
	misp->attributes = 0;
	g_string_append(text, misp->some ? ",\n{" : "\n{");
	misp->some = true;
	report_json_string(text, "name", t->name);
	report_json_string(text, "meta-category", "network");
	report_json_string(text, "description", t->description);
	report_json_string(text, "template_uuid", t->uuid);
	report_json_string(text, "template_version", t->version);
	report_json_string(text, "uuid", misp->object);
	report_json_string(text, "timestamp", misp->stamp);
	report_json_string(text, "distribution", "5"); /* as the event */
	report_json_string(text, "comment", f->description->str);
	report_json_bool(text, "deleted", false);
	report_json_stamp(text, "first_seen", f->channel->first_ns, 6, "+00:00");
	report_json_stamp(text, "last_seen", f->channel->last_ns, 6, "+00:00");
}

static void add_attribute(GString *text, struct misp *misp, const char *relation, const char *type, const char *value,
			  bool detects)
{
	char uuid[UUID_TEXT];
	bool other = strcmp(type, "text") == 0 || strcmp(type, "datetime") == 0;
	g_autofree char *name = g_strdup_printf("%s %u %s", misp->object, misp->attributes, relation);
	if (misp->attributes++ == 0) {
		report_json_key(text, "Attribute");
		g_string_append_c(text, '[');
	} else {
		g_string_append_c(text, ',');
	}
	g_string_append_c(text, '{');
	report_json_string(text, "object_relation", relation);
	report_json_string(text, "type", type);
	report_json_string(text, "category", other ? "Other" : "Network activity");
	report_json_string(text, "value", value);
	report_json_bool(text, "to_ids", detects);
	report_json_bool(text, "disable_correlation", other || strcmp(type, "port") == 0);
	report_json_string(text, "uuid", uuid_of_name(uuid_space_tanpa, name, uuid));
	report_json_string(text, "timestamp", misp->stamp);
	report_json_string(text, "distribution", "5");
	report_json_string(text, "comment", "");
	report_json_bool(text, "deleted", false);
	g_string_append_c(text, '}');
}

static void add_port(GString *text, struct misp *misp, const char *relation, uint16_t port)
{
	char value[8];
	g_snprintf(value, sizeof value, "%u", port);
	add_attribute(text, misp, relation, "port", value, false);
}

static void add_upper(GString *text, struct misp *misp, const char *relation, const char *word)
{
	g_autofree char *upper = g_ascii_strup(word, -1);
	add_attribute(text, misp, relation, "text", upper, false);
}

static void add_time(GString *text, struct misp *misp, const char *relation, int64_t ns)
{
	g_autoptr(GString) time = g_string_new(NULL);
	report_append_time(time, ns);
	add_attribute(text, misp, relation, "datetime", time->str, false);
}

static void add_names(GString *text, struct misp *misp, const char *relation, const struct report_finding *f)
{
	g_autoptr(GString) name = g_string_new(NULL);
	for (int i = 0; i < CHANNEL_NAMES; i++)
		if (report_finding_name(f, i, name))
			add_attribute(text, misp, relation, "hostname", name->str, false);
}

static void write_connection(GString *text, struct misp *misp, const struct report_finding *f, const char *refers_to)
{
	char uuid[UUID_TEXT];
	begin_object(text, misp, f, &connection);
	g_autofree char *name = g_strdup_printf("%s > %s", misp->object, refers_to);
	report_json_key(text, "ObjectReference");
	g_string_append(text, "[{");
	report_json_string(text, "uuid", uuid_of_name(uuid_space_tanpa, name, uuid));
	report_json_string(text, "timestamp", misp->stamp);
	report_json_string(text, "object_uuid", misp->object);
	report_json_string(text, "referenced_uuid", refers_to);
	report_json_string(text, "relationship_type", "connected-to");
	report_json_string(text, "comment", "");
	report_json_bool(text, "deleted", false);
	g_string_append(text, "}]");
	add_attribute(text, misp, "ip-src", "ip-src", f->inside, false);
	add_attribute(text, misp, "ip-dst", "ip-dst", f->server, false);
	add_port(text, misp, "src-port", f->channel->client_port);
	add_port(text, misp, "dst-port", f->channel->port);
	add_upper(text, misp, "layer3-protocol", "ip");
	add_upper(text, misp, "layer4-protocol", f->transport);
	if (f->protocol)
		add_upper(text, misp, "layer7-protocol", f->protocol);
	add_names(text, misp, "hostname-dst", f);
	add_time(text, misp, "first-packet-seen", f->channel->first_ns);
	g_string_append(text, "]}");
}

static void write_service(GString *text, struct misp *misp, const struct report_finding *f)
{
	bool detects = f->finding->kind == FINDING_CONTROL && f->finding->severity > MODEL_LOW;
	begin_object(text, misp, f, &service);
	add_attribute(text, misp, "ip-dst", "ip-dst", f->server, detects);
	add_port(text, misp, "dst-port", f->channel->port);
	add_upper(text, misp, "protocol", f->transport);
	add_names(text, misp, "hostname", f);
	add_time(text, misp, "first-seen", f->channel->first_ns);
	add_time(text, misp, "last-seen", f->channel->last_ns);
	add_attribute(text, misp, "text", "text", f->title->str, false);
	g_string_append(text, "]}");
}

static void write_finding(GString *text, const struct report_finding *f, void *user)
{
	struct misp *misp = user;
	char uuid[UUID_TEXT];
	write_service(text, misp, f);
	memcpy(uuid, misp->object, sizeof uuid);
	write_connection(text, misp, f, uuid);
}

/* ---- the event ---- */

/* What the event says of all findings, and the tags of their techniques, each once. */
struct summary {
	GString *keys, *tags;
	guint findings;
	enum model_level worst;
};

static void sum_up(GString *text, const struct report_finding *f, void *user)
{
	struct summary *sum = user;
	const struct report_technique *techniques[FINDING_TECHNIQUES];
	guint n = report_finding_techniques(f, techniques);
	(void)text;
	g_string_append_printf(sum->keys, "\n%s", f->key->str);
	sum->findings++;
	sum->worst = MAX(sum->worst, f->finding->severity);
	for (guint i = 0; i < n; i++) {
		g_autofree char *cluster = g_strdup_printf("misp-galaxy:mitre-attack-pattern=\"%s - %s\"",
							   techniques[i]->name, techniques[i]->id);
		g_autoptr(GString) tag = g_string_new("{");
		report_json_string(tag, "name", cluster);
		g_string_append_c(tag, '}');
		if (strstr(sum->tags->str, tag->str) == NULL)
			g_string_append_printf(sum->tags, "%s%s", sum->tags->len ? "," : "", tag->str);
	}
}

static void write_head(GString *text, const struct misp *misp, const struct summary *sum, int64_t last_ns)
{
	char event[UUID_TEXT], who[UUID_TEXT];
	g_autofree char *info = g_strdup_printf("tanpa: %u finding%s", sum->findings, sum->findings == 1 ? "" : "s");
	g_autofree char *name = g_strconcat("misp event", sum->keys->str, NULL);
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(last_ns / 1000000000);
	g_autofree char *date = g_date_time_format(time, "%Y-%m-%d");
	report_json_string(text, "uuid", uuid_of_name(uuid_space_tanpa, name, event));
	report_json_string(text, "info", info);
	report_json_string(text, "date", date);
	number(text, "threat_level_id", sum->findings ? 3u - sum->worst : 4); /* 1 is high, 4 not known */
	report_json_string(text, "analysis", "0");                            /* initial: nobody has looked at it yet */
	report_json_string(text, "distribution", "0");                        /* your organisation only */
	report_json_bool(text, "published", false);
	report_json_string(text, "timestamp", misp->stamp);
	report_json_string(text, "publish_timestamp", "0");
	report_json_key(text, "Orgc");
	g_string_append_c(text, '{');
	report_json_string(text, "name", "tanpa");
	report_json_string(text, "uuid", uuid_of_name(uuid_space_tanpa, "misp organisation", who));
	g_string_append_c(text, '}');
	report_json_key(text, "Tag");
	g_string_append_printf(text, "[%s]", sum->tags->str);
	report_json_key(text, "Attribute");
	g_string_append(text, "[]");
}

void report_scan_misp(struct report_out *out, const struct report_scan *scan)
{
	int64_t last_ns = scan->last_ns == TANPA_NEVER ? 0 : scan->last_ns;
	struct misp misp = {.some = false};
	struct summary sum = {.keys = g_string_new(NULL), .tags = g_string_new(NULL)};
	g_snprintf(misp.stamp, sizeof misp.stamp, "%" G_GINT64_FORMAT, last_ns / 1000000000);
	report_finding_each(out, scan, sum_up, &sum);
	g_string_append(out->text, "{\"Event\":{");
	write_head(out->text, &misp, &sum, last_ns);
	report_json_key(out->text, "Object");
	g_string_append_c(out->text, '[');
	report_finding_each(out, scan, write_finding, &misp);
	g_string_append(out->text, "\n]}}\n");
	g_string_free(sum.keys, TRUE);
	g_string_free(sum.tags, TRUE);
}
