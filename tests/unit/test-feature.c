/* The measures of a channel, by hand. */
#include <glib.h>
#include <math.h>

#include "channel/channel_state.h"
#include "channel/model.h"
#include "services.h"

/* What is taken for a score only is the same. */
static void measure(struct channels *c, uint16_t port, struct feature_vector *v)
{
	const struct channel *channel = services_find(c, port);
	g_autofree const struct kept **at = g_new(const struct kept *, KEPT_LIST_ROOM);
	struct kept_list list = {.at = at};
	struct feature_vector scored;
	feature_measure(c, channel, v);
	if (channel->sideless > 0)
		return;
	channels_list_up(c, group_numbers(c->groups, channel->number), group_size(c->groups, channel->number), &list);
	feature_measure_scored(c, channel, &list, &scored);
	g_assert_true(scored.looked_into == v->looked_into);
	for (enum feature f = 0; f < N_FEATURES; f++)
		if (feature_scale(f)->models)
			g_assert_cmpuint(feature_bin(f, scored.value[f]), ==, feature_bin(f, v->value[f]));
}

static void assert_value(const struct feature_vector *v, enum feature f, double wanted)
{
	if (fabs(v->value[f] - wanted) > 1e-6)
		g_error("%s is %g, not %g", feature_info(f)->name, v->value[f], wanted);
}

static void assert_choice(const struct feature_vector *v, enum feature f, const char *wanted)
{
	g_assert_cmpstr(feature_choice(f, v->value[f]), ==, wanted);
}

static const struct service_script beacon = {.host = 1,
					     .server = 5,
					     .port = 8080,
					     .sessions = 10,
					     .every_s = 60,
					     .sent = 200,
					     .received = 100,
					     .packets = 4,
					     .lasts_s = 2,
					     .service = TANPA_SERVICE_HTTP,
					     .method = TANPA_HTTP_POST,
					     .name = "203.0.113.5:8080"};

static void test_beacon(void)
{
	g_autoptr(channels_) c = channels_new();
	struct feature_vector v;
	services_add(c, &beacon);
	channels_finish(c, 1, NULL);
	measure(c, 8080, &v);
	g_assert_true(v.looked_into);
	assert_value(&v, FEATURE_SESSIONS, 10);
	assert_value(&v, FEATURE_ATTEMPTS, 0);
	assert_value(&v, FEATURE_FAILED, 0);
	assert_value(&v, FEATURE_ANSWERED, 1);
	assert_value(&v, FEATURE_SPAN, 9 * 60 + 2);
	assert_value(&v, FEATURE_HOURS, 1);
	assert_value(&v, FEATURE_SENT, 200);
	assert_value(&v, FEATURE_RECEIVED, 100);
	assert_value(&v, FEATURE_RATIO, .5);
	assert_value(&v, FEATURE_SENT_LENGTH, 50);
	assert_value(&v, FEATURE_RECEIVED_LENGTH, 25);
	assert_value(&v, FEATURE_LENGTH, 300 / 8.0);
	assert_value(&v, FEATURE_SHORT, 1);
	assert_value(&v, FEATURE_DURATION, 2);
	assert_value(&v, FEATURE_INTERVAL, 60);
	assert_value(&v, FEATURE_JITTER, 0);
	assert_value(&v, FEATURE_STEADY, 1);
	assert_value(&v, FEATURE_SIMILAR, 1);
	assert_value(&v, FEATURE_HOSTS, 1);
	assert_value(&v, FEATURE_PREVALENCE, 1);
	g_assert_true(isnan(v.value[FEATURE_GROUP]));
	assert_choice(&v, FEATURE_PROTOCOL, "http on another port");
	assert_choice(&v, FEATURE_REQUEST, "http post no name");
	assert_choice(&v, FEATURE_NAMING, "address");
	assert_choice(&v, FEATURE_METHOD, "post");
	assert_choice(&v, FEATURE_PORT_USE, "http elsewhere");
}

/* What two sessions cannot tell is NAN, and so is all payload when nobody has seen it. */
static void test_unknown(void)
{
	g_autoptr(channels_) c = channels_new();
	struct service_script two = beacon;
	struct feature_vector v;
	two.sessions = 2;
	services_add(c, &two);
	channels_finish(c, 1, NULL);
	measure(c, 8080, &v);
	g_assert_true(isnan(v.value[FEATURE_JITTER]));
	g_assert_true(isnan(v.value[FEATURE_ECHO]));
	assert_value(&v, FEATURE_INTERVAL, 60);
	g_assert_cmpuint(feature_bin(FEATURE_JITTER, v.value[FEATURE_JITTER]), ==, feature_bins(FEATURE_JITTER) - 1);
	feature_forget_payload(&v);
	g_assert_false(v.looked_into);
	g_assert_true(isnan(v.value[FEATURE_REQUEST]));
	assert_value(&v, FEATURE_SENT, 200);
}

/* Attempts count in the rhythm, not in the sizes; two hosts share a service. */
static void test_attempts_and_hosts(void)
{
	g_autoptr(channels_) c = channels_new();
	struct service_script failed = beacon, other = beacon;
	struct feature_vector v;
	failed.sent = failed.received = 0;
	failed.refused = true;
	failed.sessions = 30;
	other.host = 2;
	other.sent = 400;
	services_add(c, &beacon);
	services_add(c, &failed);
	services_add(c, &other);
	channels_finish(c, 1, NULL);
	measure(c, 8080, &v);
	assert_value(&v, FEATURE_SESSIONS, 10);
	assert_value(&v, FEATURE_ATTEMPTS, 30);
	assert_value(&v, FEATURE_REFUSED, 30);
	assert_value(&v, FEATURE_FAILED, .75);
	assert_value(&v, FEATURE_SENT, 200);
	assert_value(&v, FEATURE_HOSTS, 2);
	assert_value(&v, FEATURE_PREVALENCE, 1);
	assert_value(&v, FEATURE_GROUP, .5);
}

/* Lists of a service that x and y say the sessions of, in either order of adding. */
static void list_both_ways(const struct service_script *x, const struct service_script *y, GArray *lists[2])
{
	for (int back = 0; back < 2; back++) {
		g_autoptr(channels_) c = channels_new();
		services_add(c, back ? y : x);
		services_add(c, back ? x : y);
		channels_finish(c, 1, NULL);
		g_assert_cmpuint(services_find(c, x->port)->sessions, ==, x->sessions + y->sessions);
		lists[back] = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
		channels_list(c, services_find(c, x->port), lists[back]);
		g_assert_cmpuint(lists[back]->len, ==, CHANNEL_LISTED);
	}
}

static const struct channel_session *session_of(const GArray *list, guint i)
{
	return &g_array_index(list, struct channel_session, i);
}

/* The earliest are listed, in the order of their start. */
static void test_long_list(void)
{
	struct service_script many = beacon, late = beacon;
	GArray *lists[2];
	many.sessions = CHANNEL_LISTED;
	many.every_s = 1;
	late.sessions = 3 * CHANNEL_LISTED;
	late.every_s = 2;
	list_both_ways(&many, &late, lists);
	for (guint i = 0; i < CHANNEL_LISTED; i++) {
		g_assert_cmpint(session_of(lists[0], i)->start_ns, ==, session_of(lists[1], i)->start_ns);
		g_assert_true(i == 0 || session_of(lists[0], i)->start_ns >= session_of(lists[0], i - 1)->start_ns);
	}
	g_array_unref(lists[0]);
	g_array_unref(lists[1]);
}

/* Of sessions that begin at once, too, those are listed that would be in any other order. */
static void test_long_list_of_one_start(void)
{
	struct service_script few = beacon, many = beacon;
	GArray *lists[2];
	few.sessions = many.sessions = CHANNEL_LISTED;
	few.every_s = many.every_s = 0;
	many.packets = beacon.packets + 9;
	list_both_ways(&few, &many, lists);
	for (guint i = 0; i < CHANNEL_LISTED; i++)
		g_assert_cmpuint(session_of(lists[0], i)->sent_packets, ==, session_of(lists[1], i)->sent_packets);
	g_array_unref(lists[0]);
	g_array_unref(lists[1]);
}

/* Hundreds of thousands of packets are no fewer for that. */
static void test_long_session(void)
{
	g_autoptr(channels_) c = channels_new();
	struct service_script one = beacon;
	struct feature_vector v;
	one.sessions = 1;
	one.packets = 1000000;
	one.sent = one.received = 50000000;
	services_add(c, &one);
	channels_finish(c, 1, NULL);
	measure(c, 8080, &v);
	g_assert_cmpfloat_with_epsilon(v.value[FEATURE_LENGTH], 50, .01);
	g_assert_cmpfloat_with_epsilon(v.value[FEATURE_SENT_LENGTH], 50, .05);
	g_assert_cmpfloat_with_epsilon(v.value[FEATURE_RECEIVED_LENGTH], 50, .05);
	g_assert_cmpfloat_with_epsilon(v.value[FEATURE_SENT_PACKETS], 1000000, 1000);
}

static gint compare_doubles(gconstpointer a, gconstpointer b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double median_of(double *v, guint n)
{
	qsort(v, n, sizeof *v, compare_doubles);
	return (v[(n - 1) / 2] + v[n / 2]) / 2;
}

/* Of few sessions, which are sorted without branches, as of many. */
static void test_medians(void)
{
	for (guint n = 1; n <= 60; n++) {
		g_autoptr(channels_) c = channels_new();
		double sent[60], packets[60], lasts[60];
		guint same[7] = {0}, most = 0;
		struct feature_vector v;
		for (guint i = 0; i < n; i++) {
			struct service_script one = beacon;
			one.sessions = 1;
			one.sent = (guint)g_test_rand_int_range(1, 8);
			one.packets = (guint)g_test_rand_int_range(1, 5000);
			one.lasts_s = g_test_rand_int_range(0, 64) / 8.0;
			same[one.sent - 1]++;
			most = MAX(most, same[one.sent - 1]);
			services_add(c, &one);
			sent[i] = (double)one.sent;
			packets[i] = one.packets;
			lasts[i] = one.lasts_s;
		}
		channels_finish(c, 1, NULL);
		measure(c, 8080, &v);
		assert_value(&v, FEATURE_SENT, median_of(sent, n));
		g_assert_cmpfloat_with_epsilon(v.value[FEATURE_SENT_PACKETS], median_of(packets, n), 2);
		assert_value(&v, FEATURE_DURATION, median_of(lasts, n));
		if (n > 1)
			assert_value(&v, FEATURE_SIMILAR, (double)most / n);
	}
}

/* Services of a Windows network are one only between inside hosts. */
static void test_windows(void)
{
	g_autoptr(channels_) c = channels_new();
	struct service_script inside = {.host = 1,
					.server = 9,
					.port = 49700,
					.sessions = 1,
					.sent = 300,
					.received = 300,
					.packets = 5,
					.internal = true};
	struct service_script outside = inside;
	struct feature_vector v;
	outside.internal = false;
	outside.port = 49701;
	services_add(c, &inside);
	services_add(c, &outside);
	channels_finish(c, 1, NULL);
	measure(c, 49700, &v);
	assert_choice(&v, FEATURE_REQUEST, "windows network");
	measure(c, 49701, &v);
	assert_choice(&v, FEATURE_REQUEST, "unknown");
}

#define PART(id) (1u << TANPA_PART_##id)

/* A flow log tells neither turns nor who sent first, nor what is in the payload, and the model for flows scores it. */
static void test_flows(void)
{
	g_autoptr(channels_) c = channels_new();
	struct service_script told = beacon;
	struct feature_vector v;
	told.absent = PART(CONTENT);
	told.name = NULL;
	told.method = TANPA_HTTP_NONE;
	services_add(c, &told);
	channels_finish(c, 1, NULL);
	measure(c, 8080, &v);
	g_assert_false(v.looked_into);
	g_assert_cmpint(model_part_for(&v), ==, FEATURE_OF_FLOWS);
	static const enum feature unknown[] = {FEATURE_TURNS,    FEATURE_SERVER_FIRST, FEATURE_REQUEST,
					       FEATURE_NAMING,   FEATURE_METHOD,       FEATURE_STATUS,
					       FEATURE_PORT_USE, FEATURE_EXECUTABLES};
	for (gsize i = 0; i < G_N_ELEMENTS(unknown); i++)
		g_assert_true(isnan(v.value[unknown[i]]));
	assert_choice(&v, FEATURE_PROTOCOL, "http on another port"); /* which a log may tell */
	assert_value(&v, FEATURE_SENT, 200);
	assert_value(&v, FEATURE_INTERVAL, 60);
}

/* Its maker looked into the payload where there is a name or a method; turns are not told even so. */
static void test_flows_with_names(void)
{
	g_autoptr(channels_) c = channels_new();
	struct service_script told = beacon, one = beacon;
	struct feature_vector v;
	told.absent = one.absent = PART(CONTENT);
	one.port = 8081;
	one.sessions = 1; /* measured without medians */
	one.name = NULL;
	services_add(c, &told);
	services_add(c, &one);
	channels_finish(c, 1, NULL);
	for (uint16_t port = 8080; port <= 8081; port++) {
		measure(c, port, &v);
		g_assert_true(v.looked_into);
		g_assert_cmpint(model_part_for(&v), ==, FEATURE_OF_PACKETS);
		g_assert_true(isnan(v.value[FEATURE_TURNS]) && isnan(v.value[FEATURE_SERVER_FIRST]));
	}
	measure(c, 8080, &v);
	assert_choice(&v, FEATURE_REQUEST, "http post no name");
}

/* Where half of the HTTP is OCSP, that is what the request is; the method stays what it was. */
static void test_ocsp(void)
{
	for (guint others = 4; others <= 5; others++) {
		g_autoptr(channels_) c = channels_new();
		struct service_script ocsp = beacon, other = beacon;
		struct feature_vector v;
		ocsp.content = TANPA_CONTENT_OCSP;
		ocsp.sessions = 4;
		other.sessions = others;
		services_add(c, &ocsp);
		services_add(c, &other);
		channels_finish(c, 1, NULL);
		measure(c, 8080, &v);
		assert_choice(&v, FEATURE_REQUEST, others == 4 ? "ocsp" : "http post no name");
		assert_choice(&v, FEATURE_METHOD, "post");
	}
}

/* Of sessions from a capture and from a log half must have been looked into; turns are told of all or none. */
static void test_flows_and_packets(void)
{
	for (guint told_of = 9; told_of <= 11; told_of++) {
		g_autoptr(channels_) c = channels_new();
		struct service_script told = beacon;
		struct feature_vector v;
		told.absent = PART(CONTENT);
		told.name = NULL;
		told.method = TANPA_HTTP_NONE;
		told.sessions = told_of;
		services_add(c, &beacon); /* ten sessions */
		services_add(c, &told);
		channels_finish(c, 1, NULL);
		measure(c, 8080, &v);
		g_assert_true(v.looked_into == (told_of <= 10));
		g_assert_true(isnan(v.value[FEATURE_TURNS]));
	}
}

static void test_turns(void)
{
	g_autoptr(channels_) c = channels_new();
	struct service_script client = beacon, server = beacon;
	struct feature_vector v;
	client.history = "ShADadFf";
	server.history = "ShAdDaFf";
	server.port = 8081;
	services_add(c, &client);
	services_add(c, &server);
	channels_finish(c, 1, NULL);
	measure(c, 8080, &v);
	assert_value(&v, FEATURE_TURNS, 1);
	assert_value(&v, FEATURE_SERVER_FIRST, 0);
	measure(c, 8081, &v);
	assert_value(&v, FEATURE_SERVER_FIRST, 1);
}

/* What the payload is: told, or by the port where nobody could look. */
static void test_protocols(void)
{
	static const struct {
		enum tanpa_service service;
		uint16_t port, absent;
		bool begun_before;
		const char *protocol, *request; /* request NULL: cannot be told */
	} cases[] = {
		{TANPA_SERVICE_HTTP, 80, 0, false, "http", "http get no name"},
		{TANPA_SERVICE_HTTP, 8080, 0, true, "http on another port", "http get no name"},
		{TANPA_SERVICE_HTTP, 443, 0, false, "http on another port", "http get no name"},
		{TANPA_SERVICE_TLS, 443, 0, false, "tls", "tls no name"},
		{TANPA_SERVICE_TLS, 8443, 0, false, "tls on another port", "tls no name"},
		{TANPA_SERVICE_IRC, 6667, 0, false, "irc", "irc"},
		{TANPA_SERVICE_IRC, 80, 0, false, "irc", "irc"},
		{TANPA_SERVICE_IRC, 22, 0, false, "irc", "irc"},
		{TANPA_SERVICE_IRC, 31789, PART(CONTENT), false, "irc", NULL},
		{TANPA_SERVICE_SSH, 2222, 0, false, "another known one", "another known one"},
		{TANPA_SERVICE_UNKNOWN, 22, 0, false, "another known one", "another known one"},
		{TANPA_SERVICE_UNKNOWN, 25, PART(CONTENT), false, "another known one", NULL},
		{TANPA_SERVICE_UNKNOWN, 4444, 0, false, "unknown", "unknown"},
		{TANPA_SERVICE_UNKNOWN, 4444, PART(CONTENT), false, "unknown", NULL},
		{TANPA_SERVICE_UNKNOWN, 4444, 0, true, "begin not seen", "begin not seen"},
		{TANPA_SERVICE_UNKNOWN, 80, 0, false, "unknown on 80 or 443", "unknown on 80 or 443"},
		{TANPA_SERVICE_UNKNOWN, 443, 0, false, "unknown on 80 or 443", "unknown on 80 or 443"},
		{TANPA_SERVICE_UNKNOWN, 80, PART(CONTENT), false, "http", NULL},
		{TANPA_SERVICE_UNKNOWN, 443, PART(CONTENT), false, "tls", NULL},
		{TANPA_SERVICE_HTTP, 80, PART(CONTENT), false, "http", NULL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(channels_) c = channels_new();
		struct service_script script = beacon;
		struct feature_vector v;
		script.name = NULL;
		script.method = TANPA_HTTP_NONE;
		script.service = cases[i].service;
		script.port = cases[i].port;
		script.absent = cases[i].absent;
		script.begun_before = cases[i].begun_before;
		services_add(c, &script);
		channels_finish(c, 1, NULL);
		measure(c, script.port, &v);
		g_test_message("%s on %u", cases[i].protocol, script.port);
		assert_choice(&v, FEATURE_PROTOCOL, cases[i].protocol);
		assert_choice(&v, FEATURE_REQUEST, cases[i].request);
	}
}

static void test_bins(void)
{
	for (enum feature f = 0; f < N_FEATURES; f++) { /* each cut begins a bin */
		const struct feature_scale *scale = feature_scale(f);
		for (guint i = 0; i < scale->n_cuts; i++) {
			g_assert_cmpuint(feature_bin(f, scale->cuts[i]), ==, i + 1);
			g_assert_cmpuint(feature_bin(f, nextafter(scale->cuts[i], 0)), ==, i);
		}
	}
	g_assert_cmpuint(feature_bin(FEATURE_SESSIONS, 1), ==, 0);
	g_assert_cmpuint(feature_bin(FEATURE_SESSIONS, 2), ==, 1);
	g_assert_cmpuint(feature_bin(FEATURE_SESSIONS, 1e9), ==, feature_bins(FEATURE_SESSIONS) - 2);
	g_autofree char *hash = feature_table_hash(), *again = feature_table_hash();
	g_assert_cmpuint(strlen(hash), ==, 16);
	g_assert_cmpstr(hash, ==, again);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/feature/beacon", test_beacon);
	g_test_add_func("/feature/unknown", test_unknown);
	g_test_add_func("/feature/attempts-and-hosts", test_attempts_and_hosts);
	g_test_add_func("/feature/long-list", test_long_list);
	g_test_add_func("/feature/long-list-of-one-start", test_long_list_of_one_start);
	g_test_add_func("/feature/long-session", test_long_session);
	g_test_add_func("/feature/medians", test_medians);
	g_test_add_func("/feature/windows", test_windows);
	g_test_add_func("/feature/flows", test_flows);
	g_test_add_func("/feature/flows-with-names", test_flows_with_names);
	g_test_add_func("/feature/ocsp", test_ocsp);
	g_test_add_func("/feature/flows-and-packets", test_flows_and_packets);
	g_test_add_func("/feature/turns", test_turns);
	g_test_add_func("/feature/protocols", test_protocols);
	g_test_add_func("/feature/bins", test_bins);
	return g_test_run();
}
