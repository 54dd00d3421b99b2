#include "capture/file.h"

#include <string.h>

#include "base/pages.h"
#include "capture/format.h"
#include "capture/mapping.h"
#include "capture/source.h"

struct capture_file {
	struct capture_input *input;
	struct capture_source *source;
	struct capture_mapping *mapping; /* NULL: not mapped, or not any more */
	const struct capture_format *format;
	struct capture_format_state state;
	uint8_t *carry; /* CAPTURE_BATCH_BYTES: those read behind the last whole record */
	gsize carry_len;
	bool ended; /* no more bytes will come */
	bool lost;  /* bytes of the mapping went away */
};

static const struct capture_format *const formats[] = {&capture_format_pcap, &capture_format_pcapng};

GQuark capture_error_quark(void)
{
	return g_quark_from_static_string("tanpa-capture-error");
}

struct capture_batch *capture_batch_new(void)
{
	struct capture_batch *batch = g_new0(struct capture_batch, 1);
	batch->packets = g_new(struct packet_raw, CAPTURE_BATCH_PACKETS);
	batch->bytes = pages_new(CAPTURE_BATCH_BYTES); /* not written, and so no memory, when the file is mapped */
	return batch;
}

void capture_batch_free(struct capture_batch *batch)
{
	if (batch == NULL)
		return;
	g_free(batch->packets);
	pages_free(batch->bytes, CAPTURE_BATCH_BYTES);
	capture_mapping_unref(batch->mapping);
	g_free(batch);
}

void capture_batch_let_go(struct capture_batch *batch)
{
	capture_past_let_go(&batch->past);
}

void capture_batch_empty(struct capture_batch *batch)
{
	capture_batch_let_go(batch);
	g_clear_pointer(&batch->mapping, capture_mapping_unref);
	batch->n = 0;
	batch->filtered = 0;
	batch->next_len = 0;
	batch->max_ts_ns = INT64_MIN;
}

/* Reads until there are `want` bytes in `bytes` or no more. Sets input->error on failure. */
static gsize read_up_to(struct capture_file *f, uint8_t *bytes, gsize have, gsize want)
{
	while (have < want && !f->ended) {
		gssize got = capture_source_read(f->source, bytes + have, want - have, &f->input->error);
		if (got <= 0)
			f->ended = true;
		else
			have += (gsize)got;
	}
	return have;
}

/* Lets the other one have the source, from its first byte on, when it wants it. */
static bool is_claimed(struct capture_file *f, const struct capture_other *other)
{
	capture_source_unread(f->source, f->carry, f->carry_len);
	if (!other->claim(other->user, f->input->path, f->source))
		return false;
	f->source = NULL;
	return true;
}

/* Reads the first bytes, tells the format by them, and keeps what is behind the file header. */
static bool read_header(struct capture_file *f, const struct capture_other *other, GError **error)
{
	struct capture_input *input = f->input;
	const char *reason = other ? "neither pcap nor pcapng, nor a flow log" : "neither pcap nor pcapng";
	gsize header = 0;

	f->carry_len = read_up_to(f, f->carry, 0, 24);
	if (input->error) {
		g_propagate_error(error, g_steal_pointer(&input->error));
		return false;
	}
	if (f->carry_len == 0) {
		g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_EMPTY, "'%s' is empty", input->path);
		return false;
	}
	for (gsize i = 0; i < G_N_ELEMENTS(formats) && f->format == NULL; i++)
		if (f->carry_len >= formats[i]->header_bytes && formats[i]->probe(f->carry))
			f->format = formats[i];
	if (f->format == NULL && other && is_claimed(f, other)) {
		g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_CLAIMED, "'%s' is no capture", input->path);
		return false;
	}
	if (f->format)
		reason = f->format->begin(&f->state, f->carry, &header);
	if (reason) {
		g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FORMAT, "'%s' is not a capture file: %s", input->path,
			    reason);
		return false;
	}
	memmove(f->carry, f->carry + header, f->carry_len - header);
	f->carry_len -= header;
	input->bytes = header;
	input->format = f->format->name;
	return true;
}

struct capture_file *capture_file_open(struct capture_input *input, const struct capture_other *other, GError **error)
{
	struct capture_source *source = capture_source_open(input->path, error);
	if (source == NULL)
		return NULL;
	struct capture_file *f = g_new0(struct capture_file, 1);
	f->input = input;
	f->source = source;
	f->carry = pages_new(CAPTURE_BATCH_BYTES);
	input->packing = capture_source_packing(source);
	if (!read_header(f, other, error)) {
		capture_file_close(f);
		return NULL;
	}
	f->mapping = capture_source_map(source);
	if (f->mapping)
		f->carry_len = 0; /* is looked at there */
	return f;
}

void capture_file_close(struct capture_file *f)
{
	if (f == NULL)
		return;
	if (f->state.interfaces)
		g_array_unref(f->state.interfaces);
	capture_mapping_unref(f->mapping);
	capture_source_close(f->source);
	pages_free(f->carry, CAPTURE_BATCH_BYTES);
	g_free(f);
}

static void set_damage(struct capture_file *f, const char *reason)
{
	if (f->state.skip > 0) /* the record passed over when the file ended: the damage is where it began */
		f->input->bytes -= f->state.skipped;
	f->state.skip = 0;
	f->ended = true;
	f->carry_len = 0;
	if (f->input->error) { /* unpacking or reading failed: say where that leaves the capture */
		g_prefix_error(&f->input->error, "after byte %" G_GUINT64_FORMAT " of the capture: ", f->input->bytes);
		return;
	}
	g_set_error(&f->input->error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED,
		    "'%s' is damaged at byte %" G_GUINT64_FORMAT "%s: %s", f->input->path, f->input->bytes,
		    f->input->packing ? " of its unpacked data" : "", reason);
}

/* Passes over what a parser asked to skip of a block larger than the buffer. Returns bytes left of `have`. */
static gsize pass_over(struct capture_file *f, uint8_t *bytes, gsize have)
{
	while (f->state.skip > 0) {
		gsize some = (gsize)MIN(f->state.skip, have);
		memmove(bytes, bytes + some, have - some);
		have -= some;
		f->state.skip -= some;
		f->state.skipped += some;
		f->input->bytes += some;
		if (f->state.skip == 0)
			break;
		have = read_up_to(f, bytes, 0, CAPTURE_READ_BYTES);
		if (have == 0)
			break;
	}
	return have;
}

/* ---- mapped ---- */

/* Whether bytes went away: a page that cannot be had any more, or the end of the last one, which reads as zero. */
static bool is_lost(const struct capture_file *f, uint64_t end)
{
	return capture_mapping_is_lost(f->mapping) || capture_source_size(f->source) < end;
}

/* Takes what is left by reading: a record that is cut off, damage, what was appended since. */
static void give_mapping_up(struct capture_file *f)
{
	f->lost = is_lost(f, f->input->bytes);
	g_clear_pointer(&f->mapping, capture_mapping_unref);
	capture_source_seek(f->source, f->input->bytes);
}

/* Looks at some bytes of the mapping, `most` or fewer. Returns how many were taken: none without a whole record. */
static gsize look_at(struct capture_file *f, struct capture_batch *batch, gsize most)
{
	const char *reason = NULL;
	gsize at = 0, len;
	const uint8_t *bytes = capture_mapping_bytes(f->mapping, f->input->bytes, &len);
	f->format->parse(&f->state, bytes, MIN(len, most), &at, batch, &reason);
	if (is_lost(f, f->input->bytes + at)) { /* what was taken, and is to be passed over, may be what never was */
		capture_batch_empty(batch);
		f->state.skip = f->state.skipped = 0;
		return 0;
	}
	gsize pass = (gsize)MIN(f->state.skip, len - at);
	f->state.skip -= pass;
	f->state.skipped += pass;
	at += pass;
	batch->next = bytes + at;
	batch->next_len = MIN(len - at, CAPTURE_VIEW_BYTES);
	return at;
}

/* Whether there are packets, until the mapping is given up. */
static bool fill_mapped(struct capture_file *f, struct capture_batch *batch)
{
	while (batch->n == 0 && f->mapping) {
		gsize taken = look_at(f, batch, CAPTURE_VIEW_BYTES);
		if (taken == 0)
			taken = look_at(f, batch, CAPTURE_BATCH_BYTES);
		f->input->bytes += taken;
		if (taken == 0)
			give_mapping_up(f);
	}
	f->input->packets += batch->n;
	if (batch->n == 0)
		return false;
	batch->mapping = capture_mapping_ref(f->mapping);
	batch->past = capture_mapping_past(f->mapping, f->input->bytes);
	return true;
}

void capture_file_stay(struct capture_file *f, gsize behind)
{
	if (f->mapping)
		capture_mapping_stay(f->mapping, behind);
}

/* ---- read ---- */

static bool fill_read(struct capture_file *f, struct capture_batch *batch)
{
	while (batch->n == 0 && !(f->ended && f->carry_len == 0)) {
		const char *reason = NULL;
		gsize at = 0, have = f->carry_len;
		memcpy(batch->bytes, f->carry, have);
		if (have < CAPTURE_BLOCK_MAX)
			have = read_up_to(f, batch->bytes, have, have + CAPTURE_READ_BYTES);
		if (f->state.skip > 0)
			have = pass_over(f, batch->bytes, have);
		enum capture_parse answer = f->format->parse(&f->state, batch->bytes, have, &at, batch, &reason);
		f->input->bytes += at;
		f->input->packets += batch->n;
		f->carry_len = have - at;
		memcpy(f->carry, batch->bytes + at, f->carry_len);
		if (answer == CAPTURE_PARSE_MORE && f->ended && batch->n < CAPTURE_BATCH_PACKETS)
			reason = f->carry_len > 0 || f->state.skip > 0 ? "the file ends inside a record"
				 : f->lost                             ? "the rest went away while it was read"
								       : NULL;
		if (reason || (f->ended && f->input->error && batch->n < CAPTURE_BATCH_PACKETS))
			set_damage(f, reason);
	}
	return batch->n > 0;
}

/* ---- both ---- */

bool capture_file_fill(struct capture_file *f, struct capture_batch *batch)
{
	capture_batch_empty(batch);
	return (f->mapping && fill_mapped(f, batch)) || fill_read(f, batch);
}

uint64_t capture_file_consumed(const struct capture_file *f)
{
	return f->mapping ? f->input->bytes : capture_source_consumed(f->source);
}
