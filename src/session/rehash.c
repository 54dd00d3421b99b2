/* Hashes of the sessions in the table, for taking one out of the index, and for a wider index. */
#include "session/table_state.h"

uint32_t session_hash(const struct session_table *t, uint32_t slot)
{
	const struct session_hot *hot = hot_at(t, slot);
	if (hot->flags & HOT_CLOSING) /* which is when nearly all of them are taken out */
		return cold_at(t, slot)->hash;
	uint8_t proto = hot_is_udp(hot) ? TANPA_UDP : TANPA_TCP;
	if (hot->flags & HOT_IPV6) { /* the packet that would have begun it */
		struct packet p = {.port = {hot->port[0], hot->port[1]}, .proto = proto};
		p.addr.ipv6 = &ipv6_of(t, hot)->addr[0][0];
		return packet_hash_ipv6(&p, &t->options.seed);
	}
	return packet_hash_ends(packet_end_ipv4(hot->addr[0], hot->port[0]),
				packet_end_ipv4(hot->addr[1], hot->port[1]), proto, &t->options.seed);
}

void session_widen_index(struct session_table *t)
{
	enum { AHEAD = 64 }; /* places are fetched so many sessions ahead */
	struct {
		uint32_t hash, slot;
	} next[AHEAD];
	session_index_widen(&t->index);
	for (uint32_t slot = 0; slot < t->slots.used;) {
		unsigned n = 0;
		for (; slot < t->slots.used && n < AHEAD; slot++)
			if (hot_at(t, slot)->flags & HOT_LIVE) {
				next[n].hash = session_hash(t, slot);
				next[n].slot = slot;
				session_index_prefetch(&t->index, next[n++].hash);
			}
		for (unsigned i = 0; i < n; i++)
			session_index_insert(&t->index, next[i].hash, next[i].slot);
	}
}
