/* Zeek's JSON lines: conn.log, and the logs that name its sessions; see flowlog-pass.h. */
#include "flowlog-pass.h"
#include "fuzz.h"

static const char head[] =
	"{\"ts\":1236907200.000001,\"uid\":\"C1\",\"id.orig_h\":\"10.0.0.5\",\"id.orig_p\":1024,\"id.resp_h\":\"203.0.113.9\","
	"\"id.resp_p\":80,\"proto\":\"tcp\",\"conn_state\":\"S1\",\"history\":\"ShADd\"}\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	flowlog_pass(head, data, size);
	return 0;
}
