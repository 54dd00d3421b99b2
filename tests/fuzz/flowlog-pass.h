/* A flow log in memory, read to its end, and what reading it must keep to. */
#ifndef FUZZ_FLOWLOG_PASS_H
#define FUZZ_FLOWLOG_PASS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Reads a log; the first byte of `data` chooses:
 *
 *   bit 0     `head`, the begin of a good log, is put in front
 *   bit 1     what continues another record is joined to it
 *   bits 2-4  how many bytes the input gives at once
 *
 * Lines are all counted, once; records are sound; written as JSON lines and read back they are the same; and so are
 * the sessions they are put together to, but in number.
 */
void flowlog_pass(const char *head, const uint8_t *data, size_t size);

#endif
