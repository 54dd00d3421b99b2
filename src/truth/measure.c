#include "truth/measure.h"

#include <string.h>

#define MEASURE(name) static double get_##name(const struct truth_session *t, bool count_retransmissions)

MEASURE(mean_payload)
{
	return verdict_mean_length(&t->s, VERDICT_LENGTH_PAYLOAD, count_retransmissions);
}

MEASURE(mean_ip)
{
	return verdict_mean_length(&t->s, VERDICT_LENGTH_IP, count_retransmissions);
}

MEASURE(mean_frame)
{
	return verdict_mean_length(&t->s, VERDICT_LENGTH_FRAME, count_retransmissions);
}

#define PLAIN_MEASURE(name, expression)      \
	MEASURE(name)                        \
	{                                    \
		(void)count_retransmissions; \
		return (double)(expression); \
	}

PLAIN_MEASURE(received, t->v.received)
PLAIN_MEASURE(sent, t->v.sent)
PLAIN_MEASURE(ratio, (double)(t->v.received + 1) / (double)(t->v.sent + 1)) /* defined without bytes, too */
PLAIN_MEASURE(duration, (double)(tanpa_session_end_ns(&t->s) - tanpa_session_start_ns(&t->s)) / 1e9)
PLAIN_MEASURE(packets, tanpa_session_packets(&t->s))
PLAIN_MEASURE(turns, t->s.turns)

const struct truth_measure truth_measures[] = {
	[VERDICT_LENGTH_PAYLOAD] = {"mean-payload", "bytes", "mean packet length: payload", get_mean_payload},
	[VERDICT_LENGTH_IP] = {"mean-ip", "bytes", "mean packet length: IP", get_mean_ip},
	[VERDICT_LENGTH_FRAME] = {"mean-frame", "bytes", "mean packet length: on the wire", get_mean_frame},
	{"received", "bytes", "payload the inside host received", get_received},
	{"sent", "bytes", "payload the inside host sent", get_sent},
	{"received-per-sent", "", "(received + 1) / (sent + 1)", get_ratio},
	{"duration", "s", "first to last packet", get_duration},
	{"packets", "", "packets, both directions", get_packets},
	{"turns", "", "how often the direction of the payload changed", get_turns},
};

const gsize truth_n_measures = G_N_ELEMENTS(truth_measures);

const struct truth_measure *truth_measure_find(const char *name)
{
	for (gsize i = 0; i < truth_n_measures; i++)
		if (strcmp(truth_measures[i].name, name) == 0)
			return &truth_measures[i];
	return NULL;
}

const struct truth_measure *truth_measure_of_length(enum verdict_length length)
{
	return &truth_measures[length];
}
