#include "capture/save.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>

#include "capture/capture.h"

enum { MAX_OPEN = 200, MAGIC_NS = 0xa1b23c4d };

/* One pcap file. */
struct part {
	char *path;
	uint16_t link;
	bool begun;   /* there is a file, with its header */
	FILE *stream; /* NULL: closed */
	GList place;  /* among the open ones; data is this part */
};

struct capture_save {
	char *folder;
	GPtrArray *names;   /* by number */
	GHashTable *number; /* name to number + 1 */
	GPtrArray *parts;   /* struct part */
	GHashTable *by_key; /* number and link type to struct part */
	GQueue open;        /* of struct part, the one written to last at the end */
	struct capture_saved counts;
};

static bool fail(GError **error, const char *what, const char *path)
{
	int reason = errno;
	g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(reason), "cannot %s '%s': %s", what, path,
		    g_strerror(reason));
	return false;
}

static bool prepare_folder(const char *folder, GError **error)
{
	if (g_mkdir_with_parents(folder, 0777) != 0)
		return fail(error, "make directory", folder);
	g_autoptr(GDir) dir = g_dir_open(folder, 0, error);
	if (dir == NULL)
		return false;
	if (g_dir_read_name(dir) == NULL)
		return true;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_EXIST, "directory '%s' is not empty", folder);
	return false;
}

static void part_free(gpointer user)
{
	struct part *part = user;
	if (part->stream)
		fclose(part->stream);
	g_free(part->path);
	g_free(part);
}

struct capture_save *capture_save_new(const char *folder, GError **error)
{
	if (!prepare_folder(folder, error))
		return NULL;
	struct capture_save *s = g_new0(struct capture_save, 1);
	s->folder = g_strdup(folder);
	s->names = g_ptr_array_new_with_free_func(g_free);
	s->number = g_hash_table_new(g_str_hash, g_str_equal);
	s->parts = g_ptr_array_new_with_free_func(part_free);
	s->by_key = g_hash_table_new(NULL, NULL);
	return s;
}

void capture_save_free(struct capture_save *s)
{
	if (s == NULL)
		return;
	g_hash_table_destroy(s->number);
	g_hash_table_destroy(s->by_key);
	g_ptr_array_unref(s->parts);
	g_ptr_array_unref(s->names);
	g_free(s->folder);
	g_free(s);
}

guint capture_save_file(struct capture_save *s, const char *name)
{
	guint known = GPOINTER_TO_UINT(g_hash_table_lookup(s->number, name));
	if (known)
		return known - 1;
	char *kept = g_strdup(name);
	g_ptr_array_add(s->names, kept);
	g_hash_table_insert(s->number, kept, GUINT_TO_POINTER(s->names->len));
	return s->names->len - 1;
}

/* The file for packets of a link type; the first one has the plain name. */
static struct part *find_part(struct capture_save *s, guint file, uint16_t link)
{
	gpointer key = GSIZE_TO_POINTER((gsize)file << 16 | link),
		 first = GSIZE_TO_POINTER((gsize)file << 16 | G_MAXUINT16);
	struct part *part = g_hash_table_lookup(s->by_key, key);
	if (part)
		return part;
	g_autofree char *suffix = g_hash_table_contains(s->by_key, first) ? g_strdup_printf(".linktype-%u", link)
									  : NULL;
	g_autofree char *name = g_strconcat(g_ptr_array_index(s->names, file), suffix ? suffix : "", ".pcap", NULL);
	part = g_new0(struct part, 1);
	part->path = g_build_filename(s->folder, name, NULL);
	part->link = link;
	part->place.data = part;
	g_ptr_array_add(s->parts, part);
	g_hash_table_insert(s->by_key, key, part);
	g_hash_table_insert(s->by_key, first, part);
	return part;
}

static bool close_part(struct capture_save *s, struct part *part, GError **error)
{
	g_queue_unlink(&s->open, &part->place);
	return fclose(g_steal_pointer(&part->stream)) == 0 || fail(error, "write", part->path);
}

/* Opens a file that is not, and closes the one that was not written to for longest. */
static bool open_part(struct capture_save *s, struct part *part, GError **error)
{
	if (s->open.length >= MAX_OPEN && !close_part(s, g_queue_peek_head(&s->open), error))
		return false;
	part->stream = g_fopen(part->path, part->begun ? "ab" : "wbx");
	if (part->stream == NULL)
		return fail(error, "open", part->path);
	g_queue_push_tail_link(&s->open, &part->place);
	if (part->begun)
		return true;
	const struct {
		uint32_t magic;
		uint16_t major, minor;
		uint32_t zone, accuracy, snaplen, link;
	} header = {MAGIC_NS, 2, 4, 0, 0, CAPTURE_MAX_PACKET, part->link};
	part->begun = true;
	s->counts.files++;
	return fwrite(&header, sizeof header, 1, part->stream) == 1 || fail(error, "write", part->path);
}

bool capture_save_packet(struct capture_save *s, guint file, const struct packet_raw *raw, GError **error)
{
	int64_t second = raw->ts_ns / 1000000000;
	if (raw->ts_ns < 0 || second > UINT32_MAX) {
		s->counts.left_out++;
		return true;
	}
	struct part *part = find_part(s, file, raw->link);
	if (part->stream == NULL && !open_part(s, part, error))
		return false;
	g_queue_unlink(&s->open, &part->place);
	g_queue_push_tail_link(&s->open, &part->place);
	const uint32_t header[] = {(uint32_t)second, (uint32_t)(raw->ts_ns % 1000000000), raw->cap_len, raw->wire_len};
	if (fwrite(header, sizeof header, 1, part->stream) != 1 ||
	    fwrite(raw->data, 1, raw->cap_len, part->stream) != raw->cap_len)
		return fail(error, "write", part->path);
	s->counts.packets++;
	return true;
}

bool capture_save_finish(struct capture_save *s, GError **error)
{
	while (s->open.length > 0)
		if (!close_part(s, g_queue_peek_head(&s->open), error))
			return false;
	return true;
}

struct capture_saved capture_save_counts(const struct capture_save *s)
{
	return s->counts;
}
