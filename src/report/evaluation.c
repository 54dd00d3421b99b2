/* The head of an evaluation, and tables 2 and 3. */
#include "report/evaluation.h"

#include <math.h>
#include <string.h>

#include "base/net.h"
#include "report/names.h"

const char *const report_evaluation_ids[] = {
	"summary",        "table2",           "table3",          "unmatched",          "ambiguous",
	"bad-lines",      "long-unmatched",   "long-sessions",   "uploads-by-answer",  "uploads",
	"profile-length", "profile-duration", "profile-ports",   "confusion-sessions", "confusion-services",
	"scores",         "label-unmatched",  "label-ambiguous", "label-bad-lines",    NULL,
};

static void append_endpoint(GString *text, const struct tanpa_session *s, unsigned side)
{
	char address[NET_TEXT];
	net_address_text(s->addr[side], address);
	g_string_append_printf(text, s->ipv4 ? "%s:%u" : "[%s]:%u", address, s->port[side]);
}

void report_append_session_key(GString *text, const struct tanpa_session *s)
{
	append_endpoint(text, s, TANPA_ORIG);
	g_string_append(text, " > ");
	append_endpoint(text, s, TANPA_RESP);
	g_string_append_printf(text, "/%s", report_proto_name(s->proto));
}

/* ---- head ---- */

static void add_fact(struct report_table *t, const char *what, uint64_t count)
{
	report_table_text(t, what);
	report_table_count(t, count);
}

static void add_sessions(struct report_table *t, const struct truth_set *set)
{
	uint64_t sessions = 0, attempts = 0, requests = 0;
	for (guint i = 0; i < set->sessions->len; i++) {
		sessions += truth_session_counts(truth_set_at(set, i));
		requests += truth_set_at(set, i)->is_request;
	}
	for (guint i = 0; i < set->runs->len; i++)
		attempts += truth_set_run(set, i)->attempts;
	if (set->runs->len > 1)
		add_fact(t, "captures, each on its own", set->runs->len);
	add_fact(t, "sessions with payload", sessions);
	add_fact(t, "sessions without payload", attempts);
	if (requests)
		add_fact(t, "TFTP requests, counted with their answers", requests);
}

static GArray *matched_lateness(const struct report_evaluation_log *log)
{
	GArray *late = g_array_new(FALSE, FALSE, sizeof(double));
	for (guint i = 0; i < log->matches->len; i++) {
		const struct truth_match *m = &g_array_index(log->matches, struct truth_match, i);
		double seconds = (double)m->late_ns / 1e9;
		if (m->session != TRUTH_NONE)
			g_array_append_val(late, seconds);
	}
	truth_sort(late);
	return late;
}

static void add_log_facts(struct report_table *t, const struct report_evaluation_log *log, const char *name,
			  const char *lines, const char *matched)
{
	uint64_t duplicates = 0, ambiguous = 0, other = 0;
	g_autoptr(GArray) late = matched_lateness(log);
	for (guint i = 0; i < log->matches->len; i++) {
		duplicates += g_array_index(log->log->entries, struct truth_entry, i).is_duplicate;
		const struct truth_match *m = &g_array_index(log->matches, struct truth_match, i);
		ambiguous += truth_match_is_ambiguous(m);
		other += m->missed >> TRUTH_MISS_CAPTURE & 1;
	}
	add_fact(t, lines, log->log->entries->len - other);
	report_table_text(t, matched);
	report_table_count(t, late->len);
	if (ambiguous)
		add_fact(t, "of these, another match would fit as well", ambiguous);
	if (other)
		add_fact(t, "lines about captures that were not read", other);
	if (duplicates)
		add_fact(t, "lines that repeat an earlier one", duplicates);
	if (log->log->faults->len)
		add_fact(t, "lines that could not be read", log->log->faults->len);
	report_table_note(
		t,
		"A line of %s fits a session whose %s is within %g s of its time, with the same addresses, ports, "
		"protocol and direction.",
		name,
		log->options->instant == TRUTH_AT_SPAN ? "span from start to end"
						       : truth_instant_name(log->options->instant),
		(double)log->options->tolerance_ns / 1e9);
	if (late->len)
		report_table_note(t, "Time of the line after the session's: %.2f to %.2f s, median %.2f s.",
				  truth_quantile(late, 0), truth_quantile(late, 1), truth_quantile(late, 0.5));
}

/* Lines that only miss the time, all by about as much: a time zone or a clock. */
static void add_clock_hint(struct report_table *t, const struct report_evaluation_log *log)
{
	g_autoptr(GArray) off = g_array_new(FALSE, FALSE, sizeof(double));
	for (guint i = 0; i < log->matches->len; i++) {
		const struct truth_match *m = &g_array_index(log->matches, struct truth_match, i);
		double seconds = (double)m->late_ns / 1e9;
		if (m->session == TRUTH_NONE && (m->missed & ~(1u << TRUTH_MISS_OUTSIDE)) == 1u << TRUTH_MISS_TIME)
			g_array_append_val(off, seconds);
	}
	truth_sort(off);
	double middle = truth_quantile(off, 0.5);
	if (off->len < 2 || 2 * off->len < log->matches->len ||
	    truth_quantile(off, 0.75) - truth_quantile(off, 0.25) > 2 * (double)log->options->tolerance_ns / 1e9)
		return;
	report_table_note(t,
			  "%u lines fit a session in all but the time, which is off by about %.0f s (%.2f h): is the "
			  "log's time zone (--log-timezone) or clock (--log-offset) another?",
			  off->len, middle, middle / 3600);
}

static void add_summary(const struct report_evaluation *e, GPtrArray *tables)
{
	struct report_table *t = report_table_new_facts("summary", "Evaluation");
	g_ptr_array_add(tables, t);
	add_sessions(t, e->set);
	report_table_note(t, "Short is a session with a mean packet length (%s) up to %g bytes.",
			  verdict_length_name(e->rule->length), e->rule->threshold);
	if (e->acquired.log) {
		add_log_facts(t, &e->acquired, "the log", "lines of the acquisition log",
			      "of these, matched with a session");
		add_clock_hint(t, &e->acquired);
	}
	if (e->labelled.log)
		add_log_facts(t, &e->labelled, "the labels", "labelled sessions", "of these, found in the captures");
}

/* ---- tables 2 and 3: a column per host ---- */

static struct report_table *new_by_host(const struct report_evaluation *e, const char *id, const char *title)
{
	struct report_table *t = report_table_new(id, title, false);
	report_table_column(t, "row", "");
	for (guint i = 0; i < e->hosts->len; i++)
		report_table_column(t, g_array_index(e->hosts, struct truth_host, i).name, NULL);
	if (e->hosts->len != 1)
		report_table_column(t, "all", NULL);
	return t;
}

static guint columns_of(const struct report_evaluation *e)
{
	return e->hosts->len == 1 ? 1 : e->hosts->len + 1;
}

static const struct truth_counts *counts_at(const struct report_evaluation *e, guint i)
{
	return &g_array_index(e->counts, struct truth_counts, i);
}

static uint64_t sum_ways(const uint64_t by_way[TRUTH_N_WAYS])
{
	uint64_t sum = 0;
	for (int way = 0; way < TRUTH_N_WAYS; way++)
		sum += by_way[way];
	return sum;
}

static void add_table2(const struct report_evaluation *e, GPtrArray *tables)
{
	struct report_table *t = new_by_host(e, "table2", "Table 2: sessions and the acquisition log");
	const struct truth_counts *all = counts_at(e, e->hosts->len);
	guint n = columns_of(e);
	g_ptr_array_add(tables, t);
	report_table_text(t, "sessions with payload");
	for (guint i = 0; i < n; i++)
		report_table_count(t, counts_at(e, i)->sessions);
	report_table_text(t, "lines of the log");
	for (guint i = 0; i < n; i++)
		report_table_count(t, sum_ways(counts_at(e, i)->entries));
	for (int way = 0; way < TRUTH_N_WAYS; way++) {
		if (way == TRUTH_UDP_PUSH && all->entries[way] == 0)
			continue; /* the paper has no such row */
		report_table_printf(t, "matched, %s", truth_way_name((enum truth_way)way));
		for (guint i = 0; i < n; i++)
			report_table_share(t, counts_at(e, i)->matched[way], counts_at(e, i)->entries[way]);
	}
	report_table_text(t, "matched");
	for (guint i = 0; i < n; i++)
		report_table_share(t, sum_ways(counts_at(e, i)->matched), sum_ways(counts_at(e, i)->entries));
	report_table_text(t, "not matched");
	for (guint i = 0; i < n; i++)
		report_table_count(t, sum_ways(counts_at(e, i)->entries) - sum_ways(counts_at(e, i)->matched));
	if (e->other_entries)
		report_table_note(t, "%" G_GUINT64_FORMAT " lines of the log are of none of these hosts.",
				  e->other_entries);
	if (e->other_sessions)
		report_table_note(t, "%" G_GUINT64_FORMAT " sessions with payload are of none of these hosts.",
				  e->other_sessions);
}

/* A row of table 3 that is one number of the counts, or a sum. */
struct table3_row {
	const char *words;
	uint64_t (*get)(const struct truth_counts *c);
};

static uint64_t get_long(const struct truth_counts *c)
{
	return c->long_in + c->long_out;
}

static uint64_t get_long_in(const struct truth_counts *c)
{
	return c->long_in;
}

static uint64_t get_long_out(const struct truth_counts *c)
{
	return c->long_out;
}

static uint64_t get_uploads(const struct truth_counts *c)
{
	return c->long_out_uploads;
}

static uint64_t get_long_pushed(const struct truth_counts *c)
{
	return c->long_out_pushed;
}

static uint64_t get_false_negatives(const struct truth_counts *c)
{
	return c->long_out - c->long_out_uploads - c->long_out_pushed;
}

static uint64_t get_short(const struct truth_counts *c)
{
	return c->short_in + c->short_out;
}

static uint64_t get_short_in(const struct truth_counts *c)
{
	return c->short_in;
}

static uint64_t get_short_out(const struct truth_counts *c)
{
	return c->short_out;
}

static uint64_t get_short_pushed(const struct truth_counts *c)
{
	return c->short_out_pushed;
}

static uint64_t get_in(const struct truth_counts *c)
{
	return c->long_in + c->short_in;
}

static uint64_t get_out(const struct truth_counts *c)
{
	return c->long_out + c->short_out;
}

static uint64_t get_sessions(const struct truth_counts *c)
{
	return c->sessions;
}

static const struct table3_row table3_rows[] = {
	{"long", get_long},
	{"long, in the log", get_long_in},
	{"long, not in the log", get_long_out},
	{"set aside: uploads (6.4)", get_uploads},
	{"set aside: long, begun outside (table 1)", get_long_pushed},
	{"false negatives: the other long ones", get_false_negatives},
	{"short", get_short},
	{"false positives: short, in the log", get_short_in},
	{"short, not in the log", get_short_out},
	{"of these, begun outside", get_short_pushed},
};

static const struct {
	const char *words;
	uint64_t (*k)(const struct truth_counts *c), (*n)(const struct truth_counts *c);
} table3_rates[] = {
	{"false positives, % of those in the log", get_short_in, get_in},
	{"false positives, % of the short ones", get_short_in, get_short},
	{"false negatives, % of those not in the log", get_false_negatives, get_out},
	{"false negatives, % of the long ones", get_false_negatives, get_long},
	{"false negatives, % of all sessions", get_false_negatives, get_sessions},
};

static void add_table3(const struct report_evaluation *e, GPtrArray *tables)
{
	g_autofree char *title = g_strdup_printf("Table 3: the rule (threshold %g bytes) and the acquisition log",
						 e->rule->threshold);
	struct report_table *t = new_by_host(e, "table3", title);
	g_ptr_array_add(tables, t);
	for (gsize row = 0; row < G_N_ELEMENTS(table3_rows); row++) {
		report_table_text(t, table3_rows[row].words);
		for (guint i = 0; i < columns_of(e); i++)
			report_table_count(t, table3_rows[row].get(counts_at(e, i)));
	}
	for (gsize row = 0; row < G_N_ELEMENTS(table3_rates); row++) {
		report_table_text(t, table3_rates[row].words);
		for (guint i = 0; i < columns_of(e); i++)
			report_table_rate(t, table3_rates[row].k(counts_at(e, i)),
					  table3_rates[row].n(counts_at(e, i)));
	}
	report_table_note(t,
			  "In brackets: Wilson's 95 %% interval. The log knows downloads of samples only, so what it "
			  "does not know need not be control: table long-unmatched.");
}

void report_evaluation_tables(const struct report_evaluation *e, GPtrArray *tables)
{
	add_summary(e, tables);
	if (e->acquired.log) {
		add_table2(e, tables);
		add_table3(e, tables);
		report_evaluation_add_lines(e, &e->acquired, "", tables);
		report_evaluation_add_log(e, tables);
	}
	if (e->labelled.log) {
		report_evaluation_add_labels(e, tables);
		report_evaluation_add_lines(e, &e->labelled, "label-", tables);
	}
	report_evaluation_add_profiles(e, tables);
}
