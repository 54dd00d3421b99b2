/* report/figure: where values lie on an axis, where its ticks are and what they say; the files that come out. */
#include <glib.h>
#include <math.h>
#include <string.h>

#include "report/figure/figure.h"

#define EXACTLY 1e-12

static struct axis axis_for(enum axis_scale scale, const double *values, gsize n)
{
	struct axis_range range = AXIS_RANGE_NONE;
	for (gsize i = 0; i < n; i++)
		axis_range_add(&range, values[i]);
	return axis_make(scale, &range);
}

#define AXIS(scale, ...) axis_for(scale, (double[]){__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double))

/* ---- axes ---- */

static void test_linear_axis(void)
{
	struct axis axis = AXIS(AXIS_LINEAR, 40, 760, 300);
	g_assert_cmpfloat(axis.lo, ==, 0);
	g_assert_cmpfloat(axis.hi, ==, 760);
	g_assert_false(axis.zero);
	g_assert_cmpfloat_with_epsilon(axis_place(&axis, 0), 0.025, EXACTLY);
	g_assert_cmpfloat_with_epsilon(axis_place(&axis, 380), 0.5, EXACTLY);
	g_assert_cmpfloat_with_epsilon(axis_place(&axis, 760), 0.975, EXACTLY);

	axis = AXIS(AXIS_LINEAR, 0, -5, 5); /* no band: 0 has its place */
	g_assert_cmpfloat(axis.lo, ==, -5);
	g_assert_false(axis.zero);
	g_assert_cmpfloat_with_epsilon(axis_place(&axis, 0), 0.5, EXACTLY);
	axis = AXIS(AXIS_LINEAR, 0, 0);
	g_assert_cmpfloat(axis.hi, ==, 1);
	axis = axis_for(AXIS_LINEAR, NULL, 0);
	g_assert_cmpfloat(axis.lo, ==, 0);
	g_assert_cmpfloat(axis.hi, ==, 1);
}

static void check_decades(struct axis axis, double lo, double hi, bool zero)
{
	g_assert_cmpfloat(axis.lo, ==, lo);
	g_assert_cmpfloat(axis.hi, ==, hi);
	g_assert_cmpint(axis.zero, ==, zero);
}

static void test_log_axis(void)
{
	check_decades(AXIS(AXIS_LOG, 21, 69999), 10, 1e5, false);
	check_decades(AXIS(AXIS_LOG, 10, 1000), 10, 1000, false); /* powers of ten are ends themselves */
	check_decades(AXIS(AXIS_LOG, 9, 1001), 1, 1e4, false);
	check_decades(AXIS(AXIS_LOG, 100), 100, 1000, false); /* at least a decade */
	check_decades(AXIS(AXIS_LOG, 5), 1, 10, false);
	check_decades(AXIS(AXIS_LOG, 0.000001, 0.5), 1e-6, 1, false);
	check_decades(AXIS(AXIS_LOG, 0, 5), 1, 10, true);
	check_decades(AXIS(AXIS_LOG, 0), 1, 10, true);
	check_decades(axis_for(AXIS_LOG, NULL, 0), 1, 10, false);
	for (int decade = -9; decade <= 20; decade++) { /* whatever log10() makes of them */
		g_autofree char *text = g_strdup_printf("1e%d", decade);
		double value = g_ascii_strtod(text, NULL);
		g_assert_cmpfloat(AXIS(AXIS_LOG, value).lo, ==, value);
		g_assert_cmpfloat(AXIS(AXIS_LOG, value / 2, value).hi, ==, value);
	}
}

static void test_log_places(void)
{
	struct axis axis = AXIS(AXIS_LOG, 1, 10000);
	g_assert_cmpfloat_with_epsilon(axis_place(&axis, 1), 0.025, EXACTLY);
	g_assert_cmpfloat_with_epsilon(axis_place(&axis, 100), 0.5, EXACTLY);
	g_assert_cmpfloat_with_epsilon(axis_place(&axis, 10000), 0.975, EXACTLY);
	g_assert_cmpfloat_with_epsilon(axis_place(&axis, 2), 0.025 + 0.95 * log10(2) / 4, EXACTLY);
	axis.band = 0.1;
	g_assert_cmpfloat_with_epsilon(axis_place(&axis, 0), 0.05, EXACTLY);
	g_assert_cmpfloat_with_epsilon(axis_place(&axis, 1), 0.1 + 0.9 * 0.025, EXACTLY);
	g_assert_cmpfloat_with_epsilon(axis_place(&axis, 100), 0.1 + 0.9 * 0.5, EXACTLY);
	g_assert_cmpfloat_with_epsilon(axis_place(&axis, 10000), 0.1 + 0.9 * 0.975, EXACTLY);
}

static void test_value_of_place(void)
{
	struct axis axes[] = {AXIS(AXIS_LINEAR, 0, 760), AXIS(AXIS_LINEAR, -3, 5), AXIS(AXIS_LOG, 0, 1e-6, 1e9)};
	axes[2].band = 0.07;
	for (gsize i = 0; i < G_N_ELEMENTS(axes); i++)
		for (int part = 1; part < 10; part++) {
			double place = part / 10.0;
			g_assert_cmpfloat_with_epsilon(axis_place(&axes[i], axis_value(&axes[i], place)), place, 1e-9);
		}
}

/* ---- ticks ---- */

/* Labels as "0 | 100 | 200", the ticks between them as one character each: ' minor, ! a decade. */
static char *ticks_text(const struct axis *axis, double length, double every, unsigned coarse)
{
	g_autoptr(GArray) ticks = axis_ticks(axis, length, every, coarse);
	GString *text = g_string_new(NULL);
	double before = -INFINITY;
	for (guint i = 0; i < ticks->len; i++) {
		const struct axis_tick *tick = &g_array_index(ticks, struct axis_tick, i);
		g_assert_cmpfloat(tick->value, >, before);
		before = tick->value;
		if (tick->kind == AXIS_TICK_LABELLED)
			g_string_append_printf(text, "[%s]", tick->label);
		else
			g_string_append_c(text, tick->kind == AXIS_TICK_MINOR ? '\'' : '!');
		g_assert_cmpint(tick->label[0] != 0, ==, tick->kind == AXIS_TICK_LABELLED);
	}
	return g_string_free(text, FALSE);
}

static void check_ticks(struct axis axis, double length, double every, unsigned coarse, const char *expected)
{
	g_autofree char *text = ticks_text(&axis, length, every, coarse);
	g_assert_cmpstr(text, ==, expected);
}

static void test_linear_ticks(void)
{
	struct axis axis = AXIS(AXIS_LINEAR, 760);
	check_ticks(axis, 150, 15, 0, "[0]''''[100]''''[200]''''[300]''''[400]''''[500]''''[600]''''[700]'''");
	check_ticks(axis, 150, 15, 1, "[0]'''[200]'''[400]'''[600]'''");
	check_ticks(axis, 150, 15, 2, "[0]''''[500]''");
	check_ticks(axis, 150, 15, 3, "[0]'''");
	check_ticks(axis, 60, 15, 0, "[0]'''[200]'''[400]'''[600]'''");
	check_ticks(axis, 30, 15, 0, "[0]''''[500]''");
	check_ticks(AXIS(AXIS_LINEAR, 500), 14, 7, 0, "[0][500]"); /* a fifth of it is less than 3 points */
	check_ticks(AXIS(AXIS_LINEAR, 1), 100, 20, 0, "[0]'''[0.2]'''[0.4]'''[0.6]'''[0.8]'''[1.0]");
	check_ticks(AXIS(AXIS_LINEAR, 70000), 40, 15, 0, "[0]''''[50 k]''");
	check_ticks(AXIS(AXIS_LINEAR, 10), 20, 20, 0, "[0]''''[10]"); /* the last one on the very end */
	check_ticks(AXIS(AXIS_LINEAR, -10, 10), 40, 20, 0, "[-10]''''[0]''''[10]");
	check_ticks(AXIS(AXIS_LINEAR, 0.3), 60, 20, 0, "[0]''''[0.1]''''[0.2]''''[0.3]");
}

static void test_log_ticks(void)
{
	struct axis axis = AXIS(AXIS_LOG, 10, 1e4);
	check_ticks(axis, 150, 0, 0, "[10]''''''''[100]''''''''[1 k]''''''''[10 k]");
	check_ticks(axis, 150, 0, 1, "!''''''''[100]''''''''!''''''''[10 k]");
	check_ticks(axis, 30, 0, 0, "[10]''[100]''[1 k]''[10 k]");
	check_ticks(axis, 20, 0, 0, "[10][100][1 k][10 k]");
	check_ticks(axis, 180, 0, 0, "[10][20]''[50]''''[100][200]''[500]''''[1 k][2 k]''[5 k]''''[10 k]");
	check_ticks(axis, 180, 0, 1, "!''''''''[100]''''''''!''''''''[10 k]");
	check_ticks(AXIS(AXIS_LOG, 0.01, 1), 20, 0, 0, "[0.01]''[0.1]''[1]");
	check_ticks(AXIS(AXIS_LOG, 0.001, 10), 8, 0, 1, "![0.01]![1]!");
	axis = AXIS(AXIS_LOG, 0, 1, 100);
	axis.band = 0.5;
	check_ticks(axis, 40, 0, 0, "[0][1]''[10]''[100]");
}

/* Ticks are the doubles nearest to what they say, not sums that drift off. */
static void test_tick_values(void)
{
	struct axis axis = AXIS(AXIS_LINEAR, 1);
	g_autoptr(GArray) ticks = axis_ticks(&axis, 1000, 100, 0);
	for (guint i = 0; i < ticks->len; i++) {
		const struct axis_tick *tick = &g_array_index(ticks, struct axis_tick, i);
		if (tick->kind == AXIS_TICK_LABELLED)
			g_assert_cmpfloat(tick->value, ==, g_ascii_strtod(tick->label, NULL));
	}
	g_assert_cmpuint(ticks->len, ==, 51);
}

static void check_step(double span, double most, int digit, int decade)
{
	struct axis_step step = axis_step(span, most);
	g_assert_cmpint(step.digit, ==, digit);
	g_assert_cmpint(step.decade, ==, decade);
}

static void test_steps(void)
{
	check_step(760, 10, 1, 2);
	check_step(760, 5, 2, 2);
	check_step(1000, 10, 1, 2);
	check_step(1001, 10, 2, 2);
	check_step(1, 1, 1, 0);
	check_step(1, 5, 2, -1);
	check_step(0.3, 3, 1, -1);
	check_step(5e-9, 1, 5, -9);
	check_step(1e18, 4, 5, 17);
	g_assert_cmpfloat(axis_step_value((struct axis_step){2, -1}), ==, 0.2);
	g_assert_cmpfloat(axis_step_value((struct axis_step){5, 3}), ==, 5000);
}

static void test_labels(void)
{
	static const struct {
		int digit, decade;
		const char *text;
	} log[] = {{1, -6, "0.000001"}, {1, -1, "0.1"}, {5, -1, "0.5"},  {1, 0, "1"},    {1, 2, "100"},
		   {1, 3, "1 k"},       {2, 4, "20 k"}, {1, 5, "100 k"}, {1, 6, "1 M"},  {1, 9, "1 G"},
		   {1, 12, "1 T"},      {1, 15, "1 P"}, {1, 18, "1 E"},  {1, 21, "1 Z"}, {1, 24, "1000 Z"}};
	static const struct {
		double value;
		struct axis_step step;
		double hi;
		const char *text;
	} linear[] = {{0, {1, 0}, 5, "0"},          {1500, {5, 2}, 2000, "1500"},   {9000, {1, 3}, 9999, "9000"},
		      {5000, {5, 3}, 10000, "5 k"}, {10000, {5, 3}, 10000, "10 k"}, {2.5e6, {5, 5}, 4e6, "2.5 M"},
		      {0, {5, 5}, 4e6, "0"},        {0.25, {5, -2}, 0.4, "0.25"},   {-2, {2, 0}, 4, "-2"}};
	char label[24];
	for (gsize i = 0; i < G_N_ELEMENTS(log); i++) {
		axis_label_log(log[i].digit, log[i].decade, label, sizeof label);
		g_assert_cmpstr(label, ==, log[i].text);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(linear); i++) {
		axis_label_linear(linear[i].value, linear[i].step, linear[i].hi, label, sizeof label);
		g_assert_cmpstr(label, ==, linear[i].text);
	}
}

/* ---- files ---- */

static const struct figure_class looks[] = {
	{"a", 0xd55e00, FIGURE_DISC},     {"b", 0x0072b2, FIGURE_SQUARE},  {"none", 0x123456, FIGURE_DISC},
	{"c", 0x009e73, FIGURE_TRIANGLE}, {"d", 0xcc79a7, FIGURE_DIAMOND}, {"e", 0x8c8c8c, FIGURE_CROSS},
	{"f", 0xe69f00, FIGURE_PLUS},     {"g", 0x56b4e9, FIGURE_CIRCLE},
};

static struct figure some_figure(const struct figure_point *points, gsize n)
{
	return (struct figure){
		.about = "a test",
		.x = {"x (units)", AXIS_LOG},
		.y = {"y (units)", AXIS_LINEAR},
		.classes = looks,
		.n_classes = G_N_ELEMENTS(looks),
		.points = points,
		.n_points = n,
		.things = "things",
		.line = FIGURE_LINE_LEVEL,
		.level = 30,
		.line_name = "level",
		.width_mm = 85,
		.height_mm = 70,
		.dpi = 100,
		.font = "sans-serif",
		.max_marks = 1000,
	};
}

/* Spread over both axes, with zeros; class 2 has none. */
static struct figure_point *some_points(gsize n)
{
	struct figure_point *points = g_new(struct figure_point, n);
	for (gsize i = 0; i < n; i++) {
		points[i] = (struct figure_point){(double)(i % 1000), (double)(i * 7 % 101),
						  (uint8_t)(i % G_N_ELEMENTS(looks))};
		points[i].class = points[i].class == 2 ? 1 : points[i].class;
	}
	return points;
}

static GByteArray *draw(const struct figure *figure, enum figure_format format)
{
	g_autoptr(GError) error = NULL;
	GByteArray *file = figure_draw(figure, format, &error);
	g_assert_no_error(error);
	return file;
}

static guint occurrences(const GByteArray *file, const char *what)
{
	const char *at = (const char *)file->data, *end = at + file->len;
	guint n = 0;
	while ((at = g_strstr_len(at, end - at, what))) {
		at += strlen(what);
		n++;
	}
	return n;
}

static void test_svg_marks(void)
{
	g_autofree struct figure_point *points = some_points(800);
	struct figure figure = some_figure(points, 800);
	g_autoptr(GByteArray) file = draw(&figure, FIGURE_SVG);
	/* one path per mark, and one in the legend */
	g_assert_cmpuint(occurrences(file, ";fill:rgb(83.529412%,36.862745%,0%)"), ==, 101);
	g_assert_cmpuint(occurrences(file, "stroke:rgb(0%,44.705882%,69.803922%)"), ==, 201);
	g_assert_cmpuint(occurrences(file, ";fill:rgb(0%,61.960784%,45.098039%)"), ==, 101);
	g_assert_cmpuint(occurrences(file, "stroke:rgb(80%,47.45098%,65.490196%)"), ==, 101);
	g_assert_cmpuint(occurrences(file, "<image"), ==, 0);
	g_assert_cmpuint(occurrences(file, "<title>a test</title>"), ==, 1);
}

static void test_dense_classes(void)
{
	g_autofree struct figure_point *points = some_points(8000);
	struct figure figure = some_figure(points, 8000);
	figure.max_marks = 6000; /* the largest class has 2000 */
	g_autoptr(GByteArray) file = draw(&figure, FIGURE_SVG);
	g_assert_cmpuint(occurrences(file, "stroke:rgb(0%,44.705882%,69.803922%)"), ==, 0);
	g_assert_cmpuint(occurrences(file, ";fill:rgb(83.529412%,36.862745%,0%)"), ==, 1001);
	g_assert_cmpuint(occurrences(file, "<image"), ==, 1);
	figure.max_marks = 0;
	g_autoptr(GByteArray) all = draw(&figure, FIGURE_SVG);
	g_assert_cmpuint(occurrences(all, ";fill:rgb(83.529412%,36.862745%,0%);fill-opacity:1;stroke-width"), ==, 0);
}

static void test_large_is_small(void)
{
	enum { MANY = 200000 };
	g_autofree struct figure_point *points = some_points(MANY);
	struct figure figure = some_figure(points, MANY);
	for (enum figure_format format = FIGURE_SVG; format < FIGURE_N_FORMATS; format++) {
		g_autoptr(GByteArray) file = draw(&figure, format);
		g_assert_cmpuint(file->len, <, 500000);
	}
}

static void test_same_bytes(void)
{
	g_autofree struct figure_point *points = some_points(500);
	struct figure figure = some_figure(points, 500);
	for (enum figure_format format = FIGURE_SVG; format < FIGURE_N_FORMATS; format++) {
		g_autoptr(GByteArray) one = draw(&figure, format);
		g_usleep(format == FIGURE_PDF ? 1100000 : 0); /* a PDF would say when it was made, to the second */
		g_autoptr(GByteArray) two = draw(&figure, format);
		g_assert_cmpmem(one->data, one->len, two->data, two->len);
		g_assert_cmpuint(occurrences(one, "Date"), ==, 0);
	}
}

static guint32 be32(const guint8 *bytes)
{
	return (guint32)bytes[0] << 24 | (guint32)bytes[1] << 16 | (guint32)bytes[2] << 8 | bytes[3];
}

static void test_png_size(void)
{
	/* the check sum of 2835 pixels per metre (72 dpi) each way, as other programs write it */
	static const guint8 phys[] = {0,    0, 0, 9,    'p',  'H', 'Y',  's',  0,    0,   0x0b,
				      0x13, 0, 0, 0x0b, 0x13, 1,   0x00, 0x9a, 0x9c, 0x18};
	struct figure figure = some_figure(NULL, 0);
	g_autoptr(GByteArray) file = draw(&figure, FIGURE_PNG);
	g_assert_cmpmem(file->data, 8, "\x89PNG\r\n\x1a\n", 8);
	g_assert_cmpuint(be32(file->data + 16), ==, 335); /* 85 mm at 100 dots per inch */
	g_assert_cmpuint(be32(file->data + 20), ==, 276);
	figure.dpi = 72;
	g_autoptr(GByteArray) coarse = draw(&figure, FIGURE_PNG);
	g_assert_cmpmem(coarse->data + 33, sizeof phys, phys, sizeof phys);
}

static void test_empty(void)
{
	struct figure figure = some_figure(NULL, 0);
	for (enum figure_format format = FIGURE_SVG; format < FIGURE_N_FORMATS; format++) {
		g_autoptr(GByteArray) file = draw(&figure, format);
		g_assert_cmpuint(file->len, >, 1000);
	}
	figure.line = FIGURE_LINE_EQUAL;
	g_autoptr(GByteArray) file = draw(&figure, FIGURE_SVG);
	g_assert_cmpuint(occurrences(file, "stroke-dasharray"), ==, 0);
}

static void test_lines(void)
{
	g_autofree struct figure_point *points = some_points(10);
	struct figure figure = some_figure(points, 10);
	figure.y.scale = AXIS_LOG;
	g_autoptr(GByteArray) level = draw(&figure, FIGURE_SVG);
	g_assert_cmpuint(occurrences(level, "stroke-dasharray:4"), ==, 2); /* in the plot and in the legend */
	figure.level = 0;                                                  /* no place on a logarithmic axis */
	g_autoptr(GByteArray) nowhere = draw(&figure, FIGURE_SVG);
	g_assert_cmpuint(occurrences(nowhere, "stroke-dasharray:4"), ==, 0);
	figure.y.scale = AXIS_LINEAR;
	g_autoptr(GByteArray) bottom = draw(&figure, FIGURE_SVG);
	g_assert_cmpuint(occurrences(bottom, "stroke-dasharray:4"), ==, 2);
}

static void check_refused(const struct figure *figure, enum figure_format format, int code)
{
	g_autoptr(GError) error = NULL;
	g_assert_null(figure_draw(figure, format, &error));
	g_assert_error(error, FIGURE_ERROR, code);
}

static void test_sizes(void)
{
	g_autofree struct figure_point *points = some_points(100);
	struct figure figure = some_figure(points, 100);
	figure.height_mm = FIGURE_MIN_MM;
	g_autoptr(GByteArray) low = draw(&figure, FIGURE_SVG);
	figure.title = "a title"; /* and three rows of legend */
	figure.width_mm = FIGURE_MIN_MM;
	check_refused(&figure, FIGURE_SVG, FIGURE_ERROR_SIZE);
	figure.width_mm = FIGURE_MAX_MM;
	figure.height_mm = FIGURE_MAX_MM;
	figure.dpi = FIGURE_MAX_DPI;
	check_refused(&figure, FIGURE_PNG, FIGURE_ERROR_SIZE);
	g_autoptr(GByteArray) no_image = draw(&figure, FIGURE_SVG);
	figure.max_marks = 10;
	check_refused(&figure, FIGURE_SVG, FIGURE_ERROR_SIZE);
}

/* Titles wider than the page shrink; what XML must not have is escaped. */
static void test_titles(void)
{
	g_autofree char *wide = g_strnfill(500, 'W');
	struct figure figure = some_figure(NULL, 0);
	figure.title = wide;
	g_autoptr(GByteArray) shrunk = draw(&figure, FIGURE_SVG);
	figure.title = "a < b & \"c\"";
	g_autoptr(GByteArray) file = draw(&figure, FIGURE_SVG);
	g_assert_cmpuint(occurrences(file, "<title>a &lt; b &amp; &quot;c&quot;</title>"), ==, 1);
	figure.title = "\xff";
	check_refused(&figure, FIGURE_PNG, FIGURE_ERROR_CAIRO);
}

/* Fonts stay in fontconfig's and cairo's caches to the end; LeakSanitizer asks for what is not ours here. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libfontconfig\n";
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/figure/axis/linear", test_linear_axis);
	g_test_add_func("/figure/axis/log", test_log_axis);
	g_test_add_func("/figure/axis/log-places", test_log_places);
	g_test_add_func("/figure/axis/value-of-place", test_value_of_place);
	g_test_add_func("/figure/ticks/linear", test_linear_ticks);
	g_test_add_func("/figure/ticks/log", test_log_ticks);
	g_test_add_func("/figure/ticks/values", test_tick_values);
	g_test_add_func("/figure/ticks/steps", test_steps);
	g_test_add_func("/figure/ticks/labels", test_labels);
	g_test_add_func("/figure/file/svg-marks", test_svg_marks);
	g_test_add_func("/figure/file/dense-classes", test_dense_classes);
	g_test_add_func("/figure/file/large-is-small", test_large_is_small);
	g_test_add_func("/figure/file/same-bytes", test_same_bytes);
	g_test_add_func("/figure/file/png-size", test_png_size);
	g_test_add_func("/figure/file/empty", test_empty);
	g_test_add_func("/figure/file/lines", test_lines);
	g_test_add_func("/figure/file/sizes", test_sizes);
	g_test_add_func("/figure/file/titles", test_titles);
	return g_test_run();
}
