/* tanpa's own sessions as CSV; as JSON lines they are what every other target reads back. See flowlog-pass.h. */
#include "flowlog-pass.h"
#include "fuzz.h"

static const char head[] =
	"ts,duration,proto,orig_h,orig_p,resp_h,resp_p,verdict,service,name,http_method,http_status,orig_content,"
	"resp_content,conn_state,history,end,origin,orig_pkts,resp_pkts,orig_ip_bytes,resp_ip_bytes,orig_bytes,resp_bytes,"
	"orig_retrans_bytes,resp_retrans_bytes,orig_missed_bytes,resp_missed_bytes,frame_bytes,orig_first,orig_last,"
	"resp_first,resp_last,turns,absent,estimated,label,detailed_label\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	flowlog_pass(head, data, size);
	return 0;
}
