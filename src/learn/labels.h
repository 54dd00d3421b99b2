/*
 * Labelled services: what is known of a client and a service in a capture.
 *
 * A table with a header (base/csv) and the columns capture (file name), client, server, server_port and label; if they
 * are there also confidence, family and evidence. A service may have several lines. Labels are those of
 * docs/formats.md: what has "c2" in it is control.
 */
#ifndef LEARN_LABELS_H
#define LEARN_LABELS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What a service is taken for; the first that one of its labels names. */
#define LEARN_CLASSES(X)          \
	X(CONTROL, "c2")          \
	X(UNKNOWN, "unknown")     \
	X(DOWNLOAD, "download")   \
	X(OTHER, "exfil")         \
	X(INTRUSION, "intrusion") \
	X(DECOY, "decoy")         \
	X(BENIGN, "benign")

enum learn_class {
#define X(id, name) LEARN_##id,
	LEARN_CLASSES(X)
#undef X
		LEARN_N_CLASSES,
};

const char *learn_class_name(enum learn_class class);

struct learn_label {
	enum learn_class class;
	/* of the line that decided the class; "" when not told. The labels' */
	const char *label, *confidence, *family, *evidence;
	bool found; /* for the caller */
};

struct learn_labels;

/*
 * Reads tables, NULL-terminated, as if they were one. NULL and `error` (G_FILE_ERROR, G_OPTION_ERROR) when one cannot
 * be read or lacks a column.
 */
struct learn_labels *learn_labels_read(const char *const *paths, GError **error);
void learn_labels_free(struct learn_labels *labels);
typedef struct learn_labels learn_labels_; /* for g_autoptr */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(learn_labels_, learn_labels_free)

guint learn_labels_size(const struct learn_labels *labels);   /* services */
guint learn_labels_faults(const struct learn_labels *labels); /* lines that could not be taken */
guint learn_labels_found(const struct learn_labels *labels);

/* The label of a service; NULL: none. `capture` is the base name of a file. */
struct learn_label *learn_labels_find(const struct learn_labels *labels, const char *capture, const uint8_t client[16],
				      const uint8_t server[16], uint16_t port);

/*
 * The group of a capture: captures that share a family are in one, so that a family is never on both sides of a split.
 * Families "-", "unknown" and "" tell nothing.
 */
guint learn_labels_group(const struct learn_labels *labels, const char *capture);

guint learn_labels_groups(const struct learn_labels *labels);

#endif
