#include "packets.h"

#include <glib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

const uint8_t packets_src_ipv6[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
const uint8_t packets_dst_ipv6[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};

static uint8_t *push(struct packets_build *b, size_t n)
{
	g_assert_cmpuint(n, <=, b->at);
	b->at -= n;
	memset(b->room + b->at, 0, n);
	return b->room + b->at;
}

static void put16(uint8_t *p, unsigned v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

const uint8_t *packets_bytes(const struct packets_build *b)
{
	return b->room + b->at;
}

size_t packets_len(const struct packets_build *b)
{
	return PACKETS_ROOM - b->at;
}

void packets_begin(struct packets_build *b, const void *payload, size_t len)
{
	memset(b, 0, sizeof *b);
	b->at = PACKETS_ROOM;
	memcpy(push(b, len), payload, len);
}

/* What the next layer outwards calls the one just put. */
static void named(struct packets_build *b, uint16_t ethertype, uint8_t ip_proto, uint16_t ppp)
{
	b->ethertype = ethertype;
	b->ip_proto = ip_proto;
	b->ppp = ppp;
	b->mpls = 0;
}

/* ---- transport ---- */

/* "tcp", "tcp:opts", and with flags in hexadecimal, "tcp:02". */
static void put_tcp(struct packets_build *b, const char *arg)
{
	size_t options = strcmp(arg, "opts") == 0 ? 12 : 0;
	uint8_t *h = push(b, 20 + options);
	put16(h, PACKETS_SRC_PORT);
	put16(h + 2, PACKETS_DST_PORT);
	put32(h + 4, PACKETS_SEQ);
	put32(h + 8, PACKETS_ACK);
	h[12] = (uint8_t)((20 + options) / 4 << 4);
	h[13] = *arg && !options ? (uint8_t)strtoul(arg, NULL, 16) : 0x18;
	put16(h + 14, PACKETS_WINDOW);
	if (options)
		memset(h + 20, 1, options); /* no-operation */
	named(b, 0, 6, 0);
}

/* "udp" is the innermost one; "udp:4789" goes around a tunnel's header. */
static void put_udp(struct packets_build *b, const char *arg)
{
	size_t len = packets_len(b) + 8;
	uint8_t *h = push(b, 8);
	put16(h, *arg ? PACKETS_OUTER_SRC_PORT : PACKETS_SRC_PORT);
	put16(h + 2, *arg ? (unsigned)strtoul(arg, NULL, 10) : PACKETS_DST_PORT);
	put16(h + 4, (unsigned)len);
	named(b, 0, 17, 0);
}

/* ---- network ---- */

/* "ipv4", "ipv4:opts", "ipv4:first", "ipv4:later", "ipv4:zero" (total length 0), "ipv4:icmp" (of nothing known). */
static void put_ipv4(struct packets_build *b, const char *arg)
{
	size_t options = strcmp(arg, "opts") == 0 ? 8 : 0, inside = packets_len(b);
	uint8_t *h = push(b, 20 + options);
	h[0] = (uint8_t)(0x40 | (20 + options) / 4);
	put16(h + 2, strcmp(arg, "zero") == 0 ? 0 : (unsigned)(20 + options + inside));
	put16(h + 4, PACKETS_FRAGMENT_ID);
	put16(h + 6, strcmp(arg, "first") == 0 ? 0x2000 : strcmp(arg, "later") == 0 ? 0x00b9 : 0x4000);
	h[8] = 64;
	h[9] = strcmp(arg, "icmp") == 0 ? 1 : b->ip_proto;
	put32(h + 12, b->depth ? PACKETS_OUTER_SRC_IPV4 : PACKETS_SRC_IPV4);
	put32(h + 16, b->depth ? PACKETS_OUTER_DST_IPV4 : PACKETS_DST_IPV4);
	if (options)
		memset(h + 20, 1, options);
	b->depth++;
	named(b, 0x0800, 4, 0x0021);
}

/* "ipv6", "ipv6:zero" (payload length 0). */
static void put_ipv6(struct packets_build *b, const char *arg)
{
	size_t inside = packets_len(b);
	uint8_t *h = push(b, 40);
	h[0] = 0x60;
	put16(h + 4, strcmp(arg, "zero") == 0 ? 0 : (unsigned)inside);
	h[6] = b->ip_proto;
	h[7] = 64;
	memcpy(h + 8, packets_src_ipv6, 16);
	memcpy(h + 24, packets_dst_ipv6, 16);
	h[8] = b->depth ? 0xfd : h[8];
	h[24] = b->depth ? 0xfd : h[24];
	b->depth++;
	named(b, 0x86dd, 41, 0x0057);
}

/* Hop-by-hop, routing and destination options; the argument is the length field. */
static void put_extension(struct packets_build *b, const char *arg, uint8_t proto)
{
	size_t units = strtoul(arg, NULL, 10);
	uint8_t *h = push(b, 8 * (units + 1));
	h[0] = b->ip_proto;
	h[1] = (uint8_t)units;
	named(b, 0, proto, 0);
}

static void put_hop(struct packets_build *b, const char *arg)
{
	put_extension(b, arg, 0);
}

static void put_route(struct packets_build *b, const char *arg)
{
	put_extension(b, arg, 43);
}

static void put_destination(struct packets_build *b, const char *arg)
{
	put_extension(b, arg, 60);
}

static void put_ah(struct packets_build *b, const char *arg)
{
	(void)arg;
	uint8_t *h = push(b, 24);
	h[0] = b->ip_proto;
	h[1] = 4; /* words of 4 bytes, less 2 */
	named(b, 0, 51, 0);
}

/* "frag:first", "frag:later", "frag:atomic". */
static void put_fragment(struct packets_build *b, const char *arg)
{
	uint8_t *h = push(b, 8);
	h[0] = b->ip_proto;
	put16(h + 2, strcmp(arg, "first") == 0 ? 1 : strcmp(arg, "later") == 0 ? 0x05c8 : 0);
	put32(h + 4, PACKETS_FRAGMENT_ID);
	named(b, 0, 44, 0);
}

/* ---- tunnels ---- */

/* Flags: c checksum, k key, s sequence, r routing, 1 version 1, a acknowledgement, 2 version 2. */
static void put_gre(struct packets_build *b, const char *arg)
{
	unsigned flags = 0;
	size_t more = 0;
	for (const char *c = arg; *c; c++) {
		flags |= *c == 'c'   ? 0x8000
			 : *c == 'r' ? 0x4000
			 : *c == 'k' ? 0x2000
			 : *c == 's' ? 0x1000
			 : *c == 'a' ? 0x0080
				     : (unsigned)(*c - '0');
		more += strchr("cksa", *c) ? 4 : 0;
	}
	uint8_t *h = push(b, 4 + more);
	put16(h, flags);
	put16(h + 2, b->ethertype);
	named(b, 0, 47, 0);
}

static void put_erspan1(struct packets_build *b, const char *arg)
{
	(void)arg;
	named(b, 0x88be, 0, 0);
}

static void put_erspan2(struct packets_build *b, const char *arg)
{
	(void)arg;
	push(b, 8)[0] = 0x10;
	named(b, 0x88be, 0, 0);
}

/* "erspan3:o" has the platform's sub-header. */
static void put_erspan3(struct packets_build *b, const char *arg)
{
	uint8_t *h = push(b, *arg == 'o' ? 20 : 12);
	h[0] = 0x20;
	h[11] = *arg == 'o';
	named(b, 0x22eb, 0, 0);
}

static void put_vxlan(struct packets_build *b, const char *arg)
{
	(void)arg;
	uint8_t *h = push(b, 8);
	h[0] = 0x08;
	h[6] = 42;
	named(b, 0, 0, 0);
}

/* The argument is the length of the options in words of 4 bytes. */
static void put_geneve(struct packets_build *b, const char *arg)
{
	size_t words = strtoul(arg, NULL, 10);
	uint16_t type = b->ethertype;
	uint8_t *h = push(b, 8 + 4 * words);
	h[0] = (uint8_t)words;
	put16(h + 2, type);
	named(b, 0, 0, 0);
}

/* Flags: s sequence number, e one extension header of 4 bytes, x two of them. */
static void put_gtp(struct packets_build *b, const char *arg)
{
	size_t inside = packets_len(b), extensions = *arg == 'e' ? 1 : *arg == 'x' ? 2 : 0;
	size_t more = *arg ? 4 + 4 * extensions : 0;
	uint8_t *h = push(b, 8 + more);
	h[0] = (uint8_t)(0x30 | (*arg == 's' ? 2 : 0) | (extensions ? 4 : 0));
	h[1] = 255;
	put16(h + 2, (unsigned)(inside + more));
	if (extensions)
		h[11] = 0x85;
	for (size_t i = 0; i < extensions; i++) {
		h[12 + 4 * i] = 1;
		h[15 + 4 * i] = i + 1 < extensions ? 0x85 : 0;
	}
	named(b, 0, 0, 0);
}

/* ---- link ---- */

static void put_ethernet(struct packets_build *b, const char *arg)
{
	(void)arg;
	uint8_t *h = push(b, 14);
	memset(h, 0x02, 12);
	put16(h + 12, b->ethertype);
	named(b, 0x6558, 143, 0);
}

static void put_tag(struct packets_build *b, uint16_t tag)
{
	uint8_t *h = push(b, 4);
	put16(h, 100);
	put16(h + 2, b->ethertype);
	named(b, tag, 0, 0);
}

static void put_vlan(struct packets_build *b, const char *arg)
{
	(void)arg;
	put_tag(b, 0x8100);
}

/* "qinq", "qinq:old". */
static void put_qinq(struct packets_build *b, const char *arg)
{
	put_tag(b, *arg ? 0x9100 : 0x88a8);
}

/* "mpls", "mpls:mc" (the multicast EtherType). */
static void put_mpls(struct packets_build *b, const char *arg)
{
	uint8_t bottom = b->mpls ? 0 : 1;
	uint8_t *h = push(b, 4);
	h[1] = 1;
	h[2] = bottom;
	h[3] = 64;
	named(b, *arg ? 0x8848 : 0x8847, 137, 0x0281);
	b->mpls = 1;
}

/* A pseudowire's control word. */
static void put_control_word(struct packets_build *b, const char *arg)
{
	(void)arg;
	push(b, 4);
	named(b, 0, 0, 0);
}

static void put_pppoe(struct packets_build *b, const char *arg)
{
	(void)arg;
	size_t inside = packets_len(b);
	uint8_t *h = push(b, 8);
	h[0] = 0x11;
	put16(h + 2, 1);
	put16(h + 4, (unsigned)(inside + 2));
	put16(h + 6, b->ppp);
	named(b, 0x8864, 0, 0);
}

/* "ppp", "ppp:hdlc" (with address and control), "ppp:short" (protocol in one byte). */
static void put_ppp(struct packets_build *b, const char *arg)
{
	uint16_t protocol = b->ppp;
	if (strcmp(arg, "short") == 0)
		push(b, 1)[0] = (uint8_t)protocol;
	else
		put16(push(b, 2), protocol);
	if (strcmp(arg, "hdlc") == 0)
		put16(push(b, 2), 0xff03);
	named(b, 0x880b, 0, 0);
}

/* The direction in front of a PPP frame. */
static void put_direction(struct packets_build *b, const char *arg)
{
	(void)arg;
	push(b, 1)[0] = 1;
}

static void put_cooked(struct packets_build *b, const char *arg)
{
	(void)arg;
	put16(push(b, 16) + 14, b->ethertype);
}

static void put_cooked2(struct packets_build *b, const char *arg)
{
	(void)arg;
	put16(push(b, 20), b->ethertype);
}

/* Address family in this machine's order; "null:be" in the other. Argument "6": IPv6 of BSD. */
static void put_null(struct packets_build *b, const char *arg)
{
	bool be = strncmp(arg, "be", 2) == 0;
	uint8_t family = b->ethertype == 0x86dd ? 30 : 2;
	push(b, 4)[be ? 3 : 0] = family;
}

static void put_loop(struct packets_build *b, const char *arg)
{
	(void)arg;
	put_null(b, "be");
}

/* The raw link has no header. */
static void put_raw(struct packets_build *b, const char *arg)
{
	(void)b;
	(void)arg;
}

/* An EtherType that is not IP. */
static void put_arp(struct packets_build *b, const char *arg)
{
	(void)arg;
	push(b, 28);
	named(b, 0x0806, 0, 0);
}

enum { NO_LINK = 0xffff };

static const struct {
	const char *name;
	void (*put)(struct packets_build *build, const char *arg);
	uint16_t link; /* LINKTYPE_ of a packet that starts with it */
} layers[] = {
	{"tcp", put_tcp, NO_LINK},
	{"udp", put_udp, NO_LINK},
	{"ipv4", put_ipv4, 228},
	{"ipv6", put_ipv6, 229},
	{"hop", put_hop, NO_LINK},
	{"route", put_route, NO_LINK},
	{"dst", put_destination, NO_LINK},
	{"ah", put_ah, NO_LINK},
	{"frag", put_fragment, NO_LINK},
	{"gre", put_gre, NO_LINK},
	{"erspan1", put_erspan1, NO_LINK},
	{"erspan2", put_erspan2, NO_LINK},
	{"erspan3", put_erspan3, NO_LINK},
	{"vxlan", put_vxlan, NO_LINK},
	{"geneve", put_geneve, NO_LINK},
	{"gtp", put_gtp, NO_LINK},
	{"eth", put_ethernet, 1},
	{"vlan", put_vlan, NO_LINK},
	{"qinq", put_qinq, NO_LINK},
	{"mpls", put_mpls, NO_LINK},
	{"cw", put_control_word, NO_LINK},
	{"pppoe", put_pppoe, 51},
	{"ppp", put_ppp, 9},
	{"dir", put_direction, 204},
	{"sll", put_cooked, 113},
	{"sll2", put_cooked2, 276},
	{"null", put_null, 0},
	{"loop", put_loop, 108},
	{"raw", put_raw, 101},
	{"arp", put_arp, NO_LINK},
};

static gsize find_layer(const char *layer)
{
	gsize len = strcspn(layer, ":/");
	for (gsize i = 0; i < G_N_ELEMENTS(layers); i++)
		if (strlen(layers[i].name) == len && strncmp(layers[i].name, layer, len) == 0)
			return i;
	g_error("no layer '%s'", layer);
}

void packets_put(struct packets_build *b, const char *layer)
{
	const char *colon = strchr(layer, ':');
	layers[find_layer(layer)].put(b, colon ? colon + 1 : "");
}

void packets_compose(struct packets_build *b, const char *path)
{
	g_auto(GStrv) names = g_strsplit(path, "/", -1);
	guint n = g_strv_length(names);
	const char *last = names[n - 1];
	bool ends_in_transport = strncmp(last, "tcp", 3) == 0 || strncmp(last, "udp", 3) == 0;
	packets_begin(b, PACKETS_PAYLOAD, ends_in_transport ? PACKETS_PAYLOAD_LEN : 0);
	for (guint i = n; i-- > 0;)
		packets_put(b, names[i]);
}

uint16_t packets_link(const char *path)
{
	return layers[find_layer(path)].link;
}

uint8_t *packets_exact(const uint8_t *bytes, size_t len)
{
	uint8_t *copy = malloc(len); /* not g_malloc(): that gives NULL for 0 */
	if (copy == NULL)
		g_error("out of memory");
	memcpy(copy, bytes, len);
	return copy;
}
