#include "channel/kept.h"

#include <math.h>
#include <string.h>

#include "base/coarse.h"
#include "base/net.h"
#include "channel/channel_state.h"

#define EIGHTH_NS 125000000
#define CONTENT   (1u << TANPA_PART_CONTENT)
/* Without these, what a session sent and received cannot be measured. */
#define MEASURED (1u << TANPA_PART_PACKETS | 1u << TANPA_PART_PAYLOAD | 1u << TANPA_PART_SIDES)

/* What fits into struct kept: so many packets a direction have an exact code, so long is a session, such a status. */
enum { EXACT_PACKET_BITS = CHANNEL_PACKET_BITS + 1, DURATION_BITS = 40, STATUS_BITS = 10 };

_Static_assert(VERDICT_N_KINDS <= 8 && VERDICT_N_DIRECTIONS <= 4 && TANPA_N_SERVICES <= 16 && TANPA_N_CONTENTS <= 8 &&
		       TANPA_N_HTTP_METHODS <= 8,
	       "the bits of struct kept");

/* Whether the first payload of the session came from `side`, by Zeek's history. */
static bool sent_first(const struct tanpa_session *s, enum tanpa_side side)
{
	for (const char *letter = s->history; *letter != '\0'; letter++)
		if ((*letter | 0x20) == 'd')
			return *letter == (side == TANPA_RESP ? 'd' : 'D');
	return false;
}

/* Exact up to 4,095, to one part in 2,048 up to four thousand million. */
static uint16_t packets_code(uint64_t n)
{
	if (G_LIKELY(n >> CHANNEL_PACKET_BITS == 0))
		return (uint16_t)n;
	return (uint16_t)coarse_code(MIN(n, UINT32_MAX), CHANNEL_PACKET_BITS);
}

/* 0: none. */
static unsigned reply_code(int64_t reply_ns)
{
	return reply_ns == TANPA_NEVER ? 0 : coarse_code((uint64_t)MAX(reply_ns, 1000) / 1000, CHANNEL_REPLY_BITS);
}

static unsigned idle_code(int64_t idle_ns)
{
	return idle_ns <= 0 ? 0 : MIN(coarse_code((uint64_t)idle_ns / EIGHTH_NS, CHANNEL_IDLE_BITS), UINT8_MAX);
}

static uint32_t length_code(uint64_t payload, uint64_t packets)
{
	return packets ? (uint32_t)MIN((double)payload * 1024 / (double)packets, UINT32_MAX) : 0;
}

/* ---- packing ---- */

static bool is_refused(const struct tanpa_session *s)
{
	return s->conn_state == TANPA_REJ || s->conn_state == TANPA_RSTR || s->conn_state == TANPA_RSTRH;
}

/* Whether struct kept has no room for it. `kept` has its numbers already. */
static bool has_more(const struct kept *kept, const struct tanpa_session *s, const struct verdict *v,
		     int64_t duration_ns)
{
	uint64_t too_large = (s->flow[0].packets | s->flow[1].packets) >> EXACT_PACKET_BITS |
			     (uint64_t)duration_ns >> DURATION_BITS | s->http_status >> STATUS_BITS;
	uint64_t other = (v->sent ^ kept->sent) | (v->received ^ kept->received); /* or too large */
	return (too_large | other) || s->app_protocol || !(s->ipv4 || v->direction == VERDICT_INBOUND);
}

static uint32_t pack_more(struct channels *c, const struct tanpa_session *s, const struct verdict *v)
{
	uint32_t number = slab_take(&c->more, sizeof(struct kept_more));
	struct kept_more *more = slab_at(&c->more, number, sizeof(struct kept_more));
	*more = (struct kept_more){
		.sent = s->flow[v->inside].payload_bytes,
		.received = s->flow[v->inside ^ 1].payload_bytes,
		.judged_sent = v->sent,
		.judged_received = v->received,
		.end_ns = tanpa_session_end_ns(s),
		.mean_length = length_code(tanpa_session_payload(s), tanpa_session_packets(s)),
	};
	if (v->direction != VERDICT_INBOUND)
		memcpy(more->server, s->addr[v->server], 16);
	if (s->app_protocol)
		more->insight = insights_number(c->insights, &(struct insight){s->app_protocol, s->risks});
	return number;
}

/* What is counted and measured. */
static void pack_numbers(struct kept *restrict kept, const struct tanpa_session *s, const struct verdict *v)
{
	const struct tanpa_flow *out = &s->flow[v->inside], *in = &s->flow[v->inside ^ 1];
	kept->sent = (uint32_t)out->payload_bytes;
	kept->received = (uint32_t)in->payload_bytes;
	kept->judged_length = (float)v->mean_length;
	kept->orig_ip_bytes = (float)s->flow[TANPA_ORIG].ip_bytes;
	kept->port = s->port[v->server];
	kept->client_port = s->port[v->server ^ 1];
	kept->sent_packets = packets_code(out->packets);
	kept->received_packets = packets_code(in->packets);
	kept->sent_data_packets = packets_code(out->data_packets);
	kept->received_data_packets = packets_code(in->data_packets);
	kept->turns = (uint16_t)MIN(s->turns, UINT16_MAX);
	kept->idles = s->idles;
	kept->steady_idles = s->steady_idles;
}

static unsigned flags_of(const struct tanpa_session *s, const struct verdict *v)
{
	bool attempt = v->kind == VERDICT_ATTEMPT;
	return (attempt ? CHANNEL_ATTEMPT : 0u) | (attempt && is_refused(s) ? CHANNEL_REFUSED : 0u) |
	       (sent_first(s, v->server) ? CHANNEL_SERVER_FIRST : 0u) |
	       (tanpa_session_lacks(s, CONTENT) ? CHANNEL_TOLD : 0u);
}

void kept_pack(struct channels *c, struct kept *restrict kept, const struct tanpa_session *s, const struct verdict *v)
{
	int64_t start_ns = tanpa_session_start_ns(s), duration_ns = tanpa_session_end_ns(s) - start_ns;
	kept->start_ns = start_ns;
	kept->duration_low = (uint32_t)duration_ns;
	kept->name = kept_names_number(&c->names, s->name);
	pack_numbers(kept, s, v);
	bool more = has_more(kept, s, v, duration_ns);
	unsigned reply = reply_code(s->reply_ns), idle = idle_code(s->idle_ns), flags = flags_of(s, v);
	/* all bits one after the other: so they are written at once */
	kept->direction = v->direction;
	kept->content = s->content[v->inside ^ 1] & 7u;
	kept->method = s->http_method & 7u;
	kept->is_short = v->is_short;
	kept->guessed = v->guessed;
	kept->sideless = tanpa_session_lacks(s, MEASURED);
	kept->looked_into = !tanpa_session_lacks(s, CONTENT) | (kept->name != 0) | (s->http_method != 0);
	kept->udp = s->proto == TANPA_UDP;
	kept->is_sum = false;
	kept->has_more = more;
	kept->service = s->service & 15u;
	kept->duration_high = (uint32_t)(duration_ns >> 32) & 0xff;
	kept->flags = flags & 15;
	kept->reply = reply & 0x7ff;
	kept->http_status = s->http_status & ((1u << STATUS_BITS) - 1);
	kept->idle = (uint8_t)idle;
	kept->kind = v->kind;
	kept->server = 0;
	if (G_UNLIKELY(more))
		kept->server = pack_more(c, s, v);
	else if (v->direction != VERDICT_INBOUND)
		memcpy(&kept->server, s->addr[v->server] + 12, sizeof kept->server);
}

/* ---- unpacking ---- */

static int64_t end_ns(const struct channels *c, const struct kept *k)
{
	if (G_UNLIKELY(k->has_more))
		return kept_more(c, k)->end_ns;
	return k->start_ns + (int64_t)((uint64_t)k->duration_high << 32 | k->duration_low);
}

static uint64_t sent(const struct channels *c, const struct kept *k)
{
	return G_UNLIKELY(k->has_more) ? kept_more(c, k)->sent : k->sent;
}

static uint64_t received(const struct channels *c, const struct kept *k)
{
	return G_UNLIKELY(k->has_more) ? kept_more(c, k)->received : k->received;
}

uint32_t kept_mean_length(const struct channels *c, const struct kept *k)
{
	if (G_UNLIKELY(k->has_more))
		return kept_more(c, k)->mean_length;
	return length_code((uint64_t)k->sent + k->received,
			   coarse_number(k->sent_packets, CHANNEL_PACKET_BITS) +
				   coarse_number(k->received_packets, CHANNEL_PACKET_BITS));
}

static float seconds(int64_t ns)
{
	return (float)((double)ns / 1e9);
}

float kept_duration_s(const struct channels *c, const struct kept *k)
{
	return seconds(end_ns(c, k) - k->start_ns);
}

float kept_sent(const struct channels *c, const struct kept *k)
{
	return (float)sent(c, k);
}

float kept_received(const struct channels *c, const struct kept *k)
{
	return (float)received(c, k);
}

void kept_entry(const struct channels *c, const struct kept *k, struct channel_session *entry)
{
	*entry = (struct channel_session){
		.start_ns = k->start_ns,
		.duration_s = kept_duration_s(c, k),
		.sent = kept_sent(c, k),
		.received = kept_received(c, k),
		.orig_ip_bytes = k->orig_ip_bytes,
		.mean_length = kept_mean_length(c, k),
		.sent_packets = k->sent_packets,
		.received_packets = k->received_packets,
		.sent_data_packets = k->sent_data_packets,
		.received_data_packets = k->received_data_packets,
		.turns = k->turns,
		.reply = k->reply,
		.idle = k->idle,
		.idles = k->idles,
		.steady_idles = k->steady_idles,
		.flags = k->flags,
	};
}

/* ---- adding up ---- */

/* Keeps the names in byte order, each once. */
static void add_name(struct channel *channel, const char *name)
{
	for (int i = 0; i < CHANNEL_NAMES && name; i++) {
		const char *other = channel->names[i];
		int c = other == name ? 0 : other == NULL ? -1 : strcmp(name, other);
		if (c == 0)
			return;
		if (c < 0) {
			channel->names[i] = name;
			name = other;
		}
	}
}

/* 0: none. */
static void add_status(struct channel *channel, uint16_t min, uint16_t max)
{
	if (min && (channel->status_min == 0 || min < channel->status_min))
		channel->status_min = min;
	channel->status_max = MAX(channel->status_max, max);
}

/* Minima, maxima and unions of sessions with payload, which a channel of attempts has not. */
static void add_sessions(struct channel *a, const struct channel *b)
{
	if (b->sessions == 0)
		return;
	a->mean_length_min = a->sessions ? MIN(a->mean_length_min, b->mean_length_min) : b->mean_length_min;
	a->mean_length_max = MAX(a->mean_length_max, b->mean_length_max);
	a->longest_s = MAX(a->longest_s, b->longest_s);
	a->services |= b->services;
	a->contents |= b->contents;
	a->methods |= b->methods;
	add_status(a, b->status_min, b->status_max);
	for (int kind = 0; kind < VERDICT_N_JUDGED; kind++)
		a->by_kind[kind] += b->by_kind[kind];
	a->sessions += b->sessions;
	a->short_sessions += b->short_sessions;
	a->executables += b->executables;
	a->ocsp += b->ocsp;
	a->begins_missed += b->begins_missed;
	a->looked_into += b->looked_into;
	a->sideless += b->sideless;
	a->http += b->http;
	a->tls += b->tls;
	a->other_known += b->other_known;
	a->named += b->named;
	a->numeric += b->numeric;
	a->posts += b->posts;
	a->answered += b->answered;
	a->sent += b->sent;
	a->received += b->received;
	for (int i = 0; i < CHANNEL_NAMES && b->names[i]; i++)
		add_name(a, b->names[i]);
}

static void add_span(struct channel *a, int64_t first_ns, int64_t last_ns, uint16_t client_port)
{
	if (first_ns < a->first_ns || (first_ns == a->first_ns && client_port < a->client_port))
		a->client_port = client_port;
	a->first_ns = MIN(a->first_ns, first_ns);
	a->last_ns = MAX(a->last_ns, last_ns);
}

static void add_insight(struct channel *a, uint16_t insight, struct insights *insights)
{
	if (G_UNLIKELY(a->insight != insight) && insights)
		a->insight = insights_join(insights, a->insight, insight);
}

void channel_add(struct channel *a, const struct channel *b, struct insights *insights)
{
	if (a->sessions + channel_attempts(a) == 0) {
		*a = *b;
		return;
	}
	add_sessions(a, b);
	add_insight(a, b->insight, insights);
	add_span(a, b->first_ns, b->last_ns, b->client_port);
	a->refused += b->refused;
	a->unanswered += b->unanswered;
}

/* ---- adding what is kept ---- */

void kept_begin(const struct channels *c, const struct kept *k, struct channel *channel)
{
	static const struct channel nothing = {.first_ns = INT64_MAX, .last_ns = INT64_MIN, .score = NAN};
	*channel = nothing;
	channel->port = k->port;
	channel->proto = k->udp ? TANPA_UDP : TANPA_TCP;
	channel->inbound = k->direction == VERDICT_INBOUND;
	channel->direction = k->direction;
	kept_server(c, k, channel->server);
}

/* One with payload. */
static void add_session(const struct channels *c, const struct kept *k, float duration_s, struct channel *channel)
{
	const struct kept_more *more = k->has_more ? kept_more(c, k) : NULL;
	bool http = k->service == TANPA_SERVICE_HTTP, tls = k->service == TANPA_SERVICE_TLS;
	bool numeric = kept_names_is_address(&c->names, k->name);
	channel->mean_length_min = channel->sessions ? MIN(channel->mean_length_min, k->judged_length)
						     : k->judged_length;
	channel->mean_length_max = MAX(channel->mean_length_max, k->judged_length);
	channel->longest_s = MAX(channel->longest_s, duration_s);
	channel->services |= (uint16_t)(1u << k->service);
	channel->contents |= (uint8_t)(1u << k->content);
	channel->methods |= (uint8_t)(1u << k->method);
	add_status(channel, k->http_status, k->http_status);
	channel->sessions++;
	channel->by_kind[k->kind]++;
	channel->short_sessions += k->is_short;
	channel->executables += tanpa_is_executable(k->content);
	channel->ocsp += k->content == TANPA_CONTENT_OCSP;
	channel->begins_missed += k->guessed;
	channel->looked_into += k->looked_into;
	channel->sideless += k->sideless;
	channel->http += http;
	channel->tls += tls;
	channel->other_known += k->service != TANPA_SERVICE_UNKNOWN && !http && !tls;
	channel->numeric += numeric;
	channel->named += k->name && !numeric;
	channel->posts += k->method == TANPA_HTTP_POST;
	channel->answered += received(c, k) > 0;
	channel->sent += more ? more->judged_sent : k->sent;
	channel->received += more ? more->judged_received : k->received;
	add_name(channel, kept_names_text(&c->names, k->name));
}

void kept_add(const struct channels *c, const struct kept *k, struct insights *insights, struct channel *channel)
{
	if (G_UNLIKELY(k->is_sum)) {
		struct channel sum = *sum_at(c, k);
		kept_server(c, k, sum.server);
		channel_add(channel, &sum, insights);
		return;
	}
	int64_t end = end_ns(c, k);
	add_span(channel, k->start_ns, end, k->client_port);
	add_insight(channel, k->has_more ? kept_more(c, k)->insight : 0, insights);
	if (verdict_is_judged(k->kind))
		add_session(c, k, seconds(end - k->start_ns), channel);
	else if (k->flags & CHANNEL_REFUSED)
		channel->refused++;
	else
		channel->unanswered++;
}

/* ---- order ---- */

/* All that is in a list of sessions but their start. */
enum { REST = 14 };

static void rest_of(const struct channels *c, const struct kept *k, double rest[REST])
{
	const double all[REST] = {
		(double)kept_sent(c, k),
		(double)kept_received(c, k),
		(double)kept_duration_s(c, k),
		(double)k->orig_ip_bytes,
		kept_mean_length(c, k),
		k->sent_packets,
		k->received_packets,
		k->sent_data_packets,
		k->received_data_packets,
		k->turns,
		k->reply,
		k->idle,
		k->idles * 256 + k->steady_idles,
		k->flags,
	};
	memcpy(rest, all, sizeof all);
}

gint kept_compare(const struct channels *c, const struct kept *a, const struct kept *b)
{
	double of_a[REST], of_b[REST];
	if (a->start_ns != b->start_ns)
		return a->start_ns < b->start_ns ? -1 : 1;
	rest_of(c, a, of_a);
	rest_of(c, b, of_b);
	for (int i = 0; i < REST; i++)
		if (of_a[i] < of_b[i] || of_a[i] > of_b[i])
			return of_a[i] < of_b[i] ? -1 : 1;
	return 0;
}
