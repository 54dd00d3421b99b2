/*
 * The paper's verdict on one session: who is inside, how long its packets are, what it was for.
 *
 * Sources: Higashikado and Torii 2009, table 1 (classes by direction and volume), 4.3 (uploads, group c of
 * figure 3), 5.3 (threshold of the mean packet length), 6.4 (uploads of about 64 KB set aside).
 */
#ifndef VERDICT_VERDICT_H
#define VERDICT_VERDICT_H

#include <glib.h>

#include "tanpa/session.h"

/* What a session is judged to be: id, name, words. */
#define VERDICT_KINDS(X)                                                               \
	X(C2, "c2", "outbound TCP with short packets: control")                        \
	X(DOWNLOAD, "download", "long packets, more received than sent")               \
	X(UPLOAD, "upload", "tens of kilobytes sent, next to nothing received")        \
	X(INTRUSION, "intrusion", "initiated from outside, more received than sent")   \
	X(OTHER, "other", "none of these")                                             \
	X(PROPAGATION, "propagation", "attempt that is part of a fan-out to one port") \
	X(ATTEMPT, "attempt", "no payload: not judged")

enum verdict_kind {
#define X(id, name, words) VERDICT_##id,
	VERDICT_KINDS(X)
#undef X
		VERDICT_N_KINDS,
	VERDICT_N_JUDGED = VERDICT_PROPAGATION, /* the kinds before it are of sessions with payload */
};

static inline bool verdict_is_judged(enum verdict_kind kind)
{
	return kind < VERDICT_N_JUDGED;
}

enum verdict_direction {
	VERDICT_OUTBOUND, /* initiated by the inside host (the paper: pull) */
	VERDICT_INBOUND,  /* initiated towards it (push) */
	VERDICT_INTERNAL, /* both ends are inside: taken as outbound from the initiator */
	VERDICT_EXTERNAL, /* neither end is: likewise */
	VERDICT_N_DIRECTIONS,
};

enum verdict_length { VERDICT_LENGTH_PAYLOAD, VERDICT_LENGTH_IP, VERDICT_LENGTH_FRAME, VERDICT_N_LENGTHS };

const char *verdict_kind_name(enum verdict_kind kind);
const char *verdict_kind_words(enum verdict_kind kind);
const char *verdict_direction_name(enum verdict_direction direction);
const char *verdict_length_name(enum verdict_length length);

struct verdict_options {
	struct net_list *inside;    /* borrowed */
	enum verdict_length length; /* which packet length the rule looks at */
	double threshold;           /* bytes; a mean up to it is short */
	bool count_retransmissions; /* as the paper does: retransmitted payload counts again */
	uint64_t upload_bytes;      /* least sent payload of an upload */
	double upload_ratio;        /* least sent/received of an upload */
};

/* The paper's numbers; `inside` is NULL. */
extern const struct verdict_options verdict_options_default;

struct verdict {
	enum verdict_kind kind;
	enum verdict_direction direction;
	enum tanpa_side inside;  /* which side of the session is the inside host */
	enum tanpa_side server;  /* which side is the service: the responder, unless `guessed` */
	bool guessed;            /* no SYN was seen: the side with the lower port is taken for the service */
	bool is_short;           /* mean packet length up to the threshold; false for attempts */
	double mean_length;      /* bytes, by options.length; both directions */
	uint64_t sent, received; /* payload bytes from the inside host's point of view */
};

/* Judges one session. Attempts are ATTEMPT here; fan-outs are found by verdict/fanout. */
struct verdict verdict_judge(const struct tanpa_session *session, const struct verdict_options *options);

/* Mean packet length of both directions by a definition; 0 for a session without packets. */
double verdict_mean_length(const struct tanpa_session *session, enum verdict_length length, bool count_retransmissions);

/* Appends the reason of a verdict in words and numbers: "mean packet length 42.1 <= 100 bytes; sent …". */
void verdict_reason(const struct verdict *verdict, const struct tanpa_session *session,
		    const struct verdict_options *options, GString *out);

#endif
