/* The table of measures; feature_measure.c takes them. */
#include "channel/feature.h"

#include <math.h>

static const struct feature_info infos[N_FEATURES] = {
#define X(id, name, unit, words, source) [FEATURE_##id] = {name, unit, words, source},
	FEATURES(X)
#undef X
};

#define CHOICES(...)                                         \
	.choices = (const char *const[]){__VA_ARGS__, NULL}, \
	.n_choices = G_N_ELEMENTS(((const char *const[]){__VA_ARGS__}))
/* Cuts that no value reaches (comparisons with NAN are false) follow: feature_bin() halves seven for every measure. */
#define NEVER     NAN, NAN, NAN, NAN, NAN, NAN
#define CUTS(...) .cuts = (const double[]){__VA_ARGS__, NEVER}, .n_cuts = G_N_ELEMENTS(((const double[]){__VA_ARGS__}))
#define BOTH      .models = 1u << FEATURE_OF_PACKETS | 1u << FEATURE_OF_FLOWS
#define PACKETS   .models = 1u << FEATURE_OF_PACKETS
#define FLOWS     .models = 1u << FEATURE_OF_FLOWS

/* Cuts are round numbers, chosen once and not fitted. The order of choices is that of enum feature_… in the header. */
static const struct feature_scale scales[N_FEATURES] = {
	[FEATURE_SESSIONS] = {CUTS(2, 3, 5, 10, 30), BOTH},
	[FEATURE_FAILED] = {CUTS(.01, .5), BOTH},
	[FEATURE_SENT] = {CUTS(150, 300, 600, 1000, 3000, 10000), BOTH},
	[FEATURE_SENT_PACKETS] = {CUTS(3, 5, 8, 15, 50), FLOWS},
	[FEATURE_SENT_LENGTH] = {CUTS(20, 50, 100, 200), PACKETS},
	[FEATURE_RECEIVED_LENGTH] = {CUTS(1, 50, 100, 200, 400, 800), BOTH},
	[FEATURE_LENGTH] = {CUTS(50, 100, 150, 250, 500), BOTH},
	[FEATURE_DURATION] = {CUTS(.3, 1, 5, 30, 90, 300), BOTH},
	[FEATURE_TURNS] = {CUTS(1, 2, 4, 10), PACKETS},
	[FEATURE_JITTER] = {CUTS(.05, .3, 1), BOTH},
	[FEATURE_SIMILAR] = {CUTS(.3, .7), BOTH},
	[FEATURE_PROTOCOL] = {CHOICES("http", "http on another port", "tls", "tls on another port", "irc",
				      "another known one", "windows network", "begin not seen", "unknown on 80 or 443",
				      "unknown"),
			      FLOWS},
	[FEATURE_REQUEST] = {CHOICES("http get name", "http get and post name", "http post name", "http get no name",
				     "http get and post no name", "http post no name", "ocsp", "tls name",
				     "tls no name", "irc", "another known one", "windows network", "begin not seen",
				     "unknown on 80 or 443", "unknown"),
			     PACKETS},
	[FEATURE_NAMING] = {CHOICES("host name", "address", "nothing", "cannot be told"), PACKETS},
	[FEATURE_METHOD] = {CHOICES("get", "get and post", "post", "no http"), PACKETS},
	[FEATURE_STATUS] = {CHOICES("2xx", "3xx", "4xx", "5xx", "several", "none")},
	[FEATURE_PORT_CLASS] = {CHOICES("80 or 443", "system", "user", "dynamic")},
	[FEATURE_PORT_USE] = {CHOICES("as usual", "http elsewhere", "tls elsewhere"), PACKETS},
};

const struct feature_info *feature_info(enum feature feature)
{
	return &infos[feature];
}

const struct feature_scale *feature_scale(enum feature feature)
{
	return &scales[feature];
}

const char *feature_choice(enum feature feature, double value)
{
	return isnan(value) ? NULL : scales[feature].choices[(int)value];
}

guint feature_bins(enum feature feature)
{
	const struct feature_scale *scale = &scales[feature];
	return (scale->choices ? scale->n_choices : scale->n_cuts + 1) + 1;
}

guint feature_bin(enum feature feature, double value)
{
	const struct feature_scale *scale = &scales[feature];
	if (isnan(value))
		return feature_bins(feature) - 1;
	if (scale->cuts == NULL)
		return scale->choices ? (guint)value : 0;
	guint bin = 4u * (value >= scale->cuts[3]); /* which one it is cannot be predicted: no branches */
	bin += 2u * (value >= scale->cuts[bin + 1]);
	return bin + (value >= scale->cuts[bin]);
}

char *feature_table_hash(void)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (enum feature f = 0; f < N_FEATURES; f++) {
		char number[G_ASCII_DTOSTR_BUF_SIZE];
		if (scales[f].models == 0)
			continue;
		g_string_append_printf(text, "%s %u", infos[f].name, scales[f].models);
		for (guint i = 0; i < scales[f].n_cuts; i++)
			g_string_append_printf(text, " %s", g_ascii_dtostr(number, sizeof number, scales[f].cuts[i]));
		for (guint i = 0; scales[f].choices && scales[f].choices[i]; i++)
			g_string_append_printf(text, " '%s'", scales[f].choices[i]);
		g_string_append_c(text, '\n');
	}
	char *hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text->str, (gssize)text->len);
	hash[16] = '\0';
	return hash;
}
