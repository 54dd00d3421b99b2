/*
 * The search for a threshold (section 6.3 of the paper): which one tells control from downloads, on which
 * ports, and whether any does.
 *
 * The two classes, over TCP sessions begun inside that carried payload:
 *  - by an acquisition log: downloads are the sessions in the log. Control cannot be known from it; it is
 *    taken to be among the sessions that are not in the log, without those that truth/explain tells apart by
 *    something else than packet lengths: uploads, repeated downloads, executables, sessions cut short. What
 *    is left is not pure: pages and files that no collector keeps are still in it.
 *  - by labels: sessions with a positive label against those with a negative one (or with any other); what has
 *    both, and "unknown", is left out.
 *
 * A threshold separates when it takes no more than `max_error` of either class for the other. By a log,
 * control may be wrong more often than that, for the reason above (up to half of it); then what counts is that
 * the threshold lies in a gap: the range in which it changes next to nothing (Youden's J by less than 0.02)
 * must be a quarter wide or more.
 */
#ifndef TRUTH_CALIBRATE_H
#define TRUTH_CALIBRATE_H

#include "truth/evaluate.h"
#include "truth/measure.h"
#include "truth/roc.h"

enum { TRUTH_LEFT_PORTS = 3 };

struct truth_calibrate_options {
	const GArray *hosts;            /* by a log: struct truth_host */
	const struct truth_log *labels; /* by labels; NULL: by the log */
	const char *const *positive;    /* labels */
	const char *const *negative;    /* labels; NULL: all others */
	const GArray *leave_ports;      /* uint16_t; NULL: none */
	bool by_service;                /* one value per service and class: the median of its sessions */
	bool count_retransmissions;
	double max_error; /* 0 to 0.5 */
	double max_fp;    /* 0 to 1, of TRUTH_BY_MAX_FP */
	guint bootstrap;  /* samples */
	uint32_t seed;
};

/* A session of one of the two classes. */
struct truth_case {
	guint session;
	uint32_t cluster; /* (run, inside host, server, port) */
	int16_t host;     /* index into hosts, TRUTH_NONE */
	bool control;
};

struct truth_cases {
	GArray *all;       /* struct truth_case */
	uint64_t left_out; /* sessions that are of neither class, or of both */
	uint64_t left_by_port;
};

void truth_cases_init(struct truth_cases *cases, const struct truth_set *set,
		      const struct truth_calibrate_options *options);
void truth_cases_clear(struct truth_cases *cases);

/* Values of a measure: array of struct truth_value. */
GArray *truth_case_values(const struct truth_cases *cases, const struct truth_set *set,
			  const struct truth_measure *measure, const struct truth_calibrate_options *options);

/* Why a threshold separates, or not: id, words. */
#define TRUTH_SEPARATIONS(X)                                                 \
	X(EMPTY, "there are no sessions of one of the classes")              \
	X(NONE, "no threshold separates these")                              \
	X(GAP, "a threshold separates these: it lies in a gap between them") \
	X(CLEAN, "a threshold separates these")

enum truth_separation {
#define X(id, words) TRUTH_SEPARATION_##id,
	TRUTH_SEPARATIONS(X)
#undef X
		TRUTH_N_SEPARATIONS,
};

const char *truth_separation_words(enum truth_separation separation);

/* What was found for one sample. */
struct truth_finding {
	uint64_t controls, downloads;
	double auc;
	bool high_is_control;
	struct truth_cut cut[TRUTH_N_CRITERIA];
	struct truth_overlap overlap;
	struct truth_bootstrap bootstrap;
	enum truth_separation separation;
};

/* `sides` as in truth_sample_init(); the sample stays the caller's. */
struct truth_finding truth_find(const struct truth_sample *sample, const struct truth_calibrate_options *options);

/* Ports to leave out so that a threshold separates the rest, fewest possible; at most TRUTH_LEFT_PORTS. */
struct truth_left {
	guint n; /* 0: none are needed, or none help */
	uint16_t port[TRUTH_LEFT_PORTS];
	struct truth_finding finding; /* without them */
};

/*
 * Tries, while no threshold separates, to leave out the port with most errors, as long as a fifth of each
 * class stays; then puts back those that were not needed.
 */
struct truth_left truth_leave_ports(const struct truth_sample *sample, const struct truth_calibrate_options *options);

/* The values of `sample` that `keep` returns true for, on the same side. */
struct truth_sample truth_sample_part(const struct truth_sample *sample,
				      bool (*keep)(const struct truth_value *value, const void *user),
				      const void *user);

#endif
