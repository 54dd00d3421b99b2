/*
 * One packet of the generated capture: Ethernet, IPv4 or IPv6, TCP or UDP, payload, pcap record.
 *
 * Payload is never made per packet. It is a slice of one pool of bytes whose running 16-bit sums are
 * known, so a checksum costs two look-ups whatever the length. The pool begins with the openings
 * (an HTTP request, a TLS hello, a DNS query, ...), goes on with words, and ends with random bytes,
 * which stand for all that is encrypted or compressed.
 *
 * Addresses: inside hosts are 10.0.0.0/8 and fd00:10::/32, outside hosts 198.18.0.0/15 (RFC 2544)
 * and 2001:2::/48 (RFC 5180), both set aside for benchmarks.
 */
#include "generate.h"

#include <stdlib.h>
#include <string.h>

enum {
	MTU_BYTES = 1500,
	ETHERNET_BYTES = 14,
	MIN_FRAME_BYTES = 60, /* shorter frames are padded, as on a real wire */
	RECORD_BYTES = 16,    /* pcap record header */
	BUFFER_BYTES = 1 << 20,

	OPENINGS = OPEN_DNS + DNS_NAMES,
	SLICE_BYTES = 2048, /* one opening and the bytes after it; no packet takes more */
	TEXT_AT = OPENINGS * 2 * SLICE_BYTES,
	TEXT_BYTES = 2 << 20,
	RANDOM_AT = TEXT_AT + TEXT_BYTES,
	RANDOM_BYTES = 6 << 20, /* more than zstd's default window, so that repeats do not compress away */
	POOL_BYTES = RANDOM_AT + RANDOM_BYTES,
};

enum { PROTOCOL_TCP = 6, PROTOCOL_UDP = 17 };

/* ---- the pool ---- */

static uint8_t *pool;
static uint32_t *pool_sum; /* [i]: sum of the first i big-endian 16-bit words, modulo 2^32 */
static struct slice openings[OPENINGS][2];

static void add_opening(int id, int from, const void *bytes, size_t length)
{
	uint32_t offset = (uint32_t)(id * 2 + from) * SLICE_BYTES;
	memcpy(pool + offset, bytes, length);
	openings[id][from] = (struct slice){offset, (uint32_t)length};
}

/* A query for an A record, or its answer with one compressed record (RFC 1035). */
static size_t write_dns(uint8_t *to, uint8_t number, bool answer)
{
	const uint8_t header[] = {0x5a, number, answer ? 0x81 : 1, answer ? 0x80 : 0, 0, 1, 0, answer, 0, 0, 0, 0};
	uint8_t name[] = "\6host00\10services\7example\3net";
	const uint8_t question[] = {0, 1, 0, 1};
	const uint8_t record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 1, 44, 0, 4, 198, 18, 4, number};
	uint8_t *p = to;

	name[5] = (uint8_t)(name[5] + number / 10);
	name[6] = (uint8_t)(name[6] + number % 10);
	p = (uint8_t *)memcpy(p, header, sizeof header) + sizeof header;
	p = (uint8_t *)memcpy(p, name, sizeof name) + sizeof name;
	p = (uint8_t *)memcpy(p, question, sizeof question) + sizeof question;
	if (answer)
		p = (uint8_t *)memcpy(p, record, sizeof record) + sizeof record;
	return (size_t)(p - to);
}

/* A TLS client or server hello without extensions (RFC 8446 4.1): one record, 32 random bytes. */
static size_t write_hello(uint8_t *to, bool server)
{
	static const uint8_t head[2][11] = {{22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3}, {22, 3, 3, 0, 42, 2, 0, 0, 38, 3, 3}};
	static const uint8_t tail[2][7] = {{0, 0, 2, 0x13, 1, 1, 0}, {0, 0x13, 1, 0}};
	size_t tail_bytes = server ? 4 : 7;

	memcpy(to, head[server], sizeof head[server]);
	for (int i = 0; i < 32; i++)
		to[sizeof head[server] + (size_t)i] = (uint8_t)random_u64();
	memcpy(to + sizeof head[server] + 32, tail[server], tail_bytes);
	return sizeof head[server] + 32 + tail_bytes;
}

static void add_openings(void)
{
	static const struct {
		int id;
		const char *request, *response;
	} texts[] = {
		{OPEN_HTTP, "GET /index.html HTTP/1.1\r\nHost: www.example.net\r\nAccept: */*\r\n\r\n",
		 "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"},
		{OPEN_SSH, "SSH-2.0-OpenSSH_9.2\r\n", "SSH-2.0-OpenSSH_8.4\r\n"},
		{OPEN_IRC, "NICK n4711\r\nUSER u 0 * :u\r\n", ":irc.example.net 001 n4711 :Hello\r\n"},
		{OPEN_SMTP, "EHLO mail.example.net\r\n", "220 mail.example.net ESMTP\r\n"},
		{OPEN_BINARY, "\2\1", "\2\2"},
	};
	uint8_t message[128];

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		add_opening(texts[i].id, CLIENT, texts[i].request, strlen(texts[i].request));
		add_opening(texts[i].id, SERVER, texts[i].response, strlen(texts[i].response));
	}
	for (int from = CLIENT; from <= SERVER; from++) {
		add_opening(OPEN_TLS, from, message, write_hello(message, from == SERVER));
		for (uint8_t i = 0; i < DNS_NAMES; i++)
			add_opening(OPEN_DNS + i, from, message, write_dns(message, i, from == SERVER));
	}
}

static void add_words(void)
{
	static const char *const words[] = {
		"the ",     "short ",   "wave ",   "of ",   "a ",    "channel ", "is ",     "heard ",
		"<div>",    "</div>\n", "value=",  "in ",   "and ",  "session ", "packet ", "length ",
		"network ", "to ",      "server ", "time ", "0123 ", "class=",   "host ",   "answers ",
	};

	for (uint32_t i = TEXT_AT; i + 16 < RANDOM_AT;) {
		const char *word = words[random_below(sizeof words / sizeof *words)];
		memcpy(pool + i, word, strlen(word));
		i += (uint32_t)strlen(word);
	}
}

static bool pool_fill(void)
{
	pool = malloc(POOL_BYTES);
	pool_sum = malloc((POOL_BYTES / 2 + 1) * sizeof *pool_sum);
	if (!pool || !pool_sum)
		return false;
	for (uint32_t i = 0; i < POOL_BYTES; i += 8) {
		uint64_t bytes = random_u64();
		for (uint32_t j = 0; j < 8; j++)
			pool[i + j] = (uint8_t)(bytes >> (8 * j));
	}
	add_words();
	add_openings();
	pool_sum[0] = 0;
	for (uint32_t i = 0; i < POOL_BYTES / 2; i++)
		pool_sum[i + 1] = pool_sum[i] + ((uint32_t)pool[2 * i] << 8 | pool[2 * i + 1]);
	return true;
}

static uint32_t pool_slice_sum(struct slice slice)
{
	uint32_t end = slice.offset + slice.bytes;
	uint32_t sum = pool_sum[end / 2] - pool_sum[slice.offset / 2];
	return end & 1 ? sum + ((uint32_t)pool[end - 1] << 8) : sum;
}

struct slice frame_opening(int opening, int from)
{
	return openings[opening][from];
}

uint32_t frame_random_text(void)
{
	return TEXT_AT + 2 * random_below((TEXT_BYTES - SLICE_BYTES) / 2);
}

uint32_t frame_random_bytes(void)
{
	return RANDOM_AT + 2 * random_below((RANDOM_BYTES - SLICE_BYTES) / 2);
}

/* ---- headers ---- */

static uint8_t *put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
	return p + 2;
}

static uint8_t *put32(uint8_t *p, uint32_t v)
{
	return put16(put16(p, v >> 16), v);
}

static void put32_le(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> (8 * i));
}

static uint32_t sum16(const uint8_t *p, uint32_t bytes)
{
	uint32_t sum = 0;
	for (uint32_t i = 0; i < bytes; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	return sum;
}

static uint32_t checksum(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint32_t)~sum & 0xffff;
}

static uint8_t *put_ethernet(uint8_t *p, const struct session *s, bool from_inside)
{
	uint8_t *host = from_inside ? p + 6 : p, *gateway = from_inside ? p : p + 6;

	put32(put16(host, 0x0210), s->inside);
	put32(put16(gateway, 0x0200), 1);
	return put16(p + 12, s->ipv6 ? 0x86dd : 0x0800);
}

static uint8_t *put_address(uint8_t *p, const struct session *s, bool inside)
{
	if (s->ipv6) {
		p = put32(p, inside ? 0xfd000010 : 0x20010002);
		memset(p, 0, 8);
		return put32(p + 8, (inside ? s->inside : s->outside) + 1);
	}
	if (inside) /* the last octet is 1 to 254 */
		return put32(p, 0x0a000000 | (s->inside / 254) << 8 | (s->inside % 254 + 1));
	return put32(p, 0xc6120100 + s->outside);
}

/* The IP header before `bytes` of TCP or UDP; *sum becomes that of the pseudo header (RFC 9293 3.1). */
static uint8_t *put_ip(uint8_t *p, const struct session *s, uint32_t id, bool from_inside, uint32_t bytes,
		       uint32_t *sum)
{
	uint32_t protocol = s->udp ? PROTOCOL_UDP : PROTOCOL_TCP, ttl = from_inside ? 64 : 52;
	uint8_t *start = p, *addresses;

	if (s->ipv6) {
		p = put32(p, 0x60000000);
		p = put32(p, bytes << 16 | protocol << 8 | ttl);
	} else {
		p = put32(p, 0x45000000 | (bytes + 20));
		p = put32(p, id << 16 | 0x4000); /* do not fragment */
		p = put32(p, ttl << 24 | protocol << 16);
	}
	addresses = p;
	p = put_address(p, s, from_inside);
	p = put_address(p, s, !from_inside);
	*sum = sum16(addresses, (uint32_t)(p - addresses)) + protocol + bytes;
	if (!s->ipv6)
		put16(start + 10, checksum(sum16(start, 20)));
	return p;
}

static uint32_t tcp_header_bytes(const struct session *s, uint32_t flags)
{
	if (flags & RST)
		return 20;
	if (flags & SYN)
		return s->timestamps ? 40 : 32;
	return s->timestamps ? 32 : 20;
}

/* Options as Linux (with time stamps) and Windows (without) send them. */
static uint8_t *put_tcp(uint8_t *p, const struct session *s, int from, uint32_t flags, uint32_t clock)
{
	uint32_t header = tcp_header_bytes(s, flags);
	uint32_t echo = flags & ACK ? clock - s->rtt_us / 1000 : 0;

	p = put32(p, (uint32_t)s->port[from] << 16 | s->port[!from]);
	p = put32(p, s->seq[from]);
	p = put32(p, flags & ACK ? s->seq[!from] : 0);
	p = put32(p, header << 26 | flags << 16 | 64240);
	p = put32(p, 0);
	if (flags & SYN) {
		p = put32(p, 0x02040000 | (s->ipv6 ? 1440 : 1460));
		if (!s->timestamps)
			return put32(put32(p, 0x01030308), 0x01010402);
		p = put32(put32(put32(p, 0x0402080a), clock), echo);
		return put32(p, 0x01030307);
	}
	if (header > 20)
		p = put32(put32(put32(p, 0x0101080a), clock), echo);
	return p;
}

static uint8_t *put_udp(uint8_t *p, const struct session *s, int from, uint32_t bytes)
{
	p = put32(p, (uint32_t)s->port[from] << 16 | s->port[!from]);
	return put32(p, bytes << 16);
}

/* ---- records ---- */

bool frame_writer_init(struct frame_writer *w, FILE *out, uint64_t start_us)
{
	static const uint32_t header[] = {0xa1b2c3d4, 2 | 4 << 16, 0, 0, 65535, 1};

	*w = (struct frame_writer){.out = out, .start_us = start_us, .buffer = malloc(BUFFER_BYTES)};
	if (!w->buffer || !pool_fill())
		return false;
	for (uint32_t i = 0; i < 6; i++)
		put32_le(w->buffer + 4 * i, header[i]);
	w->used = sizeof header;
	return true;
}

void frame_writer_flush(struct frame_writer *w)
{
	if (!w->failed && fwrite(w->buffer, 1, w->used, w->out) != w->used)
		w->failed = true;
	w->used = 0;
}

uint32_t frame_room_bytes(const struct session *s)
{
	return MTU_BYTES - (s->ipv6 ? 40u : 20u) - (s->udp ? 8u : tcp_header_bytes(s, ACK));
}

/* Pads to the shortest Ethernet frame, then writes the record header before it. */
static void end_record(struct frame_writer *w, uint8_t *record, uint8_t *end, uint32_t payload_bytes)
{
	uint64_t time_us = w->start_us + w->now_us;
	uint32_t frame = (uint32_t)(end - record) - RECORD_BYTES;

	if (frame < MIN_FRAME_BYTES) {
		memset(end, 0, MIN_FRAME_BYTES - frame);
		frame = MIN_FRAME_BYTES;
	}
	put32_le(record, (uint32_t)(time_us / 1000000));
	put32_le(record + 4, (uint32_t)(time_us % 1000000));
	put32_le(record + 8, frame);
	put32_le(record + 12, frame);
	w->used += RECORD_BYTES + frame;
	w->packets++;
	w->wire_bytes += frame;
	w->payload_bytes += payload_bytes;
}

void frame_write(struct frame_writer *w, struct session *s, int from, uint32_t flags, struct slice payload)
{
	bool from_inside = (from == CLIENT) != s->inbound;
	uint32_t header = s->udp ? 8 : tcp_header_bytes(s, flags), sum;
	uint32_t clock = (uint32_t)(w->now_us / 1000) + s->inside;
	uint8_t *record, *transport, *p;

	if (w->used + RECORD_BYTES + ETHERNET_BYTES + MTU_BYTES > BUFFER_BYTES)
		frame_writer_flush(w);
	record = w->buffer + w->used;
	p = put_ethernet(record + RECORD_BYTES, s, from_inside);
	p = put_ip(p, s, w->packets & 0xffff, from_inside, header + payload.bytes, &sum);
	transport = p;
	p = s->udp ? put_udp(p, s, from, header + payload.bytes) : put_tcp(p, s, from, flags, clock);
	memcpy(p, pool + payload.offset, payload.bytes);
	sum = checksum((uint64_t)sum + sum16(transport, header) + pool_slice_sum(payload));
	put16(transport + (s->udp ? 6 : 16), s->udp && sum == 0 ? 0xffff : sum);
	end_record(w, record, p + payload.bytes, payload.bytes);
	s->seq[from] += payload.bytes + !!(flags & SYN) + !!(flags & FIN);
}
