/* The tables of tanpa train and tanpa score: how well the model finds control, and where it fails. */
#ifndef REPORT_LEARNING_H
#define REPORT_LEARNING_H

#include "learn/quality.h"
#include "report/table.h"

struct report_learning {
	const struct learn_set *set;
	const struct channel_model *model; /* of the levels, and of what is said for failures */
	guint captures, lessons;           /* read to measure by, and to learn from only */
	guint services, found, faults;     /* of the labels; found in the captures; lines that could not be read */
	bool is_held_out;                  /* each group was scored by a model that had not seen it */
};

/* Ids of all tables, NULL-terminated. */
extern const char *const report_learning_ids[];

/* Adds the tables; they own themselves. */
void report_learning_tables(const struct report_learning *learning, GPtrArray *tables);

#endif
