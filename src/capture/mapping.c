#define _GNU_SOURCE /* MAP_ANONYMOUS, MADV_POPULATE_READ */
#include "capture/mapping.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is read at once is not worth a mapping; more files than that seldom overlap in time. */
enum { LEAST_BYTES = 256 << 10, MAPPINGS = 64 };

/* A place in a table that stays: a signal handler looks for its own while other threads may come and go. */
struct capture_mapping {
	uint8_t *bytes;
	gsize size;            /* 0: nothing is mapped; atomic */
	gsize let_go, present; /* offsets up to which; let_go: by those who were told to */
	gsize behind;          /* bytes that stay present */
	guint references;      /* 0: the place is free */
	int lost;              /* atomic */
};

static struct capture_mapping mappings[MAPPINGS];
static GMutex lock; /* of their references */

/* ---- bytes that are missing ---- */

static struct capture_mapping *mapping_of(const void *address)
{
	for (int i = 0; i < MAPPINGS; i++) {
		gsize size = __atomic_load_n(&mappings[i].size, __ATOMIC_ACQUIRE);
		if (size > 0 && (uintptr_t)address - (uintptr_t)mappings[i].bytes < size)
			return &mappings[i];
	}
	return NULL;
}

/* Zeroed memory instead of a mapping's page that cannot be had, and of all behind it. mmap() is a system call only. */
static bool replace_rest(struct capture_mapping *m, const void *missing)
{
	gsize page = (gsize)sysconf(_SC_PAGESIZE);
	gsize at = ((gsize)((const uint8_t *)missing - m->bytes)) & ~(page - 1);
	void *rest = m->bytes + at;
	__atomic_store_n(&m->lost, 1, __ATOMIC_RELEASE);
	rest = mmap(rest, m->size - at, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	return rest != MAP_FAILED;
}

static void on_bus_error(int number, siginfo_t *info, void *context)
{
	(void)context;
	struct capture_mapping *m = mapping_of(info->si_addr);
	if (m && replace_rest(m, info->si_addr))
		return; /* and it is asked for again */
	signal(number, SIG_DFL);
	raise(number);
}

static void take_bus_errors_over(void)
{
	static gsize done;
	if (g_once_init_enter(&done)) {
		sigaction(SIGBUS, &(struct sigaction){.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO}, NULL);
		g_once_init_leave(&done, 1);
	}
}

bool capture_mapping_is_lost(const struct capture_mapping *m)
{
	return __atomic_load_n(&m->lost, __ATOMIC_ACQUIRE) != 0;
}

/* ---- the mapping ---- */

static struct capture_mapping *take_place(void *bytes, gsize size)
{
	struct capture_mapping *m = NULL;
	g_mutex_lock(&lock);
	for (int i = 0; i < MAPPINGS && m == NULL; i++)
		if (mappings[i].references == 0)
			m = &mappings[i];
	if (m) {
		*m = (struct capture_mapping){.bytes = bytes, .behind = CAPTURE_MAPPING_BEHIND, .references = 1};
		__atomic_store_n(&m->size, size, __ATOMIC_RELEASE);
	}
	g_mutex_unlock(&lock);
	return m;
}

struct capture_mapping *capture_mapping_new(int fd)
{
	struct stat st;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size < LEAST_BYTES || (uint64_t)st.st_size > G_MAXSIZE)
		return NULL;
	gsize size = (gsize)st.st_size;
	void *bytes = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		return NULL;
	take_bus_errors_over();
	struct capture_mapping *m = take_place(bytes, size);
	if (m == NULL) {
		munmap(bytes, size);
		return NULL;
	}
	madvise(bytes, size, MADV_SEQUENTIAL);
	madvise(bytes, size, MADV_NOHUGEPAGE); /* or two million bytes come and stay at once */
	return m;
}

struct capture_mapping *capture_mapping_ref(struct capture_mapping *m)
{
	g_mutex_lock(&lock);
	m->references++;
	g_mutex_unlock(&lock);
	return m;
}

void capture_mapping_unref(struct capture_mapping *m)
{
	if (m == NULL)
		return;
	g_mutex_lock(&lock);
	if (--m->references == 0) {
		gsize size = m->size;
		__atomic_store_n(&m->size, 0, __ATOMIC_RELEASE);
		munmap(m->bytes, size);
	}
	g_mutex_unlock(&lock);
}

void capture_mapping_stay(struct capture_mapping *m, gsize behind)
{
	m->behind = behind;
}

/* All at once, which is faster than one by one as they are looked at. What fails is met again then. */
static void make_present(struct capture_mapping *m, gsize to)
{
#ifdef MADV_POPULATE_READ
	madvise(m->bytes + m->present, to - m->present, MADV_POPULATE_READ);
#endif
	m->present = to;
}

/* Offsets of steps: in whole ones pages are made present and let go. */
static gsize round_down(gsize at)
{
	return at / CAPTURE_MAPPING_AHEAD * CAPTURE_MAPPING_AHEAD;
}

const uint8_t *capture_mapping_bytes(struct capture_mapping *m, uint64_t offset, gsize *len)
{
	gsize at = (gsize)offset;
	if (m->present < MIN(at + CAPTURE_MAPPING_AHEAD, m->size))
		make_present(m, MIN(round_down(at) + 2 * CAPTURE_MAPPING_AHEAD, m->size));
	*len = m->size - at;
	return m->bytes + at;
}

struct capture_past capture_mapping_past(struct capture_mapping *m, uint64_t offset)
{
	gsize at = (gsize)offset, from = m->let_go;
	if (at < from + 2 * m->behind)
		return (struct capture_past){0};
	m->let_go = round_down(at - m->behind);
	return (struct capture_past){m->bytes + from, m->let_go - from};
}

void capture_past_let_go(struct capture_past *past)
{
	if (past->len > 0)
		madvise(past->bytes, past->len, MADV_DONTNEED);
	past->len = 0;
}
