#include "channel/finding.h"

#include <math.h>
#include <string.h>

#include "channel/evidence.h"

/* What makes a service that never answered worth a look: so many attempts, over so long. */
enum { LEAST_FAILED = 5, MANY_FAILED = 20 };
#define LEAST_FAILED_SPAN_S 60
#define STEADY_JITTER       0.3

/* An effect below this is not worth a word. */
#define LEAST_EFFECT 0.3

struct maker {
	const struct channels *channels;
	const struct channel_model *model;
	const struct allow *allow;
	const struct fanout *fanout;
	struct findings *findings;
	GArray *scratch; /* struct channel_session */
};

const char *finding_kind_name(enum finding_kind kind)
{
	return kind == FINDING_CONTROL ? "control" : "failed";
}

const char *finding_severity_name(enum model_level severity)
{
	static const char *const names[MODEL_N_LEVELS] = {"low", "medium", "high"};
	return names[severity];
}

static void finding_free(gpointer data)
{
	struct finding *f = data;
	for (int i = 0; i < FINDING_EVIDENCE; i++)
		g_free(f->evidence[i].words);
	g_free(f->facts);
	g_free(f);
}

/* ---- evidence ---- */

/* The measures that moved the score most, either way, first. */
static void explain(struct finding *f, const struct model_part *part)
{
	for (int i = 0; i < FINDING_EVIDENCE; i++) {
		struct finding_evidence *e = &f->evidence[i];
		*e = (struct finding_evidence){.effect = 0};
		for (enum feature g = 0; g < N_FEATURES; g++) {
			double effect = model_effect(part, &f->features, g);
			bool taken = false;
			for (int j = 0; j < i; j++)
				taken |= f->evidence[j].feature == g;
			if (!taken && effect > MAX(e->effect, LEAST_EFFECT)) {
				e->feature = g;
				e->effect = effect;
			}
		}
		if (e->effect <= 0)
			return;
		GString *words = g_string_new(NULL);
		evidence_words(f->channel, &f->features, e->feature, words);
		e->words = g_string_free(words, FALSE);
	}
}

/* MITRE ATT&CK, Enterprise, as far as the sessions tell. */
static void add_techniques(struct finding *f)
{
	const struct channel *c = f->channel;
	bool http = c->http > 0, tls = c->tls > 0, known = http || tls || c->other_known > 0;
	const struct {
		bool fits;
		const char *id;
	} techniques[] = {
		{f->kind == FINDING_FAILED, "T1008"},                          /* fallback channels */
		{http || tls, "T1071.001"},                                    /* application layer protocol: web */
		{!http && !tls && c->other_known > 0, "T1071"},                /* likewise, another */
		{c->looked_into > 0 && !known, "T1095"},                       /* non-application layer protocol */
		{(http && c->port != 80) || (tls && c->port != 443), "T1571"}, /* non-standard port */
		{tls, "T1573"},                                                /* encrypted channel */
		{c->executables > 0, "T1105"},                                 /* ingress tool transfer */
		{c->by_kind[VERDICT_UPLOAD] > 0, "T1041"},                     /* exfiltration over the channel */
	};
	int n = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(techniques) && n < FINDING_TECHNIQUES; i++)
		if (techniques[i].fits)
			f->technique[n++] = techniques[i].id;
}

static struct finding *add_finding(struct maker *m, const struct channel *c, const struct feature_vector *features)
{
	struct finding *f = g_new0(struct finding, 1);
	f->channel = c;
	f->features = *features;
	f->score = NAN;
	f->plain_rule = channel_is(c, VERDICT_C2);
	f->facts = evidence_facts(m->channels, c, features);
	f->allowed = m->allow && allow_has(m->allow, c);
	m->findings->allowed += f->allowed;
	g_ptr_array_add(m->findings->list, f);
	return f;
}

/* ---- which channels ---- */

static bool is_to_many(const struct channel *c)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	return memcmp(c->server, mapped, 12) == 0 ? c->server[12] >= 224 : c->server[0] == 0xff;
}

static bool is_scored(struct maker *m, const struct channel *c)
{
	if (c->sessions == 0)
		return false;
	m->findings->inbound += c->inbound;
	m->findings->not_tcp += !c->inbound && c->proto != TANPA_TCP;
	return !c->inbound && c->proto == TANPA_TCP && !is_to_many(c);
}

static double score(struct maker *m, const struct channel *c)
{
	const struct channel_host *host = channels_host(m->channels, c->host);
	struct feature_vector features;
	feature_measure(m->channels, c, m->scratch, &features);
	const struct model_part *part = &m->model->part[model_part_for(&features)];
	double p = model_probability(part, model_sum(part, &features), host->services);
	if (p < m->model->level[MODEL_LOW])
		return p;
	struct finding *f = add_finding(m, c, &features);
	f->score = p;
	while (f->severity + 1 < MODEL_N_LEVELS && p >= m->model->level[f->severity + 1])
		f->severity++;
	explain(f, part);
	add_techniques(f);
	return p;
}

/* Again and again, and never through. */
static void look_at_failed(struct maker *m, const struct channel *c)
{
	struct feature_vector features;
	if (c->inbound || c->proto != TANPA_TCP || c->sessions > 0 || channel_attempts(c) < LEAST_FAILED ||
	    is_to_many(c) ||
	    (m->fanout && fanout_has(m->fanout, channels_host(m->channels, c->host)->addr, c->port, c->proto)))
		return;
	feature_measure(m->channels, c, m->scratch, &features);
	if (features.value[FEATURE_SPAN] < LEAST_FAILED_SPAN_S)
		return;
	struct finding *f = add_finding(m, c, &features);
	f->kind = FINDING_FAILED;
	if (channel_attempts(c) >= MANY_FAILED && features.value[FEATURE_JITTER] <= STEADY_JITTER)
		f->severity = MODEL_MEDIUM;
	add_techniques(f);
}

/* ---- all of them ---- */

static gint compare_findings(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct finding *x = *(const struct finding *const *)a, *y = *(const struct finding *const *)b;
	const struct channel *c = x->channel, *d = y->channel;
	const struct channels *channels = user;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->kind != y->kind)
		return (int)x->kind - (int)y->kind;
	if (x->kind == FINDING_CONTROL && x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (channel_attempts(c) != channel_attempts(d))
		return channel_attempts(c) > channel_attempts(d) ? -1 : 1;
	int by_key = memcmp(channels_host(channels, c->host)->addr, channels_host(channels, d->host)->addr, 16);
	by_key = by_key ? by_key : memcmp(c->server, d->server, 16);
	return by_key ? by_key : (int)c->port - (int)d->port;
}

struct findings *findings_new(struct channels *channels, const struct channel_model *model, const struct allow *allow,
			      const struct fanout *fanout)
{
	struct findings *findings = g_new0(struct findings, 1);
	struct maker m = {channels, model, allow, fanout, findings, NULL};
	guint n = channels_size(channels);
	findings->list = g_ptr_array_new_with_free_func(finding_free);
	m.scratch = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
	for (guint i = 0; i < n; i++) {
		const struct channel *c = channels_get(channels, i);
		if (is_scored(&m, c)) {
			channels_set_score(channels, i, score(&m, c));
			findings->scored++;
		} else {
			look_at_failed(&m, c);
		}
	}
	g_array_unref(m.scratch);
	g_ptr_array_sort_with_data(findings->list, compare_findings, channels);
	return findings;
}

void findings_free(struct findings *findings)
{
	if (findings == NULL)
		return;
	g_ptr_array_unref(findings->list);
	g_free(findings);
}
