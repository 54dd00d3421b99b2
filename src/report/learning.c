#include "report/learning.h"

#include <math.h>
#include <string.h>

#include "base/net.h"
#include "report/names.h"

const char *const report_learning_ids[] = {"learned",     "quality", "levels",    "days",   "families", "confidence",
					   "reliability", "risks",   "not-first", "missed", "false",    NULL};

enum { RELIABILITY_BINS = 5 };

static struct report_table *new_table(GPtrArray *tables, const char *id, const char *title, bool is_list,
				      const char *const columns[][2])
{
	struct report_table *t = report_table_new(id, title, is_list);
	for (int i = 0; columns[i][0]; i++)
		report_table_column(t, columns[i][0], columns[i][1]);
	g_ptr_array_add(tables, t);
	return t;
}

/* A control service that is measured by. */
static bool is_control(const struct example *e)
{
	return e->is_measured && e->class == LEARN_CONTROL;
}

static double medium(const struct report_learning *l)
{
	return l->model->level[MODEL_MEDIUM];
}

/* ---- what it is about ---- */

static void add_facts(const struct report_learning *l, GPtrArray *tables)
{
	struct report_table *t = report_table_new_facts("learned", "What this is about");
	guint measured = 0, control = 0;
	for (guint i = 0; i < l->set->examples->len; i++) {
		measured += learn_set_at(l->set, i)->is_measured;
		control += is_control(learn_set_at(l->set, i));
	}
	const struct {
		const char *what;
		guint n;
	} counts[] = {{"captures to measure by", l->captures},
		      {"captures to learn from only", l->lessons},
		      {"lines of labels, one a service", l->services},
		      {"of these, found in the captures", l->found},
		      {"services to measure by", measured},
		      {"control services among them", control},
		      {"lines of labels that could not be read", l->faults},
		      {"services scored, benign days included", l->set->examples->len},
		      {"groups (families that share captures are one)", l->set->groups}};
	g_ptr_array_add(tables, t);
	for (gsize i = 0; i < G_N_ELEMENTS(counts); i++) {
		report_table_text(t, counts[i].what);
		report_table_count(t, counts[i].n);
	}
	report_table_note(
		t, l->is_held_out ? "Every service was scored by a model fitted without its group, the whole of it."
				  : "Services were scored by the model as it is. Where it was fitted to the same, this "
				    "says little: see tanpa train.");
}

static void add_interval(struct report_table *t, struct learn_interval interval)
{
	if (isnan(interval.value))
		report_table_none(t);
	else
		report_table_printf(t, "%.3f (%.3f to %.3f)", interval.value, interval.low, interval.high);
}

/* Events in so many host-days. */
static void add_per_day(struct report_table *t, uint64_t events, double host_days)
{
	double low, high;
	truth_count_interval(events, &low, &high);
	if (host_days > 0)
		report_table_printf(t, "%.2f (%.2f to %.2f)", (double)events / host_days, low / host_days,
				    high / host_days);
	else
		report_table_none(t);
}

static void add_quality(const struct report_learning *l, GPtrArray *tables)
{
	static const char *const columns[][2] = {{"by", "ranked by"},
						 {"auc_download", "AUC, c2 against download"},
						 {"auc_all", "AUC, c2 against everything else"},
						 {"average_precision", "average precision"},
						 {"first", "control ranked first"},
						 {"first_three", "among the first three"},
						 {"false_findings", "false findings"},
						 {"per_host_day", "per benign host-day"},
						 {NULL, NULL}};
	struct report_table *t = new_table(tables, "quality", "How well it finds control", false, columns);
	struct learn_quality q = {0};
	for (enum learn_measure m = 0; m < LEARN_N_MEASURES; m++) {
		q = learn_quality(l->set, m);
		report_table_text(t, learn_measure_name(m));
		add_interval(t, q.auc_download);
		add_interval(t, q.auc_all);
		add_interval(t, q.precision);
		report_table_rate(t, q.first.k, q.first.n);
		report_table_rate(t, q.first_three.k, q.first_three.n);
		bool can_be_false = q.days > 0 && !isnan(q.level);
		if (can_be_false)
			report_table_count(t, q.false_findings);
		else
			report_table_none(t);
		add_per_day(t, can_be_false ? q.false_findings : 0, can_be_false ? q.host_days : 0);
	}
	report_table_note(t, "%u control services, %u others, of these %u downloads; every service weighs the same.",
			  q.controls, q.others, q.downloads);
	report_table_note(t, "In brackets: 95 %% intervals, over groups drawn again with replacement.");
	report_table_note(t, "Ranked first: captures with control and something else; a tie counts as lost.");
	if (q.days > 0)
		report_table_note(
			t,
			"False findings: at the value where 80 %% of the answered control services are reported; over "
			"%u benign days, %.2f host-days.",
			q.days, q.host_days);
}

/* ---- parts of the whole ---- */

static void add_days(const struct report_learning *l, GPtrArray *tables)
{
	static const char *const columns[][2] = {{"day", NULL},
						 {"host_days", "host-days"},
						 {"services", NULL},
						 {"low", "findings, low or above"},
						 {"medium", "medium or above"},
						 {"high", NULL},
						 {NULL, NULL}};
	struct report_table *t = new_table(tables, "days", "Benign days", false, columns);
	for (guint run = 0; run < l->set->runs->len; run++) {
		const struct learn_run *r = &g_array_index(l->set->runs, struct learn_run, run);
		uint64_t services = 0, at[MODEL_N_LEVELS] = {0};
		if (!r->is_day)
			continue;
		for (guint i = 0; i < l->set->examples->len; i++) {
			const struct example *e = learn_set_at(l->set, i);
			services += e->run == run;
			for (int level = 0; level < MODEL_N_LEVELS; level++)
				at[level] += e->run == run && e->score >= l->model->level[level];
		}
		report_table_text(t, r->name);
		report_table_number(t, r->host_days, 2);
		report_table_count(t, services);
		for (int level = 0; level < MODEL_N_LEVELS; level++)
			report_table_count(t, at[level]);
	}
}

/* What is reported at each level, by packets and by flows alone. */
static void add_levels(const struct report_learning *l, GPtrArray *tables)
{
	static const char *const columns[][2] = {{"by", NULL},
						 {"severity", NULL},
						 {"score", "from"},
						 {"reported", "of the answered control services"},
						 {"right", "control, of what is reported"},
						 {NULL, NULL}};
	struct report_table *t = new_table(tables, "levels", "What the severities are worth", false, columns);
	for (int flows = 0; flows < 2; flows++)
		for (int level = MODEL_HIGH; level >= MODEL_LOW; level--) {
			uint64_t answered = 0, found = 0, right = 0, reported = 0;
			for (guint i = 0; i < l->set->examples->len; i++) {
				const struct example *e = learn_set_at(l->set, i);
				bool is_over = (flows ? e->flow_score : e->score) >= l->model->level[level];
				answered += is_control(e) && e->answered;
				found += is_control(e) && e->answered && is_over;
				right += is_control(e) && is_over;
				reported += e->is_measured && is_over;
			}
			report_table_text(t, learn_measure_name(flows ? LEARN_BY_FLOWS : LEARN_BY_MODEL));
			report_table_text(t, finding_severity_name((enum model_level)level));
			report_table_number(t, l->model->level[level], 3);
			report_table_rate(t, found, answered);
			report_table_rate(t, right, reported);
		}
}

/* Control services by a word of their label: how many are reported. */
static void add_parts(const struct report_learning *l, GPtrArray *tables, const char *id, const char *title,
		      const char *(*word)(const struct learn_label *))
{
	const char *const columns[][2] = {{id, NULL},
					  {"control", "control services"},
					  {"answered", "of these, answered"},
					  {"reported", "reported (medium or above)"},
					  {"listed", "low or above"},
					  {NULL, NULL}};
	struct report_table *t = new_table(tables, id, title, false, columns);
	g_autoptr(GPtrArray) words = g_ptr_array_new();
	for (guint i = 0; i < l->set->examples->len; i++) {
		const struct example *e = learn_set_at(l->set, i);
		if (is_control(e) && !g_ptr_array_find_with_equal_func(words, word(e->label), g_str_equal, NULL))
			g_ptr_array_add(words, (gpointer)word(e->label));
	}
	for (guint w = 0; w < words->len; w++) {
		uint64_t control = 0, answered = 0, reported = 0, listed = 0;
		for (guint i = 0; i < l->set->examples->len; i++) {
			const struct example *e = learn_set_at(l->set, i);
			if (!is_control(e) || strcmp(word(e->label), g_ptr_array_index(words, w)) != 0)
				continue;
			control++;
			answered += e->answered;
			reported += e->score >= medium(l);
			listed += e->score >= l->model->level[MODEL_LOW];
		}
		report_table_text(t, g_ptr_array_index(words, w));
		report_table_count(t, control);
		report_table_count(t, answered);
		report_table_share(t, reported, control);
		report_table_share(t, listed, control);
	}
}

static const char *family_of(const struct learn_label *label)
{
	return label->family;
}

static const char *confidence_of(const struct learn_label *label)
{
	return label->confidence;
}

static void add_reliability(const struct report_learning *l, GPtrArray *tables)
{
	static const char *const columns[][2] = {{"score", NULL},
						 {"services", NULL},
						 {"mean_score", "mean score, %"},
						 {"control", "of these, control"},
						 {NULL, NULL}};
	static const double from[RELIABILITY_BINS + 1] = {0, .05, .2, .5, .8, 1.01};
	struct report_table *t = new_table(tables, "reliability", "Is a score of 0.2 right one time in five?", false,
					   columns);
	for (int bin = 0; bin < RELIABILITY_BINS; bin++) {
		uint64_t n = 0, control = 0;
		double sum = 0;
		for (guint i = 0; i < l->set->examples->len; i++) {
			const struct example *e = learn_set_at(l->set, i);
			if (!(e->is_measured || e->is_day) || e->apart_score < from[bin] ||
			    e->apart_score >= from[bin + 1])
				continue;
			n++;
			control += is_control(e);
			sum += e->apart_score;
		}
		report_table_printf(t, "%g to %g", from[bin], MIN(from[bin + 1], 1));
		report_table_count(t, n);
		report_table_number(t, 100 * sum / (double)n, 0);
		report_table_rate(t, control, n);
	}
}

/* What libndpi says of control and of others; no table when it was not asked. */
static void add_risks(const struct report_learning *l, GPtrArray *tables)
{
	enum { CONTROL, DOWNLOAD, OTHERS, N_SIDES };
	static const char *const columns[][2] = {{"risk", NULL},
						 {"control", NULL},
						 {"downloads", NULL},
						 {"others", "others that are not control"},
						 {NULL, NULL}};
	uint32_t of[N_SIDES] = {0}, with[TANPA_N_RISKS][N_SIDES] = {0};
	for (guint i = 0; i < l->set->examples->len; i++) {
		const struct example *e = learn_set_at(l->set, i);
		int side = is_control(e) ? CONTROL : e->class == LEARN_DOWNLOAD ? DOWNLOAD : OTHERS;
		if (!e->is_measured || !e->has_insight)
			continue;
		of[side]++;
		for (int risk = 0; risk < TANPA_N_RISKS; risk++)
			with[risk][side] += e->risks >> risk & 1;
	}
	if (of[CONTROL] + of[DOWNLOAD] + of[OTHERS] == 0)
		return;
	struct report_table *t = new_table(tables, "risks", "What libndpi finds questionable", false, columns);
	for (uint8_t risk = 0; risk < TANPA_N_RISKS; risk++) {
		if (with[risk][CONTROL] + with[risk][DOWNLOAD] + with[risk][OTHERS] == 0)
			continue;
		report_table_text(t, report_risk_words(risk));
		for (int side = 0; side < N_SIDES; side++)
			report_table_rate(t, with[risk][side], of[side]);
	}
}

/* ---- failures, one by one ---- */

static void add_server(struct report_table *t, const struct example *e)
{
	char server[NET_TEXT];
	report_table_printf(t, strchr(net_address_text(e->server, server), ':') ? "[%s]:%u" : "%s:%u", server, e->port);
}

static void add_service(struct report_table *t, const struct report_learning *l, const struct example *e)
{
	char host[NET_TEXT];
	report_table_text(t, g_array_index(l->set->runs, struct learn_run, e->run).name);
	report_table_text(t, net_address_text(e->host, host));
	add_server(t, e);
}

/* What spoke most against control, by the model that looks at the channel. */
static void add_against(struct report_table *t, const struct report_learning *l, const struct example *e)
{
	const struct model_part *part = &l->model->part[e->looked_into ? FEATURE_OF_PACKETS : FEATURE_OF_FLOWS];
	g_autoptr(GString) text = g_string_new(NULL);
	bool said[N_FEATURES] = {false};
	for (int i = 0; i < 3; i++) {
		enum feature worst = N_FEATURES;
		for (enum feature f = 0; f < N_FEATURES; f++)
			if (!said[f] && model_effect(part, &e->features, f) < 0 &&
			    (worst == N_FEATURES ||
			     model_effect(part, &e->features, f) < model_effect(part, &e->features, worst)))
				worst = f;
		if (worst == N_FEATURES)
			break;
		said[worst] = true;
		double value = e->features.value[worst];
		const char *choice = feature_scale(worst)->choices ? feature_choice(worst, value) : NULL;
		g_string_append_printf(text, "%s%s ", text->len ? "; " : "", feature_info(worst)->name);
		if (choice)
			g_string_append(text, choice);
		else if (isnan(value))
			g_string_append(text, "unknown");
		else
			g_string_append_printf(text, "%.4g", value);
	}
	report_table_text(t, text->str);
}

static const struct example *best_of(const struct learn_set *set, guint run, bool control)
{
	const struct example *best = NULL;
	for (guint i = 0; i < set->examples->len; i++) {
		const struct example *e = learn_set_at(set, i);
		if (e->run == run && e->is_measured && is_control(e) == control &&
		    (best == NULL || e->score > best->score))
			best = e;
	}
	return best;
}

static void add_not_first(const struct report_learning *l, GPtrArray *tables)
{
	static const char *const columns[][2] = {
		{"capture", NULL}, {"host", NULL},        {"service", "best control service"}, {"rank", NULL},
		{"score", NULL},   {"above", "above it"}, {"above_label", "which is"},         {"above_score", "score"},
		{NULL, NULL}};
	struct report_table *t = new_table(tables, "not-first", "Captures where control is not ranked first", true,
					   columns);
	for (guint run = 0; run < l->set->runs->len; run++) {
		guint rank = learn_rank(l->set, run, LEARN_BY_MODEL);
		if (rank < 2)
			continue;
		const struct example *control = best_of(l->set, run, true), *other = best_of(l->set, run, false);
		add_service(t, l, control);
		report_table_count(t, rank);
		report_table_number(t, control->score, 3);
		add_server(t, other);
		report_table_text(t, other->label->label);
		report_table_number(t, other->score, 3);
	}
}

static gint compare_up(gconstpointer a, gconstpointer b)
{
	double x = (*(const struct example *const *)a)->score, y = (*(const struct example *const *)b)->score;
	return (x > y) - (x < y);
}

static void add_missed(const struct report_learning *l, GPtrArray *tables)
{
	static const char *const columns[][2] = {
		{"capture", NULL},    {"host", NULL},         {"service", NULL}, {"family", NULL},
		{"confidence", NULL}, {"what", "what it is"}, {"score", NULL},   {"against", "what speaks against it"},
		{NULL, NULL}};
	struct report_table *t = new_table(tables, "missed", "Control services that are not reported (below medium)",
					   true, columns);
	g_autoptr(GPtrArray) missed = g_ptr_array_new();
	for (guint i = 0; i < l->set->examples->len; i++)
		if (is_control(learn_set_at(l->set, i)) && learn_set_at(l->set, i)->score < medium(l))
			g_ptr_array_add(missed, learn_set_at(l->set, i));
	g_ptr_array_sort(missed, compare_up);
	for (guint i = 0; i < missed->len; i++) {
		const struct example *e = g_ptr_array_index(missed, i);
		add_service(t, l, e);
		report_table_text(t, e->label->family);
		report_table_text(t, e->label->confidence);
		report_table_text(t, e->label->evidence);
		report_table_number(t, e->score, 3);
		add_against(t, l, e);
	}
}

static void add_false(const struct report_learning *l, GPtrArray *tables)
{
	static const char *const columns[][2] = {{"capture", "capture or day"},
						 {"host", NULL},
						 {"service", NULL},
						 {"label", NULL},
						 {"what", NULL},
						 {"sessions", NULL},
						 {"request", NULL},
						 {"score", NULL},
						 {NULL, NULL}};
	struct report_table *t = new_table(tables, "false", "Other services that are reported (medium or above)", true,
					   columns);
	g_autoptr(GPtrArray) wrong = g_ptr_array_new();
	for (guint i = 0; i < l->set->examples->len; i++) {
		struct example *e = learn_set_at(l->set, i);
		if ((e->is_measured || e->is_day) && !is_control(e) && e->score >= medium(l))
			g_ptr_array_add(wrong, e);
	}
	g_ptr_array_sort(wrong, compare_up);
	for (guint i = wrong->len; i > 0; i--) {
		const struct example *e = g_ptr_array_index(wrong, i - 1);
		const char *request = feature_choice(FEATURE_REQUEST, e->features.value[FEATURE_REQUEST]);
		add_service(t, l, e);
		report_table_text(t, e->label ? e->label->label : "benign day");
		report_table_text(t, e->label ? e->label->evidence : NULL);
		report_table_number(t, e->features.value[FEATURE_SESSIONS], 0);
		report_table_text(t, request ? request
					     : feature_choice(FEATURE_PROTOCOL, e->features.value[FEATURE_PROTOCOL]));
		report_table_number(t, e->score, 3);
	}
}

void report_learning_tables(const struct report_learning *l, GPtrArray *tables)
{
	add_facts(l, tables);
	add_quality(l, tables);
	add_levels(l, tables);
	add_days(l, tables);
	add_parts(l, tables, "families", "By family", family_of);
	add_parts(l, tables, "confidence", "By confidence of the label", confidence_of);
	add_reliability(l, tables);
	add_risks(l, tables);
	add_not_first(l, tables);
	add_missed(l, tables);
	add_false(l, tables);
}
