#include "channel/model.h"

#include <math.h>
#include <string.h>

#include "base/content.h"

/* data/channel.model, by tools/embed-text. */
extern const char built_in_model[];

static const char *const part_names[N_FEATURE_MODELS] = {"packets", "flows"};
static const char *const level_names[MODEL_N_LEVELS] = {"low", "medium", "high"};

static bool takes_part(enum feature feature, int part)
{
	return feature_scale(feature)->models & 1u << part;
}

struct channel_model *model_new(void)
{
	struct channel_model *m = g_new0(struct channel_model, 1);
	m->about = g_key_file_new();
	for (int p = 0; p < N_FEATURE_MODELS; p++) {
		m->part[p].slope = 1;
		for (enum feature f = 0; f < N_FEATURES; f++)
			if (takes_part(f, p)) {
				m->part[p].weight[f] = g_new0(double, feature_bins(f));
				m->part[p].taken[m->part[p].n_taken++] = f;
			}
	}
	return m;
}

void model_free(struct channel_model *m)
{
	if (m == NULL)
		return;
	for (int p = 0; p < N_FEATURE_MODELS; p++)
		for (int f = 0; f < N_FEATURES; f++)
			g_free(m->part[p].weight[f]);
	g_key_file_unref(m->about);
	g_free(m->sha256);
	g_free(m);
}

/* ---- reading ---- */

/* No sum of such numbers is out of range. */
static bool is_usable(double number)
{
	return fabs(number) <= 1e6;
}

static bool read_number(GKeyFile *file, const char *group, const char *key, double *number, GError **error)
{
	GError *own = NULL;
	*number = g_key_file_get_double(file, group, key, &own);
	if (own == NULL && !is_usable(*number))
		g_set_error(&own, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
			    "[%s] %s is not finite or beyond a million", group, key);
	if (own)
		g_propagate_error(error, own);
	return own == NULL;
}

static bool read_weights(GKeyFile *file, const char *group, enum feature feature, double *weight, GError **error)
{
	gsize n = 0, wanted = feature_bins(feature);
	const char *name = feature_info(feature)->name;
	g_autofree double *list = g_key_file_get_double_list(file, group, name, &n, NULL);
	for (gsize i = 0; i < n && i < wanted; i++)
		if (!is_usable(list[i]))
			n = 0;
	if (n != wanted) {
		g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
			    "[%s] %s has not %" G_GSIZE_FORMAT " finite weights", group, name, wanted);
		return false;
	}
	memcpy(weight, list, n * sizeof *weight);
	return true;
}

static bool read_part(GKeyFile *file, int p, struct model_part *part, GError **error)
{
	const char *group = part_names[p];
	if (!read_number(file, group, "bias", &part->bias, error) ||
	    !read_number(file, group, "slope", &part->slope, error) ||
	    !read_number(file, group, "intercept", &part->intercept, error) ||
	    !read_number(file, group, "missed", &part->missed, error))
		return false;
	if (part->slope <= 0 || part->missed < 0 || part->missed > 1) {
		g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
			    "[%s] slope has to be above 0, missed from 0 to 1", group);
		return false;
	}
	for (enum feature f = 0; f < N_FEATURES; f++)
		if (part->weight[f] && !read_weights(file, group, f, part->weight[f], error))
			return false;
	return true;
}

static bool read_levels(struct channel_model *m, GError **error)
{
	double least = 0;
	for (int i = 0; i < MODEL_N_LEVELS; i++) {
		if (!read_number(m->about, "levels", level_names[i], &m->level[i], error))
			return false;
		if (m->level[i] < least || m->level[i] > 1) {
			g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
				    "[levels] are not 0 <= low <= medium <= high <= 1");
			return false;
		}
		least = m->level[i];
	}
	return true;
}

static bool check_kind(GKeyFile *file, GError **error)
{
	g_autofree char *hash = feature_table_hash();
	g_autofree char *made_for = g_key_file_get_string(file, "tanpa model", "features", error);
	if (made_for == NULL)
		return false;
	if (g_key_file_get_integer(file, "tanpa model", "version", NULL) != MODEL_VERSION)
		g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE, "not of version %d",
			    MODEL_VERSION);
	else if (strcmp(made_for, hash) != 0)
		g_set_error(error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_INVALID_VALUE,
			    "made for another table of measures (%s, here %s): train it anew", made_for, hash);
	else
		return true;
	return false;
}

struct channel_model *model_parse(const char *text, gsize length, GError **error)
{
	g_autoptr(model_) m = model_new();
	if (!g_key_file_load_from_data(m->about, text, length, G_KEY_FILE_KEEP_COMMENTS, error) ||
	    !check_kind(m->about, error))
		return NULL;
	for (int p = 0; p < N_FEATURE_MODELS; p++)
		if (!read_part(m->about, p, &m->part[p], error))
			return NULL;
	if (!read_levels(m, error))
		return NULL;
	m->sha256 = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guchar *)text, length);
	return g_steal_pointer(&m);
}

struct channel_model *model_read(const char *path, GError **error)
{
	gsize length;
	g_autofree char *text = content_read(path, &length, error);
	if (text == NULL)
		return NULL;
	struct channel_model *m = model_parse(text, length, error);
	if (m == NULL)
		g_prefix_error(error, "%s: ", path);
	return m;
}

struct channel_model *model_built_in(void)
{
	g_autoptr(GError) error = NULL;
	struct channel_model *m = model_parse(built_in_model, strlen(built_in_model), &error);
	if (m == NULL)
		g_error("the built-in model: %s", error->message); /* a test reads it */
	return m;
}

/* ---- writing ---- */

/* Short enough to be read: a weight says nothing beyond four digits. */
static void write_number(GKeyFile *file, const char *group, const char *key, double number)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];
	g_key_file_set_value(file, group, key, g_ascii_formatd(text, sizeof text, "%.4g", number));
}

static void write_weights(GKeyFile *file, const char *group, enum feature feature, const double *weight)
{
	g_autoptr(GString) list = g_string_new(NULL);
	char text[G_ASCII_DTOSTR_BUF_SIZE];
	for (guint i = 0; i < feature_bins(feature); i++)
		g_string_append_printf(list, "%s;", g_ascii_formatd(text, sizeof text, "%.4g", weight[i]));
	g_key_file_set_value(file, group, feature_info(feature)->name, list->str);
}

char *model_text(const struct channel_model *m)
{
	g_autofree char *hash = feature_table_hash();
	g_key_file_set_integer(m->about, "tanpa model", "version", MODEL_VERSION);
	g_key_file_set_string(m->about, "tanpa model", "features", hash);
	for (int i = 0; i < MODEL_N_LEVELS; i++)
		write_number(m->about, "levels", level_names[i], m->level[i]);
	for (int p = 0; p < N_FEATURE_MODELS; p++) {
		const struct model_part *part = &m->part[p];
		write_number(m->about, part_names[p], "bias", part->bias);
		write_number(m->about, part_names[p], "slope", part->slope);
		write_number(m->about, part_names[p], "intercept", part->intercept);
		write_number(m->about, part_names[p], "missed", part->missed);
		for (enum feature f = 0; f < N_FEATURES; f++)
			if (part->weight[f])
				write_weights(m->about, part_names[p], f, part->weight[f]);
	}
	return g_key_file_to_data(m->about, NULL, NULL);
}

/* ---- scoring ---- */

static double weight_of(const struct model_part *part, const struct feature_vector *vector, enum feature f)
{
	return part->weight[f][feature_bin(f, vector->value[f])];
}

double model_sum(const struct model_part *part, const struct feature_vector *vector)
{
	double sum = part->bias;
	for (guint i = 0; i < part->n_taken; i++)
		sum += weight_of(part, vector, part->taken[i]);
	return sum;
}

double model_effect(const struct model_part *part, const struct feature_vector *vector, enum feature f)
{
	return part->weight[f] ? part->slope * weight_of(part, vector, f) : 0;
}

double model_elsewhere(uint32_t services)
{
	return log(MAX(services, 1));
}

double model_probability(const struct model_part *part, double sum, double elsewhere)
{
	return 1 / (1 + exp(-(part->slope * sum + part->intercept - elsewhere)));
}
