/*
 * Options. The first byte chooses: 0 a list of networks, 1 a duration, 2 a whole command line (a line per argument);
 * the rest is the text. Bytes of value 0 end it.
 */
#include <glib.h>
#include <string.h>

#include "base/net.h"
#include "fuzz.h"
#include "verb/options.h"

static void fuzz_nets(const char *text)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(net_list_) nets = net_list_parse(text, &error);
	CHECK((nets == NULL) == (error != NULL));
	CHECK(error == NULL || g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE));
	static const char *const addresses[] = {"0.0.0.0", "10.1.2.3", "255.255.255.255", "::", "2001:db8::1"};
	for (gsize i = 0; nets && i < G_N_ELEMENTS(addresses); i++) {
		uint8_t addr[16];
		char back[NET_TEXT];
		CHECK(net_address_parse(addresses[i], addr));
		CHECK(g_str_equal(net_address_text(addr, back), addresses[i]));
		net_list_contains(nets, addr);
	}
	/* an address that is read, written and read again is the same */
	uint8_t addr[16], again[16];
	char out[NET_TEXT];
	if (net_address_parse(text, addr)) {
		CHECK(net_address_parse(net_address_text(addr, out), again));
		CHECK(memcmp(addr, again, 16) == 0);
	}
}

static void fuzz_duration(const char *text)
{
	g_autoptr(GError) error = NULL;
	int64_t ns = -1;
	if (verb_parse_duration(text, SESSION_TIMEOUT_MAX_NS, &ns, &error))
		CHECK(ns >= 1 && ns <= SESSION_TIMEOUT_MAX_NS);
	else
		CHECK(g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE));
}

static void fuzz_command(const char *text)
{
	static gboolean flag;
	static char *string;
	static const GOptionEntry own[] = {
		{"json", 0, 0, G_OPTION_ARG_NONE, &flag, "", NULL},
		{"format", 'F', 0, G_OPTION_ARG_STRING, &string, "", "FORMAT"},
		G_OPTION_ENTRY_NULL,
	};
	g_auto(GStrv) argv = g_strsplit(text, "\n", 64);
	if (argv[0] == NULL)
		return;
	struct verb_options o;
	enum verb_status status = VERB_DONE;
	if (verb_options_parse(&o, own, "Fuzzed.", (int)g_strv_length(argv), argv, &status)) {
		CHECK(o.paths && o.paths[0]);
		CHECK(o.verdict.inside && o.verdict.threshold >= 0 && o.verdict.length < VERDICT_N_LENGTHS);
		CHECK(o.session.tcp_timeout_ns > 0 && o.session.tcp_timeout_ns <= SESSION_TIMEOUT_MAX_NS);
		CHECK(o.session.udp_timeout_ns > 0 && o.session.udp_timeout_ns <= SESSION_TIMEOUT_MAX_NS);
		CHECK(o.session.max_sessions > 0);
		CHECK(o.threads >= 1 && o.fan_out >= 2 && o.zone);
	} else {
		CHECK(status == VERB_USAGE || status == VERB_DONE); /* complained, or helped */
	}
	verb_options_clear(&o);
	g_clear_pointer(&string, g_free);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static void (*const targets[])(const char *) = {fuzz_nets, fuzz_duration, fuzz_command};
	static FILE *nowhere;
	if (size < 1)
		return 0;
	if (nowhere == NULL)
		nowhere = fopen("/dev/null", "w");
	g_autofree char *text = g_strndup((const char *)data + 1, size - 1);
	/* glibc lets a program put other streams in the place of these: complaints and help go nowhere */
	FILE *out = stdout, *err = stderr;
	stdout = stderr = nowhere;
	targets[data[0] % G_N_ELEMENTS(targets)](text);
	stdout = out;
	stderr = err;
	return 0;
}
