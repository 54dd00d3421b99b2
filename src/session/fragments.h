/*
 * Ports of fragmented datagrams: the first fragment has them, the later ones only the datagram's id.
 *
 * Bounded: of more than 65536 datagrams within 30 s the oldest are forgotten, and their later fragments
 * counted as without a first one.
 */
#ifndef SESSION_FRAGMENTS_H
#define SESSION_FRAGMENTS_H

#include <stdbool.h>

#include "packet/packet.h"

struct session_fragments;

struct session_fragments *session_fragments_new(const struct packet_seed *seed);
void session_fragments_free(struct session_fragments *fragments);

/*
 * For a first fragment: remembers its ports. For a later one: fills in `p`'s ports and hash and returns
 * true, or returns false when its first fragment was not seen within the last 30 s.
 */
bool session_fragments_resolve(struct session_fragments *fragments, struct packet *p);

#endif
