/* Addresses and networks: 16 bytes each, IPv4 as IPv4-mapped IPv6 (::ffff:a.b.c.d). */
#ifndef BASE_NET_H
#define BASE_NET_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

enum { NET_TEXT = 46 }; /* longest address as text, with the NUL */

/* Writes an address as people do: dotted for IPv4, RFC 5952 for IPv6. Returns `out`. */
const char *net_address_text(const uint8_t addr[16], char out[NET_TEXT]);

/* Reads an IPv4 or IPv6 address. */
bool net_address_parse(const char *text, uint8_t addr[16]);

/* The first `bits` of `addr` (0 to 128). */
struct net {
	uint8_t addr[16];
	uint8_t bits;
};

bool net_contains(const struct net *net, const uint8_t addr[16]);

/*
 * Reads "10.0.0.0/8,192.168.1.5,2001:db8::/32" into an array of struct net. An address without a
 * length is that one address. Returns NULL and sets `error` (G_OPTION_ERROR_BAD_VALUE) for anything else.
 */
GArray *net_list_parse(const char *text, GError **error);

/* The private ranges: RFC 1918, 4193 (unique local), 3927 and 4291 (link-local), 6598 (shared). */
GArray *net_list_private(void);

bool net_list_contains(const GArray *nets, const uint8_t addr[16]);

#endif
