#include "verb/extract.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/net.h"
#include "capture/save.h"
#include "report/names.h"

enum { NOT_CHOSEN = 0 };

struct extract {
	capture_save *save;
	GArray *file; /* uint32_t by session number: NOT_CHOSEN, or the file + 1 */
	guint sessions, without_packets;
	GError *error; /* writing failed: no more is written */
};

/* Whether all inputs can be read twice. */
static bool can_read_again(char *const *paths)
{
	GStatBuf st;
	for (; *paths; paths++) {
		bool is_pipe = strcmp(*paths, "-") == 0 ||
			       (g_stat(*paths, &st) == 0 && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode));
		if (is_pipe) {
			verb_complain("--extract reads its input twice, and '%s' can be read only once", *paths);
			return false;
		}
	}
	return true;
}

struct extract *extract_new(const char *folder, const struct verb_options *options)
{
	g_autoptr(GError) error = NULL;
	if (!can_read_again(options->paths))
		return NULL;
	struct capture_save *save = capture_save_new(folder, &error);
	if (save == NULL) {
		verb_complain("--extract: %s", error->message);
		return NULL;
	}
	struct extract *extract = g_new0(struct extract, 1);
	extract->save = save;
	extract->file = g_array_new(FALSE, TRUE, sizeof(uint32_t));
	return extract;
}

void extract_free(struct extract *extract)
{
	if (extract == NULL)
		return;
	capture_save_free(extract->save);
	g_array_unref(extract->file);
	g_clear_error(&extract->error);
	g_free(extract);
}

/* "10.0.0.23_203.0.113.50_80_tcp", "10.0.0.11_inbound_445_tcp"; IPv6 addresses with - for :, for Windows' sake. */
static char *channel_name(const struct tanpa_session *s, const struct verdict *v)
{
	char inside[NET_TEXT], server[NET_TEXT];
	net_address_text(s->addr[v->inside], inside);
	net_address_text(s->addr[v->server], server);
	char *name = g_strdup_printf("%s_%s_%u_%s", inside, v->direction == VERDICT_INBOUND ? "inbound" : server,
				     s->port[v->server], report_proto_name(s->proto));
	return g_strdelimit(name, ":", '-');
}

void extract_choose(struct extract *extract, uint32_t number, const struct tanpa_session *session,
		    const struct verdict *verdict)
{
	if (number == SESSION_NONE) {
		extract->without_packets++;
		return;
	}
	g_autofree char *name = channel_name(session, verdict);
	if (number >= extract->file->len)
		g_array_set_size(extract->file, number + 1);
	g_array_index(extract->file, uint32_t, number) = capture_save_file(extract->save, name) + 1;
	extract->sessions++;
}

static void take_packet(const struct packet_raw *raw, uint32_t number, void *user)
{
	struct extract *extract = user;
	if (number >= extract->file->len || extract->error)
		return;
	uint32_t file = g_array_index(extract->file, uint32_t, number);
	if (file != NOT_CHOSEN)
		capture_save_packet(extract->save, file - 1, raw, &extract->error);
}

enum verb_status extract_run(struct extract *extract, struct ingest *ingest, const struct verb_options *options)
{
	struct ingest_tap tap = {take_packet, extract};
	bool same = ingest_again(ingest, options, &tap);
	if (extract->error == NULL)
		capture_save_finish(extract->save, &extract->error);
	if (extract->error) {
		verb_complain("%s", extract->error->message);
		return VERB_FAILED;
	}
	struct capture_saved saved = capture_save_counts(extract->save);
	if (!same)
		verb_complain("the input changed between the two readings: the files may lack packets");
	if (saved.left_out)
		verb_complain("left out: %" G_GUINT64_FORMAT
			      " packets of times that pcap files cannot hold (after 2106)",
			      saved.left_out);
	if (!options->quiet)
		verb_complain("note: extracted %" G_GUINT64_FORMAT " packets of %u sessions into %u files",
			      saved.packets, extract->sessions, saved.files);
	if (!options->quiet && extract->without_packets)
		verb_complain("note: %u of the %u chosen sessions are from flow logs, which have no packets",
			      extract->without_packets, extract->sessions + extract->without_packets);
	return same && saved.left_out == 0 ? VERB_DONE : VERB_DAMAGED;
}
