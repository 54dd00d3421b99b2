#include "truth/confusion.h"

#include <string.h>

#include "truth/stat.h"

bool truth_label_has(const char *label, const char *part)
{
	gsize len = strlen(part);
	for (const char *at = label; at; at = strchr(at, '+')) {
		at += *at == '+';
		if (strncmp(at, part, len) == 0 && (at[len] == '\0' || at[len] == '+'))
			return true;
	}
	return false;
}

void truth_take_labels(struct truth_set *set, const GArray *matches)
{
	for (guint i = 0; i < matches->len; i++) {
		const struct truth_match *match = &g_array_index(matches, struct truth_match, i);
		if (match->session != TRUTH_NONE)
			truth_set_at(set, (guint)match->session)->label = (int32_t)i;
	}
}

/* ---- services ---- */

static guint service_hash(gconstpointer key)
{
	const struct truth_service *s = key;
	guint h = s->run * 31 + s->port;
	for (int i = 0; i < 16; i++)
		h = (h * 31 + s->client[i]) * 31 + s->server[i];
	return h ^ g_str_hash(s->label);
}

static gboolean service_equal(gconstpointer a, gconstpointer b)
{
	const struct truth_service *x = a, *y = b;
	return x->run == y->run && x->port == y->port && memcmp(x->client, y->client, 16) == 0 &&
	       memcmp(x->server, y->server, 16) == 0 && strcmp(x->label, y->label) == 0;
}

static void service_clear(gpointer service)
{
	g_array_unref(((struct truth_service *)service)->lengths);
}

static void class_clear(gpointer class)
{
	g_array_unref(((struct truth_class *)class)->medians);
}

static void add_session(struct truth_confusion *c, GHashTable *numbers, const struct truth_session *t,
			const char *label)
{
	struct truth_service key = {.run = t->run, .port = truth_session_port(t), .label = label};
	memcpy(key.client, t->s.addr[t->v.server ^ 1], 16);
	memcpy(key.server, t->s.addr[t->v.server], 16);
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(numbers, &key));
	if (number == 0) {
		key.lengths = g_array_new(FALSE, FALSE, sizeof(double));
		g_array_append_val(c->services, key);
		number = c->services->len;
		g_hash_table_insert(numbers, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(number));
	}
	struct truth_service *service = &g_array_index(c->services, struct truth_service, number - 1);
	service->by_kind[t->v.kind]++;
	g_array_append_val(service->lengths, t->v.mean_length);
}

enum verdict_kind truth_service_kind(const struct truth_service *service)
{
	int most = 0;
	for (int kind = 1; kind < VERDICT_N_KINDS; kind++)
		if (service->by_kind[kind] > service->by_kind[most])
			most = kind;
	return (enum verdict_kind)most;
}

/* ---- classes ---- */

static struct truth_class *class_of(struct truth_confusion *c, const char *label)
{
	for (guint i = 0; i < c->classes->len; i++) {
		struct truth_class *class = &g_array_index(c->classes, struct truth_class, i);
		if (strcmp(class->label, label) == 0)
			return class;
	}
	struct truth_class class = {.label = label, .medians = g_array_new(FALSE, FALSE, sizeof(double))};
	g_array_append_val(c->classes, class);
	return &g_array_index(c->classes, struct truth_class, c->classes->len - 1);
}

static void count_service(struct truth_confusion *c, struct truth_service *service, double threshold)
{
	struct truth_class *class = class_of(c, service->label);
	truth_sort(service->lengths);
	double median = truth_quantile(service->lengths, 0.5);
	class->n_services++;
	class->services[truth_service_kind(service)]++;
	class->short_services += median <= threshold;
	g_array_append_val(class->medians, median);
	for (int kind = 0; kind < VERDICT_N_KINDS; kind++) {
		class->sessions[kind] += service->by_kind[kind];
		class->n_sessions += service->by_kind[kind];
	}
	for (guint i = 0; i < service->lengths->len; i++)
		class->short_sessions += g_array_index(service->lengths, double, i) <= threshold;
}

static gint compare_classes(gconstpointer a, gconstpointer b)
{
	return strcmp(((const struct truth_class *)a)->label, ((const struct truth_class *)b)->label);
}

void truth_confusion_init(struct truth_confusion *c, const struct truth_set *set, const struct truth_log *labels,
			  const GArray *matches, double threshold)
{
	g_autoptr(GHashTable) numbers = g_hash_table_new_full(service_hash, service_equal, g_free, NULL);
	*c = (struct truth_confusion){.services = g_array_new(FALSE, FALSE, sizeof(struct truth_service)),
				      .classes = g_array_new(FALSE, FALSE, sizeof(struct truth_class))};
	g_array_set_clear_func(c->services, service_clear);
	g_array_set_clear_func(c->classes, class_clear);
	for (guint i = 0; i < matches->len; i++) {
		const struct truth_match *match = &g_array_index(matches, struct truth_match, i);
		if (match->session != TRUTH_NONE)
			add_session(c, numbers, truth_set_at(set, (guint)match->session),
				    g_array_index(labels->entries, struct truth_entry, i).text[TRUTH_FIELD_LABEL]);
	}
	for (guint i = 0; i < c->services->len; i++)
		count_service(c, &g_array_index(c->services, struct truth_service, i), threshold);
	for (guint i = 0; i < c->classes->len; i++)
		truth_sort(g_array_index(c->classes, struct truth_class, i).medians);
	g_array_sort(c->classes, compare_classes);
}

void truth_confusion_clear(struct truth_confusion *c)
{
	g_array_unref(c->services);
	g_array_unref(c->classes);
}
