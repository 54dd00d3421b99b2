#include "channel/sum.h"

#include <math.h>
#include <string.h>

#include "base/coarse.h"
#include "base/net.h"

#define EIGHTH_NS 125000000
#define CONTENT   (1u << TANPA_PART_CONTENT)
/* Without these, what a session sent and received cannot be measured. */
#define MEASURED (1u << TANPA_PART_PACKETS | 1u << TANPA_PART_PAYLOAD | 1u << TANPA_PART_SIDES)

/* Whether an HTTP Host or TLS server name is an address, with its port or without. */
static bool is_address(const char *name)
{
	char text[NET_TEXT];
	uint8_t addr[16];
	bool bracketed = *name == '[';
	name += bracketed;
	if (!g_ascii_isxdigit(*name))
		return false;
	gsize n = strcspn(name, bracketed ? "]" : ":");
	if (n >= sizeof text)
		return false;
	memcpy(text, name, n);
	text[n] = '\0';
	return net_address_parse(text, addr);
}

/* Whether the first payload of the session came from `side`, by Zeek's history. */
static bool sent_first(const struct tanpa_session *s, enum tanpa_side side)
{
	const char *first = strpbrk(s->history, "dD");
	return first && (*first == 'd') == (side == TANPA_RESP);
}

/* Exact up to 4,095, to one part in 2,048 up to four thousand million. */
static uint16_t packets_code(uint64_t n)
{
	return (uint16_t)coarse_code(MIN(n, UINT32_MAX), CHANNEL_PACKET_BITS);
}

/* 0: none. */
static uint16_t reply_code(int64_t reply_ns)
{
	return reply_ns == TANPA_NEVER ? 0
				       : (uint16_t)coarse_code((uint64_t)MAX(reply_ns / 1000, 1), CHANNEL_REPLY_BITS);
}

static void list_one(const struct tanpa_session *s, const struct verdict *v, struct channel_session *one)
{
	const struct tanpa_flow *out = &s->flow[v->inside], *in = &s->flow[v->inside ^ 1];
	uint64_t payload = out->payload_bytes + in->payload_bytes, packets = tanpa_session_packets(s);
	bool refused = s->conn_state == TANPA_REJ || s->conn_state == TANPA_RSTR || s->conn_state == TANPA_RSTRH;
	*one = (struct channel_session){
		.start_ns = tanpa_session_start_ns(s),
		.duration_s = (float)((double)(tanpa_session_end_ns(s) - tanpa_session_start_ns(s)) / 1e9),
		.sent = (float)out->payload_bytes,
		.received = (float)in->payload_bytes,
		.orig_ip_bytes = (float)s->flow[TANPA_ORIG].ip_bytes,
		.mean_length = packets ? (uint32_t)MIN((double)payload * 1024 / (double)packets, UINT32_MAX) : 0,
		.sent_packets = packets_code(out->packets),
		.received_packets = packets_code(in->packets),
		.turns = (uint16_t)MIN(s->turns, UINT16_MAX),
		.sent_data_packets = packets_code(out->data_packets),
		.received_data_packets = packets_code(in->data_packets),
		.idles = s->idles,
		.steady_idles = s->steady_idles,
		.reply = reply_code(s->reply_ns),
		.idle = (uint8_t)MIN(coarse_code((uint64_t)MAX(s->idle_ns, 0) / EIGHTH_NS, CHANNEL_IDLE_BITS),
				     UINT8_MAX),
	};
	if (v->kind == VERDICT_ATTEMPT)
		one->flags = refused ? CHANNEL_ATTEMPT | CHANNEL_REFUSED : CHANNEL_ATTEMPT;
	if (sent_first(s, v->server))
		one->flags |= CHANNEL_SERVER_FIRST;
	if (tanpa_session_lacks(s, CONTENT))
		one->flags |= CHANNEL_TOLD;
}

static void count_protocol(const struct tanpa_session *s, struct channel *channel)
{
	channel->looked_into = !tanpa_session_lacks(s, CONTENT) || s->name || s->http_method;
	channel->http = s->service == TANPA_SERVICE_HTTP;
	channel->tls = s->service == TANPA_SERVICE_TLS;
	channel->other_known = s->service != TANPA_SERVICE_UNKNOWN && !channel->http && !channel->tls;
	channel->posts = s->http_method == TANPA_HTTP_POST;
	if (s->name == NULL)
		return;
	channel->numeric = is_address(s->name);
	channel->named = !channel->numeric;
}

void channel_sum_one(const struct tanpa_session *s, const struct verdict *v, struct channel *channel,
		     struct channel_session *listed)
{
	list_one(s, v, listed);
	*channel = (struct channel){
		.port = s->port[v->server],
		.client_port = s->port[v->server ^ 1],
		.proto = s->proto,
		.inbound = v->direction == VERDICT_INBOUND,
		.direction = (uint8_t)v->direction,
		.first_ns = listed->start_ns,
		.last_ns = tanpa_session_end_ns(s),
		.score = NAN,
	};
	if (!channel->inbound)
		memcpy(channel->server, s->addr[v->server], 16);
	if (!verdict_is_judged(v->kind)) {
		channel->refused = (listed->flags & CHANNEL_REFUSED) != 0;
		channel->unanswered = !channel->refused;
		return;
	}
	uint8_t content = s->content[v->inside ^ 1];
	channel->services = (uint16_t)(1u << s->service);
	channel->contents = (uint8_t)(1u << content);
	channel->methods = (uint8_t)(1u << s->http_method);
	channel->status_min = channel->status_max = s->http_status;
	channel->sessions = 1;
	channel->by_kind[v->kind] = 1;
	channel->short_sessions = v->is_short;
	channel->executables = tanpa_is_executable(content);
	channel->begins_missed = v->guessed;
	channel->answered = listed->received > 0;
	channel->mean_length_min = channel->mean_length_max = (float)v->mean_length;
	channel->sent = v->sent;
	channel->received = v->received;
	channel->longest_s = listed->duration_s;
	channel->names[0] = s->name;
	channel->sideless = tanpa_session_lacks(s, MEASURED);
	count_protocol(s, channel);
}

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
	if (b->status_min && (a->status_min == 0 || b->status_min < a->status_min))
		a->status_min = b->status_min;
	a->status_max = MAX(a->status_max, b->status_max);
	for (int kind = 0; kind < VERDICT_N_JUDGED; kind++)
		a->by_kind[kind] += b->by_kind[kind];
	a->sessions += b->sessions;
	a->short_sessions += b->short_sessions;
	a->executables += b->executables;
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

void channel_sum_add(struct channel *a, const struct channel *b)
{
	add_sessions(a, b);
	a->refused += b->refused;
	a->unanswered += b->unanswered;
	if (b->first_ns < a->first_ns || (b->first_ns == a->first_ns && b->client_port < a->client_port))
		a->client_port = b->client_port;
	a->first_ns = MIN(a->first_ns, b->first_ns);
	a->last_ns = MAX(a->last_ns, b->last_ns);
}

/* All that is kept of a session but its start and its place in the list. */
enum { REST = 14 };

static void rest_of(const struct channel_session *s, double rest[REST])
{
	const double all[REST] = {
		(double)s->sent,
		(double)s->received,
		(double)s->duration_s,
		(double)s->orig_ip_bytes,
		s->mean_length,
		s->sent_packets,
		s->received_packets,
		s->sent_data_packets,
		s->received_data_packets,
		s->turns,
		s->reply,
		s->idle,
		s->idles * 256 + s->steady_idles,
		s->flags,
	};
	memcpy(rest, all, sizeof all);
}

gint channel_session_compare(gconstpointer a, gconstpointer b)
{
	const struct channel_session *x = a, *y = b;
	double of_x[REST], of_y[REST];
	if (x->start_ns != y->start_ns)
		return x->start_ns < y->start_ns ? -1 : 1;
	rest_of(x, of_x);
	rest_of(y, of_y);
	for (int i = 0; i < REST; i++)
		if (of_x[i] < of_y[i] || of_x[i] > of_y[i])
			return of_x[i] < of_y[i] ? -1 : 1;
	return 0;
}
