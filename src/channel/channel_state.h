/* What the parts of channel.c share: what is kept of sessions, and which of it makes up which channel. */
#ifndef CHANNEL_CHANNEL_STATE_H
#define CHANNEL_CHANNEL_STATE_H

#include <string.h>

#include "base/slab.h"
#include "channel/channel.h"
#include "channel/kept.h"
#include "channel/kept_names.h"

/* Open addressing: hash and number + 1 (0: empty). */
struct place {
	uint32_t hash, number;
};

struct places {
	struct place *place;
	uint32_t mask;
};

enum { WAITING = 32 };

/* A channel: the kept sessions (and sums) from `first` up to the next group's first. */
struct group {
	uint32_t first;
	uint32_t service_hash; /* of server, port and protocol */
	float score;
};

/* What is kept, by host and channel. */
struct groups {
	uint32_t *numbers;   /* of what is kept */
	struct group *group; /* n, and one more at the end */
	guint n;
	gsize room;          /* of both: so much is kept, and one more */
	struct slab made;    /* struct channel: those that were asked for */
	uint32_t *made_as;   /* number + 1 of each group there; 0: not asked for yet */
	struct users *users; /* NULL: not asked for yet */
};

/* The host of a kept session is looked for when WAITING are together, so that memory is waited for once. */
struct waiting {
	uint8_t host[16];
	uint32_t hash;
	struct kept *kept;
};

/* What another thread kept and was merged. */
struct piece {
	uint32_t first, end; /* numbers of what is kept */
	guint hosts;         /* that there were before it */
	uint32_t *before;    /* [host]: how many of each were kept before it */
	/* what the numbers it has are here; NULL: they are as here */
	uint32_t *host, *name;
	uint16_t *insight;
	uint32_t first_more, first_sum; /* what the numbers of those are to be raised by */
};

/* In cache lines of its own, as each thread has one. */
struct channels {
	/* struct kept, in the order in which they came, but that given back numbers are used again */
	_Alignas(64) struct slab kept;
	struct slab more;        /* struct kept_more */
	struct slab sums;        /* struct channel, without host: of sessions that are not kept one by one */
	uint32_t n_kept;         /* in use */
	GArray *pieces;          /* struct piece, in order; none once something was added or given back */
	uint32_t condense_at;    /* so many are too many */
	uint32_t condense_least; /* that is never below it */
	struct kept_names names;
	GArray *hosts; /* struct channel_host */
	struct places of_hosts;
	guint waiting;
	struct waiting wait[WAITING];
	struct insights *insights;
	uint32_t max;
	uint64_t refused;      /* sessions */
	struct groups *groups; /* NULL: not put together */
};

static inline struct channel_host *host_at(const struct channels *c, uint32_t number)
{
	return &g_array_index(c->hosts, struct channel_host, number);
}

static inline struct kept *kept_at(const struct channels *c, uint32_t number)
{
	return slab_at(&c->kept, number, sizeof(struct kept));
}

/* What a kept one that is a sum stands for. */
static inline struct channel *sum_at(const struct channels *c, const struct kept *kept)
{
	return slab_at(&c->sums, kept->sent, sizeof(struct channel));
}

static inline struct group *group_at(const struct groups *groups, guint i)
{
	return &groups->group[i];
}

static inline guint groups_size(const struct groups *groups)
{
	return groups->n;
}

static inline uint32_t group_size(const struct groups *groups, guint i)
{
	return group_at(groups, i + 1)->first - group_at(groups, i)->first;
}

static inline const uint32_t *group_numbers(const struct groups *groups, guint i)
{
	return groups->numbers + group_at(groups, i)->first;
}

/* One of what is kept of it. */
static inline struct kept *group_kept(const struct channels *c, guint i)
{
	return kept_at(c, group_numbers(c->groups, i)[0]);
}

static inline struct kept_more *kept_more(const struct channels *c, const struct kept *kept)
{
	return slab_at(&c->more, kept->server, sizeof(struct kept_more));
}

/* The address of its service, all zero for inbound ones. */
static inline void kept_server(const struct channels *c, const struct kept *kept, uint8_t server[16])
{
	memset(server, 0, 16);
	if (kept->has_more) {
		memcpy(server, kept_more(c, kept)->server, 16);
	} else if (kept->direction != VERDICT_INBOUND) {
		server[10] = server[11] = 0xff;
		memcpy(server + 12, &kept->server, 4);
	}
}

/* Number of a host, a new one if it is not there yet. */
uint32_t channels_host_number(struct channels *c, const uint8_t addr[16]);

/* Finds those of sessions that wait for it. */
void channels_find_hosts(struct channels *c);

GArray *pieces_new(void);

static inline struct piece *piece_at(const struct channels *c, guint i)
{
	return &g_array_index(c->pieces, struct piece, i);
}

/* Gives one that is kept the numbers it has here, once; any thread. When all have them the piece is numbered. */
void piece_number(const struct channels *c, const struct piece *piece, struct kept *kept);
void piece_is_numbered(struct piece *piece);

/* All are numbered, and no longer pieces. */
void pieces_forget(struct channels *c);

/*
 * Puts together what is kept by host, and that of a host by channel, in the order of what is kept;
 * with `look`, counts the hosts' channels, and scores them, if `scorer` is not NULL.
 */
struct groups *groups_new(const struct channels *c, guint threads, bool look, const struct channels_scorer *scorer);
void groups_free(struct groups *groups);

/* The channel that n kept sessions make up, but its number and score. `insights` NULL: without its insight. */
void channels_sum_up(const struct channels *c, const uint32_t *numbers, uint32_t n, struct insights *insights,
		     struct channel *out);

/* Its list. */
void channels_list_up(const struct channels *c, const uint32_t *numbers, uint32_t n, struct kept_list *out);

/* Which hosts use which service: those of `n` channels, of these numbers; `numbers` NULL: all services. */
struct users *users_new(const struct channels *c, const uint32_t *numbers, guint n);
void users_free(struct users *users);
/* Whether the service of a channel is among them, or users_of() may not be asked about it. */
bool users_know(const struct users *users, const struct channels *c, const struct channel *channel);
struct channel_service users_of(struct users *users, const struct channels *c, const struct channel *channel);

#endif
