/* The marks of a figure. cairo's part of it is kept in this folder. */
#ifndef REPORT_FIGURE_MARK_H
#define REPORT_FIGURE_MARK_H

#include <cairo.h>

#include "report/figure/figure.h"

void mark_set_colour(cairo_t *to, uint32_t colour);

/* As it looks on white with that opacity. */
void mark_set_shade(cairo_t *to, uint32_t colour, double opacity);

/* One mark of a class, about `size` points wide, as one path. */
void mark_draw(cairo_t *to, const struct figure_class *look, double x, double y, double size);

#endif
