#include "truths.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/net.h"

#define NS(seconds) (T0 * 1000000000 + (int64_t)((seconds)*1e9))

const struct verdict_options *truths_rule(void)
{
	static struct verdict_options rule;
	if (rule.inside == NULL) {
		rule = verdict_options_default;
		rule.inside = net_list_parse("10.0.0.0/8,fd00::/8", NULL);
	}
	return &rule;
}

/* "[fd00::5]:1025" or "10.0.0.5:1025"; returns what follows. */
static const char *take_end(const char *text, uint8_t addr[16], uint16_t *port)
{
	bool bracket = *text == '[';
	const char *colon = bracket ? strstr(text, "]:") : strchr(text, ':');
	g_autofree char *address = g_strndup(text + bracket, (gsize)(colon - text - bracket));
	char *end;
	g_assert_true(net_address_parse(address, addr));
	*port = (uint16_t)g_ascii_strtoull(colon + 1 + bracket, &end, 10);
	return end;
}

static void take_key(const char *key, uint8_t addr[2][16], uint16_t port[2], uint8_t *proto)
{
	const char *text = take_end(key, addr[0], &port[0]);
	g_assert_true(g_str_has_prefix(text, " > "));
	text = take_end(text + 3, addr[1], &port[1]);
	*proto = strcmp(text, "/tcp") == 0 ? TANPA_TCP : strcmp(text, "/udp") == 0 ? TANPA_UDP : 0;
}

void truths_add(struct truth_set *set, const struct truths_session *from)
{
	uint64_t packets = from->packets ? from->packets : 10;
	struct tanpa_session s = {
		.origin = from->origin,
		.conn_state = from->state ? from->state : TANPA_SF,
		.content = {TANPA_CONTENT_NONE, from->content},
		.service = from->service,
		.http_status = from->http_status,
	};
	take_key(from->key, s.addr, s.port, &s.proto);
	s.ipv4 = s.addr[0][10] == 0xff && s.addr[0][0] == 0;
	for (int side = 0; side < 2; side++) {
		struct tanpa_flow *flow = &s.flow[side];
		flow->payload_bytes = side ? from->down : from->up;
		flow->packets = side ? packets / 2 : packets - packets / 2;
		flow->ip_bytes = flow->payload_bytes + 40 * flow->packets;
		s.frame_bytes += flow->ip_bytes + 14 * flow->packets;
		flow->first_ns = NS(from->start_s);
		flow->last_ns = NS(side == 0 && from->heard_s > 0 ? from->heard_s : from->end_s);
	}
	struct verdict verdict = verdict_judge(&s, truths_rule());
	truth_set_add(set, &s, &verdict);
}

void truths_set(struct truth_set *set, const struct truths_session *sessions, gsize n)
{
	truth_set_init(set);
	truth_set_begin_run(set);
	for (gsize i = 0; i < n; i++)
		truths_add(set, &sessions[i]);
	truth_set_end_run(set);
}

void truths_entry(struct truth_log *log, const char *key, double time_s)
{
	struct truth_entry entry = {.line = log->entries->len + 2, .time = {NS(time_s), NS(time_s)}};
	take_key(key, entry.addr, entry.port, &entry.proto);
	for (int side = 0; side < 2; side++)
		entry.has_port[side] = entry.port[side] != 0;
	g_array_append_val(log->entries, entry);
}

char *truths_write(const char *text, gsize size)
{
	char *path = NULL;
	g_autoptr(GError) error = NULL;
	int file = g_file_open_tmp("tanpa-test-XXXXXX", &path, &error);
	g_assert_no_error(error);
	g_close(file, NULL);
	g_file_set_contents(path, text, (gssize)size, &error);
	g_assert_no_error(error);
	return path;
}

bool truths_read(struct truth_log *log, const char *text, const struct truth_log_options *options, GError **error)
{
	g_autofree char *path = truths_write(text, strlen(text));
	bool good = truth_log_read(log, path, options, error);
	g_unlink(path);
	return good;
}
