/* The profiles of the classes (6.2), and the verdicts against labels. */
#include <string.h>

#include "report/evaluation.h"

/* ---- profiles ---- */

static void add_edges(struct report_table *t, const double *edges, guint bins, const char *unit)
{
	for (guint i = 0; i < bins; i++) {
		g_autofree char *id = i + 1 < bins ? g_strdup_printf("up_to_%g", edges[i])
						   : g_strdup_printf("over_%g", edges[i - 1]);
		g_autofree char *title = i + 1 < bins ? g_strdup_printf("≤ %g%s", edges[i], unit)
						      : g_strdup_printf("> %g%s", edges[i - 1], unit);
		report_table_column(t, id, title);
	}
}

static struct report_table *new_quartiles(const char *id, const char *title, const double *edges, guint bins,
					  const char *unit)
{
	static const char *const names[] = {"min", "q1", "median", "q3", "max"};
	struct report_table *t = report_table_new(id, title, false);
	report_table_column(t, "class", "");
	report_table_column(t, "sessions", NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		report_table_column(t, names[i], NULL);
	add_edges(t, edges, bins, unit);
	return t;
}

static void add_quartiles(struct report_table *t, const struct truth_profile *p, const GArray *values, int digits,
			  const uint64_t *bin, guint bins)
{
	static const double quantiles[] = {0, 0.25, 0.5, 0.75, 1};
	report_table_text(t, p->name);
	report_table_count(t, values->len);
	for (gsize i = 0; i < G_N_ELEMENTS(quantiles); i++)
		report_table_number(t, truth_quantile(values, quantiles[i]), digits);
	for (guint i = 0; i < bins; i++)
		report_table_count(t, bin[i]);
}

static gint compare_by_count(gconstpointer a, gconstpointer b, gpointer user)
{
	gsize x = GPOINTER_TO_SIZE(g_hash_table_lookup(user, a)), y = GPOINTER_TO_SIZE(g_hash_table_lookup(user, b));
	if (x != y)
		return x > y ? -1 : 1;
	return (int)GPOINTER_TO_UINT(a) - (int)GPOINTER_TO_UINT(b);
}

/* "80 (187), 443 (12), 8080 (3), …" */
static char *most_used(GHashTable *ports)
{
	enum { SHOWN = 5 };
	GString *text = g_string_new(NULL);
	GList *keys = g_hash_table_get_keys(ports);
	keys = g_list_sort_with_data(keys, compare_by_count, ports);
	guint n = 0;
	for (GList *key = keys; key && n < SHOWN; key = key->next, n++)
		g_string_append_printf(text, "%s%u (%" G_GSIZE_FORMAT ")", n ? ", " : "", GPOINTER_TO_UINT(key->data),
				       GPOINTER_TO_SIZE(g_hash_table_lookup(ports, key->data)));
	if (g_hash_table_size(ports) > SHOWN)
		g_string_append_printf(text, " and %u more", g_hash_table_size(ports) - SHOWN);
	g_list_free(keys);
	return g_string_free(text, FALSE);
}

void report_evaluation_add_profiles(const struct report_evaluation *e, GPtrArray *tables)
{
	struct report_table *lengths = new_quartiles("profile-length", "Mean packet length of each class (6.2), bytes",
						     truth_length_edges, TRUTH_LENGTH_BINS, "");
	struct report_table *durations = new_quartiles("profile-duration", "Duration of each class (6.2), seconds",
						       truth_duration_edges, TRUTH_DURATION_BINS, " s");
	struct report_table *ports = report_table_new(
		"profile-ports", "Destination ports and executable content of each class (6.2)", false);
	report_table_column(ports, "class", "");
	report_table_column(ports, "executable", "received executable content");
	for (int i = 0; i < TRUTH_PORT_RANGES; i++)
		report_table_column(ports, truth_port_ranges[i], NULL);
	report_table_column(ports, "most_used", "most used");
	for (guint i = 0; i < e->profiles->len; i++) {
		const struct truth_profile *p = &g_array_index(e->profiles, struct truth_profile, i);
		g_autofree char *used = most_used(p->ports);
		add_quartiles(lengths, p, p->lengths, 1, p->length_bin, TRUTH_LENGTH_BINS);
		add_quartiles(durations, p, p->durations, 2, p->duration_bin, TRUTH_DURATION_BINS);
		report_table_text(ports, p->name);
		report_table_share(ports, p->executable, p->lengths->len);
		for (int range = 0; range < TRUTH_PORT_RANGES; range++)
			report_table_count(ports, p->port_range[range]);
		report_table_text(ports, used);
	}
	g_ptr_array_add(tables, lengths);
	g_ptr_array_add(tables, durations);
	g_ptr_array_add(tables, ports);
}

/* ---- labels ---- */

static bool is_kind_used(const struct truth_confusion *c, int kind)
{
	for (guint i = 0; i < c->classes->len; i++)
		if (g_array_index(c->classes, struct truth_class, i).sessions[kind])
			return true;
	return false;
}

static void add_matrix(const struct report_evaluation *e, bool by_service, GPtrArray *tables)
{
	const struct truth_confusion *c = e->confusion;
	struct report_table *t = by_service ? report_table_new("confusion-services", "Labels and verdicts, by service",
							       false)
					    : report_table_new("confusion-sessions", "Labels and verdicts, by session",
							       false);
	g_ptr_array_add(tables, t);
	report_table_column(t, "label", NULL);
	report_table_column(t, "all", by_service ? "services" : "sessions");
	for (int kind = 0; kind < VERDICT_N_KINDS; kind++)
		if (is_kind_used(c, kind))
			report_table_column(t, verdict_kind_name((enum verdict_kind)kind), NULL);
	report_table_column(t, "short", NULL);
	if (by_service)
		report_table_column(t, "median", "median of their means");
	for (guint i = 0; i < c->classes->len; i++) {
		const struct truth_class *class = &g_array_index(c->classes, struct truth_class, i);
		const uint64_t *by_kind = by_service ? class->services : class->sessions;
		report_table_text(t, class->label);
		report_table_count(t, by_service ? class->n_services : class->n_sessions);
		for (int kind = 0; kind < VERDICT_N_KINDS; kind++)
			if (is_kind_used(c, kind))
				report_table_count(t, by_kind[kind]);
		report_table_rate(t, by_service ? class->short_services : class->short_sessions,
				  by_service ? class->n_services : class->n_sessions);
		if (by_service)
			report_table_number(t, truth_quantile(class->medians, 0.5), 1);
	}
	if (by_service)
		report_table_note(
			t, "A service is a client, server and port of one capture under one label; its verdict is "
			   "that of most of its sessions, its mean packet length the median of theirs.");
}

/* How well verdict c2 finds label c2. */
static void add_score(struct report_table *t, const struct truth_confusion *c, const char *what, bool by_service)
{
	uint64_t found = 0, control = 0, judged = 0, taken = 0, others = 0;
	for (guint i = 0; i < c->classes->len; i++) {
		const struct truth_class *class = &g_array_index(c->classes, struct truth_class, i);
		uint64_t n = by_service ? class->n_services : class->n_sessions;
		uint64_t c2 = by_service ? class->services[VERDICT_C2] : class->sessions[VERDICT_C2];
		bool is_control = truth_label_has(class->label, "c2");
		if (truth_label_has(class->label, "unknown"))
			continue;
		judged += c2;
		*(is_control ? &found : &taken) += c2;
		*(is_control ? &control : &others) += n;
	}
	report_table_text(t, what);
	report_table_rate(t, found, control);
	report_table_rate(t, found, judged);
	report_table_rate(t, taken, others);
}

void report_evaluation_add_labels(const struct report_evaluation *e, GPtrArray *tables)
{
	struct report_table *t = report_table_new("scores", "Verdict c2 against label c2", false);
	report_table_column(t, "by", "");
	report_table_column(t, "recall", "control found");
	report_table_column(t, "precision", "right when it says c2");
	report_table_column(t, "false_positives", "others taken for control");
	add_matrix(e, false, tables);
	add_matrix(e, true, tables);
	add_score(t, e->confusion, "sessions", false);
	add_score(t, e->confusion, "services", true);
	report_table_note(t, "Label unknown is left out; a label joined with + is control when a part of it is.");
	g_ptr_array_add(tables, t);
}
