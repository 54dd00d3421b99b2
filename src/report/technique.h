/* MITRE ATT&CK techniques (Enterprise) that findings name: attack.mitre.org/techniques/. */
#ifndef REPORT_TECHNIQUE_H
#define REPORT_TECHNIQUE_H

#include <glib.h>

struct report_technique {
	const char *id;     /* "T1071.001" */
	const char *name;   /* "Web Protocols" */
	const char *tactic; /* "command-and-control", as STIX kill chains spell it */
};

extern const struct report_technique report_techniques[];
extern const gsize report_n_techniques;

/* NULL when it is none of those that tanpa knows. */
const struct report_technique *report_technique_find(const char *id);

#endif
