/*
 * Classes with too many points for marks: the page is cut into small squares, and each is the darker the more
 * of their points it has, on a logarithmic scale. Squares with points of several such classes mix their
 * colours in proportion.
 */
#ifndef REPORT_FIGURE_DENSITY_H
#define REPORT_FIGURE_DENSITY_H

#include "report/figure/layout.h"

#define DENSITY_LIGHTEST 0.4 /* opacity of a square with one point; the fullest square has 1 */

/* Draws the dense classes as one image. Says the side of a square, in mm, and the points in the fullest. */
void density_draw(const struct layout *layout, double *side_mm, gsize *most);

#endif
