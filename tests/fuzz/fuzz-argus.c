/* Argus' CSV; see flowlog-pass.h. */
#include "flowlog-pass.h"
#include "fuzz.h"

static const char head[] =
	"StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	flowlog_pass(head, data, size);
	return 0;
}
