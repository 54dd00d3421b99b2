#include "verb/learn_input.h"

#include <string.h>

#include "verb/each.h"
#include "verb/ingest.h"

void learn_input_init(struct learn_input *in)
{
	*in = (struct learn_input){0};
	learn_set_init(&in->set);
}

void learn_input_clear(struct learn_input *in)
{
	g_free(in->labels_path);
	g_strfreev(in->benign_paths);
	truth_report_clear(&in->report);
	g_clear_pointer(&in->labels, learn_labels_free);
	learn_set_clear(&in->set);
}

GOptionEntry *learn_input_entries(struct learn_input *in, const GOptionEntry *more)
{
	const GOptionEntry entries[] = {
		{"labels", 0, 0, G_OPTION_ARG_FILENAME, &in->labels_path,
		 "Labelled services: capture, client, server, server_port, label, family", "FILE"},
		{"benign", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &in->benign_paths,
		 "Capture or flow log of hosts that nobody controls; may be given several times", "FILE"},
		{"format", 'F', 0, G_OPTION_ARG_STRING, &in->report.format_text, "text, markdown, csv or json (text)",
		 "FORMAT"},
		{"table", 0, 0, G_OPTION_ARG_STRING, &in->report.tables_text, "Only these tables: quality, families, …",
		 "ID[,ID…]"},
		{"all", 'a', 0, G_OPTION_ARG_NONE, &in->report.all, "All rows of each list, not the first 20", NULL},
	};
	gsize n = 0;
	while (more[n].long_name)
		n++;
	GOptionEntry *all = g_new0(GOptionEntry, G_N_ELEMENTS(entries) + n + 1);
	memcpy(all, entries, sizeof entries);
	memcpy(all + G_N_ELEMENTS(entries), more, n * sizeof *more);
	return all;
}

/* ---- reading ---- */

struct gather {
	const struct verdict_options *options;
	struct channels *channels;
	int64_t first_ns, last_ns;
};

static void gather_session(const struct tanpa_session *session, void *user)
{
	struct gather *g = user;
	struct verdict verdict = verdict_judge(session, g->options);
	g->first_ns = MIN(g->first_ns, tanpa_session_start_ns(session));
	g->last_ns = MAX(g->last_ns, tanpa_session_start_ns(session));
	channels_add(g->channels, session, &verdict);
}

/* Reads one file and adds its channels. */
static enum verb_status read_one(struct learn_input *in, const struct verb_options *options, const char *path,
				 bool is_day)
{
	char *paths[] = {(char *)path, NULL};
	struct verb_options one = *options;
	one.paths = paths;
	one.threads = 1;
	struct gather gather = {&options->verdict, channels_new(), INT64_MAX, INT64_MIN};
	void *users[] = {&gather};
	struct ingest_sink sink = {gather_session, users, NULL};
	struct ingest ingest;
	enum verb_status status = ingest_run(&ingest, &one, &sink);
	if (status == VERB_DONE || status == VERB_DAMAGED) {
		channels_finish(gather.channels);
		if (is_day)
			learn_set_add_day(&in->set, gather.channels, path, gather.first_ns, gather.last_ns);
		else
			learn_set_add_capture(&in->set, gather.channels, in->labels, path, gather.first_ns,
					      gather.last_ns);
		in->captures += !is_day;
	}
	channels_free(gather.channels);
	ingest_clear(&ingest);
	return status;
}

enum verb_status learn_input_read(struct learn_input *in, const struct verb_options *options)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	bool damaged = false;
	if (in->labels_path == NULL) {
		verb_complain("no labels: name a table of services with --labels");
		return VERB_USAGE;
	}
	in->labels = learn_labels_read(in->labels_path, &error);
	if (in->labels == NULL) {
		verb_complain("%s", error->message);
		return error->domain == G_OPTION_ERROR ? VERB_USAGE : VERB_FAILED;
	}
	if (learn_labels_faults(in->labels))
		verb_complain("%s: lines that could not be read: %u", in->labels_path, learn_labels_faults(in->labels));
	for (char **path = options->paths; *path; path++)
		if (!each_input(*path, options, paths))
			return VERB_USAGE;
	for (guint i = 0; i < paths->len; i++)
		damaged |= read_one(in, options, g_ptr_array_index(paths, i), false) != VERB_DONE;
	for (char **path = in->benign_paths; path && *path; path++)
		damaged |= read_one(in, options, *path, true) != VERB_DONE;
	if (learn_labels_found(in->labels) == 0) {
		verb_complain("no service of '%s' is in these captures, by the names of their files", in->labels_path);
		return VERB_FAILED;
	}
	return damaged || learn_labels_faults(in->labels) ? VERB_DAMAGED : VERB_DONE;
}

enum verb_status learn_input_report(const struct learn_input *in, const struct channel_model *model, bool is_held_out,
				    const struct verb_options *options)
{
	g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func((GDestroyNotify)report_table_free);
	struct report_learning learning = {.set = &in->set,
					   .model = model,
					   .captures = in->captures,
					   .services = learn_labels_size(in->labels),
					   .found = learn_labels_found(in->labels),
					   .faults = learn_labels_faults(in->labels),
					   .is_held_out = is_held_out};
	report_learning_tables(&learning, tables);
	return truth_report_write(&in->report, tables, options);
}
