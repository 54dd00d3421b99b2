/*
 * Argus' client ra as CSV, in the variants of the CTU data sets (binetflow): with and without SrcBytes, SrcPkts, Label.
 * Bytes are of whole frames, the states those of ra(1).
 */
#include "flowlog/format.h"
#include "flowlog/state.h"

static const struct flowlog_field fields[] = {
	{"StartTime", FLOWLOG_START},
	{"LastTime", FLOWLOG_END},
	{"Dur", FLOWLOG_DURATION},
	{"Proto", FLOWLOG_PROTO},
	{"SrcAddr", FLOWLOG_ORIG_ADDR},
	{"Sport", FLOWLOG_ORIG_PORT},
	{"Dir", FLOWLOG_ARROW},
	{"DstAddr", FLOWLOG_RESP_ADDR},
	{"Dport", FLOWLOG_RESP_PORT},
	{"State", FLOWLOG_STATE},
	{"TotPkts", FLOWLOG_PKTS},
	{"SrcPkts", FLOWLOG_ORIG_PKTS},
	{"DstPkts", FLOWLOG_RESP_PKTS},
	{"TotBytes", FLOWLOG_FRAMES},
	{"SrcBytes", FLOWLOG_ORIG_FRAMES},
	{"DstBytes", FLOWLOG_RESP_FRAMES},
	{"Label", FLOWLOG_LABEL},
	{NULL, 0},
};

static const char *const needed[] = {"StartTime", "Proto", "SrcAddr", "DstAddr", "Dport", NULL};

/* States in words stand for the flags they come from (ra(1), "state"). */
static const struct {
	const char *state;
	uint8_t flags[2];
} words[] = {
	{"REQ", {FLOWLOG_SYN, 0}},
	{"INT", {FLOWLOG_SYN, 0}},
	{"ACC", {FLOWLOG_SYN, FLOWLOG_SYN}},
	{"EST", {FLOWLOG_SYN | FLOWLOG_PSH, FLOWLOG_SYN | FLOWLOG_PSH}},
	{"CON", {FLOWLOG_SYN | FLOWLOG_PSH, FLOWLOG_SYN | FLOWLOG_PSH}},
	{"CLO", {FLOWLOG_SYN | FLOWLOG_PSH | FLOWLOG_FIN, FLOWLOG_SYN | FLOWLOG_PSH | FLOWLOG_FIN}},
	{"FIN", {FLOWLOG_SYN | FLOWLOG_PSH | FLOWLOG_FIN, FLOWLOG_SYN | FLOWLOG_PSH | FLOWLOG_FIN}},
	{"RST", {FLOWLOG_SYN | FLOWLOG_PSH, FLOWLOG_SYN | FLOWLOG_PSH | FLOWLOG_RST}},
};

/* "FSPA_FSRPA": flags of either side; or a word. */
static void take_state(struct flowlog_text state, struct flowlog_record *r)
{
	const char *bar = state.len ? memchr(state.at, '_', state.len) : NULL;
	if (bar) {
		gsize orig = (gsize)(bar - state.at);
		r->flags[0] = flowlog_flags_by_letters((struct flowlog_text){state.at, orig});
		r->flags[1] = flowlog_flags_by_letters((struct flowlog_text){bar + 1, state.len - orig - 1});
		r->has_flags = true;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(words) && bar == NULL; i++)
		if (flowlog_text_is(state, words[i].state)) {
			memcpy(r->flags, words[i].flags, sizeof r->flags);
			r->has_flags = true;
		}
}

static enum flowlog_kind look(struct flowlog_draft *d, struct flowlog_record *r)
{
	struct flowlog_text arrow = flowlog_text_strip(flowlog_text_of(d, FLOWLOG_ARROW));
	take_state(flowlog_text_of(d, FLOWLOG_STATE), r);
	if (flowlog_text_is(arrow, "<-") || flowlog_text_is(arrow, "<?")) { /* the destination began */
		uint8_t flags = r->flags[0];
		r->flags[0] = r->flags[1];
		r->flags[1] = flags;
		flowlog_draft_turn(d);
	}
	return FLOWLOG_IS_SESSION;
}

const struct flowlog_format flowlog_format_argus = {"argus", "Argus as CSV (binetflow)", false, fields, needed, look};
