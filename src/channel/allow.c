#include "channel/allow.h"

#include <string.h>

#include "base/content.h"
#include "base/net.h"

struct allow {
	struct net_list *nets; /* of more than one address */
	GHashTable *hosts;     /* struct net, of one address: there may be many */
	GHashTable *ports;     /* port << 8 | protocol */
	GHashTable *names;     /* lower case; those with a wildcard begin with "*." */
};

static guint hash_host(gconstpointer host)
{
	return g_int64_hash(&((const struct net *)host)->addr[1]) ^ g_int64_hash(&((const struct net *)host)->addr[0]);
}

static gboolean equal_hosts(gconstpointer a, gconstpointer b)
{
	return memcmp(((const struct net *)a)->addr, ((const struct net *)b)->addr, 16) == 0;
}

struct allow *allow_new(void)
{
	struct allow *allow = g_new0(struct allow, 1);
	allow->nets = net_list_new();
	allow->hosts = g_hash_table_new_full(hash_host, equal_hosts, g_free, NULL);
	allow->ports = g_hash_table_new(NULL, NULL);
	allow->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return allow;
}

void allow_free(struct allow *allow)
{
	if (allow == NULL)
		return;
	net_list_free(allow->nets);
	g_hash_table_destroy(allow->hosts);
	g_hash_table_destroy(allow->ports);
	g_hash_table_destroy(allow->names);
	g_free(allow);
}

/* ---- entries ---- */

static gpointer port_key(uint64_t port, uint8_t proto)
{
	return GUINT_TO_POINTER((guint)port << 8 | proto);
}

static bool add_port(struct allow *allow, const char *entry)
{
	static const struct {
		const char *suffix;
		uint8_t proto;
	} protocols[] = {{"/tcp", TANPA_TCP}, {"/udp", TANPA_UDP}};
	for (gsize i = 0; i < G_N_ELEMENTS(protocols); i++) {
		guint64 port;
		if (!g_str_has_suffix(entry, protocols[i].suffix))
			continue;
		g_autofree char *digits = g_strndup(entry, strlen(entry) - strlen(protocols[i].suffix));
		if (!g_ascii_string_to_unsigned(digits, 10, 0, UINT16_MAX, &port, NULL))
			return false;
		g_hash_table_add(allow->ports, port_key(port, protocols[i].proto));
		return true;
	}
	return false;
}

static bool add_nets(struct allow *allow, const char *entry)
{
	g_autoptr(net_list_) list = net_list_parse(entry, NULL);
	for (guint i = 0; list && i < list->nets->len; i++) {
		const struct net *net = &g_array_index(list->nets, struct net, i);
		if ((net->mask[0] & net->mask[1]) == UINT64_MAX)
			g_hash_table_add(allow->hosts, g_memdup2(net, sizeof *net));
		else
			net_list_add(allow->nets, net);
	}
	return list != NULL;
}

static bool is_name(const char *entry)
{
	bool has_letter = false;
	const char *name = g_str_has_prefix(entry, "*.") ? entry + 2 : entry;
	for (const char *c = name; *c; c++) {
		if (!g_ascii_isalnum(*c) && strchr(".-_", *c) == NULL)
			return false;
		has_letter |= g_ascii_isalpha(*c);
	}
	return has_letter;
}

bool allow_add(struct allow *allow, const char *entry, GError **error)
{
	g_autofree char *lower = g_ascii_strdown(entry, -1);
	if (add_port(allow, lower) || add_nets(allow, lower))
		return true;
	if (is_name(lower)) {
		if (g_str_has_suffix(lower, ".")) /* "example.com.": fully qualified */
			lower[strlen(lower) - 1] = '\0';
		g_hash_table_add(allow->names, g_steal_pointer(&lower));
		return true;
	}
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
		    "'%s' is no address, network, port (as in 443/tcp) or name (as in *.example.com)", entry);
	return false;
}

bool allow_read(struct allow *allow, const char *path, GError **error)
{
	gsize size;
	g_autofree char *text = content_read(path, &size, error);
	if (text == NULL)
		return false;
	if (strlen(text) != size) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "%s: is no text: it has a NUL byte", path);
		return false;
	}
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	for (guint i = 0; lines[i]; i++) {
		char *comment = strchr(lines[i], '#');
		if (comment)
			*comment = '\0';
		if (*g_strstrip(lines[i]) && !allow_add(allow, lines[i], error)) {
			g_prefix_error(error, "%s:%u: ", path, i + 1);
			return false;
		}
	}
	return true;
}

/* ---- looking up ---- */

/* "a.example.com" itself, then "*.a.example.com", "*.example.com", "*.com". */
static bool has_name(const struct allow *allow, const char *asked_for)
{
	char name[256] = "*.";
	gsize n = strcspn(asked_for, ":");
	n -= n > 0 && asked_for[n - 1] == '.'; /* fully qualified */
	if (n == 0 || n > sizeof name - 3)
		return false;
	for (gsize i = 0; i < n; i++)
		name[2 + i] = g_ascii_tolower(asked_for[i]);
	name[2 + n] = '\0';
	if (g_hash_table_contains(allow->names, name + 2))
		return true;
	for (char *at = name; at; at = strchr(at + 2, '.')) {
		if (at > name) { /* at the dot before a parent: "…*" would stand before it */
			at--;
			*at = '*';
		}
		if (g_hash_table_contains(allow->names, at))
			return true;
	}
	return false;
}

bool allow_has(const struct allow *allow, const struct channel *channel)
{
	struct net host;
	if (channel->inbound)
		return false;
	memcpy(host.addr, channel->server, 16);
	if (g_hash_table_contains(allow->hosts, &host) || net_list_contains(allow->nets, channel->server) ||
	    g_hash_table_contains(allow->ports, port_key(channel->port, channel->proto)))
		return true;
	for (int i = 0; i < CHANNEL_NAMES && channel->names[i]; i++)
		if (!has_name(allow, channel->names[i]))
			return false;
	return channel->names[0] != NULL;
}
