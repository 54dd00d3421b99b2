#include "services.h"

#include "base/net.h"

static void set_address(uint8_t addr[16], const char *net, unsigned last)
{
	g_autofree char *text = g_strdup_printf("%s.%u", net, last);
	g_assert_true(net_address_parse(text, addr));
}

void services_add(struct channels *channels, const struct service_script *script)
{
	struct verdict_options options = verdict_options_default;
	g_autoptr(net_list_) inside = net_list_private();
	options.inside = inside;
	for (guint i = 0; i < script->sessions; i++) {
		int64_t start = (int64_t)i * script->every_s * 1000000000;
		int64_t end = start + (int64_t)(script->lasts_s * 1e9);
		struct tanpa_session s = {.port = {(uint16_t)(40000 + i), script->port},
					  .proto = TANPA_TCP,
					  .ipv4 = true,
					  .origin = script->begun_before ? TANPA_ORIGIN_FIRST : TANPA_ORIGIN_SYN,
					  .conn_state = script->refused ? TANPA_REJ : TANPA_SF,
					  .service = script->service,
					  .http_method = script->method,
					  .content = {[TANPA_RESP] = script->content},
					  .name = script->name,
					  .absent = script->absent,
					  .turns = 1};
		g_strlcpy(s.history, script->history ? script->history : "", sizeof s.history);
		set_address(s.addr[0], "10.0.0", script->host);
		set_address(s.addr[1], script->internal ? "10.0.0" : "203.0.113", script->server);
		s.flow[0] = (struct tanpa_flow){.packets = script->packets,
						.ip_bytes = script->sent + 40ull * script->packets,
						.payload_bytes = script->sent,
						.first_ns = start,
						.last_ns = end};
		s.flow[1] = s.flow[0];
		s.flow[1].payload_bytes = script->received;
		struct verdict verdict = verdict_judge(&s, &options);
		channels_add(channels, &s, &verdict);
	}
}

const struct channel *services_find(const struct channels *channels, uint16_t port)
{
	for (guint i = 0; i < channels_size(channels); i++)
		if (channels_get(channels, i)->port == port)
			return channels_get(channels, i);
	g_assert_not_reached();
}
