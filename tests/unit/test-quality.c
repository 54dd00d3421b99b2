/* How good a score is, on sets small enough to be computed by hand. */
#include <glib.h>
#include <math.h>

#include "learn/quality.h"

/* A set in a few words: "c.9 d.5 b.1 | c.2" are control, download and benign services with these scores, of two
 * captures. */
static void set_init(struct learn_set *set, const char *words)
{
	g_auto(GStrv) list = g_strsplit(words, " ", -1);
	struct learn_run run = {0};
	learn_set_init(set);
	g_array_append_val(set->runs, run);
	for (gsize i = 0; list[i]; i++) {
		static const char letters[] = "cdbu";
		static const enum learn_class classes[] = {LEARN_CONTROL, LEARN_DOWNLOAD, LEARN_BENIGN, LEARN_UNKNOWN};
		if (*list[i] == '|') {
			g_array_append_val(set->runs, run);
			continue;
		}
		g_assert_nonnull(strchr(letters, *list[i]));
		struct example e = {.class = classes[strchr(letters, *list[i]) - letters],
				    .run = set->runs->len - 1,
				    .group = set->runs->len - 1,
				    .is_measured = *list[i] != 'u',
				    .answered = true,
				    .score = g_ascii_strtod(list[i] + 1, NULL),
				    .beacon = NAN};
		g_array_append_val(set->examples, e);
	}
	set->groups = set->runs->len;
}

static struct learn_quality quality_of(const char *words)
{
	struct learn_set set;
	set_init(&set, words);
	struct learn_quality q = learn_quality(&set, LEARN_BY_MODEL);
	learn_set_clear(&set);
	return q;
}

static void assert_number(double value, double wanted)
{
	if (isnan(wanted))
		g_assert_true(isnan(value));
	else
		g_assert_cmpfloat_with_epsilon(value, wanted, 1e-12);
}

static void test_areas(void)
{
	static const struct {
		const char *words;
		double download, all, precision;
	} cases[] = {
		{"c.9 b.1 d.2", 1, 1, 1},
		{"c.1 b.9 d.9", 0, 0, 1 / 3.0},
		{"c.5 b.5 d.5", .5, .5, 1 / 3.0},
		/* of six pairs with downloads four and a tie are right, of twelve in all eight and a tie */
		{"c.9 c.6 c.4 d.5 d.4 b.7 b.1", 4.5 / 6, 8.5 / 12, (1 + 2 / 3.0 + 3 / 6.0) / 3},
		{"b.1 d.4 c.4 b.7 d.5 c.6 c.9", 4.5 / 6, 8.5 / 12, (1 + 2 / 3.0 + 3 / 6.0) / 3},
		{"c.9 b.5 c.4", NAN, .5, (1 + 2 / 3.0) / 2},
		{"c.5 c.5 b.5 b.4", NAN, 3 / 4.0, 2 / 3.0},
		{"c.9 u.95 u.1 b.5", NAN, 1, 1}, /* what is unknown is not asked */
		{"c.9 c.1", NAN, NAN, NAN},
		{"b.9 d.1", NAN, NAN, NAN},
		{"u.5", NAN, NAN, NAN},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].words);
		struct learn_quality q = quality_of(cases[i].words);
		assert_number(q.auc_download.value, cases[i].download);
		assert_number(q.auc_all.value, cases[i].all);
		assert_number(q.precision.value, cases[i].precision);
	}
}

static void test_counts(void)
{
	struct learn_quality q = quality_of("c.9 c.6 d.5 b.4 u.3 | d.1");
	g_assert_cmpuint(q.controls, ==, 2);
	g_assert_cmpuint(q.downloads, ==, 2);
	g_assert_cmpuint(q.others, ==, 3);
}

/* Groups are drawn whole: of one nothing varies, of two that differ the value does. */
static void test_intervals(void)
{
	struct learn_quality one = quality_of("c.9 c.3 b.5 b.1"), two = quality_of("c.9 b.1 | c.1 b.9");
	assert_number(one.auc_all.low, one.auc_all.value);
	assert_number(one.auc_all.high, one.auc_all.value);
	assert_number(two.auc_all.value, .5);
	assert_number(two.auc_all.low, 0);
	assert_number(two.auc_all.high, 1);
	struct learn_quality again = quality_of("c.9 b.1 | c.1 b.9"), none = quality_of("c.5");
	assert_number(again.precision.low, two.precision.low); /* the same in every run */
	g_assert_true(isnan(none.auc_all.low) && isnan(none.auc_all.high));
	struct learn_quality four = quality_of("c.9 b.1 | c.3 b.2 | c.1 b.9 | c.8 b.3");
	struct learn_quality others_too = quality_of(
		"u.1 | u.2 | c.9 b.1 | u.3 | c.3 b.2 | u.4 | c.1 b.9 | c.8 b.3 | u.5");
	assert_number(others_too.precision.low, four.precision.low); /* what is not measured is not drawn */
	assert_number(others_too.precision.high, four.precision.high);
}

static void test_rank(void)
{
	static const struct {
		const char *words;
		guint rank;
	} cases[] = {{"c.9 b.5 b.4", 1},  {"b.5 c.4 b.3", 2}, {"b.5 b.5 c.5", 3}, /* ties count against it */
		     {"b.5 c.1 c.6", 1},                                          /* the best one counts */
		     {"b.9 c.5 c.5", 2},  /* others of its kind are not above it */
		     {"u.9 c.5 b.1", 1},  /* what is unknown is not there */
		     {"c.9 c.5", 0},      /* nothing else */
		     {"b.9 b.5", 0},      /* no control */
		     {"u.9 c.5", 0},      /* neither */
		     {"c.1 b0 | b.9", 1}, /* of another capture */
		     {"u.1 | c.1 b.9", 0}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct learn_set set;
		set_init(&set, cases[i].words);
		if (learn_rank(&set, 0, LEARN_BY_MODEL) != cases[i].rank)
			g_error("'%s': %u", cases[i].words, learn_rank(&set, 0, LEARN_BY_MODEL));
		learn_set_clear(&set);
	}
}

/* Captures with control and something else: five; in two it is first, in four among the first three. */
static void test_first(void)
{
	struct learn_quality q = quality_of(
		"c.9 b.5 | c.9 b.1 b.2 | b.9 b.8 c.7 | b.9 b.8 b.7 c.7 | b.9 c.1 | c.5 | b.5");
	g_assert_cmpuint(q.first.n, ==, 5);
	g_assert_cmpuint(q.first.k, ==, 2);
	g_assert_cmpuint(q.first_three.n, ==, 5);
	g_assert_cmpuint(q.first_three.k, ==, 4);
}

/* A benign day as a run of its own. */
static void add_day(struct learn_set *set, double host_days, const double *scores, gsize n)
{
	struct learn_run run = {.is_day = true, .host_days = host_days};
	g_array_append_val(set->runs, run);
	for (gsize i = 0; i < n; i++) {
		struct example e = {.class = LEARN_BENIGN,
				    .run = set->runs->len - 1,
				    .group = set->groups,
				    .is_day = true,
				    .score = scores[i],
				    .beacon = NAN};
		g_array_append_val(set->examples, e);
	}
	set->groups++;
}

/* Where four of five answered control services are reported; what was never answered does not move it. */
static void test_false_findings(void)
{
	static const double first[] = {.3, .29, .9}, second[] = {.31, 0};
	struct learn_set set;
	set_init(&set, "c.1 c.3 c.5 c.4 c.2 b.35 b.9 c.01");
	learn_set_at(&set, 7)->answered = false;
	add_day(&set, 1, first, G_N_ELEMENTS(first));
	add_day(&set, .25, second, G_N_ELEMENTS(second));
	struct learn_quality q = learn_quality(&set, LEARN_BY_MODEL);
	assert_number(q.level, .2);
	g_assert_cmpuint(q.false_findings, ==, 4);
	g_assert_cmpuint(q.days, ==, 2);
	assert_number(q.host_days, 1.25);
	g_assert_cmpuint(q.others, ==, 2);       /* days are not among those measured by */
	learn_set_at(&set, 4)->answered = false; /* of four all are needed */
	assert_number(learn_quality(&set, LEARN_BY_MODEL).level, .1);
	learn_set_at(&set, 0)->answered = false; /* and of three: .3, .4, .5 */
	q = learn_quality(&set, LEARN_BY_MODEL);
	assert_number(q.level, .3);
	g_assert_cmpuint(q.false_findings, ==, 3);
	learn_set_clear(&set);
}

/* Without answered control there is no level, and so no finding. */
static void test_no_level(void)
{
	static const double scores[] = {.9};
	struct learn_set set;
	set_init(&set, "b.5");
	add_day(&set, 1, scores, 1);
	struct learn_quality q = learn_quality(&set, LEARN_BY_MODEL);
	g_assert_true(isnan(q.level));
	g_assert_cmpuint(q.false_findings, ==, 0);
	learn_set_clear(&set);
}

/* Each measure has its own value; one that could not be taken comes last. */
static void test_measures(void)
{
	struct learn_set set;
	set_init(&set, "c.9 b.1 b.5");
	for (guint i = 0; i < 3; i++) {
		struct example *e = learn_set_at(&set, i);
		e->flow_score = 1 - e->score;
		e->rule = i == 0 ? NAN : -100.0 * i; /* all that was listed of it were attempts */
		e->beacon = i == 0 ? .7 : NAN;
	}
	g_assert_cmpuint(learn_rank(&set, 0, LEARN_BY_MODEL), ==, 1);
	g_assert_cmpuint(learn_rank(&set, 0, LEARN_BY_FLOWS), ==, 3);
	g_assert_cmpuint(learn_rank(&set, 0, LEARN_BY_RULE), ==, 3);
	g_assert_cmpuint(learn_rank(&set, 0, LEARN_BY_BEACON), ==, 1);
	assert_number(learn_quality(&set, LEARN_BY_MODEL).auc_all.value, 1);
	assert_number(learn_quality(&set, LEARN_BY_FLOWS).auc_all.value, 0);
	assert_number(learn_quality(&set, LEARN_BY_RULE).auc_all.value, 0);
	assert_number(learn_quality(&set, LEARN_BY_BEACON).auc_all.value, 1);
	learn_set_clear(&set);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/quality/areas", test_areas);
	g_test_add_func("/quality/counts", test_counts);
	g_test_add_func("/quality/intervals", test_intervals);
	g_test_add_func("/quality/rank", test_rank);
	g_test_add_func("/quality/first", test_first);
	g_test_add_func("/quality/false-findings", test_false_findings);
	g_test_add_func("/quality/no-level", test_no_level);
	g_test_add_func("/quality/measures", test_measures);
	return g_test_run();
}
