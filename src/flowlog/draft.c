#include "flowlog/draft.h"

static const uint8_t types[FLOWLOG_N_ITEMS] = {
#define X(id, type) [FLOWLOG_##id] = FLOWLOG_TYPE_##type,
	FLOWLOG_ITEMS(X)
#undef X
};

static bool parse(struct flowlog_draft *d, enum flowlog_item item, struct flowlog_text text, GTimeZone *zone)
{
	union flowlog_value *value = &d->value[item];
	switch ((enum flowlog_type)types[item]) {
	case FLOWLOG_TYPE_TIME:
		return flowlog_parse_time(text, zone, &value->ns);
	case FLOWLOG_TYPE_SECONDS:
		return flowlog_parse_seconds(text, &value->ns);
	case FLOWLOG_TYPE_COUNT:
		return flowlog_parse_count(text, &value->count);
	case FLOWLOG_TYPE_PORT:
		return flowlog_parse_port(text, &value->count);
	case FLOWLOG_TYPE_ADDRESS:
		return flowlog_parse_address(text, d->addr[item - FLOWLOG_ORIG_ADDR]);
	case FLOWLOG_TYPE_PROTO:
		return flowlog_parse_proto(text, &value->count);
	case FLOWLOG_TYPE_TEXT:
		value->text = text;
		return true;
	}
	g_assert_not_reached();
}

void flowlog_draft_take(struct flowlog_draft *d, enum flowlog_item item, struct flowlog_text text, GTimeZone *zone)
{
	if (parse(d, item, text, zone)) {
		d->has |= UINT64_C(1) << item;
	} else if (!d->is_bad) {
		d->is_bad = true;
		d->bad_item = item;
		d->bad_text = text;
	}
}

void flowlog_draft_turn(struct flowlog_draft *d)
{
	static const uint8_t pairs[] = {
		FLOWLOG_ORIG_ADDR,     FLOWLOG_ORIG_PORT,   FLOWLOG_ORIG_PKTS,  FLOWLOG_ORIG_PAYLOAD,
		FLOWLOG_ORIG_IP_BYTES, FLOWLOG_ORIG_FRAMES, FLOWLOG_ORIG_FLAGS,
	};
	uint8_t addr[16];
	memcpy(addr, d->addr[0], 16);
	memcpy(d->addr[0], d->addr[1], 16);
	memcpy(d->addr[1], addr, 16);
	for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
		unsigned orig = pairs[i], resp = orig + 1;
		union flowlog_value value = d->value[orig];
		uint64_t had = d->has >> orig & 3;
		d->value[orig] = d->value[resp];
		d->value[resp] = value;
		d->has &= ~(UINT64_C(3) << orig);
		d->has |= ((had >> 1) | (had << 1 & 2)) << orig;
	}
}

const char *flowlog_item_words(enum flowlog_item item)
{
	static const char *const words[] = {
		[FLOWLOG_TYPE_TIME] = "a time",          [FLOWLOG_TYPE_SECONDS] = "a number of seconds",
		[FLOWLOG_TYPE_COUNT] = "a whole number", [FLOWLOG_TYPE_PORT] = "a port",
		[FLOWLOG_TYPE_ADDRESS] = "an address",   [FLOWLOG_TYPE_PROTO] = "a protocol",
		[FLOWLOG_TYPE_TEXT] = "a string",
	};
	return words[types[item]];
}
