/* Findings: which, in what order, and why. */
#include <glib.h>
#include <math.h>

#include "channel/finding.h"
#include "services.h"

static const struct service_script bot = {.host = 1,
					  .server = 5,
					  .port = 8080,
					  .sessions = 20,
					  .every_s = 60,
					  .sent = 250,
					  .received = 120,
					  .packets = 5,
					  .lasts_s = 1,
					  .service = TANPA_SERVICE_HTTP,
					  .method = TANPA_HTTP_POST,
					  .name = "203.0.113.5:8080"};
static const struct service_script page = {.host = 1,
					   .server = 6,
					   .port = 443,
					   .sessions = 2,
					   .every_s = 9,
					   .sent = 900,
					   .received = 90000,
					   .packets = 60,
					   .lasts_s = 4,
					   .service = TANPA_SERVICE_TLS,
					   .name = "www.example.com"};
static const struct service_script dead = {
	.host = 1, .server = 7, .port = 1177, .sessions = 30, .every_s = 10, .packets = 2};

static struct findings *find(struct channels *c, const struct channel_model *model, const struct allow *allow)
{
	struct findings *f = findings_new(c, model, allow, NULL, 1);
	findings_sort(f, 0);
	return f;
}

static const struct finding_entry *entry_at(const struct findings *f, guint i)
{
	g_assert_cmpuint(i, <, f->list->len);
	return &g_array_index(f->list, struct finding_entry, i);
}

/* The built-in model ranks a bot above a page, and says why. */
static void test_ranking(void)
{
	g_autoptr(channels_) c = channels_new();
	g_autoptr(model_) model = model_built_in();
	services_add(c, &page);
	services_add(c, &bot);
	services_add(c, &dead);
	g_autoptr(findings_) f = find(c, model, NULL);
	struct finding first;
	finding_tell(f, 0, &first);
	g_assert_cmpuint(f->scored, ==, 2);
	g_assert_cmpuint(first.channel->port, ==, 8080);
	g_assert_cmpint(first.kind, ==, FINDING_CONTROL);
	g_assert_cmpint(first.severity, ==, MODEL_HIGH);
	g_assert_true(first.plain_rule);
	g_assert_nonnull(strstr(first.facts, "20 sessions, one every 60 s"));
	g_assert_nonnull(first.evidence[0].words);
	g_assert_cmpfloat(first.evidence[0].effect, >=, first.evidence[1].effect);
	g_assert_cmpstr(first.technique[0], ==, "T1071.001");
	g_assert_cmpfloat(services_find(c, 443)->score, <, services_find(c, 8080)->score);
	g_assert_true(isnan(services_find(c, 1177)->score));
	finding_clear(&first);
}

/* Again and again without an answer: a finding of its own; four times, or within a minute, are none. */
static void test_failed(void)
{
	g_autoptr(channels_) c = channels_new();
	g_autoptr(model_) model = model_built_in();
	struct service_script few = dead, fast = dead;
	few.port = 1178;
	few.sessions = 4;
	fast.port = 1179;
	fast.every_s = 1;
	services_add(c, &dead);
	services_add(c, &few);
	services_add(c, &fast);
	g_autoptr(findings_) f = find(c, model, NULL);
	g_assert_cmpuint(f->list->len, ==, 1);
	g_assert_cmpint(entry_at(f, 0)->kind, ==, FINDING_FAILED);
	g_assert_cmpint(entry_at(f, 0)->severity, ==, MODEL_MEDIUM);
	g_assert_cmpuint(channels_get(c, entry_at(f, 0)->channel)->port, ==, 1177);
}

/* The same channel of a host that talks to a hundred services is less likely to be the one. */
static void test_look_elsewhere(void)
{
	g_autoptr(channels_) alone = channels_new(), busy = channels_new();
	g_autoptr(model_) model = model_built_in();
	services_add(alone, &bot);
	services_add(busy, &bot);
	for (guint i = 0; i < 100; i++) {
		struct service_script other = page;
		other.server = (uint8_t)(100 + i);
		services_add(busy, &other);
	}
	g_autoptr(findings_) a = find(alone, model, NULL), b = find(busy, model, NULL);
	g_assert_cmpfloat(services_find(busy, 8080)->score, <, services_find(alone, 8080)->score);
	g_assert_cmpuint(a->scored, ==, 1);
	g_assert_cmpuint(b->scored, ==, 101);
}

/* The first few come out as from sorting all, whatever the order before. */
static void test_first_few(void)
{
	enum { SERVICES = 40 };
	g_autoptr(channels_) c = channels_new();
	g_autoptr(model_) model = model_built_in();
	for (guint i = 0; i < SERVICES; i++) {
		struct service_script other = i % 3 ? bot : dead; /* many with one score: the address decides */
		other.server = (uint8_t)(10 + i * 7 % SERVICES);
		services_add(c, &other);
	}
	g_autoptr(findings_) all = find(c, model, NULL);
	g_assert_cmpuint(all->list->len, ==, SERVICES);
	for (guint most = 1; most <= SERVICES + 1; most++) {
		g_autoptr(findings_) few = findings_new(c, model, NULL, NULL, 1 + most % 4);
		findings_sort(few, most);
		for (guint i = 0; i < MIN(most, SERVICES); i++)
			g_assert_cmpuint(entry_at(few, i)->channel, ==, entry_at(all, i)->channel);
	}
}

/* Where a flow log does not tell who sent how much, nothing is scored, and it is counted; the rest it may leave out. */
static void test_sideless(void)
{
	static const unsigned needed = 1u << TANPA_PART_PACKETS | 1u << TANPA_PART_PAYLOAD | 1u << TANPA_PART_SIDES;
	for (unsigned part = 0; part < TANPA_N_PARTS; part++) {
		bool is_needed = needed >> part & 1;
		g_autoptr(channels_) c = channels_new();
		g_autoptr(model_) model = model_built_in();
		struct service_script told = bot;
		told.sessions = 1; /* one of many sessions is enough */
		told.absent = (uint16_t)(1u << part);
		services_add(c, &bot);
		services_add(c, &told);
		services_add(c, &page);
		g_autoptr(findings_) f = find(c, model, NULL);
		g_assert_cmpuint(services_find(c, 8080)->sideless, ==, is_needed);
		g_assert_cmpuint(f->sideless, ==, is_needed);
		g_assert_cmpuint(f->scored, ==, is_needed ? 1 : 2);
		g_assert_true(isnan(services_find(c, 8080)->score) == is_needed);
	}
}

/* Allowed findings are counted and marked, and stay in the list. */
static void test_allowed_finding(void)
{
	g_autoptr(channels_) c = channels_new();
	g_autoptr(model_) model = model_built_in();
	g_autoptr(allow_) allow = allow_new();
	g_assert_true(allow_add(allow, "203.0.113.5", NULL));
	services_add(c, &bot);
	g_autoptr(findings_) f = find(c, model, allow);
	g_assert_cmpuint(f->list->len, ==, 1);
	g_assert_cmpuint(f->allowed, ==, 1);
	g_assert_true(entry_at(f, 0)->allowed);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/finding/ranking", test_ranking);
	g_test_add_func("/finding/failed", test_failed);
	g_test_add_func("/finding/look-elsewhere", test_look_elsewhere);
	g_test_add_func("/finding/first-few", test_first_few);
	g_test_add_func("/finding/sideless", test_sideless);
	g_test_add_func("/finding/allowed-finding", test_allowed_finding);
	return g_test_run();
}
