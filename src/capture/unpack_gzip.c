/* gzip (RFC 1952), any number of members one after the other, by zlib. */
#include <zlib.h>

#include "capture/capture.h"
#include "capture/unpack.h"

enum { INPUT_BYTES = 64 << 10, WINDOW_GZIP = 15 + 16 };

struct gzip {
	capture_unpack_input *input;
	void *user;
	z_stream z;
	gboolean ended;     /* of a member: what follows must be another one */
	gboolean exhausted; /* no more input */
	uint8_t bytes[INPUT_BYTES];
};

static void *gzip_begin(capture_unpack_input *input, void *user)
{
	struct gzip *gz = g_new0(struct gzip, 1);
	gz->input = input;
	gz->user = user;
	if (inflateInit2(&gz->z, WINDOW_GZIP) != Z_OK)
		g_error("out of memory for zlib");
	return gz;
}

static void gzip_end(void *state)
{
	struct gzip *gz = state;
	inflateEnd(&gz->z);
	g_free(gz);
}

static gboolean refill(struct gzip *gz, GError **error)
{
	if (gz->z.avail_in > 0 || gz->exhausted)
		return TRUE;
	gssize got = gz->input(gz->user, gz->bytes, sizeof gz->bytes, error);
	if (got < 0)
		return FALSE;
	gz->exhausted = got == 0;
	gz->z.next_in = gz->bytes;
	gz->z.avail_in = (uInt)got;
	return TRUE;
}

static gssize fail(GError **error, const char *reason)
{
	g_set_error_literal(error, CAPTURE_ERROR, CAPTURE_ERROR_DAMAGED, reason);
	return -1;
}

static gssize gzip_read(void *state, void *buffer, gsize n, GError **error)
{
	struct gzip *gz = state;
	gz->z.next_out = buffer;
	gz->z.avail_out = (uInt)n;
	while (gz->z.avail_out == n) {
		if (!refill(gz, error))
			return -1;
		if (gz->ended) {
			while (gz->z.avail_in > 0 && *gz->z.next_in == 0) { /* padding, as of tapes and dd */
				gz->z.next_in++;
				gz->z.avail_in--;
			}
			if (gz->exhausted)
				return 0;
			if (gz->z.avail_in == 0)
				continue;
			inflateReset(&gz->z);
			gz->ended = FALSE;
		}
		if (gz->exhausted)
			return fail(error, "the data ends too early");
		int answer = inflate(&gz->z, Z_NO_FLUSH);
		gz->ended = answer == Z_STREAM_END;
		if (answer != Z_OK && answer != Z_STREAM_END && answer != Z_BUF_ERROR && gz->z.avail_out == n)
			return fail(error, gz->z.msg ? gz->z.msg : zError(answer));
	}
	return (gssize)(n - gz->z.avail_out);
}

const struct capture_unpacker capture_unpack_gzip = {gzip_begin, gzip_read, gzip_end};
