/*
 * Findings: channels with a score and its evidence, worth a person's look.
 *
 * Two kinds. Control: an outbound TCP channel that the model takes for control with at least the lowest of its
 * probabilities. Failed: a service that an inside host tried again and again and never got through to, which a
 * control channel whose server is down looks like; it is no part of a fan-out, and has no score.
 */
#ifndef CHANNEL_FINDING_H
#define CHANNEL_FINDING_H

#include "channel/allow.h"
#include "channel/model.h"
#include "verdict/fanout.h"

enum finding_kind { FINDING_CONTROL, FINDING_FAILED };

enum { FINDING_EVIDENCE = 4, FINDING_TECHNIQUES = 6, FINDING_ATTEMPTS = (1 << 28) - 1 };

struct finding_evidence {
	enum feature feature;
	double effect; /* on the score, in log odds, beside an ordinary channel: what is above 0 speaks for control */
	char *words;
};

/* A finding in a list, as far as its place there depends on it. */
struct finding_entry {
	double score;           /* probability of control, 0 to 1; NAN: failed */
	uint32_t channel;       /* see channels_get() */
	unsigned attempts : 28; /* of it, up to FINDING_ATTEMPTS */
	unsigned kind : 1;      /* enum finding_kind */
	unsigned severity : 2;  /* enum model_level */
	unsigned allowed : 1;   /* on the allow list */
};
_Static_assert(sizeof(struct finding_entry) == 16, "there may be a million of them");

/* All that is told of one. */
struct finding {
	enum finding_kind kind;
	enum model_level severity;
	const struct channel *channel;
	double score;
	struct feature_vector features;
	struct finding_evidence evidence[FINDING_EVIDENCE]; /* what moved the score most, first; words NULL: no more */
	char *facts;                                        /* "47 sessions, one every 60 s ± 2 s; …" */
	const char *technique[FINDING_TECHNIQUES];          /* MITRE ATT&CK ids; NULL: no more. Static */
	bool plain_rule;                                    /* the paper's rule says control, too: see channel_is() */
	bool allowed;
};

struct findings {
	GArray *list;   /* struct finding_entry, the allowed ones included; in order after findings_sort() */
	guint scored;   /* channels with a score */
	guint by_flows; /* of these, by the part of the model that knows flows alone */
	guint not_tcp;  /* outbound channels with payload that have none because they are not TCP */
	guint inbound;  /* likewise because they are inbound */
	guint to_many;  /* likewise because they are multicast or broadcast */
	guint sideless; /* likewise because the flow log does not tell who sent how much */
	guint allowed;  /* of the list */
	/* borrowed; internal */
	const struct channels *channels;
	const struct channel_model *model;
};

/*
 * Finishes the channels on so many threads, and all that is found in them. `allow`, `fanout` may be NULL. Channels and
 * model are borrowed until findings_free().
 */
struct findings *findings_new(struct channels *channels, const struct channel_model *model, const struct allow *allow,
			      const struct fanout *fanout, guint threads);
void findings_free(struct findings *findings);

/*
 * Puts the first `most` into their order (0: all): by severity, then by score, then by attempts. A scan may find
 * hundreds of thousands, of which people look at twenty.
 */
void findings_sort(struct findings *findings, guint most);

/* What is told of the i-th, into `out`, to be cleared. */
void finding_tell(const struct findings *findings, guint i, struct finding *out);
void finding_clear(struct finding *finding);
typedef struct findings findings_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(findings_, findings_free)

const char *finding_kind_name(enum finding_kind kind);
const char *finding_severity_name(enum model_level severity);

#endif
