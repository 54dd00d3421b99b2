/* Captures and flow logs that are to be read one by one. */
#ifndef VERB_EACH_H
#define VERB_EACH_H

#include "verb/options.h"

/*
 * Adds the paths of the captures and flow logs that `path` names (of a directory, one by one) to `paths`, as strings it
 * owns. Complains and returns false where the packet filter of the options is wrong.
 */
bool each_input(const char *path, const struct verb_options *options, GPtrArray *paths);

#endif
