#include "learn/quality.h"

#include <math.h>

enum { SAMPLES = 1000, SEED = 1 };
#define REPORTED 0.8 /* of the answered control services: where false findings are counted */

static const struct {
	const char *name, *words;
} measures[LEARN_N_MEASURES] = {
	[LEARN_BY_MODEL] = {"model", "the model's score"},
	[LEARN_BY_FLOWS] = {"model, flows alone", "its score when nobody has seen the payload"},
	[LEARN_BY_RULE] = {"paper's measure", "median of the mean packet length, short first"},
	[LEARN_BY_BEACON] = {"RITA's beacon score", "of the pair of hosts; 0 with fewer than four starts"},
};

const char *learn_measure_name(enum learn_measure measure)
{
	return measures[measure].name;
}

const char *learn_measure_words(enum learn_measure measure)
{
	return measures[measure].words;
}

double learn_value(const struct example *e, enum learn_measure measure)
{
	switch (measure) {
	case LEARN_BY_MODEL:
		return e->score;
	case LEARN_BY_FLOWS:
		return e->flow_score;
	case LEARN_BY_RULE:
		return isnan(e->rule) ? -INFINITY : e->rule;
	case LEARN_BY_BEACON:
		return isnan(e->beacon) ? 0 : e->beacon;
	case LEARN_N_MEASURES:
		break;
	}
	g_assert_not_reached();
}

/* ---- ranking of a sample ---- */

struct point {
	double value;
	guint weight; /* times it is in the sample */
	guint group;
	bool control, download;
};

static gint compare_points(gconstpointer a, gconstpointer b)
{
	double x = ((const struct point *)a)->value, y = ((const struct point *)b)->value;
	return (x < y) - (x > y);
}

/* Of points from the highest on: the share of pairs in the right order, ties counting half. */
static double auc(const GArray *points, bool against_downloads)
{
	double above = 0, right = 0, pairs_controls = 0, others = 0;
	for (guint i = 0, end; i < points->len; i = end) {
		double controls_here = 0, others_here = 0;
		const struct point *first = &g_array_index(points, struct point, i);
		for (end = i; end < points->len && g_array_index(points, struct point, end).value == first->value;
		     end++) {
			const struct point *p = &g_array_index(points, struct point, end);
			if (p->control)
				controls_here += p->weight;
			else if (p->download || !against_downloads)
				others_here += p->weight;
		}
		right += others_here * (above + controls_here / 2);
		above += controls_here;
		pairs_controls += controls_here;
		others += others_here;
	}
	return pairs_controls > 0 && others > 0 ? right / (pairs_controls * others) : NAN;
}

/* Mean over control services of the precision down to them; ties share their precision. */
static double average_precision(const GArray *points)
{
	double controls = 0, seen = 0, sum = 0;
	for (guint i = 0, end; i < points->len; i = end) {
		double controls_here = 0;
		const struct point *first = &g_array_index(points, struct point, i);
		for (end = i; end < points->len && g_array_index(points, struct point, end).value == first->value;
		     end++) {
			const struct point *p = &g_array_index(points, struct point, end);
			controls_here += p->control * p->weight;
			seen += p->weight;
		}
		controls += controls_here;
		sum += controls_here > 0 ? controls_here * controls / seen : 0;
	}
	return controls > 0 && seen > controls ? sum / controls : NAN;
}

enum statistic { AUC_DOWNLOAD, AUC_ALL, PRECISION, N_STATISTICS };

static void take_statistics(const GArray *points, double out[N_STATISTICS])
{
	out[AUC_DOWNLOAD] = auc(points, true);
	out[AUC_ALL] = auc(points, false);
	out[PRECISION] = average_precision(points);
}

/* Numbers the points' groups from 0 on, and returns how many there are: one without points would be drawn for nothing.
 */
static guint number_groups(GArray *points, guint groups)
{
	g_autofree guint *number = g_new0(guint, groups + 1); /* and 1 */
	guint n = 0;
	for (guint i = 0; i < points->len; i++) {
		struct point *p = &g_array_index(points, struct point, i);
		if (number[p->group] == 0)
			number[p->group] = ++n;
		p->group = number[p->group] - 1;
	}
	return n;
}

/* Draws as many groups as there are, some twice, some not at all. */
static void resample(GArray *points, guint groups, GRand *rand)
{
	g_autofree guint *times = g_new0(guint, groups + 1);
	for (guint i = 0; i < groups; i++)
		times[(guint)g_rand_int_range(rand, 0, (gint32)groups)]++;
	for (guint i = 0; i < points->len; i++) {
		struct point *p = &g_array_index(points, struct point, i);
		p->weight = times[p->group];
	}
}

static void add_intervals(struct learn_quality *q, GArray *points, guint groups)
{
	struct learn_interval *const out[N_STATISTICS] = {&q->auc_download, &q->auc_all, &q->precision};
	GArray *samples[N_STATISTICS];
	GRand *rand = g_rand_new_with_seed(SEED);
	double value[N_STATISTICS];
	take_statistics(points, value);
	for (int k = 0; k < N_STATISTICS; k++) {
		out[k]->value = value[k];
		samples[k] = g_array_new(FALSE, FALSE, sizeof(double));
	}
	for (int i = 0; i < SAMPLES; i++) {
		resample(points, groups, rand);
		take_statistics(points, value);
		for (int k = 0; k < N_STATISTICS; k++)
			if (!isnan(value[k]))
				g_array_append_val(samples[k], value[k]);
	}
	for (int k = 0; k < N_STATISTICS; k++) {
		truth_sort(samples[k]);
		out[k]->low = truth_quantile(samples[k], .025);
		out[k]->high = truth_quantile(samples[k], .975);
		g_array_unref(samples[k]);
	}
	g_rand_free(rand);
}

/* ---- within captures, on days ---- */

guint learn_rank(const struct learn_set *set, uint32_t run, enum learn_measure measure)
{
	double best = -INFINITY;
	guint others = 0, above = 0;
	bool has_control = false;
	for (guint i = 0; i < set->examples->len; i++) {
		const struct example *e = learn_set_at(set, i);
		if (e->run != run || !e->is_measured || e->class != LEARN_CONTROL)
			continue;
		has_control = true;
		best = MAX(best, learn_value(e, measure));
	}
	for (guint i = 0; i < set->examples->len; i++) {
		const struct example *e = learn_set_at(set, i);
		if (e->run != run || !e->is_measured || e->class == LEARN_CONTROL)
			continue;
		others++;
		above += learn_value(e, measure) >= best;
	}
	return has_control && others > 0 ? above + 1 : 0;
}

static void rank_captures(const struct learn_set *set, enum learn_measure measure, struct learn_quality *q)
{
	uint64_t first = 0, three = 0, all = 0;
	for (guint run = 0; run < set->runs->len; run++) {
		guint rank = learn_rank(set, run, measure);
		all += rank > 0;
		first += rank == 1;
		three += rank >= 1 && rank <= 3;
	}
	q->first = truth_rate(first, all);
	q->first_three = truth_rate(three, all);
}

static void count_false(const struct learn_set *set, enum learn_measure measure, struct learn_quality *q)
{
	g_autoptr(GArray) answered = g_array_new(FALSE, FALSE, sizeof(double));
	for (guint i = 0; i < set->examples->len; i++) {
		const struct example *e = learn_set_at(set, i);
		double value = learn_value(e, measure);
		if (e->is_measured && e->class == LEARN_CONTROL && e->answered)
			g_array_append_val(answered, value);
	}
	truth_sort(answered);
	q->level = NAN;
	if (answered->len > 0) /* the highest at which 80 % are reported */
		q->level = g_array_index(answered, double, (guint)floor((1 - REPORTED) * answered->len + 1e-9));
	for (guint i = 0; i < set->examples->len; i++)
		q->false_findings += learn_set_at(set, i)->is_day &&
				     learn_value(learn_set_at(set, i), measure) >= q->level;
	for (guint i = 0; i < set->runs->len; i++) {
		const struct learn_run *run = &g_array_index(set->runs, struct learn_run, i);
		q->days += run->is_day;
		q->host_days += run->host_days;
	}
}

struct learn_quality learn_quality(const struct learn_set *set, enum learn_measure measure)
{
	struct learn_quality q = {0};
	g_autoptr(GArray) points = g_array_new(FALSE, FALSE, sizeof(struct point));
	for (guint i = 0; i < set->examples->len; i++) {
		const struct example *e = learn_set_at(set, i);
		if (!e->is_measured)
			continue;
		struct point p = {learn_value(e, measure), 1, e->group, e->class == LEARN_CONTROL,
				  e->class == LEARN_DOWNLOAD};
		q.controls += p.control;
		q.downloads += p.download;
		q.others += !p.control;
		g_array_append_val(points, p);
	}
	guint groups = number_groups(points, set->groups);
	g_array_sort(points, compare_points);
	add_intervals(&q, points, groups);
	rank_captures(set, measure, &q);
	count_false(set, measure, &q);
	return q;
}
