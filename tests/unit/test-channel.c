/* Channels: sessions by inside host and service, and what they add up to. */
#include <glib.h>

#include "base/net.h"
#include "channel/channel.h"

/* A judged session from 10.0.0.`host` to 203.0.113.`server`:`port`. */
struct judged {
	struct tanpa_session session;
	struct verdict verdict;
};

static struct judged judged(int host, int server, uint16_t port, enum verdict_kind kind, int64_t start_ns)
{
	struct judged j = {.session = {.port = {40000, port}, .proto = TANPA_TCP, .ipv4 = true}};
	g_autofree char *from = g_strdup_printf("10.0.0.%d", host), *to = g_strdup_printf("203.0.113.%d", server);
	g_assert_true(net_address_parse(from, j.session.addr[0]) && net_address_parse(to, j.session.addr[1]));
	j.session.flow[0] = (struct tanpa_flow){
		.packets = 3, .payload_bytes = 30, .first_ns = start_ns, .last_ns = start_ns + 1000000000};
	j.session.flow[1] = (struct tanpa_flow){
		.packets = 2, .payload_bytes = 20, .first_ns = start_ns + 1, .last_ns = start_ns + 2000000000};
	j.verdict = (struct verdict){.kind = kind,
				     .direction = VERDICT_OUTBOUND,
				     .inside = TANPA_ORIG,
				     .server = TANPA_RESP,
				     .is_short = kind == VERDICT_C2,
				     .mean_length = 10,
				     .sent = 30,
				     .received = 20};
	return j;
}

static void add(struct channels *c, struct judged j)
{
	channels_add(c, &j.session, &j.verdict);
}

/* The channel of a host (last byte) and port; NULL: none. */
static const struct channel *find(const struct channels *c, uint8_t host, uint16_t port)
{
	for (guint i = 0; i < channels_size(c); i++) {
		const struct channel *channel = channels_get(c, i);
		if (channel->port == port && channels_host(c, channel->host)->addr[15] == host)
			return channel;
	}
	return NULL;
}

static void test_key(void)
{
	g_autoptr(channels_) c = channels_new();
	struct judged udp = judged(1, 5, 80, VERDICT_OTHER, 0);
	udp.session.proto = TANPA_UDP;
	add(c, judged(1, 5, 80, VERDICT_C2, 0));
	add(c, judged(1, 5, 80, VERDICT_C2, 0));
	add(c, judged(1, 6, 80, VERDICT_C2, 0));
	add(c, judged(1, 5, 81, VERDICT_C2, 0));
	add(c, judged(2, 5, 80, VERDICT_C2, 0));
	add(c, udp);
	add(c, judged(1, 5, 80, VERDICT_ATTEMPT, 0)); /* counted apart */
	add(c, judged(1, 5, 80, VERDICT_PROPAGATION, 0));
	channels_finish(c, 1, NULL);
	g_assert_cmpuint(channels_size(c), ==, 5);
	g_assert_cmpuint(channels_hosts(c), ==, 2);
}

/* The client's port is not in the key; an attacked port is one channel, however many attack it. */
static void test_inbound(void)
{
	static const uint8_t zero[16];
	g_autoptr(channels_) c = channels_new();
	for (int i = 0; i < 5; i++) {
		struct judged j = judged(i + 1, 9, 445, VERDICT_INTRUSION, 0);
		j.session.port[0] = (uint16_t)(30000 + i);
		j.verdict.direction = VERDICT_INBOUND;
		j.verdict.inside = TANPA_RESP;
		add(c, j);
	}
	channels_finish(c, 1, NULL);
	g_assert_cmpuint(channels_size(c), ==, 1);
	const struct channel *channel = channels_get(c, 0);
	g_assert_true(channel->inbound);
	g_assert_cmpuint(channel->sessions, ==, 5);
	g_assert_cmpuint(channel->port, ==, 445);
	g_assert_cmpmem(channel->server, 16, zero, 16);
	g_assert_cmpuint(channels_host(c, channel->host)->addr[15], ==, 9);
	g_assert_cmpuint(channel_kind(channel), ==, VERDICT_INTRUSION);
}

static void test_sums(void)
{
	g_autoptr(channels_) c = channels_new();
	struct judged a = judged(1, 5, 80, VERDICT_C2, 5000), b = judged(1, 5, 80, VERDICT_DOWNLOAD, 2000), d = a;
	a.verdict.mean_length = 40;
	a.session.http_method = TANPA_HTTP_GET;
	a.session.http_status = 404;
	a.session.service = TANPA_SERVICE_HTTP;
	b.verdict.mean_length = 900;
	b.verdict.received = 5000000000;
	b.session.content[TANPA_RESP] = TANPA_CONTENT_PE;
	b.session.content[TANPA_ORIG] = TANPA_CONTENT_ELF; /* sent, not received */
	b.session.http_method = TANPA_HTTP_POST;
	b.session.http_status = 200;
	b.session.flow[1].last_ns = 2000 + INT64_C(60000000000);
	d.session.content[TANPA_RESP] = TANPA_CONTENT_ARCHIVE;
	add(c, a);
	add(c, b);
	add(c, d);
	channels_finish(c, 1, NULL);
	const struct channel *channel = find(c, 1, 80);
	g_assert_cmpuint(channels_size(c), ==, 1);
	g_assert_cmpuint(channel->sessions, ==, 3);
	g_assert_cmpuint(channel->by_kind[VERDICT_C2], ==, 2);
	g_assert_cmpuint(channel->by_kind[VERDICT_DOWNLOAD], ==, 1);
	g_assert_cmpuint(channel->short_sessions, ==, 2);
	g_assert_cmpuint(channel->executables, ==, 1);
	g_assert_cmpuint(channel->contents & ~1u, ==, 1u << TANPA_CONTENT_PE | 1u << TANPA_CONTENT_ARCHIVE);
	g_assert_cmpuint(channel->methods & ~1u, ==, 1u << TANPA_HTTP_GET | 1u << TANPA_HTTP_POST);
	g_assert_cmpuint(channel->services & ~1u, ==, 1u << TANPA_SERVICE_HTTP);
	g_assert_cmpuint(channel->status_min, ==, 200);
	g_assert_cmpuint(channel->status_max, ==, 404);
	g_assert_cmpuint(channel->sent, ==, 90);
	g_assert_cmpuint(channel->received, ==, UINT64_C(5000000040));
	g_assert_cmpfloat(channel->mean_length_min, ==, 10);
	g_assert_cmpfloat(channel->mean_length_max, ==, 900);
	g_assert_cmpfloat(channel->longest_s, ==, 60);
	g_assert_cmpint(channel->first_ns, ==, 2000);
	g_assert_cmpint(channel->last_ns, ==, 2000 + INT64_C(60000000000));
	g_assert_cmpuint(channel_kind(channel), ==, VERDICT_C2);
}

/* What is too large for the few bytes of most sessions is as exact, and of the same channel. */
static void test_large(void)
{
	g_autoptr(channels_) c = channels_new();
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
	struct judged large = judged(1, 5, 80, VERDICT_DOWNLOAD, 1000), plain = judged(1, 5, 80, VERDICT_C2, 2000);
	int64_t last_ns = 1000 + INT64_C(7200000000000) + 1;
	large.session.flow[0].packets = 70001;
	large.session.flow[1].packets = 5000001;
	large.session.flow[1].payload_bytes = large.verdict.received = UINT64_C(6000000001);
	large.session.flow[1].last_ns = last_ns;
	add(c, plain);
	add(c, large);
	channels_finish(c, 1, NULL);
	g_assert_cmpuint(channels_size(c), ==, 1);
	const struct channel *channel = channels_get(c, 0);
	g_assert_cmpuint(channel->received, ==, UINT64_C(6000000021));
	g_assert_cmpint(channel->last_ns, ==, last_ns);
	channels_list(c, channel, list);
	const struct channel_session *first = &g_array_index(list, struct channel_session, 0), *second = first + 1;
	g_assert_cmpuint(list->len, ==, 2);
	g_assert_cmpfloat(first->received, ==, 6000000001.f);
	g_assert_cmpfloat(first->duration_s, ==, 7200);
	g_assert_cmpuint(first->mean_length, ==, UINT64_C(6000000031) * 1024 / 5070002);
	g_assert_cmpfloat(second->received, ==, 20);
	g_assert_cmpfloat(second->duration_s, ==, 2);
	g_assert_cmpuint(second->mean_length, ==, 50 * 1024 / 5);
}

/* What is sent again counts for the verdict, if it is to, and so for the sums; the measures are of the payload. */
static void test_retransmissions(void)
{
	g_autoptr(channels_) c = channels_new();
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
	struct judged j = judged(1, 5, 80, VERDICT_C2, 0);
	j.session.flow[1].payload_bytes = 0;
	j.verdict.sent = 75;
	j.verdict.received = 5;
	add(c, j);
	channels_finish(c, 1, NULL);
	const struct channel *channel = channels_get(c, 0);
	g_assert_cmpuint(channel->sent, ==, 75);
	g_assert_cmpuint(channel->received, ==, 5);
	g_assert_cmpuint(channel->answered, ==, 0);
	channels_list(c, channel, list);
	g_assert_cmpfloat(g_array_index(list, struct channel_session, 0).sent, ==, 30);
	g_assert_cmpfloat(g_array_index(list, struct channel_session, 0).received, ==, 0);
}

/* Ties go to the kind listed first. */
static void test_kind(void)
{
	struct channel channel = {0};
	channel.by_kind[VERDICT_UPLOAD] = 2;
	channel.by_kind[VERDICT_OTHER] = 2;
	g_assert_cmpuint(channel_kind(&channel), ==, VERDICT_UPLOAD);
	channel.by_kind[VERDICT_OTHER] = 3;
	g_assert_cmpuint(channel_kind(&channel), ==, VERDICT_OTHER);
}

static void test_names(void)
{
	static const char *const names[] = {"m", "z", "a", "m", "b", NULL, "a"};
	g_autoptr(channels_) c = channels_new();
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		struct judged j = judged(1, 5, 80, VERDICT_C2, 0);
		j.session.name = names[i];
		add(c, j);
	}
	channels_finish(c, 1, NULL);
	const struct channel *channel = channels_get(c, 0); /* the first in the order of their bytes, each once */
	g_assert_cmpstr(channel->names[0], ==, "a");
	g_assert_cmpstr(channel->names[1], ==, "b");
}

static void test_numeric(void)
{
	static const char *const addresses[] = {"192.0.2.1",        "192.0.2.1:8080", "[2001:db8::1]",
						"[2001:db8::1]:80", "[::1]",          "[::ffff:192.0.2.1]"};
	static const char *const names[] = {"example.org", "a.example:80", "192.0.2.1.example", ":80", "[]", "["};
	g_autoptr(channels_) c = channels_new();
	for (gsize i = 0; i < G_N_ELEMENTS(addresses) + G_N_ELEMENTS(names); i++) {
		bool numeric = i < G_N_ELEMENTS(addresses);
		struct judged j = judged(1, 5, numeric ? 80 : 81, VERDICT_C2, 0);
		j.session.name = numeric ? addresses[i] : names[i - G_N_ELEMENTS(addresses)];
		add(c, j);
	}
	channels_finish(c, 1, NULL);
	g_assert_cmpuint(find(c, 1, 80)->numeric, ==, G_N_ELEMENTS(addresses));
	g_assert_cmpuint(find(c, 1, 80)->named, ==, 0);
	g_assert_cmpuint(find(c, 1, 81)->numeric, ==, 0);
	g_assert_cmpuint(find(c, 1, 81)->named, ==, G_N_ELEMENTS(names));
}

static void test_hosts(void)
{
	g_autoptr(channels_) c = channels_new();
	add(c, judged(1, 5, 80, VERDICT_C2, 0));
	add(c, judged(1, 5, 80, VERDICT_DOWNLOAD, 0));
	add(c, judged(1, 5, 80, VERDICT_C2, 0));
	add(c, judged(1, 6, 80, VERDICT_DOWNLOAD, 0));
	add(c, judged(2, 6, 80, VERDICT_C2, 0));
	channels_finish(c, 1, NULL);
	const struct channel_host *host = channels_host(c, find(c, 1, 80)->host);
	g_assert_cmpuint(host->by_kind[VERDICT_C2], ==, 2);
	g_assert_cmpuint(host->by_kind[VERDICT_DOWNLOAD], ==, 2);
	g_assert_cmpuint(host->channels_by_kind[VERDICT_C2], ==, 1);
	g_assert_cmpuint(host->channels_by_kind[VERDICT_DOWNLOAD], ==, 1);
}

/* Of more services than may be held those that began first stay, whatever came first; the others' sessions are counted.
 */
static void test_max(void)
{
	for (int forth = 0; forth < 2; forth++) {
		g_autoptr(channels_) c = channels_new();
		channels_set_max(c, 2);
		for (int i = 0; i < 10; i++)
			add(c, judged(1, 1 + (forth ? i : 9 - i) % 5, 80, VERDICT_C2, 100 + (forth ? i : 9 - i)));
		channels_finish(c, 1, NULL);
		g_assert_cmpuint(channels_size(c), ==, 2);
		g_assert_cmpuint(channels_refused(c), ==, 6);
		for (guint i = 0; i < channels_size(c); i++) {
			g_assert_cmpuint(channels_get(c, i)->sessions, ==, 2);
			g_assert_cmpuint(channels_get(c, i)->server[15], <=, 2);
		}
	}
}

/* Servers over IPv6 are told apart by all of their address, in parts that are merged, too. */
static void test_ipv6(void)
{
	enum { N = 500 };
	g_autoptr(channels_) c = channels_new();
	struct channels *other = channels_new();
	for (int i = 0; i < 2 * N; i++) {
		struct judged j = judged(1, 1, 80, VERDICT_C2, 0);
		j.session.ipv4 = false;
		memset(j.session.addr[1], 0, 16);
		j.session.addr[1][i % N / 250] = (uint8_t)(1 + i % 250);
		add(i % 3 ? c : other, j);
	}
	channels_merge(c, other);
	channels_free(other);
	channels_finish(c, 1, NULL);
	g_assert_cmpuint(channels_size(c), ==, N);
	for (guint i = 0; i < N; i++) {
		const struct channel *channel = channels_get(c, i);
		g_assert_cmpuint(channel->sessions, ==, 2);
		g_assert_cmpuint(channel->server[0] + channel->server[1], >, 0);
		g_assert_true(channels_compare(c, i, i) == 0);
		g_assert_true(i == 0 || channels_compare(c, i - 1, i) == -channels_compare(c, i, i - 1));
	}
}

/* So many that not all are kept one by one: sums stay whole, and the earliest of the outbound ones are listed. */
static void check_condensed(uint32_t max)
{
	enum { N = 2200000, REST = 100 };
	g_autoptr(channels_) c = channels_new();
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
	struct judged out = judged(1, 5, 443, VERDICT_C2, 0), in = judged(7, 1, 445, VERDICT_INTRUSION, 0);
	in.verdict.direction = VERDICT_INBOUND;
	in.verdict.inside = TANPA_RESP;
	in.session.addr[1][12] = 10;
	channels_set_max(c, max);
	for (int i = 0; i < N; i++) {
		struct judged *j = i % 2 ? &out : &in;
		j->session.flow[0].first_ns = j->session.flow[1].first_ns = N - i; /* the earliest come last */
		j->session.app_protocol = i == 3 ? "TLS" : NULL;
		if (i >= N - 2 * REST)
			j->session.port[1] = i % 2 ? 8443 : 8445;
		add(c, *j);
	}
	channels_finish(c, 2, NULL);
	g_assert_cmpuint(channels_size(c), ==, max);
	g_assert_cmpuint(channels_refused(c), ==, max == 4 ? 0 : max == 3 ? N / 2 - REST : N - REST);
	if (max == 1) { /* began first; others were given up on the way */
		g_assert_cmpuint(find(c, 1, 8443)->sessions, ==, REST);
		return;
	}
	const struct channel *many = find(c, 1, 443);
	g_assert_cmpuint(many->sessions, ==, N / 2 - REST);
	g_assert_cmpuint(many->by_kind[VERDICT_C2], ==, N / 2 - REST);
	g_assert_cmpuint(many->sent, ==, 30 * (uint64_t)many->sessions);
	g_assert_cmpint(many->first_ns, ==, 2 * REST + 1);
	g_assert_cmpstr(channels_insight(c, many)->app_protocol, ==, "TLS");
	channels_list(c, many, list);
	g_assert_cmpuint(list->len, ==, CHANNEL_LISTED);
	for (guint i = 0; i < list->len; i++)
		g_assert_cmpint(g_array_index(list, struct channel_session, i).start_ns, ==, 2 * (REST + i) + 1);
	g_assert_cmpuint(find(c, 1, 8443)->sessions, ==, REST);
	g_assert_cmpuint(channels_host(c, many->host)->by_kind[VERDICT_C2], ==, N / 2);
	const struct channel *attacked = find(c, 1, 445);
	if (max == 3) { /* began last */
		g_assert_null(attacked);
		return;
	}
	g_assert_true(attacked->inbound);
	g_assert_cmpuint(attacked->sessions, ==, N / 2 - REST);
	channels_list(c, attacked, list);
	g_assert_cmpuint(list->len, ==, 0);
	g_assert_cmpuint(channels_host(c, attacked->host)->by_kind[VERDICT_INTRUSION], ==, N / 2);
}

static void test_condensed(void)
{
	check_condensed(4);
	check_condensed(3);
	check_condensed(1);
}

/* Many hosts and services, with and without a detour over parts. */
static void test_many(void)
{
	enum { N = 100000 };
	g_autoptr(channels_) whole = channels_new(), merged = channels_new();
	struct channels *parts[3] = {channels_new(), channels_new(), channels_new()};
	struct judged j = judged(1, 1, 80, VERDICT_C2, 0);
	for (int i = 0; i < N; i++) {
		j.session.addr[0][15] = (uint8_t)(i % 50);
		j.session.addr[1][15] = (uint8_t)(i / 50 % 100);
		j.session.port[1] = (uint16_t)(1 + i / 5000 % 4);
		j.verdict.kind = i % 7 ? VERDICT_C2 : VERDICT_DOWNLOAD;
		j.session.app_protocol = i % 3 ? "TLS" : "HTTP";
		add(whole, j);
		add(parts[i % 3], j);
	}
	for (int i = 2; i >= 0; i--) {
		channels_merge(merged, parts[i]);
		channels_free(parts[i]);
	}
	channels_finish(whole, 1, NULL);
	channels_finish(merged, 3, NULL);
	g_assert_cmpuint(channels_size(whole), ==, 50 * 100 * 4);
	g_assert_cmpuint(channels_size(merged), ==, channels_size(whole));
	g_assert_cmpuint(channels_hosts(merged), ==, 50);
	const struct channels *both[] = {whole, merged};
	g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
	uint64_t checks[2] = {0, 0}, http[2] = {0, 0};
	for (int w = 0; w < 2; w++) {
		uint64_t sessions = 0, sent = 0;
		for (guint i = 0; i < channels_size(both[w]); i++) {
			const struct channel *channel = channels_get(both[w], i);
			const struct channel_host *host = channels_host(both[w], channel->host);
			sessions += channel->sessions;
			sent += channel->sent;
			channels_list(both[w], channel, list);
			g_assert_cmpuint(list->len, ==, channel->sessions);
			http[w] += strcmp(channels_insight(both[w], channel)->app_protocol, "HTTP") == 0;
			checks[w] += (uint64_t)channel->sessions * channel->by_kind[VERDICT_C2] * channel->port *
				     (channel->server[15] + 1u) * (host->addr[15] + 1u) *
				     (host->channels_by_kind[VERDICT_C2] + 1u);
		}
		g_assert_cmpuint(sessions, ==, N);
		g_assert_cmpuint(sent, ==, 30 * N);
	}
	g_assert_cmpuint(checks[0], ==, checks[1]);
	g_assert_cmpuint(http[0], >, 0);
	g_assert_cmpuint(http[0], ==, http[1]);
}

/* Parts that have nothing in common, one with room in its memory for some of the other's; and with a bound. */
static void test_disjoint(void)
{
	enum { N = 30000 };
	static const uint32_t most[] = {UINT32_MAX - 1, N + 10, N / 2};
	for (gsize m = 0; m < G_N_ELEMENTS(most); m++) {
		g_autoptr(channels_) merged = channels_new();
		struct channels *other = channels_new();
		g_autoptr(GArray) list = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
		struct judged j = judged(1, 1, 80, VERDICT_C2, 0);
		uint64_t ports = 0;
		channels_set_max(merged, most[m]);
		for (int i = 0; i < 2 * N; i++) {
			j.session.port[1] = (uint16_t)(1 + i);
			j.session.addr[0][15] = (uint8_t)(i % 2 + i % 5);
			add(i % 2 ? merged : other, j);
		}
		channels_merge(merged, other);
		channels_free(other);
		channels_finish(merged, 1, NULL);
		guint n = MIN(2 * N, most[m]);
		g_assert_cmpuint(channels_size(merged), ==, n);
		g_assert_cmpuint(channels_refused(merged), ==, 2 * N - n);
		for (guint i = 0; i < n; i++) {
			const struct channel *channel = channels_get(merged, i);
			ports += channel->port;
			g_assert_cmpuint(channel->sessions, ==, 1);
			channels_list(merged, channel, list);
			g_assert_cmpuint(list->len, ==, 1);
			g_assert_cmpuint(channels_of_host(merged, channel->host, 0), <, n);
		}
		if (n == 2 * N)
			g_assert_cmpuint(ports, ==, (uint64_t)N * (2 * N + 1));
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/channel/key", test_key);
	g_test_add_func("/channel/inbound", test_inbound);
	g_test_add_func("/channel/sums", test_sums);
	g_test_add_func("/channel/large", test_large);
	g_test_add_func("/channel/retransmissions", test_retransmissions);
	g_test_add_func("/channel/kind", test_kind);
	g_test_add_func("/channel/names", test_names);
	g_test_add_func("/channel/numeric", test_numeric);
	g_test_add_func("/channel/hosts", test_hosts);
	g_test_add_func("/channel/max", test_max);
	g_test_add_func("/channel/ipv6", test_ipv6);
	g_test_add_func("/channel/condensed", test_condensed);
	g_test_add_func("/channel/many", test_many);
	g_test_add_func("/channel/disjoint", test_disjoint);
	return g_test_run();
}
