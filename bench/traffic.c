/*
 * What the generated traffic is made of, and the life of one session.
 *
 * A kind of session (web, download, beacon, ...) is one row of a table; a shape is a mix of kinds.
 * A TCP session is a handshake, turns (a request, its response, acknowledgements every second
 * packet), pauses between the turns, and an end by FIN or RST; nothing is lost or sent twice, but a
 * SYN that nobody answers.
 */
#include "generate.h"

enum { PACKETS_PER_ACK = 2, MS = 1000 };

enum answer { ANSWERED, REFUSED, UNANSWERED };

/* One kind of session. A turn is a request and its response; `size` is the payload bytes of each. */
struct kind {
	bool udp;
	uint8_t answer;
	uint8_t opening;
	bool text;               /* payload after the opening is words, not random bytes */
	uint8_t inbound_percent; /* initiated by an outside host */
	uint8_t ack_percent;     /* a request is acknowledged on its own, before its response */
	uint8_t reset_percent;   /* ends with RST, not FIN */
	uint16_t ports[2];       /* nine sessions in ten use the first */
	struct range turns;
	struct range size[2];
	struct range pause_ms; /* before each turn but the first, and before the end */
};

enum {
	K_DNS,
	K_WEB,
	K_TLS,
	K_DOWNLOAD,
	K_TLS_DOWNLOAD,
	K_UPLOAD,
	K_INTERACTIVE,
	K_CONTROL,
	K_REFUSED,
	K_UNANSWERED,
	K_POLL,
	K_BEACON,
	K_SHORT_TLS,
	K_HELD,
};

/* clang-format off */
static const struct kind kinds[] = {
	/* udp, answer, opening, text, inbound %, ack %, reset %, ports, turns, {request, response}, pause */
	[K_DNS] = {1, ANSWERED, OPEN_DNS, 0, 0, 0, 0, {53, 53},
		{1, 1, 0}, {{0, 0, 0}, {0, 0, 0}}, {1, 1, 0}},
	[K_WEB] = {0, ANSWERED, OPEN_HTTP, 1, 3, 40, 5, {80, 8080},
		{1, 9, 2}, {{180, 700, 1}, {300, 90000, 4}}, {100, 60000, 1}},
	[K_TLS] = {0, ANSWERED, OPEN_TLS, 0, 0, 40, 10, {443, 8443},
		{2, 14, 2}, {{40, 900, 1}, {200, 34000, 4}}, {100, 60000, 1}},
	[K_DOWNLOAD] = {0, ANSWERED, OPEN_HTTP, 0, 0, 20, 2, {80, 8080},
		{1, 1, 0}, {{200, 500, 1}, {50000, 1000000, 3}}, {10, 2000, 1}},
	[K_TLS_DOWNLOAD] = {0, ANSWERED, OPEN_TLS, 0, 0, 20, 2, {443, 8443},
		{2, 2, 0}, {{200, 600, 1}, {20000, 500000, 3}}, {10, 2000, 1}},
	[K_UPLOAD] = {0, ANSWERED, OPEN_SMTP, 1, 5, 50, 2, {25, 587},
		{1, 4, 1}, {{500, 200000, 4}, {40, 200, 1}}, {50, 2000, 1}},
	[K_INTERACTIVE] = {0, ANSWERED, OPEN_SSH, 0, 25, 50, 5, {22, 3389},
		{20, 226, 2}, {{36, 100, 2}, {36, 600, 3}}, {50, 8000, 3}},
	[K_CONTROL] = {0, ANSWERED, OPEN_IRC, 1, 0, 60, 5, {6667, 4444},
		{10, 120, 2}, {{20, 120, 2}, {20, 160, 2}}, {10000, 100000, 2}},
	[K_REFUSED] = {0, REFUSED, OPEN_NOTHING, 0, 30, 0, 0, {445, 23},
		{1, 1, 0}, {{0, 0, 0}, {0, 0, 0}}, {1, 1, 0}},
	[K_UNANSWERED] = {0, UNANSWERED, OPEN_NOTHING, 0, 30, 0, 0, {445, 3389},
		{2, 3, 1}, {{0, 0, 0}, {0, 0, 0}}, {1000, 3000, 1}},
	[K_POLL] = {0, ANSWERED, OPEN_HTTP, 1, 3, 40, 6, {80, 8080},
		{1, 1, 0}, {{70, 180, 1}, {100, 990, 2}}, {1000, 120000, 1}},
	[K_BEACON] = {0, ANSWERED, OPEN_BINARY, 0, 0, 40, 6, {4444, 8081},
		{1, 2, 1}, {{20, 120, 1}, {8, 120, 2}}, {1000, 90000, 1}},
	[K_SHORT_TLS] = {0, ANSWERED, OPEN_TLS, 0, 0, 15, 6, {443, 8443},
		{1, 1, 0}, {{200, 240, 1}, {120, 400, 1}}, {1000, 120000, 1}},
	[K_HELD] = {0, ANSWERED, OPEN_BINARY, 0, 3, 0, 0, {443, 4444},
		{2, 2, 0}, {{20, 160, 2}, {20, 400, 2}}, {1, 1, 0}},
};

const struct shape traffic_shapes[] = {
	{"mixed", "web, downloads, DNS, some of everything", 50000, 3600, 3580, 21800, 200, false,
		{{K_DNS, 300}, {K_WEB, 190}, {K_TLS, 330}, {K_DOWNLOAD, 35}, {K_TLS_DOWNLOAD, 35},
		 {K_UPLOAD, 20}, {K_INTERACTIVE, 20}, {K_CONTROL, 20}, {K_REFUSED, 20}, {K_UNANSWERED, 30}}},
	{"session-heavy", "a great many short TCP sessions", 1100000, 3600, 945, 992, 200, false,
		{{K_POLL, 560}, {K_SHORT_TLS, 200}, {K_BEACON, 220}, {K_REFUSED, 10}, {K_UNANSWERED, 10}}},
	{"live", "all sessions alive at once, none ever closed", 1000000, 120, 900, 916, 200, true,
		{{K_HELD, 1000}}},
	{"attempts", "connection attempts that nobody answers", 1000000, 120, 250, 178, 200, false,
		{{K_UNANSWERED, 1000}}},
};
/* clang-format on */
const unsigned traffic_shapes_count = sizeof traffic_shapes / sizeof *traffic_shapes;

/* ---- random numbers ---- */

static uint64_t random_state;

void random_seed(uint64_t seed)
{
	random_state = seed;
}

/* splitmix64 (Steele, Lea, Flood 2014). */
uint64_t random_u64(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint32_t random_below(uint32_t n)
{
	return (uint32_t)(((random_u64() >> 32) * n) >> 32);
}

bool random_percent(uint32_t percent)
{
	return random_below(100) < percent;
}

uint32_t random_range(const struct range *range)
{
	uint64_t x = (uint64_t)range->high - range->low + (range->skew > 0);

	for (uint32_t i = 0; i < range->skew; i++)
		x = (x * (random_u64() >> 32)) >> 32;
	return range->low + (uint32_t)x;
}

/* ---- a session begins ---- */

/* What the session's next step is to do. */
enum phase {
	OPEN_SYN,
	OPEN_ANSWER,
	OPEN_ACK,
	BURST,
	BURST_ACK,
	CLOSE_FIRST,
	CLOSE_SECOND,
	CLOSE_ACK,
	ENDED,
};

static int opening_of(const struct session *s)
{
	int opening = kinds[s->kind].opening;
	return opening == OPEN_DNS ? opening + s->port[CLIENT] % DNS_NAMES : opening;
}

/* `from` is about to send: how much? A side's first burst holds at least its opening; a DNS message
 * is an opening and nothing else. */
static void begin_burst(struct session *s, int from)
{
	uint32_t opening_bytes = frame_opening(opening_of(s), from).bytes;

	s->phase = BURST;
	s->from = (uint8_t)from;
	s->left = random_range(&kinds[s->kind].size[from]);
	if (s->left < opening_bytes && !(s->spoke >> from & 1))
		s->left = opening_bytes;
}

static uint8_t choose_kind(const struct shape *shape)
{
	const struct share *share = shape->shares;
	uint32_t at = random_below(1000);

	while (at >= share->per_mille)
		at -= share++->per_mille;
	return share->kind;
}

/* Each inside host has favourites: 64 outside hosts, a few of them used far more than the rest. */
static uint32_t choose_outside(uint32_t inside)
{
	static const struct range favourite = {0, 63, 2};
	uint64_t x = ((uint64_t)inside << 6 | random_range(&favourite)) * 0x9e3779b97f4a7c15u;
	return (uint32_t)((x >> 32) * OUTSIDE_HOSTS >> 32);
}

void traffic_begin_session(struct traffic *traffic, struct session *s, uint64_t due_us)
{
	static const struct range rtt_us = {300, 160000, 2};
	uint8_t number = choose_kind(traffic->shape);
	const struct kind *kind = &kinds[number];
	uint16_t *port;

	*s = (struct session){.due_us = due_us, .kind = number, .phase = OPEN_SYN, .udp = kind->udp};
	s->inside = random_below(traffic->hosts);
	s->outside = kind->opening == OPEN_DNS ? random_below(4) : choose_outside(s->inside);
	s->inbound = random_percent(kind->inbound_percent);
	s->ipv6 = random_percent(5);
	s->timestamps = (s->inside * 2654435761u) >> 31; /* half of the hosts */
	port = &traffic->host_ports[s->inside];
	s->port[CLIENT] = (uint16_t)(CLIENT_PORT_FIRST + *port);
	*port = (uint16_t)((*port + 1) % CLIENT_PORTS);
	s->port[SERVER] = kind->ports[random_percent(10)];
	s->rtt_us = random_range(&rtt_us);
	s->seq[CLIENT] = (uint32_t)random_u64();
	s->seq[SERVER] = (uint32_t)random_u64();
	s->turns = (uint16_t)random_range(&kind->turns);
	if (s->udp)
		begin_burst(s, CLIENT);
}

/* ---- its steps: each sends one packet, sets the next phase, returns the delay until then ---- */

static void send_bare(struct traffic *traffic, struct session *s, int from, uint32_t flags)
{
	frame_write(&traffic->writer, s, from, flags, (struct slice){0, 0});
}

/* A held session is silent until all the others have begun. */
static uint32_t pause_us(const struct traffic *traffic, const struct session *s)
{
	if (traffic->shape->held)
		return (uint32_t)(traffic->span_us / 2);
	return random_range(&kinds[s->kind].pause_ms) * MS + random_below(MS);
}

/* After a request comes its response; after a response the next turn or the end. */
static uint32_t after_burst(const struct traffic *traffic, struct session *s)
{
	if (s->from == CLIENT) {
		begin_burst(s, SERVER);
		return s->rtt_us + random_below(20 * MS);
	}
	if (--s->turns > 0 && traffic->writer.now_us < traffic->span_us) {
		begin_burst(s, CLIENT);
		return pause_us(traffic, s);
	}
	if (s->udp || traffic->shape->held) {
		s->phase = ENDED;
		return 0;
	}
	s->phase = CLOSE_FIRST;
	s->from = random_percent(40) ? SERVER : CLIENT;
	return pause_us(traffic, s);
}

static uint32_t step_burst(struct traffic *traffic, struct session *s)
{
	const struct kind *kind = &kinds[s->kind];
	uint32_t room = frame_room_bytes(s);
	struct slice payload = {.bytes = s->left < room ? s->left : room};

	if (!(s->spoke >> s->from & 1))
		payload.offset = frame_opening(opening_of(s), s->from).offset;
	else
		payload.offset = kind->text ? frame_random_text() : frame_random_bytes();
	traffic->sessions_with_payload += !s->spoke;
	s->spoke |= (uint8_t)(1 << s->from);
	s->left -= payload.bytes;
	frame_write(&traffic->writer, s, s->from, ACK | (s->left ? 0 : PSH), payload);
	if (s->udp)
		return after_burst(traffic, s);
	s->unacked++;
	if (s->left && s->unacked < PACKETS_PER_ACK)
		return 20 + random_below(200);
	if (!s->left && s->from == CLIENT && !random_percent(kind->ack_percent)) {
		s->unacked = 0; /* the response will acknowledge it */
		return after_burst(traffic, s);
	}
	s->phase = BURST_ACK;
	return 50 + random_below(s->rtt_us);
}

static uint32_t step_burst_ack(struct traffic *traffic, struct session *s)
{
	send_bare(traffic, s, !s->from, ACK);
	s->unacked = 0;
	if (!s->left)
		return after_burst(traffic, s);
	s->phase = BURST;
	return 100 + random_below(s->rtt_us / 4);
}

static uint32_t step_open(struct traffic *traffic, struct session *s)
{
	send_bare(traffic, s, CLIENT, SYN);
	if (kinds[s->kind].answer == UNANSWERED) {
		s->seq[CLIENT]--; /* the next SYN repeats this one */
		if (--s->turns == 0)
			s->phase = ENDED;
		return pause_us(traffic, s);
	}
	s->phase = OPEN_ANSWER;
	return s->rtt_us;
}

static uint32_t step_open_answer(struct traffic *traffic, struct session *s)
{
	if (kinds[s->kind].answer == REFUSED) {
		s->seq[SERVER] = 0;
		send_bare(traffic, s, SERVER, RST | ACK);
		s->phase = ENDED;
		return 0;
	}
	send_bare(traffic, s, SERVER, SYN | ACK);
	s->phase = OPEN_ACK;
	return 20 + random_below(200);
}

static uint32_t step_open_ack(struct traffic *traffic, struct session *s)
{
	send_bare(traffic, s, CLIENT, ACK);
	begin_burst(s, CLIENT);
	return 50 + random_below(5 * MS);
}

static uint32_t step_close_first(struct traffic *traffic, struct session *s)
{
	bool reset = random_percent(kinds[s->kind].reset_percent);

	send_bare(traffic, s, s->from, (reset ? RST : FIN) | ACK);
	s->phase = reset ? ENDED : CLOSE_SECOND;
	return s->rtt_us;
}

static uint32_t step_close_second(struct traffic *traffic, struct session *s)
{
	send_bare(traffic, s, !s->from, FIN | ACK);
	s->phase = CLOSE_ACK;
	return 20 + random_below(200);
}

static uint32_t step_close_ack(struct traffic *traffic, struct session *s)
{
	send_bare(traffic, s, s->from, ACK);
	s->phase = ENDED;
	return 0;
}

uint32_t traffic_step(struct traffic *traffic, struct session *s, bool *ended)
{
	static uint32_t (*const steps[])(struct traffic *, struct session *) = {
		[OPEN_SYN] = step_open,
		[OPEN_ANSWER] = step_open_answer,
		[OPEN_ACK] = step_open_ack,
		[BURST] = step_burst,
		[BURST_ACK] = step_burst_ack,
		[CLOSE_FIRST] = step_close_first,
		[CLOSE_SECOND] = step_close_second,
		[CLOSE_ACK] = step_close_ack,
	};
	uint32_t delay_us = steps[s->phase](traffic, s);

	*ended = s->phase == ENDED;
	return delay_us;
}
