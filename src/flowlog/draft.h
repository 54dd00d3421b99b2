/*
 * What one line of a log says, in the words that all formats have in common, before it is a session.
 *
 * A format's columns or keys are named in a table (struct flowlog_field); the draft takes each by its item and keeps it
 * with its type. What the line did not say is not in `has`.
 */
#ifndef FLOWLOG_DRAFT_H
#define FLOWLOG_DRAFT_H

#include "flowlog/text.h"

enum flowlog_type {
	FLOWLOG_TYPE_TIME,
	FLOWLOG_TYPE_SECONDS,
	FLOWLOG_TYPE_COUNT,
	FLOWLOG_TYPE_PORT,
	FLOWLOG_TYPE_ADDRESS,
	FLOWLOG_TYPE_PROTO,
	FLOWLOG_TYPE_TEXT,
};

/* Items of one direction come in pairs: of the initiator, then of the responder. */
#define FLOWLOG_ITEMS(X)                                                     \
	X(START, TIME)                                                       \
	X(END, TIME)                                                         \
	X(DURATION, SECONDS)                                                 \
	X(ORIG_ADDR, ADDRESS)                                                \
	X(RESP_ADDR, ADDRESS)                                                \
	X(ORIG_PORT, PORT)                                                   \
	X(RESP_PORT, PORT)                                                   \
	X(PROTO, PROTO)                                                      \
	X(ORIG_PKTS, COUNT)                                                  \
	X(RESP_PKTS, COUNT)                                                  \
	X(PKTS, COUNT) /* both directions */                                 \
	X(ORIG_PAYLOAD, COUNT)                                               \
	X(RESP_PAYLOAD, COUNT)                                               \
	X(ORIG_IP_BYTES, COUNT)                                              \
	X(RESP_IP_BYTES, COUNT)                                              \
	X(ORIG_FRAMES, COUNT) /* bytes on the wire */                        \
	X(RESP_FRAMES, COUNT)                                                \
	X(FRAMES, COUNT) /* both directions */                               \
	X(ORIG_RETRANS, COUNT)                                               \
	X(RESP_RETRANS, COUNT)                                               \
	X(ORIG_MISSED, COUNT)                                                \
	X(RESP_MISSED, COUNT)                                                \
	X(MISSED, COUNT) /* both directions */                               \
	X(ORIG_FIRST, TIME)                                                  \
	X(ORIG_LAST, TIME)                                                   \
	X(RESP_FIRST, TIME)                                                  \
	X(RESP_LAST, TIME)                                                   \
	X(TURNS, COUNT)                                                      \
	X(ORIG_DATA_PKTS, COUNT)                                             \
	X(RESP_DATA_PKTS, COUNT)                                             \
	X(REPLY, SECONDS)                                                    \
	X(IDLE, SECONDS)                                                     \
	X(IDLES, COUNT)                                                      \
	X(STEADY_IDLES, COUNT)                                               \
	X(STATUS, COUNT)                                                     \
	X(CONN_STATE, TEXT)                                                  \
	X(HISTORY, TEXT)                                                     \
	X(ORIGIN, TEXT)                                                      \
	X(ENDED, TEXT)                                                       \
	X(SERVICE, TEXT)                                                     \
	X(NAME, TEXT)                                                        \
	X(APP_PROTOCOL, TEXT)                                                \
	X(RISKS, TEXT)                                                       \
	X(METHOD, TEXT)                                                      \
	X(ORIG_CONTENT, TEXT)                                                \
	X(RESP_CONTENT, TEXT)                                                \
	X(ABSENT, TEXT)                                                      \
	X(ESTIMATED, TEXT)                                                   \
	X(LABEL, TEXT)                                                       \
	X(DETAILED_LABEL, TEXT)                                              \
	X(UID, TEXT)        /* what other logs name the session by */        \
	X(EVENT, TEXT)      /* kind of the line */                           \
	X(STATE, TEXT)      /* in the words of its tool */                   \
	X(ARROW, TEXT)      /* who began: "->", "<-", "<->", "<?>" */        \
	X(ORIG_FLAGS, TEXT) /* TCP flags seen, in the writing of its tool */ \
	X(RESP_FLAGS, TEXT)                                                  \
	X(FLAGS, TEXT) /* of the one direction the line is about */

enum flowlog_item {
#define X(id, type) FLOWLOG_##id,
	FLOWLOG_ITEMS(X)
#undef X
		FLOWLOG_N_ITEMS,
};

/* A column or key of a format. Keys of objects in objects are joined by dots. */
struct flowlog_field {
	const char *name;
	enum flowlog_item item;
};

union flowlog_value {
	uint64_t count; /* also ports, protocol */
	int64_t ns;
	struct flowlog_text text; /* in the line */
};

struct flowlog_draft {
	uint64_t has; /* 1 << enum flowlog_item */
	union flowlog_value value[FLOWLOG_N_ITEMS];
	uint8_t addr[2][16];
	/* the first field that is not what it ought to be; `bad_text` is in the line */
	bool is_bad;
	enum flowlog_item bad_item;
	struct flowlog_text bad_text;
};

static inline bool flowlog_has(const struct flowlog_draft *draft, enum flowlog_item item)
{
	return draft->has >> item & 1;
}

static inline uint64_t flowlog_count(const struct flowlog_draft *draft, enum flowlog_item item)
{
	return flowlog_has(draft, item) ? draft->value[item].count : 0;
}

/* Of no length when there is none. */
static inline struct flowlog_text flowlog_text_of(const struct flowlog_draft *draft, enum flowlog_item item)
{
	return flowlog_has(draft, item) ? draft->value[item].text : (struct flowlog_text){"", 0};
}

static inline void flowlog_draft_clear(struct flowlog_draft *draft)
{
	draft->has = 0;
	draft->is_bad = false;
}

/* Takes a field, which stays where it is until the draft is cleared. What it is not, it is bad for. */
void flowlog_draft_take(struct flowlog_draft *draft, enum flowlog_item item, struct flowlog_text text, GTimeZone *zone);

/* Exchanges initiator and responder. */
void flowlog_draft_turn(struct flowlog_draft *draft);

/* "a number", "an address": what a field of the item has to be. */
const char *flowlog_item_words(enum flowlog_item item);

#endif
