#include "truth/own.h"

#include <string.h>

static const char *join(struct truth_log *labels, const struct tanpa_session *s)
{
	if (s->detailed_label == NULL)
		return g_string_chunk_insert_const(labels->text, s->label);
	g_autofree char *both = g_strconcat(s->label, "+", s->detailed_label, NULL);
	return g_string_chunk_insert_const(labels->text, both);
}

static struct truth_entry make_entry(struct truth_log *labels, const struct tanpa_session *s, guint number)
{
	int64_t start_ns = tanpa_session_start_ns(s);
	struct truth_entry entry = {
		.file = labels->paths->len - 1,
		.line = number + 1,
		.time = {start_ns, start_ns},
		.port = {s->port[0], s->port[1]},
		.has_port = {true, true},
		.proto = s->proto,
	};
	memcpy(entry.addr, s->addr, sizeof entry.addr);
	entry.text[TRUTH_FIELD_LABEL] = join(labels, s);
	return entry;
}

GArray *truth_own_labels(const struct truth_set *set, struct truth_log *labels)
{
	g_autoptr(GArray) matches = g_array_new(FALSE, FALSE, sizeof(struct truth_match));
	for (guint i = 0; i < set->sessions->len; i++) {
		const struct tanpa_session *s = &truth_set_at(set, i)->s;
		if (s->label == NULL)
			continue;
		if (matches->len == 0)
			g_ptr_array_add(labels->paths, g_strdup("the flow logs' own"));
		struct truth_entry entry = make_entry(labels, s, matches->len);
		struct truth_match match = {
			.session = (int32_t)i, .fitting = 1, .nearest = TRUTH_NONE, .taken_by = TRUTH_NONE};
		g_array_append_val(labels->entries, entry);
		g_array_append_val(matches, match);
	}
	return matches->len ? g_steal_pointer(&matches) : NULL;
}
