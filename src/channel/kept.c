#include "channel/kept.h"

#include <math.h>
#include <string.h>

#include "base/coarse.h"
#include "base/net.h"

#define EIGHTH_NS 125000000
#define CONTENT   (1u << TANPA_PART_CONTENT)
/* Without these, what a session sent and received cannot be measured. */
#define MEASURED (1u << TANPA_PART_PACKETS | 1u << TANPA_PART_PAYLOAD | 1u << TANPA_PART_SIDES)

_Static_assert(VERDICT_N_KINDS <= 8 && VERDICT_N_DIRECTIONS <= 4 && TANPA_N_SERVICES <= 16 && TANPA_N_CONTENTS <= 8 &&
		       TANPA_N_HTTP_METHODS <= 8,
	       "the bits of struct kept");

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

static float duration_s(const struct kept *kept)
{
	return (float)((double)(kept->end_ns - kept->start_ns) / 1e9);
}

/* Whether the first payload of the session came from `side`, by Zeek's history. */
static bool sent_first(const struct tanpa_session *s, enum tanpa_side side)
{
	const char *first = s->history;
	while (*first != '\0' && *first != 'd' && *first != 'D')
		first++;
	return *first == (side == TANPA_RESP ? 'd' : 'D');
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

void kept_pack(struct kept *kept, const struct tanpa_session *s, const struct verdict *v)
{
	const struct tanpa_flow *out = &s->flow[v->inside], *in = &s->flow[v->inside ^ 1];
	uint64_t payload = out->payload_bytes + in->payload_bytes, packets = tanpa_session_packets(s);
	bool refused = s->conn_state == TANPA_REJ || s->conn_state == TANPA_RSTR || s->conn_state == TANPA_RSTRH;
	uint64_t idle = (uint64_t)MAX(s->idle_ns, 0) / EIGHTH_NS;
	*kept = (struct kept){
		.start_ns = tanpa_session_start_ns(s),
		.end_ns = tanpa_session_end_ns(s),
		.sent = v->sent,
		.received = v->received,
		.name = s->name,
		.mean_length = packets ? (uint32_t)MIN((double)payload * 1024 / (double)packets, UINT32_MAX) : 0,
		.judged_length = (float)v->mean_length,
		.orig_ip_bytes = (float)s->flow[TANPA_ORIG].ip_bytes,
		.port = s->port[v->server],
		.client_port = s->port[v->server ^ 1],
		.sent_packets = packets_code(out->packets),
		.received_packets = packets_code(in->packets),
		.sent_data_packets = packets_code(out->data_packets),
		.received_data_packets = packets_code(in->data_packets),
		.turns = (uint16_t)MIN(s->turns, UINT16_MAX),
		.reply = reply_code(s->reply_ns),
		.http_status = s->http_status,
		.idle = (uint8_t)MIN(coarse_code(idle, CHANNEL_IDLE_BITS), UINT8_MAX),
		.idles = s->idles,
		.steady_idles = s->steady_idles,
		.proto = s->proto,
		.kind = v->kind,
		.direction = v->direction,
		.service = s->service & 15u,
		.content = s->content[v->inside ^ 1] & 7u,
		.method = s->http_method & 7u,
		.is_short = v->is_short,
		.guessed = v->guessed,
		.sideless = tanpa_session_lacks(s, MEASURED),
		.looked_into = !tanpa_session_lacks(s, CONTENT) || s->name || s->http_method,
		.numeric = s->name && is_address(s->name),
	};
	if (v->direction != VERDICT_INBOUND)
		memcpy(&kept->server, s->addr[v->server] + 12, sizeof kept->server);
	kept->ipv6 = v->direction != VERDICT_INBOUND && !net_is_ipv4(s->addr[v->server]);
	if (v->kind == VERDICT_ATTEMPT)
		kept->flags = refused ? CHANNEL_ATTEMPT | CHANNEL_REFUSED : CHANNEL_ATTEMPT;
	if (sent_first(s, v->server))
		kept->flags |= CHANNEL_SERVER_FIRST;
	if (tanpa_session_lacks(s, CONTENT))
		kept->flags |= CHANNEL_TOLD;
}

void kept_entry(const struct kept *kept, struct channel_session *entry)
{
	*entry = (struct channel_session){
		.start_ns = kept->start_ns,
		.duration_s = duration_s(kept),
		.sent = (float)kept->sent,
		.received = (float)kept->received,
		.orig_ip_bytes = kept->orig_ip_bytes,
		.mean_length = kept->mean_length,
		.sent_packets = kept->sent_packets,
		.received_packets = kept->received_packets,
		.sent_data_packets = kept->sent_data_packets,
		.received_data_packets = kept->received_data_packets,
		.turns = kept->turns,
		.reply = kept->reply,
		.idle = kept->idle,
		.idles = kept->idles,
		.steady_idles = kept->steady_idles,
		.flags = kept->flags,
	};
}

void kept_sum(const struct kept *kept, const GArray *sums, struct channel *channel)
{
	if (G_UNLIKELY(kept->is_sum)) {
		*channel = g_array_index(sums, struct channel, kept->sent);
		return;
	}
	*channel = (struct channel){
		.port = kept->port,
		.client_port = kept->client_port,
		.proto = kept->proto,
		.inbound = kept->direction == VERDICT_INBOUND,
		.direction = kept->direction,
		.first_ns = kept->start_ns,
		.last_ns = kept->end_ns,
		.score = NAN,
		.insight = kept->insight,
	};
	if (!verdict_is_judged(kept->kind)) {
		channel->refused = (kept->flags & CHANNEL_REFUSED) != 0;
		channel->unanswered = !channel->refused;
		return;
	}
	channel->services = (uint16_t)(1u << kept->service);
	channel->contents = (uint8_t)(1u << kept->content);
	channel->methods = (uint8_t)(1u << kept->method);
	channel->status_min = channel->status_max = kept->http_status;
	channel->sessions = 1;
	channel->by_kind[kept->kind] = 1;
	channel->short_sessions = kept->is_short;
	channel->executables = tanpa_is_executable(kept->content);
	channel->begins_missed = kept->guessed;
	channel->answered = kept->received > 0;
	channel->mean_length_min = channel->mean_length_max = kept->judged_length;
	channel->sent = kept->sent;
	channel->received = kept->received;
	channel->longest_s = duration_s(kept);
	channel->names[0] = kept->name;
	channel->sideless = kept->sideless;
	channel->looked_into = kept->looked_into;
	channel->http = kept->service == TANPA_SERVICE_HTTP;
	channel->tls = kept->service == TANPA_SERVICE_TLS;
	channel->other_known = kept->service != TANPA_SERVICE_UNKNOWN && !channel->http && !channel->tls;
	channel->posts = kept->method == TANPA_HTTP_POST;
	channel->numeric = kept->numeric;
	channel->named = kept->name && !kept->numeric;
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

void channel_add(struct channel *a, const struct channel *b, struct insights *insights)
{
	if (a->sessions + channel_attempts(a) == 0) {
		*a = *b;
		return;
	}
	add_sessions(a, b);
	if (G_UNLIKELY(a->insight != b->insight))
		a->insight = insights_join(insights, a->insight, b->insight);
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
