/* A table of sessions: how it is made, asked and given back. take.c puts packets into it, timeout.c ends sessions. */
#include "session/table.h"

#include <glib.h>
#include <string.h>

#include "session/table_state.h"
#include "session/tcp.h"

_Static_assert(NAMES_MAX < 1 << 22, "the bits of session_cold.name");

/* Late packets of an ended connection (the last ACK, repeated FINs) still belong to it for this long. */
#define LINGER_NS (INT64_C(5) * 1000000000)

#define SECOND_NS INT64_C(1000000000)

const struct session_options session_options_default = {
	.tcp_timeout_ns = 3600 * SECOND_NS,
	.udp_timeout_ns = 60 * SECOND_NS,
	.attempt_timeout_ns = 120 * SECOND_NS,
	.max_sessions = 64 << 20,
	.seed = {{0x9e3779b97f4a7c15, 0xd1b54a32d192ed03, 0xabc98388fb8fac03, 0x8bb84b93962eacc9}},
};

struct session_rare *session_rare(struct session_table *t, struct session_cold *cold)
{
	if (cold->rare == 0)
		cold->rare = slab_new(&t->rare) + 1;
	return slab_at(&t->rare, cold->rare - 1, sizeof(struct session_rare));
}

struct session_table *session_table_new(const struct session_options *options)
{
	struct session_table *t = g_aligned_alloc0(1, sizeof *t, _Alignof(struct session_table));
	t->options = *options;
	slab_init(&t->slots, sizeof(struct session_slot));
	slab_new(&t->slots); /* so that number 0 is always there to be fetched ahead */
	slab_drop_last(&t->slots);
	slab_init(&t->ipv6, sizeof(struct session_ipv6));
	slab_init(&t->rare, sizeof(struct session_rare));
	slab_init(&t->frames, sizeof(uint64_t));
	slab_init(&t->inspected, sizeof(uint32_t));
	session_index_init(&t->index);
	session_names_init(&t->names);
	t->fragments = session_fragments_new(&options->seed);
	t->timeout_ns[CLASS_TCP] = options->tcp_timeout_ns;
	t->timeout_ns[CLASS_ATTEMPT] = options->attempt_timeout_ns;
	t->timeout_ns[CLASS_UDP] = options->udp_timeout_ns;
	t->timeout_ns[CLASS_CLOSED] = LINGER_NS;
	memcpy(t->usual_ns, t->timeout_ns, sizeof t->usual_ns);
	t->usual_ns[CLASS_ATTEMPT] = MIN(options->attempt_timeout_ns, options->tcp_timeout_ns); /* answered meanwhile */
	t->newest_ns = TANPA_NEVER;
	memset(t->begun, -1, sizeof t->begun);
	for (enum timeout_class which = 0; which < N_CLASSES; which++)
		session_ring_init(&t->ring[which]);
	return t;
}

void session_table_clear(struct session_table *t)
{
	slab_clear(&t->slots);
	slab_clear(&t->ipv6);
	slab_clear(&t->rare);
	slab_clear(&t->frames);
	slab_clear(&t->inspected);
}

void session_table_free(struct session_table *t)
{
	if (t == NULL)
		return;
	session_table_clear(t);
	session_index_clear(&t->index);
	session_names_clear(&t->names);
	session_fragments_free(t->fragments);
	for (enum timeout_class which = 0; which < N_CLASSES; which++)
		session_ring_clear(&t->ring[which]);
	g_aligned_free(t);
}

int64_t session_table_newest_ns(const struct session_table *t)
{
	return t->newest_ns;
}

struct session_counts session_table_counts(const struct session_table *t)
{
	return t->counts;
}

uint32_t session_table_size(const struct session_table *t)
{
	return t->options.sink ? 0 : t->slots.used;
}
