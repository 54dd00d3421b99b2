/* tanpa sessions: one record per session. */
#include <string.h>
#include <unistd.h>

#include "report/session_format.h"
#include "verb/extract.h"
#include "verb/ingest.h"
#include "verb/options.h"
#include "verb/select.h"
#include "verdict/fanout.h"

struct sessions {
	const struct verb_options *options;
	const struct report_session_format *format;
	struct report_session_context context;
	struct report_out out;
	report_select *select; /* which sessions to write; NULL: all */
	extract_ *extract;     /* takes those written; NULL: no */
	bool attempts;         /* write those without payload, too */
	bool begun;            /* the prolog is written */
};

/* Before the first session that is written, or NULL when there is none. */
static void begin(struct sessions *s, const struct tanpa_session *first)
{
	if (s->begun)
		return;
	s->context.first_ns = first ? tanpa_session_start_ns(first) : TANPA_NEVER;
	s->context.last_ns = TANPA_NEVER;
	s->format->prolog(&s->out, &s->context);
	s->begun = true;
}

/* Whether the session is among those asked for; then it is written. */
static bool write_session(struct sessions *s, const struct tanpa_session *session, struct verdict verdict)
{
	struct report_row row = {session, &verdict, &s->options->verdict};
	bool attempt = !verdict_is_judged(verdict.kind);
	if ((attempt && !s->attempts) || (s->select && !report_select_takes(s->select, &row)))
		return false;
	if (s->format->record == NULL)
		return true;
	begin(s, session);
	s->context.last_ns = MAX(s->context.last_ns, tanpa_session_end_ns(session));
	s->format->record(&s->out, &row, &s->context);
	report_out_pass(&s->out);
	return true;
}

/* Sink of streamed sessions: fan-outs cannot be known yet, so attempts stay attempts. */
static void write_streamed(const struct tanpa_session *session, void *user)
{
	struct sessions *s = user;
	write_session(s, session, verdict_judge(session, &s->options->verdict));
}

static void write_kept(struct sessions *s, const struct ingest *in)
{
	struct fanout *fanout = fanout_new((guint)s->options->fan_out);
	struct tanpa_session session;
	for (gsize i = 0; i < ingest_size(in); i++) {
		ingest_get(in, i, &session);
		struct verdict verdict = verdict_judge(&session, &s->options->verdict);
		fanout_add(fanout, &session, &verdict);
	}
	for (gsize i = 0; i < ingest_size(in) && s->out.error == 0; i++) {
		ingest_get(in, i, &session);
		struct verdict verdict = verdict_judge(&session, &s->options->verdict);
		if (fanout_of(fanout, &session, &verdict))
			verdict.kind = VERDICT_PROPAGATION;
		if (write_session(s, &session, verdict) && s->extract)
			extract_choose(s->extract, ingest_number(in, i), &session, &verdict);
	}
	fanout_free(fanout);
}

static enum verb_status write_sessions(struct sessions *s, const struct verb_options *options, bool stream)
{
	struct ingest in;
	g_autoptr(GError) error = NULL;
	void *users[] = {s};
	struct ingest_sink sink = {write_streamed, users, &s->out.error};
	report_out_init(&s->out, STDOUT_FILENO);
	enum verb_status status = ingest_run(&in, options, stream ? &sink : NULL);
	if (!stream && (status == VERB_DONE || status == VERB_DAMAGED))
		write_kept(s, &in);
	if (status == VERB_DONE || status == VERB_DAMAGED) { /* else there is nothing, not a list of none */
		begin(s, NULL);
		s->format->epilog(&s->out, &s->context);
	}
	if (!report_out_finish(&s->out, &error)) {
		verb_complain("%s", error->message);
		status = VERB_FAILED;
	}
	if (s->extract && (status == VERB_DONE || status == VERB_DAMAGED)) {
		enum verb_status extracted = extract_run(s->extract, &in, options);
		status = extracted == VERB_DONE ? status : extracted;
	}
	ingest_clear(&in);
	return status;
}

/* The verb's own options, as typed. */
struct typed {
	char *format, *select, *extract;
	gboolean json, csv, attempts, stream, fields;
};

/* Whether they go together; complains when not. */
static bool is_sound(const struct typed *typed)
{
	if (typed->fields)
		verb_complain("--fields stands alone");
	else if (typed->json + typed->csv + (typed->format != NULL) > 1)
		verb_complain("--json, --csv and --format exclude each other");
	else if (typed->stream && typed->extract)
		verb_complain("--stream and --extract exclude each other");
	else
		return true;
	return false;
}

static enum verb_status run(const struct typed *typed, struct verb_options *options)
{
	const char *format = typed->json ? "json" : typed->csv ? "csv" : typed->format ? typed->format : "text";
	struct sessions s = {
		.options = options,
		.format = report_session_format_find(format),
		.context = {options->zone, options->color},
		.attempts = typed->attempts,
	};
	g_autoptr(report_select) select = NULL;
	g_autoptr(extract_) extract = NULL;
	if (!is_sound(typed))
		return VERB_USAGE;
	if (s.format == NULL) {
		verb_complain("--format: '%s' is not text, csv, json, zeek or null", format);
		return VERB_USAGE;
	}
	if (!verb_select_compile(typed->select, report_fields, report_n_fields, options->zone, &select))
		return VERB_USAGE;
	if (typed->extract && (extract = extract_new(typed->extract, options)) == NULL)
		return VERB_FAILED;
	if (typed->stream || extract)
		options->threads = 1; /* one writer, and the order in which sessions end; or the same way twice */
	s.select = select;
	s.extract = extract;
	return write_sessions(&s, options, typed->stream);
}

enum verb_status verb_sessions(int argc, char **argv)
{
	struct typed typed = {0};
	const GOptionEntry own[] = {
		{"format", 'F', 0, G_OPTION_ARG_STRING, &typed.format, "text, csv, json, zeek or null (text)",
		 "FORMAT"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &typed.json, "The same as --format json", NULL},
		{"csv", 0, 0, G_OPTION_ARG_NONE, &typed.csv, "The same as --format csv", NULL},
		{"attempts", 0, 0, G_OPTION_ARG_NONE, &typed.attempts, "Also sessions without payload", NULL},
		{"select", 's', 0, G_OPTION_ARG_STRING, &typed.select, "Only sessions of which this is true",
		 "EXPRESSION"},
		{"extract", 'x', 0, G_OPTION_ARG_FILENAME, &typed.extract,
		 "Also write their packets, one pcap file per service, into this directory", "DIRECTORY"},
		{"stream", 0, 0, G_OPTION_ARG_NONE, &typed.stream,
		 "Write each session as it ends: little memory, not in order of time", NULL},
		{"fields", 0, 0, G_OPTION_ARG_NONE, &typed.fields,
		 "List the fields of csv and json instead (alone, without input)", NULL},
		G_OPTION_ENTRY_NULL,
	};
	if (argc == 2 && strcmp(argv[1], "--fields") == 0)
		return verb_select_list(report_fields, report_n_fields);
	struct verb_options options;
	enum verb_status status = VERB_USAGE;
	if (verb_options_parse(&options, own, "One record per session with its verdict, in order of time.", argc, argv,
			       &status))
		status = run(&typed, &options);
	verb_options_clear(&options);
	g_free(typed.format);
	g_free(typed.select);
	g_free(typed.extract);
	return status;
}
