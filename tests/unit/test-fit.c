/* The fit of the model: on toy channels whose answer is known. */
#include <glib.h>
#include <math.h>

#include "channel/model.h"
#include "learn/fit.h"

/* Choices of FEATURE_REQUEST, by their words. */
static guint request(const char *words)
{
	const struct feature_scale *scale = feature_scale(FEATURE_REQUEST);
	for (guint i = 0; i < scale->n_choices; i++)
		if (g_str_equal(scale->choices[i], words))
			return i;
	g_assert_not_reached();
}

/* A labelled, answered channel that asked for `asked`, sent `sent` bytes in `sessions` sessions. */
static struct example *add(struct learn_set *set, uint32_t group, enum learn_class class, const char *asked,
			   double sessions, double sent)
{
	struct example e = {.class = class,
			    .run = group,
			    .group = group,
			    .is_measured = true,
			    .answered = true,
			    .looked_into = true,
			    .services = 1,
			    .features = {.looked_into = true}};
	for (enum feature f = 0; f < N_FEATURES; f++)
		e.features.value[f] = NAN;
	e.features.value[FEATURE_REQUEST] = request(asked);
	e.features.value[FEATURE_SESSIONS] = sessions;
	e.features.value[FEATURE_SENT] = sent;
	g_array_append_val(set->examples, e);
	set->groups = MAX(set->groups, group + 1);
	return learn_set_at(set, set->examples->len - 1);
}

enum { GROUPS = 6 };

/* In each group two bots, and four others. */
static void add_separable(struct learn_set *set)
{
	for (uint32_t group = 0; group < GROUPS; group++) {
		for (int i = 0; i < 2; i++)
			add(set, group, LEARN_CONTROL, "irc", 20 + group, 200);
		for (int i = 0; i < 4; i++)
			add(set, group, i % 2 ? LEARN_DOWNLOAD : LEARN_BENIGN, "tls name", 1, 2000 + 100 * group);
	}
}

static void fit(struct learn_set *set, struct channel_model *model)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(learn_fit(set, &learn_options_default, model, &error));
	g_assert_no_error(error);
}

static void test_separable(void)
{
	g_autoptr(model_) model = model_new();
	struct learn_set set;
	learn_set_init(&set);
	add_separable(&set);
	fit(&set, model);
	for (int pass = 0; pass < 2; pass++) { /* left out, then by the model of all */
		for (guint i = 0; i < set.examples->len; i++) {
			const struct example *e = learn_set_at(&set, i);
			g_assert_true((e->score > .5) == (e->class == LEARN_CONTROL));
			g_assert_true((e->flow_score > .5) == (e->class == LEARN_CONTROL));
			g_assert_cmpfloat(0, <=, e->score);
			g_assert_cmpfloat(e->score, <=, 1);
		}
		learn_score(&set, model);
	}
	g_assert_cmpfloat(model->part[FEATURE_OF_PACKETS].weight[FEATURE_REQUEST][request("irc")], >, 0);
	g_assert_cmpfloat(model->part[FEATURE_OF_PACKETS].slope, >, 0);
	learn_set_clear(&set);
}

/* What only a group has cannot help it: its score is by a model that never saw it. */
static void test_held_out(void)
{
	g_autoptr(model_) model = model_new();
	struct learn_set set;
	learn_set_init(&set);
	add_separable(&set);
	for (int i = 0; i < 5; i++)
		add(&set, GROUPS, LEARN_CONTROL, "http post no name", 1, 2000);
	guint last = set.examples->len - 1;
	add(&set, GROUPS, LEARN_CONTROL, "tls name", 1, 2000);
	fit(&set, model);
	double held_out = learn_set_at(&set, last)->score;
	g_assert_cmpfloat(learn_set_at(&set, last + 1)->score, ==, held_out); /* it is as what all others ask for */
	learn_score(&set, model);
	g_assert_cmpfloat(held_out, <, .5);
	g_assert_cmpfloat(learn_set_at(&set, last)->score, >, held_out + .1);
	learn_set_clear(&set);
}

/* A choice, or that a measure is not known, says nothing where no example had it. */
static void test_unseen(void)
{
	g_autoptr(model_) model = model_new();
	struct learn_set set;
	learn_set_init(&set);
	add_separable(&set);
	add(&set, 1, LEARN_BENIGN, "http get name", 3, 500);
	fit(&set, model);
	const struct model_part *part = &model->part[FEATURE_OF_PACKETS];
	for (guint bin = 0; bin < feature_bins(FEATURE_REQUEST); bin++) {
		bool seen = bin == request("irc") || bin == request("tls name") || bin == request("http get name");
		g_assert_true((part->weight[FEATURE_REQUEST][bin] != 0) == seen);
	}
	g_assert_cmpfloat(part->weight[FEATURE_SESSIONS][feature_bins(FEATURE_SESSIONS) - 1], ==, 0);
	for (guint bin = 1; bin + 1 < feature_bins(FEATURE_DURATION); bin++) /* of none is it known: no cut matters */
		g_assert_cmpfloat(part->weight[FEATURE_DURATION][bin], ==, part->weight[FEATURE_DURATION][0]);
	g_assert_null(part->weight[FEATURE_PREVALENCE]);
	learn_set_clear(&set);
}

/* A measure's weights go evenly where nothing was seen, and stay as they are beyond. */
static void test_between(void)
{
	g_autoptr(model_) model = model_new();
	struct learn_set set;
	learn_set_init(&set);
	add_separable(&set); /* 1 session, or 20 and more: in the first and in the last bin but one */
	fit(&set, model);
	const double *weight = model->part[FEATURE_OF_PACKETS].weight[FEATURE_SESSIONS];
	guint last = feature_bin(FEATURE_SESSIONS, 20);
	g_assert_cmpfloat(weight[last], >, weight[0] + .1);
	for (guint bin = 1; bin <= last; bin++)
		g_assert_cmpfloat_with_epsilon(weight[bin] - weight[bin - 1], (weight[last] - weight[0]) / last, 1e-6);
	g_assert_cmpfloat_with_epsilon(weight[last + 1], weight[last], 1e-6);
	learn_set_clear(&set);
}

/* Weights are beside an ordinary channel: their mean over those that are no control is 0. */
static void test_centre(void)
{
	g_autoptr(model_) model = model_new();
	struct learn_set set;
	learn_set_init(&set);
	add_separable(&set);
	add(&set, 0, LEARN_DECOY, "irc", 7, 100);
	fit(&set, model);
	for (enum feature f = 0; f < N_FEATURES; f++) {
		double sum = 0;
		for (guint i = 0; i < set.examples->len; i++) {
			const struct example *e = learn_set_at(&set, i);
			sum += e->class != LEARN_CONTROL
				       ? model_effect(&model->part[FEATURE_OF_PACKETS], &e->features, f)
				       : 0;
		}
		g_assert_cmpfloat_with_epsilon(sum, 0, 1e-9);
	}
	learn_set_clear(&set);
}

/* What is unknown is not learned from, and channels without payload are only for the flows' model. */
static void test_left_out(void)
{
	g_autoptr(model_) without = model_new(), with = model_new();
	for (int pass = 0; pass < 2; pass++) {
		struct learn_set set;
		learn_set_init(&set);
		add_separable(&set);
		for (int i = 0; pass == 1 && i < 10; i++) {
			struct example *unknown = add(&set, 1, LEARN_UNKNOWN, "irc", 1, 2000);
			unknown->is_measured = false;
			struct example *flow = add(&set, 2, LEARN_BENIGN, "irc", 20, 200);
			flow->looked_into = flow->features.looked_into = flow->is_measured = false;
		}
		fit(&set, pass ? with : without);
		const struct example *last = learn_set_at(&set, set.examples->len - 1);
		g_assert_true((last->score == last->flow_score) == !last->looked_into);
		learn_set_clear(&set);
	}
	const double *a = without->part[FEATURE_OF_PACKETS].weight[FEATURE_SESSIONS];
	const double *b = with->part[FEATURE_OF_PACKETS].weight[FEATURE_SESSIONS];
	for (guint bin = 0; bin < feature_bins(FEATURE_SESSIONS); bin++)
		g_assert_cmpfloat(a[bin], ==, b[bin]);
	g_assert_cmpfloat(without->part[FEATURE_OF_FLOWS].bias, !=, with->part[FEATURE_OF_FLOWS].bias);
}

/* Bots and others that overlap, some of them on days, some only to learn from. */
static void add_noisy(struct learn_set *set)
{
	GRand *rand = g_rand_new_with_seed(7);
	for (int i = 0; i < 600; i++) {
		bool control = i % 3 == 1, odd = g_rand_double(rand) < .25;
		bool like_control = control != odd;
		struct example *e = add(set, (uint32_t)(i % GROUPS), control ? LEARN_CONTROL : LEARN_BENIGN,
					like_control ? "irc" : "tls name", g_rand_int_range(rand, 1, 30),
					g_rand_int_range(rand, 100, 4000));
		e->is_measured = i % 5 > 0;
		e->is_day = !e->is_measured && !control;
		e->answered = i % 4 > 0;
	}
	g_rand_free(rand);
}

/* Both classes weigh the same, however many there are: where the likelihood is greatest, what is missing is as much. */
static void test_balanced(void)
{
	g_autoptr(model_) model = model_new();
	struct learn_set set;
	learn_set_init(&set);
	add_noisy(&set);
	fit(&set, model);
	double missing[2] = {0, 0};
	guint n[2] = {0, 0};
	for (guint i = 0; i < set.examples->len; i++) {
		const struct example *e = learn_set_at(&set, i);
		bool control = e->class == LEARN_CONTROL;
		double p = 1 / (1 + exp(-model_sum(&model->part[FEATURE_OF_PACKETS], &e->features)));
		missing[control] += control ? 1 - p : p;
		n[control]++;
	}
	g_assert_cmpfloat_with_epsilon(missing[0] / n[0], missing[1] / n[1], 1e-3);
	learn_set_clear(&set);
}

/* Maximum likelihood: of what is measured by, days included, as many are control as their scores add up to. */
static void test_calibrated(void)
{
	g_autoptr(model_) model = model_new();
	struct learn_set set;
	learn_set_init(&set);
	add_noisy(&set);
	fit(&set, model);
	double sum = 0;
	guint controls = 0;
	for (guint i = 0; i < set.examples->len; i++) {
		const struct example *e = learn_set_at(&set, i);
		sum += e->is_measured || e->is_day ? e->score : 0;
		controls += e->is_measured && e->class == LEARN_CONTROL;
	}
	g_assert_cmpfloat_with_epsilon(sum, controls, 1e-3);
	learn_set_clear(&set);
}

/* Answered control services that are measured, and those of them, and of others, from a score on. */
static void count(const struct learn_set *set, double score, guint *controls, guint *reported, guint *others)
{
	*controls = *reported = *others = 0;
	for (guint i = 0; i < set->examples->len; i++) {
		const struct example *e = learn_set_at(set, i);
		bool control = e->class == LEARN_CONTROL && e->is_measured;
		*controls += control && e->answered;
		*reported += control && e->answered && e->score >= score;
		*others += e->is_measured && !control && e->score >= score;
	}
}

/* The highest scores at which so many of the answered control services are reported; what is not measured is not asked.
 */
static void test_levels(void)
{
	static const struct {
		enum model_level level;
		double share;
	} cases[] = {{MODEL_LOW, .95}, {MODEL_MEDIUM, .8}};
	g_autoptr(model_) model = model_new();
	struct learn_set set;
	learn_set_init(&set);
	add_noisy(&set);
	for (int i = 0; i < 50; i++) /* these would pull the levels down */
		add(&set, 0, LEARN_CONTROL, "tls name", 1, 4000)->is_measured = false;
	fit(&set, model);
	guint controls, reported, others;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		double level = model->level[cases[i].level];
		count(&set, level, &controls, &reported, &others);
		g_assert_cmpfloat(reported, >=, cases[i].share * controls);
		count(&set, nextafter(level, 2), &controls, &reported, &others);
		g_assert_cmpfloat(reported, <, cases[i].share * controls);
	}
	g_assert_cmpfloat(model->level[MODEL_HIGH], >=, model->level[MODEL_MEDIUM]);
	learn_set_clear(&set);
}

/* High is where nine in ten are control: of these, a third is not. */
static void test_high_level(void)
{
	g_autoptr(model_) model = model_new();
	struct learn_set set;
	learn_set_init(&set);
	add_separable(&set);
	fit(&set, model);
	double lowest_control = 1;
	for (guint i = 0; i < set.examples->len; i++)
		if (learn_set_at(&set, i)->class == LEARN_CONTROL)
			lowest_control = MIN(lowest_control, learn_set_at(&set, i)->score);
	g_assert_cmpfloat(model->level[MODEL_HIGH], <=, lowest_control);
	for (uint32_t group = 0; group < GROUPS; group++)
		add(&set, group, LEARN_BENIGN, "irc", 20 + group, 200);
	fit(&set, model);
	g_assert_cmpfloat(model->level[MODEL_HIGH], ==, 1);
	learn_set_clear(&set);
}

/* No answered control to measure by: nothing is reported, rather than everything. */
static void test_no_levels(void)
{
	g_autoptr(model_) model = model_new();
	struct learn_set set;
	learn_set_init(&set);
	add_separable(&set);
	for (guint i = 0; i < set.examples->len; i++)
		learn_set_at(&set, i)->is_measured = learn_set_at(&set, i)->class != LEARN_CONTROL;
	fit(&set, model);
	for (int level = 0; level < MODEL_N_LEVELS; level++)
		g_assert_cmpfloat(model->level[level], ==, 1);
	learn_set_clear(&set);
}

/* Both classes are needed whichever group is left out. */
static void test_too_little(void)
{
	static const struct {
		const char *classes; /* of one example each: c, b, or u; a blank begins the next group */
		bool fits;
	} cases[] = {{"", false},        {"cccbbb", false},     {"ccc ccc", false}, {"bbb bbb", false},
		     {"ccc bbb", false}, {"ccb bbb", false},    {"ccb ccc", false}, {"ub cb", false},
		     {"cb cb", true},    {"cb c b cb b", true}, {" cb  cb ", true}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(model_) model = model_new();
		g_autoptr(GError) error = NULL;
		struct learn_set set;
		uint32_t group = 0;
		learn_set_init(&set);
		for (const char *c = cases[i].classes; *c; c++) {
			enum learn_class class = *c == 'c' ? LEARN_CONTROL : *c == 'u' ? LEARN_UNKNOWN : LEARN_BENIGN;
			if (*c == ' ')
				set.groups = ++group + 1;
			else
				add(&set, group, class, *c == 'c' ? "irc" : "tls name", 1, 200);
		}
		bool fits = learn_fit(&set, &learn_options_default, model, &error);
		if (fits != cases[i].fits)
			g_error("'%s'", cases[i].classes);
		if (!fits)
			g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED);
		learn_set_clear(&set);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fit/separable", test_separable);
	g_test_add_func("/fit/held-out", test_held_out);
	g_test_add_func("/fit/unseen", test_unseen);
	g_test_add_func("/fit/between", test_between);
	g_test_add_func("/fit/balanced", test_balanced);
	g_test_add_func("/fit/centre", test_centre);
	g_test_add_func("/fit/left-out", test_left_out);
	g_test_add_func("/fit/calibrated", test_calibrated);
	g_test_add_func("/fit/levels", test_levels);
	g_test_add_func("/fit/high-level", test_high_level);
	g_test_add_func("/fit/no-levels", test_no_levels);
	g_test_add_func("/fit/too-little", test_too_little);
	return g_test_run();
}
