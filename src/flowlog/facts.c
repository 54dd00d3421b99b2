#include "flowlog/facts.h"

#include "base/hash.h"
#include "flowlog/record.h"
#include "flowlog/word.h"

/* Of a name, 128 bits keyed by a secret: two names that share them are not met. */
struct fact {
	uint64_t key[2];
	const char *name; /* the pool's */
	uint16_t status;
	uint8_t method;
};

struct flowlog_facts {
	GHashTable *by_key; /* of struct fact, to itself */
	uint64_t refused;
};

static guint hash_fact(gconstpointer fact)
{
	return (guint)((const struct fact *)fact)->key[0];
}

static gboolean equal_facts(gconstpointer a, gconstpointer b)
{
	return memcmp(((const struct fact *)a)->key, ((const struct fact *)b)->key, sizeof((struct fact *)0)->key) == 0;
}

struct flowlog_facts *flowlog_facts_new(void)
{
	struct flowlog_facts *f = g_new0(struct flowlog_facts, 1);
	f->by_key = g_hash_table_new_full(hash_fact, equal_facts, g_free, NULL);
	return f;
}

void flowlog_facts_free(struct flowlog_facts *f)
{
	if (f == NULL)
		return;
	g_hash_table_destroy(f->by_key);
	g_free(f);
}

static void make_key(struct flowlog_text uid, uint64_t key[2])
{
	uint64_t word;
	key[0] = hash_secret[0] ^ uid.len;
	key[1] = hash_secret[1] ^ uid.len;
	for (gsize at = 0; at < uid.len; at += sizeof word) {
		word = 0;
		memcpy(&word, uid.at + at, MIN(sizeof word, uid.len - at));
		key[0] = hash_fold(key[0] ^ word, hash_secret[2] | 1);
		key[1] = hash_fold(key[1] + word, hash_secret[0] | 1);
	}
}

void flowlog_facts_add(struct flowlog_facts *f, const struct flowlog_draft *d, struct session_names *names)
{
	struct fact key;
	struct flowlog_text name = flowlog_text_of(d, FLOWLOG_NAME);
	struct flowlog_text method = flowlog_text_of(d, FLOWLOG_METHOD);
	uint64_t status = flowlog_count(d, FLOWLOG_STATUS);
	if (!flowlog_has(d, FLOWLOG_UID) || (name.len == 0 && method.len == 0 && status == 0))
		return;
	make_key(flowlog_text_of(d, FLOWLOG_UID), key.key);
	struct fact *fact = g_hash_table_lookup(f->by_key, &key);
	if (fact == NULL && g_hash_table_size(f->by_key) >= FLOWLOG_FACTS_MAX) {
		f->refused++;
		return;
	}
	if (fact == NULL) {
		fact = g_new0(struct fact, 1);
		memcpy(fact->key, key.key, sizeof fact->key);
		g_hash_table_add(f->by_key, fact);
	}
	if (fact->name == NULL)
		fact->name = flowlog_intern(names, name);
	if (fact->method == TANPA_HTTP_NONE && method.len > 0) {
		fact->method = (uint8_t)flowlog_word(FLOWLOG_METHODS, method, TANPA_HTTP_OTHER);
		fact->status = status >= 100 && status <= 599 ? (uint16_t)status : 0;
	}
}

void flowlog_facts_give(const struct flowlog_facts *f, struct flowlog_text uid, struct tanpa_session *s)
{
	struct fact key;
	if (uid.len == 0 || g_hash_table_size(f->by_key) == 0)
		return;
	make_key(uid, key.key);
	const struct fact *fact = g_hash_table_lookup(f->by_key, &key);
	if (fact == NULL)
		return;
	if (s->name == NULL)
		s->name = fact->name;
	if (s->http_method == TANPA_HTTP_NONE) {
		s->http_method = fact->method;
		s->http_status = fact->status;
	}
}

uint64_t flowlog_facts_size(const struct flowlog_facts *f)
{
	return g_hash_table_size(f->by_key);
}

uint64_t flowlog_facts_refused(const struct flowlog_facts *f)
{
	return f->refused;
}
