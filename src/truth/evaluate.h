/*
 * Tables 2 and 3 of the paper, for any number of honeypots: what its rule makes of the sessions, against
 * what the acquisition log knows of them.
 *
 * The log knows downloads of samples and nothing else. So by section 5.3
 *   a false positive is a short session that is in the log: a download taken for control;
 *   a false negative is a long session that is not in it: possibly control, taken for a download. Set aside
 *   are uploads (6.4) and sessions begun outside, which table 1 tells by direction. What else they are,
 *   truth/explain says (6.1): most of them are no control at all, so the rate is an upper bound.
 */
#ifndef TRUTH_EVALUATE_H
#define TRUTH_EVALUATE_H

#include "truth/match.h"
#include "truth/set.h"

/* An inside host whose sessions and entries are counted. */
struct truth_host {
	char *name;
	uint8_t addr[16];
};

/* Ways in which a sample came; "pull" was begun by the inside host. */
enum truth_way { TRUTH_TCP_PULL, TRUTH_TCP_PUSH, TRUTH_UDP_PULL, TRUTH_UDP_PUSH, TRUTH_N_WAYS };

const char *truth_way_name(enum truth_way way);

/* The rows of tables 2 and 3; all sums over sessions with payload, or over entries. */
struct truth_counts {
	uint64_t sessions;
	uint64_t entries[TRUTH_N_WAYS], matched[TRUTH_N_WAYS];        /* an entry without protocol goes with TCP */
	uint64_t long_in, long_out;                                   /* long sessions in the log, not in it */
	uint64_t short_in, short_out;                                 /* likewise short ones */
	uint64_t long_out_uploads, long_out_pushed, short_out_pushed; /* of these, set aside */
};

/* Array of struct truth_host that owns its names. */
GArray *truth_hosts_new(void);

/* Inside hosts of the entries, by address; name and address are the same text. */
GArray *truth_hosts_of_log(const struct truth_log *log, const struct net_list *inside);

/* Index of an address in `hosts`, TRUTH_NONE: not there. */
int truth_host_find(const GArray *hosts, const uint8_t addr[16]);

/* The host an entry belongs to (its source, if that is one of the hosts, else its destination) and its way. */
int truth_entry_host(const GArray *hosts, const struct truth_entry *entry, enum truth_way *way);

/* Writes the matches into the set (truth_session.entry). */
void truth_take_matches(struct truth_set *set, const GArray *matches);

/*
 * Counts by host: array of struct truth_counts, one per host and the sum of all as the last. Sessions and
 * entries of other hosts are not in it; *other_sessions, *other_entries say how many.
 */
GArray *truth_evaluate(const struct truth_set *set, const struct truth_log *log, const GArray *matches,
		       const GArray *hosts, uint64_t *other_sessions, uint64_t *other_entries);

/* A long session that is not in the log and not set aside. */
bool truth_is_false_negative(const struct truth_session *session);

#endif
