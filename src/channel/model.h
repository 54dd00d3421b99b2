/*
 * The model that scores channels: additive, one weight for each bin of each measure.
 *
 * There are two: of channels whose payload was seen, and of those of which only the flows are known. A sum of
 * weights becomes a probability by a slope and intercept that were fitted on channels the weights had not
 * seen, and by the number of services the inside host talked to: who looks at four hundred services finds one that
 * looks like control by chance sooner than who looks at four (the look-elsewhere effect), so the odds are taken
 * to be one in as many.
 *
 * A model is a text file (GKeyFile), docs/formats.md. One is built in.
 */
#ifndef CHANNEL_MODEL_H
#define CHANNEL_MODEL_H

#include "channel/feature.h"

enum { MODEL_VERSION = 1 };

enum model_level { MODEL_LOW, MODEL_MEDIUM, MODEL_HIGH, MODEL_N_LEVELS };

struct model_part {
	double bias;
	double *weight[N_FEATURES]; /* by bin; NULL: does not take part */
	guint n_taken;
	enum feature taken[N_FEATURES]; /* those that take part */
	double slope, intercept;        /* from the sum to log odds */
	double missed;                  /* share of the answered control services of unseen families below low */
};

struct channel_model {
	struct model_part part[N_FEATURE_MODELS];
	double level[MODEL_N_LEVELS]; /* least probability of each severity */
	GKeyFile *about;              /* [training] and [quality]: what it was made from, and how good it is */
	char *sha256;                 /* of its text, in hexadecimal; NULL: it was not read */
};

/* A model with zero weights and no knowledge. */
struct channel_model *model_new(void);
void model_free(struct channel_model *model);
typedef struct channel_model model_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(model_, model_free)

/*
 * Reads a model. Returns NULL and sets `error` (G_KEY_FILE_ERROR, G_FILE_ERROR) when it is none, is incomplete, or
 * was made for another table of measures.
 */
struct channel_model *model_parse(const char *text, gsize length, GError **error);
struct channel_model *model_read(const char *path, GError **error);

/* The one built in. */
struct channel_model *model_built_in(void);

/* The model as text. Free it. */
char *model_text(const struct channel_model *model);

/* Which part scores a channel. */
static inline enum feature_model model_part_for(const struct feature_vector *vector)
{
	return vector->looked_into ? FEATURE_OF_PACKETS : FEATURE_OF_FLOWS;
}

/* Sum of bias and weights. */
double model_sum(const struct model_part *part, const struct feature_vector *vector);

/* What a measure adds to the sum, times the slope: in log odds. 0 for one that takes no part. */
double model_effect(const struct model_part *part, const struct feature_vector *vector, enum feature feature);

/* What the look-elsewhere effect takes off the log odds of each channel of a host that talked to so many services. */
double model_elsewhere(uint32_t services);

/* Probability of control, 0 to 1. */
double model_probability(const struct model_part *part, double sum, double elsewhere);

#endif
