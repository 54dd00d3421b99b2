/*
 * The reader of pcapng files. The first byte chooses what is put in front of the rest:
 *
 *   0  nothing    1  a section    2  a section and an Ethernet interface    3  the same in the other byte order
 *
 * With 4 added the rest comes again and again, so that the file is mapped.
 */
#include <glib.h>

#include "fuzz.h"
#include "memory-file.h"

static const uint8_t little[] = {
	0x0a, 0x0d, 0x0d, 0x0a, 28,   0,    0,    0,    0x4d, 0x3c, 0x2b, 0x1a, 1,  0, 0, 0,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 28,   0,    0,    0,    1,  0, 0, 0,
	20,   0,    0,    0,    1,    0,    0,    0,    0,    0,    4,    0,    20, 0, 0, 0,
};
static const uint8_t big[] = {
	0x0a, 0x0d, 0x0d, 0x0a, 0,    0,    0,    28,   0x1a, 0x2b, 0x3c, 0x4d, 0, 1, 0, 0,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0,    0,    0,    28,   0, 0, 0, 1,
	0,    0,    0,    20,   0,    1,    0,    0,    0,    4,    0,    0,    0, 0, 0, 20,
};
static const struct {
	const uint8_t *bytes;
	gsize size;
} heads[4] = {{NULL, 0}, {little, 28}, {little, sizeof little}, {big, sizeof big}};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 1)
		return 0;
	struct memory_file file;
	if (data[0] & 4)
		memory_file_open_large(&file, heads[data[0] & 3].bytes, heads[data[0] & 3].size, data + 1, size - 1);
	else
		memory_file_open(&file, heads[data[0] & 3].bytes, heads[data[0] & 3].size, data + 1, size - 1);
	capture_check(&file);
	memory_file_close(&file);
	return 0;
}
