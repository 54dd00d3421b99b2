/*
 * What need not be reported: addresses, networks, ports and names that the user knows to be harmless. Applied to
 * findings, never to what is read or counted.
 *
 * A file has one entry a line; # begins a comment. "192.0.2.1", "10.0.0.0/8", "2001:db8::/32": the server's address.
 * "443/tcp", "123/udp": its port. "www.example.com": a name asked for (HTTP Host, TLS server name); "*.example.com":
 * that name and all below it. Names are what the client says: malware can lie.
 */
#ifndef CHANNEL_ALLOW_H
#define CHANNEL_ALLOW_H

#include "channel/channel.h"

struct allow;

struct allow *allow_new(void);
void allow_free(struct allow *allow);
typedef struct allow allow_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(allow_, allow_free)

/* Adds an entry; returns false and sets `error` (G_OPTION_ERROR_BAD_VALUE) when it is none. */
bool allow_add(struct allow *allow, const char *entry, GError **error);

/* Adds a file's entries; errors name the line (G_FILE_ERROR, G_OPTION_ERROR_BAD_VALUE). */
bool allow_read(struct allow *allow, const char *path, GError **error);

/* Whether the channel's address, port, or all its names are listed. Inbound channels never are. */
bool allow_has(const struct allow *allow, const struct channel *channel);

#endif
