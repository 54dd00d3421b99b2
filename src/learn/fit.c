#include "learn/fit.h"

#include <linear.h>
#include <math.h>

#include "channel/model.h"

#define NO_GROUP G_MAXUINT

/* liblinear regularises the intercept with the weights; large, it hardly costs anything. */
#define BIAS 10.0

enum { NEWTON_STEPS = 50 };

const struct learn_options learn_options_default = {.cost = 2};

/* ---- coding ---- */

/* Number of columns of a measure: one a bin. */
static int columns(enum feature_model part)
{
	int n = 0;
	for (enum feature f = 0; f < N_FEATURES; f++)
		if (feature_scale(f)->models & 1u << part)
			n += (int)feature_bins(f);
	return n;
}

/* The columns that are 1, in order, and the end mark. Returns how many nodes were written. */
static int code(const struct feature_vector *vector, enum feature_model part, struct feature_node *node)
{
	int n = 0, first = 1;
	for (enum feature f = 0; f < N_FEATURES; f++) {
		const struct feature_scale *scale = feature_scale(f);
		if (!(scale->models & 1u << part))
			continue;
		int bins = (int)feature_bins(f), bin = (int)feature_bin(f, vector->value[f]);
		int from = scale->choices || bin == bins - 1 ? bin : 1; /* measures: all cuts they lie above */
		for (int i = from; i <= bin; i++)
			node[n++] = (struct feature_node){first + i, 1};
		first += bins;
	}
	node[n++] = (struct feature_node){first, BIAS};
	node[n++] = (struct feature_node){-1, 0};
	return n;
}

/* Columns back into weights of bins: a measure's are the sums of the cuts below. */
static void decode(const double *w, struct model_part *out)
{
	for (enum feature f = 0; f < N_FEATURES; f++) {
		if (out->weight[f] == NULL)
			continue;
		int bins = (int)feature_bins(f);
		for (int i = 0; i < bins; i++) {
			bool adds = !feature_scale(f)->choices && i > 0 && i < bins - 1;
			out->weight[f][i] = w[i] + (adds ? out->weight[f][i - 1] : 0);
		}
		w += bins;
	}
}

/* ---- one fit ---- */

static struct feature_vector vector_for(const struct example *e, enum feature_model part)
{
	struct feature_vector vector = e->features;
	if (part == FEATURE_OF_FLOWS)
		feature_forget_payload(&vector);
	return vector;
}

/* What is unknown, or has no payload where payload is needed, is neither learned from nor judged by. */
static bool takes_part(const struct example *e, enum feature_model part)
{
	return e->class != LEARN_UNKNOWN && (part == FEATURE_OF_FLOWS || e->looked_into);
}

static void say_nothing(const char *text)
{
	(void)text;
}

/*
 * Weights mean "beside an ordinary channel": their mean over those that are no control goes into the bias. What no
 * example had, a choice or that a measure is not known, says nothing: 0.
 */
static void centre(const struct learn_set *set, enum feature_model p, guint without, struct model_part *part)
{
	for (enum feature f = 0; f < N_FEATURES; f++) {
		double sum = 0;
		guint others = 0, bins = part->weight[f] ? feature_bins(f) : 0;
		g_autofree guint *seen = g_new0(guint, bins + 1);
		for (guint i = 0; bins > 0 && i < set->examples->len; i++) {
			const struct example *e = learn_set_at(set, i);
			if (e->group == without || !takes_part(e, p))
				continue;
			struct feature_vector vector = vector_for(e, p);
			guint bin = feature_bin(f, vector.value[f]);
			seen[bin]++;
			if (e->class != LEARN_CONTROL) {
				sum += part->weight[f][bin];
				others++;
			}
		}
		double mean = others ? sum / others : 0;
		for (guint bin = 0; bin < bins; bin++) {
			bool may_be_new = feature_scale(f)->choices || bin == bins - 1;
			part->weight[f][bin] = seen[bin] == 0 && may_be_new ? 0 : part->weight[f][bin] - mean;
		}
		part->bias += mean;
	}
}

/* Fits to all examples but those of one group. Returns false where one of the classes is empty. */
static bool fit_part(const struct learn_set *set, const struct learn_options *options, enum feature_model p,
		     guint without, struct model_part *part)
{
	int width = columns(p) + 2, n = 0, controls = 0;
	g_autofree struct feature_node *nodes = g_new(struct feature_node, (gsize)width * set->examples->len);
	g_autofree struct feature_node **x = g_new0(struct feature_node *, set->examples->len);
	g_autofree double *y = g_new(double, set->examples->len);
	struct feature_node *next = nodes;
	for (guint i = 0; i < set->examples->len; i++) {
		const struct example *e = learn_set_at(set, i);
		if (e->group == without || !takes_part(e, p))
			continue;
		struct feature_vector vector = vector_for(e, p);
		x[n] = next;
		next += code(&vector, p, next);
		y[n] = e->class == LEARN_CONTROL ? 1 : -1;
		controls += e->class == LEARN_CONTROL;
		n++;
	}
	if (controls == 0 || controls == n)
		return false;
	int labels[] = {1, -1};
	double weights[] = {n / 2.0 / controls, n / 2.0 / (n - controls)};
	struct problem problem = {.l = n, .n = columns(p) + 1, .y = y, .x = x, .bias = BIAS};
	struct parameter parameter = {.solver_type = L2R_LR,
				      .eps = 1e-5,
				      .C = options->cost,
				      .nr_weight = 2,
				      .weight_label = labels,
				      .weight = weights};
	set_print_string_function(say_nothing);
	struct model *fitted = train(&problem, &parameter);
	g_autofree double *w = g_new0(double, (gsize)columns(p));
	for (int i = 0; i < columns(p); i++)
		w[i] = get_decfun_coef(fitted, i + 1, 0) * fitted->label[0]; /* it is for the label seen first */
	decode(w, part);
	part->bias = get_decfun_bias(fitted, 0) * fitted->label[0];
	free_and_destroy_model(&fitted);
	centre(set, p, without, part);
	return true;
}

/* ---- from sums to probabilities ---- */

struct oof {
	double sum, offset; /* log odds of none: minus the logarithm of the number of services */
	guint group;
	bool control;
};

/* Maximum likelihood of slope and intercept (Platt 1999), by Newton's method, without a group (NO_GROUP: with all). */
static void calibrate(const GArray *oofs, guint without, struct model_part *part)
{
	double a = 1, b = 0;
	for (int step = 0; step < NEWTON_STEPS; step++) {
		double ga = 0, gb = 0, haa = 1e-6, hab = 0, hbb = 1e-6;
		for (guint i = 0; i < oofs->len; i++) {
			const struct oof *o = &g_array_index(oofs, struct oof, i);
			if (o->group == without)
				continue;
			double p = 1 / (1 + exp(-(a * o->sum + b + o->offset))), d = o->control - p, w = p * (1 - p);
			ga += d * o->sum;
			gb += d;
			haa += w * o->sum * o->sum;
			hab += w * o->sum;
			hbb += w;
		}
		double det = haa * hbb - hab * hab;
		double da = (hbb * ga - hab * gb) / det, db = (haa * gb - hab * ga) / det;
		a += CLAMP(da, -1, 1);
		b += CLAMP(db, -2, 2);
	}
	part->slope = a;
	part->intercept = b;
}

static void take_score(struct example *e, enum feature_model p, double probability, double apart)
{
	if (p == FEATURE_OF_FLOWS)
		e->flow_score = probability;
	if ((p == FEATURE_OF_PACKETS) == e->looked_into) {
		e->score = probability;
		e->apart_score = apart;
	}
}

/* Sums of all examples, by weights that were fitted without their group; to `oofs` those that are measured by. */
static bool held_out_sums(struct learn_set *set, const struct learn_options *options, enum feature_model p,
			  struct model_part *part, double *sums, GArray *oofs)
{
	for (guint group = 0; group < set->groups; group++) {
		if (!fit_part(set, options, p, group, part))
			return false;
		for (guint i = 0; i < set->examples->len; i++) {
			const struct example *e = learn_set_at(set, i);
			if (e->group != group)
				continue;
			struct feature_vector vector = vector_for(e, p);
			struct oof o = {model_sum(part, &vector), -model_elsewhere(e->services), group,
					e->class == LEARN_CONTROL};
			sums[i] = o.sum;
			if (takes_part(e, p) && (e->is_measured || e->is_day))
				g_array_append_val(oofs, o);
		}
	}
	return true;
}

static bool cross_validate(struct learn_set *set, const struct learn_options *options, struct channel_model *model,
			   enum feature_model p)
{
	struct model_part *part = &model->part[p], apart = {.slope = 1};
	g_autoptr(GArray) oofs = g_array_new(FALSE, FALSE, sizeof(struct oof));
	g_autofree double *sums = g_new0(double, set->examples->len + 1);
	if (!held_out_sums(set, options, p, part, sums, oofs))
		return false;
	calibrate(oofs, NO_GROUP, part);
	for (guint i = 0; i < set->examples->len; i++) {
		struct example *e = learn_set_at(set, i);
		if (i == 0 || e->group != learn_set_at(set, i - 1)->group)
			calibrate(oofs, e->group, &apart);
		take_score(e, p, model_probability(part, sums[i], model_elsewhere(e->services)),
			   model_probability(&apart, sums[i], model_elsewhere(e->services)));
	}
	return true;
}

/* ---- levels ---- */

static gint compare_scores(gconstpointer a, gconstpointer b)
{
	double x = (*(const struct example *const *)a)->score, y = (*(const struct example *const *)b)->score;
	return (x < y) - (x > y);
}

/* The score down to which a share of the answered control services is reported; 1 when there are none. */
static double level_at(const GPtrArray *order, double share)
{
	guint controls = 0, found = 0;
	for (guint i = 0; i < order->len; i++) {
		const struct example *e = g_ptr_array_index(order, i);
		controls += e->class == LEARN_CONTROL && e->answered;
	}
	for (guint i = 0; i < order->len; i++) {
		const struct example *e = g_ptr_array_index(order, i);
		found += e->class == LEARN_CONTROL && e->answered;
		if (controls > 0 && found + 1e-9 >= share * controls)
			return e->score;
	}
	return 1;
}

/* The lowest score from which on nine in ten are control; 1 when there is none. Those with one score are taken
 * together. */
static double level_of_nine_in_ten(const GPtrArray *order)
{
	double level = 1;
	guint right = 0;
	for (guint i = 0; i < order->len; i++) {
		const struct example *e = g_ptr_array_index(order, i);
		const struct example *next = i + 1 < order->len ? g_ptr_array_index(order, i + 1) : NULL;
		right += e->class == LEARN_CONTROL;
		if ((next == NULL || next->score < e->score) && right >= .9 * (i + 1))
			level = e->score;
	}
	return level;
}

/* Of the answered control services, by one part of the model. */
static double missed_share(const GPtrArray *order, enum feature_model p, double level)
{
	guint controls = 0, missed = 0;
	for (guint i = 0; i < order->len; i++) {
		const struct example *e = g_ptr_array_index(order, i);
		if (e->class != LEARN_CONTROL || !e->answered)
			continue;
		controls++;
		missed += (p == FEATURE_OF_FLOWS ? e->flow_score : e->score) < level;
	}
	return controls ? (double)missed / controls : 0;
}

/*
 * Low and medium: where 95 and 80 % of the answered control services are reported. High: where nine in ten
 * of the services of labelled captures that are reported are control.
 */
static void set_levels(const struct learn_set *set, struct channel_model *model)
{
	g_autoptr(GPtrArray) order = g_ptr_array_new();
	for (guint i = 0; i < set->examples->len; i++)
		if (learn_set_at(set, i)->is_measured)
			g_ptr_array_add(order, learn_set_at(set, i));
	g_ptr_array_sort(order, compare_scores);
	model->level[MODEL_LOW] = level_at(order, .95);
	model->level[MODEL_MEDIUM] = level_at(order, .8);
	model->level[MODEL_HIGH] = MAX(level_of_nine_in_ten(order), model->level[MODEL_MEDIUM]);
	for (enum feature_model p = 0; p < N_FEATURE_MODELS; p++)
		model->part[p].missed = missed_share(order, p, model->level[MODEL_LOW]);
}

/* ---- all of it ---- */

bool learn_fit(struct learn_set *set, const struct learn_options *options, struct channel_model *model, GError **error)
{
	for (enum feature_model p = 0; p < N_FEATURE_MODELS; p++) {
		struct model_part *part = &model->part[p];
		if (set->groups >= 2 && cross_validate(set, options, model, p) &&
		    fit_part(set, options, p, NO_GROUP, part))
			continue;
		g_set_error(
			error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			"too little to learn from: control and other services are needed, of several families each");
		return false;
	}
	set_levels(set, model);
	return true;
}

void learn_score(struct learn_set *set, const struct channel_model *model)
{
	for (guint i = 0; i < set->examples->len; i++)
		for (enum feature_model p = 0; p < N_FEATURE_MODELS; p++) {
			struct example *e = learn_set_at(set, i);
			struct feature_vector vector = vector_for(e, p);
			double probability = model_probability(&model->part[p], model_sum(&model->part[p], &vector),
							       model_elsewhere(e->services));
			take_score(e, p, probability, probability);
		}
}
