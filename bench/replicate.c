/*
 * tanpa-replicate: makes one large capture out of many small real ones.
 *
 *     tanpa-replicate BYTES OUTPUT CAPTURE ...
 *
 * Every capture is played as often as it takes for OUTPUT to reach BYTES. Each play is a stream of
 * its own: it begins at its own moment of one hour, keeps the packets' distances in time, and has its
 * own inside hosts, so that the streams are alive side by side and no two sessions fall into one.
 * Streams are merged by time. Packets keep their bytes, however much was captured of them, but for
 * these:
 *
 *   private IPv4 addresses (RFC 1918) become 10.x.y.z: 12 bits the stream, 12 bits the host in it;
 *   private and link-local IPv6 addresses get the stream's number in bits 32 to 47;
 *   IPv4, TCP, UDP and ICMPv6 checksums are updated (RFC 1624), so that wrong ones stay wrong.
 *
 * The same input gives the same bytes.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pcap.h needs u_char and its like */
#endif
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	ETHERNET_BYTES = 14,
	HOSTS_MAX = 4096,   /* private IPv4 addresses in one capture */
	STREAMS_MAX = 4096, /* captures times plays */
	KEPT = -1,          /* an address that stays as it is */
};
#define BEGIN_S 1736935200
#define SPAN_US 3600000000u

struct packet {
	uint64_t at_us; /* from the capture's first packet */
	uint32_t captured, wire;
	int32_t hosts[2]; /* numbers of the IPv4 source and destination, or KEPT */
	uint8_t *bytes;
};

struct capture {
	struct packet *packets;
	size_t count, size;
	uint32_t hosts[HOSTS_MAX];
	int hosts_count;
	uint64_t file_bytes; /* with record headers */
};

/* One play of a capture. */
struct stream {
	const struct capture *capture;
	uint64_t begin_us;
	size_t next;
	uint16_t number;
};

static uint32_t get16(const uint8_t *p)
{
	return (uint32_t)p[0] << 8 | p[1];
}

static uint32_t get32(const uint8_t *p)
{
	return get16(p) << 16 | get16(p + 2);
}

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

/* ---- reading ---- */

static int32_t host_number(struct capture *capture, uint32_t address)
{
	bool private = address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8;

	if (!private)
		return KEPT;
	for (int i = 0; i < capture->hosts_count; i++)
		if (capture->hosts[i] == address)
			return i;
	if (capture->hosts_count == HOSTS_MAX)
		return HOSTS_MAX - 1;
	capture->hosts[capture->hosts_count] = address;
	return capture->hosts_count++;
}

static bool add_packet(struct capture *capture, uint64_t at_us, const struct pcap_pkthdr *header, const u_char *bytes)
{
	struct packet packet = {at_us, header->caplen, header->len, {KEPT, KEPT}, malloc(header->caplen + 1)};

	if (capture->count == capture->size) {
		capture->size = capture->size ? capture->size * 2 : 1024;
		capture->packets = realloc(capture->packets, capture->size * sizeof packet);
	}
	if (!packet.bytes || !capture->packets)
		return false;
	memcpy(packet.bytes, bytes, header->caplen);
	if (header->caplen >= ETHERNET_BYTES + 20 && get16(bytes + 12) == 0x0800) {
		packet.hosts[0] = host_number(capture, get32(bytes + ETHERNET_BYTES + 12));
		packet.hosts[1] = host_number(capture, get32(bytes + ETHERNET_BYTES + 16));
	}
	capture->packets[capture->count++] = packet;
	capture->file_bytes += 16 + header->caplen;
	return true;
}

static bool read_capture(struct capture *capture, const char *name)
{
	char error[PCAP_ERRBUF_SIZE] = "it is not Ethernet";
	pcap_t *in = pcap_open_offline(name, error);
	struct pcap_pkthdr *header;
	const u_char *bytes;
	uint64_t first_us = 0;

	if (!in || pcap_datalink(in) != DLT_EN10MB) {
		fprintf(stderr, "tanpa-replicate: cannot use '%s': %s\n", name, error);
		return false;
	}
	while (pcap_next_ex(in, &header, &bytes) == 1) {
		uint64_t us = (uint64_t)header->ts.tv_sec * 1000000 + (uint64_t)header->ts.tv_usec;
		if (capture->count == 0)
			first_us = us;
		if (!add_packet(capture, us > first_us ? us - first_us : 0, header, bytes)) {
			fprintf(stderr, "tanpa-replicate: not enough memory\n");
			return false;
		}
	}
	pcap_close(in);
	return true;
}

/* ---- re-addressing ---- */

/* Replaces 16 bits at `at` and corrects the checksums that cover them (NULL: none). */
static void replace16(uint8_t *at, uint32_t value, uint8_t *const sums[2])
{
	for (int i = 0; i < 2; i++) {
		uint32_t sum;
		if (!sums[i])
			continue;
		sum = (~get16(sums[i]) & 0xffff) + (~get16(at) & 0xffff) + value;
		sum = (sum & 0xffff) + (sum >> 16);
		sum = (sum & 0xffff) + (sum >> 16);
		put16(sums[i], ~sum & 0xffff);
	}
	put16(at, value);
}

/* Where the checksum of a TCP, UDP or ICMPv6 header is, if it was captured and is in use. */
static uint8_t *transport_checksum(uint8_t *packet, uint32_t captured, uint32_t header_at, uint8_t protocol)
{
	uint32_t at = header_at + (protocol == 6 ? 16 : protocol == 17 ? 6 : 2);

	if ((protocol != 6 && protocol != 17 && protocol != 58) || at + 2 > captured)
		return NULL;
	return protocol == 17 && get16(packet + at) == 0 ? NULL : packet + at;
}

static void readdress_ipv4(uint8_t *packet, uint32_t captured, const int32_t hosts[2], uint16_t stream)
{
	uint8_t *ip = packet + ETHERNET_BYTES;
	bool first_fragment = (get16(ip + 6) & 0x1fff) == 0;
	uint32_t transport_at = ETHERNET_BYTES + (ip[0] & 15u) * 4;
	uint8_t *sums[2] = {ip + 10, NULL};

	if (first_fragment && ip[9] != 58)
		sums[1] = transport_checksum(packet, captured, transport_at, ip[9]);
	for (int i = 0; i < 2; i++) {
		uint32_t address = 0x0a000000 | (uint32_t)stream << 12 | (uint32_t)hosts[i];
		if (hosts[i] == KEPT)
			continue;
		replace16(ip + 12 + 4 * i, address >> 16, sums);
		replace16(ip + 14 + 4 * i, address & 0xffff, sums);
	}
}

static void readdress_ipv6(uint8_t *packet, uint32_t captured, uint16_t stream)
{
	uint8_t *ip = packet + ETHERNET_BYTES;
	uint32_t transport_at = ETHERNET_BYTES + 40;
	uint8_t protocol = ip[6], *sums[2] = {NULL, NULL};

	if (protocol == 0 && captured >= transport_at + 8) { /* hop-by-hop options, as in MLD */
		protocol = packet[transport_at];
		transport_at += 8 + 8u * packet[transport_at + 1];
	}
	sums[0] = transport_checksum(packet, captured, transport_at, protocol);
	for (int i = 0; i < 2; i++) {
		uint8_t *address = ip + 8 + 16 * i;
		if ((address[0] & 0xfe) == 0xfc || (get16(address) & 0xffc0) == 0xfe80)
			replace16(address + 4, stream, sums);
	}
}

/* ---- merging ---- */

static uint64_t due_us(const struct stream *s)
{
	return s->begin_us + s->capture->packets[s->next].at_us;
}

static bool before(const struct stream *a, const struct stream *b)
{
	uint64_t due_a = due_us(a), due_b = due_us(b);
	return due_a < due_b || (due_a == due_b && a->number < b->number);
}

/* Restores the heap (the earliest stream at 0) below `at`. */
static void sift_down(struct stream *heap, size_t count, size_t at)
{
	for (;;) {
		size_t least = 2 * at + 1;
		struct stream moved = heap[at];

		if (least >= count)
			return;
		if (least + 1 < count && before(&heap[least + 1], &heap[least]))
			least++;
		if (!before(&heap[least], &heap[at]))
			return;
		heap[at] = heap[least];
		heap[least] = moved;
		at = least;
	}
}

static void write_packet(pcap_dumper_t *out, const struct stream *s, uint64_t now_us)
{
	const struct packet *packet = &s->capture->packets[s->next];
	static uint8_t bytes[1 << 18];
	uint32_t captured = packet->captured < sizeof bytes ? packet->captured : sizeof bytes;
	struct pcap_pkthdr header = {.caplen = captured, .len = packet->wire};

	header.ts.tv_sec = (time_t)(BEGIN_S + now_us / 1000000);
	header.ts.tv_usec = (suseconds_t)(now_us % 1000000);
	memcpy(bytes, packet->bytes, captured);
	if (packet->hosts[0] != KEPT || packet->hosts[1] != KEPT)
		readdress_ipv4(bytes, captured, packet->hosts, s->number);
	else if (captured >= ETHERNET_BYTES + 40 && get16(bytes + 12) == 0x86dd)
		readdress_ipv6(bytes, captured, s->number);
	pcap_dump((u_char *)out, &header, bytes);
}

/* Returns the number of packets. */
static uint64_t merge(pcap_dumper_t *out, struct stream *heap, size_t count)
{
	uint64_t now_us = 0, packets = 0;

	for (size_t i = count / 2; i-- > 0;)
		sift_down(heap, count, i);
	while (count > 0) {
		if (due_us(&heap[0]) > now_us)
			now_us = due_us(&heap[0]);
		write_packet(out, &heap[0], now_us);
		packets++;
		if (++heap[0].next == heap[0].capture->count)
			heap[0] = heap[--count];
		sift_down(heap, count, 0);
	}
	return packets;
}

/* Each stream begins at its own moment, spread by the golden ratio over the hour. */
static size_t make_streams(struct stream *streams, const struct capture *captures, size_t count, size_t plays)
{
	size_t made = 0;

	for (size_t i = 0; i < count * plays && made < STREAMS_MAX; i++) {
		uint64_t begin_us = ((uint32_t)(i + 1) * 2654435769u * (uint64_t)SPAN_US) >> 32;
		if (captures[i % count].count > 0)
			streams[made++] = (struct stream){&captures[i % count], begin_us, 0, (uint16_t)i};
	}
	return made;
}

int main(int argc, char **argv)
{
	static struct stream streams[STREAMS_MAX];
	size_t count = argc > 3 ? (size_t)argc - 3 : 0, plays, made;
	struct capture *captures = calloc(count + 1, sizeof *captures);
	uint64_t wanted = argc > 3 ? strtoull(argv[1], NULL, 10) : 0, once = 0, packets;
	pcap_dumper_t *out;

	if (wanted == 0 || !captures) {
		fprintf(stderr, "Usage: tanpa-replicate BYTES OUTPUT CAPTURE ...\n");
		return 2;
	}
	for (size_t i = 0; i < count; i++) {
		if (!read_capture(&captures[i], argv[3 + i]))
			return 1;
		once += captures[i].file_bytes;
	}
	plays = once ? (wanted + once - 1) / once : 0;
	out = pcap_dump_open(pcap_open_dead(DLT_EN10MB, 262144), argv[2]);
	if (!out || plays * count > STREAMS_MAX) {
		fprintf(stderr, "tanpa-replicate: %s '%s'\n", out ? "too many streams for" : "cannot create", argv[2]);
		return 1;
	}
	made = make_streams(streams, captures, count, plays);
	packets = merge(out, streams, made);
	if (pcap_dump_flush(out) != 0) {
		fprintf(stderr, "tanpa-replicate: cannot write '%s'\n", argv[2]);
		return 1;
	}
	pcap_dump_close(out);
	fprintf(stderr, "tanpa-replicate: %zu captures, %zu times: %" PRIu64 " packets\n", count, plays, packets);
	return 0;
}
