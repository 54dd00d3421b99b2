#include "report/figure/figure.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <math.h>
#include <string.h>

#include "report/figure/density.h"
#include "report/figure/layout.h"
#include "report/figure/mark.h"

GQuark figure_error_quark(void)
{
	return g_quark_from_static_string("tanpa-figure-error");
}

const char *figure_format_name(enum figure_format format)
{
	static const char *const names[FIGURE_N_FORMATS] = {"svg", "png", "pdf"};
	return names[format];
}

int figure_pixels(double mm, double dpi)
{
	return (int)lround(mm / 25.4 * dpi);
}

/* ---- marks ---- */

/* The classes, those with most points first: rare marks lie upon frequent ones. */
static guint *drawing_order(const struct layout *l)
{
	guint n = l->figure->n_classes, *order = g_new(guint, n + 1);
	for (guint i = 0; i < n; i++) {
		guint at = i;
		for (; at > 0 && l->count[order[at - 1]] < l->count[i]; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	return order;
}

static void draw_marks(const struct layout *l)
{
	const struct figure *f = l->figure;
	g_autofree guint *order = drawing_order(l);
	double size = layout_mark_size(l);
	for (guint c = 0; c < f->n_classes; c++)
		for (gsize i = 0; i < f->n_points; i++)
			if (f->points[i].class == order[c] && !l->dense[order[c]])
				mark_draw(l->to, &f->classes[order[c]], layout_x(l, f->points[i].x),
					  layout_y(l, f->points[i].y), size);
}

static char *density_note(const struct layout *l, double side_mm, gsize most)
{
	g_autofree char *fullest = layout_count(most);
	return g_strdup_printf("Shaded: %s in squares of %.2f mm, 1 (light) to %s (full), logarithmic",
			       l->figure->things, side_mm, fullest);
}

/* ---- a page ---- */

/* The same letter widths in every format: no rounding to pixels. */
static void set_text_options(cairo_t *to)
{
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_set_font_options(to, options);
	cairo_font_options_destroy(options);
}

static void draw_all(const struct layout *l)
{
	layout_draw_bands(l);
	if (l->any_dense) {
		double side_mm;
		gsize most;
		density_draw(l, &side_mm, &most);
		g_autofree char *note = density_note(l, side_mm, most);
		layout_draw_note(l, note);
	}
	if (l->line && l->figure->line == FIGURE_LINE_EQUAL) /* a guide; the level is more than that */
		layout_draw_line(l);
	draw_marks(l);
	if (l->line && l->figure->line == FIGURE_LINE_LEVEL)
		layout_draw_line(l);
	layout_draw_frame(l);
}

static gboolean draw_page(const struct figure *f, enum figure_format format, cairo_surface_t *surface, GError **error)
{
	struct layout layout;
	cairo_t *to = cairo_create(surface);
	if (format == FIGURE_PNG)
		cairo_scale(to, f->dpi / 72, f->dpi / 72);
	set_text_options(to);
	cairo_set_source_rgb(to, 1, 1, 1);
	cairo_paint(to);
	bool room = layout_make(&layout, f, to);
	if (room)
		draw_all(&layout);
	layout_clear(&layout);
	cairo_show_page(to);
	cairo_status_t status = cairo_status(to);
	cairo_destroy(to);
	if (!room)
		g_set_error(error, FIGURE_ERROR, FIGURE_ERROR_SIZE, "%g mm x %g mm leave no room for a plot",
			    f->width_mm, f->height_mm);
	else if (status != CAIRO_STATUS_SUCCESS)
		g_set_error(error, FIGURE_ERROR, FIGURE_ERROR_CAIRO, "cannot draw the figure: %s",
			    cairo_status_to_string(status));
	return room && status == CAIRO_STATUS_SUCCESS;
}

/* ---- files ---- */

static cairo_status_t append(void *user, const unsigned char *bytes, unsigned int n)
{
	g_byte_array_append(user, bytes, n);
	return CAIRO_STATUS_SUCCESS;
}

static const char *description(const struct figure *f)
{
	return f->title ? f->title : f->about;
}

/* cairo numbers what is in a file on through all files of the process; there is one of each here. */
static char *without_numbers(const GByteArray *file)
{
	g_autoptr(GRegex) number = g_regex_new("([\"#](?:surface|image))[0-9]+(?=[\")])", 0, 0, NULL);
	return g_regex_replace(number, (const char *)file->data, (gssize)file->len, 0, "\\1", 0, NULL);
}

/* Adds what it shows, for screen readers, as the first thing in the svg element. */
static void finish_svg(GByteArray *file, const struct figure *f)
{
	g_autofree char *text = without_numbers(file);
	g_autofree char *title = g_markup_printf_escaped("\n<title>%s</title>", description(f));
	const char *element = strstr(text, "<svg ");
	const char *inside = element ? strchr(element, '>') : NULL;
	gsize head = inside ? (gsize)(inside + 1 - text) : 0;
	g_byte_array_set_size(file, 0);
	g_byte_array_append(file, (const guint8 *)text, (guint)head);
	if (inside)
		g_byte_array_append(file, (const guint8 *)title, (guint)strlen(title));
	g_byte_array_append(file, (const guint8 *)text + head, (guint)strlen(text + head));
}

static guint32 png_crc(const guint8 *bytes, gsize n)
{
	guint32 crc = 0xffffffff;
	for (gsize i = 0; i < n; i++) {
		crc ^= bytes[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
	}
	return ~crc;
}

static void put_be32(guint8 *to, guint32 n)
{
	for (int i = 0; i < 4; i++)
		to[i] = (guint8)(n >> (24 - 8 * i));
}

/* The size of a pixel, which cairo does not write (PNG, 11.3.5.3: pHYs, pixels per metre): after IHDR. */
static void insert_png_dpi(GByteArray *file, double dpi)
{
	enum { AFTER_IHDR = 8 + 25, CHUNK = 21 };
	guint8 chunk[CHUNK] = {0, 0, 0, 9, 'p', 'H', 'Y', 's'};
	guint32 per_metre = (guint32)lround(dpi / 0.0254);
	put_be32(chunk + 8, per_metre);
	put_be32(chunk + 12, per_metre);
	chunk[16] = 1;
	put_be32(chunk + 17, png_crc(chunk + 4, 13));
	g_byte_array_set_size(file, file->len + CHUNK);
	memmove(file->data + AFTER_IHDR + CHUNK, file->data + AFTER_IHDR, file->len - AFTER_IHDR - CHUNK);
	memcpy(file->data + AFTER_IHDR, chunk, CHUNK);
}

static cairo_surface_t *make_surface(const struct figure *f, enum figure_format format, GByteArray *file)
{
	double width = f->width_mm / 25.4 * 72, height = f->height_mm / 25.4 * 72;
	if (format == FIGURE_SVG)
		return cairo_svg_surface_create_for_stream(append, file, width, height);
	if (format == FIGURE_PNG)
		return cairo_image_surface_create(CAIRO_FORMAT_RGB24, figure_pixels(f->width_mm, f->dpi),
						  figure_pixels(f->height_mm, f->dpi));
	cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(append, file, width, height);
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, description(f));
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, ""); /* none, not now */
	return pdf;
}

static gboolean check_image_size(const struct figure *f, GError **error)
{
	int width = figure_pixels(f->width_mm, f->dpi), height = figure_pixels(f->height_mm, f->dpi);
	if (MAX(width, height) <= FIGURE_MAX_SIDE && (gint64)width * height <= FIGURE_MAX_PIXELS)
		return TRUE;
	g_set_error(error, FIGURE_ERROR, FIGURE_ERROR_SIZE,
		    "%g mm x %g mm at %g dots per inch are too large an image: %d x %d", f->width_mm, f->height_mm,
		    f->dpi, width, height);
	return FALSE;
}

GByteArray *figure_draw(const struct figure *f, enum figure_format format, GError **error)
{
	if ((format == FIGURE_PNG || f->n_points > f->max_marks) && !check_image_size(f, error))
		return NULL;
	g_autoptr(GByteArray) file = g_byte_array_new();
	cairo_surface_t *surface = make_surface(f, format, file);
	gboolean good = draw_page(f, format, surface, error);
	cairo_status_t status = CAIRO_STATUS_SUCCESS;
	if (good && format == FIGURE_PNG)
		status = cairo_surface_write_to_png_stream(surface, append, file);
	cairo_surface_finish(surface);
	if (status == CAIRO_STATUS_SUCCESS)
		status = cairo_surface_status(surface);
	cairo_surface_destroy(surface);
	if (good && status != CAIRO_STATUS_SUCCESS) {
		g_set_error(error, FIGURE_ERROR, FIGURE_ERROR_CAIRO, "cannot draw the figure: %s",
			    cairo_status_to_string(status));
		good = FALSE;
	}
	if (good && format == FIGURE_SVG)
		finish_svg(file, f);
	if (good && format == FIGURE_PNG)
		insert_png_dpi(file, f->dpi);
	return good ? g_steal_pointer(&file) : NULL;
}
