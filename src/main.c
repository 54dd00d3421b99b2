/* Dispatch to a verb; nothing else. */
#include <errno.h>
#include <glib.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "verb/verb.h"

static const struct verb verbs[] = {
	{"scan", "what happened in these captures, suspected control channels first", verb_scan},
	{"sessions", "one record per session: text, csv, json, zeek", verb_sessions},
	{"plot", "the paper's figures: sent against received bytes, duration against packet length", verb_plot},
	{"evaluate", "the paper's tables 2 and 3 of your own captures, and verdicts against labels", verb_evaluate},
	{"calibrate", "which threshold separates control from downloads, or that none does", verb_calibrate},
	{"train", "fit the model that scores channels, and measure it on what it had not seen", verb_train},
	{"score", "how well a model finds control in labelled captures", verb_score},
};

static void print_help(FILE *to)
{
	fputs("Usage: tanpa [VERB] [OPTION…] FILE|DIRECTORY|-…\n\n"
	      "Finds bot command-and-control channels in network traffic by the shape of its sessions.\n\nVerbs:\n",
	      to);
	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
		fprintf(to, "  %-10s %s\n", verbs[i].name, verbs[i].words);
	fputs("\nWithout a verb: scan. 'tanpa VERB --help' lists a verb's options; tanpa(1) has the rest.\n", to);
}

static int finish_output(void)
{
	if (fflush(stdout) == 0)
		return VERB_DONE;
	verb_complain("cannot write: %s", g_strerror(errno));
	return VERB_FAILED;
}

/* Overlapping captures are open at once. */
static void allow_many_files(void)
{
	struct rlimit limit;
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

int main(int argc, char **argv)
{
	char scan[] = "scan";
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C"); /* numbers are for programs, too */
	allow_many_files();
	signal(SIGPIPE, SIG_IGN); /* a closed pipe is a failed write */
	if (argc < 2) {
		print_help(stderr);
		return VERB_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return finish_output();
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("tanpa " TANPA_VERSION);
		return finish_output();
	}
	for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++)
		if (strcmp(argv[1], verbs[i].name) == 0)
			return (int)verbs[i].run(argc - 1, argv + 1);
	if (strpbrk(argv[1], "-./") == NULL && !g_file_test(argv[1], G_FILE_TEST_EXISTS)) {
		verb_complain("'%s' is neither a verb nor a file; 'tanpa --help' lists the verbs", argv[1]);
		return VERB_USAGE;
	}
	argv[0] = scan;
	return (int)verb_scan(argc, argv);
}
