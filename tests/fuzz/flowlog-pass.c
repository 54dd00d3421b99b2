#include "flowlog-pass.h"

#include <glib.h>
#include <string.h>

#include "base/net.h"
#include "flowlog/flowlog.h"
#include "flowlog/stitch.h"
#include "fuzz.h"
#include "report/session_format.h"

struct pass {
	GString *text; /* the log */
	gsize at, piece;
	struct session_names names;
	struct flowlog_facts *facts;
	GTimeZone *zone;
	struct net_list *inside;
	struct verdict_options verdict;
	struct report_out out; /* its sessions as JSON lines */
	uint64_t records, sessions, packets;
};

static void pass_init(struct pass *p, gsize piece)
{
	*p = (struct pass){.piece = piece, .text = g_string_new(NULL), .facts = flowlog_facts_new()};
	session_names_init(&p->names);
	p->zone = g_time_zone_new_utc();
	p->inside = net_list_private();
	p->verdict = verdict_options_default;
	p->verdict.inside = p->inside;
	p->out.text = g_string_new(NULL);
}

static void pass_clear(struct pass *p)
{
	g_string_free(p->text, TRUE);
	g_string_free(p->out.text, TRUE);
	session_names_clear(&p->names);
	flowlog_facts_free(p->facts);
	g_time_zone_unref(p->zone);
	net_list_free(p->inside);
}

static gssize give(void *user, void *buffer, gsize n, GError **error)
{
	struct pass *p = user;
	gsize some = MIN(MIN(n, p->piece), p->text->len - p->at);
	(void)error;
	memcpy(buffer, p->text->str + p->at, some);
	p->at += some;
	return (gssize)some;
}

static void check_session(const struct tanpa_session *s)
{
	CHECK(s->proto == TANPA_TCP || s->proto == TANPA_UDP);
	CHECK(s->origin < TANPA_N_ORIGINS && s->conn_state < TANPA_N_CONN_STATES && s->end < TANPA_N_ENDS);
	CHECK(s->service < TANPA_N_SERVICES && s->http_method < TANPA_N_HTTP_METHODS);
	CHECK(s->content[0] < TANPA_N_CONTENTS && s->content[1] < TANPA_N_CONTENTS);
	CHECK(s->http_status == 0 || (s->http_status >= 100 && s->http_status <= 599));
	CHECK(s->absent >> TANPA_N_PARTS == 0 && s->estimated >> TANPA_N_PARTS == 0);
	CHECK(s->risks >> TANPA_N_RISKS == 0);
	CHECK(memchr(s->history, '\0', sizeof s->history) != NULL);
	CHECK(tanpa_session_start_ns(s) != TANPA_NEVER && tanpa_session_end_ns(s) >= tanpa_session_start_ns(s));
	CHECK(s->name == NULL || *s->name);
}

static void write_session(struct pass *p, const struct tanpa_session *s)
{
	struct report_session_context context = {.zone = p->zone};
	struct verdict verdict = verdict_judge(s, &p->verdict);
	struct report_row row = {s, &verdict, &p->verdict};
	report_session_format_find("json")->record(&p->out, &row, &context);
}

static void count_session(const struct tanpa_session *s, void *user)
{
	struct pass *p = user;
	check_session(s);
	p->sessions++;
	p->packets += tanpa_session_packets(s);
}

static void check_counts(const struct flowlog *log, const struct pass *p)
{
	struct flowlog_counts c = flowlog_counts_of(log);
	uint64_t sum = c.headers + c.records + c.facts + c.faults;
	for (int skip = 0; skip < FLOWLOG_N_SKIPS; skip++)
		sum += c.skipped[skip];
	CHECK(sum == c.lines);
	CHECK(c.records == p->records);
	CHECK(flowlog_faults(log)->len == MIN(c.faults, (uint64_t)FLOWLOG_FAULTS_KEPT));
	CHECK(p->at == p->text->len);
}

/* Reads p->text; false when it is no log. */
static bool read_log(struct pass *p, struct flowlog_stitch *stitch)
{
	const struct flowlog_options options = {.zone = p->zone, .names = &p->names, .facts = p->facts};
	struct flowlog_record record;
	g_autoptr(GError) error = NULL;
	g_autoptr(flowlog_) log = flowlog_open(give, p, &options, &error);
	CHECK((log == NULL) == (error != NULL));
	while (log && flowlog_next(log, &record)) {
		check_session(&record.session);
		write_session(p, &record.session);
		p->records++;
		if (stitch)
			flowlog_stitch_add(stitch, &record);
	}
	if (log)
		check_counts(log, p);
	return log != NULL;
}

/* tanpa's own JSON lines, read back. */
static void check_round_trip(const struct pass *first)
{
	struct pass again;
	pass_init(&again, 4096);
	g_string_append_len(again.text, first->out.text->str, (gssize)first->out.text->len);
	CHECK(read_log(&again, NULL));
	CHECK(again.records == first->records);
	CHECK(strcmp(again.out.text->str, first->out.text->str) == 0);
	pass_clear(&again);
}

void flowlog_pass(const char *head, const uint8_t *data, size_t size)
{
	static const gsize pieces[] = {1, 2, 7, 64, 1000, 4096, 1 << 16, 1 << 20};
	struct pass pass, sessions;
	if (size < 1)
		return;
	pass_init(&pass, pieces[data[0] >> 2 & 7]);
	pass_init(&sessions, 1);
	struct flowlog_stitch *stitch = flowlog_stitch_new(data[0] & 2 ? 1000000000 : 0, count_session, &sessions);
	if (data[0] & 1)
		g_string_append(pass.text, head);
	g_string_append_len(pass.text, (const char *)data + 1, (gssize)size - 1);
	bool is_log = read_log(&pass, stitch);
	CHECK(is_log || !(data[0] & 1));
	flowlog_stitch_finish(stitch);
	struct flowlog_stitch_counts c = flowlog_stitch_counts_of(stitch);
	CHECK(c.sessions == sessions.sessions);
	CHECK(c.sessions + c.rejoined + c.duplicates + c.paired / 2 == pass.records);
	if (pass.records > 0)
		check_round_trip(&pass);
	flowlog_stitch_free(stitch);
	pass_clear(&pass);
	pass_clear(&sessions);
}
