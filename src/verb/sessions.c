/* tanpa sessions: one record per session. */
#include <string.h>
#include <unistd.h>

#include "report/session_format.h"
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
	bool attempts;         /* write those without payload, too */
	bool begun;            /* the prolog is written */
};

static void begin(struct sessions *s)
{
	if (!s->begun)
		s->format->prolog(&s->out, &s->context);
	s->begun = true;
}

static void write_session(struct sessions *s, const struct tanpa_session *session, struct verdict verdict)
{
	struct report_row row = {session, &verdict, &s->options->verdict};
	bool attempt = !verdict_is_judged(verdict.kind);
	if ((attempt && !s->attempts) || (s->select && !report_select_takes(s->select, &row)) ||
	    s->format->record == NULL)
		return;
	begin(s);
	s->format->record(&s->out, &row, &s->context);
	report_out_pass(&s->out);
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
		write_session(s, &session, verdict);
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
		begin(s);
		s->format->epilog(&s->out, &s->context);
	}
	if (!report_out_finish(&s->out, &error)) {
		verb_complain("%s", error->message);
		status = VERB_FAILED;
	}
	ingest_clear(&in);
	return status;
}

/* The fields of csv and json: name, type, meaning, tab-separated. */
static enum verb_status list_fields(void)
{
	struct report_out out;
	g_autoptr(GError) error = NULL;
	report_out_init(&out, STDOUT_FILENO);
	for (gsize i = 0; i < report_n_fields; i++)
		g_string_append_printf(out.text, "%s\t%s\t%s\n", report_fields[i].name,
				       report_type_name(report_fields[i].type), report_fields[i].words);
	if (report_out_finish(&out, &error))
		return VERB_DONE;
	verb_complain("%s", error->message);
	return VERB_FAILED;
}

enum verb_status verb_sessions(int argc, char **argv)
{
	g_autofree char *format = NULL, *select = NULL;
	gboolean stream = FALSE, attempts = FALSE, fields = FALSE, json = FALSE, csv = FALSE;
	const GOptionEntry own[] = {
		{"format", 'F', 0, G_OPTION_ARG_STRING, &format, "text, csv, json, zeek or null (text)", "FORMAT"},
		{"json", 0, 0, G_OPTION_ARG_NONE, &json, "The same as --format json", NULL},
		{"csv", 0, 0, G_OPTION_ARG_NONE, &csv, "The same as --format csv", NULL},
		{"attempts", 0, 0, G_OPTION_ARG_NONE, &attempts, "Also sessions without payload", NULL},
		{"select", 's', 0, G_OPTION_ARG_STRING, &select, "Only sessions of which this is true", "EXPRESSION"},
		{"stream", 0, 0, G_OPTION_ARG_NONE, &stream,
		 "Write each session as it ends: little memory, not in order of time", NULL},
		{"fields", 0, 0, G_OPTION_ARG_NONE, &fields,
		 "List the fields of csv and json instead (alone, without input)", NULL},
		G_OPTION_ENTRY_NULL,
	};
	if (argc == 2 && strcmp(argv[1], "--fields") == 0)
		return list_fields();
	struct verb_options options;
	enum verb_status status = VERB_USAGE;
	if (verb_options_parse(&options, own, "One record per session with its verdict, in order of time.", argc, argv,
			       &status)) {
		struct sessions s = {
			.options = &options,
			.format = report_session_format_find(json     ? "json"
							     : csv    ? "csv"
							     : format ? format
								      : "text"),
			.context = {options.zone, options.color},
			.attempts = attempts,
		};
		if (stream)
			options.threads = 1; /* one writer, and the order in which sessions end */
		if (fields)
			verb_complain("--fields stands alone");
		else if (json + csv + (format != NULL) > 1)
			verb_complain("--json, --csv and --format exclude each other");
		else if (s.format == NULL)
			verb_complain("--format: '%s' is not text, csv, json, zeek or null", format);
		else if (verb_select_compile(select, report_fields, report_n_fields, options.zone, &s.select))
			status = write_sessions(&s, &options, stream);
		report_select_free(s.select);
	}
	verb_options_clear(&options);
	return status;
}
