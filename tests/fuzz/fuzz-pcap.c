/*
 * The reader of classic pcap files, and of two files as one stream. The first byte chooses:
 *
 *   bit 0     a good file header of this program is put in front
 *   bits 1-2  which one: µs or ns, either byte order
 *   bit 4     the rest again and again, so that the file is mapped
 *   bit 3     two files: the second byte says after how many 64ths of the rest the second begins (with the same header)
 */
#include <glib.h>

#include "fuzz.h"
#include "memory-file.h"

static const uint8_t headers[4][24] = {
	{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1},
	{0x4d, 0x3c, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 101},
	{0xa1, 0xb2, 0xc3, 0xd4, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 113},
	{0xa1, 0xb2, 0x3c, 0x4d, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1, 20},
};

static void check_two(const uint8_t *header, gsize header_size, const uint8_t *data, gsize size, gsize first)
{
	struct memory_file files[2];
	struct capture_pass one, other, both;
	memory_file_open(&files[0], header, header_size, data, first);
	memory_file_open(&files[1], header, header_size, data + first, size - first);
	capture_pass_file(&files[0], &one);
	capture_pass_file(&files[1], &other);
	capture_pass_stream(files, 2, &both);
	CHECK(both.packets == one.packets + other.packets);
	CHECK((both.error == NULL) == (one.error == NULL && other.error == NULL));
	g_clear_error(&one.error);
	g_clear_error(&other.error);
	g_clear_error(&both.error);
	memory_file_close(&files[0]);
	memory_file_close(&files[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	uint8_t how = data[0], split = data[1];
	const uint8_t *header = headers[how >> 1 & 3];
	gsize header_size = how & 1 ? sizeof headers[0] : 0;
	data += 2;
	size -= 2;
	if (how & 8) {
		check_two(header, header_size, data, size, size * (split % 65) / 64);
		return 0;
	}
	struct memory_file file;
	if (how & 16)
		memory_file_open_large(&file, header, header_size, data, size);
	else
		memory_file_open(&file, header, header_size, data, size);
	capture_check(&file);
	memory_file_close(&file);
	return 0;
}
