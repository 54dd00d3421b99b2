/* Addresses and networks: 16 bytes each, IPv4 as IPv4-mapped IPv6 (::ffff:a.b.c.d). */
#ifndef BASE_NET_H
#define BASE_NET_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { NET_TEXT = 46 }; /* longest address as text, with the NUL */

/* Whether it is an IPv4 one. */
static inline bool net_is_ipv4(const uint8_t addr[16])
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	return memcmp(addr, mapped, sizeof mapped) == 0;
}

/* Writes an address as people do: dotted for IPv4, RFC 5952 for IPv6. Returns `out`. */
const char *net_address_text(const uint8_t addr[16], char out[NET_TEXT]);

/* Reads an IPv4 or IPv6 address. */
bool net_address_parse(const char *text, uint8_t addr[16]);

/* The addresses that equal `addr` in the bits of `mask`, both in the order of their bytes in memory. */
struct net {
	uint64_t addr[2];
	uint64_t mask[2];
};

static inline bool net_contains(const struct net *net, const uint8_t addr[16])
{
	uint64_t words[2];
	memcpy(words, addr, 16);
	/* the half first that tells IPv4 networks apart */
	return ((words[1] ^ net->addr[1]) & net->mask[1]) == 0 && ((words[0] ^ net->addr[0]) & net->mask[0]) == 0;
}

/* How many of the addresses with one first byte a list has. */
enum net_part { NET_NONE, NET_SOME, NET_ALL };

/* Networks together. The first byte tells of most addresses whether they are in. */
struct net_list {
	GArray *nets;         /* struct net */
	uint8_t part[2][256]; /* enum net_part: of IPv6, of IPv4 addresses, by their first byte */
};

struct net_list *net_list_new(void);
void net_list_free(struct net_list *list); /* may be NULL */
void net_list_add(struct net_list *list, const struct net *net);

/*
 * Reads "10.0.0.0/8,192.168.1.5,2001:db8::/32". An address without a length is that one address. Returns NULL and sets
 * `error` (G_OPTION_ERROR_BAD_VALUE) for anything else.
 */
struct net_list *net_list_parse(const char *text, GError **error);

/* The private ranges: RFC 1918, 4193 (unique local), 3927 and 4291 (link-local), 6598 (shared). */
struct net_list *net_list_private(void);

static inline bool net_list_contains(const struct net_list *list, const uint8_t addr[16])
{
	bool ipv4 = net_is_ipv4(addr);
	uint8_t part = list->part[ipv4][addr[ipv4 ? 12 : 0]];
	if (part != NET_SOME)
		return part == NET_ALL;
	for (guint i = 0; i < list->nets->len; i++)
		if (net_contains(&g_array_index(list->nets, struct net, i), addr))
			return true;
	return false;
}

typedef struct net_list net_list_;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(net_list_, net_list_free)

#endif
