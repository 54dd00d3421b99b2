#include "verb/each.h"

#include <string.h>

#include "verb/logs.h"
#include "verb/verb.h"

bool each_input(const char *path, const struct verb_options *options, GPtrArray *paths)
{
	const char *const one[] = {path, NULL};
	g_autoptr(GError) error = NULL;
	if (strcmp(path, "-") == 0) { /* can be opened only once */
		g_ptr_array_add(paths, g_strdup(path));
		return true;
	}
	struct logs *logs = logs_new(options);
	g_autoptr(capture_stream) stream = capture_stream_open_with(one, options->filter, logs_other(logs), &error);
	for (guint i = 0; stream && i < capture_stream_inputs(stream); i++)
		g_ptr_array_add(paths, g_strdup(capture_stream_input(stream, i)->path));
	for (guint i = 0; i < logs_size(logs); i++)
		if (!logs_at(logs, i)->is_facts)
			g_ptr_array_add(paths, g_strdup(logs_at(logs, i)->path));
	logs_free(logs);
	if (stream == NULL)
		verb_complain("%s", error->message);
	return stream != NULL;
}
