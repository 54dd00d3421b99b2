#include "session/fragments.h"

#include <glib.h>
#include <string.h>

enum { PLACES = 4096 };

#define LIFETIME_NS (INT64_C(30) * 1000000000) /* RFC 791 asks for 15 s or more, Linux takes 30 */

struct datagram {
	int64_t ts_ns;
	uint8_t addr[32]; /* source, destination; IPv4 in the first 8 bytes */
	uint32_t id;
	uint16_t port[2];
	uint8_t proto;
	uint8_t is_ipv6;
};

struct session_fragments {
	struct packet_seed seed;
	struct datagram place[PLACES];
};

struct session_fragments *session_fragments_new(const struct packet_seed *seed)
{
	struct session_fragments *fragments = g_new0(struct session_fragments, 1);
	fragments->seed = *seed;
	return fragments;
}

void session_fragments_free(struct session_fragments *fragments)
{
	g_free(fragments);
}

static struct datagram datagram_of(const struct packet *p)
{
	struct datagram d = {.ts_ns = p->ts_ns, .id = p->seq, .proto = p->proto, .is_ipv6 = p->is_ipv6};
	memcpy(d.port, p->port, sizeof d.port);
	if (p->is_ipv6)
		memcpy(d.addr, p->addr.ipv6, 32);
	else
		memcpy(d.addr, p->addr.ipv4, 8);
	return d;
}

bool session_fragments_resolve(struct session_fragments *fragments, struct packet *p)
{
	struct datagram d = datagram_of(p);
	uint32_t at = (packet_host_hash(p, &fragments->seed) ^ d.id * UINT32_C(0x9e3779b1) ^ d.proto) % PLACES;
	struct datagram *known = &fragments->place[at];
	if (p->fragment == PACKET_FRAG_FIRST) {
		*known = d;
		return true;
	}
	if (known->id != d.id || known->proto != d.proto || known->is_ipv6 != d.is_ipv6 ||
	    memcmp(known->addr, d.addr, sizeof d.addr) != 0 || p->ts_ns - known->ts_ns > LIFETIME_NS)
		return false;
	memcpy(p->port, known->port, sizeof p->port);
	p->hash = packet_hash(p, &fragments->seed);
	return true;
}
