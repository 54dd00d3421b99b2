/*
 * Captures: any number of files, in any order, as one stream of packets in time order.
 *
 * A file's packets keep the file's order. Files are ordered by their first packet; where two overlap in
 * time (two interfaces of one day) they are merged packet by packet. Files are opened only when the
 * stream gets to them, so thousands are no burden. A damaged file gives everything before the damage,
 * and says where and why it stopped.
 */
#ifndef CAPTURE_CAPTURE_H
#define CAPTURE_CAPTURE_H

#include <glib.h>

#include "packet/packet.h"

/* A packet of more bytes than this (libpcap's MAXIMUM_SNAPLEN) is damage. */
enum { CAPTURE_MAX_PACKET = 262144 };

enum {
	CAPTURE_BATCH_PACKETS = 4096,
	CAPTURE_READ_BYTES = 256 << 10, /* read at once: small enough to stay in a core's cache */
	CAPTURE_BLOCK_MAX = 512 << 10,  /* largest pcapng packet block, options included */
	CAPTURE_BATCH_BYTES = CAPTURE_BLOCK_MAX + CAPTURE_READ_BYTES,
	CAPTURE_VIEW_BYTES = 96 << 10, /* of a mapped file, looked at at once: the next ones are fetched meanwhile */
};

struct capture_mapping;

/* Bytes of a mapping that are behind. */
struct capture_past {
	void *bytes;
	size_t len; /* 0: none */
};

/*
 * Some packets and the memory their bytes are in. Filled by capture_stream_fill(); the packets are
 * valid until the same batch is filled again or freed.
 */
struct capture_batch {
	struct packet_raw *packets; /* n of them, in stream order */
	size_t n;
	uint64_t filtered; /* packets read but left out by the filter */
	uint8_t *bytes;
	struct capture_mapping *mapping; /* whose bytes they are instead; NULL: none */
	struct capture_past past;        /* of it, to be let go: capture_batch_let_go() */
	const uint8_t *next;             /* next_len bytes, those of the next batch, where fetching them is worth it */
	size_t next_len;
	int64_t max_ts_ns; /* newest packet; INT64_MIN when n is 0 */
};

struct capture_batch *capture_batch_new(void);
void capture_batch_free(struct capture_batch *batch);

/*
 * Has the kernel take back what is long behind the batch, and no longer needed. That takes a while: who has others wait
 * for the stream does it when they no longer do. Otherwise it is done before the batch is filled again.
 */
void capture_batch_let_go(struct capture_batch *batch);
typedef struct capture_batch capture_batch; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(capture_batch, capture_batch_free)

#define CAPTURE_ERROR (capture_error_quark())
GQuark capture_error_quark(void);

enum capture_error {
	CAPTURE_ERROR_OPEN,    /* cannot be opened or read */
	CAPTURE_ERROR_FORMAT,  /* not a capture, or a version not known */
	CAPTURE_ERROR_EMPTY,   /* no bytes at all, or a directory without captures */
	CAPTURE_ERROR_DAMAGED, /* good up to a place, which the message names */
	CAPTURE_ERROR_FILTER,  /* filter expression */
	CAPTURE_ERROR_CLAIMED, /* no capture, and somebody else's: see struct capture_other */
};

struct capture_source;

/*
 * Who else reads files. `claim` is asked about each one that is no capture, with its bytes from the first one on, and
 * returns true when it takes it: the source is then its own, and the stream forgets the file.
 */
struct capture_other {
	bool (*claim)(void *user, const char *path, struct capture_source *source);
	void *user;
};

/* One file of the stream, and what became of it. */
struct capture_input {
	char *path;          /* "-": standard input */
	const char *format;  /* "pcap", "pcapng"; NULL: not opened, or neither */
	const char *packing; /* "gzip", "zstd", …; NULL: none */
	uint64_t packets;    /* read so far */
	uint64_t bytes;      /* of capture data read so far, unpacked */
	int64_t first_ns;    /* first packet's time; INT64_MAX: none */
	GError *error;       /* why it was not read, or not to its end; NULL: all is well */
};

struct capture_stream;

/*
 * Opens files and directories (searched through to the bottom; files in them that are no captures are
 * passed over) and "-". `filter` is a libpcap expression or NULL. Files that cannot be read do not fail the
 * call: see capture_stream_input(). Returns NULL and sets `error` for a bad filter only.
 */
struct capture_stream *capture_stream_open(const char *const *paths, const char *filter, GError **error);
void capture_stream_close(struct capture_stream *stream);
/* Likewise; files that are no captures are offered to `other` (may be NULL). */
struct capture_stream *capture_stream_open_with(const char *const *paths, const char *filter,
						const struct capture_other *other, GError **error);

/*
 * Has at least so many bytes behind what was read of a file stay at hand: who has several batches filled and works on
 * them on several threads still looks at them.
 */
void capture_stream_stay(struct capture_stream *stream, gsize behind);

typedef struct capture_stream capture_stream; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(capture_stream, capture_stream_close)

/*
 * The next packets, at least one unless the filter left all out. Returns false at the end of the stream.
 * May be called with different batches in turn; not from two threads at once.
 */
bool capture_stream_fill(struct capture_stream *stream, struct capture_batch *batch);

/* Files, in the order of their first packets; those not read come last. Borrowed. */
guint capture_stream_inputs(const struct capture_stream *stream);
const struct capture_input *capture_stream_input(const struct capture_stream *stream, guint i);

/* Files in directories that were passed over because they are no captures. */
guint capture_stream_passed_over(const struct capture_stream *stream);

/* That the filter makes no sense for a link type in the files, whose packets it left out; NULL: it does. Borrowed. */
const GError *capture_stream_filter_problem(const struct capture_stream *stream);

/* Files that were named again, and read once. */
guint capture_stream_repeated(const struct capture_stream *stream);

/* Bytes of the files (as stored) behind and in all; in all is 0 when not known (a pipe). Any thread. */
void capture_stream_progress(const struct capture_stream *stream, uint64_t *done, uint64_t *total);

#endif
