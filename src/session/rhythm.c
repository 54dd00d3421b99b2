#include "session/rhythm.h"

#include <glib.h>

#include "base/coarse.h"

/* Two idle times whose codes are no further apart are about as long: an eighth. */
enum { STEADY_STEPS = 2 };

void session_note_idle(struct session_cold *cold, int64_t gap_ns)
{
	unsigned code = coarse_code((uint64_t)gap_ns / IDLE_UNIT_NS, IDLE_BITS);
	uint8_t idle = (uint8_t)MIN(code, UINT8_MAX), last = cold->idle;
	if (cold->idles == UINT8_MAX)
		return;
	if (cold->idles > 0 && MAX(idle, last) - MIN(idle, last) <= STEADY_STEPS)
		cold->steady_idles++;
	cold->idles++;
	cold->idle = idle;
}

void session_note_reply(const struct session_hot *hot, struct session_cold *cold, const struct packet *p)
{
	int64_t latency_ns = MAX(p->ts_ns - hot->last_ns[0], REPLY_UNIT_NS);
	cold->reply = (uint16_t)coarse_code((uint64_t)latency_ns / REPLY_UNIT_NS, REPLY_BITS);
}
