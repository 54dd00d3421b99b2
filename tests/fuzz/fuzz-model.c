/*
 * Model files. The first byte chooses: bit 0 puts the built-in model in front, of which the input then changes what it
 * names again.
 */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "channel/model.h"
#include "fuzz.h"

static struct channel_model *parse(const GString *text)
{
	g_autoptr(GError) error = NULL;
	struct channel_model *model = model_parse(text->str, text->len, &error);
	CHECK((model == NULL) == (error != NULL));
	CHECK(error == NULL || error->domain == G_KEY_FILE_ERROR);
	return model;
}

/* Whatever the weights are, a score is a probability, and what is said to have moved it a number. Returns their sum. */
static double check_scores(const struct channel_model *model)
{
	static const double values[] = {NAN, 0, 1e9};
	double sum = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(values); i++) {
		struct feature_vector vector;
		for (enum feature f = 0; f < N_FEATURES; f++)
			vector.value[f] = feature_scale(f)->choices && values[i] > 1 ? 1 : values[i];
		for (int p = 0; p < N_FEATURE_MODELS; p++) {
			double score = model_probability(&model->part[p], model_sum(&model->part[p], &vector),
							 model_elsewhere(7));
			CHECK(score >= 0 && score <= 1);
			sum += score;
			for (enum feature f = 0; f < N_FEATURES; f++)
				CHECK(isfinite(model_effect(&model->part[p], &vector, f)));
		}
	}
	for (int level = 0; level < MODEL_N_LEVELS; level++)
		CHECK(isfinite(model->level[level]));
	return sum;
}

/* The model as text, and that read again. */
static struct channel_model *written(const struct channel_model *model)
{
	g_autofree char *text = model_text(model);
	g_autoptr(GString) string = g_string_new(text);
	struct channel_model *again = parse(string);
	CHECK(again != NULL);
	return again;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *built_in;
	if (built_in == NULL) {
		g_autoptr(model_) model = model_built_in();
		built_in = model_text(model);
	}
	if (size < 1)
		return 0;
	g_autoptr(GString) text = g_string_new(data[0] & 1 ? built_in : "");
	g_string_append_len(text, (const char *)data + 1, (gssize)size - 1);
	g_autoptr(model_) model = parse(text);
	if (model == NULL)
		return 0;
	check_scores(model);
	g_autoptr(model_) once = written(model), twice = written(once); /* the first time digits are cut off */
	CHECK(check_scores(once) == check_scores(twice));
	return 0;
}
