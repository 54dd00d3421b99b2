/* The search for a threshold: areas, criteria, intervals, and whether one separates at all. */
#include <math.h>

#include "truth/calibrate.h"
#include "truths.h"

#define SECOND INT64_C(1000000000)

/* ---- samples ---- */

/* "c" for control, "d" for downloads, in order of their values. */
static void make_sample(struct truth_sample *sample, const char *text)
{
	GArray *values = g_array_new(FALSE, FALSE, sizeof(struct truth_value));
	for (uint32_t i = 0; text[i]; i++) {
		struct truth_value value = {(double)(i + 1) * 10, i, 80, TRUTH_NONE, text[i] == 'c'};
		if (text[i] != ' ')
			g_array_append_val(values, value);
	}
	truth_sample_init(sample, values, NULL);
}

static void test_auc(void)
{
	static const struct {
		const char *text;
		double auc;
		bool high;
	} rows[] = {
		{"ccdd", 1, false},   {"cdcd", 0.75, false}, {"ddcc", 1, true},    {"dcdc", 0.75, true},
		{"cddc", 0.5, false}, {"dc", 1, true},       {"cccccd", 1, false},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct truth_sample s;
		make_sample(&s, rows[i].text);
		g_test_message("%s", rows[i].text);
		g_assert_cmpfloat_with_epsilon(truth_auc(&s), rows[i].auc, 1e-12);
		g_assert_true(s.high_is_control == rows[i].high);
		truth_sample_clear(&s);
	}
}

/* Against its meaning: how often a control session is below a download, ties by half. */
static void test_auc_by_pairs(void)
{
	for (int round = 0; round < 50; round++) {
		struct truth_sample s;
		GArray *values = g_array_new(FALSE, FALSE, sizeof(struct truth_value));
		for (uint32_t i = 0; i < 40; i++) {
			struct truth_value v = {g_test_rand_int_range(0, 12), i, 80, TRUTH_NONE,
						g_test_rand_int_range(0, 2)};
			g_array_append_val(values, v);
		}
		truth_sample_init(&s, values, NULL);
		double won = 0;
		for (guint a = 0; a < values->len; a++)
			for (guint b = 0; b < values->len; b++) {
				const struct truth_value *x = &g_array_index(values, struct truth_value, a);
				const struct truth_value *y = &g_array_index(values, struct truth_value, b);
				if (x->control && !y->control)
					won += x->value < y->value ? 1 : x->value == y->value ? 0.5 : 0;
			}
		double auc = won / (double)(s.controls * s.downloads);
		g_assert_cmpfloat_with_epsilon(truth_auc(&s), MAX(auc, 1 - auc), 1e-12);
		truth_sample_clear(&s);
	}
}

static void test_empty(void)
{
	static const char *const texts[] = {"", "cc", "d"};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct truth_sample s;
		make_sample(&s, texts[i]);
		g_assert_true(isnan(truth_auc(&s)));
		g_assert_false(truth_cut_by(&s, TRUTH_BY_YOUDEN, 0).valid);
		g_assert_true(isnan(truth_bootstrap(&s, 10, 1).auc_low));
		truth_sample_clear(&s);
	}
}

static void test_criteria(void)
{
	static const struct {
		const char *text;
		enum truth_criterion criterion;
		double max_fp, threshold, low, high;
		uint64_t fp, fn;
	} rows[] = {
		{"cccddd", TRUTH_BY_YOUDEN, 0, 30, 30, 40, 0, 0},
		{"cccdcddd", TRUTH_BY_YOUDEN, 0, 30, 30, 40, 0, 1}, /* and not 50, which is as good */
		{"cdccccddd", TRUTH_BY_YOUDEN, 0, 60, 60, 70, 1, 0},
		{"cdccccddd", TRUTH_BY_MAX_FP, 0, 10, 10, 20, 0, 4},
		{"cdccccddd", TRUTH_BY_MAX_FP, 0.25, 60, 60, 70, 1, 0},
		{"cddddddcc", TRUTH_BY_ERRORS, 0, 80, 70, 80, 0, 1},
		{"cdddddc", TRUTH_BY_ERRORS, 0, 10, 10, 20, 0, 1},
		{"dddcc", TRUTH_BY_YOUDEN, 0, 40, 30, 40, 0, 0}, /* control is high: from the threshold on */
		{"dddcdcc", TRUTH_BY_MAX_FP, 0, 60, 50, 60, 0, 1},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct truth_sample s;
		make_sample(&s, rows[i].text);
		struct truth_cut cut = truth_cut_by(&s, rows[i].criterion, rows[i].max_fp);
		g_test_message("%s %s", rows[i].text, truth_criterion_name(rows[i].criterion));
		g_assert_true(cut.valid);
		g_assert_cmpfloat(cut.threshold, ==, rows[i].threshold);
		g_assert_cmpfloat(cut.low, ==, rows[i].low);
		g_assert_cmpfloat(cut.high, ==, rows[i].high);
		g_assert_cmpint(cut.false_positives.k, ==, rows[i].fp);
		g_assert_cmpint(cut.false_negatives.k, ==, rows[i].fn);
		truth_sample_clear(&s);
	}
}

static void test_roundest(void)
{
	static const struct {
		double low, high;
		bool open_low;
		double roundest;
	} rows[] = {
		{59.6, 128.8, false, 100},
		{171.2, 290.6, false, 200},
		{123.45, 124.1, false, 124},
		{0.37, 0.42, false, 0.4},
		{100, 101, false, 100},
		{100, 101, true, 101},
		{99, 100, true, 100},
		{7, 9, false, 8},
		{0, 5, false, 0},
		{-20, 30, false, 0},
		{1234.5, 1234.6, false, 1234.5},
		{1234.5, 1234.6, true, 1234.6},
		{5, INFINITY, false, 5},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		g_test_message("%g %g", rows[i].low, rows[i].high);
		g_assert_cmpfloat_with_epsilon(truth_roundest(rows[i].low, rows[i].high, rows[i].open_low),
					       rows[i].roundest, 1e-9);
	}
}

static void test_curve(void)
{
	struct truth_sample s;
	make_sample(&s, "cdcd");
	g_autoptr(GArray) curve = truth_curve(&s);
	static const uint64_t points[][2] = {{0, 0}, {0, 1}, {1, 1}, {1, 2}, {2, 2}};
	g_assert_cmpint(curve->len, ==, G_N_ELEMENTS(points));
	for (guint i = 0; i < MIN(curve->len, G_N_ELEMENTS(points)); i++) {
		const struct truth_point *p = &g_array_index(curve, struct truth_point, i);
		g_assert_cmpint(p->false_positives, ==, points[i][0]);
		g_assert_cmpint(p->true_positives, ==, points[i][1]);
	}
	truth_sample_clear(&s);
}

static void test_overlap(void)
{
	struct truth_sample s;
	make_sample(&s, "ccdcdd");
	struct truth_overlap o = truth_overlap(&s);
	g_assert_cmpfloat(o.low, ==, 30);
	g_assert_cmpfloat(o.high, ==, 40);
	g_assert_cmpint(o.controls, ==, 1);
	g_assert_cmpint(o.downloads, ==, 1);
	truth_sample_clear(&s);
	make_sample(&s, "ccdd");
	o = truth_overlap(&s);
	g_assert_cmpint(o.controls + o.downloads, ==, 0);
	truth_sample_clear(&s);
}

static void test_bootstrap(void)
{
	struct truth_sample s, one;
	make_sample(&s, "ccccccdcccdcddcddddddd");
	struct truth_bootstrap a = truth_bootstrap(&s, 500, 7), b = truth_bootstrap(&s, 500, 7);
	struct truth_bootstrap c = truth_bootstrap(&s, 500, 8);
	g_assert_true(a.auc_low == b.auc_low && a.auc_high == b.auc_high);
	g_assert_true(a.threshold_low == b.threshold_low && a.threshold_high == b.threshold_high);
	g_assert_false(a.auc_low == c.auc_low && a.auc_high == c.auc_high);
	g_assert_cmpfloat(a.auc_low, <, truth_auc(&s));
	g_assert_cmpfloat(a.auc_high, >, truth_auc(&s));
	g_assert_cmpfloat(a.threshold_low, <=, a.threshold_high);
	truth_sample_clear(&s);

	/* a service is drawn as a whole: of two, either both are there or one class is not */
	make_sample(&one, "ccccdddd");
	for (guint i = 0; i < one.values->len; i++)
		g_array_index(one.values, struct truth_value, i).cluster = i / 4;
	a = truth_bootstrap(&one, 100, 1);
	g_assert_cmpfloat(a.auc_low, ==, 1);
	g_assert_cmpfloat(a.threshold_low, ==, a.threshold_high);
	truth_sample_clear(&one);
}

/* ---- calibration by a log ---- */

struct study {
	struct truth_set set;
	struct truth_log log;
	GArray *hosts;
	double next_s; /* start of the next session */
	guint port;
};

static void study_init(struct study *s)
{
	*s = (struct study){.next_s = 0, .port = 1024};
	truth_set_init(&s->set);
	truth_log_init(&s->log);
	truth_set_begin_run(&s->set);
}

/* A session with a mean packet length of `mean` bytes, and its line in the log. */
static void study_add(struct study *s, guint server, guint port, guint mean, bool in_log)
{
	g_autofree char *key = g_strdup_printf("10.0.0.5:%u > 192.0.2.%u:%u/tcp", ++s->port, server, port);
	struct truths_session session = {
		key,          s->next_s, s->next_s + 1, .up = 100, .down = 20 * (uint64_t)mean - 100 + s->port % 2,
		.packets = 20};
	truths_add(&s->set, &session);
	if (in_log)
		truths_entry(&s->log, key, s->next_s + 1.2);
	s->next_s += 2;
}

static void study_match(struct study *s)
{
	const struct truth_match_options options = {SECOND, TRUTH_AT_END};
	truth_set_end_run(&s->set);
	g_autoptr(GArray) matches = truth_match(&s->set, &s->log, &options);
	truth_take_matches(&s->set, matches);
	s->hosts = truth_hosts_of_log(&s->log, truths_rule()->inside);
}

static void study_clear(struct study *s)
{
	truth_set_clear(&s->set);
	truth_log_clear(&s->log);
	g_array_unref(s->hosts);
}

static void study_find(struct study *s, struct truth_calibrate_options *options, struct truth_finding *found,
		       struct truth_left *left)
{
	struct truth_cases cases;
	struct truth_sample sample;
	options->hosts = s->hosts;
	options->max_error = 0.1;
	options->count_retransmissions = true;
	truth_cases_init(&cases, &s->set, options);
	truth_sample_init(&sample, truth_case_values(&cases, &s->set, truth_measure_find("mean-payload"), options),
			  NULL);
	*found = truth_find(&sample, options);
	*left = truth_leave_ports(&sample, options);
	truth_sample_clear(&sample);
	truth_cases_clear(&cases);
}

/* One year control lies under 100 bytes, another under 200. */
static void test_two_years(void)
{
	static const guint longest[] = {60, 180};
	static const double thresholds[] = {100, 200};
	for (int year = 0; year < 2; year++) {
		struct study s;
		struct truth_calibrate_options options = {0};
		struct truth_finding found;
		struct truth_left left;
		study_init(&s);
		for (guint i = 0; i < 20; i++) {
			study_add(&s, i % 4, 6667, 40 + (longest[year] - 40) * i / 19, false);
			study_add(&s, 10 + i % 4, 80, (year ? 260 : 140) + 20 * i, true);
		}
		study_match(&s);
		study_find(&s, &options, &found, &left);
		g_assert_cmpint(found.controls, ==, 20);
		g_assert_cmpint(found.downloads, ==, 20);
		g_assert_cmpint(found.separation, ==, TRUTH_SEPARATION_CLEAN);
		g_assert_cmpfloat(found.cut[TRUTH_BY_YOUDEN].threshold, ==, thresholds[year]);
		g_assert_cmpint(left.n, ==, 0);
		study_clear(&s);
	}
}

/* Pages among the sessions that are not in the log do not hide the gap; the same spread all over does. */
static void test_gap(void)
{
	for (int spread = 0; spread < 2; spread++) {
		struct study s;
		struct truth_calibrate_options options = {0};
		struct truth_finding found;
		struct truth_left left;
		study_init(&s);
		for (guint i = 0; i < 20; i++) {
			study_add(&s, i % 4, 80, spread ? 40 + 30 * i : 40 + i, false);
			study_add(&s, 10 + i % 4, 80, (spread ? 60 : 140) + 20 * i, true);
			if (!spread && i % 2)
				study_add(&s, 20, 80, 300 + i, false);
		}
		study_match(&s);
		study_find(&s, &options, &found, &left);
		g_assert_cmpint(found.separation, ==, spread ? TRUTH_SEPARATION_NONE : TRUTH_SEPARATION_GAP);
		g_assert_cmpint(left.n, ==, 0);
		study_clear(&s);
	}
}

/* None separates, until ports 80 and 443 are left out. */
static void test_left_ports(void)
{
	struct study s;
	struct truth_calibrate_options options = {0};
	struct truth_finding found;
	struct truth_left left;
	study_init(&s);
	for (guint i = 0; i < 10; i++) {
		study_add(&s, 1, i % 2 ? 80 : 443, 100 + 40 * i, false);
		study_add(&s, 2, i % 2 ? 80 : 443, 110 + 40 * i, true);
		study_add(&s, 3, 6667, 40 + i, false);
		study_add(&s, 4, 18080, 300 + i, true);
	}
	study_match(&s);
	study_find(&s, &options, &found, &left);
	g_assert_cmpint(found.separation, ==, TRUTH_SEPARATION_NONE);
	g_assert_cmpint(left.n, ==, 2);
	g_assert_cmpint(MIN(left.port[0], left.port[1]), ==, 80);
	g_assert_cmpint(MAX(left.port[0], left.port[1]), ==, 443);
	g_assert_cmpint(left.finding.separation, ==, TRUTH_SEPARATION_CLEAN);
	g_assert_cmpfloat(left.finding.cut[TRUTH_BY_YOUDEN].threshold, ==, 100);
	/* the same, asked for */
	g_autoptr(GArray) ports = g_array_new(FALSE, FALSE, sizeof(uint16_t));
	static const uint16_t numbers[] = {80, 443};
	g_array_append_vals(ports, numbers, 2);
	options.leave_ports = ports;
	study_find(&s, &options, &found, &left);
	g_assert_cmpint(found.controls, ==, 10);
	g_assert_cmpint(found.separation, ==, TRUTH_SEPARATION_CLEAN);
	study_clear(&s);
}

/* ---- calibration by labels ---- */

static void test_sides(void)
{
	static const struct {
		const char *label;
		int against_downloads, against_rest; /* 1 control, 0 download, -1 neither */
	} rows[] = {
		{"c2", 1, 1},      {"c2+exfil", 1, 1},  {"download", 0, 0},       {"c2+download", -1, 1},
		{"benign", -1, 0}, {"unknown", -1, -1}, {"download+exfil", 0, 0},
	};
	static const char *const positive[] = {"c2", NULL}, *const negative[] = {"download", NULL};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
		for (int rest = 0; rest < 2; rest++) {
			struct study s;
			struct truth_cases cases;
			struct truth_log labels;
			study_init(&s);
			study_add(&s, 1, 80, 50, false);
			study_match(&s);
			truth_log_init(&labels);
			truths_entry(&labels, "10.0.0.5:1025 > 192.0.2.1:80/tcp", 0);
			g_array_index(labels.entries, struct truth_entry, 0).text[TRUTH_FIELD_LABEL] = rows[i].label;
			truth_set_at(&s.set, 0)->label = 0;
			const struct truth_calibrate_options options = {
				.labels = &labels, .positive = positive, .negative = rest ? NULL : negative};
			truth_cases_init(&cases, &s.set, &options);
			int expected = rest ? rows[i].against_rest : rows[i].against_downloads;
			g_test_message("%s %d", rows[i].label, rest);
			g_assert_cmpint(cases.all->len, ==, expected >= 0);
			g_assert_cmpint(cases.left_out, ==, expected < 0);
			if (expected >= 0 && cases.all->len == 1)
				g_assert_true(g_array_index(cases.all, struct truth_case, 0).control == expected);
			truth_cases_clear(&cases);
			truth_log_clear(&labels);
			study_clear(&s);
		}
}

/* A service with a thousand check-ins counts once, by its median. */
static void test_by_service(void)
{
	struct study s;
	struct truth_cases cases;
	struct truth_calibrate_options options = {.by_service = true};
	study_init(&s);
	for (guint i = 0; i < 100; i++)
		study_add(&s, 1, 80, 20 + i, false);
	study_add(&s, 2, 80, 500, true);
	study_match(&s);
	options.hosts = s.hosts;
	truth_cases_init(&cases, &s.set, &options);
	g_autoptr(GArray) values = truth_case_values(&cases, &s.set, truth_measure_find("mean-payload"), &options);
	g_assert_cmpint(values->len, ==, 2);
	g_assert_cmpfloat_with_epsilon(g_array_index(values, struct truth_value, 0).value, 69.5, 0.1);
	truth_cases_clear(&cases);
	study_clear(&s);
}

static void test_measures(void)
{
	static const struct {
		const char *name;
		double value;
	} rows[] = {
		{"mean-payload", 50}, {"mean-ip", 90}, {"mean-frame", 104},
		{"received", 900},    {"sent", 100},   {"received-per-sent", 901.0 / 101},
		{"duration", 2.5},    {"packets", 20}, {"turns", 0},
	};
	const struct truths_session session = {
		"10.0.0.5:1025 > 192.0.2.1:80/tcp", 0, 2.5, .up = 100, .down = 900, .packets = 20};
	struct truth_set set;
	truths_set(&set, &session, 1);
	g_assert_cmpint(truth_n_measures, ==, G_N_ELEMENTS(rows));
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		const struct truth_measure *measure = truth_measure_find(rows[i].name);
		g_assert_nonnull(measure);
		g_assert_cmpfloat_with_epsilon(measure->get(truth_set_at(&set, 0), true), rows[i].value, 1e-9);
	}
	g_assert_null(truth_measure_find("colour"));
	truth_set_clear(&set);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/calibrate/auc", test_auc);
	g_test_add_func("/calibrate/auc-by-pairs", test_auc_by_pairs);
	g_test_add_func("/calibrate/empty", test_empty);
	g_test_add_func("/calibrate/criteria", test_criteria);
	g_test_add_func("/calibrate/roundest", test_roundest);
	g_test_add_func("/calibrate/curve", test_curve);
	g_test_add_func("/calibrate/overlap", test_overlap);
	g_test_add_func("/calibrate/bootstrap", test_bootstrap);
	g_test_add_func("/calibrate/two-years", test_two_years);
	g_test_add_func("/calibrate/gap", test_gap);
	g_test_add_func("/calibrate/left-ports", test_left_ports);
	g_test_add_func("/calibrate/sides", test_sides);
	g_test_add_func("/calibrate/by-service", test_by_service);
	g_test_add_func("/calibrate/measures", test_measures);
	return g_test_run();
}
