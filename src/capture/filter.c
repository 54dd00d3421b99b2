#include "capture/filter.h"

#include <pcap/pcap.h>

#include "capture/capture.h"

enum { LINK_ETHERNET = 1 };

struct program {
	struct bpf_program bpf;
	bool valid;
};

struct capture_filter {
	char *expression;
	GHashTable *by_link; /* link type to struct program */
	GError *problem;     /* the first link type that it cannot be used on */
};

static void program_free(gpointer user)
{
	struct program *program = user;
	if (program->valid)
		pcap_freecode(&program->bpf);
	g_free(program);
}

static struct program *compile(const char *expression, int link, GError **error)
{
	struct program *program = g_new0(struct program, 1);
	pcap_t *pcap = pcap_open_dead(link, CAPTURE_MAX_PACKET);
	program->valid = pcap_compile(pcap, &program->bpf, expression, 1, PCAP_NETMASK_UNKNOWN) == 0;
	if (!program->valid)
		g_set_error(error, CAPTURE_ERROR, CAPTURE_ERROR_FILTER, "cannot use filter '%s': %s", expression,
			    pcap_geterr(pcap));
	pcap_close(pcap);
	return program;
}

struct capture_filter *capture_filter_new(const char *expression, GError **error)
{
	struct program *ethernet = compile(expression, LINK_ETHERNET, error);
	if (!ethernet->valid) {
		program_free(ethernet);
		return NULL;
	}
	struct capture_filter *filter = g_new0(struct capture_filter, 1);
	filter->expression = g_strdup(expression);
	filter->by_link = g_hash_table_new_full(NULL, NULL, NULL, program_free);
	g_hash_table_insert(filter->by_link, GINT_TO_POINTER(LINK_ETHERNET), ethernet);
	return filter;
}

void capture_filter_free(struct capture_filter *filter)
{
	if (filter == NULL)
		return;
	g_free(filter->expression);
	g_clear_error(&filter->problem);
	g_hash_table_destroy(filter->by_link);
	g_free(filter);
}

const GError *capture_filter_problem(const struct capture_filter *filter)
{
	return filter->problem;
}

bool capture_filter_passes(struct capture_filter *filter, const struct packet_raw *raw)
{
	struct program *program = g_hash_table_lookup(filter->by_link, GINT_TO_POINTER(raw->link));
	if (program == NULL) {
		/* LINKTYPE_RAW is 101 in files, or 14 from OpenBSD; DLT_RAW is 12 in libpcap on Linux */
		bool is_raw = raw->link == 101 || raw->link == 14;
		program = compile(filter->expression, is_raw ? DLT_RAW : raw->link,
				  filter->problem ? NULL : &filter->problem);
		g_hash_table_insert(filter->by_link, GINT_TO_POINTER(raw->link), program);
	}
	struct pcap_pkthdr header = {.caplen = raw->cap_len, .len = raw->wire_len};
	return program->valid && pcap_offline_filter(&program->bpf, &header, raw->data) != 0;
}
