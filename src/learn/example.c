#include "learn/example.h"

#include <math.h>
#include <string.h>

#include "channel/beacon.h"

#define DAY_NS   86400e9
#define NO_GROUP G_MAXUINT

/* One run's channels on their way into the set. */
struct source {
	struct learn_set *set;
	const struct channels *channels;
	struct beacons *beacons;
	uint32_t run, group;
	bool is_measured;
};

static void clear_run(gpointer run)
{
	g_free(((struct learn_run *)run)->name);
}

void learn_set_init(struct learn_set *set)
{
	*set = (struct learn_set){.examples = g_array_new(FALSE, FALSE, sizeof(struct example)),
				  .runs = g_array_new(FALSE, FALSE, sizeof(struct learn_run))};
	g_array_set_clear_func(set->runs, clear_run);
}

void learn_set_clear(struct learn_set *set)
{
	g_array_unref(set->examples);
	g_array_unref(set->runs);
}

static bool is_eligible(const struct channel *c)
{
	return !c->inbound && c->proto == TANPA_TCP && c->sessions > 0 && c->sideless == 0;
}

static void add_example(struct source *s, const struct channel *c, const struct learn_label *label)
{
	const struct channel_host *host = channels_host(s->channels, c->host);
	struct example e = {.class = label ? label->class : LEARN_BENIGN,
			    .run = s->run,
			    .group = s->group,
			    .is_day = label == NULL,
			    .is_measured = label && s->is_measured && label->class != LEARN_UNKNOWN,
			    .answered = c->answered > 0,
			    .services = host->services,
			    .beacon = beacons_get(s->beacons, c).score,
			    .port = c->port,
			    .label = label};
	const struct insight *insight = channels_insight(s->channels, c);
	e.has_insight = insight != NULL;
	e.risks = insight ? insight->risks : 0;
	feature_measure(s->channels, c, &e.features);
	e.looked_into = e.features.looked_into;
	e.rule = -e.features.value[FEATURE_LENGTH];
	memcpy(e.host, host->addr, 16);
	memcpy(e.server, c->server, 16);
	g_array_append_val(s->set->examples, e);
}

static struct source begin_run(struct learn_set *set, const struct channels *channels, const char *name,
			       int64_t first_ns, int64_t last_ns)
{
	struct learn_run run = {.name = g_path_get_basename(name)};
	g_array_append_val(set->runs, run);
	return (struct source){set,      channels, beacons_new(channels, first_ns, last_ns), set->runs->len - 1,
			       NO_GROUP, false};
}

static void end_run(struct source *s)
{
	beacons_free(s->beacons);
}

void learn_set_add_capture(struct learn_set *set, const struct channels *channels, const struct learn_labels *labels,
			   const char *capture, bool is_measured, int64_t first_ns, int64_t last_ns)
{
	struct source s = begin_run(set, channels, capture, first_ns, last_ns);
	const char *name = g_array_index(set->runs, struct learn_run, s.run).name;
	s.group = learn_labels_group(labels, name);
	s.is_measured = is_measured;
	for (guint i = 0; i < channels_size(channels); i++) {
		const struct channel *c = channels_get(channels, i);
		if (!is_eligible(c))
			continue;
		struct learn_label *label = learn_labels_find(labels, name, channels_host(channels, c->host)->addr,
							      c->server, c->port);
		if (label == NULL)
			continue;
		label->found = true;
		add_example(&s, c, label);
	}
	set->groups = MAX(set->groups, learn_labels_groups(labels));
	end_run(&s);
}

/* Between the first and the last session or attempt of each inside host with services. */
static double host_days(const struct channels *channels)
{
	double days = 0;
	for (guint h = 0; h < channels_hosts(channels); h++) {
		int64_t first = INT64_MAX, last = INT64_MIN;
		for (guint i = 0; i < channels_host(channels, h)->channels; i++) {
			const struct channel *c = channels_get(channels, channels_of_host(channels, h, i));
			first = MIN(first, c->first_ns);
			last = MAX(last, c->last_ns);
		}
		if (channels_host(channels, h)->services > 0)
			days += (double)(last - first) / DAY_NS;
	}
	return days;
}

void learn_set_add_day(struct learn_set *set, const struct channels *channels, const char *name, int64_t first_ns,
		       int64_t last_ns)
{
	struct source s = begin_run(set, channels, name, first_ns, last_ns);
	struct learn_run *run = &g_array_index(set->runs, struct learn_run, s.run);
	run->is_day = true;
	run->host_days = host_days(channels);
	s.group = set->groups++;
	for (guint i = 0; i < channels_size(channels); i++)
		if (is_eligible(channels_get(channels, i)))
			add_example(&s, channels_get(channels, i), NULL);
	end_run(&s);
}
