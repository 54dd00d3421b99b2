/*
 * What the first payload bytes of one direction tell: application protocol, HTTP method, status and
 * host, TLS server name, executable content.
 *
 * Looked at once per direction and session, at most PAYLOAD_LOOKS packets deep (an HTTP header may be
 * longer than one packet). Nothing is stored but the answer.
 */
#ifndef PACKET_PAYLOAD_H
#define PACKET_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tanpa/session.h"

enum { PAYLOAD_LOOKS = 4, PAYLOAD_NAME_MAX = 255 };

/* What has been learnt of a session so far, and where the next look goes on. */
struct payload_facts {
	uint8_t service;     /* enum tanpa_service */
	uint8_t content;     /* enum tanpa_content of this direction */
	uint8_t http_method; /* enum tanpa_http_method */
	uint16_t http_status;
	const char *name; /* not NUL-terminated, in the packet */
	size_t name_len;  /* 0: none */
	bool more;        /* the answer is in the next payload of this direction */
};

/*
 * Looks at `len` captured payload bytes of `proto` between `sport` and `dport`. `look` is 0 for the
 * first payload of the direction, then 1 up to PAYLOAD_LOOKS - 1 as long as `more` was answered.
 * `service` is what earlier looks at either direction found. All of `facts` is set.
 */
void payload_look(const uint8_t *data, size_t len, uint8_t proto, uint16_t sport, uint16_t dport, unsigned look,
		  enum tanpa_service service, struct payload_facts *facts);

/* Executable or archive content at the start of a file. */
enum tanpa_content payload_content(const uint8_t *data, size_t len);

#endif
