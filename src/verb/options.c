#include "verb/options.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/net.h"
#include "report/out.h"

enum { MAX_THREADS = 64 };

void verb_complain(const char *format, ...)
{
	va_list args;
	g_autoptr(GString) printable = g_string_new(NULL);
	va_start(args, format);
	g_autofree char *text = g_strdup_vprintf(format, args);
	va_end(args);
	report_append_printable(printable, text); /* there are file names in it, and whoever wrote them is not known */
	fprintf(stderr, "tanpa: %s\n", printable->str);
}

static bool bad_value(GError **error, const char *option, const char *value, const char *expected)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: '%s' is not %s", option, value, expected);
	return false;
}

bool verb_parse_duration(const char *text, int64_t max_ns, int64_t *ns, GError **error)
{
	static const struct {
		char unit;
		double seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
	char *end;
	double n = g_ascii_strtod(text, &end), unit = 1;
	bool known = end != text && *end == '\0';
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++)
		if (end != text && end[0] == units[i].unit && end[1] == '\0') {
			unit = units[i].seconds;
			known = true;
		}
	if (!known || !(n > 0) || n * unit * 1e9 > (double)max_ns) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "'%s' is not a duration (as in 90, 90s, 5m, 1h, 2d; at most %" G_GINT64_FORMAT "d)", text,
			    max_ns / (86400 * INT64_C(1000000000)));
		return false;
	}
	*ns = MAX((int64_t)(n * unit * 1e9), 1);
	return true;
}

static bool take_timeout(const char *option, const char *text, int64_t *ns, GError **error)
{
	if (text == NULL || verb_parse_duration(text, SESSION_TIMEOUT_MAX_NS, ns, error))
		return true;
	g_prefix_error(error, "%s: ", option);
	return false;
}

static bool take_inside(struct verb_options *o, GError **error)
{
	if (o->inside_text == NULL) {
		o->verdict.inside = net_list_private();
		return true;
	}
	o->verdict.inside = net_list_parse(o->inside_text, error);
	if (o->verdict.inside == NULL)
		g_prefix_error(error, "--inside: ");
	return o->verdict.inside != NULL;
}

static bool take_judging(struct verb_options *o, GError **error)
{
	if (!take_inside(o, error))
		return false;
	if (o->threshold_text) {
		char *end;
		o->verdict.threshold = g_ascii_strtod(o->threshold_text, &end);
		if (end == o->threshold_text || *end || !(o->verdict.threshold >= 0 && o->verdict.threshold <= 1e9))
			return bad_value(error, "--threshold", o->threshold_text, "a number of bytes");
	}
	if (o->length_text) {
		int length = 0;
		while (length < VERDICT_N_LENGTHS &&
		       strcmp(o->length_text, verdict_length_name((enum verdict_length)length)) != 0)
			length++;
		if (length == VERDICT_N_LENGTHS)
			return bad_value(error, "--packet-length", o->length_text, "payload, ip or frame");
		o->verdict.length = (enum verdict_length)length;
		o->session.count_frames = length == VERDICT_LENGTH_FRAME;
	}
	if (o->retransmissions_text) {
		o->verdict.count_retransmissions = strcmp(o->retransmissions_text, "count") == 0;
		if (!o->verdict.count_retransmissions && strcmp(o->retransmissions_text, "exclude") != 0)
			return bad_value(error, "--retransmissions", o->retransmissions_text, "count or exclude");
	}
	if (o->fan_out < 2) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--fan-out: %d is not 2 or more",
			    o->fan_out);
		return false;
	}
	return true;
}

static bool take_sessions(struct verb_options *o, GError **error)
{
	if (!take_timeout("--tcp-timeout", o->tcp_timeout_text, &o->session.tcp_timeout_ns, error) ||
	    !take_timeout("--udp-timeout", o->udp_timeout_text, &o->session.udp_timeout_ns, error))
		return false;
	if (o->max_sessions_text) {
		guint64 n;
		if (!g_ascii_string_to_unsigned(o->max_sessions_text, 10, 1, UINT32_MAX - 1, &n, NULL))
			return bad_value(error, "--max-sessions", o->max_sessions_text,
					 "a number from 1 to 4294967294");
		o->session.max_sessions = (uint32_t)n;
	}
	if (o->ndpi) /* what libndpi says of a session hangs on those before it, and must not on who shared them out */
		o->threads = 1;
	if (o->threads < 1 || o->threads > MAX_THREADS) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--threads: %d is not 1 to %d", o->threads,
			    MAX_THREADS);
		return false;
	}
	return true;
}

static bool take_logs(struct verb_options *o, GError **error)
{
	if (o->rejoin_text && !verb_parse_duration(o->rejoin_text, SESSION_TIMEOUT_MAX_NS, &o->rejoin_ns, error)) {
		g_prefix_error(error, "--rejoin: ");
		return false;
	}
	if (o->input_format_text == NULL || strcmp(o->input_format_text, "auto") == 0)
		return true;
	o->no_logs = strcmp(o->input_format_text, "capture") == 0;
	o->input_format = flowlog_find_format(o->input_format_text);
	if (o->input_format || o->no_logs)
		return true;
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "--input-format: '%s' is not auto, capture or one of %s", o->input_format_text,
		    flowlog_format_names());
	return false;
}

static bool take_talk(struct verb_options *o, GError **error)
{
	const char *color = o->color_text ? o->color_text : "auto";
	if (strcmp(color, "auto") == 0)
		o->color = isatty(STDOUT_FILENO) && g_getenv("NO_COLOR") == NULL && g_strcmp0(g_getenv("TERM"), "dumb");
	else if (strcmp(color, "always") == 0 || strcmp(color, "never") == 0)
		o->color = strcmp(color, "always") == 0;
	else
		return bad_value(error, "--color", color, "auto, always or never");
	o->zone = g_time_zone_new_identifier(o->zone_text ? o->zone_text : "UTC");
	if (o->zone == NULL)
		return bad_value(error, "--timezone", o->zone_text, "a time zone (as in UTC, Asia/Tokyo, +09:00)");
	return true;
}

/* Hash secrets: a new one for each run; results do not depend on it. */
static void make_seed(struct packet_seed *seed)
{
	struct packet_seed random;
	uint64_t secret[3];
	if (getrandom(&random, sizeof random, GRND_NONBLOCK) == sizeof random)
		*seed = random;
	if (getrandom(secret, sizeof secret, GRND_NONBLOCK) == sizeof secret)
		memcpy(hash_secret, secret, sizeof secret);
}

static void add_common_entries(GOptionContext *context, struct verb_options *o)
{
	const GOptionEntry common[] = {
		{"filter", 'f', 0, G_OPTION_ARG_STRING, &o->filter, "Read only packets that match (pcap-filter(7))",
		 "EXPRESSION"},
		{"inside", 'i', 0, G_OPTION_ARG_STRING, &o->inside_text,
		 "Networks under observation (default: private ranges)", "CIDR[,CIDR…]"},
		{"threshold", 't', 0, G_OPTION_ARG_STRING, &o->threshold_text,
		 "Mean packet length up to which a session is short (100)", "BYTES"},
		{"packet-length", 0, 0, G_OPTION_ARG_STRING, &o->length_text,
		 "What a packet's length is: payload, ip or frame (payload)", "WHAT"},
		{"retransmissions", 0, 0, G_OPTION_ARG_STRING, &o->retransmissions_text,
		 "count repeated payload, as the paper does, or exclude it (count)", "HOW"},
		{"fan-out", 0, 0, G_OPTION_ARG_INT, &o->fan_out,
		 "Failed destinations on one port that make propagation (10)", "N"},
		{"tcp-timeout", 0, 0, G_OPTION_ARG_STRING, &o->tcp_timeout_text,
		 "Idle time that ends a TCP session (1h)", "TIME"},
		{"udp-timeout", 0, 0, G_OPTION_ARG_STRING, &o->udp_timeout_text,
		 "Idle time that ends a UDP session (1m)", "TIME"},
		{"max-sessions", 0, 0, G_OPTION_ARG_STRING, &o->max_sessions_text,
		 "Most sessions held at once (67108864)", "N"},
		{"threads", 'j', 0, G_OPTION_ARG_INT, &o->threads, "Threads that analyse (1); the output is the same",
		 "N"},
		{"ndpi", 0, 0, G_OPTION_ARG_NONE, &o->ndpi,
		 "Ask libndpi for application protocols and their risks; on one thread", NULL},
		{"timezone", 0, 0, G_OPTION_ARG_STRING, &o->zone_text, "Time zone of times for people (UTC)", "ZONE"},
		{"color", 0, 0, G_OPTION_ARG_STRING, &o->color_text,
		 "auto, always or never (auto; NO_COLOR is honoured)", "WHEN"},
		{"input-format", 0, 0, G_OPTION_ARG_STRING, &o->input_format_text,
		 "auto, capture, zeek, tanpa, eve, argus or nfdump (auto: by content)", "FORMAT"},
		{"rejoin", 0, 0, G_OPTION_ARG_STRING, &o->rejoin_text,
		 "Join flows of a log that an exporter cut, up to this gap (off)", "TIME"},
		{"quiet", 'q', 0, G_OPTION_ARG_NONE, &o->quiet, "No progress bar, no notes; errors only", NULL},
		{G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &o->paths, NULL, "FILE|DIRECTORY|-…"},
		G_OPTION_ENTRY_NULL,
	};
	g_option_context_add_main_entries(context, common, NULL);
}

bool verb_options_parse(struct verb_options *o, const GOptionEntry *own, const char *summary, int argc, char **argv,
			enum verb_status *status)
{
	*o = (struct verb_options){
		.session = session_options_default,
		.verdict = verdict_options_default,
		.threads = 1,
		.fan_out = 10,
	};
	g_autoptr(GError) error = NULL;
	g_autoptr(GOptionContext) context = g_option_context_new(NULL);
	g_autofree char *name = g_strdup_printf("tanpa %s", argv[0]);
	g_auto(GStrv) args = g_new0(char *, (gsize)argc + 1);
	args[0] = g_strdup(name); /* GOption names the program by it */
	for (int i = 1; i < argc; i++)
		args[i] = g_strdup(argv[i]);

	g_option_context_set_summary(context, summary);
	if (own)
		g_option_context_add_main_entries(context, own, NULL);
	add_common_entries(context, o);
	g_option_context_set_help_enabled(context, FALSE);
	gboolean help = FALSE;
	const GOptionEntry help_entry[] = {{"help", 'h', 0, G_OPTION_ARG_NONE, &help, "Show this help", NULL},
					   G_OPTION_ENTRY_NULL};
	g_option_context_add_main_entries(context, help_entry, NULL);
	bool good = g_option_context_parse_strv(context, &args, &error);
	if (good && help) {
		g_autofree char *text = g_option_context_get_help(context, TRUE, NULL);
		fputs(text, stdout);
		*status = VERB_DONE;
		if (fflush(stdout) != 0) {
			verb_complain("cannot write: %s", g_strerror(errno));
			*status = VERB_FAILED;
		}
		return false;
	}
	make_seed(&o->session.seed);
	good = good && take_judging(o, &error) && take_sessions(o, &error) && take_logs(o, &error) &&
	       take_talk(o, &error);
	if (good && (o->paths == NULL || o->paths[0] == NULL)) {
		g_set_error(&error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "no input: name files, directories, or - for standard input");
		good = false;
	}
	if (!good) {
		verb_complain("%s", error->message);
		fprintf(stderr, "Try 'tanpa %s --help'.\n", argv[0]);
		*status = VERB_USAGE;
	}
	return good;
}

void verb_options_clear(struct verb_options *o)
{
	g_clear_pointer(&o->verdict.inside, net_list_free);
	g_clear_pointer(&o->zone, g_time_zone_unref);
	g_strfreev(o->paths);
	char *const texts[] = {o->filter,           o->inside_text,          o->length_text,
			       o->threshold_text,   o->retransmissions_text, o->tcp_timeout_text,
			       o->udp_timeout_text, o->max_sessions_text,    o->zone_text,
			       o->color_text,       o->input_format_text,    o->rejoin_text};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	*o = (struct verb_options){0};
}

GOptionEntry *verb_entries_join(const GOptionEntry *entries, gsize n, const GOptionEntry *more)
{
	gsize rest = 0;
	while (more[rest].long_name)
		rest++;
	GOptionEntry *all = g_new0(GOptionEntry, n + rest + 1);
	memcpy(all, entries, n * sizeof *entries);
	memcpy(all + n, more, rest * sizeof *more);
	return all;
}
