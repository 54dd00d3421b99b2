/* The commands of tanpa: one per file in this folder. */
#ifndef VERB_VERB_H
#define VERB_VERB_H

/* Exit status, as in tanpa(1). */
enum verb_status {
	VERB_DONE = 0,
	VERB_FAILED = 1,  /* nothing could be done, or the result could not be written */
	VERB_USAGE = 2,   /* wrong options or arguments */
	VERB_DAMAGED = 3, /* done, but some input was damaged or could not be read */
};

struct verb {
	const char *name;
	const char *words; /* what it does, for --help */
	/* argv[0] is the verb's name. Returns an exit status. */
	enum verb_status (*run)(int argc, char **argv);
};

enum verb_status verb_scan(int argc, char **argv);
enum verb_status verb_sessions(int argc, char **argv);
enum verb_status verb_plot(int argc, char **argv);
enum verb_status verb_evaluate(int argc, char **argv);
enum verb_status verb_calibrate(int argc, char **argv);
enum verb_status verb_train(int argc, char **argv);
enum verb_status verb_score(int argc, char **argv);

/* "tanpa: …" on standard error, with a newline. */
void verb_complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
