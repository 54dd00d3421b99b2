/* tanpa calibrate: which threshold separates control from downloads, on which ports; or that none does. */
#include <string.h>

#include "report/calibration.h"
#include "verb/truth_input.h"
#include "verb/truth_report.h"

enum { DEFAULT_BOOTSTRAP = 1000, MAX_BOOTSTRAP = 1000000, DEFAULT_SEED = 2009 };

struct calibrate {
	struct truth_input input;
	struct truth_report report;
	char *measure_text, *positive_text, *negative_text, *by_text, *ports_text;
	gdouble max_error, max_fp; /* percent */
	gint bootstrap, seed;
	/* as parsed */
	const struct truth_measure *measure;
	struct truth_calibrate_options options;
	char **positive, **negative;
	GArray *ports;
};

/* ---- options ---- */

static bool bad(GError **error, const char *option, const char *value, const char *expected)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: '%s' is not %s", option, value, expected);
	return false;
}

static bool take_ports(struct calibrate *c, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(c->ports_text, ",", -1);
	c->ports = g_array_new(FALSE, FALSE, sizeof(uint16_t));
	for (gsize i = 0; parts[i]; i++) {
		guint64 number;
		if (!g_ascii_string_to_unsigned(g_strstrip(parts[i]), 10, 0, 65535, &number, NULL))
			return bad(error, "--leave-ports", parts[i], "a port");
		uint16_t port = (uint16_t)number;
		g_array_append_val(c->ports, port);
	}
	c->options.leave_ports = c->ports;
	return true;
}

static bool take_unit(struct calibrate *c, GError **error)
{
	const char *by = c->by_text ? c->by_text : "session";
	c->options.by_service = strcmp(by, "service") == 0;
	return c->options.by_service || strcmp(by, "session") == 0 || bad(error, "--by", by, "session or service");
}

static bool take_numbers(struct calibrate *c, GError **error)
{
	if (!(c->max_error >= 0 && c->max_error <= 50) || !(c->max_fp >= 0 && c->max_fp <= 100)) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
			    "--max-error is from 0 to 50, --max-fp from 0 to 100 percent");
		return false;
	}
	if (c->bootstrap < 0 || c->bootstrap > MAX_BOOTSTRAP) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--bootstrap: %d is not from 0 to %d",
			    c->bootstrap, MAX_BOOTSTRAP);
		return false;
	}
	c->options.max_error = c->max_error / 100;
	c->options.max_fp = c->max_fp / 100;
	c->options.bootstrap = (guint)c->bootstrap;
	c->options.seed = (uint32_t)c->seed;
	return true;
}

static bool take_options(struct calibrate *c, const struct verb_options *options, GError **error)
{
	c->measure = c->measure_text ? truth_measure_find(c->measure_text)
				     : truth_measure_of_length(options->verdict.length);
	if (c->measure == NULL)
		return bad(error, "--measure", c->measure_text, "a measure (tanpa-calibrate(1) has them)");
	c->positive = g_strsplit(c->positive_text ? c->positive_text : "c2", ",", -1);
	c->negative = g_strsplit(c->negative_text ? c->negative_text : "download", ",", -1);
	c->options.positive = (const char *const *)c->positive;
	c->options.negative = strcmp(c->negative[0], "rest") == 0 ? NULL : (const char *const *)c->negative;
	c->options.count_retransmissions = options->verdict.count_retransmissions;
	return take_unit(c, error) && take_numbers(c, error) && (c->ports_text == NULL || take_ports(c, error));
}

/* ---- parts of the sessions ---- */

/* Groups of ports; a port is of the first that has it. */
static const struct {
	const char *name;
	uint16_t from, to;
} groups[] = {{"port 80", 80, 80},
	      {"port 443", 443, 443},
	      {"others to 1023", 0, 1023},
	      {"1024 to 9999", 1024, 9999},
	      {"10000 and up", 10000, 65535}};

struct part {
	int host;  /* TRUTH_NONE: any */
	int group; /* of ports, likewise */
};

static int group_of(uint16_t port)
{
	int group = 0;
	while (port < groups[group].from || port > groups[group].to)
		group++;
	return group;
}

static bool is_in_part(const struct truth_value *value, const void *user)
{
	const struct part *part = user;
	return (part->host == TRUTH_NONE || value->host == part->host) &&
	       (part->group == TRUTH_NONE || group_of(value->port) == part->group);
}

static void row_clear(gpointer row)
{
	g_free(((struct report_calibration_row *)row)->name);
}

static GArray *new_rows(void)
{
	GArray *rows = g_array_new(FALSE, FALSE, sizeof(struct report_calibration_row));
	g_array_set_clear_func(rows, row_clear);
	return rows;
}

static void add_part(GArray *rows, const struct calibrate *c, const struct truth_sample *sample, struct part part,
		     char *name)
{
	struct truth_sample values = truth_sample_part(sample, is_in_part, &part);
	struct report_calibration_row row = {name, truth_find(&values, &c->options)};
	if (values.controls + values.downloads)
		g_array_append_val(rows, row);
	else
		g_free(name);
	truth_sample_clear(&values);
}

static GArray *find_parts(const struct calibrate *c, const struct truth_sample *sample)
{
	GArray *rows = new_rows();
	const GArray *hosts = c->options.hosts;
	for (guint i = 0; hosts && hosts->len > 1 && i < hosts->len; i++)
		add_part(rows, c, sample, (struct part){(int)i, TRUTH_NONE},
			 g_strdup_printf("host %s", g_array_index(hosts, struct truth_host, i).name));
	for (int i = 0; i < (int)G_N_ELEMENTS(groups); i++)
		add_part(rows, c, sample, (struct part){TRUTH_NONE, i}, g_strdup(groups[i].name));
	return rows;
}

static GArray *find_measures(const struct calibrate *c, const struct truth_cases *cases)
{
	GArray *rows = new_rows();
	for (gsize i = 0; i < truth_n_measures; i++) {
		struct truth_sample sample;
		truth_sample_init(&sample, truth_case_values(cases, &c->input.set, &truth_measures[i], &c->options),
				  NULL);
		struct report_calibration_row row = {g_strdup(truth_measures[i].name),
						     truth_find(&sample, &c->options)};
		g_array_append_val(rows, row);
		truth_sample_clear(&sample);
	}
	return rows;
}

/* ---- the report ---- */

static enum verb_status write_calibration(struct calibrate *c, const struct verb_options *options)
{
	struct truth_cases cases;
	struct truth_sample sample;
	truth_cases_init(&cases, &c->input.set, &c->options);
	truth_sample_init(&sample, truth_case_values(&cases, &c->input.set, c->measure, &c->options), NULL);
	g_autofree char *positive = g_strjoinv(" or ", c->positive), *negative = g_strjoinv(" or ", c->negative);
	g_autofree char *control_words = g_strdup_printf("labelled %s", positive);
	g_autofree char *download_words = g_strdup_printf("labelled %s", c->options.negative ? negative : "otherwise");
	g_autoptr(GArray) parts = find_parts(c, &sample), measures = find_measures(c, &cases);
	struct report_calibration report = {
		.measure = c->measure,
		.sample = &sample,
		.options = &c->options,
		.cases = &cases,
		.control_words = c->options.labels ? control_words
						   : "that the log does not know, not told apart otherwise",
		.download_words = c->options.labels ? download_words : "in the log",
		.all = truth_find(&sample, &c->options),
		.left = truth_leave_ports(&sample, &c->options),
		.measures = measures,
		.parts = parts,
	};
	g_autoptr(GPtrArray) tables = g_ptr_array_new_with_free_func((GDestroyNotify)report_table_free);
	if (c->report.ids == NULL && strcmp(c->report.format->name, "csv") == 0)
		g_ptr_array_add(tables, report_calibration_curve(&report, G_MAXUINT));
	else
		report_calibration_tables(&report, tables);
	if (c->report.ids == NULL && strcmp(c->report.format->name, "json") != 0 && tables->len > 1)
		g_ptr_array_set_size(tables, (gint)tables->len - 1); /* the curve is for programs */
	enum verb_status status = truth_report_write(&c->report, tables, options);
	truth_sample_clear(&sample);
	truth_cases_clear(&cases);
	return status;
}

static enum verb_status calibrate(struct calibrate *c, struct verb_options *options)
{
	g_autoptr(GError) error = NULL;
	if (!truth_report_parse(&c->report, report_calibration_ids))
		return VERB_USAGE;
	if (!take_options(c, options, &error)) {
		verb_complain("%s", error->message);
		return VERB_USAGE;
	}
	options->session.count_frames = true; /* for mean-frame */
	if (c->input.log_paths && c->input.label_paths) {
		verb_complain("--log and --labels exclude each other");
		return VERB_USAGE;
	}
	enum verb_status status = truth_input_read(&c->input, options);
	if (status != VERB_DONE && status != VERB_DAMAGED)
		return status;
	c->options.hosts = c->input.log_paths ? c->input.hosts : NULL;
	c->options.labels = c->input.label_matches ? &c->input.labels : NULL;
	return write_calibration(c, options) == VERB_DONE ? status : VERB_FAILED;
}

static void calibrate_clear(struct calibrate *c)
{
	char *const texts[] = {c->measure_text, c->positive_text, c->negative_text, c->by_text, c->ports_text};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_strfreev(c->positive);
	g_strfreev(c->negative);
	g_clear_pointer(&c->ports, g_array_unref);
	truth_input_clear(&c->input);
	truth_report_clear(&c->report);
}

enum verb_status verb_calibrate(int argc, char **argv)
{
	struct calibrate c = {.max_error = 10, .bootstrap = DEFAULT_BOOTSTRAP, .seed = DEFAULT_SEED};
	const GOptionEntry own[] = {
		{"measure", 'm', 0, G_OPTION_ARG_STRING, &c.measure_text,
		 "What the threshold is put on (the mean packet length)", "MEASURE"},
		{"positive", 0, 0, G_OPTION_ARG_STRING, &c.positive_text, "Labels of control (c2)", "LABEL[,LABEL…]"},
		{"negative", 0, 0, G_OPTION_ARG_STRING, &c.negative_text,
		 "Labels of what it is told from; rest: all others (download)", "LABEL[,LABEL…]"},
		{"by", 0, 0, G_OPTION_ARG_STRING, &c.by_text,
		 "Count every session, or every service once, by its median (session)", "session|service"},
		{"leave-ports", 0, 0, G_OPTION_ARG_STRING, &c.ports_text, "Leave out services on these ports",
		 "PORT[,PORT…]"},
		{"max-error", 0, 0, G_OPTION_ARG_DOUBLE, &c.max_error,
		 "Share of either class a threshold that separates may get wrong (10)", "PERCENT"},
		{"max-fp", 0, 0, G_OPTION_ARG_DOUBLE, &c.max_fp,
		 "Share of downloads the third criterion may take for control (0)", "PERCENT"},
		{"bootstrap", 0, 0, G_OPTION_ARG_INT, &c.bootstrap, "Resamples for the intervals; 0: none (1000)", "N"},
		{"seed", 0, 0, G_OPTION_ARG_INT, &c.seed, "Of the resampling (2009)", "N"},
		{"format", 'F', 0, G_OPTION_ARG_STRING, &c.report.format_text,
		 "text, markdown, json, or csv: the ROC curve (text)", "FORMAT"},
		{"table", 0, 0, G_OPTION_ARG_STRING, &c.report.tables_text,
		 "Only these tables, as in tanpa-calibrate(1)", "ID[,ID…]"},
		{"all", 'a', 0, G_OPTION_ARG_NONE, &c.report.all, "All rows of each list, not the first 20", NULL},
		G_OPTION_ENTRY_NULL,
	};
	struct verb_options options;
	enum verb_status status = VERB_USAGE;
	truth_input_init(&c.input);
	g_autofree GOptionEntry *entries = truth_input_entries(&c.input, own);
	if (verb_options_parse(
		    &options, entries,
		    "Which threshold tells control from downloads, by an acquisition log (--log) or labelled sessions\n"
		    "(--labels), on which ports; or that none does.",
		    argc, argv, &status))
		status = calibrate(&c, &options);
	verb_options_clear(&options);
	calibrate_clear(&c);
	return status;
}
