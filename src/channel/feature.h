/*
 * The measures of a channel: one table, from which the model takes its order, the JSON its keys and the
 * manual its list.
 *
 * "Median" is the middle value over the channel's sessions with payload (of an even number: the mean of the two in
 * the middle). What cannot be told is NAN: a regularity of two sessions, a protocol where nobody saw the payload.
 *
 * Sources: "paper" is Higashikado and Torii 2009; RITA is Active Countermeasures' beacon score; the rest is plain
 * statistics.
 */
#ifndef CHANNEL_FEATURE_H
#define CHANNEL_FEATURE_H

#include "channel/channel.h"

/* id, name, unit, words, source */
#define FEATURES(X)                                                                                                    \
	X(SESSIONS, "sessions", "", "sessions with payload", "paper 5.2")                                              \
	X(ATTEMPTS, "attempts", "", "attempts: sessions without payload", "")                                          \
	X(FAILED, "failed_share", "", "attempts over sessions and attempts", "")                                       \
	X(REFUSED, "refused", "", "attempts answered by a RST", "")                                                    \
	X(ANSWERED, "answered_share", "", "sessions in which the service sent payload", "")                            \
	X(SPAN, "span", "s", "from the first packet to the last", "")                                                  \
	X(HOURS, "hours", "", "clock hours (UTC) in which a session or attempt began", "")                             \
	X(SENT, "sent", "B", "median payload sent", "paper 4.3")                                                       \
	X(SENT_SPREAD, "sent_spread", "", "median absolute deviation of it, over it", "RITA")                          \
	X(RECEIVED, "received", "B", "median payload received", "paper 4.3")                                           \
	X(RECEIVED_SPREAD, "received_spread", "", "median absolute deviation of it, over it", "RITA")                  \
	X(RATIO, "received_over_sent", "", "median payload received over median sent", "paper table 1")                \
	X(SENT_PACKETS, "sent_packets", "", "median packets sent", "")                                                 \
	X(RECEIVED_PACKETS, "received_packets", "", "median packets received", "")                                     \
	X(SENT_LENGTH, "sent_length", "B", "median of payload over packets, of what was sent", "paper 4.4")            \
	X(RECEIVED_LENGTH, "received_length", "B", "likewise of what was received", "paper 4.4")                       \
	X(SENT_DATA_LENGTH, "sent_data_length", "B", "likewise of packets with payload alone, sent", "")               \
	X(RECEIVED_DATA_LENGTH, "received_data_length", "B", "likewise, received", "")                                 \
	X(LENGTH, "mean_length", "B", "median of the mean packet length (payload, both directions)", "paper 4.4")      \
	X(SHORT, "short_share", "", "short-packet sessions: the paper's rule", "paper 5.3")                            \
	X(DURATION, "duration", "s", "median duration", "paper 4.4")                                                   \
	X(LONGEST, "longest", "s", "longest duration", "")                                                             \
	X(TURNS, "turns", "", "median number of times the direction of the payload changed", "")                       \
	X(SERVER_FIRST, "server_first_share", "", "sessions in which the service sent payload first", "")              \
	X(REPLY, "reply", "s", "median time from the client's payload to the first payload after it", "")              \
	X(IDLES, "idles", "", "payload after 8 s of silence or more: of the session with the most, up to 255", "")     \
	X(IDLE, "idle", "s", "the last such silence of that session", "")                                              \
	X(IDLE_STEADY, "idle_steady_share", "", "such silences about as long as the one before, of all but the first", \
	  "")                                                                                                          \
	X(INTERVAL, "interval", "s", "median time from a start to the next one", "RITA")                               \
	X(JITTER, "interval_jitter", "", "median absolute deviation of the intervals, over their median", "RITA")      \
	X(SKEW, "interval_skew", "", "Bowley's skewness of the intervals, -1 to 1", "RITA")                            \
	X(STEADY, "interval_steady_share", "", "intervals within 10 % of the median one", "")                          \
	X(ECHO, "interval_autocorrelation", "", "of successive intervals, -1 to 1", "")                                \
	X(SIMILAR, "similar_share", "", "the largest part with the same bytes sent and received", "paper 6.1")         \
	X(PROTOCOL, "protocol", "", "what the payload is, and whether on its usual port", "")                          \
	X(REQUEST, "request", "", "protocol, method and naming together", "")                                          \
	X(NAMING, "naming", "", "what the client asked for (HTTP Host, TLS server name)", "")                          \
	X(METHOD, "method", "", "HTTP methods", "paper 6.4")                                                           \
	X(STATUS, "status", "", "HTTP status of the answers", "paper 6.4")                                             \
	X(PORT_USE, "port_use", "", "HTTP or TLS on another port than 80 or 443", "ATT&CK T1571")                      \
	X(PORT_CLASS, "port_class", "", "class of the service's port", "RFC 6335")                                     \
	X(EXECUTABLES, "executable_share", "", "sessions that received PE, ELF or Mach-O", "paper 6.2")                \
	X(RISKS, "risks", "", "kinds of risk that libndpi sees in its sessions; only with --ndpi", "libndpi")          \
	X(HOSTS, "hosts", "", "inside hosts that use the service", "")                                                 \
	X(PREVALENCE, "prevalence", "", "of all inside hosts seen", "")                                                \
	X(GROUP, "group_similarity", "", "least over most mean payload sent, of the hosts that use it", "")

enum feature {
#define X(id, name, unit, words, source) FEATURE_##id,
	FEATURES(X)
#undef X
		N_FEATURES,
};

struct feature_info {
	const char *name, *unit, *words, *source;
};

/* The models: of channels whose payload was seen, and of those of which only the flows are known. */
enum feature_model { FEATURE_OF_PACKETS, FEATURE_OF_FLOWS, N_FEATURE_MODELS };

/* What a value can be, and how the models take it. */
struct feature_scale {
	const char *const *choices; /* NULL-terminated: the value is the number of one; NULL: a measure */
	const double *cuts;         /* of a measure: the least value of each bin but the first */
	guint n_choices, n_cuts;
	unsigned models; /* bit 1 << enum feature_model: takes part in it */
};

const struct feature_info *feature_info(enum feature feature);
const struct feature_scale *feature_scale(enum feature feature);

/* The word of a choice; NULL when the value is NAN. */
const char *feature_choice(enum feature feature, double value);

/* Number of bins: the last one is for NAN. */
guint feature_bins(enum feature feature);

/* The bin a value is in. */
guint feature_bin(enum feature feature, double value);

/* Hash of all that a model depends on: names, choices, cuts, models. 16 hexadecimal digits; free it. */
char *feature_table_hash(void);

struct feature_vector {
	double value[N_FEATURES];
	bool looked_into; /* payload was seen: of most of its sessions */
};

/* An inbound channel has only sums; the rest is NAN. */
void feature_measure(const struct channels *channels, const struct channel *channel, struct feature_vector *out);

/*
 * The same of those that a model takes only, of channels whose sides are known; what the others are is left open.
 * `list` as a channels_scorer is told. For whoever scores a million.
 */
void feature_measure_scored(const struct channels *channels, const struct channel *channel,
			    const struct kept_list *list, struct feature_vector *out);

/* As if nobody had seen the payload: as a flow log has it. */
void feature_forget_payload(struct feature_vector *vector);

#endif
