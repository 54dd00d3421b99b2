/* The columns of the page's tables: a row of a const table for each. docs/formats.md describes them. */
#include <math.h>
#include <string.h>

#include "base/net.h"
#include "report/community_id.h"
#include "report/names.h"
#include "report/page/tables.h"

/* ---- strings ---- */

static guint address_number(struct page_strings *addresses, const uint8_t addr[16])
{
	gpointer number = g_hash_table_lookup(addresses->numbers, addr);
	if (number == NULL) {
		char text[NET_TEXT];
		g_ptr_array_add(addresses->strings, g_strdup(net_address_text(addr, text)));
		number = GUINT_TO_POINTER(addresses->strings->len);
		g_hash_table_insert(addresses->numbers, g_memdup2(addr, 16), number);
	}
	return GPOINTER_TO_UINT(number) - 1;
}

/* Number + 1; 0 for NULL. */
static guint name_number(struct page_strings *names, const char *name)
{
	if (name == NULL)
		return 0;
	gpointer number = g_hash_table_lookup(names->numbers, name);
	if (number == NULL) {
		char *copy = g_strdup(name);
		g_ptr_array_add(names->strings, copy);
		number = GUINT_TO_POINTER(names->strings->len);
		g_hash_table_insert(names->numbers, copy, number);
	}
	return GPOINTER_TO_UINT(number);
}

/*
 * A getter looks strings up, which numbers them: the tables change, though only by strings. pack_column()
 * calls it twice per value, with the same answer.
 */
static struct page_tables *tables_of(gconstpointer user)
{
	return (struct page_tables *)(uintptr_t)user;
}

static uint64_t since(int64_t ns, int64_t base_us)
{
	int64_t us = ns / 1000 - (ns % 1000 < 0) - base_us;
	return (uint64_t)MAX(us, 0);
}

/* ---- sessions ---- */

static const struct page_row *row_at(gsize i, gconstpointer user)
{
	return &g_array_index(tables_of(user)->rows, struct page_row, i);
}

/* Microseconds since the session before. */
static uint64_t row_start(gsize i, gconstpointer user)
{
	int64_t base_us = tables_of(user)->base_us;
	uint64_t before = i == 0 ? 0 : since(row_at(i - 1, user)->start_ns, base_us);
	return since(row_at(i, user)->start_ns, base_us) - before;
}

static uint64_t row_duration(gsize i, gconstpointer user)
{
	const struct page_row *row = row_at(i, user);
	return (uint64_t)(row->end_ns - row->start_ns) / 1000;
}

static uint64_t row_channel(gsize i, gconstpointer user)
{
	return g_array_index(tables_of(user)->row_channels, guint, i);
}

static uint64_t row_initiator(gsize i, gconstpointer user)
{
	return address_number(&tables_of(user)->addresses, row_at(i, user)->addr[TANPA_ORIG]);
}

static uint64_t row_responder(gsize i, gconstpointer user)
{
	return address_number(&tables_of(user)->addresses, row_at(i, user)->addr[TANPA_RESP]);
}

static uint64_t row_name(gsize i, gconstpointer user)
{
	return name_number(&tables_of(user)->names, row_at(i, user)->name);
}

#define ROW_FIELD(field)                                         \
	static uint64_t row_##field(gsize i, gconstpointer user) \
	{                                                        \
		return row_at(i, user)->field;                   \
	}
ROW_FIELD(sent)
ROW_FIELD(received)
ROW_FIELD(packets)
ROW_FIELD(proto)
ROW_FIELD(conn_state)
ROW_FIELD(service)
ROW_FIELD(http_method)
ROW_FIELD(http_status)
ROW_FIELD(content)
ROW_FIELD(if_short)
ROW_FIELD(if_long)
ROW_FIELD(direction)

/* + 1; 0: not known. */
static uint64_t row_length_bytes(gsize i, gconstpointer user)
{
	const struct page_row *row = row_at(i, user);
	return row->has_length ? row->length_bytes + 1 : 0;
}

static uint64_t row_initiator_port(gsize i, gconstpointer user)
{
	return row_at(i, user)->port[TANPA_ORIG];
}

static uint64_t row_responder_port(gsize i, gconstpointer user)
{
	return row_at(i, user)->port[TANPA_RESP];
}

struct column {
	const char *name;
	uint64_t (*get)(gsize i, gconstpointer user);
};

static const struct column session_columns[] = {
	{"sessions.start", row_start},
	{"sessions.duration", row_duration},
	{"sessions.channel", row_channel},
	{"sessions.initiator", row_initiator},
	{"sessions.initiator_port", row_initiator_port},
	{"sessions.responder", row_responder},
	{"sessions.responder_port", row_responder_port},
	{"sessions.proto", row_proto},
	{"sessions.direction", row_direction},
	{"sessions.sent", row_sent},
	{"sessions.received", row_received},
	{"sessions.packets", row_packets},
	{"sessions.length_bytes", row_length_bytes},
	{"sessions.if_short", row_if_short},
	{"sessions.if_long", row_if_long},
	{"sessions.conn_state", row_conn_state},
	{"sessions.service", row_service},
	{"sessions.http_method", row_http_method},
	{"sessions.http_status", row_http_status},
	{"sessions.content", row_content},
	{"sessions.name", row_name},
};

/* ---- channels ---- */

static const struct channel *channel_at(gsize i, gconstpointer user)
{
	const struct page_tables *t = tables_of(user);
	return channels_get(t->all, g_array_index(t->channels, guint32, i));
}

static uint64_t channel_host_number(gsize i, gconstpointer user)
{
	return g_array_index(tables_of(user)->channel_hosts, guint, i);
}

/* Number + 1; 0 where the inside host serves. */
static uint64_t channel_server(gsize i, gconstpointer user)
{
	const struct channel *c = channel_at(i, user);
	return c->inbound ? 0 : address_number(&tables_of(user)->addresses, c->server) + 1;
}

#define CHANNEL_FIELD(field)                                         \
	static uint64_t channel_##field(gsize i, gconstpointer user) \
	{                                                            \
		return channel_at(i, user)->field;                   \
	}
CHANNEL_FIELD(port)
CHANNEL_FIELD(proto)
CHANNEL_FIELD(direction)
CHANNEL_FIELD(sessions)
CHANNEL_FIELD(short_sessions)
CHANNEL_FIELD(sent)
CHANNEL_FIELD(received)
CHANNEL_FIELD(services)
CHANNEL_FIELD(contents)
CHANNEL_FIELD(methods)

static uint64_t channel_first(gsize i, gconstpointer user)
{
	return since(channel_at(i, user)->first_ns, tables_of(user)->base_us);
}

static uint64_t channel_last(gsize i, gconstpointer user)
{
	return since(channel_at(i, user)->last_ns, tables_of(user)->base_us);
}

/* Thousandths of a byte. */
static uint64_t channel_mean_min(gsize i, gconstpointer user)
{
	return (uint64_t)llround(1000 * (double)channel_at(i, user)->mean_length_min);
}

static uint64_t channel_mean_max(gsize i, gconstpointer user)
{
	return (uint64_t)llround(1000 * (double)channel_at(i, user)->mean_length_max);
}

static uint64_t channel_name(gsize i, gconstpointer user)
{
	return name_number(&tables_of(user)->names, channel_at(i, user)->names[0]);
}

static uint64_t channel_other_name(gsize i, gconstpointer user)
{
	return name_number(&tables_of(user)->names, channel_at(i, user)->names[1]);
}

#define CHANNEL_KIND(kind)                                             \
	static uint64_t channel_by_##kind(gsize i, gconstpointer user) \
	{                                                              \
		return channel_at(i, user)->by_kind[VERDICT_##kind];   \
	}
CHANNEL_KIND(C2)
CHANNEL_KIND(DOWNLOAD)
CHANNEL_KIND(UPLOAD)
CHANNEL_KIND(INTRUSION)
CHANNEL_KIND(OTHER)

static const struct column channel_columns[] = {
	{"channels.host", channel_host_number},
	{"channels.server", channel_server},
	{"channels.port", channel_port},
	{"channels.proto", channel_proto},
	{"channels.direction", channel_direction},
	{"channels.sessions", channel_sessions},
	{"channels.short_sessions", channel_short_sessions},
	{"channels.c2", channel_by_C2},
	{"channels.download", channel_by_DOWNLOAD},
	{"channels.upload", channel_by_UPLOAD},
	{"channels.intrusion", channel_by_INTRUSION},
	{"channels.other", channel_by_OTHER},
	{"channels.first", channel_first},
	{"channels.last", channel_last},
	{"channels.sent", channel_sent},
	{"channels.received", channel_received},
	{"channels.mean_min", channel_mean_min},
	{"channels.mean_max", channel_mean_max},
	{"channels.services", channel_services},
	{"channels.contents", channel_contents},
	{"channels.methods", channel_methods},
	{"channels.name", channel_name},
	{"channels.other_name", channel_other_name},
};

/* ---- hosts ---- */

static uint64_t host_address(gsize i, gconstpointer user)
{
	struct page_tables *t = tables_of(user);
	return address_number(&t->addresses, channels_host(t->all, g_array_index(t->hosts, guint32, i))->addr);
}

static const struct column host_columns[] = {{"hosts.address", host_address}};

/* ---- all of them ---- */

static void pack_columns(struct pack *pack, struct page_tables *t, const struct column *columns, gsize n_columns,
			 gsize rows)
{
	for (gsize i = 0; i < n_columns; i++)
		pack_column(pack, columns[i].name, rows, columns[i].get, t);
}

static void pack_community_ids(struct pack *pack, const struct page_tables *t)
{
	guint n = t->rows->len;
	g_autofree uint8_t *digests = g_malloc((gsize)n * REPORT_COMMUNITY_ID_DIGEST);
	for (guint i = 0; i < n; i++) {
		const struct page_row *row = row_at(i, t);
		struct tanpa_session s = {.port = {row->port[0], row->port[1]}, .proto = row->proto, .ipv4 = row->ipv4};
		memcpy(s.addr, row->addr, sizeof s.addr);
		report_community_id_digest(&s, digests + (gsize)i * REPORT_COMMUNITY_ID_DIGEST);
	}
	pack_bytes(pack, "sessions.community_id", n, REPORT_COMMUNITY_ID_DIGEST, digests);
}

static const char *kind_name(uint8_t kind)
{
	return verdict_kind_name((enum verdict_kind)kind);
}

static const char *direction_name(uint8_t direction)
{
	return verdict_direction_name((enum verdict_direction)direction);
}

/* What the numbers of enumerations stand for; nothing is an empty string. */
static void pack_enumerations(struct pack *pack)
{
	static const struct {
		const char *name;
		uint8_t n;
		const char *(*get)(uint8_t number);
	} all[] = {
		{"kinds", VERDICT_N_JUDGED, kind_name},
		{"directions", VERDICT_N_DIRECTIONS, direction_name},
		{"conn_states", TANPA_N_CONN_STATES, report_conn_state_name},
		{"services", TANPA_N_SERVICES, report_service_name},
		{"http_methods", TANPA_N_HTTP_METHODS, report_method_name},
		{"contents", TANPA_N_CONTENTS, report_content_name},
	};
	for (gsize e = 0; e < G_N_ELEMENTS(all); e++) {
		g_autoptr(GPtrArray) names = g_ptr_array_new();
		for (uint8_t i = 0; i < all[e].n; i++) {
			const char *name = all[e].get(i);
			g_ptr_array_add(names, (gpointer)(name ? name : ""));
		}
		pack_strings(pack, all[e].name, names);
	}
}

void page_tables_pack(struct page_tables *t, struct pack *pack)
{
	pack_columns(pack, t, session_columns, G_N_ELEMENTS(session_columns), t->rows->len);
	pack_community_ids(pack, t);
	pack_columns(pack, t, channel_columns, G_N_ELEMENTS(channel_columns), t->channels->len);
	pack_columns(pack, t, host_columns, G_N_ELEMENTS(host_columns), t->hosts->len);
	pack_enumerations(pack);
	pack_strings(pack, "addresses", t->addresses.strings);
	pack_strings(pack, "names", t->names.strings);
}
