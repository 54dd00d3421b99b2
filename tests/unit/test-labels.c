/* Labelled services: tables, classes, groups. */
#include <glib.h>
#include <glib/gstdio.h>

#include "base/net.h"
#include "learn/labels.h"
#include "truths.h"

#define HEADER "capture,client,server,server_port,label,confidence,family,evidence\n"
#define ENDS   "10.0.0.5,203.0.113.9,80,"

/* Reads texts, NULL-terminated, as tables. */
static struct learn_labels *read_tables(const char *const *texts, GError **error)
{
	g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
	for (; *texts; texts++)
		g_ptr_array_add(paths, truths_write(*texts, strlen(*texts)));
	g_ptr_array_add(paths, NULL);
	struct learn_labels *labels = learn_labels_read((const char *const *)paths->pdata, error);
	for (guint i = 0; i + 1 < paths->len; i++)
		g_unlink(g_ptr_array_index(paths, i));
	return labels;
}

static struct learn_labels *read_one(const char *text)
{
	g_autoptr(GError) error = NULL;
	struct learn_labels *labels = read_tables((const char *const[]){text, NULL}, &error);
	g_assert_no_error(error);
	return labels;
}

static struct learn_label *find(const struct learn_labels *labels, const char *capture, const char *client,
				const char *server, uint16_t port)
{
	uint8_t a[16], b[16];
	g_assert_true(net_address_parse(client, a) && net_address_parse(server, b));
	return learn_labels_find(labels, capture, a, b, port);
}

static void test_lines(void)
{
	g_autoptr(learn_labels_) labels = read_one(
		HEADER ENDS "c2,high,Emotet,\"POST, \"\"again\"\"\"\n" /* no capture: the next column is taken */
			    "a.pcap," ENDS "c2,high,Emotet,\"POST, \"\"again\"\"\"\n"
			    "a.pcap,fd00::5,2001:DB8::9,65535,benign\n");
	g_assert_cmpuint(learn_labels_size(labels), ==, 2);
	g_assert_cmpuint(learn_labels_faults(labels), ==, 1);
	struct learn_label *one = find(labels, "a.pcap", "10.0.0.5", "203.0.113.9", 80);
	g_assert_cmpint(one->class, ==, LEARN_CONTROL);
	g_assert_cmpstr(one->label, ==, "c2");
	g_assert_cmpstr(one->confidence, ==, "high");
	g_assert_cmpstr(one->family, ==, "Emotet");
	g_assert_cmpstr(one->evidence, ==, "POST, \"again\"");
	const struct learn_label *two = find(labels, "a.pcap", "fd00::5", "2001:db8:0::9", 65535);
	g_assert_cmpint(two->class, ==, LEARN_BENIGN);
	g_assert_cmpstr(two->family, ==, ""); /* the line is short */
	g_assert_null(find(labels, "b.pcap", "10.0.0.5", "203.0.113.9", 80));
	g_assert_null(find(labels, "a.pcap", "10.0.0.6", "203.0.113.9", 80));
	g_assert_null(find(labels, "a.pcap", "10.0.0.5", "203.0.113.8", 80));
	g_assert_null(find(labels, "a.pcap", "10.0.0.5", "203.0.113.9", 81));
	g_assert_cmpuint(learn_labels_found(labels), ==, 0);
	one->found = true;
	g_assert_cmpuint(learn_labels_found(labels), ==, 1);
}

/* Columns by their names, in any order and case, separated by tabs, too; those that may be missing are "". */
static void test_columns(void)
{
	g_autoptr(learn_labels_) labels = read_one("\357\273\277note\tLabel\tSERVER_PORT\tserver\tclient\tcapture\r\n"
						   "x\tdownload\t80\t203.0.113.9\t10.0.0.5\ta.pcap\r\n");
	const struct learn_label *one = find(labels, "a.pcap", "10.0.0.5", "203.0.113.9", 80);
	g_assert_cmpint(one->class, ==, LEARN_DOWNLOAD);
	g_assert_cmpstr(one->confidence, ==, "");
	g_assert_cmpstr(one->evidence, ==, "");
}

static void test_classes(void)
{
	static const struct {
		const char *label;
		enum learn_class class;
	} cases[] = {{"c2", LEARN_CONTROL},
		     {"c2+exfil", LEARN_CONTROL},
		     {"exfil+c2", LEARN_CONTROL},
		     {"benign+c2+unknown", LEARN_CONTROL},
		     {"unknown+benign", LEARN_UNKNOWN},
		     {"download", LEARN_DOWNLOAD},
		     {"exfil+download", LEARN_DOWNLOAD},
		     {"exfil", LEARN_OTHER},
		     {"intrusion", LEARN_INTRUSION},
		     {"decoy+benign", LEARN_DECOY},
		     {"benign", LEARN_BENIGN},
		     {"benign+else", LEARN_BENIGN},
		     {"c2x", LEARN_UNKNOWN},
		     {"weather", LEARN_UNKNOWN},
		     {"", LEARN_UNKNOWN}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strconcat(HEADER "a.pcap," ENDS, cases[i].label, ",high,X,y\n", NULL);
		g_autoptr(learn_labels_) labels = read_one(text);
		if (find(labels, "a.pcap", "10.0.0.5", "203.0.113.9", 80)->class != cases[i].class)
			g_error("%s", cases[i].label);
	}
}

/* Of several lines about a service the one with the first class counts; of equals, the first line. */
static void test_precedence(void)
{
	static const struct {
		const char *lines[3], *evidence;
		guint faults;
	} cases[] = {{{"benign,,,one", "c2,,,two", "download,,,three"}, "two", 0},
		     {{"c2,,,one", "c2+exfil,,,two", "unknown,,,three"}, "one", 0},
		     {{"benign,,,one", "unknown,,,two", "benign,,,three"}, "two", 0}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GString) text = g_string_new(HEADER);
		for (gsize k = 0; k < 3; k++)
			g_string_append_printf(text, "a.pcap," ENDS "%s\n", cases[i].lines[k]);
		g_autoptr(learn_labels_) labels = read_one(text->str);
		g_assert_cmpuint(learn_labels_size(labels), ==, 1);
		g_assert_cmpstr(find(labels, "a.pcap", "10.0.0.5", "203.0.113.9", 80)->evidence, ==, cases[i].evidence);
	}
}

/* What cannot be taken is counted, and nothing else is lost. */
static void test_faults(void)
{
	g_autoptr(learn_labels_) labels = read_one(HEADER "a.pcap,10.0.0.5,203.0.113.9,65536,c2,high,X,\n"
							  "a.pcap,10.0.0.5,203.0.113.9,-1,c2,high,X,\n"
							  "a.pcap,10.0.0.5,203.0.113.9,,c2,high,X,\n"
							  "a.pcap,10.0.0.5,www.example.com,80,c2,high,X,\n"
							  "a.pcap,10.0.0.256,203.0.113.9,80,c2,high,X,\n"
							  "a.pcap,10.0.0.5,203.0.113.9,80\n"
							  "\n"
							  "a.pcap,10.0.0.5,203.0.113.9,81,c2,high,X,\n"
							  "a.pcap,10.0.0.5,203.0.113.9,82,c2,high,\"X,\n"
							  "a.pcap,10.0.0.5,203.0.113.9,83,c2,high,X,\n");
	g_assert_cmpuint(learn_labels_faults(labels), ==, 7);
	g_assert_cmpuint(learn_labels_size(labels), ==, 2);
	g_assert_nonnull(find(labels, "a.pcap", "10.0.0.5", "203.0.113.9", 81));
	g_assert_nonnull(find(labels, "a.pcap", "10.0.0.5", "203.0.113.9", 83));
}

/* ---- groups ---- */

/* Tables of rows "capture family", and the groups of captures a, b, …: those with the same letter are one. */
static void assert_groups(const char *const *rows, const char *wanted)
{
	for (int turned = 0; turned < 2; turned++) { /* in whatever order the lines come */
		g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);
		for (gsize i = 0; rows[i]; i++) {
			g_auto(GStrv) words = g_strsplit(rows[i], " ", 2);
			char *line = g_strdup_printf("%s," ENDS "c2,high,%s,\n", words[0], words[1]);
			g_ptr_array_insert(lines, turned ? 0 : -1, line);
		}
		g_autoptr(GString) first = g_string_new(HEADER), second = g_string_new(HEADER);
		for (guint i = 0; i < lines->len; i++)
			g_string_append(i % 2 ? first : second, g_ptr_array_index(lines, i));
		g_autoptr(learn_labels_)
			labels = read_tables((const char *const[]){first->str, second->str, NULL}, NULL);
		char group[30] = "";
		for (gsize i = 0; wanted[i]; i++) { /* numbered in order of the captures' names */
			const char capture[] = {(char)('a' + (int)i), '\0'};
			group[i] = (char)('A' + (int)learn_labels_group(labels, capture));
			g_assert_cmpuint(learn_labels_group(labels, capture), <, learn_labels_groups(labels));
		}
		g_assert_cmpstr(group, ==, wanted);
	}
}

static void test_groups(void)
{
	assert_groups((const char *const[]){"a Emotet", "b Emotet", "c Dridex", NULL}, "AAB");
	/* one after the other: a to d by three families, and back over a capture's second line */
	assert_groups((const char *const[]){"a W", "b W", "b X", "c X", "c Y", "d Y", "e Z", NULL}, "AAAAB");
	assert_groups((const char *const[]){"a W", "b X", "c Y", "d Z", "b W", "d Y", "a Z", NULL}, "AAAA");
	assert_groups((const char *const[]){"a Arkei/Oski", "b Oski / Vidar", "c Vidarium", NULL},
		      "AAB");                                                         /* two names */
	assert_groups((const char *const[]){"a W", "a W", "b W", "a W", NULL}, "AA"); /* a circle */
}

/* Families that are not told join nothing, and neither does a capture with the name of a family. */
static void test_no_groups(void)
{
	assert_groups((const char *const[]){"a -", "b -", "c unknown", "d unknown", "e ", "f ", NULL}, "ABCDEF");
	assert_groups((const char *const[]){"a b", "b X", "c a", "d d", NULL}, "ABCD");
	assert_groups((const char *const[]){"a x", "b X", "c x y", "d x", NULL}, "ABCA");
}

static void test_refused(void)
{
	static const struct {
		const char *text, *words;
	} cases[] = {{"capture,client,server,label\n", "no column 'server_port'"},
		     {"capture,client,server,server_port\n", "no column 'label'"},
		     {"file,client,server,server_port,label\n", "no column 'capture'"},
		     {"", "no header"}};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_assert_null(read_tables((const char *const[]){HEADER, cases[i].text, NULL}, &error));
		g_assert_nonnull(error);
		if (strstr(error->message, cases[i].words) == NULL)
			g_error("%s", error->message);
	}
	g_autoptr(GError) error = NULL;
	g_assert_null(learn_labels_read((const char *const[]){"/nonexistent", NULL}, &error));
	g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static void test_none(void)
{
	g_autoptr(learn_labels_) labels = read_one(HEADER);
	g_assert_cmpuint(learn_labels_size(labels), ==, 0);
	g_assert_cmpuint(learn_labels_groups(labels), ==, 0);
	g_assert_null(find(labels, "a.pcap", "10.0.0.5", "203.0.113.9", 80));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/labels/lines", test_lines);
	g_test_add_func("/labels/columns", test_columns);
	g_test_add_func("/labels/classes", test_classes);
	g_test_add_func("/labels/precedence", test_precedence);
	g_test_add_func("/labels/faults", test_faults);
	g_test_add_func("/labels/groups", test_groups);
	g_test_add_func("/labels/no-groups", test_no_groups);
	g_test_add_func("/labels/refused", test_refused);
	g_test_add_func("/labels/none", test_none);
	return g_test_run();
}
