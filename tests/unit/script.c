#include "script.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/names.h"

/* 2001:db8::c:N and 2001:db8::5, as a packet has them: source and destination, by side. */
static uint8_t ipv6_pairs[2][256][32];

static void make_ipv6_pairs(void)
{
	for (int side = 0; side < 2; side++)
		for (int host = 0; host < 256; host++) {
			uint8_t *pair = ipv6_pairs[side][host], *client = pair + 16 * side, *server = pair + 16 * !side;
			static const uint8_t prefix[4] = {0x20, 0x01, 0x0d, 0xb8};
			memcpy(client, prefix, 4);
			memcpy(server, prefix, 4);
			client[13] = 0x0c;
			client[15] = (uint8_t)host;
			server[15] = 5;
		}
}

void script_init(struct script *s, bool udp, bool ipv6)
{
	*s = (struct script){.udp = udp, .ipv6 = ipv6, .now_ns = SCRIPT_EPOCH_NS, .port = {40000, 80}, .client = 1};
	s->next_seq[0] = 1000;
	s->next_seq[1] = 5000;
	s->packets = g_array_new(FALSE, TRUE, sizeof(struct packet));
	s->payloads = g_ptr_array_new_with_free_func(g_free);
	make_ipv6_pairs();
}

void script_clear(struct script *s)
{
	g_array_unref(s->packets);
	g_ptr_array_unref(s->payloads);
}

static void set_key(const struct script *s, struct packet *p, unsigned side)
{
	const uint32_t client = GUINT32_TO_BE(0x0a000000 + s->client), server = GUINT32_TO_BE(0xcb007105);
	p->proto = s->udp ? TANPA_UDP : TANPA_TCP;
	p->port[0] = s->port[side];
	p->port[1] = s->port[side ^ 1];
	p->kind = (uint8_t)((s->udp ? PACKET_KIND_UDP : 0) | (s->ipv6 ? PACKET_KIND_IPV6 : 0));
	if (s->ipv6) {
		p->addr.ipv6 = ipv6_pairs[side][s->client];
	} else {
		p->addr.ipv4[0] = side ? server : client;
		p->addr.ipv4[1] = side ? client : server;
	}
}

/* "[text]": its bytes, with _ and ~ undone. */
static void take_text(struct script *s, struct packet *p, const char *text)
{
	GString *payload = g_string_new(NULL);
	for (const char *c = text + 1; *c != ']'; c++)
		g_string_append(payload, *c == '_' ? " " : *c == '~' ? "\r\n" : (char[]){*c, '\0'});
	p->payload_len = (uint32_t)payload->len;
	p->payload_cap = (uint16_t)payload->len;
	p->payload = (uint8_t *)g_string_free(payload, FALSE);
	g_ptr_array_add(s->payloads, (gpointer)p->payload);
}

static uint8_t flag_of(char letter)
{
	switch (letter) {
	case 'S':
		return PACKET_SYN;
	case 'A':
		return PACKET_ACK;
	case 'F':
		return PACKET_FIN;
	case 'R':
		return PACKET_RST;
	case 'P':
		return PACKET_PSH;
	default:
		return 0;
	}
}

/* One packet of a side; `at` is behind its arrow. */
static void add_one(struct script *s, unsigned side, const char *at)
{
	struct packet p = {.ts_ns = s->now_ns, .window = 1000};
	bool lost = *at == '!', flags = false;
	char *end;
	at += lost;
	set_key(s, &p, side);
	for (; flag_of(*at); at++) {
		p.tcp_flags |= flag_of(*at);
		flags = true;
	}
	if (!flags || (p.tcp_flags & PACKET_FIN && !(p.tcp_flags & PACKET_SYN)))
		p.tcp_flags |= PACKET_ACK;
	if (*at == '[') {
		take_text(s, &p, at);
		at = strchr(at, ']') + 1;
	} else if (g_ascii_isdigit(*at)) {
		p.payload_len = (uint32_t)strtoul(at, &end, 10);
		at = end;
	}
	p.seq = s->next_seq[side];
	p.ack = p.tcp_flags & PACKET_ACK ? s->next_seq[side ^ 1] : 0;
	for (; *at; at = end) {
		end = (char *)at + 1;
		if (*at == '@')
			p.seq += (uint32_t)strtol(at + 1, &end, 10);
		else if (*at == '^')
			p.ack += (uint32_t)strtol(at + 1, &end, 10);
		else if (*at == 'w')
			p.window = 0;
		else if (*at == 'f' || *at == 'g') {
			p.fragment = *at == 'f' ? PACKET_FRAG_FIRST : PACKET_FRAG_LATER;
			p.seq = (uint32_t)strtoul(at + 2, &end, 10);
			end++;
		} else
			g_error("not understood: '%s'", at);
	}
	uint32_t over = p.seq + p.payload_len + !!(p.tcp_flags & PACKET_SYN) + !!(p.tcp_flags & PACKET_FIN);
	if (p.fragment == PACKET_WHOLE && (int32_t)(over - s->next_seq[side]) > 0)
		s->next_seq[side] = over;
	p.ip_len = p.payload_len + (s->udp ? 8 : 20) + (s->ipv6 ? 40 : 20);
	if (s->udp) {
		p.tcp_flags = 0;
		p.seq = p.fragment ? p.seq : 0;
		p.ack = p.window = 0;
	}
	if (p.fragment == PACKET_FRAG_LATER) {
		p.port[0] = p.port[1] = 0;
		p.tcp_flags = 0;
		p.payload = NULL;
		p.payload_cap = 0;
		p.ip_len = p.payload_len + (s->ipv6 ? 48 : 20);
	}
	p.frame_len = p.ip_len + 14;
	p.hash = packet_hash(&p, &session_options_default.seed);
	if (!lost)
		g_array_append_val(s->packets, p);
	s->now_ns += SCRIPT_STEP_NS;
}

void script_add(struct script *s, const char *text)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	for (int i = 0; words[i]; i++) {
		const char *w = words[i];
		switch (*w) {
		case '>':
		case '<':
			add_one(s, *w == '<', w + 1);
			break;
		case '+':
		case '-':
			s->now_ns += (int64_t)llround(g_ascii_strtod(w, NULL) * 1e9);
			break;
		case 'c':
		case 's':
			s->port[*w == 's'] = (uint16_t)strtoul(w + 1, NULL, 10);
			break;
		case 'i':
		case 'j':
			s->next_seq[*w == 'j'] = (uint32_t)strtoul(w + 1, NULL, 10);
			break;
		case 'h':
			s->client = (uint8_t)strtoul(w + 1, NULL, 10);
			break;
		case '\0':
			break;
		default:
			g_error("not understood: '%s'", w);
		}
	}
}

void script_stream(const struct tanpa_session *session, void *user)
{
	struct tanpa_session copy = *session;
	copy.name = g_intern_string(copy.name);
	g_array_append_val((GArray *)user, copy);
}

GArray *script_run(const struct script *s, const struct session_options *options, gsize batch,
		   struct session_counts *counts)
{
	GArray *sessions = g_array_new(FALSE, TRUE, sizeof(struct tanpa_session));
	struct session_options o = *options;
	o.user = sessions;
	struct session_table *table = session_table_new(&o);
	for (gsize i = 0; i < s->packets->len;) {
		gsize n = batch ? MIN(batch, s->packets->len - i) : s->packets->len;
		session_table_add(table, &g_array_index(s->packets, struct packet, i), n, NULL);
		i += n;
	}
	session_table_finish(table, session_table_newest_ns(table));
	for (uint32_t i = 0; i < session_table_size(table); i++) {
		struct tanpa_session session, again;
		memset(&session, 0x5a, sizeof session);
		memset(&again, 0xa5, sizeof again);
		session_table_get(table, i, &session);
		session_table_get(table, i, &again);
		script_assert_equal(&session, &again); /* no field is left as it was */
		g_assert_cmpuint(session.risks, ==, again.risks);
		g_assert_cmpstr(session.app_protocol, ==, again.app_protocol);
		g_assert_cmpint(session_table_start_ns(table, i), ==, tanpa_session_start_ns(&session));
		script_stream(&session, sessions);
	}
	if (counts)
		*counts = session_table_counts(table);
	session_table_free(table);
	return sessions;
}

GArray *script_sessions(const char *text, bool udp)
{
	struct script s;
	script_init(&s, udp, false);
	script_add(&s, text);
	GArray *sessions = script_run(&s, &session_options_default, 0, NULL);
	script_clear(&s);
	return sessions;
}

void script_assert_equal(const struct tanpa_session *a, const struct tanpa_session *b)
{
	g_assert_cmpmem(a->addr, sizeof a->addr, b->addr, sizeof b->addr);
	g_assert_cmpmem(a->port, sizeof a->port, b->port, sizeof b->port);
	g_assert_cmpuint(a->proto, ==, b->proto);
	g_assert_cmpuint(a->ipv4, ==, b->ipv4);
	g_assert_cmpuint(a->origin, ==, b->origin);
	g_assert_cmpuint(a->conn_state, ==, b->conn_state);
	g_assert_cmpuint(a->end, ==, b->end);
	g_assert_cmpuint(a->service, ==, b->service);
	g_assert_cmpmem(a->content, sizeof a->content, b->content, sizeof b->content);
	g_assert_cmpuint(a->http_method, ==, b->http_method);
	g_assert_cmpuint(a->http_status, ==, b->http_status);
	g_assert_cmpuint(a->turns, ==, b->turns);
	g_assert_cmpint(a->reply_ns, ==, b->reply_ns);
	g_assert_cmpint(a->idle_ns, ==, b->idle_ns);
	g_assert_cmpuint(a->idles, ==, b->idles);
	g_assert_cmpuint(a->steady_idles, ==, b->steady_idles);
	g_assert_cmpuint(a->absent, ==, b->absent);
	g_assert_cmpuint(a->estimated, ==, b->estimated);
	g_assert_cmpuint(a->frame_bytes, ==, b->frame_bytes);
	g_assert_cmpstr(a->label, ==, b->label);
	g_assert_cmpstr(a->detailed_label, ==, b->detailed_label);
	g_assert_cmpstr(a->name, ==, b->name);
	g_assert_cmpstr(a->history, ==, b->history);
	for (int side = 0; side < 2; side++) {
		g_assert_cmpuint(a->flow[side].packets, ==, b->flow[side].packets);
		g_assert_cmpuint(a->flow[side].ip_bytes, ==, b->flow[side].ip_bytes);
		g_assert_cmpuint(a->flow[side].payload_bytes, ==, b->flow[side].payload_bytes);
		g_assert_cmpuint(a->flow[side].data_packets, ==, b->flow[side].data_packets);
		g_assert_cmpuint(a->flow[side].retrans_bytes, ==, b->flow[side].retrans_bytes);
		g_assert_cmpuint(a->flow[side].missed_bytes, ==, b->flow[side].missed_bytes);
		g_assert_cmpint(a->flow[side].first_ns, ==, b->flow[side].first_ns);
		g_assert_cmpint(a->flow[side].last_ns, ==, b->flow[side].last_ns);
	}
}

char *script_describe(const GArray *sessions)
{
	GString *text = g_string_new(NULL);
	for (guint i = 0; i < sessions->len; i++) {
		const struct tanpa_session *s = SESSION(sessions, i);
		const struct tanpa_flow *o = &s->flow[0], *r = &s->flow[1];
		g_string_append_printf(text, "%s%s %s %s %s", i ? " | " : "", report_origin_name(s->origin), s->history,
				       report_conn_state_name(s->conn_state), report_end_name(s->end));
		g_string_append_printf(text, " %" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT, o->packets, r->packets);
		g_string_append_printf(text, " %" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT, o->payload_bytes,
				       r->payload_bytes);
		if (o->retrans_bytes || r->retrans_bytes)
			g_string_append_printf(text, " again %" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT,
					       o->retrans_bytes, r->retrans_bytes);
		if (o->missed_bytes || r->missed_bytes)
			g_string_append_printf(text, " missed %" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT,
					       o->missed_bytes, r->missed_bytes);
	}
	return g_string_free(text, FALSE);
}
