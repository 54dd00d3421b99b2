#include "flowlog/text.h"

#include "base/net.h"
#include "tanpa/session.h"

enum { NS_DIGITS = 9, LONGEST_NUMBER = 48, DAY_SECONDS = 86400 };

#define SECOND_NS   INT64_C(1000000000)
#define SECONDS_MAX INT64_C(4000000000) /* to 2096: two of them still add up in ns */

struct flowlog_text flowlog_text_strip(struct flowlog_text text)
{
	while (text.len > 0 && g_ascii_isspace(*text.at)) {
		text.at++;
		text.len--;
	}
	while (text.len > 0 && g_ascii_isspace(text.at[text.len - 1]))
		text.len--;
	return text;
}

bool flowlog_parse_count(struct flowlog_text text, uint64_t *out)
{
	uint64_t n = 0;
	if (text.len == 0)
		return false;
	for (gsize i = 0; i < text.len; i++) {
		unsigned digit = (unsigned)(text.at[i] - '0');
		if (digit > 9)
			return false;
		/* nineteen digits cannot overflow */
		if (i >= 19 && (n > UINT64_MAX / 10 || (n == UINT64_MAX / 10 && digit > UINT64_MAX % 10)))
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

bool flowlog_parse_port(struct flowlog_text text, uint64_t *out)
{
	bool hex = text.len > 2 && text.len <= 6 && text.at[0] == '0' && (text.at[1] | 0x20) == 'x';
	if (!hex)
		return text.len <= 5 && flowlog_parse_count(text, out) && *out <= UINT16_MAX;
	*out = 0;
	for (gsize i = 2; i < text.len; i++) {
		int digit = g_ascii_xdigit_value(text.at[i]);
		if (digit < 0)
			return false;
		*out = *out * 16 + (uint64_t)digit;
	}
	return true;
}

/* ---- seconds ---- */

/* The slow way, for exponents. */
static bool parse_real(struct flowlog_text text, int64_t *out)
{
	char copy[LONGEST_NUMBER + 1], *end;
	if (text.len == 0 || text.len > LONGEST_NUMBER || !(g_ascii_isdigit(*text.at) || *text.at == '-'))
		return false;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	double seconds = g_ascii_strtod(copy, &end);
	if (*end || !(seconds >= -(double)SECONDS_MAX && seconds <= (double)SECONDS_MAX))
		return false;
	*out = (int64_t)(seconds * 1e9 + (seconds < 0 ? -0.5 : 0.5));
	return true;
}

bool flowlog_parse_seconds(struct flowlog_text text, int64_t *out)
{
	int64_t whole = 0, rest = 0;
	gsize i = 0;
	bool minus = text.len > 1 && text.at[0] == '-';
	for (i = minus; i < text.len && g_ascii_isdigit(text.at[i]); i++)
		if ((whole = whole * 10 + (text.at[i] - '0')) > SECONDS_MAX)
			return false;
	if (i == (gsize)minus)
		return false;
	if (i < text.len && text.at[i] == '.') {
		int digits = 0;
		for (i++; i < text.len && g_ascii_isdigit(text.at[i]); i++)
			if (digits < NS_DIGITS) {
				rest = rest * 10 + (text.at[i] - '0');
				digits++;
			}
		for (; digits < NS_DIGITS; digits++)
			rest *= 10;
	}
	if (i < text.len)
		return parse_real(text, out);
	*out = whole * SECOND_NS + rest;
	if (minus)
		*out = -*out;
	return true;
}

/* ---- dates ---- */

/* `n` digits at `at` of the text. */
static bool take_digits(struct flowlog_text text, gsize at, gsize n, int *out)
{
	*out = 0;
	if (at + n > text.len)
		return false;
	for (gsize i = at; i < at + n; i++) {
		if (!g_ascii_isdigit(text.at[i]))
			return false;
		*out = *out * 10 + (text.at[i] - '0');
	}
	return true;
}

/* Days from 1970-01-01 in the Gregorian calendar: years begin in March, so that a leap day is the last of its year. */
static int64_t days_from_epoch(int year, int month, int day)
{
	int64_t y = year - (month <= 2), era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

/* "Z", "+0200", "-03:30" at the end, or nothing: what local time is ahead of UTC by. */
static bool take_offset(struct flowlog_text text, GTimeZone *zone, int64_t local_s, int64_t *offset_s)
{
	int hours, minutes;
	if (text.len == 0) {
		gint64 local = local_s;
		gint interval = g_time_zone_adjust_time(zone, G_TIME_TYPE_STANDARD, &local);
		*offset_s = g_time_zone_get_offset(zone, interval);
		return true;
	}
	*offset_s = 0;
	if (text.len == 1 && (*text.at == 'Z' || *text.at == 'z'))
		return true;
	bool colon = text.len == 6 && text.at[3] == ':';
	if ((*text.at != '+' && *text.at != '-') || text.len != (colon ? 6u : 5u) || !take_digits(text, 1, 2, &hours) ||
	    !take_digits(text, colon ? 4 : 3, 2, &minutes))
		return false;
	*offset_s = (hours * 60 + minutes) * 60;
	if (*text.at == '-')
		*offset_s = -*offset_s;
	return true;
}

static bool parse_date(struct flowlog_text text, GTimeZone *zone, int64_t *out)
{
	static const char layout[] = "dddd-dd-ddTdd:dd:dd"; /* where digits and marks stand */
	int year, month, day, hour, minute, second;
	int64_t fraction = 0, offset_s;
	if (!take_digits(text, 0, 4, &year) || !take_digits(text, 5, 2, &month) || !take_digits(text, 8, 2, &day) ||
	    !take_digits(text, 11, 2, &hour) || !take_digits(text, 14, 2, &minute) ||
	    !take_digits(text, 17, 2, &second))
		return false;
	for (gsize i = 0; i < sizeof layout - 1; i++) {
		char mark = text.at[i] == '/' ? '-' : text.at[i] == ' ' ? 'T' : text.at[i];
		if (layout[i] != 'd' && layout[i] != mark)
			return false;
	}
	if (year < 1900 || year > 2095 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 ||
	    second > 60)
		return false;
	gsize at = sizeof layout - 1, from = at;
	if (at < text.len && text.at[at] == '.')
		for (at++; at < text.len && g_ascii_isdigit(text.at[at]);)
			at++;
	if (at > from + 1) {
		char digits[LONGEST_NUMBER] = "0";
		gsize n = MIN(at - from, sizeof digits - 2);
		memcpy(digits + 1, text.at + from, n);
		flowlog_parse_seconds((struct flowlog_text){digits, n + 1}, &fraction);
	}
	int64_t local_s = days_from_epoch(year, month, day) * DAY_SECONDS + (hour * 60 + minute) * INT64_C(60) + second;
	if (!take_offset((struct flowlog_text){text.at + at, text.len - at}, zone, local_s, &offset_s))
		return false;
	*out = (local_s - offset_s) * SECOND_NS + fraction;
	return true;
}

bool flowlog_parse_time(struct flowlog_text text, GTimeZone *zone, int64_t *out)
{
	if (text.len > 10 && (text.at[4] == '-' || text.at[4] == '/'))
		return parse_date(text, zone, out);
	return flowlog_parse_seconds(text, out);
}

/* ---- addresses ---- */

/* The fast way, for "a.b.c.d" without leading zeros. */
static bool parse_ipv4(struct flowlog_text text, uint8_t out[4])
{
	const char *at = text.at, *end = text.at + text.len;
	for (int i = 0; i < 4; i++) {
		unsigned n = 0;
		const char *first = at;
		for (; at < end && (unsigned)(*at - '0') <= 9 && at - first < 3; at++)
			n = n * 10 + (unsigned)(*at - '0');
		if (at == first || n > 255 || (at - first > 1 && *first == '0'))
			return false;
		out[i] = (uint8_t)n;
		if (i < 3 && (at == end || *at++ != '.'))
			return false;
	}
	return at == end;
}

bool flowlog_parse_address(struct flowlog_text text, uint8_t out[16])
{
	char copy[NET_TEXT];
	memset(out, 0, 10);
	memset(out + 10, 0xff, 2);
	if (parse_ipv4(text, out + 12))
		return true;
	if (text.len >= sizeof copy || memchr(text.at, ':', text.len) == NULL)
		return false;
	memcpy(copy, text.at, text.len);
	copy[text.len] = '\0';
	return strlen(copy) == text.len && net_address_parse(copy, out);
}

bool flowlog_parse_proto(struct flowlog_text text, uint64_t *out)
{
	text = flowlog_text_strip(text);
	*out = 0;
	for (gsize i = 0; i < text.len; i++)
		if (!g_ascii_isalnum(text.at[i]) && memchr("-_.+/", text.at[i], 5) == NULL)
			return false;
	if (text.len == 3 && g_ascii_strncasecmp(text.at, "tcp", 3) == 0)
		*out = TANPA_TCP;
	else if (text.len == 3 && g_ascii_strncasecmp(text.at, "udp", 3) == 0)
		*out = TANPA_UDP;
	else if (flowlog_text_is(text, "6"))
		*out = TANPA_TCP;
	else if (flowlog_text_is(text, "17"))
		*out = TANPA_UDP;
	return true;
}
