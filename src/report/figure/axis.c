#include "report/figure/axis.h"

#include <math.h>

/* Lengths in points. */
#define MINOR_LEAST   3  /* between minor ticks of a linear axis */
#define DECADE_LABELS 60 /* least decade with labels at 2 and 5 */
#define DECADE_EIGHT  18 /* least decade with ticks at 2, 3, …, 9 */
#define DECADE_TWO    8  /* least decade with ticks at 2 and 5 */

#define MOST_LABELS 10
#define ROUNDING    1e-9 /* of a logarithm: 999.9999999 is 1000 */

/* ---- values and places ---- */

void axis_range_add(struct axis_range *range, double value)
{
	range->min = fmin(range->min, value);
	range->max = fmax(range->max, value);
	if (value > 0)
		range->least = fmin(range->least, value);
	else
		range->zero = true;
}

static int decade_below(double value)
{
	return (int)floor(log10(value) + ROUNDING);
}

static int decade_above(double value)
{
	return (int)ceil(log10(value) - ROUNDING);
}

/* The double nearest to a power of ten: pow() may be off by a bit. */
static double decade_value(int decade)
{
	char text[16];
	g_snprintf(text, sizeof text, "1e%d", decade);
	return g_ascii_strtod(text, NULL);
}

struct axis axis_make(enum axis_scale scale, const struct axis_range *range)
{
	struct axis axis = {.scale = scale};
	if (scale == AXIS_LINEAR) {
		axis.lo = fmin(range->min, 0);
		axis.hi = range->max > axis.lo ? range->max : axis.lo + 1;
		return axis;
	}
	int first = 0, last = 1;
	if (range->max > 0 && isfinite(range->least)) {
		first = decade_below(range->least);
		last = MAX(decade_above(range->max), first + 1);
	}
	axis.lo = decade_value(first);
	axis.hi = decade_value(last);
	axis.zero = range->zero;
	return axis;
}

double axis_place(const struct axis *axis, double value)
{
	double part;
	if (axis->scale == AXIS_LOG && value <= 0)
		return axis->band / 2;
	if (axis->scale == AXIS_LOG)
		part = log10(value / axis->lo) / log10(axis->hi / axis->lo);
	else
		part = (value - axis->lo) / (axis->hi - axis->lo);
	return axis->band + (1 - axis->band) * (AXIS_MARGIN + part * (1 - 2 * AXIS_MARGIN));
}

double axis_value(const struct axis *axis, double place)
{
	double part = ((place - axis->band) / (1 - axis->band) - AXIS_MARGIN) / (1 - 2 * AXIS_MARGIN);
	if (axis->scale == AXIS_LOG)
		return axis->lo * pow(axis->hi / axis->lo, part);
	return axis->lo + (axis->hi - axis->lo) * part;
}

/* ---- labels ---- */

static const char *const prefixes[] = {"", " k", " M", " G", " T", " P", " E", " Z"};

void axis_label_log(int digit, int decade, char *label, gsize size)
{
	int prefix = CLAMP(decade / 3, 0, (int)G_N_ELEMENTS(prefixes) - 1);
	g_snprintf(label, size, "%.*f%s", MAX(-decade, 0), digit * decade_value(decade - 3 * prefix), prefixes[prefix]);
}

void axis_label_linear(double value, struct axis_step step, double hi, char *label, gsize size)
{
	int prefix = hi < 10000 ? 0 : CLAMP(decade_below(hi) / 3, 0, (int)G_N_ELEMENTS(prefixes) - 1);
	if (value == 0)
		g_strlcpy(label, "0", size);
	else
		g_snprintf(label, size, "%.*f%s", MAX(3 * prefix - step.decade, 0), value / decade_value(3 * prefix),
			   prefixes[prefix]);
}

/* ---- ticks ---- */

static void add_tick(GArray *ticks, enum axis_tick_kind kind, double value)
{
	struct axis_tick tick = {.value = value, .kind = kind};
	g_array_append_val(ticks, tick);
}

/* The tick whose label is to be written. */
static struct axis_tick *add_labelled(GArray *ticks, double value)
{
	add_tick(ticks, AXIS_TICK_LABELLED, value);
	return &g_array_index(ticks, struct axis_tick, ticks->len - 1);
}

/* n steps: one rounding, where the sum or the product of steps would have more. */
static double steps_value(gint64 n, struct axis_step step)
{
	double digits = (double)(n * step.digit);
	return step.decade < 0 ? digits / decade_value(-step.decade) : digits * decade_value(step.decade);
}

double axis_step_value(struct axis_step step)
{
	return steps_value(1, step);
}

static struct axis_step next_step(struct axis_step step)
{
	if (step.digit == 5)
		return (struct axis_step){1, step.decade + 1};
	return (struct axis_step){step.digit == 1 ? 2 : 5, step.decade};
}

struct axis_step axis_step(double span, double most)
{
	struct axis_step step = {1, decade_below(span / most)};
	while (span / axis_step_value(step) > most * (1 + ROUNDING))
		step = next_step(step);
	return step;
}

/* The step of the minor ticks: a fifth of 1 and 5, a quarter of 2. */
static struct axis_step minor_step(struct axis_step step)
{
	if (step.digit == 5)
		return (struct axis_step){1, step.decade};
	return (struct axis_step){step.digit == 1 ? 2 : 5, step.decade - 1};
}

static void add_linear_ticks(GArray *ticks, const struct axis *axis, double length, double every, unsigned coarse)
{
	double span = axis->hi - axis->lo;
	struct axis_step step = axis_step(span, CLAMP(floor(length / every), 1, MOST_LABELS));
	for (; coarse > 0; coarse--)
		step = next_step(step);
	struct axis_step minor = minor_step(step);
	gint64 parts = step.digit == 2 ? 4 : 5;
	if (axis_step_value(minor) / span * length < MINOR_LEAST) {
		minor = step;
		parts = 1;
	}
	gint64 first = (gint64)ceil(axis->lo / axis_step_value(minor) - ROUNDING);
	gint64 last = (gint64)floor(axis->hi / axis_step_value(minor) + ROUNDING);
	for (gint64 i = first; i <= last; i++) {
		double value = steps_value(i, minor);
		if (i % parts == 0) {
			struct axis_tick *tick = add_labelled(ticks, value);
			axis_label_linear(value, step, axis->hi, tick->label, sizeof tick->label);
		} else {
			add_tick(ticks, AXIS_TICK_MINOR, value);
		}
	}
}

static void add_log_tick(GArray *ticks, int digit, int decade, double decade_length, unsigned coarse)
{
	double value = steps_value(digit, (struct axis_step){1, decade});
	bool round = digit == 1 || digit == 2 || digit == 5;
	if (digit == 1 ? decade % ((int)coarse + 1) == 0 : round && coarse == 0 && decade_length >= DECADE_LABELS) {
		struct axis_tick *tick = add_labelled(ticks, value);
		axis_label_log(digit, decade, tick->label, sizeof tick->label);
	} else if (digit == 1) {
		add_tick(ticks, AXIS_TICK_MAJOR, value);
	} else if (decade_length >= (round ? DECADE_TWO : DECADE_EIGHT)) {
		add_tick(ticks, AXIS_TICK_MINOR, value);
	}
}

static void add_log_ticks(GArray *ticks, const struct axis *axis, double length, unsigned coarse)
{
	int first = decade_below(axis->lo), last = decade_above(axis->hi);
	double decade_length = length * (1 - axis->band) / (last - first);
	if (axis->zero)
		add_labelled(ticks, 0)->label[0] = '0';
	for (int decade = first; decade < last; decade++)
		for (int digit = 1; digit <= 9; digit++)
			add_log_tick(ticks, digit, decade, decade_length, coarse);
	add_log_tick(ticks, 1, last, decade_length, coarse);
}

GArray *axis_ticks(const struct axis *axis, double length, double every, unsigned coarse)
{
	GArray *ticks = g_array_new(FALSE, FALSE, sizeof(struct axis_tick));
	if (axis->scale == AXIS_LOG)
		add_log_ticks(ticks, axis, length, coarse);
	else
		add_linear_ticks(ticks, axis, length, every, coarse);
	return ticks;
}
