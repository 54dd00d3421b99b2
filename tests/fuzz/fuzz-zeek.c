/* Zeek's tables: headers, columns in any order, escapes, marks of no value; see flowlog-pass.h. */
#include "flowlog-pass.h"
#include "fuzz.h"

static const char head[] =
	"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
	"#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\t"
	"conn_state\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\tlabel\tdetailedlabel\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	flowlog_pass(head, data, size);
	return 0;
}
