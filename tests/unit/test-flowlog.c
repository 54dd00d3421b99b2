/* Lines of flow logs into records: each format, what is not told, what is wrong. */
#include <glib.h>
#include <string.h>

#include "flowlog/flowlog.h"
#include "flowlog/word.h"
#include "base/net.h"
#include "report/names.h"

/* A log in memory, and what came of it. */
struct reading {
	const char *text;
	gsize len, at, piece; /* bytes given at once */
	struct session_names names;
	struct flowlog_facts *facts;
	struct flowlog_counts counts;
	GArray *records;   /* struct flowlog_record */
	GPtrArray *faults; /* "line: reason" */
	char *format;      /* NULL: it is no log */
};

static gssize give(void *user, void *buffer, gsize n, GError **error)
{
	struct reading *r = user;
	gsize some = MIN(MIN(n, r->piece), r->len - r->at);
	(void)error;
	memcpy(buffer, r->text + r->at, some);
	r->at += some;
	return (gssize)some;
}

static void read_text(struct reading *r, const char *text, gsize len, gsize piece)
{
	struct flowlog_record record;
	g_autoptr(GError) error = NULL;
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
	*r = (struct reading){.text = text, .len = len, .piece = piece};
	session_names_init(&r->names);
	r->facts = flowlog_facts_new();
	r->records = g_array_new(FALSE, FALSE, sizeof record);
	r->faults = g_ptr_array_new_with_free_func(g_free);
	const struct flowlog_options options = {.zone = zone, .names = &r->names, .facts = r->facts};
	g_autoptr(flowlog_) log = flowlog_open(give, r, &options, &error);
	if (log == NULL) {
		g_assert_error(error, FLOWLOG_ERROR, FLOWLOG_ERROR_FORMAT);
		return;
	}
	r->format = g_strdup(flowlog_format_name(log));
	while (flowlog_next(log, &record))
		g_array_append_val(r->records, record);
	r->counts = flowlog_counts_of(log);
	for (guint i = 0; i < flowlog_faults(log)->len; i++) {
		const struct flowlog_fault *fault = &g_array_index(flowlog_faults(log), struct flowlog_fault, i);
		g_ptr_array_add(r->faults, g_strdup_printf("%d: %s", (int)fault->line, fault->reason));
	}
	uint64_t sum = r->counts.headers + r->counts.records + r->counts.facts + r->counts.faults;
	for (int skip = 0; skip < FLOWLOG_N_SKIPS; skip++)
		sum += r->counts.skipped[skip];
	g_assert_cmpuint(sum, ==, r->counts.lines);
	g_assert_cmpuint(r->counts.records, ==, r->records->len);
}

static void reading_clear(struct reading *r)
{
	session_names_clear(&r->names);
	flowlog_facts_free(r->facts);
	g_array_unref(r->records);
	g_ptr_array_unref(r->faults);
	g_free(r->format);
}

static const struct tanpa_session *session(const struct reading *r, guint i)
{
	g_assert_cmpuint(i, <, r->records->len);
	return &g_array_index(r->records, struct flowlog_record, i).session;
}

/* "10.0.0.5:1024 > 203.0.113.9:80" */
static void assert_ends(const struct tanpa_session *s, const char *expected)
{
	char orig[NET_TEXT], resp[NET_TEXT];
	g_autofree char *ends = g_strdup_printf("%s:%u > %s:%u", net_address_text(s->addr[0], orig), s->port[0],
						net_address_text(s->addr[1], resp), s->port[1]);
	g_assert_cmpstr(ends, ==, expected);
}

static void assert_bytes(const struct tanpa_session *s, uint64_t orig, uint64_t resp)
{
	g_assert_cmpuint(s->flow[0].payload_bytes, ==, orig);
	g_assert_cmpuint(s->flow[1].payload_bytes, ==, resp);
}

static unsigned part(enum tanpa_part id)
{
	return 1u << id;
}

/* ---- Zeek ---- */

static const char zeek[] =
	"#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n"
	"#fields\tid.resp_h\tid.resp_p\tts\tuid\tid.orig_h\tid.orig_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\t"
	"conn_state\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\n"
	"#types\taddr\tport\ttime\tstring\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tcount\tstring\tcount\t"
	"count\tcount\tcount\n"
	"203.0.113.9\t80\t1236907200.000001\tC1\t10.0.0.5\t1024\ttcp\thttp\t1.500000\t100\t2000\tSF\t0\tShADadFf\t8\t436\t7\t"
	"2292\n"
	"10.0.0.1\t53\t1236907201.5\tC2\t10.0.0.5\t1025\tudp\tdns\t-\t-\t-\tS0\t0\tD\t1\t60\t0\t0\n"
	"10.0.0.1\t3\t1236907202\tC3\t10.0.0.5\t3\ticmp\t-\t-\t-\t-\tOTH\t0\t-\t1\t84\t0\t0\n"
	"2001:db8::9\t443\t1236907203\tC4\tfd00::5\t1026\ttcp\tssl\t2.0\t4294967296\t50\tRSTR\t0\tShADadR\t4\t440\t4\t290\n"
	"#close\t2009-03-13-01-00-00\n";

static void test_zeek(void)
{
	struct reading r;
	for (gsize piece = 1; piece < sizeof zeek; piece = piece * 3 + 1) {
		read_text(&r, zeek, strlen(zeek), piece);
		g_assert_cmpstr(r.format, ==, "zeek");
		g_assert_cmpuint(r.counts.records, ==, 3);
		g_assert_cmpuint(r.counts.skipped[FLOWLOG_SKIP_PROTOCOL], ==, 1);
		g_assert_cmpuint(r.counts.headers, ==, 8);
		const struct tanpa_session *s = session(&r, 0);
		assert_ends(s, "10.0.0.5:1024 > 203.0.113.9:80");
		assert_bytes(s, 100, 2000);
		g_assert_cmpint(tanpa_session_start_ns(s), ==, INT64_C(1236907200000001000));
		g_assert_cmpint(tanpa_session_end_ns(s), ==, INT64_C(1236907201500001000));
		g_assert_cmpint(s->conn_state, ==, TANPA_SF);
		g_assert_cmpint(s->end, ==, TANPA_END_FIN);
		g_assert_cmpint(s->origin, ==, TANPA_ORIGIN_SYN);
		g_assert_cmpint(s->service, ==, TANPA_SERVICE_HTTP);
		g_assert_cmpstr(s->history, ==, "ShADadFf");
		g_assert_cmpuint(s->absent, ==, part(TANPA_PART_CONTENT));
		g_assert_cmpuint(s->estimated, ==, part(TANPA_PART_TIMES));
		/* a single packet: Zeek leaves its bytes unset */
		assert_bytes(session(&r, 1), 60 - 28, 0);
		g_assert_cmpuint(session(&r, 1)->estimated, ==, part(TANPA_PART_PAYLOAD));
		/* an odd reset makes sequence numbers go round: no more than its packets had room for */
		g_assert_false(session(&r, 2)->ipv4);
		assert_bytes(session(&r, 2), 440 - 4 * 60, 50);
		g_assert_cmpint(session(&r, 2)->end, ==, TANPA_END_RST);
		reading_clear(&r);
	}
}

static void test_zeek_json(void)
{
	static const char text[] =
		"{\"ts\":1236907200.000001,\"uid\":\"C1\",\"id.orig_h\":\"10.0.0.5\",\"id.orig_p\":1024,\"id.resp_h\":"
		"\"203.0.113.9\",\"id.resp_p\":80,\"proto\":\"tcp\",\"duration\":9.5e-06,\"orig_bytes\":7,\"resp_bytes\":9,"
		"\"conn_state\":\"S1\",\"history\":\"ShADd\",\"orig_pkts\":3,\"orig_ip_bytes\":127,\"resp_pkts\":2,"
		"\"resp_ip_bytes\":89,\"tunnel_parents\":[\"Cx\",{\"ts\":1}]}\n"
		"{\"ts\":\"2009-03-13T01:20:00Z\",\"id\":{\"orig_h\":\"10.0.0.5\",\"orig_p\":1024,\"resp_h\":\"203.0.113.9\","
		"\"resp_p\":80},\"proto\":\"tcp\",\"conn_state\":\"S0\",\"orig_pkts\":1,\"orig_ip_bytes\":60,\"resp_pkts\":0,"
		"\"resp_ip_bytes\":0,\"history\":\"\\u0053\"}\n";
	struct reading r;
	read_text(&r, text, strlen(text), 100);
	g_assert_cmpstr(r.format, ==, "zeek");
	g_assert_cmpuint(r.counts.records, ==, 2);
	assert_bytes(session(&r, 0), 7, 9);
	g_assert_cmpint(tanpa_session_end_ns(session(&r, 0)) - tanpa_session_start_ns(session(&r, 0)), ==, 9500);
	g_assert_cmpint(tanpa_session_start_ns(session(&r, 1)), ==, INT64_C(1236907200000000000));
	assert_bytes(session(&r, 1), 0, 0);
	g_assert_cmpstr(session(&r, 1)->history, ==, "S");
	reading_clear(&r);
}

static void test_labels(void)
{
	static const char text[] =
		"#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\ttunnel_parents   label   "
		"detailed-label\n"
		"1\t10.0.0.5\t1\t10.0.0.6\t2\tudp\tS0\t-   Malicious   C&C\n"
		"#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\tdetailedlabel\tlabel\n"
		"1\t10.0.0.5\t1\t10.0.0.6\t2\tudp\tS0\t(empty)\tBenign\n";
	struct reading r;
	read_text(&r, text, strlen(text), 4096);
	g_assert_cmpstr(session(&r, 0)->label, ==, "Malicious");
	g_assert_cmpstr(session(&r, 0)->detailed_label, ==, "C&C");
	g_assert_cmpstr(session(&r, 1)->label, ==, "Benign");
	g_assert_null(session(&r, 1)->detailed_label);
	g_assert_cmpuint(session(&r, 0)->absent & part(TANPA_PART_PACKETS), !=, 0);
	g_assert_cmpuint(session(&r, 0)->absent & part(TANPA_PART_PAYLOAD), !=, 0);
	reading_clear(&r);
}

/* ---- Argus ---- */

static void test_argus(void)
{
	static const char text[] =
		"StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label\n"
		"2018/09/27 22:40:52.362768,2.5,tcp,10.0.0.5,1024,   ->,203.0.113.9,80,FSPA_FSPA,0,0,10,4000,1000,flow=X\n"
		"2018/09/27 22:40:53.000000,0.5,tcp,203.0.113.9,80,   <-,10.0.0.5,1025,SA_S,0,0,2,120,60,\n"
		"2018/09/27 22:40:54.000000,0.5,udp,10.0.0.5,53,  <->,10.0.0.1,53,CON,0,0,2,208,72,\n"
		"2018/09/27 22:40:55.000000,0.5,icmp,10.0.0.5,0x0303,   ->,10.0.0.1,0x0d1c,URP,0,,1,70,70,\n"
		"2018/09/27 22:40:56.000000,0.5,arp,10.0.0.5,,  who,10.0.0.1,,CON,,,2,84,42,\n";
	struct reading r;
	read_text(&r, text, strlen(text), 64);
	g_assert_cmpstr(r.format, ==, "argus");
	g_assert_cmpuint(r.counts.records, ==, 3);
	g_assert_cmpuint(r.counts.skipped[FLOWLOG_SKIP_PROTOCOL], ==, 2);
	const struct tanpa_session *s = session(&r, 0);
	g_assert_cmpuint(s->flow[0].packets, ==, 5);
	g_assert_cmpuint(s->flow[1].packets, ==, 5);
	g_assert_cmpuint(s->flow[1].ip_bytes, ==, 3000 - 5 * 14);
	assert_bytes(s, 1000 - 5 * 66, 3000 - 5 * 66);
	g_assert_cmpint(s->conn_state, ==, TANPA_SF);
	g_assert_cmpstr(s->label, ==, "flow=X");
	assert_ends(session(&r, 1), "10.0.0.5:1025 > 203.0.113.9:80");
	g_assert_cmpint(session(&r, 1)->conn_state, ==, TANPA_S1);
	assert_bytes(session(&r, 1), 0, 0); /* nobody pushed */
	assert_bytes(session(&r, 2), 72 - 42, 136 - 42);
	g_assert_cmpint(session(&r, 2)->conn_state, ==, TANPA_SF);
	reading_clear(&r);
}

static void test_argus_without_sides(void)
{
	static const char text[] =
		"StartTime\tDur\tProto\tSrcAddr\tSport\tDir\tDstAddr\tDport\tState\tTotPkts\tTotBytes\n"
		"2018/09/27 22:40:52\t2.5\ttcp\t10.0.0.5\t1024\t   ->\t203.0.113.9\t80\tPA_PA\t10\t4000\n";
	struct reading r;
	read_text(&r, text, strlen(text), 64);
	const struct tanpa_session *s = session(&r, 0);
	g_assert_cmpuint(s->absent & part(TANPA_PART_SIDES), !=, 0);
	g_assert_cmpuint(tanpa_session_packets(s), ==, 10);
	g_assert_cmpuint(tanpa_session_payload(s), ==, 4000 - 10 * 66);
	reading_clear(&r);
}

/* ---- Suricata ---- */

static void test_eve(void)
{
	static const char text[] =
		"{\"timestamp\":\"2021-06-06T15:57:37.272281+0200\",\"flow_id\":9,\"event_type\":\"http\",\"src_ip\":\"10.0.0.5\","
		"\"http\":{\"hostname\":\"a.example\",\"http_method\":\"POST\",\"status\":403}}\n"
		"{\"timestamp\":\"2021-06-06T15:57:37.272281+0200\",\"event_type\":\"stats\",\"stats\":{\"uptime\":8}}\n"
		"{\"timestamp\":\"2021-06-06T15:57:38.272281+0200\",\"flow_id\":9,\"event_type\":\"flow\",\"src_ip\":\"10.0.0.5\","
		"\"src_port\":1024,\"dest_ip\":\"203.0.113.9\",\"dest_port\":80,\"proto\":\"TCP\",\"app_proto\":\"http\",\"flow\":"
		"{\"pkts_toserver\":5,\"pkts_toclient\":4,\"bytes_toserver\":700,\"bytes_toclient\":900,\"start\":"
		"\"2021-06-06T15:57:37.000000+0200\",\"end\":\"2021-06-06T15:57:38.000000+0200\",\"state\":\"closed\"},\"tcp\":"
		"{\"tcp_flags\":\"1f\",\"tcp_flags_ts\":\"1b\",\"tcp_flags_tc\":\"1e\"}}\n";
	struct reading r;
	read_text(&r, text, strlen(text), 1000);
	g_assert_cmpstr(r.format, ==, "eve");
	g_assert_cmpuint(r.counts.records, ==, 1);
	g_assert_cmpuint(r.counts.facts, ==, 1);
	g_assert_cmpuint(r.counts.skipped[FLOWLOG_SKIP_EVENT], ==, 1);
	const struct tanpa_session *s = session(&r, 0);
	g_assert_cmpstr(s->name, ==, "a.example");
	g_assert_cmpint(s->http_method, ==, TANPA_HTTP_POST);
	g_assert_cmpint(s->http_status, ==, 403);
	assert_bytes(s, 700 - 5 * 66, 900 - 4 * 66);
	g_assert_cmpint(s->conn_state, ==, TANPA_RSTR);
	g_assert_cmpint(tanpa_session_start_ns(s), ==, INT64_C(1622987857) * 1000000000);
	reading_clear(&r);
}

/* ---- nfdump ---- */

static void test_nfdump(void)
{
	static const char text[] =
		"ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt,in,out\n"
		"2018-01-12 15:37:30,2018-01-12 15:37:31,1.250,10.0.0.5,203.0.113.9,1024,80,TCP,...AP.SF,0,0,5,700,0,0,1,2\n"
		"2018-01-12 15:37:30,2018-01-12 15:37:31,1.000,10.0.0.5,203.0.113.9,8,0,ICMP,........,0,0,1,84,0,0,1,2\n"
		"Summary\nflows,bytes,packets\n2,784,6\n";
	struct reading r;
	read_text(&r, text, strlen(text), 64);
	g_assert_cmpstr(r.format, ==, "nfdump");
	g_assert_cmpuint(r.counts.records, ==, 1);
	g_assert_cmpuint(r.counts.skipped[FLOWLOG_SKIP_PROTOCOL], ==, 1);
	g_assert_cmpuint(r.counts.headers, ==, 4);
	g_assert_true(g_array_index(r.records, struct flowlog_record, 0).one_way);
	assert_bytes(session(&r, 0), 700 - 5 * 52, 0);
	reading_clear(&r);
}

/* ---- what is wrong ---- */

static void test_faults(void)
{
	static const char header[] =
		"#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\torig_pkts\n";
	static const struct {
		const char *line, *fault; /* NULL: none */
	} cases[] = {
		{"1\t10.0.0.5\t1\t10.0.0.6\t2\tudp\tS0\t1\n", NULL},
		{"1\t10.0.0.5\t1\t10.0.0.6\t2\tudp\tS0\tx\n", "2: orig_pkts: 'x' is not a whole number"},
		{"1\t10.0.0.5\t1\t10.0.0.6\t2\tudp\tS0\t99999999999999999999\n",
		 "2: orig_pkts: '99999999999999999999' is not a whole number"},
		{"x\t10.0.0.5\t1\t10.0.0.6\t2\tudp\tS0\t1\n", "2: ts: 'x' is not a time"},
		{"1\t10.0.0\t1\t10.0.0.6\t2\tudp\tS0\t1\n", "2: id.orig_h: '10.0.0' is not an address"},
		{"1\t10.0.0.5\t70000\t10.0.0.6\t2\tudp\tS0\t1\n", "2: id.orig_p: '70000' is not a port"},
		{"-\t10.0.0.5\t1\t10.0.0.6\t2\tudp\tS0\t1\n", "2: no start time"},
		{"1\t10.0.0.5\t1\t10.0.0.6\t2\t-\tS0\t1\n", "2: no protocol"},
		{"1\t10.0.0.5\t1\t10.0.0.6\t2\tudp\tS0\n", "2: fewer columns than the header"},
		{"1\t10.0.0.5\t1\t10.0.0.6\t2\tudp\tS0", "2: the line is cut"},
		{"1\t10.0.0.5\t1\t10.0.0.6\t2\tudp\tS0\t1\t1\n", "2: more columns than the header"},
		{"1\t10.0.0.5\t1\t10.0.0.6\t2\ticmp\tS0\tx\n", NULL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *text = g_strconcat(header, cases[i].line, NULL);
		struct reading r;
		read_text(&r, text, strlen(text), 4096);
		g_assert_cmpuint(r.faults->len, ==, cases[i].fault != NULL);
		if (cases[i].fault)
			g_assert_cmpstr(g_ptr_array_index(r.faults, 0), ==, cases[i].fault);
		reading_clear(&r);
	}
}

/* A field of 3 MB and bytes of another encoding: the lines around them are read. */
static void test_odd_lines(void)
{
	g_autoptr(GString)
		text = g_string_new("#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tconn_state\n");
	static const char good[] = "1\t10.0.0.5\t1\t10.0.0.6\t2\tudp\tS0\n";
	static const char wide[] = "1\0\t\0001\0000\0\n";
	struct reading r;
	g_string_append(text, good);
	for (gsize i = 0; i < 3 << 20; i++)
		g_string_append_c(text, 'x');
	g_string_append_c(text, '\n');
	g_string_append(text, good);
	g_string_append_len(text, wide, sizeof wide - 1);
	g_string_append(text, "1\t10.0.0.5\t1\t10.0.0.6\t2\tudp\t\xe9t\xe9\r\n");
	read_text(&r, text->str, text->len, 100000);
	g_assert_cmpuint(r.counts.records, ==, 3);
	g_assert_cmpuint(r.faults->len, ==, 2);
	g_assert_cmpstr(g_ptr_array_index(r.faults, 0), ==, "3: longer than 1048576 bytes");
	g_assert_true(g_str_has_prefix(g_ptr_array_index(r.faults, 1), "5: "));
	reading_clear(&r);
}

static void test_no_logs(void)
{
	static const char *const texts[] = {
		"",
		"hello\n",
		"a,b,c\n1,2,3\n",
		"{\"a\":1}\n",
		"{\"event_type\":",
		"[1]\n",
		"#separator \\x09\n#path\tconn\n",
		"#fields\tts\tuid\n",
		"\xff\xfe#\0",
		"{\"id\":{\"id\":{\"id\":{\"id\":{\"id\":{\"id\":{\"id\":{\"id\":{}",
	};
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct reading r;
		read_text(&r, texts[i], strlen(texts[i]), 4096);
		g_assert_null(r.format);
		reading_clear(&r);
	}
}

/* ---- words and numbers ---- */

static struct flowlog_text text_of(const char *string)
{
	return (struct flowlog_text){string, strlen(string)};
}

/* What reports call a thing is what the reader takes for it. */
static void test_words(void)
{
	static const struct {
		enum flowlog_dictionary dictionary;
		uint8_t n;
		const char *(*name)(uint8_t);
	} all[] = {
		{FLOWLOG_CONN_STATES, TANPA_N_CONN_STATES, report_conn_state_name},
		{FLOWLOG_ORIGINS, TANPA_N_ORIGINS, report_origin_name},
		{FLOWLOG_ENDS, TANPA_N_ENDS, report_end_name},
		{FLOWLOG_SERVICES, TANPA_N_SERVICES, report_service_name},
		{FLOWLOG_METHODS, TANPA_HTTP_OTHER, report_method_name},
		{FLOWLOG_CONTENTS, TANPA_N_CONTENTS, report_content_name},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(all); i++)
		for (uint8_t k = 0; k < all[i].n; k++)
			if (all[i].name(k))
				g_assert_cmpuint(flowlog_word(all[i].dictionary, text_of(all[i].name(k)), 99), ==, k);
	for (uint8_t k = 0; k < TANPA_N_PARTS; k++)
		g_assert_cmpuint(flowlog_word(FLOWLOG_PARTS, text_of(report_part_name(k)), 0), ==, 1u << k);
	g_assert_cmpuint(flowlog_word(FLOWLOG_PARTS, text_of("packets+x+content"), 0), ==,
			 part(TANPA_PART_PACKETS) | part(TANPA_PART_CONTENT));
	g_assert_cmpuint(flowlog_word(FLOWLOG_SERVICES, text_of("gssapi,smb"), 0), ==, TANPA_SERVICE_SMB);
	g_assert_cmpuint(flowlog_word(FLOWLOG_CONN_STATES, text_of("SFX"), 99), ==, 99);
}

static void test_numbers(void)
{
	static const struct {
		const char *text;
		bool good;
		int64_t ns;
	} times[] = {
		{"0", true, 0},
		{"1.5", true, 1500000000},
		{"-1.5", true, -1500000000},
		{"9.0599e-06", true, 9060},
		{"1.0000000019", true, 1000000001},
		{"2009-03-13T01:20:00.5Z", true, INT64_C(1236907200500000000)},
		{"2009/03/13 01:20:00", true, INT64_C(1236907200000000000)},
		{"2009-03-13T10:20:00+09:00", true, INT64_C(1236907200000000000)},
		{"2009-03-12T21:50:00.000000-0330", true, INT64_C(1236907200000000000)},
		{"2000-02-29T00:00:00Z", true, INT64_C(951782400000000000)},
		{"1969-12-31T23:59:59Z", true, -1000000000},
		{"", false, 0},
		{"-", false, 0},
		{".", false, 0},
		{"1.2.3", false, 0},
		{"nan", false, 0},
		{"inf", false, 0},
		{"99999999999", false, 0},
		{"2009-13-13T01:20:00Z", false, 0},
		{"2009-03-13T01:20", false, 0},
		{"2009-03-13T01:20:00+9", false, 0},
		{"2009-03-13x01:20:00Z", false, 0},
	};
	g_autoptr(GTimeZone) zone = g_time_zone_new_utc(), tokyo = g_time_zone_new_identifier("Asia/Tokyo");
	int64_t ns;
	for (gsize i = 0; i < G_N_ELEMENTS(times); i++) {
		g_test_message("%s", times[i].text);
		g_assert_cmpint(flowlog_parse_time(text_of(times[i].text), zone, &ns), ==, times[i].good);
		if (times[i].good)
			g_assert_cmpint(ns, ==, times[i].ns);
	}
	g_assert_true(flowlog_parse_time(text_of("2009/03/13 10:20:00"), tokyo, &ns));
	g_assert_cmpint(ns, ==, INT64_C(1236907200000000000));
	uint64_t n;
	g_assert_true(flowlog_parse_count(text_of("18446744073709551615"), &n) && n == UINT64_MAX);
	g_assert_false(flowlog_parse_count(text_of("18446744073709551616"), &n));
	g_assert_true(flowlog_parse_port(text_of("0x0303"), &n) && n == 0x303);
	g_assert_false(flowlog_parse_port(text_of("0x"), &n));
	uint8_t addr[16];
	static const char *const bad[] = {"1.2.3",    "1.2.3.4.5", "1.2.3.256", "01.2.3.4",
					  "1.2.3.4 ", "",          ":",         "::1%eth0"};
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_false(flowlog_parse_address(text_of(bad[i]), addr));
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/flowlog/zeek", test_zeek);
	g_test_add_func("/flowlog/zeek-json", test_zeek_json);
	g_test_add_func("/flowlog/labels", test_labels);
	g_test_add_func("/flowlog/argus", test_argus);
	g_test_add_func("/flowlog/argus-without-sides", test_argus_without_sides);
	g_test_add_func("/flowlog/eve", test_eve);
	g_test_add_func("/flowlog/nfdump", test_nfdump);
	g_test_add_func("/flowlog/faults", test_faults);
	g_test_add_func("/flowlog/odd-lines", test_odd_lines);
	g_test_add_func("/flowlog/no-logs", test_no_logs);
	g_test_add_func("/flowlog/words", test_words);
	g_test_add_func("/flowlog/numbers", test_numbers);
	return g_test_run();
}
