/*
 * What other logs say of a session: its server name, its first HTTP request. Kept by the name the logs give the session
 * (Zeek's uid, Suricata's flow_id) until the session itself comes. Bounded: what is beyond is counted, not kept.
 */
#ifndef FLOWLOG_FACTS_H
#define FLOWLOG_FACTS_H

#include "flowlog/draft.h"
#include "session/names.h"
#include "tanpa/session.h"

enum { FLOWLOG_FACTS_MAX = 4 << 20 };

struct flowlog_facts;

struct flowlog_facts *flowlog_facts_new(void);
void flowlog_facts_free(struct flowlog_facts *facts);

/* Keeps what the draft says of its UID; what was said first stays. */
void flowlog_facts_add(struct flowlog_facts *facts, const struct flowlog_draft *draft, struct session_names *names);

/* Gives the session what is known of `uid` and is not in it yet. */
void flowlog_facts_give(const struct flowlog_facts *facts, struct flowlog_text uid, struct tanpa_session *session);

/* Sessions of which something was said, and of which it was not kept. */
uint64_t flowlog_facts_size(const struct flowlog_facts *facts);
uint64_t flowlog_facts_refused(const struct flowlog_facts *facts);

#endif
