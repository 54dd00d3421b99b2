#include "verdict/verdict.h"

#include "base/net.h"

const struct verdict_options verdict_options_default = {
	.length = VERDICT_LENGTH_PAYLOAD,
	.threshold = 100,
	.count_retransmissions = true,
	.upload_bytes = 10000,
	.upload_ratio = 10,
};

const char *verdict_kind_name(enum verdict_kind kind)
{
	static const char *const names[] = {
#define X(id, name, words) name,
		VERDICT_KINDS(X)
#undef X
	};
	return names[kind];
}

const char *verdict_kind_words(enum verdict_kind kind)
{
	static const char *const all[] = {
#define X(id, name, words) words,
		VERDICT_KINDS(X)
#undef X
	};
	return all[kind];
}

const char *verdict_direction_name(enum verdict_direction direction)
{
	static const char *const names[VERDICT_N_DIRECTIONS] = {"outbound", "inbound", "internal", "external"};
	return names[direction];
}

const char *verdict_length_name(enum verdict_length length)
{
	static const char *const names[VERDICT_N_LENGTHS] = {"payload", "ip", "frame"};
	return names[length];
}

double verdict_mean_length(const struct tanpa_session *s, enum verdict_length length, bool count_retransmissions)
{
	uint64_t packets = tanpa_session_packets(s), bytes = 0;
	uint64_t again = s->flow[0].retrans_bytes + s->flow[1].retrans_bytes;
	if (packets == 0)
		return 0;
	switch (length) {
	case VERDICT_LENGTH_PAYLOAD:
		bytes = tanpa_session_payload(s) + (count_retransmissions ? again : 0);
		break;
	case VERDICT_LENGTH_IP:
		bytes = s->flow[0].ip_bytes + s->flow[1].ip_bytes - (count_retransmissions ? 0 : again);
		break;
	case VERDICT_LENGTH_FRAME:
		bytes = s->frame_bytes - (count_retransmissions ? 0 : again);
		break;
	case VERDICT_N_LENGTHS:
		g_assert_not_reached();
	}
	return (double)bytes / (double)packets;
}

/*
 * Who is inside, and who serves. In a TCP session whose begin was not captured the first packet seen tells
 * nothing of who connected to whom: the lower port is taken for the service.
 */
static void set_sides(struct verdict *v, const struct tanpa_session *s, const struct net_list *inside)
{
	v->guessed = s->proto == TANPA_TCP && s->origin == TANPA_ORIGIN_FIRST;
	v->server = v->guessed && s->port[TANPA_ORIG] < s->port[TANPA_RESP] ? TANPA_ORIG : TANPA_RESP;
	bool client_inside = net_list_contains(inside, s->addr[v->server ^ 1]);
	bool server_inside = net_list_contains(inside, s->addr[v->server]);
	if (client_inside)
		v->direction = server_inside ? VERDICT_INTERNAL : VERDICT_OUTBOUND;
	else
		v->direction = server_inside ? VERDICT_INBOUND : VERDICT_EXTERNAL;
	v->inside = v->direction == VERDICT_INBOUND ? v->server : (enum tanpa_side)(v->server ^ 1);
}

/* 224.0.0.0/4, 240.0.0.0/4 with the broadcast address, and ff00::/8: nobody in particular. */
static bool is_to_many(const struct tanpa_session *s)
{
	const uint8_t *to = s->addr[TANPA_RESP];
	return s->ipv4 ? to[12] >= 224 : to[0] == 0xff;
}

static enum verdict_kind judge_inbound(const struct tanpa_session *s, const struct verdict *v)
{
	if (v->received <= v->sent)
		return VERDICT_OTHER;
	/* the paper's TCP/push: the sample comes in over a connection made from outside */
	return !v->is_short && tanpa_is_executable(s->content[v->inside ^ 1]) ? VERDICT_DOWNLOAD : VERDICT_INTRUSION;
}

/* What is left of a connection whose begin was not captured, from one side only: a TLS close, say. */
static bool is_remnant(const struct verdict *v)
{
	return v->guessed && (v->sent == 0 || v->received == 0);
}

static enum verdict_kind judge_outbound(const struct tanpa_session *s, const struct verdict *v,
					const struct verdict_options *options)
{
	if (is_to_many(s))
		return VERDICT_OTHER;
	if (v->sent >= options->upload_bytes && (double)v->sent >= options->upload_ratio * (double)v->received)
		return VERDICT_UPLOAD;
	if (is_remnant(v))
		return VERDICT_OTHER;
	if (v->is_short) /* the rule is about TCP; a DNS question is short, too */
		return s->proto == TANPA_TCP ? VERDICT_C2 : VERDICT_OTHER;
	return v->received > v->sent ? VERDICT_DOWNLOAD : VERDICT_OTHER;
}

/* What the log a session comes from would have to tell for the rule to be applied. */
static unsigned needed_parts(const struct verdict_options *options)
{
	return 1u << TANPA_PART_PACKETS |
	       1u << (options->length == VERDICT_LENGTH_IP ? TANPA_PART_IP_BYTES : TANPA_PART_PAYLOAD);
}

static bool lacks_needed(const struct tanpa_session *s, const struct verdict_options *options)
{
	return tanpa_session_lacks(s, needed_parts(options)) ||
	       (options->length == VERDICT_LENGTH_FRAME && s->absent && s->frame_bytes == 0);
}

/* Only the sum of both directions is known: short packets tell control, if there are too few bytes for an upload. */
static enum verdict_kind judge_sum(const struct tanpa_session *s, const struct verdict *v,
				   const struct verdict_options *options)
{
	bool is_control = v->is_short && s->proto == TANPA_TCP && v->direction != VERDICT_INBOUND && !is_to_many(s) &&
			  tanpa_session_payload(s) < options->upload_bytes;
	return is_control ? VERDICT_C2 : VERDICT_OTHER;
}

struct verdict verdict_judge(const struct tanpa_session *s, const struct verdict_options *options)
{
	struct verdict v = {0};
	set_sides(&v, s, options->inside);
	const struct tanpa_flow *in = &s->flow[v.inside], *out = &s->flow[v.inside ^ 1];
	v.sent = in->payload_bytes + (options->count_retransmissions ? in->retrans_bytes : 0);
	v.received = out->payload_bytes + (options->count_retransmissions ? out->retrans_bytes : 0);
	if (tanpa_session_payload(s) == 0 && !tanpa_session_lacks(s, 1u << TANPA_PART_PAYLOAD)) {
		v.kind = VERDICT_ATTEMPT;
		return v;
	}
	if (lacks_needed(s, options)) {
		v.kind = VERDICT_OTHER;
		return v;
	}
	v.mean_length = verdict_mean_length(s, options->length, options->count_retransmissions);
	v.is_short = v.mean_length <= options->threshold;
	if (tanpa_session_lacks(s, 1u << TANPA_PART_SIDES))
		v.kind = judge_sum(s, &v, options);
	else
		v.kind = v.direction == VERDICT_INBOUND ? judge_inbound(s, &v) : judge_outbound(s, &v, options);
	return v;
}

/* ": packets, payload" */
static void append_parts(GString *out, unsigned parts)
{
	static const char *const names[] = {
#define X(id, name, words) name,
		TANPA_PARTS(X)
#undef X
	};
	const char *comma = ": ";
	for (unsigned part = 0; part < TANPA_N_PARTS; part++)
		if (parts & 1u << part) {
			g_string_append_printf(out, "%s%s", comma, names[part]);
			comma = ", ";
		}
}

static void append_estimated(GString *out, const struct tanpa_session *s, const struct verdict_options *options)
{
	unsigned parts = s->estimated & needed_parts(options);
	if (parts) {
		g_string_append(out, "; estimated");
		append_parts(out, parts);
	}
}

void verdict_reason(const struct verdict *v, const struct tanpa_session *s, const struct verdict_options *options,
		    GString *out)
{
	if (!verdict_is_judged(v->kind)) {
		g_string_append_printf(out, "no payload in %" G_GUINT64_FORMAT " packets%s", tanpa_session_packets(s),
				       v->kind == VERDICT_ATTEMPT ? "" : "; one of many destinations on this port");
		return;
	}
	if (lacks_needed(s, options)) {
		g_string_append(out, "not judged: the log does not tell");
		append_parts(out, s->absent & needed_parts(options));
		return;
	}
	g_string_append_printf(out, "%s%s; mean packet length %.1f %s %g bytes (%s)",
			       verdict_direction_name(v->direction),
			       v->guessed ? " by its ports (its begin was not captured)" : "", v->mean_length,
			       v->is_short ? "<=" : ">", options->threshold, verdict_length_name(options->length));
	if (tanpa_session_lacks(s, 1u << TANPA_PART_SIDES)) {
		g_string_append_printf(out, "; %" G_GUINT64_FORMAT " bytes; the log does not tell who sent them",
				       tanpa_session_payload(s));
		append_estimated(out, s, options);
		return;
	}
	g_string_append_printf(out, "; sent %" G_GUINT64_FORMAT " %s received %" G_GUINT64_FORMAT " bytes", v->sent,
			       v->sent > v->received   ? ">"
			       : v->sent < v->received ? "<"
						       : "=",
			       v->received);
	if (v->kind == VERDICT_UPLOAD)
		g_string_append_printf(out, " (upload: at least %" G_GUINT64_FORMAT " and %g times as much)",
				       options->upload_bytes, options->upload_ratio);
	if (v->kind == VERDICT_OTHER && is_to_many(s))
		g_string_append(out, "; to a multicast or broadcast address");
	else if (v->kind == VERDICT_OTHER && is_remnant(v))
		g_string_append(out, "; only one side of a session whose begin was not captured");
	else if (v->kind == VERDICT_OTHER && v->is_short && s->proto == TANPA_UDP)
		g_string_append(out, "; the rule for control is for TCP");
	if (v->kind == VERDICT_DOWNLOAD && v->direction == VERDICT_INBOUND)
		g_string_append(out, "; executable content pushed from outside");
	append_estimated(out, s, options);
}
