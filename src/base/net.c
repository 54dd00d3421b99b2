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

GArray *net_list_parse(const char *text, GError **error)
{
	g_auto(GStrv) parts = g_strsplit(*text ? text : ",", ",", -1); /* no text is one empty network, and wrong */
	g_autoptr(GArray) nets = g_array_new(FALSE, FALSE, sizeof(struct net));
	for (gsize i = 0; parts[i]; i++) {
		struct net net;
		if (!net_parse(g_strstrip(parts[i]), &net)) {
			g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
				    "'%s' is not an address or network (as in 10.0.0.0/8,2001:db8::/32)", parts[i]);
			return NULL;
		}
		g_array_append_val(nets, net);
	}
	return g_steal_pointer(&nets);
}

GArray *net_list_private(void)
{
	return net_list_parse("10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,100.64.0.0/10,169.254.0.0/16,fc00::/7,fe80::/10",
			      NULL);
}
