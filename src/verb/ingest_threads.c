/*
 * Captures into sessions on several threads.
 *
 * The threads read by turns: each reads a batch of packets, decodes it, and sorts the packets by the two hosts they are
 * between. Each puts its share of every batch, in order, into a table of its own. All packets between two hosts go to
 * the same table, so the sessions are the same as on one thread.
 *
 * Whose turn it is is known long before, so a thread fetches what it will read while it works on what was read. Who has
 * had nothing else to do for a moment reads out of turn.
 */
#include <string.h>

#include "verb/ingest.h"
#include "verb/progress.h"

/* For each thread: places for batches, and how many batches it may be ahead of what it takes when it reads. */
enum { PLACES_EACH = 4, AHEAD_EACH = 2, STAY_BYTES = 16 << 20 };

/* So long a thread waits awake, where each has a core: to be woken may take longer, and others will soon be done. */
enum { AWAKE_US = 20 };

/* So many packets in a batch are small ones: there is time to fetch the next one little by little. */
enum { MANY_PACKETS = 512 };

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
	guint64 begun;          /* batches that somebody reads or has read; atomic */
	guint64 read;           /* batches that were read; atomic */
	bool ended;             /* the next one does not exist; atomic */
	gint64 awake_us;        /* so long a thread waits without falling asleep */
	GMutex lock;
	GCond changed;
	guint changes; /* of all that somebody may wait for; atomic */
	guint asleep;  /* threads that wait for `changed`; atomic */
};

struct member {
	struct team *team;
	guint number;
	guint64 take;           /* the batch to be taken next */
	struct fetch_run ahead; /* what will be read in its next turn, or nearly that */
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

/* Whether there soon is another change than those that had been when this thread last looked for work. */
static bool is_soon_changed(const struct team *team, guint changes)
{
	gint64 until_us = g_get_monotonic_time() + team->awake_us;
	do
		if (__atomic_load_n(&team->changes, __ATOMIC_SEQ_CST) != changes)
			return true;
	while (g_get_monotonic_time() < until_us);
	return false;
}

/* Until there is one. */
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
	const struct packet_seed *seed = m->team->seed;
	const struct packet_raw *raw = p->batch->packets;
	const guint threads = m->team->threads;
	const gsize n = p->batch->n;
	memset(p->n, 0, threads * sizeof *p->n);
	for (gsize i = 0; i < n;) {
		struct packet some[SOME];
		guint whose[SOME];
		gsize good = 0;
		for (; i < n && good < SOME; i++) {
			struct packet *packet = &some[good];
			enum packet_skip skip = packet_decode(&raw[i], packet);
			if (skip != PACKET_SKIP_NONE) {
				m->skips[skip]++;
				continue;
			}
			packet->hash = packet_hash(packet, seed);
			whose[good++] = (guint)((uint64_t)packet_host_hash(packet, seed) * threads >> 32);
		}
		for (gsize k = 0; k < good; k++)
			p->share[whose[k]][p->n[whose[k]]++] = some[k];
	}
}

/* The bytes of this thread's next turn: the others have theirs before. */
static struct fetch_run fetch_turn(const struct member *m, const struct parcel *last)
{
	const struct capture_batch *batch = last->batch;
	guint threads = m->team->threads;
	gsize shares = batch->n >= MANY_PACKETS ? threads : 1; /* that are taken before */
	if (batch->next_len == 0)
		return (struct fetch_run){0};
	return fetch_run(batch->next + (threads - 1) * (gsize)CAPTURE_VIEW_BYTES, CAPTURE_VIEW_BYTES,
			 last->n[m->number] * shares);
}

/* Whether this thread has to read the batch, now. */
static bool is_turn(const struct member *m, guint64 batch)
{
	guint threads = m->team->threads;
	return batch % threads == m->number && batch <= m->take + (guint64)AHEAD_EACH * threads;
}

/* Has the place of a batch to read it into, when nobody else does and it is empty. */
static bool begin_read(struct team *team, struct parcel *p, guint64 batch)
{
	return !__atomic_load_n(&team->ended, __ATOMIC_ACQUIRE) && __atomic_load_n(&p->left, __ATOMIC_ACQUIRE) == 0 &&
	       __atomic_compare_exchange_n(&team->begun, &batch, batch + 1, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

/* Reads and decodes the next batch when it is this thread's turn, or, out of turn, when nobody has begun to. */
static bool try_read(struct member *m, bool out_of_turn)
{
	struct team *team = m->team;
	guint64 n = __atomic_load_n(&team->read, __ATOMIC_ACQUIRE);
	struct parcel *p = &team->parcels[n % team->places];
	if (!(out_of_turn || is_turn(m, n)) || !begin_read(team, p, n))
		return false;
	__atomic_store_n(&p->left, team->threads, __ATOMIC_RELAXED);
	if (!capture_stream_fill(team->ingest->stream, p->batch)) {
		__atomic_store_n(&team->ended, true, __ATOMIC_RELEASE);
		wake(team);
		return false;
	}
	__atomic_store_n(&team->read, n + 1, __ATOMIC_RELEASE);
	wake(team);
	m->packets += p->batch->n + p->batch->filtered;
	m->skips[PACKET_SKIP_FILTERED] += p->batch->filtered;
	decode(m, p);
	if (n % team->threads == m->number)
		m->ahead = fetch_turn(m, p);
	__atomic_store_n(&p->ready, n + 1, __ATOMIC_RELEASE);
	wake(team);
	capture_batch_let_go(p->batch); /* still this thread's: it has not taken its share */
	return true;
}

/* Takes this thread's share of the next batch when it is ready. */
static bool try_take(struct member *m)
{
	struct team *team = m->team;
	struct parcel *p = &team->parcels[m->take % team->places];
	if (__atomic_load_n(&p->ready, __ATOMIC_ACQUIRE) != m->take + 1)
		return false;
	session_table_add(team->ingest->tables[m->number], p->share[m->number], p->n[m->number], &m->ahead);
	m->take++;
	if (__atomic_sub_fetch(&p->left, 1, __ATOMIC_ACQ_REL) == 0)
		wake(team);
	return true;
}

static bool is_done(const struct member *m)
{
	const struct team *team = m->team;
	return __atomic_load_n(&team->ended, __ATOMIC_ACQUIRE) &&
	       m->take == __atomic_load_n(&team->read, __ATOMIC_ACQUIRE);
}

static gpointer work(gpointer user)
{
	struct member *m = user;
	struct team *team = m->team;
	while (!is_done(m)) {
		guint changes = __atomic_load_n(&team->changes, __ATOMIC_SEQ_CST);
		if (!try_read(m, false) && !try_take(m) && !is_done(m) && !is_soon_changed(team, changes) &&
		    !try_read(m, true) && !is_done(m))
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
	team.awake_us = threads <= g_get_num_processors() ? AWAKE_US : 0;
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
		members[t] = (struct member){.team = &team, .number = t};
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
