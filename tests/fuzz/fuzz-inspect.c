/*
 * Packets of sessions on their way to libndpi: what is made of them never says more than is there, and whatever libndpi
 * makes of it, each session gets an answer. Rows of 4 bytes and a payload:
 *
 *   0  direction (bit 0), session: UDP (1), IPv6 (2), the session ends before it (3)
 *   1  ports, of a session that begins
 *   2  payload length, in 8 bytes; of what is left at most
 *   3  TCP flags
 *
 * libndpi remembers what it saw, and making one anew costs milliseconds: one serves for all inputs.
 */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "inspect/datagram.h"
#include "inspect/inspect.h"

enum { SESSIONS = 4, ROW = 4 };

struct fuzzed {
	uint32_t state;
	bool wanted; /* its next packet */
	uint8_t ports;
};

static uint16_t port_of(unsigned choice)
{
	static const uint16_t ports[16] = {53,   69,    25, 80, 443,  6667, 587,  445,
					   5353, 40000, 22, 21, 8080, 123,  1900, 88};
	return ports[choice & 15];
}

static void check_datagram(const struct packet *p)
{
	struct datagram d;
	bool ipv6 = p->kind & PACKET_KIND_IPV6;
	datagram_make(p, &d);
	unsigned header = (ipv6 ? 40 : 20) + (p->proto == TANPA_TCP ? 20 : 8);
	unsigned total = ipv6 ? 40u + (unsigned)(d.bytes[4] << 8 | d.bytes[5])
			      : (unsigned)(d.bytes[2] << 8 | d.bytes[3]);
	CHECK(d.len == header + MIN(p->payload_cap, DATAGRAM_PAYLOAD) && d.len == total && d.len <= DATAGRAM_BYTES);
	CHECK(p->payload_cap == 0 || memcmp(d.bytes + header, p->payload, d.len - header) == 0);
}

static void end_session(struct session_inspector *inspector, uint32_t *state)
{
	struct tanpa_session session = {0};
	if (*state == 0)
		return;
	inspector->end(inspector, state);
	inspector->tell(inspector, *state, &session);
	CHECK(session.app_protocol != NULL && *session.app_protocol && strlen(session.app_protocol) < 64);
	CHECK(session.risks >> TANPA_N_RISKS == 0);
	*state = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct session_inspector *inspector;
	static const uint8_t ipv6[2][32] = {{0x20, [15] = 1, 0x20, [31] = 2}, {0x20, [15] = 2, 0x20, [31] = 1}};
	struct fuzzed sessions[SESSIONS] = {0};
	if (inspector == NULL)
		inspector = inspect_new(NULL);
	for (int64_t ns = 0; size > ROW; ns += 1000000) {
		unsigned back = data[0] & 1;
		struct fuzzed *s = &sessions[data[0] >> 1 & 3];
		uint16_t len = (uint16_t)MIN(data[2] * 8u, size - ROW);
		if (data[0] & 8)
			end_session(inspector, &s->state);
		if (s->state == 0)
			s->ports = data[1];
		struct packet p = {.ts_ns = ns,
				   .addr.ipv4 = {GUINT32_TO_BE(back ? 0xc0000250 : 0x0a000001),
						 GUINT32_TO_BE(back ? 0x0a000001 : 0xc0000250)},
				   .port = {port_of(s->ports >> (4 * back)), port_of(s->ports >> (4 * !back))},
				   .proto = data[0] & 2 ? TANPA_UDP : TANPA_TCP,
				   .payload = data + ROW,
				   .payload_len = len,
				   .payload_cap = len,
				   .tcp_flags = data[3] & 0x1f};
		if (data[0] & 4) {
			p.kind = PACKET_KIND_IPV6;
			p.addr.ipv6 = ipv6[back];
		}
		check_datagram(&p);
		if (inspector && len > 0 && (s->state == 0 || s->wanted))
			s->wanted = inspector->look(inspector, &p, &s->state);
		data += ROW + len;
		size -= ROW + len;
	}
	for (int i = 0; inspector && i < SESSIONS; i++)
		end_session(inspector, &sessions[i].state);
	CHECK(inspector == NULL || inspect_counts_of(inspector).early + inspect_counts_of(inspector).unnamed == 0);
	return 0;
}
