/* Community ID v1, seed 0 (github.com/corelight/community-id-spec): the same id other tools give. */
#ifndef REPORT_COMMUNITY_ID_H
#define REPORT_COMMUNITY_ID_H

#include <glib.h>

#include "tanpa/session.h"

void report_append_community_id(GString *text, const struct tanpa_session *session);

#endif
