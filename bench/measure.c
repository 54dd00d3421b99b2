/*
 * measure: runs a command and writes what it cost.
 *
 *     measure REPORT COMMAND [ARGUMENT ...]
 *
 * REPORT gets one line: wall seconds, user seconds, system seconds, peak memory in kilobytes (1024
 * bytes), wait status. Children that the command waited for are included.
 *
 * Why a program for this: the kernel's peak for a process begins at the size of the process that
 * started it, so a small command started from Python would seem as large as Python.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* wait4 */
#endif
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	struct timespec begin, end;
	struct rusage usage;
	int status;
	pid_t child;
	FILE *report;

	if (argc < 3) {
		fprintf(stderr, "Usage: measure REPORT COMMAND [ARGUMENT ...]\n");
		return 2;
	}
	clock_gettime(CLOCK_MONOTONIC, &begin);
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		fprintf(stderr, "measure: cannot run '%s': %s\n", argv[2], strerror(errno));
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0) {
		fprintf(stderr, "measure: cannot run '%s': %s\n", argv[2], strerror(errno));
		return 1;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	report = fopen(argv[1], "w");
	if (!report) {
		fprintf(stderr, "measure: cannot create '%s': %s\n", argv[1], strerror(errno));
		return 1;
	}
	fprintf(report, "%.6f %.6f %.6f %ld %d\n",
		(double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9,
		seconds(usage.ru_utime), seconds(usage.ru_stime), usage.ru_maxrss, status);
	return fclose(report) == 0 ? 0 : 1;
}
