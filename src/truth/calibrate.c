#include "truth/calibrate.h"

#include <math.h>
#include <string.h>

#include "truth/confusion.h"
#include "truth/explain.h"

/* A gap: its ends are this factor apart. */
#define GAP_FACTOR 1.25

/* Least part of each class that must stay when ports are left out, and least number. */
#define LEAST_PART 0.2
enum { LEAST_NUMBER = 5 };

const char *truth_separation_words(enum truth_separation separation)
{
	static const char *const all[] = {
#define X(id, words) words,
		TRUTH_SEPARATIONS(X)
#undef X
	};
	return all[separation];
}

/* ---- cases ---- */

struct cluster_key {
	uint32_t run;
	uint16_t port;
	uint8_t addr[2][16]; /* inside host, server */
};

static guint cluster_hash(gconstpointer key)
{
	const struct cluster_key *k = key;
	guint h = k->run * 31 + k->port;
	for (int i = 0; i < 16; i++)
		h = (h * 31 + k->addr[0][i]) * 31 + k->addr[1][i];
	return h;
}

static gboolean cluster_equal(gconstpointer a, gconstpointer b)
{
	const struct cluster_key *x = a, *y = b;
	return x->run == y->run && x->port == y->port && memcmp(x->addr, y->addr, sizeof x->addr) == 0;
}

static uint32_t cluster_of(GHashTable *clusters, const struct truth_session *t)
{
	struct cluster_key key = {.run = t->run, .port = truth_session_port(t)};
	memcpy(key.addr[0], t->s.addr[t->v.inside], 16);
	memcpy(key.addr[1], t->s.addr[t->v.inside ^ 1], 16);
	gpointer number = g_hash_table_lookup(clusters, &key);
	if (number == NULL) {
		number = GUINT_TO_POINTER(g_hash_table_size(clusters) + 1);
		g_hash_table_insert(clusters, g_memdup2(&key, sizeof key), number);
	}
	return GPOINTER_TO_UINT(number) - 1;
}

static bool has_any(const char *label, const char *const *parts)
{
	for (; *parts; parts++)
		if (truth_label_has(label, *parts))
			return true;
	return false;
}

enum side { CONTROL, DOWNLOAD, NEITHER };

static enum side side_by_label(const struct truth_session *t, const struct truth_calibrate_options *options)
{
	if (t->label == TRUTH_NONE)
		return NEITHER;
	const char *label =
		g_array_index(options->labels->entries, struct truth_entry, t->label).text[TRUTH_FIELD_LABEL];
	bool positive = has_any(label, options->positive);
	bool negative = options->negative ? has_any(label, options->negative)
					  : !positive && !truth_label_has(label, "unknown");
	return positive == negative ? NEITHER : positive ? CONTROL : DOWNLOAD;
}

/* For sessions that are not in the log: what keeps them from being taken for control. */
static const unsigned known_otherwise = 1u << TRUTH_REASON_UPLOAD | 1u << TRUTH_REASON_PUSHED |
					1u << TRUTH_REASON_SIMILAR_IN | 1u << TRUTH_REASON_CUT |
					1u << TRUTH_REASON_EXECUTABLE;

static void add_case(struct truth_cases *cases, GHashTable *clusters, const struct truth_set *set, guint session,
		     enum side side, const struct truth_calibrate_options *options)
{
	const struct truth_session *t = truth_set_at(set, session);
	struct truth_case one = {session, cluster_of(clusters, t), TRUTH_NONE, side == CONTROL};
	if (side == NEITHER) {
		cases->left_out++;
		return;
	}
	for (guint i = 0; options->leave_ports && i < options->leave_ports->len; i++)
		if (g_array_index(options->leave_ports, uint16_t, i) == truth_session_port(t)) {
			cases->left_by_port++;
			return;
		}
	if (options->hosts)
		one.host = (int16_t)truth_host_find(options->hosts, truth_session_host(t));
	g_array_append_val(cases->all, one);
}

static void add_by_log(struct truth_cases *cases, GHashTable *clusters, const struct truth_set *set,
		       const struct truth_calibrate_options *options)
{
	g_autofree unsigned *holds = g_new0(unsigned, set->sessions->len + 1);
	g_autoptr(GArray) explained = truth_explain(set, options->hosts, true);
	for (guint i = 0; i < explained->len; i++) {
		const struct truth_explanation *e = &g_array_index(explained, struct truth_explanation, i);
		holds[e->session] = e->holds;
	}
	for (guint i = 0; i < set->sessions->len; i++) {
		const struct truth_session *t = truth_set_at(set, i);
		if (!truth_session_counts(t) || t->s.proto != TANPA_TCP || truth_session_is_push(t) ||
		    truth_host_find(options->hosts, truth_session_host(t)) == TRUTH_NONE)
			continue;
		enum side side = t->entry != TRUTH_NONE ? DOWNLOAD : holds[i] & known_otherwise ? NEITHER : CONTROL;
		add_case(cases, clusters, set, i, side, options);
	}
}

void truth_cases_init(struct truth_cases *cases, const struct truth_set *set,
		      const struct truth_calibrate_options *options)
{
	g_autoptr(GHashTable) clusters = g_hash_table_new_full(cluster_hash, cluster_equal, g_free, NULL);
	*cases = (struct truth_cases){g_array_new(FALSE, FALSE, sizeof(struct truth_case)), 0, 0};
	if (options->labels == NULL) {
		add_by_log(cases, clusters, set, options);
		return;
	}
	for (guint i = 0; i < set->sessions->len; i++)
		if (truth_session_counts(truth_set_at(set, i)))
			add_case(cases, clusters, set, i, side_by_label(truth_set_at(set, i), options), options);
}

void truth_cases_clear(struct truth_cases *cases)
{
	g_array_unref(cases->all);
}

/* ---- values ---- */

static gint compare_clusters(gconstpointer a, gconstpointer b)
{
	const struct truth_value *x = a, *y = b;
	if (x->cluster != y->cluster)
		return x->cluster < y->cluster ? -1 : 1;
	if (x->control != y->control)
		return x->control ? -1 : 1;
	return x->value < y->value ? -1 : x->value > y->value;
}

/* One value per cluster and class: the median. */
static GArray *medians(GArray *values)
{
	GArray *out = g_array_new(FALSE, FALSE, sizeof(struct truth_value));
	g_array_sort(values, compare_clusters);
	for (guint from = 0, to; from < values->len; from = to) {
		struct truth_value one = g_array_index(values, struct truth_value, from);
		g_autoptr(GArray) numbers = g_array_new(FALSE, FALSE, sizeof(double));
		for (to = from; to < values->len; to++) {
			const struct truth_value *v = &g_array_index(values, struct truth_value, to);
			if (v->cluster != one.cluster || v->control != one.control)
				break;
			g_array_append_val(numbers, v->value);
		}
		one.value = truth_quantile(numbers, 0.5);
		g_array_append_val(out, one);
	}
	g_array_unref(values);
	return out;
}

GArray *truth_case_values(const struct truth_cases *cases, const struct truth_set *set,
			  const struct truth_measure *measure, const struct truth_calibrate_options *options)
{
	GArray *values = g_array_new(FALSE, FALSE, sizeof(struct truth_value));
	for (guint i = 0; i < cases->all->len; i++) {
		const struct truth_case *c = &g_array_index(cases->all, struct truth_case, i);
		const struct truth_session *t = truth_set_at(set, c->session);
		struct truth_value v = {measure->get(t, options->count_retransmissions), c->cluster,
					truth_session_port(t), c->host, c->control};
		g_array_append_val(values, v);
	}
	return options->by_service ? medians(values) : values;
}

struct truth_sample truth_sample_part(const struct truth_sample *sample,
				      bool (*keep)(const struct truth_value *value, const void *user), const void *user)
{
	struct truth_sample part;
	GArray *values = g_array_new(FALSE, FALSE, sizeof(struct truth_value));
	for (guint i = 0; i < sample->values->len; i++) {
		const struct truth_value *v = &g_array_index(sample->values, struct truth_value, i);
		if (keep(v, user))
			g_array_append_vals(values, v, 1);
	}
	truth_sample_init(&part, values, sample);
	return part;
}

/* ---- findings ---- */

static bool lies_in_gap(const struct truth_cut *cut)
{
	double low = MIN(cut->from, cut->to), high = MAX(cut->from, cut->to);
	return cut->youden >= 0.5 && (high >= low * GAP_FACTOR || !isfinite(high));
}

static enum truth_separation separation_of(const struct truth_cut *cut, const struct truth_calibrate_options *options)
{
	if (cut->false_positives.n == 0 || cut->false_negatives.n == 0)
		return TRUTH_SEPARATION_EMPTY;
	if (!cut->valid || cut->false_positives.rate > options->max_error)
		return TRUTH_SEPARATION_NONE;
	if (cut->false_negatives.rate <= options->max_error)
		return TRUTH_SEPARATION_CLEAN;
	return options->labels == NULL && lies_in_gap(cut) ? TRUTH_SEPARATION_GAP : TRUTH_SEPARATION_NONE;
}

static enum truth_separation separation_of_sample(const struct truth_sample *s,
						  const struct truth_calibrate_options *options)
{
	struct truth_cut cut = truth_cut_by(s, TRUTH_BY_YOUDEN, 0);
	if (s->controls && s->downloads && !cut.valid)
		return TRUTH_SEPARATION_NONE;
	return separation_of(&cut, options);
}

struct truth_finding truth_find(const struct truth_sample *s, const struct truth_calibrate_options *options)
{
	struct truth_finding f = {s->controls, s->downloads, truth_auc(s), s->high_is_control};
	for (int i = 0; i < TRUTH_N_CRITERIA; i++)
		f.cut[i] = truth_cut_by(s, (enum truth_criterion)i, options->max_fp);
	f.overlap = truth_overlap(s);
	f.bootstrap = truth_bootstrap(s, options->bootstrap, options->seed);
	f.separation = separation_of_sample(s, options);
	return f;
}

/* ---- ports left out ---- */

struct ports {
	guint n;
	uint16_t port[TRUTH_LEFT_PORTS];
};

static bool is_not_of_ports(const struct truth_value *v, const void *user)
{
	const struct ports *ports = user;
	for (guint i = 0; i < ports->n; i++)
		if (v->port == ports->port[i])
			return false;
	return true;
}

/* The port on which a cut is wrong most often; false: it is never wrong. */
static bool worst_port(const struct truth_sample *s, const struct truth_cut *cut, uint16_t *port)
{
	g_autofree guint *errors = g_new0(guint, 65536);
	guint most = 0;
	for (guint i = 0; i < s->values->len; i++) {
		const struct truth_value *v = &g_array_index(s->values, struct truth_value, i);
		bool taken = s->high_is_control ? v->value >= cut->threshold : v->value <= cut->threshold;
		if (taken != v->control && ++errors[v->port] > most) {
			most = errors[v->port];
			*port = v->port;
		}
	}
	return most > 0;
}

static bool leaves_enough(const struct truth_sample *part, const struct truth_sample *whole)
{
	return part->controls >= LEAST_NUMBER && part->downloads >= LEAST_NUMBER &&
	       (double)part->controls >= LEAST_PART * (double)whole->controls &&
	       (double)part->downloads >= LEAST_PART * (double)whole->downloads;
}

static bool separates_without(const struct truth_sample *s, const struct ports *ports,
			      const struct truth_calibrate_options *options, struct truth_sample *part)
{
	*part = truth_sample_part(s, is_not_of_ports, ports);
	return leaves_enough(part, s) && separation_of_sample(part, options) > TRUTH_SEPARATION_NONE;
}

/* Puts back each port without which it separates as well. */
static void put_back(const struct truth_sample *s, struct ports *ports, const struct truth_calibrate_options *options)
{
	for (guint i = 0; i < ports->n && ports->n > 1;) {
		struct ports fewer = *ports;
		struct truth_sample part;
		fewer.port[i] = fewer.port[--fewer.n];
		if (separates_without(s, &fewer, options, &part))
			*ports = fewer;
		else
			i++;
		truth_sample_clear(&part);
	}
}

struct truth_left truth_leave_ports(const struct truth_sample *s, const struct truth_calibrate_options *options)
{
	struct truth_left left = {0};
	struct ports ports = {0};
	bool separates = separation_of_sample(s, options) != TRUTH_SEPARATION_NONE;
	if (separates)
		return left;
	while (!separates && ports.n < TRUTH_LEFT_PORTS) {
		struct truth_sample part = truth_sample_part(s, is_not_of_ports, &ports);
		struct truth_cut cut = truth_cut_by(&part, TRUTH_BY_YOUDEN, 0);
		bool found = cut.valid && worst_port(&part, &cut, &ports.port[ports.n]);
		truth_sample_clear(&part);
		if (!found)
			return left;
		ports.n++;
		separates = separates_without(s, &ports, options, &part);
		truth_sample_clear(&part);
	}
	if (!separates)
		return left;
	put_back(s, &ports, options);
	struct truth_sample part = truth_sample_part(s, is_not_of_ports, &ports);
	left.n = ports.n;
	memcpy(left.port, ports.port, sizeof left.port);
	left.finding = truth_find(&part, options);
	truth_sample_clear(&part);
	return left;
}
