#include "truth/roc.h"

#include <math.h>

/* Youden's J may be so much worse on the range of thresholds that would do as well. */
#define NEARLY 0.02

const char *truth_criterion_name(enum truth_criterion criterion)
{
	static const char *const names[] = {
#define X(id, name, words) name,
		TRUTH_CRITERIA(X)
#undef X
	};
	return names[criterion];
}

const char *truth_criterion_words(enum truth_criterion criterion)
{
	static const char *const all[] = {
#define X(id, name, words) words,
		TRUTH_CRITERIA(X)
#undef X
	};
	return all[criterion];
}

/* ---- the sample ---- */

static const struct truth_value *value_at(const struct truth_sample *s, guint i)
{
	return &g_array_index(s->values, struct truth_value, i);
}

static gint compare_low_first(gconstpointer a, gconstpointer b)
{
	const struct truth_value *x = a, *y = b;
	return x->value < y->value ? -1 : x->value > y->value;
}

static gint compare_high_first(gconstpointer a, gconstpointer b)
{
	return compare_low_first(b, a);
}

void truth_sample_init(struct truth_sample *s, GArray *values, const struct truth_sample *sides)
{
	*s = (struct truth_sample){.values = values, .high_is_control = sides && sides->high_is_control};
	for (guint i = 0; i < values->len; i++)
		*(value_at(s, i)->control ? &s->controls : &s->downloads) += 1;
	g_array_sort(values, s->high_is_control ? compare_high_first : compare_low_first);
	if (sides == NULL && truth_auc(s) < 0.5) {
		s->high_is_control = true;
		g_array_sort(values, compare_high_first);
	}
}

void truth_sample_clear(struct truth_sample *s)
{
	g_clear_pointer(&s->values, g_array_unref);
}

/* ---- curve and area, with a weight per cluster ---- */

/* Sums of weights on control's side of a threshold behind value i, and in all. */
struct sums {
	double controls, downloads;
};

/* Weight of a value: its cluster's, or 1. */
static double weight(const struct truth_value *v, const guint *weights)
{
	return weights ? weights[v->cluster] : 1;
}

/* Adds the run of equal values that begins at `i`; returns where the next one begins. */
static guint add_run(const struct truth_sample *s, guint i, const guint *weights, struct sums *sums)
{
	double value = value_at(s, i)->value;
	for (; i < s->values->len && value_at(s, i)->value == value; i++)
		*(value_at(s, i)->control ? &sums->controls : &sums->downloads) += weight(value_at(s, i), weights);
	return i;
}

static double weighted_auc(const struct truth_sample *s, const guint *weights)
{
	struct sums at = {0, 0}, before;
	double area = 0;
	for (guint i = 0; i < s->values->len;) {
		before = at;
		i = add_run(s, i, weights, &at);
		area += (at.downloads - before.downloads) * (before.controls + at.controls) / 2;
	}
	return at.controls > 0 && at.downloads > 0 ? area / (at.controls * at.downloads) : NAN;
}

double truth_auc(const struct truth_sample *s)
{
	return weighted_auc(s, NULL);
}

GArray *truth_curve(const struct truth_sample *s)
{
	GArray *points = g_array_new(FALSE, FALSE, sizeof(struct truth_point));
	struct truth_point first = {s->high_is_control ? INFINITY : -INFINITY, 0, 0};
	struct sums at = {0, 0};
	g_array_append_val(points, first);
	for (guint i = 0; i < s->values->len;) {
		double threshold = value_at(s, i)->value;
		i = add_run(s, i, NULL, &at);
		struct truth_point point = {threshold, (uint64_t)at.downloads, (uint64_t)at.controls};
		g_array_append_val(points, point);
	}
	return points;
}

/* ---- thresholds ---- */

double truth_roundest(double low, double high, bool open_low)
{
	if (!isfinite(low) || !isfinite(high))
		return isfinite(low) ? low : high;
	double middle = low > 0 ? sqrt(low * high) : (low + high) / 2;
	double largest = MAX(fabs(low), fabs(high));
	int digits = largest > 0 ? (int)ceil(log10(largest)) : 0;
	for (int exponent = digits; exponent > digits - 17; exponent--) {
		double step = pow(10, exponent), best = NAN;
		double first = open_low ? floor(low / step) + 1 : ceil(low / step);
		for (int i = 0; i < 12; i++) { /* more would have fitted a larger step */
			double n = first + i;
			double candidate = exponent < 0 ? n / pow(10, -exponent) : n * step;
			bool inside = open_low ? candidate > low && candidate <= high
					       : candidate >= low && candidate < high;
			if (inside && (isnan(best) || fabs(candidate - middle) < fabs(best - middle)))
				best = candidate;
		}
		if (!isnan(best))
			return best;
	}
	return open_low ? high : low;
}

/* Threshold behind point i of the curve, between its value and the next point's. */
static void place(const struct truth_sample *s, const GArray *curve, guint i, guint nearly_from, guint nearly_to,
		  struct truth_cut *cut)
{
	const struct truth_point *points = (const struct truth_point *)(const void *)curve->data;
	double at = points[i].threshold, from = points[nearly_from].threshold;
	double end = s->high_is_control ? -INFINITY : INFINITY;
	double next = i + 1 < curve->len ? points[i + 1].threshold : end;
	double to = nearly_to + 1 < curve->len ? points[nearly_to + 1].threshold : end;
	bool turned = s->high_is_control;
	cut->low = turned ? next : at;
	cut->high = turned ? at : next;
	cut->from = turned ? to : from;
	cut->to = turned ? from : to;
	cut->threshold = truth_roundest(cut->low, cut->high, turned);
	cut->valid = true;
	cut->false_positives = truth_rate(points[i].false_positives, s->downloads);
	cut->false_negatives = truth_rate(s->controls - points[i].true_positives, s->controls);
	cut->youden = 1 - cut->false_positives.rate - cut->false_negatives.rate;
}

/* What a criterion wants most of; -INFINITY: the point does not do. */
static double merit(const struct truth_sample *s, const struct truth_point *p, enum truth_criterion criterion,
		    double max_fp)
{
	double tp = (double)p->true_positives, fp = (double)p->false_positives;
	switch (criterion) {
	case TRUTH_BY_YOUDEN:
		return tp / (double)s->controls - fp / (double)s->downloads;
	case TRUTH_BY_ERRORS:
		return tp - fp;
	case TRUTH_BY_MAX_FP:
		return fp / (double)s->downloads <= max_fp ? tp : -INFINITY;
	case TRUTH_N_CRITERIA:
		break;
	}
	g_assert_not_reached();
}

struct truth_cut truth_cut_by(const struct truth_sample *s, enum truth_criterion criterion, double max_fp)
{
	struct truth_cut cut = {0};
	if (s->controls == 0 || s->downloads == 0)
		return cut;
	g_autoptr(GArray) curve = truth_curve(s);
	guint best = 0, from, to;
	for (guint i = 1; i < curve->len; i++)
		if (merit(s, &g_array_index(curve, struct truth_point, i), criterion, max_fp) >
		    merit(s, &g_array_index(curve, struct truth_point, best), criterion, max_fp))
			best = i;
	if (best == 0)
		return cut;
	double least = merit(s, &g_array_index(curve, struct truth_point, best), TRUTH_BY_YOUDEN, 0) - NEARLY;
	for (from = best; from > 1; from--)
		if (merit(s, &g_array_index(curve, struct truth_point, from - 1), TRUTH_BY_YOUDEN, 0) < least)
			break;
	for (to = best; to + 1 < curve->len; to++)
		if (merit(s, &g_array_index(curve, struct truth_point, to + 1), TRUTH_BY_YOUDEN, 0) < least)
			break;
	place(s, curve, best, from, to, &cut);
	return cut;
}

/* ---- bootstrap ---- */

/* Youden's threshold of a resample; NAN when there is none. */
static double weighted_threshold(const struct truth_sample *s, const guint *weights, double controls, double downloads)
{
	struct sums at = {0, 0};
	double best = 0, low = NAN, high = NAN;
	for (guint i = 0; i < s->values->len;) {
		double value = value_at(s, i)->value;
		i = add_run(s, i, weights, &at);
		double j = at.controls / controls - at.downloads / downloads;
		if (j > best) {
			guint next = i; /* the next value that is in the resample */
			while (next < s->values->len && weight(value_at(s, next), weights) == 0)
				next++;
			best = j;
			low = value;
			high = next < s->values->len ? value_at(s, next)->value : value;
		}
	}
	return best > 0 && low < high   ? truth_roundest(low, high, false)
	       : best > 0 && low > high ? truth_roundest(high, low, true)
					: low;
}

static guint count_clusters(const struct truth_sample *s)
{
	guint n = 0;
	for (guint i = 0; i < s->values->len; i++)
		n = MAX(n, value_at(s, i)->cluster + 1);
	return n;
}

/* Distinct clusters of the sample, so that those of other samples are not drawn. */
static GArray *own_clusters(const struct truth_sample *s, guint n)
{
	g_autofree bool *seen = g_new0(bool, n);
	GArray *own = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint i = 0; i < s->values->len; i++)
		seen[value_at(s, i)->cluster] = true;
	for (guint i = 0; i < n; i++)
		if (seen[i])
			g_array_append_val(own, i);
	return own;
}

static void draw(GRand *random, const GArray *own, guint *weights, guint n)
{
	memset(weights, 0, n * sizeof *weights);
	for (guint i = 0; i < own->len; i++)
		weights[g_array_index(own, guint, g_rand_int_range(random, 0, (gint32)own->len))]++;
}

struct truth_bootstrap truth_bootstrap(const struct truth_sample *s, guint samples, uint32_t seed)
{
	struct truth_bootstrap b = {samples, NAN, NAN, NAN, NAN};
	guint n = count_clusters(s);
	if (n == 0 || s->controls == 0 || s->downloads == 0)
		return b;
	GRand *random = g_rand_new_with_seed(seed);
	g_autofree guint *weights = g_new(guint, n);
	g_autoptr(GArray) own = own_clusters(s, n);
	g_autoptr(GArray) areas = g_array_new(FALSE, FALSE, sizeof(double));
	g_autoptr(GArray) thresholds = g_array_new(FALSE, FALSE, sizeof(double));
	for (guint i = 0; i < samples; i++) {
		struct sums all = {0, 0};
		draw(random, own, weights, n);
		for (guint k = 0; k < s->values->len;)
			k = add_run(s, k, weights, &all);
		if (all.controls == 0 || all.downloads == 0)
			continue;
		double area = weighted_auc(s, weights);
		double threshold = weighted_threshold(s, weights, all.controls, all.downloads);
		g_array_append_val(areas, area);
		if (isfinite(threshold))
			g_array_append_val(thresholds, threshold);
	}
	g_rand_free(random);
	truth_sort(areas);
	truth_sort(thresholds);
	b.auc_low = truth_quantile(areas, 0.025);
	b.auc_high = truth_quantile(areas, 0.975);
	b.threshold_low = truth_quantile(thresholds, 0.025);
	b.threshold_high = truth_quantile(thresholds, 0.975);
	return b;
}

/* ---- overlap ---- */

struct truth_overlap truth_overlap(const struct truth_sample *s)
{
	struct truth_overlap o = {0};
	double ends[2][2] = {{INFINITY, -INFINITY}, {INFINITY, -INFINITY}}; /* of downloads, of control: least, most */
	for (guint i = 0; i < s->values->len; i++) {
		const struct truth_value *v = value_at(s, i);
		ends[v->control][0] = MIN(ends[v->control][0], v->value);
		ends[v->control][1] = MAX(ends[v->control][1], v->value);
	}
	o.low = ends[s->high_is_control][0]; /* of the class that lies higher */
	o.high = ends[!s->high_is_control][1];
	for (guint i = 0; i < s->values->len; i++) {
		const struct truth_value *v = value_at(s, i);
		if (v->value >= o.low && v->value <= o.high)
			*(v->control ? &o.controls : &o.downloads) += 1;
	}
	return o;
}
