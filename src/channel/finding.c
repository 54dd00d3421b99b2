#include "channel/finding.h"

#include <math.h>
#include <string.h>

#include "base/first.h"
#include "base/net.h"
#include "channel/evidence.h"

/* What makes a service that never answered worth a look: so many attempts, over so long. */
enum { LEAST_FAILED = 5, MANY_FAILED = 20 };
#define LEAST_FAILED_SPAN_NS (INT64_C(60) * 1000000000)
#define STEADY_JITTER        0.3

/* An effect below this is not worth a word. */
#define LEAST_EFFECT 0.3

/* What findings are made with. */
struct making {
	struct channels *channels;
	const struct channel_model *model;
	const struct allow *allow;
	const struct fanout *fanout;
	struct findings *findings; /* of all portions that ended; NULL: none did yet */
};

/* What is found in a portion of the channels. */
struct maker {
	const struct making *making;
	struct findings *findings;
	uint32_t services; /* of the host that was looked at last */
	double elsewhere;  /* what they take off the odds */
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

/* ---- evidence ---- */

/* The measure a measure is told with: who reads "HTTP POST that names no host" need not read "HTTP POST". */
static enum feature told_with(enum feature feature)
{
	switch (feature) {
	case FEATURE_NAMING:
	case FEATURE_METHOD:
	case FEATURE_PORT_USE:
		return FEATURE_REQUEST;
	default:
		return feature;
	}
}

/* What spoke most for control, first. */
static void explain(struct finding *f, const struct model_part *part)
{
	double effect[N_FEATURES] = {0};
	for (enum feature g = 0; g < N_FEATURES; g++)
		effect[told_with(g)] += model_effect(part, &f->features, g);
	for (int i = 0; i < FINDING_EVIDENCE; i++) {
		struct finding_evidence *e = &f->evidence[i];
		enum feature most = 0;
		for (enum feature g = 1; g < N_FEATURES; g++)
			if (effect[g] > effect[most])
				most = g;
		if (effect[most] < LEAST_EFFECT)
			return;
		GString *words = g_string_new(NULL);
		evidence_words(f->channel, &f->features, most, words);
		*e = (struct finding_evidence){most, effect[most], g_string_free(words, FALSE)};
		effect[most] = 0;
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

/* Which part of the model scored it. */
static const struct model_part *part_of(const struct findings *findings, const struct feature_vector *features)
{
	return &findings->model->part[model_part_for(features)];
}

void finding_tell(const struct findings *findings, guint i, struct finding *out)
{
	const struct finding_entry *e = &g_array_index(findings->list, struct finding_entry, i);
	const struct channel *c = channels_get(findings->channels, e->channel);
	*out = (struct finding){.kind = e->kind, .severity = e->severity, .channel = c, .score = e->score};
	feature_measure(findings->channels, c, &out->features);
	out->facts = evidence_facts(findings->channels, c, &out->features);
	out->plain_rule = channel_is(c, VERDICT_C2);
	out->allowed = e->allowed;
	if (out->kind == FINDING_CONTROL)
		explain(out, part_of(findings, &out->features));
	add_techniques(out);
}

void finding_clear(struct finding *f)
{
	for (int i = 0; i < FINDING_EVIDENCE; i++)
		g_free(f->evidence[i].words);
	g_free(f->facts);
}

/* ---- which channels ---- */

static bool is_to_many(const struct channel *c)
{
	return net_is_ipv4(c->server) ? c->server[12] >= 224 : c->server[0] == 0xff;
}

static bool is_scored(struct maker *m, const struct channel *c)
{
	if (c->sessions == 0)
		return false;
	m->findings->inbound += c->inbound;
	m->findings->not_tcp += !c->inbound && c->proto != TANPA_TCP;
	bool is_service = !c->inbound && c->proto == TANPA_TCP, may_be = is_service && !is_to_many(c);
	m->findings->to_many += is_service && !may_be;
	m->findings->sideless += may_be && c->sideless > 0;
	return may_be && c->sideless == 0;
}

static void add_finding(struct maker *m, const struct channel *c, enum finding_kind kind, enum model_level severity,
			double score)
{
	struct finding_entry e = {.score = score,
				  .channel = c->number,
				  .attempts = (unsigned)MIN(channel_attempts(c), FINDING_ATTEMPTS) & FINDING_ATTEMPTS,
				  .kind = kind & 1,
				  .severity = severity & 3,
				  .allowed = m->making->allow && allow_has(m->making->allow, c)};
	m->findings->allowed += e.allowed;
	g_array_append_val(m->findings->list, e);
}

/* One logarithm for all channels of a host. */
static double elsewhere(struct maker *m, uint32_t services)
{
	if (m->services != services)
		m->elsewhere = model_elsewhere(m->services = services);
	return m->elsewhere;
}

static double score_of(struct maker *m, const struct channel *c, const struct kept_list *list,
		       const struct channel_host *host)
{
	struct findings *f = m->findings;
	const double *level = f->model->level;
	enum model_level severity = MODEL_LOW;
	struct feature_vector features;
	feature_measure_scored(m->findings->channels, c, list, &features);
	const struct model_part *part = part_of(f, &features);
	f->scored++;
	f->by_flows += model_part_for(&features) == FEATURE_OF_FLOWS;
	double p = model_probability(part, model_sum(part, &features), elsewhere(m, host->services));
	if (p < level[MODEL_LOW])
		return p;
	while (severity + 1 < MODEL_N_LEVELS && p >= level[severity + 1])
		severity++;
	add_finding(m, c, FINDING_CONTROL, severity, p);
	return p;
}

/* Again and again, and never through. */
static void look_at_failed(struct maker *m, const struct channel *c, const struct kept_list *list,
			   const struct channel_host *host)
{
	struct feature_vector features;
	if (c->inbound || c->proto != TANPA_TCP || c->sessions > 0 || channel_attempts(c) < LEAST_FAILED ||
	    c->last_ns - c->first_ns < LEAST_FAILED_SPAN_NS || is_to_many(c) ||
	    (m->making->fanout && fanout_has(m->making->fanout, host->addr, c->port, c->proto)))
		return;
	feature_measure_scored(m->findings->channels, c, list, &features);
	bool steady = channel_attempts(c) >= MANY_FAILED && features.value[FEATURE_JITTER] <= STEADY_JITTER;
	add_finding(m, c, FINDING_FAILED, steady ? MODEL_MEDIUM : MODEL_LOW, NAN);
}

/* ---- all of them ---- */

static gint compare_findings(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct finding_entry *x = a, *y = b;
	if (x->severity != y->severity)
		return x->severity > y->severity ? -1 : 1;
	if (x->kind != y->kind)
		return (int)x->kind - (int)y->kind;
	if (x->kind == FINDING_CONTROL && x->score != y->score)
		return x->score > y->score ? -1 : 1;
	if (x->attempts != y->attempts)
		return x->attempts > y->attempts ? -1 : 1;
	return channels_compare(user, x->channel, y->channel);
}

/* So few are looked at that only their services are put together. */
static void look_ahead(const struct findings *f, guint most)
{
	uint32_t channel[FIRST_FEW];
	for (guint i = 0; i < most; i++)
		channel[i] = g_array_index(f->list, struct finding_entry, i).channel;
	channels_services_soon(f->channels, channel, most);
}

void findings_sort(struct findings *f, guint most)
{
	first_sort(f->list, most, compare_findings, (gpointer)f->channels);
	if (most > 0 && most <= FIRST_FEW)
		look_ahead(f, MIN(most, f->list->len));
}

/* With room for so many findings: that is no memory yet. */
static struct findings *findings_alloc(const struct channels *channels, const struct channel_model *model, guint room)
{
	struct findings *f = g_new0(struct findings, 1);
	f->list = g_array_sized_new(FALSE, FALSE, sizeof(struct finding_entry), room);
	f->channels = channels;
	f->model = model;
	return f;
}

static double score(const struct channel *channel, const struct kept_list *list, const struct channel_host *host,
		    void *own)
{
	struct maker *m = own;
	if (is_scored(m, channel))
		return score_of(m, channel, list, host);
	look_at_failed(m, channel, list, host);
	return NAN;
}

/* `first` is what the numbers of the channels of `from` are to be raised by. */
static void append(struct findings *into, const struct findings *from, guint first)
{
	guint before = into->list->len;
	g_array_append_vals(into->list, from->list->data, from->list->len);
	for (guint i = before; i < into->list->len; i++)
		g_array_index(into->list, struct finding_entry, i).channel += first;
	into->scored += from->scored;
	into->not_tcp += from->not_tcp;
	into->inbound += from->inbound;
	into->to_many += from->to_many;
	into->sideless += from->sideless;
	into->by_flows += from->by_flows;
	into->allowed += from->allowed;
}

static void *begin(void *user, uint32_t most)
{
	struct maker *m = g_new0(struct maker, 1);
	m->making = user;
	m->findings = findings_alloc(m->making->channels, m->making->model, most);
	return m;
}

static void end(void *user, void *own, guint first)
{
	struct making *making = user;
	struct maker *m = own;
	if (making->findings == NULL) {
		making->findings = m->findings;
	} else {
		append(making->findings, m->findings, first);
		findings_free(m->findings);
	}
	g_free(m);
}

struct findings *findings_new(struct channels *channels, const struct channel_model *model, const struct allow *allow,
			      const struct fanout *fanout, guint threads)
{
	struct making making = {.channels = channels, .model = model, .allow = allow, .fanout = fanout};
	struct channels_scorer scorer = {begin, score, end, &making};
	channels_finish(channels, threads, &scorer);
	return making.findings;
}

void findings_free(struct findings *findings)
{
	if (findings == NULL)
		return;
	g_array_unref(findings->list);
	g_free(findings);
}
