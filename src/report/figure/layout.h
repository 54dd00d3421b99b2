/* Where the parts of a figure are, and how they get there. Lengths in points, y downwards. */
#ifndef REPORT_FIGURE_LAYOUT_H
#define REPORT_FIGURE_LAYOUT_H

#include <cairo.h>

#include "report/figure/figure.h"

struct layout {
	const struct figure *figure;
	cairo_t *to;
	double width, height;            /* of the page */
	double left, right, top, bottom; /* of the plot's frame */
	double legend_left;              /* where its rows begin */
	struct axis x, y;
	GArray *x_ticks, *y_ticks; /* of struct axis_tick */
	gsize count[256];          /* points, by class */
	bool dense[256];           /* classes too large for marks */
	bool any_dense;
	bool line; /* there is a line, and something to compare with it */
};

/*
 * Finds a place for everything. `to` is where it will be drawn, in points. False when there is no room for a
 * plot. To be cleared in either case.
 */
bool layout_make(struct layout *layout, const struct figure *figure, cairo_t *to);
void layout_clear(struct layout *layout);

/* All but the points. */
void layout_draw_bands(const struct layout *layout); /* of 0; what is drawn later lies on them */
void layout_draw_line(const struct layout *layout);
void layout_draw_frame(const struct layout *layout);                  /* with ticks, titles and legend */
void layout_draw_note(const struct layout *layout, const char *note); /* there is room when classes are dense */

/* A point's place on the page. */
double layout_x(const struct layout *layout, double value);
double layout_y(const struct layout *layout, double value);

/* Width of a mark. */
double layout_mark_size(const struct layout *layout);

/* "1,234,567" */
char *layout_count(gsize n);

#endif
