/*
 * An axis of a figure: which values it spans, where on it a value lies, where its ticks are.
 *
 * Places are parts of the axis, 0 at its start and 1 at its end. A logarithmic axis spans whole decades;
 * values of 0, which have no place there, get a band of their own at its start. A small margin at both ends
 * keeps the marks of the extremes off the frame.
 */
#ifndef REPORT_FIGURE_AXIS_H
#define REPORT_FIGURE_AXIS_H

#include <glib.h>
#include <math.h>
#include <stdbool.h>

enum axis_scale { AXIS_LINEAR, AXIS_LOG };

/* The values that an axis has to hold. Begin with AXIS_RANGE_NONE. */
struct axis_range {
	double min, max;
	double least; /* least value above 0 */
	bool zero;    /* a 0, or below, is among them */
};

#define AXIS_RANGE_NONE ((struct axis_range){.min = INFINITY, .max = -INFINITY, .least = INFINITY})

void axis_range_add(struct axis_range *range, double value);

#define AXIS_MARGIN 0.025 /* at both ends, of the part that is not the band of 0 */

struct axis {
	enum axis_scale scale;
	double lo, hi; /* first and last value; log: powers of ten, lo < hi */
	bool zero;     /* log: there is a band for 0 */
	double band;   /* the part of the axis that it takes: set it once the length is known */
};

/*
 * The axis for these values. Linear: from 0 (or the least value, if negative) to the greatest. Log: whole
 * decades, at least one; 1 to 10 without any value above 0.
 */
struct axis axis_make(enum axis_scale scale, const struct axis_range *range);

/* Where a value lies: 0 to 1 for those the axis was made for. Log: 0 and below are in the middle of the band. */
double axis_place(const struct axis *axis, double value);

/* The value that lies there, in the part that is not the band. */
double axis_value(const struct axis *axis, double place);

enum axis_tick_kind { AXIS_TICK_MINOR, AXIS_TICK_MAJOR /* a decade without its label */, AXIS_TICK_LABELLED };

struct axis_tick {
	double value;
	enum axis_tick_kind kind;
	char label[24]; /* "" unless labelled */
};

/*
 * The ticks for an axis of `length` points (1/72 inch), in order of value: an array of struct axis_tick, to
 * be freed with g_array_unref(). A linear axis has a label every `every` points or less often. `coarse` 0 gives
 * as many labels as look well, more of it gives fewer, for labels that collide. The labels of a logarithmic axis are
 * its decades, those of a linear one multiples of 1, 2 or 5 times a power of ten; minor ticks are there where they have
 * room.
 */
GArray *axis_ticks(const struct axis *axis, double length, double every, unsigned coarse);

/* digit x 10^decade, with 1, 2 or 5 for a digit. */
struct axis_step {
	int digit, decade;
};

double axis_step_value(struct axis_step step);

/* The least step that cuts `span` into at most `most` parts. */
struct axis_step axis_step(double span, double most);

/* "0.001", "1", "100", "1 k", "20 k", …: digit x 10^decade, on a logarithmic axis. */
void axis_label_log(int digit, int decade, char *label, gsize size);

/*
 * "0", "0.5", "1500", "20 k", "2.5 M": a multiple of `step` on a linear axis that goes up to `hi`, which
 * decides on one prefix for all of them.
 */
void axis_label_linear(double value, struct axis_step step, double hi, char *label, gsize size);

#endif
