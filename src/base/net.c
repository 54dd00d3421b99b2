#include "base/net.h"

#include <arpa/inet.h>
#include <string.h>

static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

const char *net_address_text(const uint8_t addr[16], char out[NET_TEXT])
{
	if (memcmp(addr, mapped, sizeof mapped) == 0)
		inet_ntop(AF_INET, addr + 12, out, NET_TEXT);
	else
		inet_ntop(AF_INET6, addr, out, NET_TEXT);
	return out;
}

bool net_address_parse(const char *text, uint8_t addr[16])
{
	memcpy(addr, mapped, sizeof mapped);
	return inet_pton(AF_INET, text, addr + 12) == 1 || inet_pton(AF_INET6, text, addr) == 1;
}

static bool net_parse(const char *text, struct net *net)
{
	g_autofree char *address = g_strdup(text);
	char *slash = strchr(address, '/');
	guint64 bits = 128, max = strchr(text, ':') ? 128 : 32;
	if (slash) {
		*slash = '\0';
		if (!g_ascii_string_to_unsigned(slash + 1, 10, 0, max, &bits, NULL))
			return false;
		bits += 128 - max;
	}
	uint8_t bytes[16], mask[16] = {0};
	if (!net_address_parse(address, bytes))
		return false;
	for (guint64 i = 0; i < bits; i++)
		mask[i / 8] |= (uint8_t)(0x80 >> i % 8);
	memcpy(net->addr, bytes, 16);
	memcpy(net->mask, mask, 16);
	return true;
}

struct net_list *net_list_new(void)
{
	struct net_list *list = g_new0(struct net_list, 1);
	list->nets = g_array_new(FALSE, FALSE, sizeof(struct net));
	return list;
}

void net_list_free(struct net_list *list)
{
	if (list == NULL)
		return;
	g_array_unref(list->nets);
	g_free(list);
}

/* The addresses with this first byte. */
static struct net net_of_byte(bool ipv4, uint8_t byte)
{
	struct net net;
	uint8_t addr[16] = {byte}, mask[16] = {0xff};
	if (ipv4) {
		memcpy(addr, mapped, sizeof mapped);
		memset(mask, 0xff, 13);
		addr[12] = byte;
	}
	memcpy(net.addr, addr, 16);
	memcpy(net.mask, mask, 16);
	return net;
}

/* How many addresses of `whole` are in `net`. */
static enum net_part part_of(const struct net *net, const struct net *whole)
{
	bool apart = false, all = true;
	for (int i = 0; i < 2; i++) {
		apart |= ((net->addr[i] ^ whole->addr[i]) & net->mask[i] & whole->mask[i]) != 0;
		all &= (net->mask[i] & ~whole->mask[i]) == 0;
	}
	return apart ? NET_NONE : all ? NET_ALL : NET_SOME;
}

void net_list_add(struct net_list *list, const struct net *net)
{
	g_array_append_vals(list->nets, net, 1);
	for (unsigned i = 0; i < 512; i++) {
		uint8_t *part = &list->part[i / 256][i % 256];
		struct net whole = net_of_byte(i / 256, (uint8_t)i);
		*part = (uint8_t)MAX(*part, part_of(net, &whole));
	}
}

struct net_list *net_list_parse(const char *text, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(*text ? text : ",", ",", -1); /* no text is one empty network, and wrong */
	g_autoptr(net_list_) list = net_list_new();
	for (gsize i = 0; parts[i]; i++) {
		struct net net;
		if (!net_parse(g_strstrip(parts[i]), &net)) {
			g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
				    "'%s' is not an address or network (as in 10.0.0.0/8,2001:db8::/32)", parts[i]);
			return NULL;
		}
		net_list_add(list, &net);
	}
	return g_steal_pointer(&list);
}

struct net_list *net_list_private(void)
{
	return net_list_parse("10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,169.254.0.0/16,fc00::/7,fe80::/10",
			      NULL);
}
