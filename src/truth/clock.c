#include "truth/clock.h"

#include <string.h>

#define SECOND_NS INT64_C(1000000000)
#define DAY_S     INT64_C(86400)

enum { FIRST_YEAR = 1970, LAST_YEAR = 2200 };

static const char not_a_time[] = "is not a time (as in 2009-03-13 16:00:00, 2009-03-13T07:00:00Z, 1236927600)";

/* ---- pieces of text: each moves *p on and returns whether it was there ---- */

static bool take_digits(const char **p, unsigned least, unsigned most, int64_t *n)
{
	unsigned i = 0;
	*n = 0;
	for (; i < most && g_ascii_isdigit((*p)[i]); i++)
		*n = *n * 10 + ((*p)[i] - '0');
	*p += i;
	return i >= least;
}

static bool take_one_of(const char **p, const char *set)
{
	if (**p == '\0' || strchr(set, **p) == NULL)
		return false;
	++*p;
	return true;
}

/* A fraction of a second, if there is one; digits beyond the ninth are read over. */
static bool take_fraction(const char **p, int64_t *ns)
{
	int64_t unit = SECOND_NS;
	*ns = 0;
	if (!take_one_of(p, ".,"))
		return true;
	if (!g_ascii_isdigit(**p))
		return false;
	for (; g_ascii_isdigit(**p); ++*p) {
		unit /= 10;
		*ns += unit * (**p - '0');
	}
	return true;
}

/* A zone, if there is one: its offset in seconds. */
static bool take_zone(const char **p, bool *there, int64_t *offset_s)
{
	int64_t hours, minutes = 0;
	while (**p == ' ')
		++*p;
	*there = **p != '\0';
	*offset_s = 0;
	if (!*there || take_one_of(p, "Zz"))
		return true;
	if (g_ascii_strncasecmp(*p, "UTC", 3) == 0 || g_ascii_strncasecmp(*p, "GMT", 3) == 0) {
		*p += 3;
		return true;
	}
	bool west = **p == '-';
	if (!take_one_of(p, "+-") || !take_digits(p, 2, 2, &hours))
		return false;
	bool colon = take_one_of(p, ":");
	if ((colon || g_ascii_isdigit(**p)) && !take_digits(p, 2, 2, &minutes))
		return false;
	*offset_s = (west ? -1 : 1) * (hours * 3600 + minutes * 60);
	return hours <= 15 && minutes < 60;
}

/* Year, month, day to days since 1970-01-01, or -1. */
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
	if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1 || day > 31 ||
	    !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
		return -1;
	GDate date, epoch;
	g_date_clear(&date, 1);
	g_date_clear(&epoch, 1);
	g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
	g_date_set_dmy(&epoch, 1, G_DATE_JANUARY, FIRST_YEAR);
	return g_date_days_between(&epoch, &date);
}

/* Date and time of day as seconds since 1970-01-01 00:00 of the same clock. */
static bool take_calendar(const char **p, int64_t *seconds)
{
	int64_t year, month, day, hour, minute, second = 0;
	if (!take_digits(p, 4, 4, &year) || !take_one_of(p, "-/") || !take_digits(p, 1, 2, &month) ||
	    !take_one_of(p, "-/") || !take_digits(p, 1, 2, &day) || !take_one_of(p, "Tt "))
		return false;
	while (**p == ' ')
		++*p;
	if (!take_digits(p, 1, 2, &hour) || !take_one_of(p, ":") || !take_digits(p, 2, 2, &minute))
		return false;
	if (take_one_of(p, ":") && !take_digits(p, 2, 2, &second))
		return false;
	int64_t days = days_of(year, month, day);
	*seconds = days * DAY_S + hour * 3600 + minute * 60 + second;
	return days >= 0 && hour < 24 && minute < 60 && second <= 60; /* 60: a leap second */
}

/* ---- local time ---- */

/* Offset of a zone, in seconds, at an instant in seconds since the epoch. */
static int64_t offset_at(GTimeZone *zone, int64_t s)
{
	return g_time_zone_get_offset(zone, g_time_zone_find_interval(zone, G_TIME_TYPE_UNIVERSAL, s));
}

/* The instants (0, 1 or 2, earlier first) at which a clock in `zone` shows `local_s`. */
static unsigned instants_of(GTimeZone *zone, int64_t local_s, int64_t out[2])
{
	unsigned n = 0;
	int64_t before = offset_at(zone, local_s - DAY_S), after = offset_at(zone, local_s + DAY_S);
	int64_t offsets[] = {MAX(before, after), MIN(before, after)}; /* the larger one gives the earlier instant */
	for (unsigned i = 0; i < G_N_ELEMENTS(offsets); i++) {
		int64_t s = local_s - offsets[i];
		if (offset_at(zone, s) == offsets[i] && (n == 0 || out[0] != s))
			out[n++] = s;
	}
	return n;
}

static bool take_epoch(const char *text, struct truth_time *time)
{
	int64_t s, fraction;
	if (!take_digits(&text, 1, 10, &s) || !take_fraction(&text, &fraction) || *text != '\0' ||
	    s > days_of(LAST_YEAR, 12, 31) * DAY_S)
		return false;
	time->ns = time->other_ns = s * SECOND_NS + fraction;
	return true;
}

const char *truth_clock_read(const char *text, GTimeZone *zone, struct truth_time *time)
{
	int64_t s, fraction, offset_s, instant[2];
	bool has_zone;
	if (take_epoch(text, time))
		return NULL;
	if (!take_calendar(&text, &s) || !take_fraction(&text, &fraction) || !take_zone(&text, &has_zone, &offset_s) ||
	    *text != '\0')
		return not_a_time;
	unsigned n = 1;
	if (has_zone)
		instant[0] = s - offset_s;
	else
		n = instants_of(zone, s, instant);
	if (n == 0)
		return "does not exist in the log's time zone (the clock was set forward)";
	time->ns = instant[0] * SECOND_NS + fraction;
	time->other_ns = instant[n - 1] * SECOND_NS + fraction;
	return NULL;
}
