/* packet_decode(): every link, tunnel and header composed, whole and cut at every byte. */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "packet-cases.h"
#include "packets.h"

static struct packet_raw raw_of(const uint8_t *data, size_t cap, size_t wire, uint16_t link)
{
	return (struct packet_raw){
		.ts_ns = 12345, .data = data, .cap_len = (uint32_t)cap, .wire_len = (uint32_t)wire, .link = link};
}

/* Decodes with the short cut and without it: they must agree. */
static enum packet_skip decode(const struct packet_raw *raw, struct packet *out)
{
	struct packet any;
	memset(out, 0, sizeof *out);
	memset(&any, 0, sizeof any);
	enum packet_skip skip = packet_decode(raw, out);
	g_assert_cmpuint(packet_decode_any(raw, &any), ==, skip);
	if (skip == PACKET_SKIP_NONE)
		g_assert_cmpmem(&any, sizeof any, out, sizeof *out);
	return skip;
}

/* Decodes a composed packet in memory of exactly its size. The caller frees *bytes. */
static enum packet_skip decode_path(const char *path, uint16_t link, struct packet *out, uint8_t **bytes, size_t *len)
{
	struct packets_build b;
	packets_compose(&b, path);
	*len = packets_len(&b);
	*bytes = packets_exact(packets_bytes(&b), *len);
	struct packet_raw raw = raw_of(*bytes, *len, *len, link);
	return decode(&raw, out);
}

/* The innermost IP header of a path and all behind it. */
static const char *innermost_ip(const char *path)
{
	const char *last = NULL;
	for (const char *at = path; at; at = strchr(at, '/')) {
		at += *at == '/';
		if (strncmp(at, "ipv", 3) == 0)
			last = at;
	}
	return last;
}

static uint32_t ip_bytes_of(const char *path)
{
	struct packets_build b;
	packets_compose(&b, innermost_ip(path));
	return (uint32_t)packets_len(&b);
}

static void check_inner(const struct packet *p, const char *path)
{
	const char *ip = innermost_ip(path);
	bool tcp = strstr(ip, "/tcp") != NULL, first = strstr(ip, "first") != NULL;
	g_assert_cmpint(p->ts_ns, ==, 12345);
	g_assert_cmpuint(p->port[0], ==, PACKETS_SRC_PORT);
	g_assert_cmpuint(p->port[1], ==, PACKETS_DST_PORT);
	g_assert_cmpuint(p->proto, ==, tcp ? 6 : 17);
	g_assert_cmpuint(p->fragment, ==, first ? PACKET_FRAG_FIRST : PACKET_WHOLE);
	g_assert_cmpuint(p->ip_len, ==, ip_bytes_of(path));
	g_assert_cmpuint(p->payload_len, ==, PACKETS_PAYLOAD_LEN);
	if (first)
		g_assert_cmpuint(p->seq, ==, PACKETS_FRAGMENT_ID);
	else if (tcp)
		g_assert_cmpuint(p->seq, ==, PACKETS_SEQ);
	if (tcp) {
		g_assert_cmpuint(p->ack, ==, PACKETS_ACK);
		g_assert_cmpuint(p->window, ==, PACKETS_WINDOW);
		g_assert_cmpuint(p->tcp_flags, ==, PACKET_ACK); /* PSH is set as well: told or not, nothing else is */
	} else {
		g_assert_cmpuint(p->tcp_flags, ==, 0);
	}
	g_assert_cmpuint(p->kind, ==,
			 (tcp ? 0 : PACKET_KIND_UDP) | (strncmp(ip, "ipv6", 4) == 0 ? PACKET_KIND_IPV6 : 0));
	if (strncmp(ip, "ipv6", 4) == 0) {
		g_assert_cmpmem(p->addr.ipv6, 16, packets_src_ipv6, 16);
		g_assert_cmpmem(p->addr.ipv6 + 16, 16, packets_dst_ipv6, 16);
	} else {
		g_assert_cmphex(GUINT32_FROM_BE(p->addr.ipv4[0]), ==, PACKETS_SRC_IPV4);
		g_assert_cmphex(GUINT32_FROM_BE(p->addr.ipv4[1]), ==, PACKETS_DST_IPV4);
	}
}

static void test_whole(gconstpointer data)
{
	const struct packet_case *c = data;
	struct packet p;
	uint8_t *bytes;
	size_t len;
	enum packet_skip skip = decode_path(c->path, packet_case_link(c), &p, &bytes, &len);
	g_assert_cmpstr(packet_skip_name(skip), ==, packet_skip_name(c->skip));
	if (skip == PACKET_SKIP_NONE) {
		p.tcp_flags &= (uint8_t)~PACKET_PSH;
		check_inner(&p, c->path);
		g_assert_cmpuint(p.frame_len, ==, len);
		g_assert_cmpmem(p.payload, p.payload_cap, PACKETS_PAYLOAD, PACKETS_PAYLOAD_LEN);
	}
	free(bytes);
}

static bool is_truncated(enum packet_skip skip)
{
	return skip == PACKET_SKIP_TRUNCATED_LINK || skip == PACKET_SKIP_TRUNCATED_IP ||
	       skip == PACKET_SKIP_TRUNCATED_TRANSPORT;
}

/* Of the headers, all but what a TCP header has behind its first 20 bytes must be there. */
static size_t needed(const char *path, size_t len)
{
	return len - PACKETS_PAYLOAD_LEN - (strstr(path, "tcp:opts") ? 12 : 0);
}

/* The capture ends after n of len bytes. */
static void check_cut(const struct packet_case *c, const uint8_t *whole, size_t n, size_t len)
{
	struct packet p;
	uint8_t *bytes = packets_exact(whole, n);
	struct packet_raw raw = raw_of(bytes, n, len, packet_case_link(c));
	enum packet_skip skip = decode(&raw, &p);
	if (c->skip != PACKET_SKIP_NONE) {
		g_assert_true(skip == c->skip || is_truncated(skip));
	} else if (n >= needed(c->path, len)) { /* lengths come from the headers, however little was captured */
		size_t cap = n > len - PACKETS_PAYLOAD_LEN ? n - (len - PACKETS_PAYLOAD_LEN) : 0;
		g_assert_cmpstr(packet_skip_name(skip), ==, "none");
		p.tcp_flags &= (uint8_t)~PACKET_PSH;
		check_inner(&p, c->path);
		g_assert_cmpuint(p.frame_len, ==, len);
		g_assert_cmpmem(p.payload, p.payload_cap, PACKETS_PAYLOAD, (int)cap);
		g_assert_true((p.payload == NULL) == (cap == 0));
	} else if (skip == PACKET_SKIP_NONE) {
		g_assert_true(c->udp_tunnel);
		g_assert_cmpuint(p.port[0], ==, PACKETS_OUTER_SRC_PORT);
		g_assert_cmpuint(p.proto, ==, 17);
	} else {
		g_assert_true(is_truncated(skip));
	}
	free(bytes);
}

static void test_cut(gconstpointer data)
{
	const struct packet_case *c = data;
	struct packets_build b;
	packets_compose(&b, c->path);
	for (size_t n = 0; n < packets_len(&b) && !g_test_failed(); n++)
		check_cut(c, packets_bytes(&b), n, packets_len(&b));
}

/* Every byte changed in many ways: whatever comes out is within the packet. */
static void test_flipped(gconstpointer data)
{
	const struct packet_case *c = data;
	static const uint8_t masks[] = {0x01, 0x04, 0x40, 0x80, 0x0f, 0xf0, 0xff};
	struct packets_build b;
	packets_compose(&b, c->path);
	size_t len = packets_len(&b);
	for (size_t at = 0; at < len && !g_test_failed(); at++)
		for (size_t m = 0; m < G_N_ELEMENTS(masks); m++) {
			struct packet p;
			uint8_t *bytes = packets_exact(packets_bytes(&b), len);
			bytes[at] ^= masks[m];
			struct packet_raw raw = raw_of(bytes, len, len, packet_case_link(c));
			if (decode(&raw, &p) == PACKET_SKIP_NONE) {
				g_assert_cmpuint(p.payload_cap, <=, p.payload_len);
				g_assert_cmpuint(p.payload_len, <=, p.ip_len);
				g_assert_cmpuint(p.ip_len, <=, len);
				g_assert_true(p.payload_cap == 0 ||
					      (p.payload >= bytes && p.payload + p.payload_cap <= bytes + len));
			}
			free(bytes);
		}
}

/* ---- single rules ---- */

/* A composed packet with the bytes `from_end` before its end changed to `hex`. */
static enum packet_skip decode_changed(const char *path, size_t from_end, const char *hex, struct packet *p)
{
	static uint8_t *bytes; /* stays until the next call, for *p points into it */
	struct packets_build b;
	packets_compose(&b, path);
	size_t len = packets_len(&b);
	free(bytes);
	bytes = packets_exact(packets_bytes(&b), len);
	for (size_t i = 0; hex[2 * i]; i++)
		bytes[len - from_end + i] = (uint8_t)(g_ascii_xdigit_value(hex[2 * i]) * 16 +
						      g_ascii_xdigit_value(hex[2 * i + 1]));
	struct packet_raw raw = raw_of(bytes, len, len, packets_link(path));
	return decode(&raw, p);
}

static void test_malformed(void)
{
	enum { PAYLOAD = PACKETS_PAYLOAD_LEN, TCP = PAYLOAD + 20, UDP = PAYLOAD + 8, IP = TCP + 20, IPV6 = TCP + 40 };
	static const struct {
		const char *what, *path;
		size_t from_end; /* where the bytes go */
		const char *hex;
		enum packet_skip skip;
	} rows[] = {
		{"ip version 5", "raw/ipv4/tcp", IP, "55", PACKET_SKIP_MALFORMED_IP},
		{"ip header of 16 bytes", "eth/ipv4/tcp", IP, "44", PACKET_SKIP_MALFORMED_IP},
		{"ip header longer than the packet says", "eth/ipv4/tcp", IP, "4f000030", PACKET_SKIP_MALFORMED_IP},
		{"ip longer than the packet", "eth/ipv4/tcp", IP, "45000033", PACKET_SKIP_MALFORMED_IP},
		{"ip exactly the packet", "eth/ipv4/tcp", IP, "45000032", PACKET_SKIP_NONE},
		{"ip shorter than its tcp header", "eth/ipv4/tcp", IP, "45000027", PACKET_SKIP_TRUNCATED_TRANSPORT},
		{"ethernet says ipv4, ip says 6", "eth/ipv4/tcp", IP, "65", PACKET_SKIP_MALFORMED_IP},
		{"ipv6 longer than the packet", "eth/ipv6/tcp", IPV6, "60000000001f", PACKET_SKIP_MALFORMED_IP},
		{"ipv6 exactly the packet", "eth/ipv6/tcp", IPV6, "60000000001e", PACKET_SKIP_NONE},
		{"tcp header of 16 bytes", "eth/ipv4/tcp", TCP - 12, "40", PACKET_SKIP_MALFORMED_TRANSPORT},
		{"tcp header of 60 bytes in 30", "eth/ipv4/tcp", TCP - 12, "f0", PACKET_SKIP_MALFORMED_TRANSPORT},
		{"tcp header of 28 bytes in 30", "eth/ipv4/tcp", TCP - 12, "70", PACKET_SKIP_NONE},
		{"udp length 7", "eth/ipv4/udp", UDP - 4, "0007", PACKET_SKIP_MALFORMED_TRANSPORT},
		{"udp length 8", "eth/ipv4/udp", UDP - 4, "0008", PACKET_SKIP_NONE},
		{"udp length 0", "eth/ipv4/udp", UDP - 4, "0000", PACKET_SKIP_NONE},
		{"icmp", "eth/ipv4/udp", UDP + 20 - 9, "01", PACKET_SKIP_ICMP},
		{"icmpv6", "eth/ipv6/udp", UDP + 40 - 6, "3a", PACKET_SKIP_ICMP},
		{"sctp", "eth/ipv4/udp", UDP + 20 - 9, "84", PACKET_SKIP_OTHER_IP},
		{"esp", "eth/ipv6/udp", UDP + 40 - 6, "32", PACKET_SKIP_OTHER_IP},
		{"no next header", "eth/ipv6/udp", UDP + 40 - 6, "3b", PACKET_SKIP_OTHER_IP},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct packet p;
		g_test_message("%s", rows[i].what);
		g_assert_cmpstr(packet_skip_name(decode_changed(rows[i].path, rows[i].from_end, rows[i].hex, &p)), ==,
				packet_skip_name(rows[i].skip));
	}
}

/* Lengths are the headers', not the frame's: Ethernet pads short packets. */
static void test_padding(void)
{
	struct packets_build b;
	struct packet p;
	packets_compose(&b, "eth/ipv4/tcp");
	size_t len = packets_len(&b);
	g_autofree uint8_t *bytes = g_malloc0(len + 6);
	memcpy(bytes, packets_bytes(&b), len);
	struct packet_raw raw = raw_of(bytes, len + 6, len + 6, 1);
	g_assert_cmpuint(decode(&raw, &p), ==, PACKET_SKIP_NONE);
	g_assert_cmpuint(p.ip_len, ==, 50);
	g_assert_cmpuint(p.payload_len, ==, 10);
	g_assert_cmpuint(p.payload_cap, ==, 10);
	g_assert_cmpuint(p.frame_len, ==, 70);
}

static void test_udp_length(void)
{
	enum { LENGTH_AT = PACKETS_PAYLOAD_LEN + 4 };
	struct packet p;
	g_assert_cmpuint(decode_changed("eth/ipv4/udp", LENGTH_AT, "000b", &p), ==, PACKET_SKIP_NONE);
	g_assert_cmpuint(p.payload_len, ==, 3); /* the UDP header says less than IP */
	g_assert_cmpuint(p.payload_cap, ==, 3);
	g_assert_cmpuint(p.ip_len, ==, 38);
	g_assert_cmpuint(decode_changed("eth/ipv4/udp", LENGTH_AT, "ffff", &p), ==, PACKET_SKIP_NONE);
	g_assert_cmpuint(p.payload_len, ==, 10); /* it says more: what IP carries counts */
	g_assert_cmpuint(decode_changed("eth/ipv4/udp", LENGTH_AT, "0000", &p), ==, PACKET_SKIP_NONE);
	g_assert_cmpuint(p.payload_len, ==, 10);
	g_assert_cmpuint(decode_changed("eth/ipv4/udp", LENGTH_AT, "0008", &p), ==, PACKET_SKIP_NONE);
	g_assert_cmpuint(p.payload_len, ==, 0);
	g_assert_null(p.payload);
}

static void check_later_fragment(const char *path, uint8_t proto, uint32_t ip_len, uint32_t payload_len)
{
	struct packet p;
	uint8_t *bytes;
	size_t len;
	g_assert_cmpuint(decode_path(path, 1, &p, &bytes, &len), ==, PACKET_SKIP_NONE);
	g_assert_cmpuint(p.fragment, ==, PACKET_FRAG_LATER);
	g_assert_cmpuint(p.seq, ==, PACKETS_FRAGMENT_ID);
	g_assert_cmpuint(p.port[0], ==, 0);
	g_assert_cmpuint(p.port[1], ==, 0);
	g_assert_cmpuint(p.proto, ==, proto);
	g_assert_cmpuint(p.tcp_flags, ==, 0);
	g_assert_cmpuint(p.ip_len, ==, ip_len);
	g_assert_cmpuint(p.payload_len, ==, payload_len); /* the whole of it: no header is in there */
	g_assert_cmpuint(p.payload_cap, ==, 0);
	g_assert_null(p.payload);
	free(bytes);
}

static void test_later_fragments(void)
{
	check_later_fragment("eth/ipv4:later/tcp", 6, 50, 30);
	check_later_fragment("eth/ipv4:later/udp", 17, 38, 18);
	check_later_fragment("eth/ipv6/frag:later/tcp", 6, 78, 30);
	check_later_fragment("eth/ipv6/hop:0/frag:later/udp", 17, 74, 18);
	check_later_fragment("eth/ipv4/gre/ipv4:later/udp", 17, 38, 18);
}

/* The first fragment of a datagram is no tunnel: what is inside is not all there. */
static void test_fragmented_tunnel(void)
{
	struct packet p;
	uint8_t *bytes;
	size_t len;
	g_assert_cmpuint(decode_path("eth/ipv4:first/udp:4789/vxlan/eth/ipv4/tcp", 1, &p, &bytes, &len), ==,
			 PACKET_SKIP_NONE);
	g_assert_cmpuint(p.port[1], ==, 4789);
	g_assert_cmpuint(p.fragment, ==, PACKET_FRAG_FIRST);
	free(bytes);
}

/* What looks like a tunnel by its port but holds none is a UDP datagram to that port. */
static void test_not_a_tunnel(void)
{
	static const struct {
		const char *path;
		uint16_t port;
		uint32_t payload_len;
	} rows[] = {
		{"eth/ipv4/udp:2152/arp", 2152, 28},
		{"eth/ipv4/udp:4789/arp", 4789, 28},
		{"eth/ipv4/udp:6081/gre:2/arp", 6081, 32},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct packet p;
		uint8_t *bytes;
		size_t len;
		g_test_message("%s", rows[i].path);
		enum packet_skip skip = decode_path(rows[i].path, 1, &p, &bytes, &len);
		g_assert_cmpstr(packet_skip_name(skip), ==, "none");
		g_assert_cmpuint(p.port[0], ==, PACKETS_OUTER_SRC_PORT);
		g_assert_cmpuint(p.port[1], ==, rows[i].port);
		g_assert_cmpuint(p.payload_len, ==, rows[i].payload_len);
		g_assert_cmpuint(p.ip_len, ==, 28 + rows[i].payload_len);
		g_assert_cmphex(GUINT32_FROM_BE(p.addr.ipv4[0]), ==, PACKETS_SRC_IPV4);
		free(bytes);
	}
}

/* A tunnel whose inside belongs to no session is counted by what is inside. */
static void test_skipped_inside(void)
{
	static const struct {
		const char *path, *skip;
	} rows[] = {
		{"eth/ipv4/udp:4789/vxlan/eth/arp", "not-ip"},
		{"eth/ipv4/udp:4789/vxlan/eth/ipv4:icmp/udp", "icmp"},
		{"eth/ipv4/udp:6081/geneve:0/eth/arp", "not-ip"},
		{"eth/ipv4/udp:2152/gtp/ipv4:icmp/udp", "icmp"},
		{"eth/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/vlan/ipv4/tcp",
		 "too-deep"},
		{"eth/qinq/vlan/ipv4/udp:4789/vxlan/eth/vlan/vlan/vlan/ipv4/tcp", "none"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct packet p;
		uint8_t *bytes;
		size_t len;
		g_test_message("%s", rows[i].path);
		g_assert_cmpstr(packet_skip_name(decode_path(rows[i].path, 1, &p, &bytes, &len)), ==, rows[i].skip);
		free(bytes);
	}
}

/* What is nested, but not too deep. */
static void test_depth(void)
{
	struct packet p;
	uint8_t *bytes;
	size_t len;
	g_assert_cmpuint(decode_path("raw/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/ipv4/tcp", 101, &p, &bytes, &len), ==,
			 PACKET_SKIP_NONE);
	g_assert_cmphex(GUINT32_FROM_BE(p.addr.ipv4[0]), ==, PACKETS_SRC_IPV4);
	free(bytes);
	g_assert_cmpuint(decode_path("eth/vlan/vlan/vlan/vlan/ipv4/tcp", 1, &p, &bytes, &len), ==, PACKET_SKIP_NONE);
	free(bytes);
}

static void test_links(void)
{
	static const uint16_t known[] = {0, 1, 9, 12, 14, 50, 51, 101, 108, 113, 204, 228, 229, 276};
	struct packet p;
	const struct packet_raw raw = raw_of((const uint8_t *)"", 0, 0, 147);
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		g_assert_true(packet_link_known(known[i]));
	g_assert_false(packet_link_known(105)); /* IEEE 802.11 */
	g_assert_false(packet_link_known(147));
	g_assert_false(packet_link_known(65535));
	g_assert_cmpuint(decode(&raw, &p), ==, PACKET_SKIP_LINK);
}

/* A capture that claims more captured bytes than there were on the wire is read up to the wire's. */
static void test_cap_beyond_wire(void)
{
	struct packets_build b;
	struct packet p;
	packets_compose(&b, "eth/ipv4/tcp");
	struct packet_raw raw = raw_of(packets_bytes(&b), packets_len(&b), 30, 1);
	g_assert_cmpstr(packet_skip_name(decode(&raw, &p)), ==, "truncated-ip");
}

/* Segmentation offload: a segment larger than the length field can say. */
static void test_large_segment(void)
{
	enum { SIZE = 14 + 20 + 20 + 100000 };
	struct packets_build b;
	struct packet p;
	packets_compose(&b, "eth/ipv4:zero/tcp");
	g_autofree uint8_t *bytes = g_malloc0(SIZE);
	memcpy(bytes, packets_bytes(&b), packets_len(&b));
	struct packet_raw raw = raw_of(bytes, SIZE, SIZE, 1);
	g_assert_cmpuint(decode(&raw, &p), ==, PACKET_SKIP_NONE);
	g_assert_cmpuint(p.payload_len, ==, 100000);
	g_assert_cmpuint(p.ip_len, ==, 100040);
	g_assert_cmpuint(p.payload_cap, ==, 65535);
}

static void test_skip_names(void)
{
	g_assert_cmpstr(packet_skip_name(PACKET_SKIP_NONE), ==, "none");
	g_assert_cmpstr(packet_skip_name(PACKET_SKIP_TABLE_FULL), ==, "table-full");
	for (int i = 0; i < PACKET_N_SKIPS; i++)
		for (int j = 0; j < i; j++)
			g_assert_cmpstr(packet_skip_name((enum packet_skip)i), !=,
					packet_skip_name((enum packet_skip)j));
	g_assert_true(g_str_has_prefix(packet_skip_words(PACKET_SKIP_ICMP), "ICMP"));
}

static void add_cases(const char *prefix, GTestDataFunc function)
{
	for (size_t i = 0; i < packet_n_cases; i++) {
		g_autofree char *plain = g_strdelimit(g_strdup(packet_cases[i].path), "/", '_');
		g_autofree char *name = g_strdup_printf("/decode/%s/%s-%u", prefix, plain,
							packet_case_link(&packet_cases[i]));
		g_test_add_data_func(name, &packet_cases[i], function);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	add_cases("whole", test_whole);
	add_cases("cut", test_cut);
	add_cases("flipped", test_flipped);
	g_test_add_func("/decode/malformed", test_malformed);
	g_test_add_func("/decode/padding", test_padding);
	g_test_add_func("/decode/udp-length", test_udp_length);
	g_test_add_func("/decode/later-fragments", test_later_fragments);
	g_test_add_func("/decode/fragmented-tunnel", test_fragmented_tunnel);
	g_test_add_func("/decode/not-a-tunnel", test_not_a_tunnel);
	g_test_add_func("/decode/skipped-inside", test_skipped_inside);
	g_test_add_func("/decode/depth", test_depth);
	g_test_add_func("/decode/links", test_links);
	g_test_add_func("/decode/cap-beyond-wire", test_cap_beyond_wire);
	g_test_add_func("/decode/large-segment", test_large_segment);
	g_test_add_func("/decode/skip-names", test_skip_names);
	return g_test_run();
}
