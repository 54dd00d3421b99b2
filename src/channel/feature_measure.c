/* Takes the measures of one channel. */
#include <math.h>
#include <string.h>

#include "base/coarse.h"
#include "channel/channel_state.h"
#include "channel/feature.h"

#define HOUR_NS (INT64_C(3600) * 1000000000)

/* Numbers of the choices, in the order of their words in feature.c. */
enum protocol { HTTP, HTTP_ELSEWHERE, TLS, TLS_ELSEWHERE, IRC, KNOWN, WINDOWS, BEGIN_NOT_SEEN, UNKNOWN_WEB, UNKNOWN };
enum request { HTTP_NAME, HTTP_NO_NAME = 3, OCSP = 6, TLS_NAME, TLS_NO_NAME, REQUEST_REST };
enum naming { NAME, ADDRESS, NOTHING, NO_TELLING };
enum method { GET, GET_AND_POST, POST, NO_HTTP };
enum port_class { WEB, SYSTEM, USER, DYNAMIC };
enum port_use { AS_USUAL, HTTP_PORT, TLS_PORT };
enum status { STATUS_2XX, STATUS_SEVERAL = 4, STATUS_NONE };

/* Most channels have a few sessions: that many are measured without memory from the heap. */
enum { FEW = 24 };

/* Of fewer it is not told how regular they are. */
enum { LEAST_GAPS = 3 };

/* ---- medians and the like, over values that are sorted in place ---- */

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void sort(double *v, guint n)
{
	if (n > FEW) {
		qsort(v, n, sizeof *v, compare_doubles);
		return;
	}
	for (double *next = v + 1; next < v + n; next++) { /* faster than a call for each comparison */
		double one = *next, *to = next;
		for (; to > v && to[-1] > one; to--)
			*to = to[-1];
		*to = one;
	}
}

static double median_of_several(double *v, guint n)
{
	sort(v, n);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

/* NAN of none. Of two, as often, it cannot be predicted which one is less. */
static inline double median(double *v, guint n)
{
	return n == 0 ? NAN : n <= 2 ? (v[0] + v[n - 1]) / 2 : median_of_several(v, n);
}

/* Median absolute deviation from the median `m`, over it. Overwrites the values. */
static double spread(double *v, guint n, double m)
{
	for (guint i = 0; i < n; i++)
		v[i] = fabs(v[i] - m);
	return m > 0 ? median(v, n) / m : 1;
}

/* Bowley's skewness of sorted values; 0 where the quartiles are equal. */
static double skewness(const double *v, guint n)
{
	double low = v[n / 4], middle = v[n / 2], high = v[n * 3 / 4];
	return high > low ? (low + high - 2 * middle) / (high - low) : 0;
}

/* Of successive values, in their order. */
static double autocorrelation(const double *v, guint n)
{
	double mean = 0, covariance = 0, variance = 0;
	for (guint i = 0; i < n; i++)
		mean += v[i] / n;
	for (guint i = 0; i < n; i++) {
		variance += (v[i] - mean) * (v[i] - mean);
		if (i > 0)
			covariance += (v[i] - mean) * (v[i - 1] - mean);
	}
	return variance > 0 ? covariance / variance : 1;
}

/* ---- from the list: what the models take ---- */

enum size {
	SENT,
	SENT_PACKETS,
	SENT_LENGTH,
	RECEIVED_LENGTH,
	LENGTH,
	DURATION,
	TURNS,
	N_MEDIANS,
	BOTH = N_MEDIANS, /* what was sent and received in one number */
	N_SIZES
};

static const enum feature median_feature[N_MEDIANS] = {
	FEATURE_SENT,   FEATURE_SENT_PACKETS, FEATURE_SENT_LENGTH, FEATURE_RECEIVED_LENGTH,
	FEATURE_LENGTH, FEATURE_DURATION,     FEATURE_TURNS,
};

static bool has_payload(const struct kept *k)
{
	return !(k->flags & CHANNEL_ATTEMPT);
}

static double packets_of(uint16_t code)
{
	return (double)coarse_number(code, CHANNEL_PACKET_BITS);
}

static double length_of(float bytes, double packets)
{
	return (double)bytes / MAX(packets, 1);
}

/* A row of a session. */
static void sizes_of(const struct channels *c, const struct kept *k, double row[N_SIZES])
{
	float sent = kept_sent(c, k), received = kept_received(c, k);
	double packets = packets_of(k->sent_packets);
	row[SENT] = (double)sent;
	row[SENT_PACKETS] = packets;
	row[SENT_LENGTH] = length_of(sent, packets);
	row[RECEIVED_LENGTH] = length_of(received, packets_of(k->received_packets));
	row[LENGTH] = kept_mean_length(c, k) / 1024.0;
	row[DURATION] = (double)kept_duration_s(c, k);
	row[TURNS] = k->turns;
	/* up to 2^26 bytes each way exactly, which is when it matters */
	row[BOTH] = (double)sent * 67108864.0 + (double)received;
}

static void sort_many(double (*row)[N_SIZES], guint n)
{
	g_autofree double *column = g_new(double, n);
	for (guint k = 0; k < N_SIZES; k++) {
		for (guint i = 0; i < n; i++)
			column[i] = row[i][k];
		sort(column, n);
		for (guint i = 0; i < n; i++)
			row[i][k] = column[i];
	}
}

/*
 * Sorts each column. Of a few rows all columns at once: each row is put in by the same steps, whatever is in it, as
 * which of two numbers is less cannot be predicted.
 */
static void sort_columns(double (*row)[N_SIZES], guint n)
{
	if (n > FEW) {
		sort_many(row, n);
		return;
	}
	for (guint i = 1; i < n; i++)
		for (guint to = 0; to < i; to++)
			for (guint k = 0; k < N_SIZES; k++) {
				double low = MIN(row[to][k], row[i][k]), high = MAX(row[to][k], row[i][k]);
				row[to][k] = low;
				row[i][k] = high;
			}
}

/* The largest part of the same. NAN of less than two. */
static double similar_share(double (*row)[N_SIZES], guint n)
{
	guint most = 1, run = 1;
	if (n < 2)
		return NAN;
	for (guint i = 1; i < n; i++) {
		run = row[i][BOTH] == row[i - 1][BOTH] ? run + 1 : 1;
		most = MAX(most, run);
	}
	return (double)most / n;
}

static void measure_sizes(const struct channels *c, const struct kept_list *list, double *value)
{
	double few[FEW][N_SIZES];
	g_autofree double *many = list->len > FEW ? g_new(double, (gsize)list->len *N_SIZES) : NULL;
	double(*row)[N_SIZES] = many ? (double(*)[N_SIZES])(void *)many : few;
	guint n = 0;
	bool told = false;
	for (guint i = 0; i < list->len; i++) {
		const struct kept *k = list->at[i];
		if (!has_payload(k))
			continue;
		sizes_of(c, k, row[n++]);
		told |= (k->flags & CHANNEL_TOLD) != 0;
	}
	sort_columns(row, n);
	for (gsize k = 0; k < N_MEDIANS; k++)
		value[median_feature[k]] = n == 0 ? NAN : (row[(n - 1) / 2][k] + row[n / 2][k]) / 2;
	value[FEATURE_SIMILAR] = similar_share(row, n);
	if (told)
		value[FEATURE_TURNS] = NAN;
}

/* Times from a start to the next one. */
static guint gaps_of(const struct kept_list *list, double *gap)
{
	for (guint i = 1; i < list->len; i++)
		gap[i - 1] = (double)(list->at[i]->start_ns - list->at[i - 1]->start_ns) / 1e9;
	return list->len - 1;
}

static void measure_jitter(const struct kept_list *list, double *value)
{
	double few[FEW];
	value[FEATURE_JITTER] = NAN;
	if (list->len <= LEAST_GAPS)
		return;
	g_autofree double *many = list->len > FEW ? g_new(double, list->len) : NULL;
	double *gap = many ? many : few;
	guint n = gaps_of(list, gap);
	value[FEATURE_JITTER] = spread(gap, n, median(gap, n));
}

/* ---- from the list: the rest ---- */

static double sent_of(const struct channels *c, const struct kept *k)
{
	return (double)kept_sent(c, k);
}

static double received_of(const struct channels *c, const struct kept *k)
{
	return (double)kept_received(c, k);
}

static double received_packets_of(const struct channels *c G_GNUC_UNUSED, const struct kept *k)
{
	return packets_of(k->received_packets);
}

static double sent_data_length_of(const struct channels *c, const struct kept *k)
{
	return length_of(kept_sent(c, k), packets_of(k->sent_data_packets));
}

static double received_data_length_of(const struct channels *c, const struct kept *k)
{
	return length_of(kept_received(c, k), packets_of(k->received_data_packets));
}

/* NAN: none. */
static double reply_of(const struct channels *c G_GNUC_UNUSED, const struct kept *k)
{
	return k->reply ? (double)coarse_number(k->reply, CHANNEL_REPLY_BITS) / 1e6 : NAN;
}

typedef double size_of(const struct channels *c, const struct kept *k);

/* Of the sessions with payload, as far as it is a number. */
static guint column_of(const struct channels *c, const struct kept_list *list, size_of *size, double *v)
{
	guint n = 0;
	for (guint i = 0; i < list->len; i++) {
		double one = size(c, list->at[i]);
		if (has_payload(list->at[i]) && !isnan(one))
			v[n++] = one;
	}
	return n;
}

static void measure_other_sizes(const struct channels *c, const struct kept_list *list, double *value)
{
	static const struct {
		enum feature feature;
		size_of *size;
	} medians[] = {
		{FEATURE_RECEIVED, received_of},
		{FEATURE_RECEIVED_PACKETS, received_packets_of},
		{FEATURE_SENT_DATA_LENGTH, sent_data_length_of},
		{FEATURE_RECEIVED_DATA_LENGTH, received_data_length_of},
		{FEATURE_REPLY, reply_of},
	};
	g_autofree double *v = g_new(double, list->len);
	for (gsize i = 0; i < G_N_ELEMENTS(medians); i++)
		value[medians[i].feature] = median(v, column_of(c, list, medians[i].size, v));
	guint n = column_of(c, list, sent_of, v);
	if (n < 2)
		return;
	value[FEATURE_SENT_SPREAD] = spread(v, n, value[FEATURE_SENT]);
	column_of(c, list, received_of, v);
	value[FEATURE_RECEIVED_SPREAD] = spread(v, n, value[FEATURE_RECEIVED]);
}

/* Silences inside the session that has the most of them. */
static void measure_idles(const struct kept *k, double *value)
{
	value[FEATURE_IDLES] = k->idles;
	if (k->idles >= 1)
		value[FEATURE_IDLE] = (double)coarse_number(k->idle, CHANNEL_IDLE_BITS) / 8;
	if (k->idles >= 2)
		value[FEATURE_IDLE_STEADY] = (double)k->steady_idles / (k->idles - 1);
}

/* What only who saw the packets can tell. */
static void measure_packets(const struct kept_list *list, double *value)
{
	guint n = 0, server_first = 0, told = 0;
	const struct kept *idle = NULL;
	for (guint i = 0; i < list->len; i++) {
		const struct kept *k = list->at[i];
		if (!has_payload(k))
			continue;
		n++;
		server_first += (k->flags & CHANNEL_SERVER_FIRST) != 0;
		told += (k->flags & CHANNEL_TOLD) != 0;
		if (idle == NULL || k->idles > idle->idles)
			idle = k;
	}
	if (told > 0) {
		value[FEATURE_SENT_DATA_LENGTH] = value[FEATURE_RECEIVED_DATA_LENGTH] = NAN;
	} else if (n > 0) {
		value[FEATURE_SERVER_FIRST] = (double)server_first / n;
		measure_idles(idle, value);
	}
}

static double hours(const struct kept_list *list)
{
	int64_t hour = INT64_MIN;
	guint different = 0;
	for (guint i = 0; i < list->len; i++) {
		different += list->at[i]->start_ns / HOUR_NS != hour;
		hour = list->at[i]->start_ns / HOUR_NS;
	}
	return different;
}

/* Of all sessions and attempts, which are in order of their start. */
static void measure_times(const struct kept_list *list, double *value)
{
	g_autofree double *gap = g_new(double, list->len);
	guint n = gaps_of(list, gap), near = 0;
	value[FEATURE_HOURS] = hours(list);
	if (n == 0)
		return;
	if (n >= 8)
		value[FEATURE_ECHO] = autocorrelation(gap, n);
	double middle = value[FEATURE_INTERVAL] = median(gap, n);
	if (n < LEAST_GAPS)
		return;
	for (guint i = 0; i < n; i++)
		near += fabs(gap[i] - middle) <= middle / 10;
	value[FEATURE_STEADY] = (double)near / n;
	value[FEATURE_SKEW] = skewness(gap, n);
}

/* ---- from the sums ---- */

static bool is_one_of(uint16_t port, const uint16_t *ports, gsize n)
{
	for (gsize i = 0; i < n; i++)
		if (ports[i] == port)
			return true;
	return false;
}

/* Services of a Windows network between inside hosts: Kerberos, RPC, SMB, LDAP, WSD, WinRM and the RPC ports. */
static bool is_windows_network(const struct channel *c)
{
	static const uint16_t ports[] = {88, 135, 139, 389, 445, 464, 593, 636, 3268, 3269, 5357, 5985, 9389};
	return c->direction == VERDICT_INTERNAL && (c->port >= 49152 || is_one_of(c->port, ports, G_N_ELEMENTS(ports)));
}

/* FTP, SSH, SMTP, POP, IMAP: where the protocol was not seen the port tells. */
static bool is_known_port(uint16_t port)
{
	static const uint16_t ports[] = {21, 22, 25, 110, 143, 465, 587, 993, 995};
	return is_one_of(port, ports, G_N_ELEMENTS(ports));
}

/* A third of the sessions is enough to know a protocol by: the others may have been cut. */
static enum protocol protocol_of(const struct channel *c)
{
	double n = c->sessions;
	if (is_windows_network(c))
		return WINDOWS;
	if (c->http >= .3 * n || (c->http > 0 && c->port == 80))
		return c->port == 80 ? HTTP : HTTP_ELSEWHERE;
	if (c->tls >= .3 * n || (c->tls > 0 && c->port == 443))
		return c->port == 443 ? TLS : TLS_ELSEWHERE;
	if (c->services & 1u << TANPA_SERVICE_IRC)
		return IRC;
	if (c->other_known >= .5 * n || is_known_port(c->port))
		return KNOWN;
	if (c->begins_missed > .3 * c->sessions)
		return BEGIN_NOT_SEEN;
	if (c->looked_into == 0 && (c->port == 80 || c->port == 443))
		return c->port == 80 ? HTTP : TLS;
	return c->port == 80 || c->port == 443 ? UNKNOWN_WEB : UNKNOWN;
}

static enum method method_of(const struct channel *c)
{
	if (c->http < .5 * c->sessions)
		return NO_HTTP;
	return c->posts >= .8 * c->http ? POST : c->posts > .1 * c->http ? GET_AND_POST : GET;
}

static enum naming naming_of(const struct channel *c)
{
	double half = .5 * c->sessions;
	if (c->named >= half)
		return NAME;
	if (c->numeric >= half)
		return ADDRESS;
	return c->http + c->tls >= half ? NOTHING : NO_TELLING;
}

static double request_of(const struct channel *c, enum protocol protocol, enum method method, enum naming naming)
{
	switch (protocol) {
	case HTTP:
	case HTTP_ELSEWHERE:
		if (c->ocsp > 0 && 2 * c->ocsp >= c->http)
			return OCSP;
		return (naming == NAME ? HTTP_NAME : HTTP_NO_NAME) + (method == NO_HTTP ? GET : (int)method);
	case TLS:
	case TLS_ELSEWHERE:
		return naming == NAME ? TLS_NAME : TLS_NO_NAME;
	default:
		return REQUEST_REST + (int)protocol - IRC;
	}
}

static double status_of(const struct channel *c)
{
	int low = c->status_min / 100, high = c->status_max / 100;
	if (high == 0)
		return STATUS_NONE;
	return low != high || low < 2 || low > 5 ? STATUS_SEVERAL : STATUS_2XX + low - 2;
}

static enum port_use port_use_of(enum protocol protocol)
{
	return protocol == HTTP_ELSEWHERE ? HTTP_PORT : protocol == TLS_ELSEWHERE ? TLS_PORT : AS_USUAL;
}

static void measure_protocol(const struct channel *c, struct feature_vector *out)
{
	enum protocol protocol = protocol_of(c);
	enum method method = method_of(c);
	enum naming naming = naming_of(c);
	double *value = out->value;
	bool seen = out->looked_into = c->sessions > 0 && 2 * c->looked_into >= c->sessions;
	value[FEATURE_PROTOCOL] = c->sessions > 0 ? (double)protocol : NAN;
	value[FEATURE_METHOD] = seen ? (double)method : NAN;
	value[FEATURE_NAMING] = seen ? (double)naming : NAN;
	value[FEATURE_REQUEST] = seen ? request_of(c, protocol, method, naming) : NAN;
	value[FEATURE_PORT_USE] = seen ? (double)port_use_of(protocol) : NAN;
}

static void measure_risks(const struct insight *insight, double *value)
{
	if (insight)
		value[FEATURE_RISKS] = __builtin_popcount(insight->risks);
}

static void measure_use(const struct channels *channels, const struct channel *c, double *value)
{
	struct channel_service service = channels_service(channels, c);
	value[FEATURE_HOSTS] = service.hosts;
	value[FEATURE_PREVALENCE] = (double)service.hosts / channels_hosts(channels);
	if (service.hosts > 1)
		value[FEATURE_GROUP] = service.sent_max > 0 ? (double)(service.sent_min / service.sent_max) : 1;
}

static enum port_class port_class_of(uint16_t port)
{
	if (port == 80 || port == 443)
		return WEB;
	return port < 1024 ? SYSTEM : port < 49152 ? USER : DYNAMIC;
}

/* Of flow logs that do not tell who sent what; where they do not tell packets or bytes, there is no length either. */
static void forget_sides(double *value)
{
	static const enum feature of_sides[] = {
		FEATURE_SENT,        FEATURE_SENT_SPREAD,     FEATURE_RECEIVED, FEATURE_RECEIVED_SPREAD,
		FEATURE_RATIO,       FEATURE_SENT_PACKETS,    FEATURE_ANSWERED, FEATURE_RECEIVED_PACKETS,
		FEATURE_SENT_LENGTH, FEATURE_RECEIVED_LENGTH, FEATURE_SIMILAR,  FEATURE_GROUP,
		FEATURE_REPLY,
	};
	for (gsize i = 0; i < G_N_ELEMENTS(of_sides); i++)
		value[of_sides[i]] = NAN;
	if (value[FEATURE_LENGTH] <= 0)
		value[FEATURE_LENGTH] = value[FEATURE_SHORT] = NAN;
}

/* What no model takes, and does not depend on other channels. */
static void measure_rest(const struct channels *channels, const struct channel *c, const struct kept_list *list,
			 struct feature_vector *out)
{
	double *value = out->value;
	value[FEATURE_ATTEMPTS] = channel_attempts(c);
	value[FEATURE_REFUSED] = c->refused;
	value[FEATURE_SPAN] = (double)(c->last_ns - c->first_ns) / 1e9;
	value[FEATURE_PORT_CLASS] = port_class_of(c->port);
	if (list->len > 0) {
		measure_times(list, value);
		measure_other_sizes(channels, list, value);
		measure_packets(list, value);
	}
	if (c->sessions == 0)
		return;
	value[FEATURE_SHORT] = (double)c->short_sessions / c->sessions;
	value[FEATURE_ANSWERED] = (double)c->answered / c->sessions;
	value[FEATURE_LONGEST] = (double)c->longest_s;
	if (!(value[FEATURE_SENT] <= 0))
		value[FEATURE_RATIO] = value[FEATURE_RECEIVED] / value[FEATURE_SENT];
	if (out->looked_into) {
		value[FEATURE_STATUS] = status_of(c);
		value[FEATURE_EXECUTABLES] = (double)c->executables / c->sessions;
	}
}

void feature_measure_scored(const struct channels *channels, const struct channel *c, const struct kept_list *list,
			    struct feature_vector *out)
{
	double attempts = channel_attempts(c), *value = out->value;
	value[FEATURE_SESSIONS] = c->sessions;
	value[FEATURE_FAILED] = attempts / (attempts + c->sessions);
	measure_sizes(channels, list, value);
	measure_jitter(list, value);
	measure_protocol(c, out);
}

void feature_measure(const struct channels *channels, const struct channel *c, struct feature_vector *out)
{
	guint i = c->number;
	g_autofree const struct kept **at = g_new(const struct kept *, KEPT_LIST_ROOM);
	struct kept_list list = {.at = at};
	channels_list_up(channels, group_numbers(channels->groups, i), group_size(channels->groups, i), &list);
	memset(out->value, 0xff, sizeof out->value); /* which is NAN */
	feature_measure_scored(channels, c, &list, out);
	measure_rest(channels, c, &list, out);
	if (c->sessions == 0)
		return;
	measure_risks(channels_insight(channels, c), out->value);
	if (!c->inbound)
		measure_use(channels, c, out->value);
	if (c->sideless > 0)
		forget_sides(out->value);
}

void feature_forget_payload(struct feature_vector *vector)
{
	static const enum feature from_payload[] = {
		FEATURE_SENT_DATA_LENGTH,
		FEATURE_RECEIVED_DATA_LENGTH,
		FEATURE_TURNS,
		FEATURE_SERVER_FIRST,
		FEATURE_REPLY,
		FEATURE_IDLES,
		FEATURE_IDLE,
		FEATURE_IDLE_STEADY,
		FEATURE_REQUEST,
		FEATURE_NAMING,
		FEATURE_METHOD,
		FEATURE_STATUS,
		FEATURE_PORT_USE,
		FEATURE_EXECUTABLES,
		FEATURE_RISKS,
	};
	vector->looked_into = false;
	for (gsize i = 0; i < G_N_ELEMENTS(from_payload); i++)
		vector->value[from_payload[i]] = NAN;
}
