#include "report/finding.h"

#include <string.h>

#include "report/community_id.h"
#include "report/json.h"
#include "report/names.h"

/* What the first bytes said, when it was one and the same. */
static const char *protocol_of(const struct channel *c)
{
	uint32_t known = c->services & ~1u; /* bit 0: not known */
	if (known == 1u << TANPA_SERVICE_TLS)
		return "tls"; /* all but Zeek call it so */
	return known && (known & (known - 1)) == 0 ? report_service_name((uint8_t)__builtin_ctz(known)) : NULL;
}

static void describe(struct report_finding *f)
{
	const struct finding *finding = f->finding;
	g_string_append(f->description, finding->facts);
	for (int i = 0; i < FINDING_EVIDENCE && finding->evidence[i].words; i++) {
		g_string_append(f->description, i ? "; " : ". Evidence: ");
		g_string_append(f->description, finding->evidence[i].words);
	}
}

void report_finding_init(struct report_finding *f, const struct report_scan *scan, const struct finding *finding)
{
	const struct channel *c = finding->channel;
	bool failed = finding->kind == FINDING_FAILED;
	*f = (struct report_finding){
		.finding = finding,
		.channel = c,
		.times = failed ? channel_attempts(c) : c->sessions,
		.transport = report_proto_name(c->proto),
		.protocol = protocol_of(c),
		.title = g_string_new(failed ? "Repeated failed connections to " : "Suspected control channel to "),
		.description = g_string_new(NULL),
		.key = g_string_new(NULL),
		.select = g_string_new(NULL),
	};
	net_address_text(channels_host(scan->channels, c->host)->addr, f->inside);
	net_address_text(c->server, f->server);
	f->ipv4 = strchr(f->server, ':') == NULL;
	g_string_append_printf(f->title, f->ipv4 ? "%s:%u/%s" : "[%s]:%u/%s", f->server, c->port, f->transport);
	describe(f);
	g_string_printf(f->key, "%s %s %s %u %s %" G_GINT64_FORMAT, finding_kind_name(finding->kind), f->inside,
			f->server, c->port, f->transport, c->first_ns);
	report_append_select(f->select, scan, c);
}

void report_append_select(GString *text, const struct report_scan *scan, const struct channel *channel)
{
	char address[NET_TEXT];
	g_string_append_printf(text, "inside_h = %s and ",
			       net_address_text(channels_host(scan->channels, channel->host)->addr, address));
	if (channel->inbound)
		g_string_append(text, "direction = inbound");
	else
		g_string_append_printf(text, "server = %s", net_address_text(channel->server, address));
	g_string_append_printf(text, " and port = %u and proto = %s", channel->port, report_proto_name(channel->proto));
}

void report_finding_clear(struct report_finding *f)
{
	g_string_free(f->title, TRUE);
	g_string_free(f->description, TRUE);
	g_string_free(f->key, TRUE);
	g_string_free(f->select, TRUE);
}

void report_finding_each(struct report_out *out, const struct report_scan *scan, report_finding_writer *write,
			 void *user)
{
	findings_sort(scan->findings, 0);
	for (guint i = 0; i < scan->findings->list->len; i++) {
		struct report_finding f;
		struct finding finding;
		if (!report_scan_shows_finding(scan, i))
			continue;
		finding_tell(scan->findings, i, &finding);
		report_finding_init(&f, scan, &finding);
		write(out->text, &f, user);
		report_finding_clear(&f);
		finding_clear(&finding);
		report_out_pass(out);
	}
}

guint report_finding_techniques(const struct report_finding *f,
				const struct report_technique *techniques[FINDING_TECHNIQUES])
{
	guint n = 0;
	for (int i = 0; i < FINDING_TECHNIQUES && f->finding->technique[i]; i++) {
		techniques[n] = report_technique_find(f->finding->technique[i]);
		n += techniques[n] != NULL;
	}
	return n;
}

void report_finding_append_community_id(GString *text, const struct report_finding *f)
{
	struct tanpa_session first = {
		.port = {f->channel->client_port, f->channel->port}, .proto = f->channel->proto, .ipv4 = f->ipv4};
	net_address_parse(f->inside, first.addr[TANPA_ORIG]);
	net_address_parse(f->server, first.addr[TANPA_RESP]);
	report_append_community_id(text, &first);
}

bool report_finding_name(const struct report_finding *f, int i, GString *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-_.";
	const char *asked = i < CHANNEL_NAMES ? f->channel->names[i] : NULL;
	if (asked == NULL)
		return false;
	g_string_truncate(name, 0);
	g_string_append_len(name, asked, (gssize)strcspn(asked, ":"));
	g_string_ascii_down(name);
	const char *last = strrchr(name->str, '.');
	return last && name->len <= 253 && strspn(name->str, letters) == name->len && name->str[0] != '.' &&
	       strstr(name->str, "..") == NULL && g_ascii_isalpha(last[1]);
}

bool report_finding_any_name(const struct report_finding *f, GString *name)
{
	for (int i = 0; i < CHANNEL_NAMES; i++)
		if (report_finding_name(f, i, name))
			return true;
	return false;
}

void report_json_stamp(GString *text, const char *name, int64_t ns, unsigned digits, const char *zone)
{
	g_autoptr(GString) stamp = g_string_new(NULL);
	report_append_time(stamp, ns); /* six digits or nine, and Z */
	g_string_truncate(stamp, strlen("2009-03-13T01:20:04.") + digits);
	g_string_append(stamp, zone);
	report_json_string(text, name, stamp->str);
}
