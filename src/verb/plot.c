/*
 * tanpa plot: the paper's figures 3 (sent against received bytes) and 4 (session duration against mean packet
 * length) of these captures, one point per session with payload; or the points as CSV.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/net.h"
#include "report/figure/figure.h"
#include "report/names.h"
#include "report/out.h"
#include "verb/ingest.h"
#include "verb/options.h"
#include "verb/select.h"

/* A column of most journals. */
#define DEFAULT_WIDTH_MM  85
#define DEFAULT_HEIGHT_MM 70

enum { DEFAULT_DPI = 300, DEFAULT_MAX_MARKS = 20000, DEFAULT_MODE = 0666 };

struct plot;

/* One of the figures. */
struct plot_kind {
	const char *name;
	enum axis_scale x_scale, y_scale; /* unless asked for otherwise */
	void (*place)(const struct tanpa_session *session, const struct verdict *verdict, struct figure_point *point);
	void (*append)(GString *text, const struct tanpa_session *session, const struct verdict *verdict); /* "x,y" */
	void (*describe)(struct plot *plot); /* titles and line, once the points are there */
};

struct plot {
	const struct plot_kind *kind;
	const struct verb_options *options;
	struct figure figure;
	GArray *points; /* of struct figure_point */
	bool has_host;
	uint8_t host[16];
	report_select *select; /* which sessions; NULL: all */
	bool csv;
	enum figure_format format; /* unless csv */
	const char *path;          /* "-": standard output */
	/* owned */
	char *title, *x_title, *line_name;
};

/*
 * One mark per verdict, in colours of Okabe and Ito (2008), which the colour-blind can tell apart. Without colour
 * the shapes tell them.
 */
static const struct figure_class classes[VERDICT_N_JUDGED] = {
	[VERDICT_C2] = {"c2", 0xd55e00, FIGURE_DISC},
	[VERDICT_DOWNLOAD] = {"download", 0x0072b2, FIGURE_SQUARE},
	[VERDICT_UPLOAD] = {"upload", 0x009e73, FIGURE_TRIANGLE},
	[VERDICT_INTRUSION] = {"intrusion", 0xcc79a7, FIGURE_DIAMOND},
	[VERDICT_OTHER] = {"other", 0x8c8c8c, FIGURE_CROSS},
};

/* ---- figure 3 ---- */

static void place_bytes(const struct tanpa_session *session, const struct verdict *verdict, struct figure_point *point)
{
	(void)session;
	point->x = (double)verdict->sent;
	point->y = (double)verdict->received;
}

static void append_bytes(GString *text, const struct tanpa_session *session, const struct verdict *verdict)
{
	(void)session;
	report_append_uint(text, verdict->sent);
	g_string_append_c(text, ',');
	report_append_uint(text, verdict->received);
}

static void describe_bytes(struct plot *plot)
{
	plot->figure.about = "Sessions: payload bytes sent against received";
	plot->figure.x.title = "Payload sent (bytes)";
	plot->figure.y.title = "Payload received (bytes)";
	plot->figure.line = FIGURE_LINE_EQUAL;
	plot->figure.line_name = "sent = received";
}

/* ---- figure 4 ---- */

static void place_length(const struct tanpa_session *session, const struct verdict *verdict, struct figure_point *point)
{
	point->x = (double)(tanpa_session_end_ns(session) - tanpa_session_start_ns(session)) / 1e9;
	point->y = verdict->mean_length;
}

static void append_length(GString *text, const struct tanpa_session *session, const struct verdict *verdict)
{
	char number[G_ASCII_DTOSTR_BUF_SIZE];
	report_append_seconds(text, tanpa_session_end_ns(session) - tanpa_session_start_ns(session));
	g_string_append_printf(text, ",%s", g_ascii_formatd(number, sizeof number, "%.6g", verdict->mean_length));
}

/* Long durations on a linear axis are read in hours or days. */
static void choose_time_unit(struct plot *plot)
{
	static const struct {
		const char *name;
		double seconds, upto; /* in it, the longest session that it suits */
	} units[] = {{"s", 1, 2 * 3600}, {"h", 3600, 96 * 3600}, {"days", 86400, INFINITY}};
	double longest = 0;
	guint unit = 0;
	for (guint i = 0; i < plot->points->len; i++)
		longest = fmax(longest, g_array_index(plot->points, struct figure_point, i).x);
	while (plot->figure.x.scale == AXIS_LINEAR && longest > units[unit].upto)
		unit++;
	for (guint i = 0; i < plot->points->len; i++)
		g_array_index(plot->points, struct figure_point, i).x /= units[unit].seconds;
	plot->x_title = g_strdup_printf("Session duration (%s)", units[unit].name);
}

static void describe_length(struct plot *plot)
{
	static const char *const titles[VERDICT_N_LENGTHS] = {
		"Mean payload per packet (bytes)", "Mean IP packet length (bytes)", "Mean frame length (bytes)"};
	choose_time_unit(plot);
	plot->line_name = g_strdup_printf("threshold %g bytes", plot->options->verdict.threshold);
	plot->figure.about = "Sessions: duration against mean packet length";
	plot->figure.x.title = plot->x_title;
	plot->figure.y.title = titles[plot->options->verdict.length];
	plot->figure.line = FIGURE_LINE_LEVEL;
	plot->figure.level = plot->options->verdict.threshold;
	plot->figure.line_name = plot->line_name;
}

static const struct plot_kind kinds[] = {
	{"sent-received", AXIS_LOG, AXIS_LOG, place_bytes, append_bytes, describe_bytes},
	{"duration-length", AXIS_LINEAR, AXIS_LINEAR, place_length, append_length, describe_length},
};

/* ---- sessions into points ---- */

static bool is_wanted(const struct plot *plot, const struct tanpa_session *session, const struct verdict *verdict)
{
	const struct report_row row = {session, verdict, &plot->options->verdict, NULL};
	return verdict_is_judged(verdict->kind) &&
	       (!plot->has_host || memcmp(session->addr[verdict->inside], plot->host, sizeof plot->host) == 0) &&
	       (plot->select == NULL || report_select_takes(plot->select, &row));
}

static void append_endpoint(GString *text, const struct tanpa_session *session, enum tanpa_side side)
{
	char address[NET_TEXT];
	g_string_append_printf(text, ",%s,%u", net_address_text(session->addr[side], address), session->port[side]);
}

static void append_row(GString *text, const struct plot *plot, const struct tanpa_session *session,
		       const struct verdict *verdict)
{
	plot->kind->append(text, session, verdict);
	g_string_append_printf(text, ",%s,", verdict_kind_name(verdict->kind));
	report_append_time(text, tanpa_session_start_ns(session));
	g_string_append_printf(text, ",%s", report_proto_name(session->proto));
	append_endpoint(text, session, TANPA_ORIG);
	append_endpoint(text, session, TANPA_RESP);
	g_string_append_c(text, '\n');
}

static void write_csv(struct report_out *out, const struct plot *plot, const struct ingest *in)
{
	struct tanpa_session session;
	g_string_append(out->text, "x,y,verdict,ts,proto,orig_h,orig_p,resp_h,resp_p\n");
	for (gsize i = 0; i < ingest_size(in) && out->error == 0; i++) {
		ingest_get(in, i, &session);
		struct verdict verdict = verdict_judge(&session, &plot->options->verdict);
		if (is_wanted(plot, &session, &verdict))
			append_row(out->text, plot, &session, &verdict);
		report_out_pass(out);
	}
}

/* The figure's file; NULL with `error` when it cannot be drawn. */
static GByteArray *draw_figure(struct plot *plot, const struct ingest *in, GError **error)
{
	struct tanpa_session session;
	plot->points = g_array_new(FALSE, FALSE, sizeof(struct figure_point));
	for (gsize i = 0; i < ingest_size(in); i++) {
		struct figure_point point;
		ingest_get(in, i, &session);
		struct verdict verdict = verdict_judge(&session, &plot->options->verdict);
		if (!is_wanted(plot, &session, &verdict))
			continue;
		plot->kind->place(&session, &verdict, &point);
		point.class = (uint8_t)verdict.kind;
		g_array_append_val(plot->points, point);
	}
	plot->kind->describe(plot);
	plot->figure.points = (const struct figure_point *)(const void *)plot->points->data;
	plot->figure.n_points = plot->points->len;
	return figure_draw(&plot->figure, plot->format, error);
}

/* ---- output ---- */

static int open_output(const char *path)
{
	if (strcmp(path, "-") == 0)
		return STDOUT_FILENO;
	return open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, DEFAULT_MODE);
}

static bool close_output(struct report_out *out, GError **error)
{
	int fd = out->fd;
	bool good = report_out_finish(out, error);
	if (fd == STDOUT_FILENO || close(fd) == 0 || !good)
		return good;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "cannot write: %s", g_strerror(errno));
	return false;
}

static enum verb_status fail(const GError *error)
{
	verb_complain("%s", error->message);
	return VERB_FAILED;
}

/* A figure is drawn before its file is opened: what was there stays when there is nothing to put in its place. */
static enum verb_status write_plot(struct plot *plot, const struct ingest *in)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GByteArray) figure = plot->csv ? NULL : draw_figure(plot, in, &error);
	struct report_out out;
	if (error)
		return fail(error);
	int fd = open_output(plot->path);
	if (fd < 0) {
		verb_complain("cannot open '%s': %s", plot->path, g_strerror(errno));
		return VERB_FAILED;
	}
	report_out_init(&out, fd);
	if (figure)
		g_string_append_len(out.text, (const char *)figure->data, (gssize)figure->len);
	else
		write_csv(&out, plot, in);
	return close_output(&out, &error) ? VERB_DONE : fail(error);
}

static enum verb_status run(struct plot *plot)
{
	struct ingest in;
	enum verb_status status = ingest_run(&in, plot->options, NULL);
	if ((status == VERB_DONE || status == VERB_DAMAGED) && write_plot(plot, &in) != VERB_DONE)
		status = VERB_FAILED;
	ingest_clear(&in);
	return status;
}

/* ---- options ---- */

struct typed {
	char *output, *format, *host, *select, *title, *font, *x_scale, *y_scale;
	gdouble width, height, dpi;
	gint max_marks;
	gboolean csv;
};

/* The figure's name is the first argument that is not an option. */
static bool take_kind(struct plot *plot, struct verb_options *options)
{
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (strcmp(options->paths[0], kinds[i].name) == 0)
			plot->kind = &kinds[i];
	if (plot->kind == NULL) {
		verb_complain("'%s' is not a figure: sent-received or duration-length comes first", options->paths[0]);
		return false;
	}
	if (options->paths[1] == NULL) {
		verb_complain("no input: name files, directories, or - for standard input");
		return false;
	}
	g_free(options->paths[0]);
	memmove(options->paths, options->paths + 1,
		g_strv_length(options->paths + 1) * sizeof *options->paths + sizeof(char *));
	return true;
}

static bool take_format(struct plot *plot, const struct typed *typed)
{
	const char *dot = typed->output ? strrchr(typed->output, '.') : NULL;
	const char *name = typed->format              ? typed->format
			   : typed->csv               ? "csv"
			   : dot && !strchr(dot, '/') ? dot + 1
						      : NULL;
	plot->path = typed->output ? typed->output : "-";
	if (name == NULL) {
		verb_complain("no format: name the output (-o FILE.svg, .png, .pdf or .csv), or the --format");
		return false;
	}
	plot->csv = g_ascii_strcasecmp(name, "csv") == 0;
	int format = 0;
	while (format < FIGURE_N_FORMATS && g_ascii_strcasecmp(name, figure_format_name((enum figure_format)format)))
		format++;
	if (!plot->csv && format == FIGURE_N_FORMATS) {
		verb_complain("%s: '%s' is not svg, png, pdf or csv", typed->format ? "--format" : "-o", name);
		return false;
	}
	if (typed->csv && !plot->csv) {
		verb_complain("--csv and --format %s exclude each other", name);
		return false;
	}
	plot->format = (enum figure_format)format;
	if (strcmp(plot->path, "-") == 0 && !plot->csv && plot->format != FIGURE_SVG && isatty(STDOUT_FILENO)) {
		verb_complain("a %s is not for a terminal: name the output with -o", name);
		return false;
	}
	return true;
}

static bool take_scale(const char *option, const char *text, enum axis_scale *scale)
{
	if (text && strcmp(text, "linear") != 0 && strcmp(text, "log") != 0) {
		verb_complain("%s: '%s' is not linear or log", option, text);
		return false;
	}
	if (text)
		*scale = strcmp(text, "log") == 0 ? AXIS_LOG : AXIS_LINEAR;
	return true;
}

static bool in_range(const char *option, double value, double least, double most, const char *unit)
{
	if (value >= least && value <= most)
		return true;
	verb_complain("%s: %g is not %g to %g%s", option, value, least, most, unit);
	return false;
}

/* No text without letters, and no letters that XML cannot have. */
static char *printable(const char *text)
{
	if (text == NULL || *text == '\0')
		return NULL;
	GString *shown = g_string_new(NULL);
	report_append_printable(shown, text);
	return g_string_free(shown, FALSE);
}

static bool take_look(struct plot *plot, const struct typed *typed)
{
	plot->title = printable(typed->title);
	plot->figure = (struct figure){
		.title = plot->title,
		.x.scale = plot->kind->x_scale,
		.y.scale = plot->kind->y_scale,
		.classes = classes,
		.n_classes = G_N_ELEMENTS(classes),
		.things = "sessions",
		.width_mm = typed->width,
		.height_mm = typed->height,
		.dpi = typed->dpi,
		.font = typed->font ? typed->font : "sans-serif",
		.max_marks = (gsize)MAX(typed->max_marks, 0),
	};
	return take_scale("--x-scale", typed->x_scale, &plot->figure.x.scale) &&
	       take_scale("--y-scale", typed->y_scale, &plot->figure.y.scale) &&
	       in_range("--width", typed->width, FIGURE_MIN_MM, FIGURE_MAX_MM, " mm") &&
	       in_range("--height", typed->height, FIGURE_MIN_MM, FIGURE_MAX_MM, " mm") &&
	       in_range("--dpi", typed->dpi, FIGURE_MIN_DPI, FIGURE_MAX_DPI, " dots per inch") &&
	       in_range("--max-marks", typed->max_marks, 0, G_MAXINT, "");
}

static bool take_host(struct plot *plot, const char *text)
{
	plot->has_host = text != NULL;
	if (text == NULL || net_address_parse(text, plot->host))
		return true;
	verb_complain("--host: '%s' is not an address", text);
	return false;
}

static void typed_clear(struct typed *typed)
{
	char *const texts[] = {typed->output, typed->format, typed->host,    typed->select,
			       typed->title,  typed->font,   typed->x_scale, typed->y_scale};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
}

enum verb_status verb_plot(int argc, char **argv)
{
	struct typed typed = {.width = DEFAULT_WIDTH_MM,
			      .height = DEFAULT_HEIGHT_MM,
			      .dpi = DEFAULT_DPI,
			      .max_marks = DEFAULT_MAX_MARKS};
	const GOptionEntry own[] = {
		{"output", 'o', 0, G_OPTION_ARG_FILENAME, &typed.output,
		 "Where to: .svg, .png, .pdf or .csv; - is standard output", "FILE"},
		{"format", 'F', 0, G_OPTION_ARG_STRING, &typed.format,
		 "svg, png, pdf or csv (as the name of the output says)", "FORMAT"},
		{"csv", 0, 0, G_OPTION_ARG_NONE, &typed.csv, "The points, not the figure; the same as --format csv",
		 NULL},
		{"host", 0, 0, G_OPTION_ARG_STRING, &typed.host, "Only the sessions of this inside host", "ADDRESS"},
		{"select", 's', 0, G_OPTION_ARG_STRING, &typed.select, "Only sessions of which this is true",
		 "EXPRESSION"},
		{"title", 0, 0, G_OPTION_ARG_STRING, &typed.title, "Title above the figure (none)", "TEXT"},
		{"width", 0, 0, G_OPTION_ARG_DOUBLE, &typed.width, "Width of the figure, mm (85)", "MM"},
		{"height", 0, 0, G_OPTION_ARG_DOUBLE, &typed.height, "Height of the figure, mm (70)", "MM"},
		{"dpi", 0, 0, G_OPTION_ARG_DOUBLE, &typed.dpi, "Dots per inch of a PNG (300)", "N"},
		{"x-scale", 0, 0, G_OPTION_ARG_STRING, &typed.x_scale,
		 "linear or log (sent-received: log, duration-length: linear)", "SCALE"},
		{"y-scale", 0, 0, G_OPTION_ARG_STRING, &typed.y_scale, "likewise", "SCALE"},
		{"font", 0, 0, G_OPTION_ARG_STRING, &typed.font, "Font family (sans-serif)", "FAMILY"},
		{"max-marks", 0, 0, G_OPTION_ARG_INT, &typed.max_marks,
		 "Draw the largest verdicts by density when there are more sessions (20000)", "N"},
		G_OPTION_ENTRY_NULL,
	};
	struct verb_options options;
	struct plot plot = {.options = &options};
	enum verb_status status = VERB_USAGE;
	if (verb_options_parse(
		    &options, own,
		    "The paper's figures, one mark per session with payload. The first argument says which:\n"
		    "  sent-received    figure 3: payload bytes sent against received\n"
		    "  duration-length  figure 4: duration against mean packet length, with the threshold",
		    argc, argv, &status) &&
	    take_kind(&plot, &options) && take_format(&plot, &typed) && take_look(&plot, &typed) &&
	    take_host(&plot, typed.host) &&
	    verb_select_compile(typed.select, report_fields, report_n_fields, options.zone, &plot.select))
		status = run(&plot);
	report_select_free(plot.select);
	g_clear_pointer(&plot.points, g_array_unref);
	g_free(plot.title);
	g_free(plot.x_title);
	g_free(plot.line_name);
	typed_clear(&typed);
	verb_options_clear(&options);
	return status;
}
