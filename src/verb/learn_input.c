#include "verb/learn_input.h"

#include "verb/each.h"
#include "verb/ingest.h"

void learn_input_init(struct learn_input *in)
{
	*in = (struct learn_input){0};
	learn_set_init(&in->set);
}

void learn_input_clear(struct learn_input *in)
{
	g_strfreev(in->label_paths);
	g_strfreev(in->benign_paths);
	g_strfreev(in->lesson_paths);
	truth_report_clear(&in->report);
	g_clear_pointer(&in->labels, learn_labels_free);
	learn_set_clear(&in->set);
}

GOptionEntry *learn_input_entries(struct learn_input *in, const GOptionEntry *more)
{
	const GOptionEntry entries[] = {
		{"labels", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &in->label_paths,
		 "Labelled services: capture, client, server, server_port, label, family; may be given several times",
		 "FILE"},
		{"benign", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &in->benign_paths,
		 "Capture or flow log of hosts that nobody controls; may be given several times", "FILE"},
		{"format", 'F', 0, G_OPTION_ARG_STRING, &in->report.format_text, "text, markdown, csv or json (text)",
		 "FORMAT"},
		{"table", 0, 0, G_OPTION_ARG_STRING, &in->report.tables_text, "Only these tables: quality, families, …",
		 "ID[,ID…]"},
		{"all", 'a', 0, G_OPTION_ARG_NONE, &in->report.all, "All rows of each list, not the first 20", NULL},
	};
	return verb_entries_join(entries, G_N_ELEMENTS(entries), more);
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

enum use { TO_MEASURE, TO_LEARN_ONLY, BENIGN_DAY };

/* Reads one file and adds its channels. */
static enum verb_status read_one(struct learn_input *in, const struct verb_options *options, const char *path,
				 enum use use)
{
	char *paths[] = {(char *)path, NULL};
	struct verb_options one = *options;
	one.paths = paths;
	one.threads = 1;
	struct gather gather = {&options->verdict, channels_new(), INT64_MAX, INT64_MIN};
	void *users[] = {&gather};
	struct ingest_sink sink = {gather_session, users, NULL};
	struct ingest ingest;
	guint before = in->set.examples->len;
	enum verb_status status = ingest_run(&ingest, &one, &sink);
	if (status == VERB_DONE || status == VERB_DAMAGED) {
		channels_finish(gather.channels, 1, NULL);
		if (use == BENIGN_DAY)
			learn_set_add_day(&in->set, gather.channels, path, gather.first_ns, gather.last_ns);
		else
			learn_set_add_capture(&in->set, gather.channels, in->labels, path, use == TO_MEASURE,
					      gather.first_ns, gather.last_ns);
		bool is_labelled = in->set.examples->len > before;
		in->captures += use == TO_MEASURE && is_labelled;
		in->lessons += use == TO_LEARN_ONLY && is_labelled;
	}
	channels_free(gather.channels);
	ingest_clear(&ingest);
	return status;
}

/* Each file on its own. */
static bool read_all(struct learn_input *in, const struct verb_options *options, bool *damaged)
{
	char **const lists[] = {
		[TO_MEASURE] = options->paths, [TO_LEARN_ONLY] = in->lesson_paths, [BENIGN_DAY] = in->benign_paths};
	for (enum use use = TO_MEASURE; use <= BENIGN_DAY; use++) {
		g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
		for (char **path = lists[use]; path && *path; path++)
			if (!each_input(*path, options, paths))
				return false;
		for (guint i = 0; i < paths->len; i++)
			*damaged |= read_one(in, options, g_ptr_array_index(paths, i), use) != VERB_DONE;
	}
	return true;
}

enum verb_status learn_input_read(struct learn_input *in, const struct verb_options *options)
{
	g_autoptr(GError) error = NULL;
	bool damaged = false;
	if (in->label_paths == NULL) {
		verb_complain("no labels: name a table of services with --labels");
		return VERB_USAGE;
	}
	in->labels = learn_labels_read((const char *const *)in->label_paths, &error);
	if (in->labels == NULL) {
		verb_complain("%s", error->message);
		return error->domain == G_OPTION_ERROR ? VERB_USAGE : VERB_FAILED;
	}
	if (learn_labels_faults(in->labels))
		verb_complain("labels: lines that could not be read: %u", learn_labels_faults(in->labels));
	if (!read_all(in, options, &damaged))
		return VERB_USAGE;
	if (learn_labels_found(in->labels) == 0) {
		verb_complain("no service of '%s' is in these captures, by the names of their files",
			      in->label_paths[0]);
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
					   .lessons = in->lessons,
					   .services = learn_labels_size(in->labels),
					   .found = learn_labels_found(in->labels),
					   .faults = learn_labels_faults(in->labels),
					   .is_held_out = is_held_out};
	report_learning_tables(&learning, tables);
	return truth_report_write(&in->report, tables, options);
}
