/*
 * A scatter figure for a journal's column: points in classes, each class with its own mark; linear or
 * logarithmic axes; one line to compare with; a legend with counts above the plot, where no mark can be.
 *
 * Knows nothing of sessions: whoever draws says what the points, the classes and the axes are. The same
 * figure gives the same bytes, whenever it is drawn.
 *
 * Large data: max_marks is how many marks there may be in all. Classes that are too large for that, the largest
 * first, are drawn by density instead (density.h), as one image, and a note below the plot says so. Cost:
 * O(points x classes).
 */
#ifndef REPORT_FIGURE_FIGURE_H
#define REPORT_FIGURE_FIGURE_H

#include <glib.h>
#include <stdint.h>

#include "report/figure/axis.h"

enum figure_shape {
	FIGURE_DISC,
	FIGURE_SQUARE,   /* outlined */
	FIGURE_TRIANGLE, /* filled */
	FIGURE_DIAMOND,  /* outlined */
	FIGURE_CROSS,    /* x */
	FIGURE_PLUS,
	FIGURE_CIRCLE, /* outlined */
	FIGURE_N_SHAPES,
};

struct figure_class {
	const char *name; /* UTF-8, for the legend */
	uint32_t colour;  /* 0xRRGGBB */
	enum figure_shape shape;
};

struct figure_point {
	double x, y;   /* finite; not below 0 on a logarithmic axis */
	uint8_t class; /* index of its class */
};

/* What the points are to be compared with. */
enum figure_line {
	FIGURE_LINE_NONE,
	FIGURE_LINE_LEVEL, /* y = level */
	FIGURE_LINE_EQUAL, /* y = x */
};

struct figure_direction {
	const char *title; /* UTF-8, with the unit */
	enum axis_scale scale;
};

/* All of it is borrowed and only read. */
struct figure {
	const char *title; /* UTF-8; NULL: none */
	const char *about; /* UTF-8: what it shows, for those who cannot see it, unless there is a title */
	struct figure_direction x, y;
	const struct figure_class *classes; /* at most 256; those without points stay out of the legend */
	guint n_classes;
	const struct figure_point *points;
	gsize n_points;
	const char *things; /* what the points are, for people: "sessions" */
	enum figure_line line;
	double level;          /* of FIGURE_LINE_LEVEL; left out where a logarithmic axis has no place for it */
	const char *line_name; /* UTF-8, for the legend */
	double width_mm, height_mm;
	double dpi;       /* of a PNG, and of the image of dense classes */
	const char *font; /* family, as fontconfig knows it */
	gsize max_marks;
};

enum figure_format { FIGURE_SVG, FIGURE_PNG, FIGURE_PDF, FIGURE_N_FORMATS };

/* Pixels along a length. */
int figure_pixels(double mm, double dpi);

/* "svg", "png", "pdf". */
const char *figure_format_name(enum figure_format format);

enum {
	FIGURE_MIN_MM = 40,
	FIGURE_MAX_MM = 1000,
	FIGURE_MIN_DPI = 36,
	FIGURE_MAX_DPI = 1200,
	FIGURE_MAX_PIXELS = 200000000, /* of an image */
	FIGURE_MAX_SIDE = 32000,       /* of it, each way */
};

enum figure_error { FIGURE_ERROR_SIZE, FIGURE_ERROR_CAIRO };
#define FIGURE_ERROR (figure_error_quark())
GQuark figure_error_quark(void);

/*
 * Draws the figure as a file of that format. NULL with `error` (FIGURE_ERROR) when the size leaves no room
 * for a plot or needs too large an image, or when there is no memory for it.
 */
GByteArray *figure_draw(const struct figure *figure, enum figure_format format, GError **error);

#endif
