/*
 * Findings for other tools: as alerts (Suricata's EVE, the Elastic Common Schema), as threat information (STIX 2.1,
 * MISP). What these have in common is here; each has a file of its own, finding_NAME.c.
 */
#ifndef REPORT_FINDING_H
#define REPORT_FINDING_H

#include "base/net.h"
#include "report/scan.h"
#include "report/technique.h"
#include "report/uuid.h"

/* A finding in words. */
struct report_finding {
	const struct finding *finding;
	const struct channel *channel;
	uint64_t times; /* sessions; of a channel that never got through, attempts */
	bool ipv4;
	char inside[NET_TEXT], server[NET_TEXT];
	const char *transport; /* "tcp" */
	const char *protocol;  /* "http", "tls"; NULL: not known, or several */
	GString *title;        /* "Suspected control channel to 192.0.2.80:80/tcp" */
	GString *description;  /* its facts, and what speaks for it */
	GString *key;          /* the same for the same finding, another for every other */
	GString *select;       /* the expression of --select that is true of its sessions */
};

void report_finding_init(struct report_finding *f, const struct report_scan *scan, const struct finding *finding);
void report_finding_clear(struct report_finding *f);

/* Calls `write` for each finding that is to be shown, and hands on what it wrote. */
typedef void report_finding_writer(GString *text, const struct report_finding *f, void *user);
void report_finding_each(struct report_out *out, const struct report_scan *scan, report_finding_writer *write,
			 void *user);

/* Techniques of a finding that are known by name, in its order. Returns how many. */
guint report_finding_techniques(const struct report_finding *f,
				const struct report_technique *techniques[FINDING_TECHNIQUES]);

/* The expression of --select that is true of a channel's sessions. */
void report_append_select(GString *text, const struct report_scan *scan, const struct channel *channel);

/* Community ID of the channel's first session. */
void report_finding_append_community_id(GString *text, const struct report_finding *f);

/*
 * The i-th host name that the sessions asked for, in lower case and without a port, into `name`; false when it is none
 * (an address, letters that no name has).
 */
bool report_finding_name(const struct report_finding *f, int i, GString *name);

/* The first there is. */
bool report_finding_any_name(const struct report_finding *f, GString *name);

/* Times with so many digits of the second, cut, and `zone` behind: "2009-03-13T01:20:04.526Z". */
void report_json_stamp(GString *text, const char *name, int64_t ns, unsigned digits, const char *zone);

#endif
