/* Channels for tests of what is made of them: sessions of host 10.0.0.1 with servers 203.0.113.x. */
#ifndef UNIT_SERVICES_H
#define UNIT_SERVICES_H

#include "channel/channel.h"

struct service_script {
	uint8_t host, server; /* last byte of the addresses */
	uint16_t port;
	guint sessions, every_s; /* from second 0 on */
	uint64_t sent, received; /* payload; both 0: attempts */
	guint packets;           /* each way */
	double lasts_s;
	uint8_t service, method; /* enum tanpa_service, tanpa_http_method */
	uint8_t content;         /* enum tanpa_content, received */
	const char *name;
	bool refused, internal; /* an attempt that was answered by a RST; a server at 10.0.0.x */
	bool begun_before;      /* the capture */
	uint16_t absent;        /* 1 << enum tanpa_part: what a flow log did not tell */
	const char *history;    /* Zeek's; NULL: none */
};

/* Adds the sessions of a script, as the plain rule judges them. */
void services_add(struct channels *channels, const struct service_script *script);

/* The only channel with a port; aborts when there is none. */
const struct channel *services_find(const struct channels *channels, uint16_t port);

#endif
