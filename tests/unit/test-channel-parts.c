/* Channels are the same however their sessions were shared out, merged, condensed, sorted and scored. */
#include <glib.h>
#include <math.h>

#include "base/net.h"
#include "channel/channel_state.h"

enum { SESSIONS = 40000, LATE = 50, SERVERS = 12, HOSTS = 40, PARTS = 4 };

static GRand *dice;

static uint32_t below(uint32_t n)
{
	return g_rand_int(dice) % n;
}

static void set_address(uint8_t addr[16], bool ipv6, uint8_t net, uint8_t last)
{
	memset(addr, 0, 16);
	addr[ipv6 ? 0 : 12] = net;
	addr[15] = last;
	if (!ipv6)
		addr[10] = addr[11] = 0xff;
}

/* Packets and bytes of one direction: mostly few, sometimes more than fits into a cache line. */
static struct tanpa_flow random_flow(int64_t start_ns, bool is_attempt)
{
	struct tanpa_flow f = {.packets = 1 + below(below(20) ? 20 : 100000), .first_ns = start_ns};
	if (!is_attempt)
		f.payload_bytes = below(3) ? below(3000) : below(20) ? 0 : (uint64_t)below(1u << 30) * 9;
	f.retrans_bytes = below(8) || is_attempt ? 0 : below(2000);
	f.ip_bytes = f.payload_bytes + 40 * f.packets;
	f.data_packets = f.packets / 2;
	f.last_ns = start_ns + (below(40) ? (int64_t)below(1u << 31) : (int64_t)below(1u << 30) * 4000);
	return f;
}

/* Many of them are of one service, whose first sessions are all attempts. */
static struct tanpa_session random_session(enum verdict_direction *direction)
{
	static const char *const names[] = {"www.example.org", "192.0.2.1", "[2001:db8::1]:80", "b.example"};
	static const char *const apps[] = {"TLS", "Unknown", "HTTP"};
	bool common = below(3) == 0, ipv6 = !common && below(4) == 0;
	int64_t start_ns = (int64_t)below(3600u * 1000) * 1000000;
	bool is_attempt = common ? start_ns < INT64_C(3000000000000) : below(5) == 0;
	struct tanpa_session s = {.proto = common || below(6) ? TANPA_TCP : TANPA_UDP,
				  .ipv4 = !ipv6,
				  .origin = below(9) ? TANPA_ORIGIN_SYN : TANPA_ORIGIN_FIRST,
				  .conn_state = (uint8_t)below(TANPA_N_CONN_STATES),
				  .service = (uint8_t)below(TANPA_N_SERVICES),
				  .content = {0, (uint8_t)below(TANPA_N_CONTENTS)},
				  .http_method = (uint8_t)below(TANPA_N_HTTP_METHODS),
				  .http_status = below(2) ? 0 : (uint16_t)(100 + below(500)),
				  .turns = below(9),
				  .reply_ns = below(2) ? TANPA_NEVER : below(1u << 30),
				  .idles = (uint8_t)below(3),
				  .idle_ns = below(1u << 30),
				  .name = below(2) ? NULL : names[below(G_N_ELEMENTS(names))]};
	*direction = common ? VERDICT_OUTBOUND : (enum verdict_direction)below(VERDICT_N_DIRECTIONS);
	int inside = *direction == VERDICT_INBOUND ? TANPA_RESP : TANPA_ORIG;
	set_address(s.addr[inside], ipv6, 10, common ? 1 : (uint8_t)below(HOSTS));
	set_address(s.addr[inside ^ 1], ipv6, (uint8_t)(20 + *direction), common ? 1 : (uint8_t)below(SERVERS));
	s.port[TANPA_ORIG] = (uint16_t)(40000 + below(9));
	s.port[TANPA_RESP] = common ? 443 : (uint16_t)(80 + below(2));
	s.flow[0] = random_flow(start_ns, is_attempt);
	s.flow[1] = random_flow(start_ns, is_attempt);
	if (!is_attempt && tanpa_session_payload(&s) == 0)
		s.flow[0].payload_bytes = 7;
	if (below(3) == 0) {
		s.app_protocol = apps[below(G_N_ELEMENTS(apps))];
		s.risks = below(8);
	}
	return s;
}

static struct verdict judge(const struct tanpa_session *s, enum verdict_direction direction)
{
	g_autoptr(net_list_) inside = net_list_private();
	struct verdict_options options = verdict_options_default;
	options.inside = inside;
	struct verdict v = verdict_judge(s, &options);
	v.direction = direction;
	v.server = TANPA_RESP;
	v.inside = direction == VERDICT_INBOUND ? TANPA_RESP : TANPA_ORIG;
	v.sent = s->flow[v.inside].payload_bytes + s->flow[v.inside].retrans_bytes;
	v.received = s->flow[v.inside ^ 1].payload_bytes + s->flow[v.inside ^ 1].retrans_bytes;
	return v;
}

/* What a thread's scorer was asked, and what those that ended were. */
struct asked {
	const struct channels *channels;
	guint times, portions, most;
};

static void *begin(void *user, uint32_t most)
{
	struct asked *own = g_new0(struct asked, 1);
	own->most = most;
	own->channels = ((struct asked *)user)->channels;
	return own;
}

/* Depends on all that a scorer is told. */
static double score(const struct channel *c, const struct kept_list *list, const struct channel_host *host, void *own)
{
	struct asked *asked = own;
	double sum = host->services + c->sessions / 3.0;
	asked->times++;
	for (guint i = 0; i < list->len; i++)
		sum += (double)kept_sent(asked->channels, list->at[i]) * (i + 1);
	return sum;
}

static void end(void *user, void *own, guint first)
{
	struct asked *all = user, *asked = own;
	g_assert_cmpuint(first, ==, all->times);
	g_assert_cmpuint(asked->times, <=, asked->most);
	all->times += asked->times;
	all->portions++;
	g_free(asked);
}

static guint finish(struct channels *c, guint threads)
{
	struct asked all = {.channels = c};
	channels_finish(c, threads, &(struct channels_scorer){begin, score, end, &all});
	g_assert_cmpuint(all.portions, >=, threads);
	return all.times;
}

static gint compare(gconstpointer a, gconstpointer b, gpointer channels)
{
	return channels_compare(channels, *(const guint *)a, *(const guint *)b);
}

static void print_numbers(const double *numbers, gsize n, GString *out)
{
	for (gsize i = 0; i < n; i++)
		g_string_append_printf(out, "%.17g ", numbers[i]);
}

static void print_list(const struct channels *c, const struct channel *channel, GString *out)
{
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
	channels_list(c, channel, list);
	for (guint i = 0; i < list->len; i++) {
		const struct channel_session *s = &g_array_index(list, struct channel_session, i);
		const double all[] = {(double)s->start_ns,
				      (double)s->duration_s,
				      (double)s->sent,
				      (double)s->received,
				      s->mean_length,
				      s->sent_packets,
				      s->received_packets,
				      (double)s->orig_ip_bytes,
				      s->turns,
				      s->sent_data_packets,
				      s->received_data_packets,
				      s->reply,
				      s->idle,
				      s->idles,
				      s->steady_idles,
				      s->flags};
		print_numbers(all, G_N_ELEMENTS(all), out);
		g_string_append(out, "; ");
	}
}

/* All but its numbers of host, channel, insight, which depend on who came first. */
static void print_sums(const struct channel *c, GString *out)
{
	const double all[] = {c->port,
			      c->proto,
			      c->inbound,
			      c->direction,
			      c->contents,
			      c->methods,
			      c->services,
			      c->status_min,
			      c->status_max,
			      c->client_port,
			      c->sessions,
			      c->short_sessions,
			      c->executables,
			      c->begins_missed,
			      c->looked_into,
			      c->sideless,
			      c->http,
			      c->tls,
			      c->other_known,
			      c->named,
			      c->numeric,
			      c->posts,
			      c->answered,
			      (double)c->mean_length_min,
			      (double)c->mean_length_max,
			      (double)c->longest_s,
			      (double)c->sent,
			      (double)c->received,
			      (double)c->first_ns,
			      (double)c->last_ns,
			      c->refused,
			      c->unanswered,
			      (double)c->score};
	print_numbers(all, G_N_ELEMENTS(all), out);
	for (int kind = 0; kind < VERDICT_N_JUDGED; kind++)
		g_string_append_printf(out, "%u ", c->by_kind[kind]);
	for (guint i = 0; i < CHANNEL_NAMES; i++)
		g_string_append_printf(out, "%s ", c->names[i] ? c->names[i] : "-");
}

static void print_channel(const struct channels *c, const struct channel *channel, GString *out)
{
	const struct insight *insight = channels_insight(c, channel);
	const struct channel_host *host = channels_host(c, channel->host);
	char from[NET_TEXT], to[NET_TEXT];
	g_string_append_printf(out, "%s %s ", net_address_text(host->addr, from),
			       net_address_text(channel->server, to));
	print_sums(channel, out);
	g_string_append_printf(out, "%u %u %u %s %x ", host->services, host->channels, host->by_kind[VERDICT_C2],
			       insight ? insight->app_protocol : "-", insight ? insight->risks : 0);
	if (!channel->inbound && channel->sessions > 0) {
		struct channel_service service = channels_service(c, channel);
		const double all[] = {service.hosts, (double)service.sent_min, (double)service.sent_max};
		print_numbers(all, G_N_ELEMENTS(all), out);
	}
	print_list(c, channel, out);
	g_string_append_c(out, '\n');
}

/* All that is told of all of them. */
static char *print(const struct channels *c)
{
	GString *out = g_string_new(NULL);
	g_autoptr(GArray) order = g_array_new(FALSE, FALSE, sizeof(guint));
	for (guint h = 0; h < channels_hosts(c); h++)
		for (guint i = 0; i < channels_host(c, h)->channels; i++) {
			guint number = channels_of_host(c, h, i);
			g_assert_cmpuint(channels_get(c, number)->host, ==, h);
			g_array_append_val(order, number);
		}
	g_assert_cmpuint(order->len, ==, channels_size(c));
	g_array_sort_with_data(order, compare, (gpointer)c);
	for (guint i = 0; i < order->len; i++)
		print_channel(c, channels_get(c, g_array_index(order, guint, i)), out);
	return g_string_free(out, FALSE);
}

enum { SOME = 8 };

/* Outbound channels with payload, and what is told of their services when only these are asked for. */
struct some_asked {
	uint32_t number[SOME];
	struct channel_service service[SOME];
	guint n;
};

static void ask_for_some(const struct channels *c, GRand *turns, struct some_asked *asked)
{
	asked->n = 0;
	for (guint tries = 0; tries < 1000 && asked->n < SOME; tries++) {
		guint number = (guint)g_rand_int_range(turns, 0, (gint32)channels_size(c));
		const struct channel *channel = channels_get(c, number);
		if (!channel->inbound && channel->sessions > 0)
			asked->number[asked->n++] = number;
	}
	channels_services_soon(c, asked->number, asked->n);
	for (guint i = 0; i < asked->n; i++)
		asked->service[i] = channels_service(c, channels_get(c, asked->number[i]));
}

/* The same is told when all are asked for. */
static void check_asked(const struct channels *c, const struct some_asked *asked)
{
	g_assert_cmpuint(asked->n, ==, SOME);
	for (guint i = 0; i < asked->n; i++) {
		struct channel_service service = channels_service(c, channels_get(c, asked->number[i]));
		g_assert_cmpmem(&service, sizeof service, &asked->service[i], sizeof service);
	}
}

static struct channels *channels_new_condensing(uint32_t least)
{
	struct channels *c = channels_new();
	if (least)
		c->condense_at = c->condense_least = least;
	return c;
}

static void add_some(struct channels **part, guint parts, GRand *turns, int n)
{
	for (int i = 0; i < n; i++) {
		enum verdict_direction direction;
		struct tanpa_session session = random_session(&direction);
		struct verdict verdict = judge(&session, direction);
		channels_add(part[(guint)g_rand_int(turns) % parts], &session, &verdict);
	}
}

/* Sessions come to `parts` in turns of chance, `late` of them when these are merged; 1: all to one. */
static char *print_shared_out(guint32 seed, int late, guint parts, uint32_t condense_least, guint threads)
{
	struct channels *part[PARTS];
	dice = g_rand_new_with_seed(seed);
	g_autoptr(GRand) turns = g_rand_new_with_seed(seed + 1);
	for (guint i = 0; i < parts; i++)
		part[i] = channels_new_condensing(condense_least);
	add_some(part, parts, turns, SESSIONS - late);
	for (guint i = 1; i < parts; i++) {
		channels_merge(part[0], part[i]);
		channels_free(part[i]);
	}
	add_some(part, 1, turns, late);
	g_assert_cmpuint(finish(part[0], threads), ==, channels_size(part[0]));
	char *text = print(part[0]);
	g_assert_cmpuint(finish(part[0], threads % PARTS + 1), ==, channels_size(part[0])); /* once more */
	struct some_asked asked;
	ask_for_some(part[0], turns, &asked);
	g_autofree char *again = print(part[0]);
	g_assert_cmpstr(again, ==, text);
	check_asked(part[0], &asked);
	channels_free(part[0]);
	g_rand_free(dice);
	return text;
}

static void test_parts(void)
{
	static const uint32_t condense_least[] = {SESSIONS, 300, 9000, 17000}; /* the first with the last session */
	for (guint32 seed = 1; seed <= 2; seed++) {
		int late = seed == 1 ? LATE : 0;
		g_autofree char *whole = print_shared_out(seed, late, 1, 0, 1);
		for (guint parts = 1; parts <= PARTS; parts++) {
			g_autofree char *shared = print_shared_out(seed, late, parts, condense_least[parts - 1], parts);
			g_assert_true(strcmp(shared, whole) == 0);
		}
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/channel/parts", test_parts);
	return g_test_run();
}
