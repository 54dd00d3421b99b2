/* Capture files for tests, written byte by byte, and what the reader makes of them. */
#ifndef UNIT_CAPTURES_H
#define UNIT_CAPTURES_H

#include <glib.h>

#include "capture/capture.h"

/* Bytes of a capture in this machine's byte order (little-endian) or, swapped, in the other. */
struct capture_build {
	GByteArray *bytes;
	bool swapped;
};

void capture_build_init(struct capture_build *build, bool swapped);
void capture_build_clear(struct capture_build *build);
void capture_put16(struct capture_build *build, uint16_t v);
void capture_put32(struct capture_build *build, uint32_t v);
void capture_put64(struct capture_build *build, uint64_t v);
void capture_put(struct capture_build *build, const void *bytes, gsize n);

enum { PCAP_US = 0xa1b2c3d4, PCAP_NS = 0xa1b23c4d };

/* A classic file header, and records whose bytes are those of capture_bytes(). */
void pcap_put_header(struct capture_build *build, uint32_t magic, uint32_t link);
void pcap_put_packet(struct capture_build *build, uint32_t sec, uint32_t fraction, uint32_t cap_len, uint32_t wire_len);

/* pcapng: a block of any type; its body is padded to 4 bytes. */
void pcapng_put_block(struct capture_build *build, uint32_t type, const void *body, gsize len);
void pcapng_put_section(struct capture_build *build);
/* `options` as they are in the file, or NULL. */
void pcapng_put_interface(struct capture_build *build, uint16_t link, uint32_t snaplen,
			  const struct capture_build *options);
void pcapng_put_enhanced(struct capture_build *build, uint32_t interface, uint64_t units, uint32_t cap_len,
			 uint32_t wire_len);
void pcapng_put_simple(struct capture_build *build, uint32_t cap_len, uint32_t wire_len);
void pcapng_put_option(struct capture_build *build, uint16_t code, const void *value, uint16_t len);

/* The n bytes that packet records hold: 0, 1, 2, … 255, 0, … Valid until the end. */
const uint8_t *capture_bytes(gsize n);

/* A folder that is removed, with all in it, by capture_folder_clear(). */
char *capture_folder_new(void);
void capture_folder_clear(char *folder);

/* Writes bytes to folder/name; returns the path. */
char *capture_write(const char *folder, const char *name, const void *bytes, gsize n);

/* What a stream gave: packets (their data is not kept, but was compared), inputs' outcome. */
struct capture_result {
	GArray *packets;   /* struct packet_raw, data NULL */
	GPtrArray *errors; /* per input: message without its path, or NULL */
	GPtrArray *names;  /* per input: base name */
	guint passed_over;
	uint64_t filtered;
	uint64_t bytes;               /* of all inputs */
	const char *format, *packing; /* of the first input */
};

/* Reads paths (NULL-terminated) as one stream; the contents must be those of capture_bytes(). */
void capture_read(struct capture_result *result, const char *const *paths, const char *filter);
void capture_result_clear(struct capture_result *result);

/* Reads one file made of these bytes. */
void capture_read_bytes(struct capture_result *result, const void *bytes, gsize n);

#define RESULT_PACKET(result, i) (&g_array_index((result)->packets, struct packet_raw, i))
#define RESULT_ERROR(result, i)  ((const char *)g_ptr_array_index((result)->errors, i))
#define RESULT_NAME(result, i)   ((const char *)g_ptr_array_index((result)->names, i))

#endif
