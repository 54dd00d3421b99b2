#include "verb/relay.h"

#include <glib.h>

enum { BATCH = 512, BATCHES = 8 };

struct batch {
	guint n;
	bool is_last;
	struct tanpa_session session[BATCH];
};

struct relay {
	session_sink *sink;
	void *user;
	GAsyncQueue *idle, *full; /* of struct batch */
	struct batch *batch;      /* being filled */
	GThread *thread;
};

static gpointer hand_on(gpointer user)
{
	struct relay *relay = user;
	bool is_last = false;
	while (!is_last) {
		struct batch *batch = g_async_queue_pop(relay->full);
		for (guint i = 0; i < batch->n; i++)
			relay->sink(&batch->session[i], relay->user);
		is_last = batch->is_last;
		batch->n = 0;
		g_async_queue_push(relay->idle, batch);
	}
	return NULL;
}

struct relay *relay_new(session_sink *sink, void *user)
{
	struct relay *relay = g_new0(struct relay, 1);
	relay->sink = sink;
	relay->user = user;
	relay->idle = g_async_queue_new_full(g_free);
	relay->full = g_async_queue_new();
	for (int i = 0; i < BATCHES; i++) {
		struct batch *batch = g_new(struct batch, 1);
		batch->n = 0;
		batch->is_last = false;
		g_async_queue_push(relay->idle, batch);
	}
	relay->batch = g_async_queue_pop(relay->idle);
	relay->thread = g_thread_new("relay", hand_on, relay);
	return relay;
}

void relay_take(const struct tanpa_session *session, void *user)
{
	struct relay *relay = user;
	relay->batch->session[relay->batch->n++] = *session;
	if (relay->batch->n == BATCH) {
		g_async_queue_push(relay->full, relay->batch);
		relay->batch = g_async_queue_pop(relay->idle);
	}
}

void relay_finish(struct relay *relay)
{
	relay->batch->is_last = true;
	g_async_queue_push(relay->full, relay->batch);
	g_thread_join(relay->thread);
	g_async_queue_unref(relay->idle); /* all batches are there again */
	g_async_queue_unref(relay->full);
	g_free(relay);
}
