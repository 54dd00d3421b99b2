/* Expressions of --select. Bytes of value 0 end the text. */
#include <glib.h>
#include <string.h>

#include "base/net.h"
#include "fuzz.h"
#include "report/select.h"

static struct report_select *compile(const char *text, GTimeZone *zone)
{
	g_autoptr(GError) error = NULL;
	gsize at = 0;
	struct report_select *select = report_select_new(text, report_fields, report_n_fields, zone, &at, &error);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_autofree char *opposite = g_strdup_printf("not (%s)", text);
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Europe/Berlin");
	g_autoptr(report_select) select = compile(text, zone);
	if (select == NULL)
		return 0;
	g_autoptr(report_select) negated = compile(opposite, zone); /* NULL: too deep */
	struct verdict_options options = verdict_options_default;
	g_autoptr(GArray) inside = options.inside = net_list_private();
	struct tanpa_session session[2];
	fill(session);
	for (int i = 0; i < 2; i++) {
		struct verdict verdict = verdict_judge(&session[i], &options);
		struct report_row row = {&session[i], &verdict, &options};
		bool taken = report_select_takes(select, &row);
		CHECK(negated == NULL || report_select_takes(negated, &row) != taken);
	}
	return 0;
}
