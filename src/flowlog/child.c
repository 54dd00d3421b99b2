#include "flowlog/child.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "flowlog/flowlog.h"

/* Times to the ms since the epoch, which its own CSV does not have; whole IPv6 addresses. */
static const char header[] = "ts,td,pr,sa,sp,da,dp,ipkt,ibyt,opkt,obyt,flg\n";
static const char columns[] = "fmt:%tsr,%td,%pr,%sa,%sp,%da,%dp,%ipkt,%ibyt,%opkt,%obyt,%flg";

enum { WORDS_MAX = 300 };

struct flowlog_child {
	char *path;
	GPid pid;
	int out, err;
	gsize header_at; /* bytes of the header given so far */
	bool reaped;
};

bool flowlog_child_wanted(const char *head, gsize len)
{
	return len >= 4 && (memcmp(head, "\x0c\xa5", 2) == 0 || memcmp(head, "\xa5\x0c", 2) == 0);
}

static bool fail(const char *path, const char *reason, GError **error)
{
	g_set_error(error, FLOWLOG_ERROR, FLOWLOG_ERROR_CHILD, "cannot read '%s': %s", path, reason);
	return false;
}

static bool start(struct flowlog_child *c, GError **error)
{
	g_autoptr(GError) problem = NULL;
	g_autofree char *file = g_canonicalize_filename(c->path, NULL); /* absolute: never an option */
	char *argv[] = {(char *)"nfdump", (char *)"-r",    file, (char *)"-q", (char *)"-N", (char *)"-6",
			(char *)"-o",     (char *)columns, NULL};
	g_auto(GStrv) environment = g_environ_setenv(g_get_environ(), "TZ", "UTC", TRUE);
	environment = g_environ_setenv(environment, "LC_ALL", "C", TRUE);
	if (g_spawn_async_with_pipes(NULL, argv, environment, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL,
				     NULL, &c->pid, NULL, &c->out, &c->err, &problem))
		return true;
	c->reaped = true;
	return fail(c->path,
		    g_error_matches(problem, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)
			    ? "a file of nfdump's, and nfdump is not installed"
			    : problem->message,
		    error);
}

struct flowlog_child *flowlog_child_start(const char *path, GError **error)
{
	if (path == NULL) {
		g_set_error_literal(
			error, FLOWLOG_ERROR, FLOWLOG_ERROR_CHILD,
			"a file of nfdump's, which nfdump reads neither packed nor from a pipe (export it there "
			"by nfdump -o csv, or unpack it)");
		return NULL;
	}
	struct flowlog_child *c = g_new0(struct flowlog_child, 1);
	c->path = g_strdup(path);
	c->out = c->err = -1;
	if (start(c, error))
		return c;
	flowlog_child_stop(c);
	return NULL;
}

void flowlog_child_stop(struct flowlog_child *c)
{
	if (c == NULL)
		return;
	if (!c->reaped) {
		kill(c->pid, SIGTERM);
		waitpid(c->pid, NULL, 0);
	}
	if (c->out >= 0)
		close(c->out);
	if (c->err >= 0)
		close(c->err);
	g_free(c->path);
	g_free(c);
}

static gssize read_fd(int fd, void *buffer, gsize n)
{
	gssize got;
	do
		got = read(fd, buffer, n);
	while (got < 0 && errno == EINTR);
	return got;
}

/* 0 when the child ended well, else -1 with its first words. */
static gssize finish(struct flowlog_child *c, GError **error)
{
	char words[WORDS_MAX + 1];
	int status = 0;
	if (c->reaped)
		return 0;
	gssize got = read_fd(c->err, words, WORDS_MAX);
	words[MAX(got, 0)] = '\0';
	waitpid(c->pid, &status, 0);
	c->reaped = true;
	if (g_spawn_check_wait_status(status, NULL))
		return 0;
	fail(c->path, *words ? g_strdelimit(g_strstrip(words), "\r\n", ' ') : "nfdump failed", error);
	return -1;
}

gssize flowlog_child_read(void *child, void *buffer, gsize n, GError **error)
{
	struct flowlog_child *c = child;
	gsize left = sizeof header - 1 - c->header_at;
	if (left > 0) {
		gsize some = MIN(left, n);
		memcpy(buffer, header + c->header_at, some);
		c->header_at += some;
		return (gssize)some;
	}
	gssize got = c->reaped ? 0 : read_fd(c->out, buffer, n);
	return got > 0 ? got : finish(c, error);
}
