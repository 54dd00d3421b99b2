/* The record of a session, from how it lies in memory: the way out of the table. */
#include <glib.h>
#include <string.h>

#include "base/coarse.h"
#include "session/table_state.h"
#include "session/tcp.h"

static void put_address(uint8_t out[16], uint32_t ipv4)
{
	uint32_t be = GUINT32_TO_BE(ipv4);
	memset(out, 0, 10);
	memset(out + 10, 0xff, 2);
	memcpy(out + 12, &be, 4);
}

static uint64_t missed_bytes(const struct session_rare *rare, unsigned side)
{
	uint64_t missed = rare->missed_bytes[side];
	for (unsigned i = 0; i < RARE_HOLES; i++)
		missed += rare->hole[side][i].to - rare->hole[side][i].from;
	return missed;
}

void session_record_build(const struct session_table *t, uint32_t slot, struct tanpa_session *out)
{
	const struct session_hot *hot = hot_at(t, slot);
	const struct session_cold *cold = cold_at(t, slot);
	const struct session_rare *rare = rare_of(t, cold);

	*out = (struct tanpa_session){
		.port = {hot->port[0], hot->port[1]},
		.proto = hot_is_udp(hot) ? TANPA_UDP : TANPA_TCP,
		.ipv4 = !(hot->flags & HOT_IPV6),
		.origin = cold->origin,
		.end = cold->end,
		.service = cold->service,
		.content = {cold->content & 15, cold->content >> 4},
		.http_method = cold->http_method,
		.http_status = cold->http_status,
		.turns = cold->turns,
		.idles = cold->idles,
		.steady_idles = cold->steady_idles,
		.idle_ns = (int64_t)coarse_number(cold->idle, IDLE_BITS) * IDLE_UNIT_NS,
		.reply_ns = cold->reply ? (int64_t)coarse_number(cold->reply, REPLY_BITS) * REPLY_UNIT_NS : TANPA_NEVER,
		.name = session_names_get(&t->names, cold->name),
	};
	for (unsigned side = 0; side < 2; side++) {
		struct tanpa_flow *flow = &out->flow[side];
		if (out->ipv4)
			put_address(out->addr[side], hot->addr[side]);
		else
			memcpy(out->addr[side], ipv6_of(t, hot)->addr[side], 16);
		flow->packets = hot->packets[side];
		flow->ip_bytes = hot->ip_bytes[side];
		flow->payload_bytes = hot->payload_bytes[side];
		flow->data_packets = cold->data_packets[side];
		flow->first_ns = hot->packets[side] ? cold->first_ns[side] : TANPA_NEVER;
		flow->last_ns = hot->packets[side] ? hot->last_ns[side] : TANPA_NEVER;
		if (rare) {
			flow->ip_bytes += (uint64_t)rare->ip_bytes_high[side] << 32;
			flow->payload_bytes += (uint64_t)rare->payload_bytes_high[side] << 32;
			flow->data_packets += (uint64_t)rare->data_packets_high[side] << 16;
			flow->retrans_bytes = rare->retrans_bytes[side];
			flow->missed_bytes = missed_bytes(rare, side);
		}
	}
	session_history_text(cold, rare, out->history);
	if (out->proto == TANPA_TCP)
		out->conn_state = (uint8_t)session_tcp_conn_state(hot, out->history, tanpa_session_payload(out) > 0);
	else
		out->conn_state = out->flow[0].packets == 0   ? TANPA_SHR
				  : out->flow[1].packets == 0 ? TANPA_S0
							      : TANPA_SF;
	if (t->options.inspector && *inspected_at(t, slot))
		t->options.inspector->tell(t->options.inspector, *inspected_at(t, slot), out);
	if (t->options.count_frames)
		out->frame_bytes = *(uint64_t *)slab_at(&t->frames, slot, sizeof(uint64_t));
}

void session_table_get(const struct session_table *t, uint32_t i, struct tanpa_session *out)
{
	session_record_build(t, i, out);
}

int64_t session_table_start_ns(const struct session_table *t, uint32_t i)
{
	const struct session_hot *hot = hot_at(t, i);
	const struct session_cold *cold = cold_at(t, i);
	if (hot->packets[0] == 0)
		return cold->first_ns[1];
	return hot->packets[1] == 0 || cold->first_ns[0] < cold->first_ns[1] ? cold->first_ns[0] : cold->first_ns[1];
}
