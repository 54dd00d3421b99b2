/*
 * The session table. The input is a program: a byte of settings, then packets of 6 bytes each over few addresses and
 * ports:
 *
 *   0  direction (bit 0), UDP (1), IPv6 (2), host (3-4), ports (5-6), fragment: the next byte's low bits say which (7)
 *   1  TCP flags (0-4), window 0 (5), captured payload (6-7: none or one of three)
 *   2  payload length, as 4-bit mantissa and 4-bit exponent
 *   3  sequence number against the one expected: 0x80 is as expected
 *   4  acknowledgement against what the other side sent: likewise
 *   5  time since the packet before, as 4-bit mantissa and exponent, in ms; 0xff: back by a second
 *
 * The same packets go through three tables: kept and all at once, kept and one by one, streamed. None may lose a packet
 * or a byte, and all must have the same records.
 */
#include <glib.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>

#include "fuzz.h"
#include "session/table.h"

enum { PACKET_BYTES = 6, MAX_PACKETS = 4096, HOSTS = 4, PORTS = 4 };

struct program {
	struct packet packets[MAX_PACKETS];
	gsize n;
	int64_t now_ns;
	uint32_t next_seq[2][HOSTS][PORTS];
	uint8_t ipv6[2][HOSTS][32]; /* by direction: source, destination */
};

/* Each longer than what is captured of it. */
static const char contents[][64] = {
	"",
	"GET /gate.php HTTP/1.1\r\nHost: c2.example\r\n\r\n",
	"HTTP/1.1 200 OK\r\n\r\n\177ELF",
	"\0\1bot.exe\0octet",
};

static uint32_t magnitude(uint8_t b)
{
	return (uint32_t)(b & 15) << (b >> 4);
}

static void set_addresses(struct program *program, struct packet *p, const uint8_t *code)
{
	static const uint16_t client[PORTS] = {40000, 40001, 40000, 69}, server[PORTS] = {80, 80, 69, 40000};
	unsigned back = code[0] & 1, host = code[0] >> 3 & 3, port = code[0] >> 5 & 3;
	const uint32_t addr[2] = {GUINT32_TO_BE(0x0a000001), GUINT32_TO_BE(0xc0000200 + host)};
	p->port[back] = client[port];
	p->port[back ^ 1] = server[port];
	p->proto = code[0] & 2 ? TANPA_UDP : TANPA_TCP;
	p->kind = (uint8_t)((code[0] & 2 ? PACKET_KIND_UDP : 0) | (code[0] & 4 ? PACKET_KIND_IPV6 : 0));
	if (code[0] & 4) {
		uint8_t *pair = program->ipv6[back][host];
		memset(pair, 0, 32);
		pair[16 * back] = 0x20;
		pair[16 * back + 15] = 1;
		pair[16 * (back ^ 1)] = 0x20;
		pair[16 * (back ^ 1) + 15] = (uint8_t)(2 + host);
		p->addr.ipv6 = pair;
	} else {
		p->addr.ipv4[back] = addr[0];
		p->addr.ipv4[back ^ 1] = addr[1];
	}
}

static void set_payload(struct packet *p, const uint8_t *code)
{
	const char *content = contents[code[1] >> 6];
	p->payload_len = magnitude(code[2]);
	if (p->payload_len == 0)
		return;
	if (*content || content == contents[3]) {
		p->payload = (const uint8_t *)content;
		p->payload_cap = (uint16_t)MIN(p->payload_len, 20);
	}
}

static void add_packet(struct program *program, const uint8_t *code)
{
	struct packet p = {0};
	unsigned back = code[0] & 1, host = code[0] >> 3 & 3, port = code[0] >> 5 & 3;
	uint32_t *next = &program->next_seq[back][host][port], other = program->next_seq[back ^ 1][host][port];
	program->now_ns += code[5] == 0xff ? -INT64_C(1000000000) : INT64_C(1000000) * magnitude(code[5]);
	p.ts_ns = program->now_ns;
	set_addresses(program, &p, code);
	set_payload(&p, code);
	if (p.proto == TANPA_TCP) {
		p.tcp_flags = code[1] & 0x1f;
		p.window = code[1] & 0x20 ? 0 : 1000;
		p.seq = *next + (uint32_t)((code[3] - 0x80) * 10);
		p.ack = other + (uint32_t)((code[4] - 0x80) * 10);
		*next = p.seq + p.payload_len + !!(p.tcp_flags & PACKET_SYN) + !!(p.tcp_flags & PACKET_FIN);
	}
	p.ip_len = p.payload_len + 40;
	p.frame_len = p.ip_len + 14;
	if (code[0] & 0x80) {
		p.fragment = code[1] & 0x20 ? PACKET_FRAG_FIRST : PACKET_FRAG_LATER;
		p.seq = code[3] & 3;
		if (p.fragment == PACKET_FRAG_LATER) {
			p.port[0] = p.port[1] = 0;
			p.tcp_flags = 0;
			p.payload = NULL;
			p.payload_cap = 0;
		}
	}
	p.hash = packet_hash(&p, &session_options_default.seed);
	program->packets[program->n++] = p;
}

/* ---- an inspector that insists on what it was promised ---- */

enum { WANTED = 5, ENDED = 1 << 16 };

struct inspector {
	struct session_inspector base;
	unsigned looked_into, ended; /* sessions */
};

static bool look(struct session_inspector *self, const struct packet *p, uint32_t *state)
{
	CHECK(*state < ENDED && p->payload_cap > 0 && p->payload != NULL);
	((struct inspector *)self)->looked_into += *state == 0;
	*state += *state < WANTED;
	return *state < WANTED;
}

static void end(struct session_inspector *self, uint32_t *state)
{
	CHECK(*state > 0 && *state <= WANTED);
	((struct inspector *)self)->ended++;
	*state += ENDED;
}

static void tell(const struct session_inspector *self, uint32_t state, struct tanpa_session *out)
{
	(void)self;
	CHECK(state % ENDED > 0 && state % ENDED <= WANTED);
	out->risks = state % ENDED;
}

/* ---- one table ---- */

struct outcome {
	GArray *sessions; /* struct tanpa_session */
	struct session_counts counts;
};

static void take(const struct tanpa_session *session, void *user)
{
	struct tanpa_session copy = *session;
	CHECK(session->name == NULL || strlen(session->name) <= 255);
	copy.name = NULL; /* dies with the call */
	g_array_append_val((GArray *)user, copy);
}

static void check_session(const struct tanpa_session *s)
{
	CHECK(memchr(s->history, '\0', sizeof s->history) != NULL);
	CHECK(s->proto == TANPA_TCP || s->proto == TANPA_UDP);
	CHECK(s->origin < TANPA_N_ORIGINS && s->conn_state < TANPA_N_CONN_STATES && s->end < TANPA_N_ENDS);
	CHECK(s->service < TANPA_N_SERVICES && s->http_method < TANPA_N_HTTP_METHODS);
	CHECK(s->content[0] < TANPA_N_CONTENTS && s->content[1] < TANPA_N_CONTENTS);
	CHECK(tanpa_session_packets(s) > 0);
	CHECK(tanpa_session_start_ns(s) <= tanpa_session_end_ns(s));
	for (int side = 0; side < 2; side++) {
		const struct tanpa_flow *f = &s->flow[side];
		CHECK((f->packets == 0) == (f->first_ns == TANPA_NEVER));
		CHECK((f->packets == 0) == (f->last_ns == TANPA_NEVER));
		CHECK(f->packets == 0 || f->first_ns <= f->last_ns);
		CHECK(f->payload_bytes + f->retrans_bytes <= f->ip_bytes - f->packets * 40);
	}
}

static struct outcome run(const struct program *program, struct session_options options, bool is_inspected, gsize batch)
{
	struct outcome o = {.sessions = g_array_new(FALSE, FALSE, sizeof(struct tanpa_session))};
	uint64_t packets = 0, bytes = 0, given = 0;
	struct inspector inspector = {{look, end, tell}, 0, 0};
	options.user = o.sessions;
	options.inspector = is_inspected ? &inspector.base : NULL;
	struct session_table *table = session_table_new(&options);
	for (gsize i = 0; i < program->n; i += batch)
		session_table_add(table, program->packets + i, MIN(batch, program->n - i), NULL);
	session_table_finish(table, session_table_newest_ns(table));
	for (uint32_t i = 0; i < session_table_size(table); i++) {
		struct tanpa_session session;
		session_table_get(table, i, &session);
		CHECK(session_table_start_ns(table, i) == tanpa_session_start_ns(&session));
		take(&session, o.sessions);
	}
	o.counts = session_table_counts(table);
	session_table_free(table);
	for (guint i = 0; i < o.sessions->len; i++) {
		const struct tanpa_session *s = &g_array_index(o.sessions, struct tanpa_session, i);
		check_session(s);
		packets += tanpa_session_packets(s);
		bytes += s->flow[0].ip_bytes + s->flow[1].ip_bytes;
	}
	for (gsize i = 0; i < program->n; i++)
		given += program->packets[i].ip_len;
	CHECK(o.counts.packets == program->n);
	CHECK(o.counts.packets == packets + o.counts.refused + o.counts.fragments);
	CHECK(o.counts.sessions == o.sessions->len);
	CHECK(inspector.ended == inspector.looked_into);
	CHECK(o.counts.live == 0 && o.counts.peak_live <= options.max_sessions);
	CHECK(bytes <= given);
	CHECK(o.counts.refused + o.counts.fragments > 0 || bytes == given);
	return o;
}

/* In what check_same() compares; bytes between fields are anything. */
static gint by_all(gconstpointer a, gconstpointer b)
{
	const struct tanpa_session *s = a, *t = b;
	const int64_t order[] = {
		memcmp(s, t, offsetof(struct tanpa_session, http_method)), /* bytes without any between */
		memcmp(s->flow, t->flow, sizeof s->flow),
		strcmp(s->history, t->history),
		(int64_t)s->risks - t->risks,
		(int64_t)s->turns - t->turns,
		(int64_t)(s->frame_bytes - t->frame_bytes),
	};
	for (gsize i = 0; i < G_N_ELEMENTS(order); i++)
		if (order[i] != 0)
			return order[i] < 0 ? -1 : 1;
	return 0;
}

/* The same records; their order may differ. */
static void check_same(const struct outcome *a, const struct outcome *b)
{
	CHECK(a->sessions->len == b->sessions->len);
	for (guint i = 0; i < a->sessions->len; i++) {
		const struct tanpa_session *s = &g_array_index(a->sessions, struct tanpa_session, i);
		const struct tanpa_session *t = &g_array_index(b->sessions, struct tanpa_session, i);
		CHECK(memcmp(s->addr, t->addr, sizeof s->addr) == 0 && memcmp(s->port, t->port, sizeof s->port) == 0);
		CHECK(memcmp(s->flow, t->flow, sizeof s->flow) == 0);
		CHECK(g_str_equal(s->history, t->history));
		CHECK(s->conn_state == t->conn_state && s->origin == t->origin && s->end == t->end);
		CHECK(s->risks == t->risks);
		CHECK(s->turns == t->turns && s->frame_bytes == t->frame_bytes && s->service == t->service);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct program program;
	if (size < 1 + PACKET_BYTES)
		return 0;
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); /* a huge page for each slab of each run is most of the time */
	uint8_t settings = data[0];
	struct session_options kept = session_options_default, streamed;
	program.n = 0;
	memset(program.next_seq, 0, sizeof program.next_seq);
	program.now_ns = INT64_C(1000000000) << (settings >> 4); /* from soon after the epoch on */
	for (data++, size--; size >= PACKET_BYTES && program.n < MAX_PACKETS;
	     data += PACKET_BYTES, size -= PACKET_BYTES)
		add_packet(&program, data);

	bool is_inspected = settings & 8;
	kept.count_frames = settings & 1;
	if (settings & 2)
		kept.tcp_timeout_ns = kept.udp_timeout_ns = kept.attempt_timeout_ns = INT64_C(2000000000);
	if (settings & 4) {
		kept.max_sessions = 3;
		g_array_unref(run(&program, kept, is_inspected, 64).sessions);
		kept.sink = take;
		g_array_unref(run(&program, kept, is_inspected, 64).sessions);
		return 0;
	}
	streamed = kept;
	streamed.sink = take;
	struct outcome all = run(&program, kept, is_inspected, program.n),
		       singly = run(&program, kept, is_inspected, 1), passed = run(&program, streamed, is_inspected, 7);
	bool forward = true; /* a clock that goes back makes the others' packets end a session sooner or later */
	for (gsize i = 1; i < program.n; i++)
		forward = forward && program.packets[i].ts_ns >= program.packets[i - 1].ts_ns;
	g_array_sort(all.sessions, by_all);
	g_array_sort(singly.sessions, by_all);
	g_array_sort(passed.sessions, by_all);
	if (forward) {
		check_same(&all, &singly);
		check_same(&all, &passed);
	}
	g_array_unref(all.sessions);
	g_array_unref(singly.sessions);
	g_array_unref(passed.sessions);
	return 0;
}
