/*
 * Captures into sessions on several threads.
 *
 * Every thread does everything in turn: it reads the next batch of packets (one thread at a time, so batches
 * have an order), decodes it, sorts the packets by the two hosts they are between, and hands the batch round;
 * and it puts its share of every batch, in order, into its own table. All packets between two hosts go to
 * the same table, so the sessions are the same as on one thread.
 *
 * Hand-over is once per batch of some thousand packets, so a mutex and a condition cost nothing.
 */
#include <string.h>

#include "verb/ingest.h"
#include "verb/progress.h"

enum { BATCHES_PER_THREAD = 3 };

/* A batch on its way: read and decoded by one thread, then taken by all. */
struct parcel {
	struct capture_batch *batch;
	struct packet **share; /* [thread]: its packets, in order */
	gsize *n;              /* [thread] */
	guint left;            /* threads that have not taken their share */
	guint reader;          /* the thread that reads it, always the same: its memory is in that core's cache */
};

struct team {
	struct ingest *ingest;
	const struct packet_seed *seed;
	struct progress *progress;
	guint threads;
	GMutex reader; /* held while reading; numbers the batches */
	GMutex lock;   /* of everything below */
	GCond changed;
	GPtrArray **idle;  /* [thread]: struct parcel */
	GHashTable *ready; /* number of a batch to struct parcel */
	guint64 read;      /* batches numbered so far; also guarded by reader */
	bool ended;        /* no more will be read */
	guint asleep;      /* threads that wait for `changed` */
};

/* With the lock held: there may be something to do. */
static void wake(struct team *team)
{
	if (team->asleep > 0) /* or it would be a system call for nothing */
		g_cond_broadcast(&team->changed);
}

struct member {
	struct team *team;
	guint number;
	guint64 next; /* batch whose share is to be taken next */
	uint64_t skips[PACKET_N_SKIPS];
	uint64_t packets;
};

static struct parcel *parcel_new(guint reader, guint threads)
{
	struct parcel *p = g_new0(struct parcel, 1);
	p->reader = reader;
	p->batch = capture_batch_new();
	p->share = g_new(struct packet *, threads);
	p->n = g_new0(gsize, threads);
	for (guint t = 0; t < threads; t++)
		p->share[t] = g_new(struct packet, CAPTURE_BATCH_PACKETS);
	return p;
}

static void parcel_free(struct parcel *p, guint threads)
{
	for (guint t = 0; t < threads; t++)
		g_free(p->share[t]);
	g_free(p->share);
	g_free(p->n);
	capture_batch_free(p->batch);
	g_free(p);
}

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
	p->left = team->threads;
}

/*
 * Reads and decodes the next batch into an idle parcel of its own, when there is one and nobody else is reading; not
 * when `most` batches wait for this thread, ready or not.
 */
static bool try_read(struct member *m, guint64 most)
{
	struct team *team = m->team;
	if (!g_mutex_trylock(&team->reader))
		return false;
	g_mutex_lock(&team->lock);
	GPtrArray *idle = team->idle[m->number];
	bool may = !team->ended && idle->len > 0 && team->read - m->next < most;
	struct parcel *p = may ? g_ptr_array_steal_index(idle, idle->len - 1) : NULL;
	g_mutex_unlock(&team->lock);
	bool got = p && capture_stream_fill(team->ingest->stream, p->batch);
	guint64 number = 0;
	g_mutex_lock(&team->lock);
	if (got) {
		number = team->read++;
	} else if (p) {
		team->ended = true;
		g_ptr_array_add(idle, p);
	}
	g_mutex_unlock(&team->reader);
	if (p) /* somebody else may read while this thread decodes, or all is read */
		wake(team);
	g_mutex_unlock(&team->lock);
	if (!got)
		return false;

	m->packets += p->batch->n + p->batch->filtered;
	m->skips[PACKET_SKIP_FILTERED] += p->batch->filtered;
	decode(m, p);
	g_mutex_lock(&team->lock);
	g_hash_table_insert(team->ready, GSIZE_TO_POINTER(number), p);
	wake(team);
	g_mutex_unlock(&team->lock);
	return true;
}

/* Takes this thread's share of the next batch when it is ready. */
static bool try_take(struct member *m)
{
	struct team *team = m->team;
	g_mutex_lock(&team->lock);
	struct parcel *p = g_hash_table_lookup(team->ready, GSIZE_TO_POINTER(m->next));
	g_mutex_unlock(&team->lock);
	if (p == NULL)
		return false;
	session_table_add(team->ingest->tables[m->number], p->share[m->number], p->n[m->number]);
	g_mutex_lock(&team->lock);
	if (--p->left == 0) {
		g_hash_table_remove(team->ready, GSIZE_TO_POINTER(m->next));
		g_ptr_array_add(team->idle[p->reader], p);
		wake(team);
	}
	g_mutex_unlock(&team->lock);
	m->next++;
	return true;
}

/* Waits until there may be something to do; returns false when all is done. */
static bool wait_for_work(struct member *m)
{
	struct team *team = m->team;
	g_mutex_lock(&team->lock);
	bool done = team->ended && m->next == team->read;
	if (!done && g_hash_table_lookup(team->ready, GSIZE_TO_POINTER(m->next)) == NULL) {
		team->asleep++;
		g_cond_wait_until(&team->changed, &team->lock,
				  g_get_monotonic_time() + 1000); /* the reader may be free, too */
		team->asleep--;
	}
	g_mutex_unlock(&team->lock);
	return !done;
}

static gpointer work(gpointer user)
{
	struct member *m = user;
	do {
		/* a batch for each thread is read ahead, or one waits while the other decodes */
		while (try_read(m, m->team->threads) || try_take(m) || try_read(m, G_MAXUINT64))
			if (m->number == 0)
				progress_show(m->team->progress, 0, m->packets * m->team->threads, "packets");
	} while (wait_for_work(m));
	return NULL;
}

void ingest_read_threaded(struct ingest *in, const struct packet_seed *seed, struct progress *progress)
{
	guint threads = in->n_tables;
	struct team team = {.ingest = in, .seed = seed, .progress = progress, .threads = threads};
	g_autofree struct member *members = g_new0(struct member, threads);
	g_autofree GThread **others = g_new0(GThread *, threads);
	team.idle = g_new(GPtrArray *, threads);
	team.ready = g_hash_table_new(NULL, NULL);
	g_mutex_init(&team.reader);
	g_mutex_init(&team.lock);
	g_cond_init(&team.changed);
	for (guint t = 0; t < threads; t++) {
		members[t] = (struct member){.team = &team, .number = t};
		team.idle[t] = g_ptr_array_new();
		for (guint i = 0; i < BATCHES_PER_THREAD; i++)
			g_ptr_array_add(team.idle[t], parcel_new(t, threads));
	}
	for (guint t = 1; t < threads; t++)
		others[t] = g_thread_new("analyse", work, &members[t]);
	work(&members[0]);
	for (guint t = 1; t < threads; t++)
		g_thread_join(others[t]);
	for (guint t = 0; t < threads; t++) {
		in->packets += members[t].packets;
		for (int skip = 0; skip < PACKET_N_SKIPS; skip++)
			in->skips[skip] += members[t].skips[skip];
		for (guint i = 0; i < team.idle[t]->len; i++)
			parcel_free(g_ptr_array_index(team.idle[t], i), threads);
		g_ptr_array_free(team.idle[t], TRUE);
	}
	g_free(team.idle);
	g_hash_table_destroy(team.ready);
	g_mutex_clear(&team.reader);
	g_mutex_clear(&team.lock);
	g_cond_clear(&team.changed);
}
