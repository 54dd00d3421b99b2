#include "session/fragments.h"

#include <glib.h>
#include <string.h>

#include "base/hash.h"

enum { MAX_DATAGRAMS = 65536 };

#define LIFETIME_NS (INT64_C(30) * 1000000000) /* RFC 791 asks for 15 s or more, Linux takes 30 */

struct datagram {
	/* key */
	uint8_t addr[32]; /* source, destination; IPv4 in the first 8 bytes */
	uint32_t id;
	uint8_t kind;
	/* value */
	uint16_t port[2];
	int64_t ts_ns;
};

struct session_fragments {
	struct packet_seed seed;
	GHashTable *known; /* of struct datagram */
	GQueue order;      /* the same, oldest first */
};

static guint datagram_hash(gconstpointer key)
{
	const struct datagram *d = key;
	return (guint)hash_fold(hash_address(d->addr, d->id), hash_address(d->addr + 16, d->kind));
}

static gboolean datagram_equal(gconstpointer a, gconstpointer b)
{
	const struct datagram *x = a, *y = b;
	return x->id == y->id && x->kind == y->kind && memcmp(x->addr, y->addr, sizeof x->addr) == 0;
}

struct session_fragments *session_fragments_new(const struct packet_seed *seed)
{
	struct session_fragments *fragments = g_new0(struct session_fragments, 1);
	fragments->seed = *seed;
	fragments->known = g_hash_table_new(datagram_hash, datagram_equal);
	return fragments;
}

void session_fragments_free(struct session_fragments *fragments)
{
	g_hash_table_destroy(fragments->known);
	g_queue_clear_full(&fragments->order, g_free);
	g_free(fragments);
}

static struct datagram datagram_of(const struct packet *p)
{
	struct datagram d = {.ts_ns = p->ts_ns, .id = p->seq, .kind = p->kind, .port = {p->port[0], p->port[1]}};
	if (p->kind & PACKET_KIND_IPV6)
		memcpy(d.addr, p->addr.ipv6, 32);
	else
		memcpy(d.addr, p->addr.ipv4, 8);
	return d;
}

static void forget_old(struct session_fragments *f, int64_t now_ns)
{
	struct datagram *oldest;
	while ((oldest = g_queue_peek_head(&f->order)) != NULL &&
	       (f->order.length >= MAX_DATAGRAMS || now_ns - oldest->ts_ns > LIFETIME_NS)) {
		if (g_hash_table_lookup(f->known, oldest) == oldest)
			g_hash_table_remove(f->known, oldest);
		g_free(g_queue_pop_head(&f->order));
	}
}

bool session_fragments_resolve(struct session_fragments *f, struct packet *p)
{
	struct datagram d = datagram_of(p);
	if (p->fragment == PACKET_FRAG_FIRST) {
		forget_old(f, p->ts_ns);
		struct datagram *kept = g_memdup2(&d, sizeof d);
		g_hash_table_add(f->known, kept); /* an older one of the same key stays in the queue only */
		g_queue_push_tail(&f->order, kept);
		return true;
	}
	const struct datagram *known = g_hash_table_lookup(f->known, &d);
	if (known == NULL || p->ts_ns - known->ts_ns > LIFETIME_NS)
		return false;
	memcpy(p->port, known->port, sizeof p->port);
	p->hash = packet_hash(p, &f->seed);
	return true;
}
