/* Suricata's EVE JSON: flows, halves of flows, names; see flowlog-pass.h. */
#include "flowlog-pass.h"
#include "fuzz.h"

static const char head[] =
	"{\"timestamp\":\"2021-06-06T15:57:37.272281+0200\",\"event_type\":\"stats\",\"stats\":{\"uptime\":8}}\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	flowlog_pass(head, data, size);
	return 0;
}
