/*
 * Packets into pcap files, many of them side by side in one folder: more than a process may have open.
 *
 * Each packet is written as it was captured: its bytes, its length on the wire, its time to the nanosecond. A pcap file
 * has one link type; packets of another one go into a file of their own, NAME.linktype-N.pcap, N as in
 * www.tcpdump.org/linktypes.html.
 */
#ifndef CAPTURE_SAVE_H
#define CAPTURE_SAVE_H

#include <glib.h>

#include "packet/packet.h"

struct capture_save;

/* Makes the folder; one that is there must be empty. Returns NULL and sets `error` (G_FILE_ERROR). */
struct capture_save *capture_save_new(const char *folder, GError **error);

/* Closes what is open, as it is: call capture_save_finish() first to know that all was written. */
void capture_save_free(struct capture_save *save);
typedef struct capture_save capture_save; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(capture_save, capture_save_free)

/* The number of the file NAME.pcap, which is made by its first packet. */
guint capture_save_file(struct capture_save *save, const char *name);

/* Appends a packet to a file. Returns false and sets `error` (G_FILE_ERROR) when it cannot be written. */
bool capture_save_packet(struct capture_save *save, guint file, const struct packet_raw *raw, GError **error);

/* Writes what is still in memory and closes all files. */
bool capture_save_finish(struct capture_save *save, GError **error);

struct capture_saved {
	guint files;
	uint64_t packets;
	uint64_t left_out; /* packets of times before 1970 or after 2106, for which pcap has no room */
};

struct capture_saved capture_save_counts(const struct capture_save *save);

#endif
