#include "channel/evidence.h"

#include <math.h>

/* ---- numbers ---- */

/* "1.1 ms", "62 s", "12 min", "3.5 h": two digits are enough to recognise a rhythm by. */
static void append_seconds(GString *out, double s)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];
	static const struct {
		double from, unit;
		const char *format, *suffix;
	} scales[] = {{2 * 86400, 86400, "%.1f", "d"},
		      {2 * 3600, 3600, "%.1f", "h"},
		      {180, 60, "%.0f", "min"},
		      {10, 1, "%.0f", "s"},
		      {1, 1, "%.1f", "s"},
		      {.01, 1e-3, "%.0f", "ms"},
		      {0, 1e-3, "%.2g", "ms"}};
	gsize i = 0;
	while (s < scales[i].from && i + 1 < G_N_ELEMENTS(scales))
		i++;
	g_string_append_printf(out, "%s %s", g_ascii_formatd(text, sizeof text, scales[i].format, s / scales[i].unit),
			       scales[i].suffix);
}

static void append_bytes(GString *out, double n)
{
	char text[G_ASCII_DTOSTR_BUF_SIZE];
	static const struct {
		double from, unit;
		const char *format, *suffix;
	} scales[] = {{1e12, 1e12, "%.1f", "TB"}, {1e9, 1e9, "%.1f", "GB"}, {1e6, 1e6, "%.1f", "MB"},
		      {1e4, 1e3, "%.0f", "kB"},   {1e3, 1e3, "%.1f", "kB"}, {0, 1, "%.0f", "B"}};
	gsize i = 0;
	while (n < scales[i].from && i + 1 < G_N_ELEMENTS(scales))
		i++;
	g_string_append_printf(out, "%s %s", g_ascii_formatd(text, sizeof text, scales[i].format, n / scales[i].unit),
			       scales[i].suffix);
}

static void append_rhythm(const struct feature_vector *v, GString *out)
{
	g_string_append(out, "one every ");
	append_seconds(out, v->value[FEATURE_INTERVAL]);
	if (isnan(v->value[FEATURE_JITTER]))
		return;
	g_string_append(out, " ± ");
	append_seconds(out, v->value[FEATURE_JITTER] * v->value[FEATURE_INTERVAL]);
}

/* ---- one measure each ---- */

/* Words of the choices, in the order of feature.c. */
static const char *const request_words[] = {
	"HTTP GET",
	"HTTP GET and POST",
	"HTTP POST",
	"HTTP GET that names no host",
	"HTTP GET and POST that name no host",
	"HTTP POST that names no host",
	"OCSP, whether a certificate is revoked",
	"TLS with a server name",
	"TLS without a server name",
	"IRC",
	"a well-known protocol",
	"a service of a Windows network",
	"its begin was not captured",
	"neither HTTP nor TLS on port %u",
	"no protocol that tanpa knows",
};

static const char *const protocol_words[] = {
	"HTTP",
	"HTTP on port %u",
	"TLS",
	"TLS on port %u",
	"IRC",
	"a well-known protocol",
	"a service of a Windows network",
	"its begin was not captured",
	"neither HTTP nor TLS on port %u",
	"no protocol that tanpa knows",
};

static void append_choice(GString *out, const char *words, uint16_t port)
{
	const char *at = strstr(words, "%u");
	g_string_append_len(out, words, at ? at - words : -1);
	if (at)
		g_string_append_printf(out, "%u", port);
}

static void say_size(GString *out, const char *what, double bytes, const char *rest)
{
	g_string_append(out, what);
	append_bytes(out, bytes);
	g_string_append(out, rest);
}

static void say_similar(const struct feature_vector *v, GString *out)
{
	if (isnan(v->value[FEATURE_SIMILAR]))
		g_string_append(out, "one session");
	else if (v->value[FEATURE_SIMILAR] < .3) /* as the model's first cut */
		g_string_append(out, "sizes change from session to session");
	else
		g_string_append_printf(out, "%.0f %% of the sessions alike to the byte",
				       100 * v->value[FEATURE_SIMILAR]);
}

static void say_jitter(const struct feature_vector *v, GString *out)
{
	if (isnan(v->value[FEATURE_JITTER]))
		g_string_append(out, "too few starts for a rhythm");
	else
		append_rhythm(v, out);
}

static void say_turns(double turns, GString *out)
{
	if (turns < 1)
		g_string_append(out, "payload goes one way only");
	else if (turns < 2)
		g_string_append(out, "one request, one answer");
	else
		g_string_append_printf(out, "payload changes its direction %.0f times a session", turns);
}

static void say_failed(const struct channel *c, const struct feature_vector *v, GString *out)
{
	if (v->value[FEATURE_FAILED] > 0)
		g_string_append_printf(out, "%u of %u connections failed", channel_attempts(c),
				       channel_attempts(c) + c->sessions);
	else
		g_string_append(out, "no connection failed");
}

void evidence_words(const struct channel *c, const struct feature_vector *v, enum feature f, GString *out)
{
	double value = v->value[f];
	switch (f) {
	case FEATURE_REQUEST:
		append_choice(out, request_words[(int)value], c->port);
		if (v->value[FEATURE_PORT_USE] > 0)
			g_string_append_printf(out, ", on port %u", c->port);
		break;
	case FEATURE_PROTOCOL:
		append_choice(out, protocol_words[(int)value], c->port);
		break;
	case FEATURE_SESSIONS:
		g_string_append_printf(out, "%u session%s", c->sessions, c->sessions == 1 ? "" : "s");
		break;
	case FEATURE_FAILED:
		say_failed(c, v, out);
		break;
	case FEATURE_SENT:
		say_size(out, "sends ", value, " a session");
		break;
	case FEATURE_SENT_PACKETS:
		g_string_append_printf(out, "%.0f packet%s sent a session", value, value == 1 ? "" : "s");
		break;
	case FEATURE_SENT_LENGTH:
		say_size(out, "", value, " a packet sent");
		break;
	case FEATURE_RECEIVED_LENGTH:
		if (value > 0)
			say_size(out, "", value, " a packet received");
		else
			g_string_append(out, "nothing received");
		break;
	case FEATURE_LENGTH:
		say_size(out, "mean packet length ", value, "");
		break;
	case FEATURE_DURATION:
		g_string_append(out, "sessions of ");
		append_seconds(out, value);
		break;
	case FEATURE_TURNS:
		say_turns(value, out);
		break;
	case FEATURE_JITTER:
		say_jitter(v, out);
		break;
	case FEATURE_SIMILAR:
		say_similar(v, out);
		break;
	default: /* takes part in no model, or is told with another */
		g_string_append(out, feature_info(f)->words);
	}
}

/* ---- all in one line ---- */

static void append_users(const struct channels *channels, const struct feature_vector *v, GString *out)
{
	guint hosts = channels_hosts(channels);
	if (isnan(v->value[FEATURE_HOSTS]) || hosts < 2)
		return;
	if (v->value[FEATURE_HOSTS] <= 1)
		g_string_append_printf(out, "; only host of %u that uses it", hosts);
	else
		g_string_append_printf(out, "; used by %.0f of %u hosts", v->value[FEATURE_HOSTS], hosts);
}

char *evidence_facts(const struct channels *channels, const struct channel *c, const struct feature_vector *v)
{
	GString *out = g_string_new(NULL);
	uint32_t attempts = channel_attempts(c);
	if (c->sessions > 0)
		g_string_append_printf(out, "%u session%s", c->sessions, c->sessions == 1 ? "" : "s");
	if (attempts > 0)
		g_string_append_printf(out, "%s%u attempt%s", out->len ? " and " : "", attempts,
				       attempts == 1 ? "" : "s");
	if (c->refused > 0)
		g_string_append_printf(out, " (%u refused)", c->refused);
	if (c->sessions + attempts > 1) {
		g_string_append(out, ", ");
		append_rhythm(v, out);
	}
	if (c->sessions > 0) {
		say_size(out, "; ", v->value[FEATURE_SENT], " out, ");
		append_bytes(out, v->value[FEATURE_RECEIVED]);
		g_string_append(out, c->sessions > 1 ? " in a session" : " in");
		say_size(out, ", mean packet length ", v->value[FEATURE_LENGTH], "");
	}
	append_users(channels, v, out);
	return g_string_free(out, FALSE);
}
