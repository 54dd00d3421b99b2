/*
 * tanpa-generate: writes an invented network capture (classic pcap) of a chosen shape and size.
 *
 * The traffic is invented, its form is not: every TCP session opens with a handshake, sequence and
 * acknowledgement numbers and all checksums are right, sizes and pauses are drawn from skewed
 * distributions, and many sessions are alive and interleaved at any time. The same options give the
 * same bytes on every machine.
 *
 * Each live session is a small record that knows its next step and when that is due. A timing wheel,
 * a ring of time slots each with a first-in first-out list of sessions, hands them out in order of
 * time at a constant cost per packet. A session that ended is freed at once: memory follows the live
 * sessions, not the total.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* getopt_long */
#endif
#include "generate.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
	SLOT_SHIFT = 7,           /* one slot of the wheel is 128 microseconds */
	SLOTS = 1 << 20,          /* so the wheel turns once in 134 seconds */
	DELAY_MAX_US = 130000000, /* and no delay may be longer than that */
	TABLE_FIRST = 4096,
};
#define NO_SESSION UINT32_MAX

struct generator {
	struct traffic traffic;
	uint64_t sessions; /* to make in all */
	uint64_t started, alive, alive_peak;
	struct session *table; /* live and free records; an index is stable, an address is not */
	uint32_t table_size, table_used, free_head;
	uint32_t head[SLOTS], tail[SLOTS];
};

/* ---- the wheel ---- */

static void wheel_add(struct generator *g, uint32_t index)
{
	struct session *s = &g->table[index];
	uint32_t slot = (uint32_t)(s->due_us >> SLOT_SHIFT) & (SLOTS - 1);

	s->next = NO_SESSION;
	if (g->head[slot] == NO_SESSION)
		g->head[slot] = index;
	else
		g->table[g->tail[slot]].next = index;
	g->tail[slot] = index;
}

/* The index of a record to use: a freed one, else the next that was never used. NO_SESSION when
 * memory is short. */
static uint32_t table_take(struct generator *g)
{
	uint32_t index = g->free_head;

	if (index != NO_SESSION) {
		g->free_head = g->table[index].next;
		return index;
	}
	if (g->table_used == g->table_size) {
		uint32_t size = g->table_size ? g->table_size * 2 : TABLE_FIRST;
		struct session *table = realloc(g->table, size * sizeof *table);
		if (!table)
			return NO_SESSION;
		g->table = table;
		g->table_size = size;
	}
	return g->table_used++;
}

static bool start_session(struct generator *g, uint64_t due_us)
{
	uint32_t index = table_take(g);

	if (index == NO_SESSION)
		return false;
	traffic_begin_session(&g->traffic, &g->table[index], due_us);
	wheel_add(g, index);
	g->started++;
	g->alive++;
	if (g->alive > g->alive_peak)
		g->alive_peak = g->alive;
	return true;
}

/* Sends everything that is due in one slot. */
static void run_slot(struct generator *g, uint32_t slot)
{
	struct frame_writer *writer = &g->traffic.writer;

	while (g->head[slot] != NO_SESSION) {
		uint32_t index = g->head[slot], delay_us;
		struct session *s = &g->table[index];
		bool ended;

		g->head[slot] = s->next;
		if (s->due_us > writer->now_us)
			writer->now_us = s->due_us; /* never backwards, though a slot is not sorted */
		delay_us = traffic_step(&g->traffic, s, &ended);
		if (ended) {
			s->next = g->free_head;
			g->free_head = index;
			g->alive -= !g->traffic.shape->held;
		} else {
			s->due_us = writer->now_us + (delay_us < DELAY_MAX_US ? delay_us : DELAY_MAX_US);
			wheel_add(g, index);
		}
	}
}

/* Sessions begin evenly over the span, each at a random moment of its share. */
static bool generate(struct generator *g)
{
	struct frame_writer *writer = &g->traffic.writer;
	uint64_t begin_us = g->traffic.shape->held ? g->traffic.span_us / 2 : g->traffic.span_us;
	uint32_t share_us = (uint32_t)(begin_us / g->sessions) + 1;
	uint64_t due_us = random_below(share_us);
	bool running = true;

	for (uint64_t slot = 0; !writer->failed && (g->started < g->sessions || running); slot++) {
		while (g->started < g->sessions && due_us >> SLOT_SHIFT <= slot) {
			if (!start_session(g, due_us))
				return false;
			due_us = begin_us * g->started / g->sessions + random_below(share_us);
		}
		run_slot(g, (uint32_t)slot & (SLOTS - 1));
		/* A wheel that turned once without a packet is empty. */
		running = slot < (writer->now_us >> SLOT_SHIFT) + SLOTS;
	}
	frame_writer_flush(writer);
	return true;
}

/* ---- the command ---- */

struct options {
	const struct shape *shape;
	uint64_t sessions, packets, bytes, span_s, seed, start_s;
	const char *output;
	bool quiet;
};

static void print_help(void)
{
	printf("Usage: tanpa-generate [options] -o FILE\n"
	       "Write an invented capture (pcap, Ethernet) for timing; the same options give the same bytes.\n\n"
	       "  -s, --shape NAME    what the traffic looks like (mixed):\n");
	for (unsigned i = 0; i < traffic_shapes_count; i++)
		printf("                        %-14s %s (%" PRIu64 " sessions)\n", traffic_shapes[i].name,
		       traffic_shapes[i].help, traffic_shapes[i].sessions);
	printf("  -n, --sessions N    how many sessions; k, M and G may follow a number\n"
	       "  -p, --packets N     instead: about this many packets\n"
	       "  -b, --bytes N       instead: about this many bytes on the wire\n"
	       "      --span SECONDS  sessions begin over this time (3600; live and attempts: 120)\n"
	       "      --seed N        another capture of the same shape (1)\n"
	       "      --start EPOCH   time of the beginning, seconds since 1970 (1736935200)\n"
	       "  -o, --output FILE   '-' is standard output\n"
	       "  -q, --quiet         no summary on standard error\n"
	       "  -h, --help\n");
}

static bool parse_number(const char *text, uint64_t *value)
{
	char *end;
	double number = strtod(text, &end);

	if (end == text || !(number >= 0) || number > 1e15)
		return false;
	number *= *end == 'k' ? 1e3 : *end == 'M' ? 1e6 : *end == 'G' ? 1e9 : 1;
	if (*end && strchr("kMG", *end))
		end++;
	*value = (uint64_t)number;
	return *end == 0;
}

static const struct shape *find_shape(const char *name)
{
	for (unsigned i = 0; i < traffic_shapes_count; i++)
		if (strcmp(name, traffic_shapes[i].name) == 0)
			return &traffic_shapes[i];
	return NULL;
}

/* 0: go on; otherwise the exit status plus 1. */
static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{"shape", 1, NULL, 's'}, {"sessions", 1, NULL, 'n'}, {"packets", 1, NULL, 'p'},
		{"bytes", 1, NULL, 'b'}, {"span", 1, NULL, 'S'},     {"seed", 1, NULL, 'r'},
		{"start", 1, NULL, 't'}, {"output", 1, NULL, 'o'},   {"quiet", 0, NULL, 'q'},
		{"help", 0, NULL, 'h'},  {NULL, 0, NULL, 0},
	};
	uint64_t *const numbers[128] = {
		['n'] = &o->sessions, ['p'] = &o->packets, ['b'] = &o->bytes,
		['S'] = &o->span_s,   ['r'] = &o->seed,    ['t'] = &o->start_s,
	};
	bool wrong = false;
	int c;

	while ((c = getopt_long(argc, argv, "s:n:p:b:o:qh", names, NULL)) != -1) {
		switch (c) {
		case 's':
			o->shape = find_shape(optarg);
			break;
		case 'o':
			o->output = optarg;
			break;
		case 'q':
			o->quiet = true;
			break;
		case 'h':
			print_help();
			return 1;
		default:
			wrong |= c == '?' || !parse_number(optarg, numbers[c]);
		}
	}
	if (!wrong && o->shape && o->output && optind == argc)
		return 0;
	fprintf(stderr, "tanpa-generate: see tanpa-generate --help\n");
	return 3;
}

static bool generator_init(struct generator *g, const struct options *o, FILE *out)
{
	struct traffic *traffic = &g->traffic;

	g->sessions = o->sessions  ? o->sessions
		      : o->packets ? o->packets * 100 / o->shape->packets_per_100
		      : o->bytes   ? o->bytes / o->shape->wire_bytes
				   : o->shape->sessions;
	g->sessions += g->sessions == 0;
	g->free_head = NO_SESSION;
	memset(g->head, 0xff, sizeof g->head);
	traffic->shape = o->shape;
	traffic->span_us = (o->span_s ? o->span_s : o->shape->span_s) * 1000000;
	traffic->hosts = (uint32_t)(g->sessions / o->shape->per_host) + 16;
	traffic->host_ports = calloc(traffic->hosts, sizeof *traffic->host_ports);
	random_seed(o->seed);
	return traffic->host_ports && frame_writer_init(&traffic->writer, out, o->start_s * 1000000);
}

static void print_summary(const struct generator *g)
{
	const struct frame_writer *w = &g->traffic.writer;

	fprintf(stderr,
		"tanpa-generate: %s: %" PRIu64 " packets, %" PRIu64 " bytes on the wire, %" PRIu64
		" of payload; %" PRIu64 " sessions, %" PRIu64 " with payload, at most %" PRIu64
		" alive at once; %" PRIu64 " seconds\n",
		g->traffic.shape->name, w->packets, w->wire_bytes, w->payload_bytes, g->started,
		g->traffic.sessions_with_payload, g->alive_peak, w->now_us / 1000000);
}

int main(int argc, char **argv)
{
	static struct generator g; /* some megabytes: too large for the stack */
	struct options o = {.shape = &traffic_shapes[0], .seed = 1, .start_s = 1736935200};
	int status = parse_options(argc, argv, &o);
	FILE *out;

	if (status)
		return status - 1;
	out = strcmp(o.output, "-") == 0 ? stdout : fopen(o.output, "wb");
	if (!out) {
		fprintf(stderr, "tanpa-generate: cannot create '%s': %s\n", o.output, strerror(errno));
		return 1;
	}
	if (!generator_init(&g, &o, out) || !generate(&g)) {
		fprintf(stderr, "tanpa-generate: not enough memory\n");
		return 1;
	}
	if (fclose(out) != 0 || g.traffic.writer.failed) {
		fprintf(stderr, "tanpa-generate: cannot write '%s': %s\n", o.output, strerror(errno));
		return 1;
	}
	if (!o.quiet)
		print_summary(&g);
	return 0;
}
