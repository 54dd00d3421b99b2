#include "report/figure/layout.h"

#include <math.h>

#include "report/figure/density.h"
#include "report/figure/mark.h"
#include "report/figure/text.h"

/* Lengths in points. */
#define EDGE        3 /* between the page's edge and anything */
#define TITLE_SIZE  8.5
#define AXIS_SIZE   8 /* font of the axes' titles */
#define LABEL_SIZE  7 /* font of tick labels and the legend */
#define NOTE_SIZE   6
#define FRAME       0.6 /* line widths */
#define TICK        0.5
#define LINE        0.8
#define MAJOR       3 /* tick lengths */
#define MINOR       1.6
#define TICK_GAP    2  /* between a tick and its label */
#define AXIS_GAP    4  /* between labels and the axis's title */
#define LABEL_GAP   5  /* between two labels, side by side */
#define ACROSS      26 /* from one label of a linear axis to the next, at least */
#define UPWARDS     15
#define LEGEND_GAP  8   /* between two entries */
#define SAMPLE      6   /* width of a mark's place in the legend */
#define LINE_SAMPLE 15  /* the same for the line */
#define SAMPLE_GAP  2.5 /* between it and its name */
#define BAND        15  /* the band of 0 */
#define LEAST_PLOT  40  /* each way */
#define MARK_LARGE  4.6
#define MARK_SMALL  2.2

#define BLACK     0x000000
#define NOTE_GREY 0x444444
#define BAND_GREY 0xefefef

enum {
	PASSES = 3,        /* margins depend on labels, and labels on margins */
	CURVE_PARTS = 200, /* of y = x where it is a curve */
	MOST_COARSE = 12,
	SHADES = 3,
};

/* ---- legend ---- */

/* Entries flow from left to right, in rows. */
struct pen {
	double x, y;
};

static double entry_begin(const struct layout *l, struct pen *pen, double sample, const char *name)
{
	double width = sample + SAMPLE_GAP + text_width(l->to, name);
	if (pen->x > l->legend_left && pen->x + width > l->width - EDGE) {
		pen->x = l->legend_left;
		pen->y += LABEL_SIZE * TEXT_LINE;
	}
	return width;
}

static void set_dash(cairo_t *to, bool on)
{
	static const double dashes[] = {4, 2};
	cairo_set_dash(to, dashes, on ? G_N_ELEMENTS(dashes) : 0, 0);
	cairo_set_line_width(to, LINE);
}

static void name_entry(const struct layout *l, double x, double y, const char *name)
{
	mark_set_colour(l->to, BLACK);
	text_show(l->to, name, x, y + LABEL_SIZE * TEXT_CAPITAL / 2, 0);
}

char *layout_count(gsize n)
{
	GString *text = g_string_new(NULL);
	g_string_printf(text, "%" G_GSIZE_FORMAT, n);
	for (gssize i = (gssize)text->len - 3; i > 0; i -= 3)
		g_string_insert_c(text, i, ',');
	return g_string_free(text, FALSE);
}

/* "c2 (1,234)" */
static char *class_name(const struct layout *l, guint class)
{
	g_autofree char *count = layout_count(l->count[class]);
	return g_strdup_printf("%s (%s)", l->figure->classes[class].name, count);
}

/* From light to full. */
static void draw_shades(cairo_t *to, uint32_t colour, double x, double y)
{
	for (int i = 0; i < SHADES; i++) {
		double opacity = DENSITY_LIGHTEST + (1 - DENSITY_LIGHTEST) * i / (SHADES - 1);
		mark_set_shade(to, colour, opacity);
		cairo_rectangle(to, x + i * SAMPLE / (double)SHADES, y - SAMPLE / 2.0, SAMPLE / (double)SHADES, SAMPLE);
		cairo_fill(to);
	}
}

static void draw_sample(const struct layout *l, guint class, double x, double y)
{
	const struct figure_class *look = &l->figure->classes[class];
	if (l->dense[class])
		draw_shades(l->to, look->colour, x, y);
	else
		mark_draw(l->to, look, x + SAMPLE / 2.0, y, MARK_LARGE);
}

/* Draws it, or only measures. Returns its height. */
static double legend(const struct layout *l, double top, bool draw)
{
	const struct figure *f = l->figure;
	struct pen pen = {l->legend_left, top + LABEL_SIZE * TEXT_LINE / 2};
	text_font(l->to, f->font, LABEL_SIZE, false);
	for (guint c = 0; c < f->n_classes; c++) {
		if (l->count[c] == 0)
			continue;
		g_autofree char *name = class_name(l, c);
		double width = entry_begin(l, &pen, SAMPLE, name);
		if (draw) {
			draw_sample(l, c, pen.x, pen.y);
			name_entry(l, pen.x + SAMPLE + SAMPLE_GAP, pen.y, name);
		}
		pen.x += width + LEGEND_GAP;
	}
	if (l->line) {
		entry_begin(l, &pen, LINE_SAMPLE, f->line_name);
		if (draw) {
			mark_set_colour(l->to, BLACK);
			set_dash(l->to, true);
			cairo_move_to(l->to, pen.x, pen.y);
			cairo_rel_line_to(l->to, LINE_SAMPLE, 0);
			cairo_stroke(l->to);
			set_dash(l->to, false);
			name_entry(l, pen.x + LINE_SAMPLE + SAMPLE_GAP, pen.y, f->line_name);
		}
	}
	return pen.y + LABEL_SIZE * TEXT_LINE / 2 - top;
}

/* ---- places ---- */

static double title_height(const struct layout *l)
{
	return l->figure->title ? TITLE_SIZE * TEXT_LINE : 0;
}

double layout_x(const struct layout *l, double value)
{
	return l->left + axis_place(&l->x, value) * (l->right - l->left);
}

double layout_y(const struct layout *l, double value)
{
	return l->bottom - axis_place(&l->y, value) * (l->bottom - l->top);
}

double layout_mark_size(const struct layout *l)
{
	gsize marks = 0;
	for (guint c = 0; c < l->figure->n_classes; c++)
		marks += l->dense[c] ? 0 : l->count[c];
	double size = MARK_LARGE - log10((double)MAX(marks, 1) / 100);
	return CLAMP(size, MARK_SMALL, MARK_LARGE);
}

static double widest_label(cairo_t *to, const GArray *ticks)
{
	double widest = 0;
	for (guint i = 0; i < ticks->len; i++)
		widest = fmax(widest, text_width(to, g_array_index(ticks, struct axis_tick, i).label));
	return widest;
}

/* How much of an axis a label takes, from what lies before it to what lies after it. */
static double label_extent(cairo_t *to, const struct axis_tick *tick, bool across)
{
	return across ? text_width(to, tick->label) + LABEL_GAP : LABEL_SIZE * TEXT_LINE;
}

/* Two labels are too close. */
static bool labels_collide(cairo_t *to, const struct axis *axis, double length, const GArray *ticks, bool across)
{
	double end = -INFINITY;
	for (guint i = 0; i < ticks->len; i++) {
		const struct axis_tick *tick = &g_array_index(ticks, struct axis_tick, i);
		if (tick->kind != AXIS_TICK_LABELLED)
			continue;
		double extent = label_extent(to, tick, across), middle = axis_place(axis, tick->value) * length;
		if (middle - extent / 2 < end)
			return true;
		end = middle + extent / 2;
	}
	return false;
}

/* The first decade gives way to the label of the band of 0. */
static void clear_first_decade(cairo_t *to, const struct axis *axis, double length, const GArray *ticks, bool across)
{
	struct axis_tick *zero = &g_array_index(ticks, struct axis_tick, 0);
	struct axis_tick *first = &g_array_index(ticks, struct axis_tick, 1);
	double apart = (axis_place(axis, first->value) - axis_place(axis, zero->value)) * length;
	if (apart < (label_extent(to, zero, across) + label_extent(to, first, across)) / 2) {
		first->kind = AXIS_TICK_MAJOR;
		first->label[0] = '\0';
	}
}

static GArray *make_ticks(cairo_t *to, struct axis *axis, double length, bool across)
{
	axis->band = axis->zero ? BAND / length : 0;
	for (unsigned coarse = 0;; coarse++) {
		GArray *ticks = axis_ticks(axis, length, across ? ACROSS : UPWARDS, coarse);
		if (axis->zero)
			clear_first_decade(to, axis, length, ticks, across);
		if (coarse == MOST_COARSE || !labels_collide(to, axis, length, ticks, across))
			return ticks;
		g_array_unref(ticks);
	}
}

/* One round towards the final margins. False: no room. */
static bool place_frame(struct layout *l)
{
	const struct figure *f = l->figure;
	double tick_labels = MAJOR + TICK_GAP + LABEL_SIZE * TEXT_CAPITAL;
	l->legend_left = l->left;
	l->top = EDGE + title_height(l) + legend(l, 0, false) + EDGE;
	l->bottom = l->height - EDGE - tick_labels - AXIS_GAP - AXIS_SIZE;
	if (l->any_dense)
		l->bottom -= NOTE_SIZE * TEXT_LINE;
	if (l->bottom - l->top < LEAST_PLOT || l->right - l->left < LEAST_PLOT)
		return false;
	text_font(l->to, f->font, LABEL_SIZE, false);
	g_clear_pointer(&l->x_ticks, g_array_unref);
	g_clear_pointer(&l->y_ticks, g_array_unref);
	l->x_ticks = make_ticks(l->to, &l->x, l->right - l->left, true);
	l->y_ticks = make_ticks(l->to, &l->y, l->bottom - l->top, false);
	double over = widest_label(l->to, l->x_ticks) / 2 - AXIS_MARGIN * (l->right - l->left);
	l->left = EDGE + AXIS_SIZE + AXIS_GAP + widest_label(l->to, l->y_ticks) + TICK_GAP + MAJOR;
	l->right = l->width - EDGE - fmax(over, 0);
	return l->right - l->left >= LEAST_PLOT;
}

static void make_axes(struct layout *l)
{
	const struct figure *f = l->figure;
	struct axis_range x = AXIS_RANGE_NONE, y = AXIS_RANGE_NONE;
	for (gsize i = 0; i < f->n_points; i++) {
		axis_range_add(&x, f->points[i].x);
		axis_range_add(&y, f->points[i].y);
		l->count[f->points[i].class]++;
	}
	l->line = f->line == FIGURE_LINE_EQUAL && f->n_points > 0;
	if (f->line == FIGURE_LINE_LEVEL && (f->y.scale == AXIS_LINEAR || f->level > 0)) {
		axis_range_add(&y, f->level);
		l->line = true;
	}
	l->x = axis_make(f->x.scale, &x);
	l->y = axis_make(f->y.scale, &y);
}

/* The largest classes, until what is left is few enough for marks. */
static void choose_dense(struct layout *l)
{
	gsize marks = l->figure->n_points;
	while (marks > l->figure->max_marks) {
		guint largest = 0;
		for (guint c = 1; c < l->figure->n_classes; c++)
			if (l->dense[largest] || (!l->dense[c] && l->count[c] > l->count[largest]))
				largest = c;
		marks -= l->count[largest];
		l->dense[largest] = l->any_dense = true;
	}
}

bool layout_make(struct layout *l, const struct figure *figure, cairo_t *to)
{
	*l = (struct layout){
		.figure = figure,
		.to = to,
		.width = figure->width_mm / 25.4 * 72,
		.height = figure->height_mm / 25.4 * 72,
	};
	make_axes(l);
	choose_dense(l);
	l->left = 4 * AXIS_SIZE;
	l->right = l->width - EDGE;
	for (int pass = 0; pass < PASSES; pass++)
		if (!place_frame(l))
			return false;
	return true;
}

void layout_clear(struct layout *l)
{
	g_clear_pointer(&l->x_ticks, g_array_unref);
	g_clear_pointer(&l->y_ticks, g_array_unref);
}

/* ---- drawing ---- */

void layout_draw_bands(const struct layout *l)
{
	mark_set_colour(l->to, BAND_GREY);
	if (l->x.zero)
		cairo_rectangle(l->to, l->left, l->top, BAND, l->bottom - l->top);
	if (l->y.zero)
		cairo_rectangle(l->to, l->left, l->bottom - BAND, l->right - l->left, BAND);
	cairo_fill(l->to);
}

static double tick_length(const struct axis_tick *tick)
{
	return tick->kind == AXIS_TICK_MINOR ? MINOR : MAJOR;
}

static void draw_ticks(const struct layout *l)
{
	text_font(l->to, l->figure->font, LABEL_SIZE, false);
	mark_set_colour(l->to, BLACK);
	cairo_set_line_width(l->to, TICK);
	for (guint i = 0; i < l->x_ticks->len; i++) {
		const struct axis_tick *tick = &g_array_index(l->x_ticks, struct axis_tick, i);
		double x = layout_x(l, tick->value);
		cairo_move_to(l->to, x, l->bottom);
		cairo_rel_line_to(l->to, 0, tick_length(tick));
		cairo_stroke(l->to);
		text_show(l->to, tick->label, x, l->bottom + MAJOR + TICK_GAP + LABEL_SIZE * TEXT_CAPITAL, 0.5);
	}
	for (guint i = 0; i < l->y_ticks->len; i++) {
		const struct axis_tick *tick = &g_array_index(l->y_ticks, struct axis_tick, i);
		double y = layout_y(l, tick->value);
		cairo_move_to(l->to, l->left, y);
		cairo_rel_line_to(l->to, -tick_length(tick), 0);
		cairo_stroke(l->to);
		text_show(l->to, tick->label, l->left - MAJOR - TICK_GAP, y + LABEL_SIZE * TEXT_CAPITAL / 2, 1);
	}
}

static void draw_titles(const struct layout *l)
{
	const struct figure *f = l->figure;
	double middle = (l->left + l->right) / 2, y = l->height - EDGE - AXIS_SIZE * (1 - TEXT_CAPITAL);
	if (l->any_dense)
		y -= NOTE_SIZE * TEXT_LINE;
	mark_set_colour(l->to, BLACK);
	text_font(l->to, f->font, text_fit(l->to, f->font, f->x.title, AXIS_SIZE, false, l->right - l->left), false);
	text_show(l->to, f->x.title, middle, y, 0.5);
	text_font(l->to, f->font, text_fit(l->to, f->font, f->y.title, AXIS_SIZE, false, l->bottom - l->top), false);
	cairo_save(l->to);
	cairo_translate(l->to, EDGE + AXIS_SIZE * TEXT_CAPITAL, (l->top + l->bottom) / 2);
	cairo_rotate(l->to, -G_PI / 2);
	text_show(l->to, f->y.title, 0, 0, 0.5);
	cairo_restore(l->to);
	if (f->title == NULL)
		return;
	text_font(l->to, f->font, text_fit(l->to, f->font, f->title, TITLE_SIZE, true, l->width - 2 * EDGE), true);
	text_show(l->to, f->title, l->width / 2, EDGE + TITLE_SIZE * TEXT_CAPITAL, 0.5);
}

void layout_draw_note(const struct layout *l, const char *note)
{
	double size = text_fit(l->to, l->figure->font, note, NOTE_SIZE, false, l->width - 2 * EDGE);
	mark_set_colour(l->to, NOTE_GREY);
	text_font(l->to, l->figure->font, size, false);
	text_show(l->to, note, l->width - EDGE, l->height - EDGE - NOTE_SIZE * (1 - TEXT_CAPITAL), 1);
}

/* y = x: straight where both axes have the same scale. */
static void trace_equal(const struct layout *l)
{
	int parts = l->x.scale == l->y.scale ? 1 : CURVE_PARTS;
	for (int i = 0; i <= parts; i++) {
		double value = axis_value(&l->x, l->x.band + (1 - l->x.band) * i / parts);
		if (value > 0 || l->y.scale == AXIS_LINEAR)
			cairo_line_to(l->to, layout_x(l, value), layout_y(l, value));
	}
}

void layout_draw_line(const struct layout *l)
{
	double x_band = l->x.band * (l->right - l->left), y_band = l->y.band * (l->bottom - l->top);
	cairo_save(l->to);
	cairo_rectangle(l->to, l->left + x_band, l->top, l->right - l->left - x_band, l->bottom - l->top - y_band);
	cairo_clip(l->to);
	mark_set_colour(l->to, BLACK);
	set_dash(l->to, true);
	if (l->figure->line == FIGURE_LINE_EQUAL) {
		trace_equal(l);
	} else {
		cairo_move_to(l->to, l->left + x_band, layout_y(l, l->figure->level));
		cairo_line_to(l->to, l->right, layout_y(l, l->figure->level));
	}
	cairo_stroke(l->to);
	cairo_restore(l->to);
}

void layout_draw_frame(const struct layout *l)
{
	draw_ticks(l);
	mark_set_colour(l->to, BLACK);
	cairo_set_line_width(l->to, FRAME);
	cairo_rectangle(l->to, l->left, l->top, l->right - l->left, l->bottom - l->top);
	cairo_stroke(l->to);
	draw_titles(l);
	legend(l, EDGE + title_height(l), true);
	if (l->figure->n_points == 0) {
		g_autofree char *none = g_strdup_printf("no %s", l->figure->things);
		text_font(l->to, l->figure->font, AXIS_SIZE, false);
		text_show(l->to, none, (l->left + l->right) / 2, (l->top + l->bottom) / 2, 0.5);
	}
}
