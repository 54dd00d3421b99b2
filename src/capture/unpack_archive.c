/* zstd, xz, bzip2, lz4 by libarchive's filters, without an archive format. */
#include <archive.h>
#include <errno.h>
#include <string.h>

#include "capture/capture.h"
#include "capture/unpack.h"

enum { INPUT_BYTES = 64 << 10 };

struct unpacking {
	capture_unpack_input *input;
	void *user;
	struct archive *archive;
	gboolean begun;
	const uint8_t *block; /* the library's, until its next block */
	gsize left;           /* of it */
	uint8_t bytes[INPUT_BYTES];
};

static la_ssize_t read_input(struct archive *archive, void *user, const void **bytes)
{
	struct unpacking *u = user;
	g_autoptr(GError) error = NULL;
	gssize got = u->input(u->user, u->bytes, sizeof u->bytes, &error);
	*bytes = u->bytes;
	if (got < 0)
		archive_set_error(archive, EIO, "%s", error->message);
	return got;
}

static void *archive_begin(capture_unpack_input *input, void *user)
{
	struct unpacking *u = g_new0(struct unpacking, 1);
	u->input = input;
	u->user = user;
	u->archive = archive_read_new();
	archive_read_support_filter_zstd(u->archive);
	archive_read_support_filter_xz(u->archive);
	archive_read_support_filter_bzip2(u->archive);
	archive_read_support_filter_lz4(u->archive);
	archive_read_support_format_raw(u->archive);
	return u;
}

static void archive_end(void *state)
{
	struct unpacking *u = state;
	archive_read_free(u->archive);
	g_free(u);
}

/* The library's next block; 0 at the end, -1 on damage. */
static int next_block(struct unpacking *u)
{
	struct archive_entry *entry;
	const void *block;
	la_int64_t offset;
	if (!u->begun) {
		u->begun = TRUE;
		if (archive_read_open(u->archive, u, NULL, read_input, NULL) != ARCHIVE_OK ||
		    archive_read_next_header(u->archive, &entry) != ARCHIVE_OK)
			return -1;
	}
	do {
		int answer = archive_read_data_block(u->archive, &block, &u->left, &offset);
		if (answer == ARCHIVE_EOF)
			return 0;
		if (answer != ARCHIVE_OK)
			return -1;
	} while (u->left == 0);
	u->block = block;
	return 1;
}

static gssize archive_read(void *state, void *buffer, gsize n, GError **error)
{
	struct unpacking *u = state;
	if (u->left == 0) {
		int answer = next_block(u);
		if (answer < 0)
			g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED, "%s",
				    archive_error_string(u->archive));
		if (answer <= 0) {
			u->left = 0;
			return answer;
		}
	}
	gsize some = MIN(n, u->left);
	memcpy(buffer, u->block, some);
	u->block += some;
	u->left -= some;
	return (gssize)some;
}

const struct capture_unpacker capture_unpack_archive = {archive_begin, archive_read, archive_end};
