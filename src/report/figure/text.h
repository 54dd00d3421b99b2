/* Text in a figure. Lengths in points. */
#ifndef REPORT_FIGURE_TEXT_H
#define REPORT_FIGURE_TEXT_H

#include <cairo.h>
#include <stdbool.h>

/* Of letters, as parts of the font size. */
#define TEXT_CAPITAL 0.73 /* height of capitals and digits */
#define TEXT_LINE    1.35 /* from one line to the next */

void text_font(cairo_t *to, const char *family, double size, bool bold);
double text_width(cairo_t *to, const char *text);

/*
 * Writes text whose baseline goes through (x, y); `part` of it is left of x: 0 begins there, 0.5 is
 * centred, 1 ends there.
 */
void text_show(cairo_t *to, const char *text, double x, double y, double part);

/* The size at which a text is no wider than `width`: `size`, or less if it must. */
double text_fit(cairo_t *to, const char *family, const char *text, double size, bool bold, double width);

#endif
