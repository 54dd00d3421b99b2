#include "channel/insight.h"

#include <string.h>

struct insights {
	GArray *all;         /* struct insight */
	GHashTable *numbers; /* those of `all` to their number */
};

static guint hash(gconstpointer key)
{
	const struct insight *insight = key;
	return g_str_hash(insight->app_protocol) ^ insight->risks;
}

static gboolean equal(gconstpointer a, gconstpointer b)
{
	const struct insight *x = a, *y = b;
	return x->risks == y->risks && strcmp(x->app_protocol, y->app_protocol) == 0;
}

struct insights *insights_new(void)
{
	struct insights *insights = g_new(struct insights, 1);
	insights->all = g_array_new(FALSE, FALSE, sizeof(struct insight));
	insights->numbers = g_hash_table_new_full(hash, equal, g_free, NULL);
	return insights;
}

void insights_free(struct insights *insights)
{
	g_array_unref(insights->all);
	g_hash_table_destroy(insights->numbers);
	g_free(insights);
}

uint16_t insights_number(struct insights *insights, const struct insight *insight)
{
	if (insight->app_protocol == NULL)
		return 0;
	guint number = GPOINTER_TO_UINT(g_hash_table_lookup(insights->numbers, insight));
	if (number == 0 && insights->all->len < UINT16_MAX) {
		g_array_append_vals(insights->all, insight, 1);
		number = insights->all->len;
		g_hash_table_insert(insights->numbers, g_memdup2(insight, sizeof *insight), GUINT_TO_POINTER(number));
	}
	return (uint16_t)number;
}

/* Whether `a` says more than `b`, or comes before it. */
static bool goes_before(const char *a, const char *b)
{
	bool a_unknown = strcmp(a, "Unknown") == 0, b_unknown = strcmp(b, "Unknown") == 0;
	return a_unknown == b_unknown ? strcmp(a, b) < 0 : b_unknown;
}

uint16_t insights_join(struct insights *insights, uint16_t a, uint16_t b)
{
	if (a == b || a == 0 || b == 0)
		return MAX(a, b);
	const struct insight *x = insights_get(insights, a), *y = insights_get(insights, b);
	struct insight both = {goes_before(x->app_protocol, y->app_protocol) ? x->app_protocol : y->app_protocol,
			       x->risks | y->risks};
	return insights_number(insights, &both);
}

uint16_t *insights_merge(struct insights *into, const struct insights *from)
{
	uint16_t *number = g_new0(uint16_t, from->all->len + 1);
	for (guint i = 1; i <= from->all->len; i++)
		number[i] = insights_number(into, insights_get(from, (uint16_t)i));
	return number;
}

const struct insight *insights_get(const struct insights *insights, uint16_t number)
{
	return number ? &g_array_index(insights->all, struct insight, number - 1) : NULL;
}
