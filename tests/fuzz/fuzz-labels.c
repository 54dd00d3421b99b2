/* Tables of labelled services. The first byte chooses: bit 0 puts a good header in front. */
#include <glib.h>
#include <string.h>

#include "base/net.h"
#include "fuzz.h"
#include "learn/labels.h"
#include "memory-file.h"

static const char header[] = "capture,client,server,server_port,label,confidence,family,evidence\n";

static struct learn_labels *read_tables(const char *const *paths)
{
	g_autoptr(GError) error = NULL;
	struct learn_labels *labels = learn_labels_read(paths, &error);
	CHECK((labels == NULL) == (error != NULL));
	CHECK(error == NULL || error->domain == G_OPTION_ERROR || error->domain == G_FILE_ERROR);
	return labels;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct memory_file file;
	bool with_header = data[0] & 1;
	memory_file_open(&file, (const uint8_t *)header, with_header ? strlen(header) : 0, data + 1, size - 1);
	g_autoptr(learn_labels_) once = read_tables((const char *const[]){file.path, NULL});
	g_autoptr(learn_labels_) twice = read_tables((const char *const[]){file.path, file.path, NULL});
	memory_file_close(&file);
	CHECK((once == NULL) == (twice == NULL));
	CHECK(once || !with_header);
	if (once == NULL)
		return 0;
	guint n = learn_labels_size(once);
	CHECK(n + learn_labels_faults(once) <= size);
	CHECK(learn_labels_groups(once) <= n);
	CHECK((learn_labels_groups(once) == 0) == (n == 0));
	CHECK(learn_labels_found(once) == 0);
	CHECK(learn_labels_size(twice) == n); /* a second time tells nothing new */
	CHECK(learn_labels_groups(twice) == learn_labels_groups(once));
	CHECK(learn_labels_faults(twice) == 2 * learn_labels_faults(once));
	uint8_t client[16], server[16];
	CHECK(net_address_parse("10.0.0.5", client) && net_address_parse("203.0.113.9", server));
	const struct learn_label *label = learn_labels_find(once, "a.pcap", client, server, 80);
	if (label) {
		CHECK(label->class < LEARN_N_CLASSES && label->label && label->family && label->evidence);
		CHECK(learn_labels_group(once, "a.pcap") < learn_labels_groups(once));
	}
	return 0;
}
