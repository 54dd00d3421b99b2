/* The paper's verdict on one session: direction, lengths, threshold, uploads, executable content, reasons. */
#include <glib.h>

#include "base/net.h"
#include "verdict/verdict.h"

/* A session of 10 packets from 10.0.0.1:40000 to 203.0.113.5:80, payload as given. */
static struct tanpa_session session(uint64_t orig_payload, uint64_t resp_payload)
{
	struct tanpa_session s = {.port = {40000, 80}, .proto = TANPA_TCP, .ipv4 = true, .origin = TANPA_ORIGIN_SYN};
	g_assert_true(net_address_parse("10.0.0.1", s.addr[0]));
	g_assert_true(net_address_parse("203.0.113.5", s.addr[1]));
	s.flow[0] = (struct tanpa_flow){.packets = 6, .payload_bytes = orig_payload, .ip_bytes = orig_payload + 6 * 40};
	s.flow[1] = (struct tanpa_flow){.packets = 4, .payload_bytes = resp_payload, .ip_bytes = resp_payload + 4 * 40};
	s.frame_bytes = orig_payload + resp_payload + 10 * 54;
	return s;
}

static struct verdict_options options_with(struct net_list *inside)
{
	struct verdict_options o = verdict_options_default;
	o.inside = inside;
	return o;
}

static struct verdict judge(const struct tanpa_session *s)
{
	g_autoptr(net_list_) inside = net_list_private();
	struct verdict_options o = options_with(inside);
	return verdict_judge(s, &o);
}

static const char *kind(const struct tanpa_session *s)
{
	return verdict_kind_name(judge(s).kind);
}

static void test_outbound(void)
{
	static const struct {
		uint64_t sent, received;
		uint8_t proto;
		const char *kind;
	} rows[] = {
		{500, 500, TANPA_TCP, "c2"}, /* exactly 100 bytes a packet */
		{501, 500, TANPA_TCP, "other"},
		{500, 501, TANPA_TCP, "download"},
		{1, 0, TANPA_TCP, "c2"},
		{0, 1, TANPA_TCP, "c2"},
		{100, 50000, TANPA_TCP, "download"},
		{50000, 50000, TANPA_TCP, "other"},
		{50000, 100, TANPA_TCP, "upload"},
		{64000, 0, TANPA_TCP, "upload"},
		{10000, 1000, TANPA_TCP, "upload"}, /* the least of both numbers */
		{9999, 0, TANPA_TCP, "other"},
		{10000, 1001, TANPA_TCP, "other"},
		{500, 500, TANPA_UDP, "other"}, /* the rule is for TCP */
		{100, 50000, TANPA_UDP, "download"},
		{50000, 100, TANPA_UDP, "upload"},
		{0, 0, TANPA_TCP, "attempt"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct tanpa_session s = session(rows[i].sent, rows[i].received);
		s.proto = rows[i].proto;
		g_test_message("row %zu", i);
		g_assert_cmpstr(kind(&s), ==, rows[i].kind);
		g_assert_cmpuint(judge(&s).sent, ==, rows[i].sent);
		g_assert_cmpuint(judge(&s).received, ==, rows[i].received);
		g_assert_cmpuint(judge(&s).inside, ==, TANPA_ORIG);
		g_assert_cmpuint(judge(&s).direction, ==, VERDICT_OUTBOUND);
	}
}

static void swap_addresses(struct tanpa_session *s)
{
	uint8_t addr[16];
	memcpy(addr, s->addr[0], 16);
	memcpy(s->addr[0], s->addr[1], 16);
	memcpy(s->addr[1], addr, 16);
}

static void test_inbound(void)
{
	struct tanpa_session s = session(5000, 100); /* the outside host sends more */
	swap_addresses(&s);
	struct verdict v = judge(&s);
	g_assert_cmpstr(verdict_kind_name(v.kind), ==, "intrusion");
	g_assert_cmpuint(v.direction, ==, VERDICT_INBOUND);
	g_assert_cmpuint(v.inside, ==, TANPA_RESP);
	g_assert_cmpuint(v.server, ==, TANPA_RESP);
	g_assert_cmpuint(v.sent, ==, 100);
	g_assert_cmpuint(v.received, ==, 5000);
	s.content[TANPA_ORIG] = TANPA_CONTENT_PE; /* the paper's TCP/push: the sample is pushed in */
	g_assert_cmpstr(kind(&s), ==, "download");
	s.content[TANPA_ORIG] = TANPA_CONTENT_SCRIPT;
	g_assert_cmpstr(kind(&s), ==, "intrusion");
	s.content[TANPA_ORIG] = TANPA_CONTENT_NONE;
	s.content[TANPA_RESP] = TANPA_CONTENT_PE; /* it was sent, not received */
	g_assert_cmpstr(kind(&s), ==, "intrusion");
	s = session(100, 5000); /* an ordinary server of the inside host */
	swap_addresses(&s);
	g_assert_cmpstr(kind(&s), ==, "other");
	s = session(500, 100);
	swap_addresses(&s);
	s.content[TANPA_ORIG] = TANPA_CONTENT_PE; /* short packets: the exploit, not the sample */
	g_assert_cmpstr(kind(&s), ==, "intrusion");
	s = session(300, 300);
	swap_addresses(&s);
	g_assert_cmpstr(kind(&s), ==, "other");
}

static void test_directions(void)
{
	static const struct {
		const char *addr[2];
		enum verdict_direction direction;
		enum tanpa_side inside;
	} rows[] = {
		{{"10.0.0.1", "203.0.113.5"}, VERDICT_OUTBOUND, TANPA_ORIG},
		{{"203.0.113.5", "10.0.0.1"}, VERDICT_INBOUND, TANPA_RESP},
		{{"10.0.0.1", "192.168.0.1"}, VERDICT_INTERNAL, TANPA_ORIG},
		{{"203.0.113.5", "198.51.100.7"}, VERDICT_EXTERNAL, TANPA_ORIG},
		{{"fd00::1", "2001:db8::1"}, VERDICT_OUTBOUND, TANPA_ORIG},
		{{"2001:db8::1", "fe80::1"}, VERDICT_INBOUND, TANPA_RESP},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct tanpa_session s = session(100, 100);
		for (int side = 0; side < 2; side++)
			g_assert_true(net_address_parse(rows[i].addr[side], s.addr[side]));
		s.ipv4 = strchr(rows[i].addr[0], '.') != NULL;
		g_assert_cmpuint(judge(&s).direction, ==, rows[i].direction);
		g_assert_cmpuint(judge(&s).inside, ==, rows[i].inside);
		g_assert_false(judge(&s).guessed);
	}
	g_assert_cmpstr(verdict_direction_name(VERDICT_OUTBOUND), ==, "outbound");
	g_assert_cmpstr(verdict_direction_name(VERDICT_INBOUND), ==, "inbound");
	g_assert_cmpstr(verdict_direction_name(VERDICT_INTERNAL), ==, "internal");
	g_assert_cmpstr(verdict_direction_name(VERDICT_EXTERNAL), ==, "external");
}

/* The begin was not captured: the lower port is taken for the service. */
static void test_guessed(void)
{
	struct tanpa_session s = session(100, 300);
	s.origin = TANPA_ORIGIN_FIRST;
	struct verdict v = judge(&s);
	g_assert_true(v.guessed);
	g_assert_cmpuint(v.server, ==, TANPA_RESP);
	g_assert_cmpuint(v.direction, ==, VERDICT_OUTBOUND);
	s.port[0] = 80; /* the server's packet came first */
	s.port[1] = 40000;
	swap_addresses(&s);
	v = judge(&s);
	g_assert_true(v.guessed);
	g_assert_cmpuint(v.server, ==, TANPA_ORIG);
	g_assert_cmpuint(v.direction, ==, VERDICT_OUTBOUND);
	g_assert_cmpuint(v.inside, ==, TANPA_RESP);
	g_assert_cmpuint(v.sent, ==, 300);
	g_assert_cmpuint(v.received, ==, 100);
	s.proto = TANPA_UDP; /* of UDP the first packet is the first */
	g_assert_false(judge(&s).guessed);
	g_assert_cmpuint(judge(&s).direction, ==, VERDICT_INBOUND);
	s = session(100, 300);
	s.origin = TANPA_ORIGIN_FIRST;
	s.port[0] = s.port[1] = 5000;
	g_assert_cmpuint(judge(&s).server, ==, TANPA_RESP);
}

static void check_reason(const struct tanpa_session *s, enum verdict_kind other, const char *expected)
{
	g_autoptr(net_list_) inside = net_list_private();
	g_autoptr(GString) text = g_string_new(NULL);
	struct verdict_options o = options_with(inside);
	struct verdict v = verdict_judge(s, &o);
	if (other < VERDICT_N_KINDS)
		v.kind = other;
	verdict_reason(&v, s, &o, text);
	g_assert_cmpstr(text->str, ==, expected);
}

/* What is left of a connection whose begin was not captured, from one side only, is no channel. */
static void test_remnant(void)
{
	struct tanpa_session s = session(31, 0);
	g_assert_cmpstr(kind(&s), ==, "c2");
	s.origin = TANPA_ORIGIN_FIRST;
	g_assert_cmpstr(kind(&s), ==, "other");
	check_reason(
		&s, VERDICT_N_KINDS,
		"outbound by its ports (its begin was not captured); mean packet length 3.1 <= 100 bytes (payload); "
		"sent 31 > received 0 bytes; only one side of a session whose begin was not captured");
	s = session(31, 1);
	s.origin = TANPA_ORIGIN_FIRST;
	g_assert_cmpstr(kind(&s), ==, "c2");
}

/* Broadcast and multicast go to nobody in particular: no channel, no upload. */
static void test_to_many(void)
{
	static const char *const many[] = {"224.0.0.251", "239.255.255.250", "255.255.255.255"};
	struct tanpa_session s = session(50000, 0);
	s.proto = TANPA_UDP;
	g_assert_cmpstr(kind(&s), ==, "upload");
	for (gsize i = 0; i < G_N_ELEMENTS(many); i++) {
		g_assert_true(net_address_parse(many[i], s.addr[1]));
		g_assert_cmpstr(kind(&s), ==, "other");
	}
	g_assert_true(net_address_parse("223.255.255.255", s.addr[1]));
	g_assert_cmpstr(kind(&s), ==, "upload");
	s.ipv4 = false;
	g_assert_true(net_address_parse("fd00::1", s.addr[0]) && net_address_parse("ff02::fb", s.addr[1]));
	g_assert_cmpstr(kind(&s), ==, "other");
}

static void test_mean_length(void)
{
	struct tanpa_session s = session(300, 700);
	g_assert_cmpfloat(verdict_mean_length(&s, VERDICT_LENGTH_PAYLOAD, true), ==, 100);
	g_assert_cmpfloat(verdict_mean_length(&s, VERDICT_LENGTH_IP, true), ==, 140);
	g_assert_cmpfloat(verdict_mean_length(&s, VERDICT_LENGTH_FRAME, true), ==, 154);
	s.flow[0].retrans_bytes = 50;
	s.flow[1].retrans_bytes = 150;
	g_assert_cmpfloat(verdict_mean_length(&s, VERDICT_LENGTH_PAYLOAD, true), ==, 120);
	g_assert_cmpfloat(verdict_mean_length(&s, VERDICT_LENGTH_PAYLOAD, false), ==, 100);
	g_assert_cmpfloat(verdict_mean_length(&s, VERDICT_LENGTH_IP, true), ==, 140); /* they are in it already */
	g_assert_cmpfloat(verdict_mean_length(&s, VERDICT_LENGTH_IP, false), ==, 120);
	g_assert_cmpfloat(verdict_mean_length(&s, VERDICT_LENGTH_FRAME, false), ==, 134);
	struct tanpa_session none = {0};
	g_assert_cmpfloat(verdict_mean_length(&none, VERDICT_LENGTH_IP, true), ==, 0);
}

/* Each option moves the verdict. */
static void test_options(void)
{
	g_autoptr(net_list_) inside = net_list_private();
	struct verdict_options o = options_with(inside);
	struct tanpa_session s = session(700, 700);
	g_assert_cmpuint(verdict_judge(&s, &o).kind, ==, VERDICT_OTHER);
	o.threshold = 140;
	g_assert_cmpuint(verdict_judge(&s, &o).kind, ==, VERDICT_C2);
	o.length = VERDICT_LENGTH_IP;
	g_assert_cmpuint(verdict_judge(&s, &o).kind, ==, VERDICT_OTHER);
	g_assert_cmpfloat(verdict_judge(&s, &o).mean_length, ==, 180);
	o = options_with(inside);
	s = session(500, 400);
	s.flow[1].retrans_bytes = 200;
	g_assert_cmpuint(verdict_judge(&s, &o).kind, ==, VERDICT_DOWNLOAD); /* counted again: 110 bytes a packet */
	g_assert_cmpuint(verdict_judge(&s, &o).received, ==, 600);
	o.count_retransmissions = false;
	g_assert_cmpuint(verdict_judge(&s, &o).kind, ==, VERDICT_C2);
	g_assert_cmpuint(verdict_judge(&s, &o).received, ==, 400);
	o.upload_bytes = 500;
	o.upload_ratio = 1.25;
	g_assert_cmpuint(verdict_judge(&s, &o).kind, ==, VERDICT_UPLOAD);
	o.upload_ratio = 1.26;
	g_assert_cmpuint(verdict_judge(&s, &o).kind, ==, VERDICT_C2);
}

static void test_reasons(void)
{
	struct tanpa_session s = session(200, 221);
	check_reason(&s, VERDICT_N_KINDS,
		     "outbound; mean packet length 42.1 <= 100 bytes (payload); sent 200 < received 221 bytes");
	s.proto = TANPA_UDP;
	check_reason(&s, VERDICT_N_KINDS,
		     "outbound; mean packet length 42.1 <= 100 bytes (payload); sent 200 < received 221 bytes; "
		     "the rule for control is for TCP");
	s = session(50000, 100);
	check_reason(&s, VERDICT_N_KINDS,
		     "outbound; mean packet length 5010.0 > 100 bytes (payload); sent 50000 > received 100 bytes "
		     "(upload: at least 10000 and 10 times as much)");
	s = session(0, 0);
	check_reason(&s, VERDICT_N_KINDS, "no payload in 10 packets");
	check_reason(&s, VERDICT_PROPAGATION, "no payload in 10 packets; one of many destinations on this port");
	s = session(5000, 0);
	swap_addresses(&s);
	s.content[0] = TANPA_CONTENT_ELF;
	check_reason(&s, VERDICT_N_KINDS,
		     "inbound; mean packet length 500.0 > 100 bytes (payload); sent 0 < received 5000 bytes; "
		     "executable content pushed from outside");
	s = session(100, 100);
	s.origin = TANPA_ORIGIN_FIRST;
	check_reason(&s, VERDICT_N_KINDS,
		     "outbound by its ports (its begin was not captured); mean packet length 20.0 <= 100 bytes "
		     "(payload); sent 100 = received 100 bytes");
}

static void test_names(void)
{
	for (int i = 0; i < VERDICT_N_KINDS; i++)
		for (int k = 0; k < i; k++)
			g_assert_cmpstr(verdict_kind_name((enum verdict_kind)i), !=,
					verdict_kind_name((enum verdict_kind)k));
	g_assert_cmpstr(verdict_kind_words(VERDICT_ATTEMPT), ==, "no payload: not judged");
	g_assert_true(verdict_is_judged(VERDICT_C2) && verdict_is_judged(VERDICT_OTHER));
	g_assert_false(verdict_is_judged(VERDICT_ATTEMPT) || verdict_is_judged(VERDICT_PROPAGATION));
}

/* A flow log that does not tell what the rule needs gets no guess. */
static void test_absent(void)
{
	struct tanpa_session s = session(100, 200);
	g_assert_cmpstr(kind(&s), ==, "c2");
	s.absent = 1u << TANPA_PART_PACKETS;
	g_assert_cmpstr(kind(&s), ==, "other");
	s.absent = 1u << TANPA_PART_SIDES;
	g_assert_cmpstr(kind(&s), ==, "c2");
	s = session(20000, 0); /* may be an upload */
	s.flow[0].packets = 1000;
	s.absent = 1u << TANPA_PART_SIDES;
	g_assert_cmpstr(kind(&s), ==, "other");
	s = session(0, 0);
	g_assert_cmpstr(kind(&s), ==, "attempt");
	s.absent = 1u << TANPA_PART_PAYLOAD;
	g_assert_cmpstr(kind(&s), ==, "other");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/verdict/outbound", test_outbound);
	g_test_add_func("/verdict/inbound", test_inbound);
	g_test_add_func("/verdict/directions", test_directions);
	g_test_add_func("/verdict/guessed", test_guessed);
	g_test_add_func("/verdict/remnant", test_remnant);
	g_test_add_func("/verdict/to-many", test_to_many);
	g_test_add_func("/verdict/mean-length", test_mean_length);
	g_test_add_func("/verdict/options", test_options);
	g_test_add_func("/verdict/reasons", test_reasons);
	g_test_add_func("/verdict/names", test_names);
	g_test_add_func("/verdict/absent", test_absent);
	return g_test_run();
}
