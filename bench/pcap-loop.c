/*
 * pcap-loop: the floor for a program that reads captures through libpcap.
 *
 * Reads each file with pcap_next_ex() and does nothing but count packets and bytes: no faster program can be built on
 * libpcap's file reader. Usage: pcap-loop FILE ... ('-' is standard input). Prints packets, captured bytes and bytes on
 * the wire. Exit status 1 when a file cannot be opened or is damaged.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* pcap.h needs u_char and its like */
#endif
#include <inttypes.h>
#include <pcap/pcap.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	uint64_t packets = 0, captured_bytes = 0, wire_bytes = 0;
	int status = 0;

	for (int i = 1; i < argc; i++) {
		char error[PCAP_ERRBUF_SIZE];
		pcap_t *capture = pcap_open_offline(argv[i], error);
		struct pcap_pkthdr *header;
		const u_char *bytes;
		int result;

		if (!capture) {
			fprintf(stderr, "pcap-loop: cannot open '%s': %s\n", argv[i], error);
			status = 1;
			continue;
		}
		while ((result = pcap_next_ex(capture, &header, &bytes)) == 1) {
			packets++;
			captured_bytes += header->caplen;
			wire_bytes += header->len;
		}
		if (result == PCAP_ERROR) {
			fprintf(stderr, "pcap-loop: '%s': %s\n", argv[i], pcap_geterr(capture));
			status = 1;
		}
		pcap_close(capture);
	}
	printf("%" PRIu64 " packets, %" PRIu64 " bytes captured, %" PRIu64 " bytes on the wire\n", packets,
	       captured_bytes, wire_bytes);
	return status;
}
