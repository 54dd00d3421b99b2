/*
 * Examples to learn from and to judge by: channels whose class is known.
 *
 * Of labelled captures the outbound TCP channels with a label; of a benign day (a capture or flow log of hosts
 * that nobody controls) all outbound TCP channels.
 */
#ifndef LEARN_EXAMPLE_H
#define LEARN_EXAMPLE_H

#include "channel/finding.h"
#include "learn/labels.h"

struct example {
	enum learn_class class;
	uint32_t run;      /* capture or day */
	uint32_t group;    /* never on both sides of a split */
	bool is_day;       /* of a benign day */
	bool is_measured;  /* of a labelled capture, known, and not only there to learn from */
	bool answered;     /* the service sent payload */
	bool looked_into;  /* its payload was seen */
	bool has_insight;  /* libndpi was asked */
	uint32_t risks;    /* 1 << enum tanpa_risk, by libndpi */
	uint32_t services; /* that its host talked to */
	struct feature_vector features;
	double rule;   /* the paper's measure: minus the median of the mean packet length; NAN: not listed */
	double beacon; /* RITA's score, NAN: too few connections */
	uint8_t host[16], server[16];
	uint16_t port;
	const struct learn_label *label; /* NULL: of a benign day */
	double score;                    /* probability by a model; see learn/fit.h */
	double apart_score;              /* as `score`, with slope and intercept that had not seen its group, too */
	double flow_score;               /* likewise, when only its flows are looked at */
};

struct learn_run {
	char *name;
	bool is_day;
	double host_days; /* of a benign day: sum over its inside hosts of the time between their first and last session
			   */
};

struct learn_set {
	GArray *examples; /* struct example */
	GArray *runs;     /* struct learn_run */
	guint groups;
};

void learn_set_init(struct learn_set *set);
void learn_set_clear(struct learn_set *set);

/*
 * Adds a labelled capture's channels, which are finished. `labels` must outlive the set. What is not measured is
 * learned from, but left out where levels are set and quality is told.
 */
void learn_set_add_capture(struct learn_set *set, const struct channels *channels, const struct learn_labels *labels,
			   const char *capture, bool is_measured, int64_t first_ns, int64_t last_ns);

/* Adds a benign day as a group of its own. */
void learn_set_add_day(struct learn_set *set, const struct channels *channels, const char *name, int64_t first_ns,
		       int64_t last_ns);

static inline struct example *learn_set_at(const struct learn_set *set, guint i)
{
	return &g_array_index(set->examples, struct example, i);
}

#endif
