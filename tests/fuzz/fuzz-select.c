/* Expressions of --select, over the fields of sessions and over those of services. Bytes of value 0 end the text. */
#include <glib.h>
#include <string.h>

#include "base/net.h"
#include "fuzz.h"
#include "report/select.h"
#include "report/service.h"

static struct report_select *compile(const char *text, const struct report_field *fields, gsize n, GTimeZone *zone)
{
	g_autoptr(GError) error = NULL;
	gsize at = 0;
	struct report_select *select = report_select_new(text, fields, n, zone, &at, &error);
	CHECK((select == NULL) == (error != NULL));
	CHECK(error == NULL || g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE));
	CHECK(at <= strlen(text));
	return select;
}

/* A session of few packets, and one of none with nothing set. */
static void fill(struct tanpa_session session[2])
{
	memset(session, 0, 2 * sizeof *session);
	net_address_parse("10.1.2.3", session[0].addr[0]);
	net_address_parse("2001:db8::9", session[0].addr[1]);
	session[0].port[1] = 80;
	session[0].proto = session[1].proto = TANPA_TCP;
	session[0].service = TANPA_SERVICE_HTTP;
	session[0].name = "www.example.com";
	session[0].flow[0] = (struct tanpa_flow){
		3, 300, 100, 0, 0, INT64_C(1236927600000000000), INT64_C(1236927601000000000)};
	session[0].flow[1] = session[1].flow[0] = session[1].flow[1] = (struct tanpa_flow){.first_ns = TANPA_NEVER,
											   .last_ns = TANPA_NEVER};
}

static void check_opposite(struct report_select *select, struct report_select *negated, const struct report_row *row)
{
	bool taken = report_select_takes(select, row);
	CHECK(negated == NULL || report_select_takes(negated, row) != taken);
}

static void try_sessions(const char *text, const char *opposite, GTimeZone *zone)
{
	g_autoptr(report_select) select = compile(text, report_fields, report_n_fields, zone);
	if (select == NULL)
		return;
	g_autoptr(report_select) negated = compile(opposite, report_fields, report_n_fields, zone); /* NULL: too deep */
	struct verdict_options options = verdict_options_default;
	g_autoptr(net_list_) inside = options.inside = net_list_private();
	struct tanpa_session session[2];
	fill(session);
	for (int i = 0; i < 2; i++) {
		struct verdict verdict = verdict_judge(&session[i], &options);
		check_opposite(select, negated, &(struct report_row){&session[i], &verdict, &options, NULL});
	}
}

/* A scan of the first session. Stays until the end. */
static struct report_service *the_service(void)
{
	static struct report_scan scan;
	static struct report_service service = {.scan = &scan, .finding = REPORT_NO_FINDING};
	struct tanpa_session session[2];
	struct verdict_options options = verdict_options_default;
	g_autoptr(net_list_) inside = options.inside = net_list_private();
	if (scan.channels)
		return &service;
	fill(session);
	struct verdict verdict = verdict_judge(&session[0], &options);
	struct channels *channels = channels_new();
	channels_add(channels, &session[0], &verdict);
	scan.channels = channels;
	scan.findings = findings_new(channels, model_built_in(), NULL, NULL, 1);
	return &service;
}

/* Its channel, whatever the model thinks of it, and a fan-out. */
static void try_services(const char *text, const char *opposite, GTimeZone *zone)
{
	const struct fanout_group fanout = {.port = 445, .proto = TANPA_TCP, .attempts = 7, .destinations = 7};
	gsize n;
	const struct report_field *fields = report_service_fields(&n);
	g_autoptr(report_select) select = compile(text, fields, n, zone);
	if (select == NULL)
		return;
	g_autoptr(report_select) negated = compile(opposite, fields, n, zone);
	struct report_service *service = the_service();
	const struct report_row row = {.service = service};
	report_service_set_channel(service, channels_get(service->scan->channels, 0),
				   service->scan->findings->list->len ? 0 : REPORT_NO_FINDING);
	check_opposite(select, negated, &row);
	report_service_set_fanout(service, &fanout);
	check_opposite(select, negated, &row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autofree char *opposite = g_strdup_printf("not (%s)", text);
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Berlin");
	try_sessions(text, opposite, zone);
	try_services(text, opposite, zone);
	return 0;
}
