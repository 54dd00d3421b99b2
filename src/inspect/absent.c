/* In the place of ndpi.c where tanpa is built without libndpi. */
#include "inspect/inspect.h"

struct session_inspector *inspect_new(GError **error)
{
	g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED, "--ndpi: this tanpa was built without libndpi");
	return NULL;
}

void inspect_free(struct session_inspector *inspector)
{
	(void)inspector;
}

struct inspect_counts inspect_counts_of(const struct session_inspector *inspector)
{
	(void)inspector;
	return (struct inspect_counts){0};
}
