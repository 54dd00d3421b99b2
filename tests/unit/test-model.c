/* The model: its text, what of a text is refused, and what a score is. */
#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>

#include "channel/model.h"
#include "truths.h"

/* A different weight for each bin of each part, all of which survive four digits. */
static struct channel_model *numbered(void)
{
	struct channel_model *m = model_new();
	int n = 0;
	for (int p = 0; p < N_FEATURE_MODELS; p++) {
		struct model_part *part = &m->part[p];
		part->bias = -1.25 - p;
		part->slope = 0.5 + p;
		part->intercept = 2.125 + p;
		for (enum feature f = 0; f < N_FEATURES; f++)
			for (guint bin = 0; part->weight[f] && bin < feature_bins(f); bin++)
				part->weight[f][bin] = (bin % 2 ? -1 : 1) * ++n / 2.0;
	}
	for (int i = 0; i < MODEL_N_LEVELS; i++)
		m->level[i] = (i + 1) / 4.0;
	return m;
}

static void assert_same(const struct channel_model *a, const struct channel_model *b)
{
	for (int p = 0; p < N_FEATURE_MODELS; p++) {
		const struct model_part *x = &a->part[p], *y = &b->part[p];
		g_assert_cmpfloat(x->bias, ==, y->bias);
		g_assert_cmpfloat(x->slope, ==, y->slope);
		g_assert_cmpfloat(x->intercept, ==, y->intercept);
		for (enum feature f = 0; f < N_FEATURES; f++) {
			g_assert_true((x->weight[f] == NULL) == (y->weight[f] == NULL));
			for (guint bin = 0; x->weight[f] && bin < feature_bins(f); bin++)
				g_assert_cmpfloat(x->weight[f][bin], ==, y->weight[f][bin]);
		}
	}
	for (int i = 0; i < MODEL_N_LEVELS; i++)
		g_assert_cmpfloat(a->level[i], ==, b->level[i]);
}

static void test_round_trip(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(model_) model = numbered();
	g_key_file_set_string(model->about, "training", "split", "none");
	g_autofree char *text = model_text(model);
	g_autoptr(model_) again = model_parse(text, strlen(text), &error);
	g_assert_no_error(error);
	assert_same(model, again);
	g_autofree char *split = g_key_file_get_string(again->about, "training", "split", NULL);
	g_autofree char *same = model_text(again), *sha256 = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
	g_assert_cmpstr(split, ==, "none");
	g_assert_cmpstr(text, ==, same);
	g_assert_cmpstr(again->sha256, ==, sha256);
	g_assert_null(model->sha256);
}

static void test_file(void)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(model_) model = numbered();
	g_autofree char *text = model_text(model), *path = truths_write(text, strlen(text));
	g_autoptr(model_) again = model_read(path, &error);
	g_assert_no_error(error);
	assert_same(model, again);
	g_assert_true(g_file_set_contents(path, "[tanpa model]\n", -1, NULL));
	g_assert_null(model_read(path, &error));
	g_assert_true(g_str_has_prefix(error->message, path));
	g_clear_error(&error);
	g_unlink(path);
	g_assert_null(model_read(path, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

/* It is for this table of measures, knows both kinds of channels, and says what it is worth. */
static void test_built_in(void)
{
	g_autoptr(model_) model = model_built_in();
	g_autofree char *text = model_text(model);
	g_autoptr(model_) again = model_parse(text, strlen(text), NULL);
	assert_same(model, again);
	for (int p = 0; p < N_FEATURE_MODELS; p++)
		g_assert_cmpfloat(model->part[p].slope, >, 0);
	g_assert_cmpfloat(0, <, model->level[MODEL_LOW]);
	g_assert_cmpfloat(model->level[MODEL_LOW], <=, model->level[MODEL_MEDIUM]);
	g_assert_cmpfloat(model->level[MODEL_MEDIUM], <=, model->level[MODEL_HIGH]);
	g_assert_cmpfloat(model->level[MODEL_HIGH], <, 1);
	g_assert_cmpint(g_key_file_get_integer(model->about, "training", "captures", NULL), >, 0);
	g_assert_true(g_key_file_has_key(model->about, "quality", "auc-c2-against-everything", NULL));
}

static void assert_refused(const char *text, gsize length, const char *words)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(model_parse(text, length, &error));
	g_assert_nonnull(error);
	if (error->domain != G_KEY_FILE_ERROR || strstr(error->message, words) == NULL)
		g_error("'%s' is not in: %s", words, error->message);
}

/* What is of another table, lacks something, or is no number is refused, and says what is wrong. */
static void test_bad(void)
{
	g_autoptr(model_) model = model_built_in();
	g_autofree char *text = model_text(model);
	static const struct {
		const char *from, *to, *words;
	} cases[] = {{"version=1", "version=9", "version"},
		     {"version=1", "version=", "version"},
		     {"version=1\n", "", "version"},
		     {"features=", "features=0", "another table of measures"},
		     {"features=", "fixtures=", "features"},
		     {"slope=", "slope=x", "slope"},
		     {"slope=", "slope=nan#", "slope"},
		     {"bias=", "bias=inf#", "bias"},
		     {"intercept=", "intercept=1e7#", "intercept"},
		     {"intercept=", "interception=", "intercept"},
		     {"\nsessions=", "\nsessions=1;", "sessions has not"},
		     {"\nsessions=", "\nsessions=nan;#", "sessions"},
		     {"\nsessions=", "\nsessions=#", "sessions"},
		     {"\nsessions=", "\nsession=", "sessions"},
		     {"medium=", "middle=", "medium"},
		     {"low=", "low=-inf#", "low"},
		     {"low=", "low=0.99#", "[levels]"},
		     {"low=", "low=-1#", "[levels]"},
		     {"high=", "high=2#", "[levels]"},
		     {"slope=", "slope=-3#", "slope"},
		     {"missed=", "missed=1.5#", "missed"},
		     {"missed=", "mist=", "missed"},
		     {"[levels]", "[labels]", "levels"},
		     {"[packets]", "[pockets]", "packets"},
		     {"[flows]", "[floes]", "flows"}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(GStrv) parts = g_strsplit(text, cases[i].from, 2);
		g_assert_cmpuint(g_strv_length(parts), ==, 2);
		g_autofree char *bad = g_strjoinv(cases[i].to, parts);
		for (char *c = bad; (c = strchr(c, '#')) != NULL;) /* the rest of the line away */
			memmove(c, c + strcspn(c, "\n"), strlen(c + strcspn(c, "\n")) + 1);
		assert_refused(bad, strlen(bad), cases[i].words);
	}
}

/* Wherever a weight is no number or one too many or too few. */
static void test_bad_weights(void)
{
	g_autoptr(model_) model = numbered();
	static const char *const part_names[N_FEATURE_MODELS] = {"packets", "flows"};
	for (int p = 0; p < N_FEATURE_MODELS; p++)
		for (enum feature f = 0; f < N_FEATURES; f++) {
			const char *name = feature_info(f)->name;
			if (model->part[p].weight[f] == NULL)
				continue;
			double kept = model->part[p].weight[f][feature_bins(f) - 1];
			model->part[p].weight[f][feature_bins(f) - 1] = NAN;
			g_autofree char *not_finite = model_text(model);
			model->part[p].weight[f][feature_bins(f) - 1] = kept;
			assert_refused(not_finite, strlen(not_finite), name);
			g_autofree char *whole = model_text(model);
			g_autoptr(GKeyFile) file = g_key_file_new();
			gsize n, length;
			g_assert_true(g_key_file_load_from_data(file, whole, strlen(whole), G_KEY_FILE_NONE, NULL));
			g_autofree double *list = g_key_file_get_double_list(file, part_names[p], name, &n, NULL);
			g_key_file_set_double_list(file, part_names[p], name, list, n - 1);
			g_autofree char *less = g_key_file_to_data(file, &length, NULL);
			assert_refused(less, length, name);
		}
}

/* Cut anywhere, it is no model. The last lines are numbers, which may be cut to others. */
static void test_cut(void)
{
	g_autoptr(model_) model = model_built_in();
	g_autofree char *text = model_text(model);
	gsize last_line = (gsize)(g_strrstr_len(text, (gssize)strlen(text) - 1, "\n") - text);
	for (gsize length = 0; length <= last_line; length++)
		assert_refused(text, length, "");
}

/* One measure moves the sum by the weight of its bin, and what it is said to have moved is that times the slope. */
static void test_sum(void)
{
	g_autoptr(model_) model = numbered();
	const struct model_part *part = &model->part[FEATURE_OF_PACKETS];
	struct feature_vector vector = {.looked_into = true};
	for (enum feature f = 0; f < N_FEATURES; f++)
		vector.value[f] = NAN;
	double before = model_sum(part, &vector);
	for (enum feature f = 0; f < N_FEATURES; f++) {
		const double *weight = part->weight[f];
		guint unknown = feature_bins(f) - 1;
		if (weight == NULL) {
			vector.value[f] = 1;
			g_assert_cmpfloat(model_sum(part, &vector), ==, before);
			g_assert_cmpfloat(model_effect(part, &vector, f), ==, 0);
			continue;
		}
		vector.value[f] = 0; /* the first bin, or choice */
		g_assert_cmpfloat(model_sum(part, &vector), ==, before + weight[0] - weight[unknown]);
		g_assert_cmpfloat(model_effect(part, &vector, f), ==, 0.5 * weight[0]);
		vector.value[f] = NAN;
	}
}

/* 1 / (1 + exp(-(slope · sum + intercept - ln services))): docs/formats.md. */
static double probability(double sum, uint32_t services)
{
	struct model_part part = {.slope = 2, .intercept = -1};
	return model_probability(&part, sum, model_elsewhere(services));
}

static void test_probability(void)
{
	g_assert_cmpfloat_with_epsilon(probability(0.5, 1), 0.5, 1e-12);
	g_assert_cmpfloat_with_epsilon(probability(1, 1), 1 / (1 + exp(-1)), 1e-12);
	g_assert_cmpfloat_with_epsilon(probability(0.5, 0), 0.5, 1e-12); /* none is as one */
	for (uint32_t services = 1; services < 1000; services *= 3)      /* odds of one in as many */
		g_assert_cmpfloat_with_epsilon(probability(0.5, services), 1.0 / (1 + services), 1e-12);
	g_assert_cmpfloat(probability(1e6, 1), ==, 1);
	g_assert_cmpfloat(probability(-1e6, UINT32_MAX), ==, 0);
}

static void test_part(void)
{
	struct feature_vector vector = {.looked_into = true};
	g_assert_cmpint(model_part_for(&vector), ==, FEATURE_OF_PACKETS);
	vector.looked_into = false;
	g_assert_cmpint(model_part_for(&vector), ==, FEATURE_OF_FLOWS);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/model/round-trip", test_round_trip);
	g_test_add_func("/model/file", test_file);
	g_test_add_func("/model/built-in", test_built_in);
	g_test_add_func("/model/bad", test_bad);
	g_test_add_func("/model/bad-weights", test_bad_weights);
	g_test_add_func("/model/cut", test_cut);
	g_test_add_func("/model/sum", test_sum);
	g_test_add_func("/model/probability", test_probability);
	g_test_add_func("/model/part", test_part);
	return g_test_run();
}
