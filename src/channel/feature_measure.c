/* Takes the measures of one channel. */
#include <math.h>
#include <string.h>

#include "base/coarse.h"
#include "channel/feature.h"

#define HOUR_NS (INT64_C(3600) * 1000000000)

/* Numbers of the choices, in the order of their words in feature.c. */
enum protocol { HTTP, HTTP_ELSEWHERE, TLS, TLS_ELSEWHERE, IRC, KNOWN, WINDOWS, BEGIN_NOT_SEEN, UNKNOWN_WEB, UNKNOWN };
enum request { HTTP_NAME, HTTP_NO_NAME = 3, TLS_NAME = 6, TLS_NO_NAME, REQUEST_REST };
enum naming { NAME, ADDRESS, NOTHING, NO_TELLING };
enum method { GET, GET_AND_POST, POST, NO_HTTP };
enum port_class { WEB, SYSTEM, USER, DYNAMIC };
enum port_use { AS_USUAL, HTTP_PORT, TLS_PORT };
enum status { STATUS_2XX, STATUS_SEVERAL = 4, STATUS_NONE };

/* Most channels have a few sessions: that many are measured without memory from the heap. */
enum { FEW = 24 };

static bool takes_part(enum feature feature)
{
	return feature_scale(feature)->models != 0;
}

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
	for (guint i = 1; i < n; i++) { /* faster than a call for each comparison */
		double one = v[i];
		guint to = i;
		for (; to > 0 && v[to - 1] > one; to--)
			v[to] = v[to - 1];
		v[to] = one;
	}
}

/* NAN of none. */
static double median(double *v, guint n)
{
	if (n == 2) /* often, and which one is less cannot be predicted */
		return (v[0] + v[1]) / 2;
	sort(v, n);
	return n == 0 ? NAN : n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
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

/* ---- from the list ---- */

enum size {
	SENT,
	RECEIVED,
	SENT_PACKETS,
	RECEIVED_PACKETS,
	SENT_LENGTH,
	RECEIVED_LENGTH,
	LENGTH,
	DURATION,
	TURNS,
	SENT_DATA_LENGTH,
	RECEIVED_DATA_LENGTH,
	N_SIZES
};

static const enum feature size_feature[N_SIZES] = {
	FEATURE_SENT,
	FEATURE_RECEIVED,
	FEATURE_SENT_PACKETS,
	FEATURE_RECEIVED_PACKETS,
	FEATURE_SENT_LENGTH,
	FEATURE_RECEIVED_LENGTH,
	FEATURE_LENGTH,
	FEATURE_DURATION,
	FEATURE_TURNS,
	FEATURE_SENT_DATA_LENGTH,
	FEATURE_RECEIVED_DATA_LENGTH,
};

static double packets_of(uint16_t code)
{
	return (double)coarse_number(code, CHANNEL_PACKET_BITS);
}

static void sizes_of(const struct channel_session *s, double size[N_SIZES])
{
	size[SENT] = (double)s->sent;
	size[RECEIVED] = (double)s->received;
	size[SENT_PACKETS] = packets_of(s->sent_packets);
	size[RECEIVED_PACKETS] = packets_of(s->received_packets);
	size[SENT_LENGTH] = size[SENT] / MAX(size[SENT_PACKETS], 1);
	size[RECEIVED_LENGTH] = size[RECEIVED] / MAX(size[RECEIVED_PACKETS], 1);
	size[LENGTH] = s->mean_length / 1024.0;
	size[DURATION] = (double)s->duration_s;
	size[TURNS] = s->turns;
	size[SENT_DATA_LENGTH] = size[SENT] / MAX(packets_of(s->sent_data_packets), 1);
	size[RECEIVED_DATA_LENGTH] = size[RECEIVED] / MAX(packets_of(s->received_data_packets), 1);
}

static double similar_share(const struct channel_session *const *s, guint n)
{
	double few[FEW];
	g_autofree double *many = n > FEW ? g_new(double, n) : NULL;
	double *both = many ? many : few;
	guint most = 0;
	for (guint i = 0; i < n; i++) /* up to 2^26 bytes each way exactly, which is when it matters */
		both[i] = (double)s[i]->sent * 67108864.0 + (double)s[i]->received;
	sort(both, n);
	for (guint i = 0, run = 0; i < n; i++) {
		run = i > 0 && both[i] == both[i - 1] ? run + 1 : 1;
		most = MAX(most, run);
	}
	return (double)most / n;
}

/* What only who saw the packets can tell. */
static void forget_packets(double *value)
{
	static const enum feature of_packets[] = {FEATURE_TURNS, FEATURE_SERVER_FIRST, FEATURE_SENT_DATA_LENGTH,
						  FEATURE_RECEIVED_DATA_LENGTH};
	for (gsize i = 0; i < G_N_ELEMENTS(of_packets); i++)
		value[of_packets[i]] = NAN;
}

/* Silences inside the session that has the most of them. */
static void measure_idles(const struct channel_session *s, double *value)
{
	value[FEATURE_IDLES] = s->idles;
	if (s->idles >= 1)
		value[FEATURE_IDLE] = (double)coarse_number(s->idle, CHANNEL_IDLE_BITS) / 8;
	if (s->idles >= 2)
		value[FEATURE_IDLE_STEADY] = (double)s->steady_idles / (s->idles - 1);
}

static double reply_of(const struct channel_session *s)
{
	return s->reply ? (double)coarse_number(s->reply, CHANNEL_REPLY_BITS) / 1e6 : NAN;
}

static double median_reply(const struct channel_session *const *s, guint n, double *scratch)
{
	guint replies = 0;
	for (guint i = 0; i < n; i++)
		if (s[i]->reply)
			scratch[replies++] = reply_of(s[i]);
	return median(scratch, replies);
}

static void measure_sizes(const struct channel_session *const *s, guint n, bool all, double *value)
{
	double few[FEW * N_SIZES];
	g_autofree double *many = n > FEW ? g_new(double, (gsize)n *N_SIZES) : NULL;
	double *column = many ? many : few;
	guint server_first = 0, told = 0;
	const struct channel_session *idle = s[0];
	for (guint i = 0; i < n; i++) {
		double size[N_SIZES];
		sizes_of(s[i], size);
		for (int k = 0; k < N_SIZES; k++)
			column[(gsize)k * n + i] = size[k];
		server_first += (s[i]->flags & CHANNEL_SERVER_FIRST) != 0;
		told += (s[i]->flags & CHANNEL_TOLD) != 0;
		if (s[i]->idles > idle->idles)
			idle = s[i];
	}
	for (int k = 0; k < N_SIZES; k++)
		if (all || takes_part(size_feature[k]))
			value[size_feature[k]] = median(column + (gsize)k * n, n);
	if (n >= 2)
		value[FEATURE_SIMILAR] = similar_share(s, n);
	value[FEATURE_SERVER_FIRST] = (double)server_first / n;
	if (told > 0)
		forget_packets(value);
	if (!all)
		return;
	value[FEATURE_SENT_SPREAD] = spread(column + (gsize)SENT * n, n, value[FEATURE_SENT]);
	value[FEATURE_RECEIVED_SPREAD] = spread(column + (gsize)RECEIVED * n, n, value[FEATURE_RECEIVED]);
	value[FEATURE_REPLY] = median_reply(s, n, column);
	if (told == 0)
		measure_idles(idle, value);
}

/* A channel of one session, as most are: no medians to look for. */
static void measure_one(const struct channel_session *s, double *value)
{
	double size[N_SIZES];
	sizes_of(s, size);
	for (int k = 0; k < N_SIZES; k++)
		value[size_feature[k]] = size[k];
	value[FEATURE_SERVER_FIRST] = (s->flags & CHANNEL_SERVER_FIRST) != 0;
	value[FEATURE_REPLY] = reply_of(s);
	if (s->flags & CHANNEL_TOLD)
		forget_packets(value);
	else
		measure_idles(s, value);
}

/* Of all sessions and attempts, which are in order of their start. */
static void measure_times(const struct channel_session *s, guint sessions, bool all, double *value)
{
	guint n = sessions - 1, near = 0;
	double few[FEW];
	g_autofree double *many = n > FEW ? g_new(double, n) : NULL;
	double *gap = many ? many : few;
	for (guint i = 0; i < n; i++)
		gap[i] = (double)(s[i + 1].start_ns - s[i].start_ns) / 1e9;
	if (n == 0)
		return;
	if (n >= 8 && all)
		value[FEATURE_ECHO] = autocorrelation(gap, n);
	double middle = value[FEATURE_INTERVAL] = median(gap, n);
	if (n < 3)
		return;
	for (guint i = 0; i < n; i++)
		near += fabs(gap[i] - middle) <= middle / 10;
	value[FEATURE_STEADY] = (double)near / n;
	value[FEATURE_SKEW] = skewness(gap, n);
	value[FEATURE_JITTER] = spread(gap, n, middle);
}

static double hours(const struct channel_session *s, guint n)
{
	int64_t hour = INT64_MIN;
	guint different = 0;
	for (guint i = 0; i < n; i++) {
		different += s[i].start_ns / HOUR_NS != hour;
		hour = s[i].start_ns / HOUR_NS;
	}
	return different;
}

static void measure_list(const GArray *list, bool all, double *value)
{
	const struct channel_session *one = &g_array_index(list, struct channel_session, 0), *few[FEW];
	g_autofree const struct channel_session **many = list->len > FEW
								 ? g_new(const struct channel_session *, list->len)
								 : NULL;
	const struct channel_session **with_payload = many ? many : few;
	guint n = 0;
	measure_times(one, list->len, all, value);
	if (all)
		value[FEATURE_HOURS] = hours(one, list->len);
	for (guint i = 0; i < list->len; i++)
		if (!(one[i].flags & CHANNEL_ATTEMPT))
			with_payload[n++] = &one[i];
	if (n == 1)
		measure_one(with_payload[0], value);
	else if (n > 1)
		measure_sizes(with_payload, n, all, value);
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

static double request_of(enum protocol protocol, enum method method, enum naming naming)
{
	switch (protocol) {
	case HTTP:
	case HTTP_ELSEWHERE:
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

static void measure_protocol(const struct channel *c, struct feature_vector *out)
{
	enum protocol protocol = protocol_of(c);
	double *value = out->value;
	value[FEATURE_PROTOCOL] = protocol;
	out->looked_into = 2 * c->looked_into >= c->sessions;
	if (!out->looked_into)
		return;
	value[FEATURE_METHOD] = method_of(c);
	value[FEATURE_NAMING] = naming_of(c);
	value[FEATURE_REQUEST] = request_of(protocol, method_of(c), naming_of(c));
	value[FEATURE_STATUS] = status_of(c);
	value[FEATURE_PORT_USE] = protocol == HTTP_ELSEWHERE  ? HTTP_PORT
				  : protocol == TLS_ELSEWHERE ? TLS_PORT
							      : AS_USUAL;
	value[FEATURE_EXECUTABLES] = (double)c->executables / c->sessions;
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

/* What does not depend on other channels. */
static void measure(const struct channel *c, const GArray *list, bool all, struct feature_vector *out)
{
	uint32_t attempts = channel_attempts(c);
	double *value = out->value;
	memset(value, 0xff, sizeof out->value); /* which is NAN */
	out->looked_into = false;
	value[FEATURE_SESSIONS] = c->sessions;
	value[FEATURE_ATTEMPTS] = attempts;
	value[FEATURE_REFUSED] = c->refused;
	value[FEATURE_FAILED] = (double)attempts / ((double)attempts + c->sessions);
	value[FEATURE_SPAN] = (double)(c->last_ns - c->first_ns) / 1e9;
	value[FEATURE_PORT_CLASS] = port_class_of(c->port);
	if (list->len > 0)
		measure_list(list, all, value);
	if (c->sessions == 0)
		return;
	value[FEATURE_SHORT] = (double)c->short_sessions / c->sessions;
	value[FEATURE_ANSWERED] = (double)c->answered / c->sessions;
	value[FEATURE_LONGEST] = (double)c->longest_s;
	value[FEATURE_RATIO] = value[FEATURE_RECEIVED] / value[FEATURE_SENT];
	if (value[FEATURE_SENT] <= 0)
		value[FEATURE_RATIO] = NAN;
	measure_protocol(c, out);
}

void feature_measure(const struct channels *channels, const struct channel *c, GArray *scratch,
		     struct feature_vector *out)
{
	channels_list(channels, c, scratch);
	measure(c, scratch, true, out);
	if (c->sessions == 0)
		return;
	measure_risks(channels_insight(channels, c), out->value);
	if (!c->inbound)
		measure_use(channels, c, out->value);
	if (c->sideless > 0)
		forget_sides(out->value);
}

/* The models take no measure that depends on other channels. */
void feature_measure_scored(const struct channel *c, const GArray *list, struct feature_vector *out)
{
	measure(c, list, false, out);
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
