#include "verb/truth_input.h"

#include <string.h>

#include "base/net.h"
#include "truth/confusion.h"
#include "truth/own.h"
#include "verb/each.h"

#define SECOND_NS INT64_C(1000000000)
#define DAY_NS    (86400 * SECOND_NS)

/*
 * A client that is refused tries again from the same port, and who labels sessions may take the first try for
 * the start, or cut the session elsewhere. Ports tell sessions apart well enough to be generous.
 */
#define LABEL_TOLERANCE_NS (15 * SECOND_NS)

enum { COMPLAINTS = 5 }; /* about lines of one kind of file */

void truth_input_init(struct truth_input *in)
{
	*in = (struct truth_input){.match = {SECOND_NS, TRUTH_AT_END},
				   .label_match = {LABEL_TOLERANCE_NS, TRUTH_AT_START}};
	truth_log_init(&in->log);
	truth_log_init(&in->labels);
	truth_set_init(&in->set);
	in->hosts = truth_hosts_new();
}

static void free_ingest(struct ingest *ingest)
{
	ingest_clear(ingest);
	g_free(ingest);
}

void truth_input_clear(struct truth_input *in)
{
	char *const texts[] = {in->columns_text,   in->zone_text,    in->offset_text,
			       in->tolerance_text, in->instant_text, in->label_tolerance_text};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_strfreev(in->log_paths);
	g_strfreev(in->host_texts);
	g_strfreev(in->label_paths);
	truth_log_clear(&in->log);
	truth_log_clear(&in->labels);
	truth_set_clear(&in->set);
	g_array_unref(in->hosts);
	g_clear_pointer(&in->ingest, free_ingest);
	g_clear_pointer(&in->matches, g_array_unref);
	g_clear_pointer(&in->label_matches, g_array_unref);
	g_clear_pointer(&in->log_options.zone, g_time_zone_unref);
}

GOptionEntry *truth_input_entries(struct truth_input *in, const GOptionEntry *more)
{
	const GOptionEntry entries[] = {
		{"log", 'l', 0, G_OPTION_ARG_FILENAME_ARRAY, &in->log_paths,
		 "Acquisition log, CSV with a header; may be given several times", "FILE"},
		{"log-columns", 0, 0, G_OPTION_ARG_STRING, &in->columns_text,
		 "Which column is which, where the names do not tell", "FIELD=COLUMN[,…]"},
		{"log-timezone", 0, 0, G_OPTION_ARG_STRING, &in->zone_text,
		 "Time zone of times without one in the log (UTC)", "ZONE"},
		{"log-offset", 0, 0, G_OPTION_ARG_STRING, &in->offset_text, "What the log's clock is slow by (0)",
		 "[-]TIME"},
		{"tolerance", 0, 0, G_OPTION_ARG_STRING, &in->tolerance_text, "How far the log's time may be off (1s)",
		 "TIME"},
		{"match-time", 0, 0, G_OPTION_ARG_STRING, &in->instant_text,
		 "Of the session, compared with the log's time: end, start or span (end)", "WHAT"},
		{"host", 0, 0, G_OPTION_ARG_STRING_ARRAY, &in->host_texts,
		 "Host to count, with a name; may be given several times (all inside hosts of the log)",
		 "[NAME=]ADDRESS"},
		{"labels", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &in->label_paths,
		 "Labelled sessions, a table with a header; may be given several times", "FILE"},
		{"label-tolerance", 0, 0, G_OPTION_ARG_STRING, &in->label_tolerance_text,
		 "How far a session's start may be off its label's (15s)", "TIME"},
		{"each", 0, 0, G_OPTION_ARG_NONE, &in->each, "Read each capture on its own and add the results up",
		 NULL},
	};
	return verb_entries_join(entries, G_N_ELEMENTS(entries), more);
}

/* ---- options ---- */

static bool take_offset(struct truth_input *in, GError **error)
{
	const char *text = in->offset_text;
	bool minus = text && *text == '-';
	if (text == NULL)
		return true;
	if (!verb_parse_duration(text + (minus || *text == '+'), 36500 * DAY_NS, &in->log_options.offset_ns, error)) {
		g_prefix_error(error, "--log-offset: ");
		return false;
	}
	if (minus)
		in->log_options.offset_ns = -in->log_options.offset_ns;
	return true;
}

static bool take_tolerance(const char *option, const char *text, int64_t *ns, GError **error)
{
	if (g_strcmp0(text, "0") == 0) {
		*ns = 0;
		return true;
	}
	if (text == NULL || verb_parse_duration(text, DAY_NS, ns, error))
		return true;
	g_prefix_error(error, "%s: ", option);
	return false;
}

static bool take_matching(struct truth_input *in, GError **error)
{
	const char *instant = in->instant_text ? in->instant_text : "end";
	int i = 0;
	if (!take_tolerance("--tolerance", in->tolerance_text, &in->match.tolerance_ns, error) ||
	    !take_tolerance("--label-tolerance", in->label_tolerance_text, &in->label_match.tolerance_ns, error))
		return false;
	while (i < TRUTH_N_INSTANTS && strcmp(instant, truth_instant_name((enum truth_instant)i)) != 0)
		i++;
	if (i == TRUTH_N_INSTANTS) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--match-time: '%s' is not end, start or span", instant);
		return false;
	}
	in->match.instant = (enum truth_instant)i;
	return true;
}

/* Names of hosts are columns of tables 2 and 3, and keys of their JSON. */
static bool is_name_taken(const struct truth_input *in, const char *name)
{
	static const char *const columns[] = {"type", "v", "row", "all", NULL};
	for (guint i = 0; i < in->hosts->len; i++)
		if (strcmp(g_array_index(in->hosts, struct truth_host, i).name, name) == 0)
			return true;
	return g_strv_contains(columns, name);
}

/* "winxp=10.0.0.5" or "10.0.0.5"; the host is inside, whatever --inside says. */
static bool take_host(struct truth_input *in, const char *text, struct net_list *inside, GError **error)
{
	const char *equals = strchr(text, '=');
	struct truth_host host;
	if (!net_address_parse(equals ? equals + 1 : text, host.addr) || equals == text) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--host: '%s' is not an address with a name (as in winxp=10.0.0.5)", text);
		return false;
	}
	if (truth_host_find(in->hosts, host.addr) != TRUTH_NONE) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--host: '%s' is named twice", text);
		return false;
	}
	host.name = equals ? g_strndup(text, (gsize)(equals - text)) : g_strdup(text);
	if (is_name_taken(in, host.name)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--host: '%s' is a column already",
			    host.name);
		g_free(host.name);
		return false;
	}
	g_array_append_val(in->hosts, host);
	if (!net_list_contains(inside, host.addr)) {
		struct net net = {.mask = {UINT64_MAX, UINT64_MAX}};
		memcpy(net.addr, host.addr, sizeof net.addr);
		net_list_add(inside, &net);
	}
	return true;
}

static bool take_options(struct truth_input *in, struct verb_options *options, GError **error)
{
	in->log_options.zone = g_time_zone_new_identifier(in->zone_text ? in->zone_text : "UTC");
	in->log_options.columns = in->columns_text;
	if (in->log_options.zone == NULL) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--log-timezone: '%s' is not a time zone (as in UTC, Asia/Tokyo, +09:00)", in->zone_text);
		return false;
	}
	for (char **text = in->host_texts; text && *text; text++)
		if (!take_host(in, *text, options->verdict.inside, error))
			return false;
	return take_offset(in, error) && take_matching(in, error);
}

/* ---- log and labels ---- */

static void complain_of_lines(const struct truth_log *log)
{
	for (guint i = 0; i < log->faults->len && i < COMPLAINTS; i++) {
		const struct truth_fault *fault = &g_array_index(log->faults, struct truth_fault, i);
		verb_complain("%s:%" G_GUINT64_FORMAT ": %s", (const char *)g_ptr_array_index(log->paths, fault->file),
			      fault->line, fault->reason);
	}
	if (log->faults->len > COMPLAINTS)
		verb_complain("… and %u more lines that could not be read", log->faults->len - COMPLAINTS);
}

static bool read_logs(struct truth_input *in, GError **error)
{
	struct truth_log_options labels = in->log_options;
	labels.columns = NULL;
	labels.offset_ns = 0;
	labels.need_label = true;
	for (char **path = in->log_paths; path && *path; path++)
		if (!truth_log_read(&in->log, *path, &in->log_options, error))
			return false;
	for (char **path = in->label_paths; path && *path; path++)
		if (!truth_log_read(&in->labels, *path, &labels, error))
			return false;
	complain_of_lines(&in->log);
	complain_of_lines(&in->labels);
	return true;
}

/* ---- sessions ---- */

/* Reads captures as one run of the set. */
static enum verb_status read_run(struct truth_input *in, const struct verb_options *options)
{
	struct ingest *ingest = g_new0(struct ingest, 1);
	struct tanpa_session session;
	enum verb_status status = ingest_run(ingest, options, NULL);
	if (status == VERB_DONE || status == VERB_DAMAGED) {
		truth_set_begin_run(&in->set);
		for (guint i = 0; i < capture_stream_inputs(ingest->stream); i++)
			truth_set_add_capture(&in->set, capture_stream_input(ingest->stream, i)->path);
		for (guint i = 0; i < logs_size(ingest->logs); i++)
			truth_set_add_capture(&in->set, logs_at(ingest->logs, i)->path);
		for (gsize i = 0; i < ingest_size(ingest); i++) {
			ingest_get(ingest, i, &session);
			struct verdict verdict = verdict_judge(&session, &options->verdict);
			truth_set_add(&in->set, &session, &verdict);
		}
		truth_set_end_run(&in->set);
	}
	if (in->keep)
		in->ingest = ingest;
	else
		free_ingest(ingest);
	return status;
}

static enum verb_status read_each(struct truth_input *in, const struct verb_options *options)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	guint good = 0, bad = 0;
	for (char **path = options->paths; *path; path++)
		if (!each_input(*path, options, paths))
			return VERB_USAGE; /* the filter is wrong */
	for (guint i = 0; i < paths->len; i++) {
		char *one_path[] = {g_ptr_array_index(paths, i), NULL};
		struct verb_options one = *options;
		one.paths = one_path;
		enum verb_status status = read_run(in, &one);
		good += status == VERB_DONE || status == VERB_DAMAGED;
		bad += status != VERB_DONE;
	}
	return good == 0 ? VERB_FAILED : bad ? VERB_DAMAGED : VERB_DONE;
}

/* Labels that are all about other captures: the files may have other names here. */
static void complain_of_captures(const struct truth_input *in)
{
	for (guint i = 0; i < in->label_matches->len; i++)
		if (!(g_array_index(in->label_matches, struct truth_match, i).missed & 1u << TRUTH_MISS_CAPTURE))
			return;
	verb_complain("no line of '%s' is about these captures, by the names of their files", in->label_paths[0]);
}

/* ---- all of it ---- */

static void match(struct truth_input *in, const struct verb_options *options)
{
	if (in->log_paths) {
		in->matches = truth_match(&in->set, &in->log, &in->match);
		truth_take_matches(&in->set, in->matches);
		if (in->hosts->len == 0) {
			g_array_unref(in->hosts);
			in->hosts = truth_hosts_of_log(&in->log, options->verdict.inside);
			if (in->hosts->len == 0)
				verb_complain(
					"no line of the log has an inside host: name yours with --host or --inside");
		}
	}
	if (in->label_paths) {
		in->label_matches = truth_match(&in->set, &in->labels, &in->label_match);
		complain_of_captures(in);
	} else if (in->log_paths == NULL) {
		in->label_matches = truth_own_labels(&in->set, &in->labels);
	}
	if (in->label_matches)
		truth_take_labels(&in->set, in->label_matches);
}

#define NOTHING_TO_COMPARE "nothing to compare with: name an acquisition log (--log) or labelled sessions (--labels)"

enum verb_status truth_input_read(struct truth_input *in, struct verb_options *options)
{
	g_autoptr(GError) error = NULL;
	if (!take_options(in, options, &error) || !read_logs(in, &error)) {
		verb_complain("%s", error->message);
		return error->domain == G_OPTION_ERROR ? VERB_USAGE : VERB_FAILED;
	}
	if (!in->log_paths && !in->label_paths && !in->each) /* only flow logs may bring labels along */
		options->needs_logs = NOTHING_TO_COMPARE;
	enum verb_status status = in->each ? read_each(in, options) : read_run(in, options);
	if (status != VERB_DONE && status != VERB_DAMAGED)
		return status;
	match(in, options);
	if (in->matches == NULL && in->label_matches == NULL) {
		verb_complain(NOTHING_TO_COMPARE "; no session brought a label along");
		return VERB_USAGE;
	}
	return in->log.faults->len || in->labels.faults->len ? VERB_DAMAGED : status;
}
