/* Community ID v1, seed 0 (github.com/corelight/community-id-spec): the same id other tools give. */
#ifndef REPORT_COMMUNITY_ID_H
#define REPORT_COMMUNITY_ID_H

#include <glib.h>

#include "tanpa/session.h"

enum { REPORT_COMMUNITY_ID_DIGEST = 20 };

/* The id is "1:" and this in base64. Looks at addresses, ports, protocol and IP version only. */
void report_community_id_digest(const struct tanpa_session *session, uint8_t digest[REPORT_COMMUNITY_ID_DIGEST]);

void report_append_community_id(GString *text, const struct tanpa_session *session);

#endif
