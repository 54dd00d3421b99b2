/*
 * Acquisition logs and label files: the CSV reader, the columns, the times. The first byte chooses:
 *
 *   bit 0     a good header line is put in front
 *   bit 1     labels are asked for
 *   bits 2-3  the time zone
 */
#include <glib.h>
#include <string.h>

#include "fuzz.h"
#include "memory-file.h"
#include "truth/log.h"

static const char header[] = "time,source,sport,destination,dport,proto,sha1,name,file,label,confidence,capture\n";
static const char *const zones[] = {"UTC", "Asia/Tokyo", "Europe/Berlin", "-03:30"};

static uint64_t count_lines(const uint8_t *data, size_t size)
{
	uint64_t lines = 1;
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	return lines;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	bool with_header = data[0] & 1;
	struct memory_file file;
	struct truth_log log;
	g_autoptr(GError) error = NULL;
	g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(zones[data[0] >> 2 & 3]);
	struct truth_log_options options = {.zone = zone, .need_label = data[0] & 2};

	memory_file_open(&file, (const uint8_t *)header, with_header ? strlen(header) : 0, data + 1, size - 1);
	truth_log_init(&log);
	bool read = truth_log_read(&log, file.path, &options, &error);
	CHECK(read == (error == NULL));
	CHECK(read || !with_header);
	uint64_t lines = count_lines(data + 1, size - 1) + with_header;
	CHECK(log.entries->len + (uint64_t)log.faults->len <= lines);
	for (guint i = 0; i < log.entries->len; i++) {
		const struct truth_entry *entry = &g_array_index(log.entries, struct truth_entry, i);
		CHECK(entry->line >= 2 && entry->line <= lines);
		CHECK(i == 0 || entry->line > g_array_index(log.entries, struct truth_entry, i - 1).line);
		for (int field = TRUTH_FIELD_HASH; field < TRUTH_N_FIELDS; field++)
			CHECK(entry->text[field] == NULL || g_utf8_validate(entry->text[field], -1, NULL) ||
			      entry->text[field][0]);
	}
	for (guint i = 0; i < log.faults->len; i++)
		CHECK(g_array_index(log.faults, struct truth_fault, i).reason != NULL);
	truth_log_clear(&log);
	memory_file_close(&file);
	return 0;
}
