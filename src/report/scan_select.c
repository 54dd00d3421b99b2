/* Which rows of a scan an expression selects. */
#include "report/select.h"
#include "report/service.h"

GHashTable *report_scan_findings_by_channel(const struct report_scan *scan)
{
	GHashTable *numbers = g_hash_table_new(NULL, NULL);
	findings_sort(scan->findings, 0);
	for (guint i = 0; i < scan->findings->list->len; i++) {
		uint32_t channel = g_array_index(scan->findings->list, struct finding_entry, i).channel;
		g_hash_table_insert(numbers, (gpointer)channels_get(scan->channels, channel), GINT_TO_POINTER(i));
	}
	return numbers;
}

static void select_channels(struct report_selection *selection, struct report_service *service,
			    struct report_select *select)
{
	const struct report_scan *scan = service->scan;
	const struct report_row row = {.service = service};
	g_autoptr(GHashTable) findings = report_scan_findings_by_channel(scan);
	for (guint i = 0; i < channels_size(scan->channels); i++) {
		const struct channel *c = channels_get(scan->channels, i);
		int finding = report_scan_finding_of(findings, c);
		if (c->sessions == 0 && finding == REPORT_NO_FINDING)
			continue; /* no row anywhere */
		report_service_set_channel(service, c, finding);
		selection->channels[i] = report_select_takes(select, &row);
		if (!selection->channels[i])
			continue;
		selection->n_channels += c->sessions > 0;
		if (finding == REPORT_NO_FINDING)
			continue;
		selection->findings[finding] = true;
		selection->n_findings++;
		selection->n_allowed +=
			g_array_index(scan->findings->list, struct finding_entry, (guint)finding).allowed;
	}
}

struct report_selection *report_selection_new(const struct report_scan *scan, struct report_select *select)
{
	struct report_selection *selection = g_new0(struct report_selection, 1);
	struct report_service service = {.scan = scan, .finding = REPORT_NO_FINDING};
	const struct report_row row = {.service = &service};
	selection->channels = g_new0(bool, channels_size(scan->channels) + 1);
	selection->findings = g_new0(bool, scan->findings->list->len + 1);
	selection->fanouts = g_ptr_array_new();
	select_channels(selection, &service, select);
	for (guint i = 0; i < scan->fanouts->len; i++) {
		report_service_set_fanout(&service, g_ptr_array_index(scan->fanouts, i));
		if (report_select_takes(select, &row))
			g_ptr_array_add(selection->fanouts, g_ptr_array_index(scan->fanouts, i));
	}
	return selection;
}

void report_selection_free(struct report_selection *selection)
{
	if (selection == NULL)
		return;
	g_free(selection->channels);
	g_free(selection->findings);
	g_ptr_array_unref(selection->fanouts);
	g_free(selection);
}
