#include "truth/profile.h"

#include <string.h>

#include "truth/evaluate.h"
#include "truth/stat.h"

const double truth_length_edges[] = {25, 50, 100, 200, 400, 800};
const double truth_duration_edges[] = {0.1, 1, 10, 100, 1000};
const char *const truth_port_ranges[] = {"80 and 443", "others to 1023", "1024-9999", "10000-65535"};

static unsigned port_range_of(uint16_t port)
{
	if (port == 80 || port == 443)
		return 0;
	return port < 1024 ? 1 : port < 10000 ? 2 : 3;
}

static unsigned bin_of(const double *edges, unsigned bins, double value)
{
	unsigned bin = 0;
	while (bin < bins - 1 && value > edges[bin])
		bin++;
	return bin;
}

static void profile_clear(gpointer data)
{
	struct truth_profile *p = data;
	g_array_unref(p->lengths);
	g_array_unref(p->durations);
	g_hash_table_destroy(p->ports);
}

static struct truth_profile *profile_of(GArray *profiles, const char *name)
{
	for (guint i = 0; i < profiles->len; i++) {
		struct truth_profile *p = &g_array_index(profiles, struct truth_profile, i);
		if (strcmp(p->name, name) == 0)
			return p;
	}
	struct truth_profile p = {.name = name};
	p.lengths = g_array_new(FALSE, FALSE, sizeof(double));
	p.durations = g_array_new(FALSE, FALSE, sizeof(double));
	p.ports = g_hash_table_new(NULL, NULL);
	g_array_append_val(profiles, p);
	return &g_array_index(profiles, struct truth_profile, profiles->len - 1);
}

static void add(struct truth_profile *p, const struct truth_session *t)
{
	double length = t->v.mean_length;
	double duration = (double)(tanpa_session_end_ns(&t->s) - tanpa_session_start_ns(&t->s)) / 1e9;
	gpointer port = GUINT_TO_POINTER(truth_session_port(t));
	g_array_append_val(p->lengths, length);
	g_array_append_val(p->durations, duration);
	p->length_bin[bin_of(truth_length_edges, TRUTH_LENGTH_BINS, length)]++;
	p->duration_bin[bin_of(truth_duration_edges, TRUTH_DURATION_BINS, duration)]++;
	p->port_range[port_range_of(truth_session_port(t))]++;
	p->executable += tanpa_is_executable(t->s.content[t->v.inside ^ 1]);
	g_hash_table_insert(p->ports, port,
			    GSIZE_TO_POINTER(GPOINTER_TO_SIZE(g_hash_table_lookup(p->ports, port)) + 1));
}

/* Name of a session's class; NULL: of none. */
static const char *class_of(const struct truth_session *t, const struct truth_log *labels)
{
	if (labels)
		return t->label == TRUTH_NONE
			       ? NULL
			       : g_array_index(labels->entries, struct truth_entry, t->label).text[TRUTH_FIELD_LABEL];
	return t->entry == TRUTH_NONE ? verdict_kind_name(t->v.kind) : "in the log";
}

static gint compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(((const struct truth_profile *)a)->name, ((const struct truth_profile *)b)->name);
}

GArray *truth_profiles(const struct truth_set *set, const GArray *hosts, const struct truth_log *labels)
{
	GArray *profiles = g_array_new(FALSE, FALSE, sizeof(struct truth_profile));
	g_array_set_clear_func(profiles, profile_clear);
	for (guint i = 0; i < set->sessions->len; i++) {
		const struct truth_session *t = truth_set_at(set, i);
		const char *name = truth_session_counts(t) ? class_of(t, labels) : NULL;
		if (name && (hosts == NULL || truth_host_find(hosts, truth_session_host(t)) != TRUTH_NONE))
			add(profile_of(profiles, name), t);
	}
	for (guint i = 0; i < profiles->len; i++) {
		struct truth_profile *p = &g_array_index(profiles, struct truth_profile, i);
		truth_sort(p->lengths);
		truth_sort(p->durations);
	}
	g_array_sort(profiles, compare_names);
	return profiles;
}
