#include "report/calibration.h"

#include <math.h>

const char *const report_calibration_ids[] = {"summary", "verdict", "thresholds", "parts", "measures", "roc", NULL};

/* ---- head ---- */

static void add_fact(struct report_table *t, const char *what, uint64_t count)
{
	report_table_text(t, what);
	report_table_count(t, count);
}

static void add_summary(const struct report_calibration *c, GPtrArray *tables)
{
	struct report_table *t = report_table_new_facts("summary", "Calibration");
	const char *unit = c->options->by_service ? "services" : "sessions";
	g_autofree char *control = g_strdup_printf("control: %s %s", unit, c->control_words);
	g_autofree char *downloads = g_strdup_printf("downloads: %s %s", unit, c->download_words);
	g_ptr_array_add(tables, t);
	report_table_text(t, "measure");
	report_table_printf(t, "%s%s%s", c->measure->words, *c->measure->unit ? ", " : "", c->measure->unit);
	add_fact(t, control, c->all.controls);
	add_fact(t, downloads, c->all.downloads);
	add_fact(t, "sessions of neither", c->cases->left_out);
	if (c->options->leave_ports)
		add_fact(t, "sessions left out by port", c->cases->left_by_port);
	report_table_note(t, "Control is where the measure is %s.", c->all.high_is_control ? "high" : "low");
	if (c->options->labels == NULL)
		report_table_note(
			t, "A log does not know control. What is taken for it still has pages and files in it that no "
			   "collector keeps.");
}

/* ---- verdict ---- */

/* "80 and 443" */
static char *ports_text(const struct truth_left *left)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < left->n; i++)
		g_string_append_printf(text, "%s%u", i == 0 ? "" : i + 1 == left->n ? " and " : ", ", left->port[i]);
	return g_string_free(text, FALSE);
}

static void add_yes_no(struct report_table *t, const struct truth_finding *f)
{
	if (f->separation == TRUTH_SEPARATION_EMPTY)
		report_table_none(t);
	else
		report_table_text(t, f->separation > TRUTH_SEPARATION_NONE ? "yes" : "no");
}

static void add_separation(struct report_table *t, const char *what, const struct truth_finding *f, const char *ports)
{
	const struct truth_cut *cut = &f->cut[TRUTH_BY_YOUDEN];
	const struct truth_overlap *o = &f->overlap;
	report_table_text(t, what);
	report_table_text(t, ports);
	add_yes_no(t, f);
	report_table_text(t, truth_separation_words(f->separation));
	report_table_number(t, cut->valid ? cut->threshold : NAN, REPORT_SHORTEST);
	report_table_number(t, o->controls + o->downloads ? o->low : NAN, 1);
	report_table_number(t, o->controls + o->downloads ? o->high : NAN, 1);
	report_table_share(t, o->controls, f->controls);
	report_table_share(t, o->downloads, f->downloads);
}

static void add_verdict(const struct report_calibration *c, GPtrArray *tables)
{
	struct report_table *t = report_table_new("verdict", "Does a threshold separate them?", false);
	g_ptr_array_add(tables, t);
	report_table_column(t, "of", "");
	report_table_column(t, "without_ports", "without ports");
	report_table_column(t, "separates", NULL);
	report_table_column(t, "words", "in words");
	report_table_column(t, "threshold", NULL);
	report_table_column(t, "overlap_from", "both from");
	report_table_column(t, "overlap_to", "to");
	report_table_column(t, "overlap_control", "control in there");
	report_table_column(t, "overlap_downloads", "downloads in there");
	add_separation(t, "all", &c->all, NULL);
	for (guint i = 0; i < c->parts->len; i++) {
		const struct report_calibration_row *row = &g_array_index(c->parts, struct report_calibration_row, i);
		if (g_str_has_prefix(row->name, "host "))
			add_separation(t, row->name, &row->finding, NULL);
	}
	if (c->left.n) {
		g_autofree char *ports = ports_text(&c->left);
		add_separation(t, "the rest", &c->left.finding, ports);
		report_table_note(t, "Without ports %s a threshold separates the rest: %g.", ports,
				  c->left.finding.cut[TRUTH_BY_YOUDEN].threshold);
	} else if (c->all.separation == TRUTH_SEPARATION_NONE) {
		report_table_note(t, "Nor does one when up to %d ports are left out.", TRUTH_LEFT_PORTS);
	}
	report_table_note(t, "A threshold separates when it takes no more than %g %% of either class for the other%s.",
			  100 * c->options->max_error,
			  c->options->labels
				  ? ""
				  : ", or no more of the downloads, and lies in a gap a quarter wide or more in which "
				    "it changes next to nothing");
}

/* ---- thresholds ---- */

static void add_ends(struct report_table *t, const struct truth_cut *cut)
{
	report_table_number(t, cut->valid ? cut->low : NAN, 2);
	report_table_number(t, cut->valid ? cut->high : NAN, 2);
}

static void add_thresholds(const struct report_calibration *c, GPtrArray *tables)
{
	struct report_table *t = report_table_new("thresholds", "Thresholds by criterion", false);
	g_ptr_array_add(tables, t);
	report_table_column(t, "criterion", "");
	report_table_column(t, "threshold", NULL);
	report_table_column(t, "low", "same from");
	report_table_column(t, "high", "to");
	report_table_column(t, "false_positives", "downloads taken for control");
	report_table_column(t, "false_negatives", "control not found");
	for (int i = 0; i < TRUTH_N_CRITERIA; i++) {
		const struct truth_cut *cut = &c->all.cut[i];
		report_table_text(t, truth_criterion_name((enum truth_criterion)i));
		report_table_number(t, cut->valid ? cut->threshold : NAN, REPORT_SHORTEST);
		add_ends(t, cut);
		if (cut->valid) {
			report_table_rate(t, cut->false_positives.k, cut->false_positives.n);
			report_table_rate(t, cut->false_negatives.k, cut->false_negatives.n);
		} else {
			report_table_none(t);
			report_table_none(t);
		}
	}
	for (int i = 0; i < TRUTH_N_CRITERIA; i++)
		report_table_note(t, "%s: %s.", truth_criterion_name((enum truth_criterion)i),
				  truth_criterion_words((enum truth_criterion)i));
	const struct truth_bootstrap *b = &c->all.bootstrap;
	if (b->samples && !isnan(b->auc_low))
		report_table_note(
			t,
			"Bootstrap over services, %u times (seed %u), 95 %%: threshold by youden %.1f to %.1f, area "
			"under the ROC curve %.3f to %.3f.",
			b->samples, c->options->seed, b->threshold_low, b->threshold_high, b->auc_low, b->auc_high);
}

/* ---- measures, and parts of the sessions ---- */

static void add_findings(const char *id, const char *title, const char *column, const GArray *rows, GPtrArray *tables)
{
	struct report_table *t = report_table_new(id, title, false);
	g_ptr_array_add(tables, t);
	report_table_column(t, column, "");
	report_table_column(t, "control", NULL);
	report_table_column(t, "downloads", NULL);
	report_table_column(t, "auc", NULL);
	report_table_column(t, "auc_low", "from");
	report_table_column(t, "auc_high", "to");
	report_table_column(t, "side", "control is");
	report_table_column(t, "threshold", NULL);
	report_table_column(t, "threshold_low", "from");
	report_table_column(t, "threshold_high", "to");
	report_table_column(t, "false_positives", "downloads taken for control");
	report_table_column(t, "false_negatives", "control not found");
	report_table_column(t, "separates", NULL);
	for (guint i = 0; i < rows->len; i++) {
		const struct report_calibration_row *row = &g_array_index(rows, struct report_calibration_row, i);
		const struct truth_finding *f = &row->finding;
		const struct truth_cut *cut = &f->cut[TRUTH_BY_YOUDEN];
		report_table_text(t, row->name);
		report_table_count(t, f->controls);
		report_table_count(t, f->downloads);
		report_table_number(t, f->auc, 3);
		report_table_number(t, f->bootstrap.auc_low, 3);
		report_table_number(t, f->bootstrap.auc_high, 3);
		report_table_text(t, f->high_is_control ? "high" : "low");
		report_table_number(t, cut->valid ? cut->threshold : NAN, REPORT_SHORTEST);
		report_table_number(t, f->bootstrap.threshold_low, 1);
		report_table_number(t, f->bootstrap.threshold_high, 1);
		report_table_share(t, cut->false_positives.k, f->downloads);
		report_table_share(t, cut->valid ? cut->false_negatives.k : f->controls, f->controls);
		add_yes_no(t, f);
	}
	report_table_note(t, "auc: area under the ROC curve, 0.5 when the measure tells nothing. Thresholds by youden; "
			     "intervals by bootstrap over services, 95 %%.");
}

/* ---- the curve ---- */

/* Whether a threshold of whole bytes, or whatever the unit is, has this point and not the next. */
static bool is_at_whole(const GArray *curve, guint i)
{
	const struct truth_point *p = &g_array_index(curve, struct truth_point, i);
	return i == 0 || i + 1 == curve->len || floor(p[1].threshold) != floor(p->threshold);
}

struct report_table *report_calibration_curve(const struct report_calibration *c, guint most)
{
	struct report_table *t = report_table_new("roc", "ROC curve", true);
	g_autoptr(GArray) curve = truth_curve(c->sample);
	report_table_column(t, "threshold", NULL);
	report_table_column(t, "false_positives", NULL);
	report_table_column(t, "true_positives", NULL);
	report_table_column(t, "false_positive_rate", NULL);
	report_table_column(t, "true_positive_rate", NULL);
	for (guint i = 0; i < curve->len; i++) {
		const struct truth_point *p = &g_array_index(curve, struct truth_point, i);
		if (curve->len > most && !is_at_whole(curve, i))
			continue;
		report_table_number(t, p->threshold, REPORT_SHORTEST);
		report_table_count(t, p->false_positives);
		report_table_count(t, p->true_positives);
		report_table_number(t, (double)p->false_positives / (double)c->sample->downloads, 4);
		report_table_number(t, (double)p->true_positives / (double)c->sample->controls, 4);
	}
	return t;
}

void report_calibration_tables(const struct report_calibration *c, GPtrArray *tables)
{
	add_summary(c, tables);
	add_verdict(c, tables);
	add_thresholds(c, tables);
	add_findings("parts", "By host and by port", "of", c->parts, tables);
	add_findings("measures", "Every measure", "measure", c->measures, tables);
	g_ptr_array_add(tables, report_calibration_curve(c, G_MAXUINT));
}
