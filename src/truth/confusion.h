/*
 * The verdicts against a list of labelled sessions: a confusion matrix, by session and by service.
 *
 * A service is a (run, client, server, port) under one label, as in a list of endpoints: one with thousands of
 * check-ins counts as one. Its verdict is what most of its sessions are judged to be (ties: the verdict
 * listed first), its mean packet length the median of theirs.
 */
#ifndef TRUTH_CONFUSION_H
#define TRUTH_CONFUSION_H

#include "truth/log.h"
#include "truth/match.h"
#include "truth/set.h"

struct truth_service {
	uint32_t run;
	uint8_t client[16], server[16];
	uint16_t port;
	const char *label; /* the labels' */
	uint64_t by_kind[VERDICT_N_KINDS];
	GArray *lengths; /* double, mean packet lengths of its sessions, sorted */
};

/* The kind most of its sessions are. */
enum verdict_kind truth_service_kind(const struct truth_service *service);

struct truth_class {
	const char *label;
	uint64_t sessions[VERDICT_N_KINDS], services[VERDICT_N_KINDS];
	uint64_t short_sessions, short_services; /* by mean packet length, by its median */
	uint64_t n_sessions, n_services;
	GArray *medians; /* double, of the services' mean packet lengths, sorted */
};

struct truth_confusion {
	GArray *services; /* struct truth_service */
	GArray *classes;  /* struct truth_class, by label */
};

/* Writes the matches of labels into the set (truth_session.label). */
void truth_take_labels(struct truth_set *set, const GArray *matches);

/* `threshold` is what a median is compared with. Free with truth_confusion_clear(). */
void truth_confusion_init(struct truth_confusion *confusion, const struct truth_set *set,
			  const struct truth_log *labels, const GArray *matches, double threshold);
void truth_confusion_clear(struct truth_confusion *confusion);

/* Whether a label, or one of several joined with '+', is `part`. */
bool truth_label_has(const char *label, const char *part);

#endif
