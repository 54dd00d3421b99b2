#include "channel/beacon.h"

#include <math.h>
#include <string.h>

#define SECOND_NS INT64_C(1000000000)

enum {
	LEAST_TIMESTAMPS = 4,
	LEAST_QUARTILE_DISTANCE = 10,
	LEAST_BARS = 6,
	BIMODAL_BARS = 11,
	BIMODAL_STEPS = 20,
	IDEAL_RUN = 12
};

static gint compare(gconstpointer a, gconstpointer b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Of sorted values; between two of them, linearly. */
static double quantile(const GArray *sorted, double q)
{
	double at = q * (sorted->len - 1);
	guint low = (guint)at;
	double value = g_array_index(sorted, double, low);
	return low + 1 < sorted->len ? value + (at - low) * (g_array_index(sorted, double, low + 1) - value) : value;
}

/* How even values are, 0 to 1: little skewness, little deviation. Sorts, then overwrites them. */
static double evenness(GArray *values)
{
	g_array_sort(values, compare);
	double low = quantile(values, .25), middle = quantile(values, .5), high = quantile(values, .75), skew = 0;
	if (high - low >= LEAST_QUARTILE_DISTANCE && middle != low && middle != high)
		skew = (low + high - 2 * middle) / (high - low);
	for (guint i = 0; i < values->len; i++)
		g_array_index(values, double, i) = fabs(g_array_index(values, double, i) - middle);
	g_array_sort(values, compare);
	double deviation = quantile(values, .5);
	double closeness = middle > 0 ? MAX(0, (middle - deviation) / middle) : 0;
	return (1 - fabs(skew) + closeness) / 2;
}

/* The whole-second intervals that are not 0. */
static GArray *intervals(const GArray *sessions)
{
	GArray *out = g_array_new(FALSE, FALSE, sizeof(double));
	for (guint i = 1; i < sessions->len; i++) {
		int64_t from = g_array_index(sessions, struct channel_session, i - 1).start_ns / SECOND_NS;
		int64_t to = g_array_index(sessions, struct channel_session, i).start_ns / SECOND_NS;
		double gap = (double)(to - from);
		if (gap > 0)
			g_array_append_val(out, gap);
	}
	return out;
}

static double size_evenness(const GArray *sessions)
{
	g_autoptr(GArray) sizes = g_array_sized_new(FALSE, FALSE, sizeof(double), sessions->len);
	for (guint i = 0; i < sessions->len; i++) {
		double size = (double)g_array_index(sessions, struct channel_session, i).orig_ip_bytes;
		g_array_append_val(sizes, size);
	}
	return evenness(sizes);
}

static void fill_bins(const GArray *sessions, int64_t first_ns, int64_t last_ns, guint bin[BEACON_BINS])
{
	double width = MAX((double)(last_ns - first_ns) / BEACON_BINS, 1);
	for (guint i = 0; i < sessions->len; i++) {
		double at = (double)(g_array_index(sessions, struct channel_session, i).start_ns - first_ns) / width;
		bin[(guint)CLAMP(at, 0, BEACON_BINS - 1)]++;
	}
}

/* Share of the non-empty bars that have one of the two commonest heights. */
static double bimodal_share(const guint bin[BEACON_BINS], guint bars)
{
	guint tallest = 0, first = 0, second = 0, with[BIMODAL_STEPS + 1] = {0};
	for (int i = 0; i < BEACON_BINS; i++)
		tallest = MAX(tallest, bin[i]);
	for (int i = 0; i < BEACON_BINS; i++)
		if (bin[i])
			with[bin[i] * BIMODAL_STEPS / tallest]++;
	for (int i = 0; i <= BIMODAL_STEPS; i++) {
		if (with[i] > first) {
			second = first;
			first = with[i];
		} else {
			second = MAX(second, with[i]);
		}
	}
	return (double)(first + second) / bars;
}

static double histogram_score(const guint bin[BEACON_BINS], guint bars)
{
	double mean = 0, variance = 0;
	for (int i = 0; i < BEACON_BINS; i++)
		mean += (double)bin[i] / BEACON_BINS;
	for (int i = 0; i < BEACON_BINS; i++)
		variance += (bin[i] - mean) * (bin[i] - mean) / BEACON_BINS;
	double flat = MAX(0, 1 - sqrt(variance) / mean);
	double bimodal = bars >= BIMODAL_BARS ? bimodal_share(bin, bars) : 0;
	return MAX(flat, bimodal);
}

static double duration_score(const GArray *sessions, int64_t first_ns, int64_t last_ns, const guint bin[BEACON_BINS],
			     guint bars)
{
	guint longest = 0;
	if (bars < LEAST_BARS)
		return 0;
	for (int i = 0, run = 0; i < BEACON_BINS; i++) {
		run = bin[i] ? run + 1 : 0;
		longest = MAX(longest, (guint)run);
	}
	int64_t span = g_array_index(sessions, struct channel_session, sessions->len - 1).start_ns -
		       g_array_index(sessions, struct channel_session, 0).start_ns;
	double share = last_ns > first_ns ? (double)span / (double)(last_ns - first_ns) : 0;
	return MIN(1, MAX(share, (double)longest / IDEAL_RUN));
}

struct beacon beacon_of(const GArray *sessions, int64_t first_ns, int64_t last_ns)
{
	struct beacon b = {.score = NAN};
	guint bin[BEACON_BINS] = {0}, bars = 0;
	g_autoptr(GArray) gaps = intervals(sessions);
	if (gaps->len < LEAST_TIMESTAMPS - 1)
		return b;
	fill_bins(sessions, first_ns, last_ns, bin);
	for (int i = 0; i < BEACON_BINS; i++)
		bars += bin[i] > 0;
	b.timestamps = evenness(gaps);
	b.sizes = size_evenness(sessions);
	b.histogram = histogram_score(bin, bars);
	b.duration = duration_score(sessions, first_ns, last_ns, bin, bars);
	b.score = (b.timestamps + b.sizes + b.histogram + b.duration) / 4;
	return b;
}

/* ---- all pairs of a data set ---- */

struct beacons {
	const struct channels *channels;
	int64_t first_ns, last_ns;
	GPtrArray *by_pair;    /* struct channel */
	GArray *one, *of_pair; /* struct channel_session; scratch */
	/* by the place of a pair's first channel */
	struct beacon *scores;
	bool *known;
};

static int compare_pairs(const struct channel *a, const struct channel *b)
{
	return a->host != b->host ? (a->host < b->host ? -1 : 1) : memcmp(a->server, b->server, 16);
}

static gint compare_channels(gconstpointer a, gconstpointer b)
{
	return compare_pairs(*(const struct channel *const *)a, *(const struct channel *const *)b);
}

static gint compare_starts(gconstpointer a, gconstpointer b)
{
	const struct channel_session *x = a, *y = b;
	return (x->start_ns > y->start_ns) - (x->start_ns < y->start_ns);
}

struct beacons *beacons_new(const struct channels *channels, int64_t first_ns, int64_t last_ns)
{
	struct beacons *b = g_new0(struct beacons, 1);
	*b = (struct beacons){
		.channels = channels, .first_ns = first_ns, .last_ns = last_ns, .by_pair = g_ptr_array_new()};
	b->one = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
	b->of_pair = g_array_new(FALSE, FALSE, sizeof(struct channel_session));
	for (guint i = 0; i < channels_size(channels); i++)
		if (!channels_get(channels, i)->inbound)
			g_ptr_array_add(b->by_pair, (gpointer)channels_get(channels, i));
	g_ptr_array_sort(b->by_pair, compare_channels);
	b->scores = g_new(struct beacon, b->by_pair->len + 1);
	b->known = g_new0(bool, b->by_pair->len + 1);
	return b;
}

void beacons_free(struct beacons *b)
{
	if (b == NULL)
		return;
	g_ptr_array_unref(b->by_pair);
	g_free(b->scores);
	g_free(b->known);
	g_array_unref(b->one);
	g_array_unref(b->of_pair);
	g_free(b);
}

/* Of all channels from place `at` on that are of the channel's pair. */
static struct beacon score_pair(struct beacons *b, guint at, const struct channel *channel)
{
	g_array_set_size(b->of_pair, 0);
	for (; at < b->by_pair->len && compare_pairs(g_ptr_array_index(b->by_pair, at), channel) == 0; at++) {
		channels_list(b->channels, g_ptr_array_index(b->by_pair, at), b->one);
		g_array_append_vals(b->of_pair, b->one->data, b->one->len);
	}
	g_array_sort(b->of_pair, compare_starts);
	return beacon_of(b->of_pair, b->first_ns, b->last_ns);
}

struct beacon beacons_get(struct beacons *b, const struct channel *channel)
{
	guint low = 0, high = b->by_pair->len;
	while (low < high) {
		guint middle = low + (high - low) / 2;
		if (compare_pairs(g_ptr_array_index(b->by_pair, middle), channel) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (!b->known[low])
		b->scores[low] = score_pair(b, low, channel);
	b->known[low] = true;
	return b->scores[low];
}
