/* The formats of a scan. */
#include <string.h>

#include "report/scan.h"

const struct report_scan_format report_scan_formats[] = {
	{"text", "a summary for people", report_scan_text, false},
	{"json", "one JSON object per line", report_scan_json, true},
	{"csv", "one row per service, with a header", report_scan_csv, true},
	{"eve", "findings as alerts of Suricata's EVE JSON, one per line", report_scan_eve, false},
	{"ecs", "findings as events of the Elastic Common Schema, one per line", report_scan_ecs, false},
	{"stix", "findings as a STIX 2.1 bundle", report_scan_stix, false},
	{"misp", "findings as a MISP event", report_scan_misp, false},
};

const gsize report_n_scan_formats = G_N_ELEMENTS(report_scan_formats);

const struct report_scan_format *report_scan_format_find(const char *name)
{
	for (gsize i = 0; i < report_n_scan_formats; i++)
		if (strcmp(report_scan_formats[i].name, name) == 0)
			return &report_scan_formats[i];
	return NULL;
}
