#include "report/figure/mark.h"

#include <math.h>

/* Sizes as parts of a mark's size: marks of all shapes cover about the same area. */
#define LINE     0.16 /* of outlines */
#define CROSS    0.20 /* of lines without an inside */
#define EDGE     0.08 /* of filled marks */
#define ROUND    0.46 /* radius */
#define SQUARE   0.41 /* half a side */
#define DIAMOND  0.57 /* half a diagonal */
#define TRIANGLE 0.62 /* from the centre to a corner */
#define ARM      0.46 /* half a line */
#define SLANT    0.36 /* the same, along x and along y */

void mark_set_colour(cairo_t *to, uint32_t colour)
{
	mark_set_shade(to, colour, 1);
}

void mark_set_shade(cairo_t *to, uint32_t colour, double opacity)
{
	double white = 1 - opacity, part = opacity / 255;
	cairo_set_source_rgb(to, white + (colour >> 16 & 255) * part, white + (colour >> 8 & 255) * part,
			     white + (colour & 255) * part);
}

static void polygon(cairo_t *to, double x, double y, double radius, int corners, double turn)
{
	for (int i = 0; i < corners; i++) {
		double angle = turn + i * 2 * G_PI / corners;
		cairo_line_to(to, x + radius * cos(angle), y + radius * sin(angle));
	}
	cairo_close_path(to);
}

static void line(cairo_t *to, double x, double y, double dx, double dy)
{
	cairo_move_to(to, x - dx, y - dy);
	cairo_line_to(to, x + dx, y + dy);
}

static void outline(cairo_t *to, double width)
{
	cairo_set_line_width(to, width);
	cairo_stroke(to);
}

/* A white edge keeps marks that touch apart. */
static void fill(cairo_t *to, uint32_t colour, double edge)
{
	cairo_fill_preserve(to);
	mark_set_colour(to, 0xffffff);
	outline(to, edge);
	mark_set_colour(to, colour);
}

void mark_draw(cairo_t *to, const struct figure_class *look, double x, double y, double size)
{
	cairo_new_path(to);
	mark_set_colour(to, look->colour);
	switch (look->shape) {
	case FIGURE_DISC:
		cairo_arc(to, x, y, ROUND * size, 0, 2 * G_PI);
		fill(to, look->colour, EDGE * size);
		break;
	case FIGURE_SQUARE:
		polygon(to, x, y, SQUARE * size * G_SQRT2, 4, G_PI / 4);
		outline(to, LINE * size);
		break;
	case FIGURE_TRIANGLE:
		polygon(to, x, y, TRIANGLE * size, 3, -G_PI / 2);
		fill(to, look->colour, EDGE * size);
		break;
	case FIGURE_DIAMOND:
		polygon(to, x, y, DIAMOND * size, 4, 0);
		outline(to, LINE * size);
		break;
	case FIGURE_CROSS:
		line(to, x, y, SLANT * size, SLANT * size);
		line(to, x, y, SLANT * size, -SLANT * size);
		outline(to, CROSS * size);
		break;
	case FIGURE_PLUS:
		line(to, x, y, ARM * size, 0);
		line(to, x, y, 0, ARM * size);
		outline(to, CROSS * size);
		break;
	case FIGURE_CIRCLE:
		cairo_arc(to, x, y, ROUND * size, 0, 2 * G_PI);
		outline(to, LINE * size);
		break;
	case FIGURE_N_SHAPES:
		g_assert_not_reached();
	}
}
