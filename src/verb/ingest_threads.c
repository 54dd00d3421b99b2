/*
 * Captures into sessions on several threads.
 *
 * The threads read by turns: each reads a batch of packets, decodes it, and sorts the packets by the two hosts they are
 * between. Each puts its share of every batch, in order, into a table of its own. All packets between two hosts go to
 * the same table, so the sessions are the same as on one thread.
 *
 * Whose turn it is is known long before, so a thread fetches what it will read while it works on what was read.
 */
#include <string.h>

#include "verb/ingest.h"
#include "verb/progress.h"

/* For each thread: places for batches, and how many of them may be read ahead of what it takes. */
enum { PLACES_EACH = 3, AHEAD_EACH = 2, STAY_BYTES = 16 << 20 };

#define NO_TURN G_MAXUINT64

/* A place for a batch. */
struct parcel {
	struct capture_batch *batch;
	struct packet **share; /* [thread]: its packets, in order */
	gsize *n;              /* [thread] */
	guint64 ready;         /* batches up to it that were read and decoded here; atomic */
	guint left;            /* threads that have not taken their share; atomic */
};

struct team {
	struct ingest *ingest;
	const struct packet_seed *seed;
	struct progress *progress;
	guint threads, places;
	struct parcel *parcels; /* [places]: batch n is in n modulo places */
	guint64 turns;          /* given out: who has one reads that batch; atomic */
	guint64 turn;           /* the batch to be read; atomic */
	const uint8_t *next;    /* where it begins, or nearly; NULL: not to be fetched; atomic */
	bool ended;             /* it does not exist; atomic */
	GMutex lock;
	GCond changed;
	guint changes; /* of all that somebody may wait for; atomic */
	guint asleep;  /* threads that wait for `changed`; atomic */
};

struct member {
	struct team *team;
	guint number;
	guint64 take;           /* the batch to be taken next */
	gsize taken;            /* packets of the last one */
	guint64 read;           /* the batch whose turn this thread has; NO_TURN: none */
	struct fetch_run ahead; /* what will be read then, or nearly that */
	uint64_t skips[PACKET_N_SKIPS];
	uint64_t packets;
};

/* ---- waiting ---- */

static void wake(struct team *team)
{
	__atomic_add_fetch(&team->changes, 1, __ATOMIC_SEQ_CST);
	if (__atomic_load_n(&team->asleep, __ATOMIC_SEQ_CST) == 0) /* or it would be a system call for nothing */
		return;
	g_mutex_lock(&team->lock);
	g_cond_broadcast(&team->changed);
	g_mutex_unlock(&team->lock);
}

/* Until there is another change than those that had been when this thread last looked for work. */
static void sleep_until_changed(struct team *team, guint changes)
{
	g_mutex_lock(&team->lock);
	__atomic_add_fetch(&team->asleep, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&team->changes, __ATOMIC_SEQ_CST) == changes)
		g_cond_wait(&team->changed, &team->lock);
	__atomic_sub_fetch(&team->asleep, 1, __ATOMIC_SEQ_CST);
	g_mutex_unlock(&team->lock);
}

/* ---- work ---- */

static void decode(struct member *m, struct parcel *p)
{
	enum { SOME = 32 }; /* a packet that is copied right after its fields were written waits for them */
	const struct team *team = m->team;
	memset(p->n, 0, team->threads * sizeof *p->n);
	for (gsize i = 0; i < p->batch->n;) {
		struct packet some[SOME];
		gsize good = 0;
		for (; i < p->batch->n && good < SOME; i++) {
			enum packet_skip skip = packet_decode(&p->batch->packets[i], &some[good]);
			if (skip != PACKET_SKIP_NONE)
				m->skips[skip]++;
			else
				good++;
		}
		for (gsize k = 0; k < good; k++)
			some[k].hash = packet_hash(&some[k], team->seed);
		for (gsize k = 0; k < good; k++) {
			guint t = (guint)((uint64_t)packet_host_hash(&some[k], team->seed) * team->threads >> 32);
			p->share[t][p->n[t]++] = some[k];
		}
	}
}

/* Where the batch of this thread's turn will be, as far as that can be known: others read what comes before it. */
static struct fetch_run fetch_turn(const struct member *m)
{
	const uint8_t *next = __atomic_load_n(&m->team->next, __ATOMIC_RELAXED);
	guint64 before = m->read - __atomic_load_n(&m->team->turn, __ATOMIC_RELAXED);
	if (next == NULL)
		return (struct fetch_run){0};
	return fetch_run(next + before * CAPTURE_VIEW_BYTES, CAPTURE_VIEW_BYTES, m->taken);
}

/* Has the next turn, unless so many are given out already: who is fast has more of them. */
static void take_turn(struct member *m)
{
	guint64 *turns = &m->team->turns, next = __atomic_load_n(turns, __ATOMIC_RELAXED);
	if (m->read != NO_TURN || next > m->take + (guint64)AHEAD_EACH * m->team->threads ||
	    !__atomic_compare_exchange_n(turns, &next, next + 1, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return;
	m->read = next;
	m->ahead = fetch_turn(m);
}

/* Reads and decodes the batch whose turn this thread has, when it has come and there is a place for it. */
static bool try_read(struct member *m)
{
	struct team *team = m->team;
	struct parcel *p = &team->parcels[m->read % team->places];
	if (m->read == NO_TURN || __atomic_load_n(&team->turn, __ATOMIC_ACQUIRE) != m->read ||
	    __atomic_load_n(&team->ended, __ATOMIC_ACQUIRE) || __atomic_load_n(&p->left, __ATOMIC_ACQUIRE) > 0)
		return false;
	if (!capture_stream_fill(team->ingest->stream, p->batch)) {
		__atomic_store_n(&team->ended, true, __ATOMIC_RELEASE);
		wake(team);
		return false;
	}
	__atomic_store_n(&team->next, p->batch->next_len > 0 ? p->batch->next : NULL, __ATOMIC_RELAXED);
	__atomic_store_n(&team->turn, m->read + 1, __ATOMIC_RELEASE);
	wake(team);
	m->packets += p->batch->n + p->batch->filtered;
	m->skips[PACKET_SKIP_FILTERED] += p->batch->filtered;
	decode(m, p);
	__atomic_store_n(&p->left, team->threads, __ATOMIC_RELEASE);
	__atomic_store_n(&p->ready, m->read + 1, __ATOMIC_RELEASE);
	wake(team);
	m->read = NO_TURN;
	return true;
}

/* Takes this thread's share of the next batch when it is ready. */
static bool try_take(struct member *m)
{
	struct team *team = m->team;
	struct parcel *p = &team->parcels[m->take % team->places];
	if (__atomic_load_n(&p->ready, __ATOMIC_ACQUIRE) != m->take + 1)
		return false;
	m->taken = p->n[m->number];
	session_table_add(team->ingest->tables[m->number], p->share[m->number], m->taken, &m->ahead);
	m->take++;
	if (__atomic_sub_fetch(&p->left, 1, __ATOMIC_ACQ_REL) == 0)
		wake(team);
	return true;
}

static bool is_done(const struct member *m)
{
	const struct team *team = m->team;
	return __atomic_load_n(&team->ended, __ATOMIC_ACQUIRE) &&
	       m->take == __atomic_load_n(&team->turn, __ATOMIC_ACQUIRE);
}

/* Between having a turn and reading, a share is taken when there is one: meanwhile what is read is fetched. */
static gpointer work(gpointer user)
{
	struct member *m = user;
	struct team *team = m->team;
	while (!is_done(m)) {
		guint changes = __atomic_load_n(&team->changes, __ATOMIC_SEQ_CST);
		if (try_read(m))
			continue;
		take_turn(m);
		if (!try_take(m) && !try_read(m) && !is_done(m))
			sleep_until_changed(team, changes);
		if (m->number == 0)
			progress_show(team->progress, 0, m->packets * team->threads, "packets");
	}
	return NULL;
}

static void parcel_init(struct parcel *p, guint threads)
{
	p->batch = capture_batch_new();
	p->share = g_new(struct packet *, threads);
	p->n = g_new0(gsize, threads);
	for (guint t = 0; t < threads; t++)
		p->share[t] = g_new(struct packet, CAPTURE_BATCH_PACKETS);
}

static void parcel_clear(struct parcel *p, guint threads)
{
	for (guint t = 0; t < threads; t++)
		g_free(p->share[t]);
	g_free(p->share);
	g_free(p->n);
	capture_batch_free(p->batch);
}

void ingest_read_threaded(struct ingest *in, const struct packet_seed *seed, struct progress *progress)
{
	guint threads = in->n_tables;
	struct team team = {.ingest = in, .seed = seed, .progress = progress, .threads = threads};
	team.places = PLACES_EACH * threads;
	team.parcels = g_new0(struct parcel, team.places);
	g_autofree struct member *members = g_new0(struct member, threads);
	g_autofree GThread **others = g_new0(GThread *, threads);
	capture_stream_stay(in->stream, STAY_BYTES);
	g_mutex_init(&team.lock);
	g_cond_init(&team.changed);
	for (guint i = 0; i < team.places; i++)
		parcel_init(&team.parcels[i], threads);
	for (guint t = 0; t < threads; t++)
		members[t] = (struct member){.team = &team, .number = t, .read = NO_TURN};
	for (guint t = 1; t < threads; t++)
		others[t] = g_thread_new("analyse", work, &members[t]);
	work(&members[0]);
	for (guint t = 1; t < threads; t++)
		g_thread_join(others[t]);
	for (guint t = 0; t < threads; t++) {
		in->packets += members[t].packets;
		for (int skip = 0; skip < PACKET_N_SKIPS; skip++)
			in->skips[skip] += members[t].skips[skip];
	}
	for (guint i = 0; i < team.places; i++)
		parcel_clear(&team.parcels[i], threads);
	g_free(team.parcels);
	g_mutex_clear(&team.lock);
	g_cond_clear(&team.changed);
}
