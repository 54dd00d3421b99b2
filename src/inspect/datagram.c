#include "inspect/datagram.h"

#include <string.h>

#include "tanpa/session.h"

enum { TTL = 64 };

static uint8_t *put16(uint8_t *at, uint32_t n)
{
	at[0] = (uint8_t)(n >> 8);
	at[1] = (uint8_t)n;
	return at + 2;
}

static uint8_t *put32(uint8_t *at, uint32_t n)
{
	return put16(put16(at, n >> 16), n & 0xffff);
}

static uint8_t *put_ipv4(uint8_t *at, const struct packet *p, uint32_t payload)
{
	at = put32(at, UINT32_C(0x45000000) | (20 + payload));
	at = put32(at, 0x00004000); /* do not fragment */
	at = put32(at, (uint32_t)TTL << 24 | (uint32_t)p->proto << 16);
	memcpy(at, p->addr.ipv4, 8);
	return at + 8;
}

static uint8_t *put_ipv6(uint8_t *at, const struct packet *p, uint32_t payload)
{
	at = put32(at, UINT32_C(0x60000000));
	at = put32(at, payload << 16 | (uint32_t)p->proto << 8 | TTL);
	memcpy(at, p->addr.ipv6, 32);
	return at + 32;
}

static uint8_t *put_tcp(uint8_t *at, const struct packet *p)
{
	at = put32(at, (uint32_t)p->port[0] << 16 | p->port[1]);
	at = put32(at, p->seq);
	at = put32(at, p->ack);
	at = put32(at, UINT32_C(0x50000000) | (uint32_t)p->tcp_flags << 16 | p->window);
	return put32(at, 0);
}

static uint8_t *put_udp(uint8_t *at, const struct packet *p, uint32_t payload)
{
	at = put32(at, (uint32_t)p->port[0] << 16 | p->port[1]);
	return put32(at, (8 + payload) << 16);
}

void datagram_make(const struct packet *p, struct datagram *out)
{
	bool tcp = p->proto == TANPA_TCP;
	uint32_t payload = p->payload_cap < DATAGRAM_PAYLOAD ? p->payload_cap : DATAGRAM_PAYLOAD;
	uint32_t transport = (tcp ? 20 : 8) + payload;
	uint8_t *at = out->bytes;
	at = p->kind & PACKET_KIND_IPV6 ? put_ipv6(at, p, transport) : put_ipv4(at, p, transport);
	at = tcp ? put_tcp(at, p) : put_udp(at, p, payload);
	if (payload > 0)
		memcpy(at, p->payload, payload);
	at += payload;
	out->len = (uint16_t)(at - out->bytes);
	memset(at, 0, DATAGRAM_BEHIND);
}
