/* Tables 2 and 3, and what is behind them: a change of the traffic or the log moves the cells it should. */
#include <string.h>

#include "base/net.h"
#include "truth/confusion.h"
#include "truth/evaluate.h"
#include "truth/explain.h"
#include "truth/profile.h"
#include "truth/stat.h"
#include "truths.h"

#define SECOND INT64_C(1000000000)

/*
 * A little study of two honeypots, 10.0.0.11 and 10.0.0.12. Of each session: is it in the log, and after how many
 * seconds does the line follow.
 */
static const struct study_row {
	struct truths_session session;
	bool in_log;
} study[] = {
	/* 10.0.0.11: a push of a sample, downloads, control, an upload, an intrusion */
	{{"192.0.2.9:4000 > 10.0.0.11:445/tcp", 1, 2, .up = 900, .down = 100}, false},
	{{"10.0.0.11:1001 > 192.0.2.9:40123/tcp", 3, 4, .up = 100, .down = 40000, .packets = 60,
	  .content = TANPA_CONTENT_PE},
	 true},
	{{"10.0.0.11:1002 > 192.0.2.1:6667/tcp", 5, 100, .up = 300, .down = 900, .packets = 60}, false},
	{{"10.0.0.11:1003 > 192.0.2.2:80/tcp", 6, 7, .up = 150, .down = 30000, .packets = 40,
	  .content = TANPA_CONTENT_PE},
	 true},
	{{"10.0.0.11:1004 > 192.0.2.2:80/tcp", 8, 9, .up = 150, .down = 30000, .packets = 42,
	  .content = TANPA_CONTENT_PE},
	 false},
	{{"10.0.0.11:1005 > 192.0.2.3:80/tcp", 10, 11, .up = 65700, .down = 150, .packets = 90, .http_status = 200},
	 false},
	{{"10.0.0.11:1006 > 192.0.2.3:80/tcp", 12, 13, .up = 150, .down = 20000, .packets = 30,
	  .content = TANPA_CONTENT_PE},
	 true},
	{{"10.0.0.11:1007 > 192.0.2.4:80/tcp", 14, 15, .up = 150, .down = 9000, .packets = 20}, false},
	{{"10.0.0.11:1008 > 192.0.2.5:69/udp", 16, 16, .up = 20, .packets = 1}, false},
	{{"10.0.0.11:1008 > 192.0.2.5:40001/udp", 16.1, 17, .up = 100, .down = 9000, .packets = 40,
	  .origin = TANPA_ORIGIN_TFTP},
	 true},
	/* 10.0.0.12 */
	{{"192.0.2.9:4001 > 10.0.0.12:4444/tcp", 21, 22, .up = 30000, .down = 100, .packets = 40}, true},
	{{"10.0.0.12:1001 > 192.0.2.1:80/tcp", 23, 24, .up = 100, .down = 200}, false},
	{{"10.0.0.12:1002 > 192.0.2.2:80/tcp", 25, 26, .up = 150, .down = 8000, .packets = 20,
	  .content = TANPA_CONTENT_PE},
	 true},
	{{"10.0.0.12:1003 > 192.0.2.6:80/tcp", 27, 30, .up = 150, .down = 8000, .packets = 20,
	  .content = TANPA_CONTENT_PE},
	 false},
	{{"10.0.0.12:1004 > 192.0.2.7:80/tcp", 31, 40, .up = 150, .down = 20000, .packets = 30, .state = TANPA_S1},
	 false},
	{{"10.0.0.12:1005 > 192.0.2.7:6667/tcp", 32, 38, .up = 150, .down = 200, .packets = 30, .state = TANPA_S1},
	 false},
	{{"10.0.0.12:1006 > 192.0.2.8:80/tcp", 60, 61, .up = 65700, .down = 400, .packets = 90, .http_status = 403},
	 false},
	{{"10.0.0.12:1007 > 192.0.2.8:445/tcp", 62, 63, .packets = 2, .state = TANPA_S0}, false},
	{{"10.0.0.12:1008 > 192.0.2.9:80/tcp", 190, 200, .up = 150, .down = 20000, .packets = 30, .state = TANPA_S1},
	 false},
};

enum { N = G_N_ELEMENTS(study) };

/* What is done to the study before it is evaluated. */
struct change {
	int drop; /* a session; -1: none */
	int flip; /* its direction */
	int late; /* a session whose line is moved by late_s */
	double late_s;
	int lengthen; /* a session that gets so many packets that they are short */
};

#define UNCHANGED                 \
	{                         \
		-1, -1, -1, 0, -1 \
	}

static char *flipped(const char *key)
{
	g_auto(GStrv) ends = g_strsplit(key, " > ", 2);
	char *slash = strchr(ends[1], '/');
	g_autofree char *responder = g_strndup(ends[1], (gsize)(slash - ends[1]));
	return g_strdup_printf("%s > %s%s", responder, ends[0], slash);
}

struct result {
	struct truth_set set;
	struct truth_log log;
	GArray *matches, *hosts, *counts;
	uint64_t other_sessions, other_entries;
};

static void build(struct result *r, const struct change *change)
{
	truth_set_init(&r->set);
	truth_log_init(&r->log);
	truth_set_begin_run(&r->set);
	for (int i = 0; i < N; i++) {
		struct truths_session session = study[i].session;
		g_autofree char *other = flipped(session.key);
		if (study[i].in_log) /* TFTP: the port that was asked */
			truths_entry(&r->log,
				     strstr(session.key, "40001") ? "10.0.0.11:1008 > 192.0.2.5:69/udp" : session.key,
				     session.end_s + 0.3 + (i == change->late ? change->late_s : 0));
		if (i == change->flip)
			session.key = other;
		if (i == change->lengthen)
			session.packets = 100000;
		if (i != change->drop)
			truths_add(&r->set, &session);
	}
	truth_set_end_run(&r->set);
}

static void evaluate(struct result *r, const struct change *change)
{
	const struct truth_match_options options = {SECOND, TRUTH_AT_END};
	build(r, change);
	r->matches = truth_match(&r->set, &r->log, &options);
	truth_take_matches(&r->set, r->matches);
	r->hosts = truth_hosts_of_log(&r->log, truths_rule()->inside);
	r->counts = truth_evaluate(&r->set, &r->log, r->matches, r->hosts, &r->other_sessions, &r->other_entries);
}

static void result_clear(struct result *r)
{
	truth_set_clear(&r->set);
	truth_log_clear(&r->log);
	g_array_unref(r->matches);
	g_array_unref(r->hosts);
	g_array_unref(r->counts);
}

static const struct truth_counts *counts_at(const struct result *r, guint i)
{
	return &g_array_index(r->counts, struct truth_counts, i);
}

static void check_counts(const struct truth_counts *got, const struct truth_counts *expected)
{
	g_assert_cmpmem(got, sizeof *got, expected, sizeof *expected);
}

static const struct truth_counts base[] = {
	{9,
	 {3, 0, 1, 0},
	 {3, 0, 1, 0},
	 .long_in = 4,
	 .long_out = 3,
	 .short_out = 2,
	 .long_out_uploads = 1,
	 .short_out_pushed = 1},
	{8, {1, 1, 0, 0}, {1, 1, 0, 0}, .long_in = 2, .long_out = 4, .short_out = 2, .long_out_uploads = 1},
};

static void test_tables(void)
{
	const struct change none = UNCHANGED;
	struct result r;
	evaluate(&r, &none);
	g_assert_cmpint(r.hosts->len, ==, 2);
	g_assert_cmpstr(g_array_index(r.hosts, struct truth_host, 0).name, ==, "10.0.0.11");
	check_counts(counts_at(&r, 0), &base[0]);
	check_counts(counts_at(&r, 1), &base[1]);
	g_assert_cmpint(counts_at(&r, 2)->sessions, ==, 17);
	g_assert_cmpint(counts_at(&r, 2)->long_in, ==, 6);
	g_assert_cmpint(r.other_sessions, ==, 0);
	g_assert_cmpint(r.other_entries, ==, 0);
	result_clear(&r);
}

/* Each change, and what of host 10.0.0.11 (or .12) it moves. */
static void test_changes(void)
{
	struct truth_counts first = base[0], second = base[1];
	struct result r;

	/* a logged download is not in the captures: one session less, its line finds none */
	evaluate(&r, &(struct change){1, -1, -1, 0, -1});
	first.sessions--;
	first.matched[TRUTH_TCP_PULL]--;
	first.long_in--;
	check_counts(counts_at(&r, 0), &first);
	check_counts(counts_at(&r, 1), &second);
	result_clear(&r);

	/* an unlogged long session is not there: one false negative less */
	evaluate(&r, &(struct change){7, -1, -1, 0, -1});
	first = base[0];
	first.sessions--;
	first.long_out--;
	check_counts(counts_at(&r, 0), &first);
	check_counts(counts_at(&r, 1), &second);
	result_clear(&r);

	/* a line is 2 s off, either way: a match less, a false negative more, nothing else */
	for (int sign = -1; sign <= 1; sign += 2) {
		evaluate(&r, &(struct change){-1, -1, 12, 2 * sign, -1});
		second = base[1];
		second.matched[TRUTH_TCP_PULL]--;
		second.long_in--;
		second.long_out++;
		check_counts(counts_at(&r, 0), &base[0]);
		check_counts(counts_at(&r, 1), &second);
		result_clear(&r);
	}

	/* a session the other way round: its line does not find it; it is begun outside now */
	evaluate(&r, &(struct change){-1, 3, -1, 0, -1});
	first = base[0];
	first.matched[TRUTH_TCP_PULL]--;
	first.long_in--;
	first.long_out++;
	first.long_out_pushed++;
	check_counts(counts_at(&r, 0), &first);
	check_counts(counts_at(&r, 1), &base[1]);
	result_clear(&r);

	/* a logged download with short packets: a false positive */
	evaluate(&r, &(struct change){-1, -1, -1, 0, 12});
	second = base[1];
	second.long_in--;
	second.short_in++;
	check_counts(counts_at(&r, 0), &base[0]);
	check_counts(counts_at(&r, 1), &second);
	result_clear(&r);
}

static void test_other_hosts(void)
{
	const struct change none = UNCHANGED;
	struct result r;
	build(&r, &none);
	const struct truth_match_options options = {SECOND, TRUTH_AT_END};
	r.matches = truth_match(&r.set, &r.log, &options);
	truth_take_matches(&r.set, r.matches);
	r.hosts = truth_hosts_new();
	struct truth_host host = {g_strdup("win2000"), {0}};
	g_assert_true(net_address_parse("10.0.0.12", host.addr));
	g_array_append_val(r.hosts, host);
	r.counts = truth_evaluate(&r.set, &r.log, r.matches, r.hosts, &r.other_sessions, &r.other_entries);
	check_counts(counts_at(&r, 0), &base[1]);
	check_counts(counts_at(&r, 1), &base[1]);
	g_assert_cmpint(r.other_sessions, ==, 9);
	g_assert_cmpint(r.other_entries, ==, 4);
	result_clear(&r);
}

/* ---- 6.1 ---- */

static void test_reasons(void)
{
	static const struct {
		guint session;
		enum truth_reason reason;
	} expected[] = {
		{4, TRUTH_REASON_SIMILAR_IN},  {5, TRUTH_REASON_UPLOAD}, {7, TRUTH_REASON_REST},
		{13, TRUTH_REASON_EXECUTABLE}, {14, TRUTH_REASON_CUT},   {16, TRUTH_REASON_UPLOAD},
		{18, TRUTH_REASON_OPEN},
	};
	const struct change none = UNCHANGED;
	struct result r;
	evaluate(&r, &none);
	g_autoptr(GArray) explained = truth_explain(&r.set, r.hosts, false);
	g_assert_cmpint(explained->len, ==, G_N_ELEMENTS(expected));
	for (guint i = 0; i < MIN(explained->len, G_N_ELEMENTS(expected)); i++) {
		const struct truth_explanation *e = &g_array_index(explained, struct truth_explanation, i);
		g_assert_cmpint(e->session, ==, expected[i].session);
		g_assert_cmpstr(truth_reason_name(e->reason), ==, truth_reason_name(expected[i].reason));
		g_assert_true(e->holds & 1u << expected[i].reason);
	}
	const struct truth_explanation *copy = &g_array_index(explained, struct truth_explanation, 0);
	g_assert_cmpint(copy->similar_in, ==, 1);
	g_assert_cmpint(copy->similar_out, ==, 0);
	g_assert_true(copy->holds & 1u << TRUTH_REASON_EXECUTABLE); /* holds, too */
	result_clear(&r);
}

/* A session is not cut short when nothing else of its host fell silent with it, or when it ended with a RST. */
static void test_not_cut(void)
{
	static const struct truths_session alone[] = {
		{"10.0.0.5:1 > 192.0.2.1:80/tcp", 0, 10, .up = 100, .down = 20000, .packets = 30, .state = TANPA_S1},
		{"10.0.0.6:2 > 192.0.2.1:80/tcp", 0, 10, .up = 100, .down = 20001, .packets = 30,
		 .state = TANPA_S1}, /* another host */
		{"10.0.0.5:3 > 192.0.2.1:80/tcp", 0, 16, .up = 100, .down = 20002, .packets = 30,
		 .state = TANPA_S1}, /* 6 s later */
		{"10.0.0.5:4 > 192.0.2.1:80/tcp", 0, 10, .up = 100, .down = 20003, .packets = 30, .state = TANPA_RSTO},
		{"10.0.0.5:5 > 192.0.2.1:80/tcp", 100, 200, .up = 100, .down = 20004, .packets = 30},
	};
	/* the server goes on for a while, but the host was last heard with the others */
	static const struct truths_session heard = {"10.0.0.5:6 > 192.0.2.1:80/tcp",
						    0,
						    40,
						    .up = 100,
						    .down = 20005,
						    .packets = 30,
						    .state = TANPA_S1,
						    .heard_s = 11};
	for (int with = 0; with < 2; with++) {
		struct truth_set set;
		truth_set_init(&set);
		truth_set_begin_run(&set);
		for (gsize i = 0; i < G_N_ELEMENTS(alone); i++)
			truths_add(&set, &alone[i]);
		if (with)
			truths_add(&set, &heard);
		truth_set_end_run(&set);
		g_autoptr(GArray) hosts = truth_hosts_new();
		struct truth_host host = {g_strdup("5"), {0}};
		g_assert_true(net_address_parse("10.0.0.5", host.addr));
		g_array_append_val(hosts, host);
		g_autoptr(GArray) explained = truth_explain(&set, hosts, false);
		const struct truth_explanation *e = &g_array_index(explained, struct truth_explanation, 0);
		g_assert_cmpint(explained->len, ==, 4 + with);
		g_assert_true((e->reason == TRUTH_REASON_CUT) == with);
		truth_set_clear(&set);
	}
}

/* ---- 6.4 ---- */

static void test_uploads(void)
{
	const struct change none = UNCHANGED;
	struct result r;
	evaluate(&r, &none);
	g_autoptr(GArray) uploads = truth_uploads(&r.set, r.hosts, 60 * SECOND);
	g_assert_cmpint(uploads->len, ==, 2);
	const struct truth_upload *first = &g_array_index(uploads, struct truth_upload, 0);
	const struct truth_upload *second = &g_array_index(uploads, struct truth_upload, 1);
	g_assert_cmpint(first->session, ==, 5);
	g_assert_cmpint(first->next, ==, 6);
	g_assert_cmpint(first->after_ns, ==, SECOND);
	g_assert_cmpint(second->session, ==, 16);
	g_assert_cmpint(second->next, ==, TRUTH_NONE);
	g_autoptr(GArray) soon = truth_uploads(&r.set, r.hosts, SECOND / 2);
	g_assert_cmpint(g_array_index(soon, struct truth_upload, 0).next, ==, TRUTH_NONE);
	result_clear(&r);
}

/* ---- 6.2 ---- */

static void test_profiles(void)
{
	const struct change none = UNCHANGED;
	struct result r;
	evaluate(&r, &none);
	g_autoptr(GArray) profiles = truth_profiles(&r.set, r.hosts, NULL);
	const char *const names[] = {"c2", "download", "in the log", "intrusion", "upload"};
	static const guint sessions[] = {3, 5, 6, 1, 2}, executables[] = {0, 2, 4, 0, 0};
	g_assert_cmpint(profiles->len, ==, G_N_ELEMENTS(names));
	for (guint i = 0; i < MIN(profiles->len, G_N_ELEMENTS(names)); i++) {
		const struct truth_profile *p = &g_array_index(profiles, struct truth_profile, i);
		uint64_t in_bins = 0;
		g_assert_cmpstr(p->name, ==, names[i]);
		g_assert_cmpint(p->lengths->len, ==, sessions[i]);
		g_assert_cmpint(p->executable, ==, executables[i]);
		for (int bin = 0; bin < TRUTH_LENGTH_BINS; bin++)
			in_bins += p->length_bin[bin];
		g_assert_cmpint(in_bins, ==, sessions[i]);
	}
	const struct truth_profile *control = &g_array_index(profiles, struct truth_profile, 0);
	g_assert_cmpfloat_with_epsilon(truth_quantile(control->lengths, 0.5), 20, 1e-9);
	g_assert_cmpint(control->length_bin[0], ==, 2); /* 11.7 and 20 */
	g_assert_cmpint(control->port_range[0], ==, 1);
	g_assert_cmpint(control->port_range[2], ==, 2);
	result_clear(&r);
}

/* ---- labels ---- */

static void test_confusion(void)
{
	static const struct {
		guint session;
		const char *label;
	} labels[] = {{2, "c2"}, {11, "c2"}, {3, "download"}, {4, "download"}, {15, "download"}, {7, "c2+exfil"}};
	const struct change none = UNCHANGED;
	struct result r;
	evaluate(&r, &none);
	struct truth_log log;
	truth_log_init(&log);
	for (gsize i = 0; i < G_N_ELEMENTS(labels); i++) {
		truths_entry(&log, study[labels[i].session].session.key, study[labels[i].session].session.start_s);
		g_array_index(log.entries, struct truth_entry, i).text[TRUTH_FIELD_LABEL] = labels[i].label;
	}
	const struct truth_match_options options = {SECOND, TRUTH_AT_START};
	g_autoptr(GArray) matches = truth_match(&r.set, &log, &options);
	struct truth_confusion c;
	truth_confusion_init(&c, &r.set, &log, matches, 100);
	g_assert_cmpint(c.classes->len, ==, 3);
	const struct truth_class *control = &g_array_index(c.classes, struct truth_class, 0);
	const struct truth_class *both = &g_array_index(c.classes, struct truth_class, 1);
	const struct truth_class *downloads = &g_array_index(c.classes, struct truth_class, 2);
	g_assert_cmpstr(control->label, ==, "c2");
	g_assert_cmpint(control->sessions[VERDICT_C2], ==, 2);
	g_assert_cmpint(control->n_services, ==, 2);
	g_assert_cmpstr(both->label, ==, "c2+exfil");
	g_assert_cmpint(both->sessions[VERDICT_DOWNLOAD], ==, 1);
	g_assert_cmpint(downloads->n_sessions, ==, 3);
	g_assert_cmpint(downloads->sessions[VERDICT_DOWNLOAD], ==, 2);
	g_assert_cmpint(downloads->sessions[VERDICT_C2], ==, 1);
	g_assert_cmpint(downloads->n_services, ==, 2); /* two of the sessions are of one server */
	g_assert_cmpint(downloads->services[VERDICT_DOWNLOAD], ==, 1);
	g_assert_cmpint(downloads->short_services, ==, 1);
	truth_confusion_clear(&c);
	truth_log_clear(&log);
	result_clear(&r);
}

static void test_label_parts(void)
{
	g_assert_true(truth_label_has("c2", "c2"));
	g_assert_true(truth_label_has("exfil+c2", "c2"));
	g_assert_true(truth_label_has("c2+exfil", "c2"));
	g_assert_false(truth_label_has("c20+exfil", "c2"));
	g_assert_false(truth_label_has("exfil", "c2"));
}

/* ---- statistics ---- */

/* The ends of Wilson's interval are the rates that lie 1.96 of their own standard deviations from the one seen. */
static void test_wilson(void)
{
	static const uint64_t rows[][2] = {{0, 190}, {36, 139}, {5, 10}, {10, 10}, {1, 1000}};
	const double z = 1.959963984540054;
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct truth_rate rate = truth_rate(rows[i][0], rows[i][1]);
		const double ends[] = {rate.low, rate.high};
		g_assert_cmpfloat_with_epsilon(rate.rate, (double)rows[i][0] / (double)rows[i][1], 1e-12);
		g_assert_true(rate.low <= rate.rate && rate.rate <= rate.high);
		for (int k = 0; k < 2; k++) {
			double off = rate.rate - ends[k], p = ends[k];
			if (p > 0 && p < 1) /* 0 of n and n of n end at the limit */
				g_assert_cmpfloat_with_epsilon(off * off, z * z * p * (1 - p) / (double)rows[i][1],
							       1e-12);
		}
	}
	struct truth_rate none = truth_rate(0, 0);
	g_assert_true(none.low == 0 && none.high == 1 && none.rate != none.rate);
}

/* Garwood's interval, as his table has it. */
static void test_count_interval(void)
{
	static const double rows[][3] = {{0, 0, 3.689}, {1, .0253, 5.572}, {10, 4.795, 18.390}, {500, 457.13, 545.81}};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		double low, high;
		truth_count_interval((uint64_t)rows[i][0], &low, &high);
		g_assert_cmpfloat_with_epsilon(low, rows[i][1], .06);
		g_assert_cmpfloat_with_epsilon(high, rows[i][2], .06);
	}
}

static void test_quantiles(void)
{
	static const double values[] = {1, 2, 4, 8};
	g_autoptr(GArray) sorted = g_array_new(FALSE, FALSE, sizeof(double));
	g_assert_true(truth_quantile(sorted, 0.5) != truth_quantile(sorted, 0.5)); /* NAN */
	g_array_append_vals(sorted, values, 4);
	g_assert_cmpfloat_with_epsilon(truth_quantile(sorted, 0), 1, 1e-12);
	g_assert_cmpfloat_with_epsilon(truth_quantile(sorted, 0.25), 1.75, 1e-12);
	g_assert_cmpfloat_with_epsilon(truth_quantile(sorted, 0.5), 3, 1e-12);
	g_assert_cmpfloat_with_epsilon(truth_quantile(sorted, 1), 8, 1e-12);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/evaluate/tables", test_tables);
	g_test_add_func("/evaluate/changes", test_changes);
	g_test_add_func("/evaluate/other-hosts", test_other_hosts);
	g_test_add_func("/evaluate/reasons", test_reasons);
	g_test_add_func("/evaluate/not-cut", test_not_cut);
	g_test_add_func("/evaluate/uploads", test_uploads);
	g_test_add_func("/evaluate/profiles", test_profiles);
	g_test_add_func("/evaluate/confusion", test_confusion);
	g_test_add_func("/evaluate/label-parts", test_label_parts);
	g_test_add_func("/evaluate/wilson", test_wilson);
	g_test_add_func("/evaluate/count-interval", test_count_interval);
	g_test_add_func("/evaluate/quantiles", test_quantiles);
	return g_test_run();
}
