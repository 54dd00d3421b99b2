#include "report/page/rows.h"

#include <math.h>
#include <string.h>

#include "base/hash.h"

struct page_rows *page_rows_new(const struct verdict_options *options, guint most)
{
	struct page_rows *rows = g_new0(struct page_rows, 1);
	rows->options = options;
	rows->most = most;
	rows->rows = g_array_new(FALSE, FALSE, sizeof(struct page_row));
	return rows;
}

void page_rows_free(struct page_rows *rows)
{
	if (rows == NULL)
		return;
	for (int a = 0; a < VERDICT_N_JUDGED; a++)
		for (int b = 0; b < VERDICT_N_JUDGED; b++)
			g_free(rows->lengths[a][b]);
	g_array_unref(rows->rows);
	g_free(rows);
}

/* Without the secret of base/hash.h: the same sessions are to stay in every run. */
static uint64_t order_of(const struct tanpa_session *s)
{
	uint64_t words[4], hash = 0x9e3779b97f4a7c15;
	memcpy(words, s->addr, sizeof words);
	for (int i = 0; i < 4; i++)
		hash = hash_fold(hash ^ words[i], 0xd6e8feb86659fd93) + words[i];
	hash = hash_fold(hash ^ ((uint64_t)s->port[0] << 32 | (uint64_t)s->port[1] << 16 | s->proto),
			 0xa0761d6478bd642f);
	return hash_fold(hash ^ (uint64_t)tanpa_session_start_ns(s), 0xe7037ed1a0b428db);
}

static struct page_row row_of(const struct tanpa_session *s, const struct verdict_options *options)
{
	struct verdict_options all_short = *options, all_long = *options;
	all_short.threshold = INFINITY;
	all_long.threshold = -1;
	struct verdict v = verdict_judge(s, &all_long), short_verdict = verdict_judge(s, &all_short);
	uint64_t packets = tanpa_session_packets(s);
	struct page_row row = {
		.name = s->name,
		.start_ns = tanpa_session_start_ns(s),
		.end_ns = tanpa_session_end_ns(s),
		.sent = v.sent,
		.received = v.received,
		.packets = packets,
		.length_bytes = (uint64_t)llround(v.mean_length * (double)packets),
		.order = order_of(s),
		.port = {s->port[0], s->port[1]},
		.http_status = s->http_status,
		.proto = s->proto,
		.ipv4 = s->ipv4,
		.has_length = short_verdict.is_short, /* what is judged is short at such a threshold */
		.conn_state = s->conn_state,
		.service = s->service,
		.http_method = s->http_method,
		.content = s->content[v.inside ^ 1],
		.if_short = (uint8_t)short_verdict.kind,
		.if_long = (uint8_t)v.kind,
		.direction = (uint8_t)v.direction,
		.inside = (uint8_t)v.inside,
		.server = (uint8_t)v.server,
	};
	memcpy(row.addr, s->addr, sizeof row.addr);
	return row;
}

/*
 * A threshold of whole bytes needs only the mean rounded up. The one that was asked for may have a fraction;
 * a mean between it and the next whole number gets a place of its own.
 */
static guint place_of_length(double mean, double threshold)
{
	double up = mean < PAGE_AT_THRESHOLD - 1 ? ceil(mean) : PAGE_AT_THRESHOLD - 1;
	return mean <= threshold && up > threshold ? PAGE_AT_THRESHOLD : (guint)up;
}

static uint64_t *lengths_of(struct page_rows *rows, uint8_t if_short, uint8_t if_long)
{
	uint64_t **lengths = &rows->lengths[if_short][if_long];
	if (*lengths == NULL)
		*lengths = g_new0(uint64_t, PAGE_LENGTHS);
	return *lengths;
}

static void halve(struct page_rows *rows)
{
	struct page_row *all = (struct page_row *)(void *)rows->rows->data;
	guint kept = 0;
	rows->halvings++;
	for (guint i = 0; i < rows->rows->len; i++)
		if (page_row_is_kept(&all[i], rows->halvings))
			all[kept++] = all[i];
	g_array_set_size(rows->rows, kept);
}

static void keep(struct page_rows *rows, const struct page_row *row)
{
	if (!page_row_is_kept(row, rows->halvings))
		return;
	g_array_append_vals(rows->rows, row, 1);
	while (rows->rows->len > rows->most)
		halve(rows);
}

void page_rows_add(struct page_rows *rows, const struct tanpa_session *session)
{
	struct page_row row = row_of(session, rows->options);
	double mean = row.has_length ? (double)row.length_bytes / (double)row.packets : INFINITY; /* never short */
	lengths_of(rows, row.if_short, row.if_long)[place_of_length(mean, rows->options->threshold)]++;
	rows->seen++;
	keep(rows, &row);
}

void page_rows_merge(struct page_rows *into, const struct page_rows *from)
{
	while (into->halvings < from->halvings)
		halve(into);
	for (guint i = 0; i < from->rows->len; i++)
		keep(into, &g_array_index(from->rows, struct page_row, i));
	into->seen += from->seen;
	for (uint8_t a = 0; a < VERDICT_N_JUDGED; a++)
		for (uint8_t b = 0; b < VERDICT_N_JUDGED; b++)
			for (guint i = 0; from->lengths[a][b] && i < PAGE_LENGTHS; i++)
				lengths_of(into, a, b)[i] += from->lengths[a][b][i];
}
