#include "report/technique.h"

#include <string.h>

const struct report_technique report_techniques[] = {
	{"T1008", "Fallback Channels", "command-and-control"},
	{"T1041", "Exfiltration Over C2 Channel", "exfiltration"},
	{"T1071", "Application Layer Protocol", "command-and-control"},
	{"T1071.001", "Web Protocols", "command-and-control"},
	{"T1095", "Non-Application Layer Protocol", "command-and-control"},
	{"T1105", "Ingress Tool Transfer", "command-and-control"},
	{"T1571", "Non-Standard Port", "command-and-control"},
	{"T1573", "Encrypted Channel", "command-and-control"},
};

const gsize report_n_techniques = G_N_ELEMENTS(report_techniques);

const struct report_technique *report_technique_find(const char *id)
{
	for (gsize i = 0; i < report_n_techniques; i++)
		if (strcmp(report_techniques[i].id, id) == 0)
			return &report_techniques[i];
	return NULL;
}
