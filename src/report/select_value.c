/* Values of a --select expression: numbers, durations, times, addresses, words; and ranges of the ordered ones. */
#include <string.h>

#include "report/select_tree.h"
#include "truth/clock.h"

#define SECOND_NS INT64_C(1000000000)

/* Reads one end of a range into both of the value's ends. */
typedef bool read_value(const char *text, GTimeZone *zone, struct select_value *value);

static bool read_number(const char *text, GTimeZone *zone, struct select_value *value)
{
	char *end;
	(void)zone;
	value->number.from = value->number.to = g_ascii_strtod(text, &end);
	return end != text && *end == '\0' && value->number.from == value->number.from; /* not NaN */
}

static bool read_bool(const char *text, GTimeZone *zone, struct select_value *value)
{
	bool yes = strcmp(text, "true") == 0;
	(void)zone;
	value->number.from = value->number.to = yes;
	return yes || strcmp(text, "false") == 0;
}

/* What six digits of the second do not tell apart is equal, as it is written. */
static bool read_seconds(const char *text, GTimeZone *zone, struct select_value *value)
{
	static const struct {
		const char *unit;
		double seconds;
	} units[] = {{"", 1}, {"ms", 0.001}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
	char *end;
	double n = g_ascii_strtod(text, &end);
	(void)zone;
	for (gsize i = 0; i < G_N_ELEMENTS(units); i++) {
		double us = n * units[i].seconds * 1e6;
		if (end == text || strcmp(end, units[i].unit) != 0 || !(us >= -9e15 && us <= 9e15))
			continue;
		value->ns.from = (int64_t)(us < 0 ? us - 0.5 : us + 0.5) * 1000;
		value->ns.to = value->ns.from + 999;
		return true;
	}
	return false;
}

/* How long the part is that a time leaves out: of "…T07:00" a minute, of "…T07:00:00.25" a hundredth of a second. */
static int64_t precision_of(const char *text)
{
	const char *clock = strpbrk(text, "Tt "), *minute = clock ? strchr(clock, ':') : NULL;
	const char *fraction = strpbrk(text, ".,");
	int64_t unit = SECOND_NS;
	while (fraction && unit > 1 && g_ascii_isdigit(*++fraction))
		unit /= 10;
	return minute && minute[1 + strspn(minute + 1, "0123456789")] != ':' ? 60 * SECOND_NS : unit;
}

/* A day, a minute, a second or less, all of it. Also seconds since the epoch. */
static bool read_time(const char *text, GTimeZone *zone, struct select_value *value)
{
	struct truth_time from, to;
	bool is_day = strpbrk(text, "Tt :") == NULL && strpbrk(text, "-/") != NULL;
	g_autofree char *first = is_day ? g_strconcat(text, "T00:00", NULL) : NULL;
	g_autofree char *last = is_day ? g_strconcat(text, "T23:59:59.999999999", NULL) : NULL;
	if (!is_day && strspn(text, "0123456789") < 9 && strpbrk(text, "-/") == NULL)
		return false; /* a year, or too early to be meant as seconds since the epoch */
	if (truth_clock_read(is_day ? first : text, zone, &from) != NULL)
		return false;
	to = from;
	if (is_day && truth_clock_read(last, zone, &to) != NULL)
		return false;
	value->ns.from = from.ns;
	value->ns.to = to.other_ns + (is_day ? 0 : precision_of(text) - 1);
	return true;
}

static bool read_address(const char *text, GTimeZone *zone, struct select_value *value)
{
	g_autoptr(net_list_) list = strchr(text, ',') ? NULL : net_list_parse(text, NULL);
	(void)zone;
	if (list == NULL)
		return false;
	value->net = g_array_index(list->nets, struct net, 0);
	return true;
}

static bool read_string(const char *text, GTimeZone *zone, struct select_value *value)
{
	(void)zone;
	value->string = g_strdup(text);
	return true;
}

static const struct {
	read_value *read;
	const char *expected;
} readers[REPORT_N_TYPES] = {
	[REPORT_TIME] = {read_time, "a time (as in 2009-03-13, 2009-03-13T07:00, 2009-03-13T16:00:00.5+09:00)"},
	[REPORT_SECONDS] = {read_seconds, "a number of seconds, or a duration (as in 0.5, 90, 250ms, 5m, 1h, 2d)"},
	[REPORT_UINT] = {read_number, "a number"},
	[REPORT_REAL] = {read_number, "a number"},
	[REPORT_BOOL] = {read_bool, "true or false"},
	[REPORT_STRING] = {read_string, "a word"},
	[REPORT_LIST] = {read_string, "a word"},
	[REPORT_ADDRESS] = {read_address, "an address or network (as in 10.1.2.3, 10.0.0.0/8, 2001:db8::/32)"},
};

static bool is_empty(const struct select_value *value)
{
	if (value->type == REPORT_TIME || value->type == REPORT_SECONDS)
		return value->ns.to < value->ns.from;
	return select_has_order(value->type) && value->number.to < value->number.from;
}

const char *select_value_read(const char *text, enum report_type type, GTimeZone *zone, struct select_value *value)
{
	read_value *read = readers[type].read;
	const char *dots = select_has_order(type) ? strstr(text, "..") : NULL;
	g_autofree char *first = dots ? g_strndup(text, (gsize)(dots - text)) : NULL;
	struct select_value last;
	*value = (struct select_value){.type = type};
	if (!read(dots ? first : text, zone, value) || (dots && !read(dots + 2, zone, &last)))
		return readers[type].expected;
	if (dots && (type == REPORT_TIME || type == REPORT_SECONDS))
		value->ns.to = last.ns.to;
	else if (dots)
		value->number.to = last.number.to;
	return is_empty(value) ? "a range: its end lies before its begin" : NULL;
}
