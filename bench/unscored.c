/*
 * unscored: a scan that stops where scoring would begin.
 *
 * Reads captures into sessions and adds them up into channels, as tanpa does, and says how many there are: what `tanpa
 * FILE` takes longer than this is what scores, findings and their summary cost. Takes the options of `tanpa scan` for
 * input, hosts and verdicts.
 */
#include <stdio.h>

#include "verb/tally.h"

int main(int argc, char **argv)
{
	struct verb_options options;
	struct ingest in;
	enum verb_status status = VERB_USAGE;

	if (!verb_options_parse(&options, NULL, "A scan without scores, for timing.", argc, argv, &status))
		return status;
	guint threads = (guint)options.threads;
	g_autofree struct tally **tallies = g_new(struct tally *, threads);
	for (guint t = 0; t < threads; t++)
		tallies[t] = tally_new(&options, TALLY_CHANNELS, false);
	struct ingest_sink sink = {tally_session, (void **)tallies, NULL};
	status = ingest_run(&in, &options, &sink);
	for (guint t = 1; t < threads; t++)
		tally_merge(tallies[0], tallies[t]);
	channels_finish(tallies[0]->channels, threads, NULL);
	printf("%" G_GUINT64_FORMAT " sessions with payload, %u channels\n", tallies[0]->sessions,
	       channels_size(tallies[0]->channels));
	for (guint t = 0; t < threads; t++)
		tally_free(tallies[t]);
	ingest_clear(&in);
	verb_options_clear(&options);
	return status;
}
