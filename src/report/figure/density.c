#include "report/figure/density.h"

#include <math.h>

#define SQUARE 1.4 /* points, about */

/* Squares of the page. */
struct grid {
	int scale;         /* pixels along the side of a square */
	int width, height; /* squares */
	guint n_classes;
	guint32 *count; /* of points, by square and class */
};

static guint32 *grid_square(const struct grid *grid, int x, int y)
{
	return grid->count + ((gsize)y * (gsize)grid->width + (gsize)x) * grid->n_classes;
}

static struct grid count_points(const struct layout *l, int width, int height)
{
	const struct figure *f = l->figure;
	double pixels = f->dpi / 72;
	struct grid grid = {.scale = MAX((int)lround(SQUARE * pixels), 1), .n_classes = f->n_classes};
	grid.width = (width + grid.scale - 1) / grid.scale;
	grid.height = (height + grid.scale - 1) / grid.scale;
	grid.count = g_new0(guint32, (gsize)grid.width * (gsize)grid.height * grid.n_classes);
	for (gsize i = 0; i < f->n_points; i++) {
		const struct figure_point *point = &f->points[i];
		if (!l->dense[point->class])
			continue;
		int x = (int)(layout_x(l, point->x) * pixels) / grid.scale;
		int y = (int)(layout_y(l, point->y) * pixels) / grid.scale;
		guint32 *count = grid_square(&grid, CLAMP(x, 0, grid.width - 1), CLAMP(y, 0, grid.height - 1));
		count[point->class] += count[point->class] < G_MAXUINT32;
	}
	return grid;
}

static gsize square_sum(const struct grid *grid, int x, int y)
{
	gsize sum = 0;
	for (guint c = 0; c < grid->n_classes; c++)
		sum += grid_square(grid, x, y)[c];
	return sum;
}

static gsize fullest(const struct grid *grid)
{
	gsize most = 0;
	for (int y = 0; y < grid->height; y++)
		for (int x = 0; x < grid->width; x++)
			most = MAX(most, square_sum(grid, x, y));
	return most;
}

/* A pixel of CAIRO_FORMAT_ARGB32, which has colours multiplied by opacity. */
static guint32 square_pixel(const struct grid *grid, const struct figure_class *classes, int x, int y, gsize most)
{
	const guint32 *count = grid_square(grid, x, y);
	gsize sum = square_sum(grid, x, y);
	if (sum == 0)
		return 0;
	double part = most > 1 ? log((double)sum) / log((double)most) : 1;
	double opacity = DENSITY_LIGHTEST + (1 - DENSITY_LIGHTEST) * part;
	guint32 pixel = (guint32)lround(opacity * 255) << 24;
	for (int shift = 16; shift >= 0; shift -= 8) {
		double colour = 0;
		for (guint c = 0; c < grid->n_classes; c++)
			colour += (double)count[c] / (double)sum * (classes[c].colour >> shift & 255);
		pixel |= (guint32)lround(colour * opacity) << shift;
	}
	return pixel;
}

static void fill_image(cairo_surface_t *image, const struct grid *grid, const struct figure_class *classes, gsize most)
{
	int width = cairo_image_surface_get_width(image), height = cairo_image_surface_get_height(image);
	cairo_surface_flush(image);
	for (int y = 0; y < height; y++) {
		unsigned char *row = cairo_image_surface_get_data(image) +
				     (gsize)y * (gsize)cairo_image_surface_get_stride(image);
		guint32 *pixels = (guint32 *)(void *)row; /* cairo aligns rows */
		for (int x = 0; x < width; x += grid->scale) {
			guint32 pixel = square_pixel(grid, classes, x / grid->scale, y / grid->scale, most);
			for (int i = x; i < MIN(x + grid->scale, width); i++)
				pixels[i] = pixel;
		}
	}
	cairo_surface_mark_dirty(image);
}

void density_draw(const struct layout *l, double *side_mm, gsize *most)
{
	const struct figure *f = l->figure;
	int width = figure_pixels(f->width_mm, f->dpi), height = figure_pixels(f->height_mm, f->dpi);
	struct grid grid = count_points(l, width, height);
	*side_mm = grid.scale / f->dpi * 25.4;
	*most = fullest(&grid);
	cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_ARGB32, width, height);
	if (cairo_surface_status(image) == CAIRO_STATUS_SUCCESS)
		fill_image(image, &grid, f->classes, *most);
	cairo_save(l->to);
	cairo_scale(l->to, 72 / f->dpi, 72 / f->dpi);
	cairo_set_source_surface(l->to, image, 0, 0); /* passes on the image's error, if any */
	cairo_paint(l->to);
	cairo_restore(l->to);
	cairo_surface_destroy(image);
	g_free(grid.count);
}
