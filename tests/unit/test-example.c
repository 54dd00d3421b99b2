/* Examples: which channels of a capture or day become one, and what is known of them. */
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>

#include "learn/example.h"
#include "services.h"
#include "truths.h"

#define SECOND INT64_C(1000000000)
#define HOUR   (3600 * SECOND)

static const struct service_script bot = {.host = 1,
					  .server = 5,
					  .port = 8080,
					  .sessions = 10,
					  .every_s = 60,
					  .sent = 250,
					  .received = 120,
					  .packets = 5};

static struct learn_labels *read_labels(const char *text)
{
	g_autofree char *path = truths_write(text, strlen(text));
	struct learn_labels *labels = learn_labels_read((const char *const[]){path, NULL}, NULL);
	g_unlink(path);
	g_assert_nonnull(labels);
	return labels;
}

/* Four services of 10.0.0.1, labelled by the scripts' ports, and one of 10.0.0.2. */
static struct channels *four_services(void)
{
	struct channels *c = channels_new();
	struct service_script one = bot;
	for (uint16_t port = 8080; port <= 8083; port++) {
		one.port = port;
		one.received = port == 8081 ? 0 : 120;
		services_add(c, &one);
	}
	one.host = 2;
	services_add(c, &one);
	channels_finish(c, 1, NULL);
	return c;
}

/* Labelled services alone are taken; the unknown are not measured by, and neither is what is only to be learned from.
 */
static void test_capture(void)
{
	g_autoptr(channels_) c = four_services();
	g_autoptr(learn_labels_) labels = read_labels("capture,client,server,server_port,label,family\n"
						      "a.pcap,10.0.0.1,203.0.113.5,8080,c2,X\n"
						      "a.pcap,10.0.0.1,203.0.113.5,8081,download,X\n"
						      "a.pcap,10.0.0.1,203.0.113.5,8082,unknown,X\n"
						      "a.pcap,10.0.0.1,203.0.113.6,8083,c2,X\n"
						      "b.pcap,10.0.0.1,203.0.113.5,8083,c2,Y\n");
	struct learn_set set;
	learn_set_init(&set);
	learn_set_add_capture(&set, c, labels, "/some/where/a.pcap", true, 0, HOUR);
	learn_set_add_capture(&set, c, labels, "b.pcap", false, 0, HOUR);
	g_assert_cmpuint(set.runs->len, ==, 2);
	g_assert_cmpstr(g_array_index(set.runs, struct learn_run, 0).name, ==, "a.pcap");
	g_assert_cmpuint(set.groups, ==, 2);
	g_assert_cmpuint(set.examples->len, ==, 4);
	g_assert_cmpuint(learn_labels_found(labels), ==, 4);
	for (guint i = 0; i < 4; i++) {
		const struct example *e = learn_set_at(&set, i);
		g_assert_cmpint(e->class, ==, e->label->class);
		g_assert_cmpuint(e->run, ==, e->port == 8083);
		g_assert_cmpuint(e->group, ==, e->port == 8083);
		g_assert_true(e->is_measured == (e->port <= 8081));
		g_assert_true(e->answered == (e->port != 8081));
		g_assert_false(e->is_day);
		g_assert_true(e->looked_into);
		g_assert_cmpuint(e->services, ==, 4);
		g_assert_cmpuint(e->host[15], ==, 1);
		g_assert_cmpuint(e->server[15], ==, 5);
		g_assert_cmpfloat(e->rule, ==, -e->features.value[FEATURE_LENGTH]);
		g_assert_false(isnan(e->beacon));
	}
	learn_set_clear(&set);
}

/* All services of a day are taken, each day as a group of its own; what cannot be scored is in neither. */
static void test_day(void)
{
	g_autoptr(channels_) c = channels_new();
	g_autoptr(learn_labels_) labels = read_labels("capture,client,server,server_port,label,family\n"
						      "a.pcap,10.0.0.1,203.0.113.5,8080,c2,X\n");
	struct service_script attempts = bot, sideless = bot, other_host = bot;
	attempts.port = 8081;
	attempts.sent = attempts.received = 0;
	sideless.port = 8082;
	sideless.absent = 1u << TANPA_PART_SIDES;
	other_host.host = 2;
	services_add(c, &bot);
	services_add(c, &attempts);
	services_add(c, &sideless);
	services_add(c, &other_host);
	channels_finish(c, 1, NULL);
	struct learn_set set;
	learn_set_init(&set);
	learn_set_add_capture(&set, c, labels, "a.pcap", true, 0, HOUR);
	learn_set_add_day(&set, c, "one", 0, HOUR);
	learn_set_add_day(&set, c, "two", 0, HOUR);
	g_assert_cmpuint(set.groups, ==, 3);
	g_assert_cmpuint(set.examples->len, ==, 5);
	for (guint i = 1; i < 5; i++) {
		const struct example *e = learn_set_at(&set, i);
		g_assert_cmpint(e->class, ==, LEARN_BENIGN);
		g_assert_null(e->label);
		g_assert_true(e->is_day && !e->is_measured);
		g_assert_cmpuint(e->port, ==, 8080);
		g_assert_cmpuint(e->run, ==, i < 3 ? 1 : 2);
		g_assert_cmpuint(e->group, ==, i < 3 ? 1 : 2);
	}
	learn_set_clear(&set);
}

/* Each host with services from its first session or attempt to the last; the others are not there to be wrong about. */
static void test_host_days(void)
{
	g_autoptr(channels_) c = channels_new();
	struct service_script long_one = bot, attempts = bot, third = bot;
	long_one.every_s = 3600; /* nine hours, and the attempts make it ten */
	attempts.port = 8081;
	attempts.sent = attempts.received = 0;
	attempts.sessions = 2;
	attempts.every_s = 36000;
	third.host = 3;
	third.every_s = 7200 / 9 * 2; /* four hours */
	services_add(c, &long_one);
	services_add(c, &attempts);
	services_add(c, &third);
	attempts.host = 2; /* no service with payload */
	services_add(c, &attempts);
	channels_finish(c, 1, NULL);
	struct learn_set set;
	learn_set_init(&set);
	learn_set_add_day(&set, c, "one", 0, HOUR);
	const struct learn_run *run = &g_array_index(set.runs, struct learn_run, 0);
	g_assert_true(run->is_day);
	g_assert_cmpfloat_with_epsilon(run->host_days, 14 / 24.0, 1e-9);
	learn_set_clear(&set);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/example/capture", test_capture);
	g_test_add_func("/example/day", test_day);
	g_test_add_func("/example/host-days", test_host_days);
	return g_test_run();
}
