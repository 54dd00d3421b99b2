/* nfdump's CSV, and its records put together; see flowlog-pass.h. */
#include "flowlog-pass.h"
#include "fuzz.h"

static const char head[] = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	flowlog_pass(head, data, size);
	return 0;
}
