/* What is behind tables 2 and 3: lines without a session (5.2), long sessions without a line (6.1), uploads (6.4). */
#include <string.h>

#include "base/net.h"
#include "report/evaluation.h"
#include "report/names.h"

static void add_key(struct report_table *t, const struct tanpa_session *s)
{
	g_autoptr(GString) key = g_string_new(NULL);
	report_append_session_key(key, s);
	report_table_text(t, key->str);
}

/* ---- lines ---- */

static const struct truth_entry *entry_at(const struct report_evaluation_log *log, guint i)
{
	return &g_array_index(log->log->entries, struct truth_entry, i);
}

static const char *path_of(const struct report_evaluation_log *log, uint32_t file)
{
	return g_ptr_array_index(log->log->paths, file);
}

static void append_end(GString *text, const struct truth_entry *entry, unsigned side)
{
	char address[NET_TEXT];
	net_address_text(entry->addr[side], address);
	if (entry->has_port[side])
		g_string_append_printf(text, strchr(address, ':') ? "[%s]:%u" : "%s:%u", address, entry->port[side]);
	else
		g_string_append(text, address);
}

static void add_line(struct report_table *t, const struct report_evaluation_log *log, guint i)
{
	const struct truth_entry *entry = entry_at(log, i);
	g_autoptr(GString) key = g_string_new(NULL);
	append_end(key, entry, 0);
	g_string_append(key, " > ");
	append_end(key, entry, 1);
	if (entry->proto)
		g_string_append_printf(key, "/%s", report_proto_name(entry->proto));
	report_table_text(t, path_of(log, entry->file));
	report_table_count(t, entry->line);
	report_table_time(t, entry->time.ns);
	report_table_text(t, key->str);
	report_table_text(t, entry->text[TRUTH_FIELD_SAMPLE] ? entry->text[TRUTH_FIELD_SAMPLE]
							     : entry->text[TRUTH_FIELD_LABEL]);
}

static struct report_table *new_lines(const char *prefix, const char *id, const char *title, GPtrArray *tables)
{
	g_autofree char *full = g_strconcat(prefix, id, NULL);
	struct report_table *t = report_table_new(full, title, true);
	g_ptr_array_add(tables, t);
	report_table_column(t, "log", NULL);
	report_table_column(t, "line", NULL);
	return t;
}

static void add_line_columns(struct report_table *t)
{
	report_table_column(t, "time", NULL);
	report_table_column(t, "session", "source > destination");
	report_table_column(t, "sample", "what");
}

/* "the time is off by 9 h; a port is another" */
static char *why_not(const struct report_evaluation_log *log, const struct truth_match *m)
{
	GString *why = g_string_new(NULL);
	for (int miss = 0; miss < TRUTH_N_MISSES; miss++) {
		if (!(m->missed & 1u << miss))
			continue;
		g_string_append(why, why->len ? "; " : "");
		g_string_append(why, truth_miss_words((enum truth_miss)miss));
		if (miss == TRUTH_MISS_TIME)
			g_string_append_printf(why, " by %+.3f s", (double)m->late_ns / 1e9);
		if (miss == TRUTH_MISS_TAKEN && m->taken_by != TRUTH_NONE)
			g_string_append_printf(why, ", %" G_GUINT64_FORMAT, entry_at(log, (guint)m->taken_by)->line);
	}
	return g_string_free(why, FALSE);
}

static void add_unmatched(const struct report_evaluation *e, const struct report_evaluation_log *log,
			  const char *prefix, GPtrArray *tables)
{
	struct report_table *t = new_lines(prefix, "unmatched", "Lines without a session (5.2)", tables);
	add_line_columns(t);
	report_table_column(t, "why", NULL);
	report_table_column(t, "nearest", "nearest session");
	report_table_column(t, "nearest_end", "its end");
	for (guint i = 0; i < log->matches->len; i++) {
		const struct truth_match *m = &g_array_index(log->matches, struct truth_match, i);
		if (m->session != TRUTH_NONE || m->missed & 1u << TRUTH_MISS_CAPTURE)
			continue;
		g_autofree char *why = why_not(log, m);
		add_line(t, log, i);
		report_table_text(t, why);
		if (m->nearest == TRUTH_NONE) {
			report_table_none(t);
			report_table_none(t);
			continue;
		}
		const struct tanpa_session *s = &truth_set_at(e->set, (guint)m->nearest)->s;
		add_key(t, s);
		report_table_time(t, tanpa_session_end_ns(s));
	}
}

static void add_ambiguous(const struct report_evaluation *e, const struct report_evaluation_log *log,
			  const char *prefix, GPtrArray *tables)
{
	struct report_table *t = new_lines(prefix, "ambiguous", "Lines with more than one way to match them", tables);
	add_line_columns(t);
	report_table_column(t, "matched", "matched with");
	report_table_column(t, "late", "s after it");
	report_table_column(t, "sessions", "sessions that fit");
	report_table_column(t, "lines", "other lines that fit it");
	for (guint i = 0; i < log->matches->len; i++) {
		const struct truth_match *m = &g_array_index(log->matches, struct truth_match, i);
		if (!truth_match_is_ambiguous(m))
			continue;
		add_line(t, log, i);
		add_key(t, &truth_set_at(e->set, (guint)m->session)->s);
		report_table_number(t, (double)m->late_ns / 1e9, 3);
		report_table_count(t, m->fitting);
		report_table_count(t, m->rivals);
	}
}

void report_evaluation_add_lines(const struct report_evaluation *e, const struct report_evaluation_log *log,
				 const char *prefix, GPtrArray *tables)
{
	add_unmatched(e, log, prefix, tables);
	add_ambiguous(e, log, prefix, tables);
	struct report_table *t = new_lines(prefix, "bad-lines", "Lines that could not be read", tables);
	report_table_column(t, "why", NULL);
	for (guint i = 0; i < log->log->faults->len; i++) {
		const struct truth_fault *fault = &g_array_index(log->log->faults, struct truth_fault, i);
		report_table_text(t, path_of(log, fault->file));
		report_table_count(t, fault->line);
		report_table_text(t, fault->reason);
	}
}

/* ---- long sessions that are not in the log ---- */

static void add_reasons(const struct report_evaluation *e, GPtrArray *tables)
{
	struct report_table *t = report_table_new("long-unmatched", "Long sessions that are not in the log (6.1)",
						  false);
	uint64_t first[TRUTH_N_REASONS] = {0}, all[TRUTH_N_REASONS] = {0};
	g_ptr_array_add(tables, t);
	report_table_column(t, "reason", "");
	report_table_column(t, "sessions", NULL);
	report_table_column(t, "holds_for", "holds for");
	for (guint i = 0; i < e->explained->len; i++) {
		const struct truth_explanation *x = &g_array_index(e->explained, struct truth_explanation, i);
		first[x->reason]++;
		for (int reason = 0; reason < TRUTH_N_REASONS; reason++)
			all[reason] += x->holds >> reason & 1;
	}
	for (int reason = 0; reason < TRUTH_N_REASONS; reason++) {
		report_table_text(t, truth_reason_words((enum truth_reason)reason));
		report_table_count(t, first[reason]);
		report_table_count(t, reason == TRUTH_REASON_REST ? first[reason] : all[reason]);
	}
	report_table_text(t, "all");
	report_table_count(t, e->explained->len);
	report_table_none(t);
	report_table_note(t, "A session counts in the first row that holds for it; 'holds for' counts it in each.");
}

static void add_holds(struct report_table *t, const struct truth_explanation *x)
{
	g_autoptr(GString) all = g_string_new(NULL);
	for (int reason = 0; reason < TRUTH_N_REASONS; reason++)
		if (x->holds >> reason & 1 && (reason != TRUTH_REASON_REST || x->reason == TRUTH_REASON_REST))
			g_string_append_printf(all, "%s%s", all->len ? " " : "",
					       truth_reason_name((enum truth_reason)reason));
	report_table_text(t, all->str);
}

static void add_session_columns(struct report_table *t)
{
	report_table_column(t, "time", "start");
	report_table_column(t, "session", NULL);
	report_table_column(t, "seconds", "s");
	report_table_column(t, "sent", NULL);
	report_table_column(t, "received", NULL);
}

static void add_session(struct report_table *t, const struct truth_session *s)
{
	int64_t start = tanpa_session_start_ns(&s->s);
	report_table_time(t, start);
	add_key(t, &s->s);
	report_table_number(t, (double)(tanpa_session_end_ns(&s->s) - start) / 1e9, 1);
	report_table_count(t, s->v.sent);
	report_table_count(t, s->v.received);
}

static void add_long_sessions(const struct report_evaluation *e, GPtrArray *tables)
{
	struct report_table *t = report_table_new("long-sessions", "Long sessions that are not in the log, one by one",
						  true);
	g_ptr_array_add(tables, t);
	add_session_columns(t);
	report_table_column(t, "mean_packet_length", "mean");
	report_table_column(t, "state", NULL);
	report_table_column(t, "content", NULL);
	report_table_column(t, "reason", "what holds");
	report_table_column(t, "similar_in_log", "similar in the log");
	report_table_column(t, "similar_not_in_log", "not in it");
	for (guint i = 0; i < e->explained->len; i++) {
		const struct truth_explanation *x = &g_array_index(e->explained, struct truth_explanation, i);
		const struct truth_session *s = truth_set_at(e->set, x->session);
		add_session(t, s);
		report_table_number(t, s->v.mean_length, 1);
		report_table_text(t, report_conn_state_name(s->s.conn_state));
		report_table_text(t, report_content_name(s->s.content[s->v.inside ^ 1]));
		add_holds(t, x);
		report_table_count(t, x->similar_in);
		report_table_count(t, x->similar_out);
	}
}

/* ---- uploads ---- */

static gint compare_status(gconstpointer a, gconstpointer b)
{
	return (int)GPOINTER_TO_UINT(a) - (int)GPOINTER_TO_UINT(b);
}

static void add_uploads_by_answer(const struct report_evaluation *e, GPtrArray *tables)
{
	struct report_table *t = report_table_new("uploads-by-answer", "Uploads and what followed (6.4)", false);
	g_autoptr(GHashTable) all = g_hash_table_new(NULL, NULL), followed = g_hash_table_new(NULL, NULL);
	g_ptr_array_add(tables, t);
	report_table_column(t, "answer", NULL);
	report_table_column(t, "followed", "followed by a download");
	for (guint i = 0; i < e->uploads->len; i++) {
		const struct truth_upload *u = &g_array_index(e->uploads, struct truth_upload, i);
		gpointer status = GUINT_TO_POINTER(truth_set_at(e->set, u->session)->s.http_status);
		guint n = GPOINTER_TO_UINT(g_hash_table_lookup(all, status));
		guint k = GPOINTER_TO_UINT(g_hash_table_lookup(followed, status));
		g_hash_table_insert(all, status, GUINT_TO_POINTER(n + 1));
		g_hash_table_insert(followed, status, GUINT_TO_POINTER(k + (u->next != TRUTH_NONE)));
	}
	g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(all), compare_status);
	for (GList *key = keys; key; key = key->next) {
		if (key->data)
			report_table_printf(t, "%u", GPOINTER_TO_UINT(key->data));
		else
			report_table_text(t, "none seen");
		report_table_share(t, GPOINTER_TO_UINT(g_hash_table_lookup(followed, key->data)),
				   GPOINTER_TO_UINT(g_hash_table_lookup(all, key->data)));
	}
	report_table_note(t, "Followed: the same host got something from the same server within %g s.",
			  (double)e->follow_ns / 1e9);
}

static void add_uploads(const struct report_evaluation *e, GPtrArray *tables)
{
	struct report_table *t = report_table_new("uploads", "Uploads, one by one", true);
	g_ptr_array_add(tables, t);
	add_session_columns(t);
	report_table_column(t, "method", NULL);
	report_table_column(t, "answer", NULL);
	report_table_column(t, "next", "then got something by");
	report_table_column(t, "after", "s later");
	report_table_column(t, "next_received", "received");
	report_table_column(t, "next_in_log", "in the log");
	for (guint i = 0; i < e->uploads->len; i++) {
		const struct truth_upload *u = &g_array_index(e->uploads, struct truth_upload, i);
		const struct truth_session *s = truth_set_at(e->set, u->session);
		add_session(t, s);
		report_table_text(t, report_method_name(s->s.http_method));
		if (s->s.http_status)
			report_table_count(t, s->s.http_status);
		else
			report_table_none(t);
		if (u->next == TRUTH_NONE) {
			for (int column = 0; column < 4; column++)
				report_table_none(t);
			continue;
		}
		const struct truth_session *next = truth_set_at(e->set, (guint)u->next);
		add_key(t, &next->s);
		report_table_number(t, (double)u->after_ns / 1e9, 1);
		report_table_count(t, next->v.received);
		report_table_text(t, next->entry != TRUTH_NONE ? "yes" : "no");
	}
}

void report_evaluation_add_log(const struct report_evaluation *e, GPtrArray *tables)
{
	add_reasons(e, tables);
	add_long_sessions(e, tables);
	add_uploads_by_answer(e, tables);
	add_uploads(e, tables);
}
