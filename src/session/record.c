/* The record of a session, from how it lies in memory: the way out of the table. */
#include <glib.h>
#include <string.h>

#include "base/coarse.h"
#include "session/table_state.h"
#include "session/tcp.h"

static void put_addresses(const struct session_table *t, const struct session_hot *hot, uint8_t out[2][16])
{
	if (hot->flags & HOT_IPV6) {
		memcpy(out, ipv6_of(t, hot), sizeof(struct session_ipv6));
		return;
	}
	for (unsigned side = 0; side < 2; side++) {
		const uint32_t words[4] = {0, 0, GUINT32_TO_BE(0xffff), hot->addr[side]};
		memcpy(out[side], words, 16);
	}
}

static uint64_t missed_bytes(const struct session_rare *rare, unsigned side)
{
	uint64_t missed = rare->missed_bytes[side];
	for (unsigned i = 0; i < RARE_HOLES; i++)
		missed += rare->hole[side][i].to - rare->hole[side][i].from;
	return missed;
}

static void put_flow(const struct session_hot *hot, const struct session_cold *cold, unsigned side,
		     struct tanpa_flow *out)
{
	bool some = hot->packets[side] > 0;
	out->packets = hot->packets[side];
	out->ip_bytes = hot->ip_bytes[side];
	out->payload_bytes = hot->payload_bytes[side];
	out->retrans_bytes = 0;
	out->missed_bytes = 0;
	out->first_ns = some ? cold->first_ns[side] : TANPA_NEVER;
	out->last_ns = some ? hot->last_ns[side] : TANPA_NEVER;
	out->data_packets = cold->data_packets[side];
}

static void add_rare(const struct session_rare *rare, unsigned side, struct tanpa_flow *out)
{
	out->ip_bytes += (uint64_t)rare->ip_bytes_high[side] << 32;
	out->payload_bytes += (uint64_t)rare->payload_bytes_high[side] << 32;
	out->data_packets += (uint64_t)rare->data_packets_high[side] << 16;
	out->retrans_bytes = rare->retrans_bytes[side];
	out->missed_bytes = missed_bytes(rare, side);
}

/* What the first payloads told, and when they came. */
static void put_content(const struct session_table *t, const struct session_cold *cold, struct tanpa_session *out)
{
	out->service = cold->service;
	out->content[0] = cold->content & 15;
	out->content[1] = cold->content >> 4;
	out->http_method = cold->http_method;
	out->http_status = cold->http_status;
	out->name = session_names_get(&t->names, cold->name);
	out->turns = cold->turns;
	out->reply_ns = cold->reply ? (int64_t)coarse_number(cold->reply, REPLY_BITS) * REPLY_UNIT_NS : TANPA_NEVER;
	out->idle_ns = (int64_t)coarse_number(cold->idle, IDLE_BITS) * IDLE_UNIT_NS;
	out->idles = cold->idles;
	out->steady_idles = cold->steady_idles;
}

/* What only flow logs tell, or who is asked for more. */
static void put_nothing(struct tanpa_session *out)
{
	out->absent = out->estimated = 0;
	out->frame_bytes = 0;
	out->label = out->detailed_label = out->app_protocol = NULL;
	out->risks = 0;
}

static enum tanpa_conn_state conn_state(const struct session_hot *hot, const struct tanpa_session *s)
{
	if (!hot_is_udp(hot))
		return session_tcp_conn_state(hot, s->history, tanpa_session_payload(s) > 0);
	if (hot->packets[0] == 0)
		return TANPA_SHR;
	return hot->packets[1] == 0 ? TANPA_S0 : TANPA_SF;
}

/* Field by field: to clear all of it first would cost a quarter more. */
void session_record_build(const struct session_table *t, uint32_t slot, struct tanpa_session *restrict out)
{
	const struct session_hot *hot = hot_at(t, slot);
	const struct session_cold *cold = cold_at(t, slot);
	const struct session_rare *rare = rare_of(t, cold);

	put_addresses(t, hot, out->addr);
	out->port[0] = hot->port[0];
	out->port[1] = hot->port[1];
	out->proto = hot_is_udp(hot) ? TANPA_UDP : TANPA_TCP;
	out->ipv4 = !(hot->flags & HOT_IPV6);
	out->origin = cold->origin;
	out->end = cold->end;
	put_content(t, cold, out);
	put_nothing(out);
	for (unsigned side = 0; side < 2; side++) {
		put_flow(hot, cold, side, &out->flow[side]);
		if (G_UNLIKELY(rare != NULL))
			add_rare(rare, side, &out->flow[side]);
	}
	session_history_text(cold, rare, out->history);
	out->conn_state = (uint8_t)conn_state(hot, out);
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
