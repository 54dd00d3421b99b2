#include "inspect/inspect.h"

#include <ndpi_api.h>
#include <string.h>

#include "base/slab.h"
#include "inspect/datagram.h"

/* What libndpi keeps of a session that is not decided yet, in a list of all of them. */
struct undecided {
	struct ndpi_flow_struct flow;
	ndpi_protocol protocol;
	uint8_t packets;
	uint32_t *state;       /* the table's, of the session */
	uint32_t older, newer; /* states of the neighbours; 0: none */
};

/* What sessions are found to be. There are far fewer of these than sessions. */
struct result {
	const char *protocol;
	uint32_t risks;
};

enum { RESULTS_MAX = 1 << 16, NO_RESULT = 0 };

/* The state of a session in the table: number of a result + 1, or of an undecided one with this bit. */
#define UNDECIDED (UINT32_C(1) << 31)

struct inspect {
	struct session_inspector base; /* first: one is the other */
	struct ndpi_detection_module_struct *module;
	struct slab undecided;
	uint32_t n_undecided, oldest, newest;
	GArray *results;      /* struct result; [NO_RESULT]: nothing */
	GHashTable *by_value; /* result_key() to the number of a result */
	GStringChunk *names;
	struct inspect_counts counts;
	struct datagram datagram; /* scratch */
};

static const struct {
	ndpi_risk_enum theirs;
	enum tanpa_risk ours;
} risk_map[] = {
	{NDPI_BINARY_APPLICATION_TRANSFER, TANPA_RISK_BINARY_TRANSFER},
	{NDPI_KNOWN_PROTOCOL_ON_NON_STANDARD_PORT, TANPA_RISK_KNOWN_PROTOCOL_ON_OTHER_PORT},
	{NDPI_TLS_SELFSIGNED_CERTIFICATE, TANPA_RISK_SELFSIGNED},
	{NDPI_TLS_CERTIFICATE_EXPIRED, TANPA_RISK_CERTIFICATE_EXPIRED},
	{NDPI_TLS_CERTIFICATE_MISMATCH, TANPA_RISK_CERTIFICATE_MISMATCH},
	{NDPI_TLS_CERT_VALIDITY_TOO_LONG, TANPA_RISK_CERTIFICATE_VALID_LONG},
	{NDPI_TLS_OBSOLETE_VERSION, TANPA_RISK_OBSOLETE_TLS},
	{NDPI_TLS_WEAK_CIPHER, TANPA_RISK_WEAK_CIPHER},
	{NDPI_TLS_NOT_CARRYING_HTTPS, TANPA_RISK_NOT_HTTPS},
	{NDPI_TLS_MISSING_SNI, TANPA_RISK_MISSING_SNI},
	{NDPI_HTTP_SUSPICIOUS_USER_AGENT, TANPA_RISK_SUSPICIOUS_AGENT},
	{NDPI_HTTP_NUMERIC_IP_HOST, TANPA_RISK_NUMERIC_HOST},
	{NDPI_HTTP_SUSPICIOUS_URL, TANPA_RISK_SUSPICIOUS_URL},
	{NDPI_HTTP_SUSPICIOUS_HEADER, TANPA_RISK_SUSPICIOUS_HEADER},
	{NDPI_HTTP_SUSPICIOUS_CONTENT, TANPA_RISK_SUSPICIOUS_CONTENT},
	{NDPI_SUSPICIOUS_DGA_DOMAIN, TANPA_RISK_DGA_DOMAIN},
	{NDPI_MALICIOUS_JA3, TANPA_RISK_MALICIOUS_JA3},
	{NDPI_CLEAR_TEXT_CREDENTIALS, TANPA_RISK_CLEAR_TEXT_CREDENTIALS},
};
G_STATIC_ASSERT(G_N_ELEMENTS(risk_map) == TANPA_N_RISKS);

static uint32_t our_risks(ndpi_risk theirs)
{
	uint32_t risks = 0;
	for (gsize i = 0; i < G_N_ELEMENTS(risk_map); i++)
		if (theirs >> risk_map[i].theirs & 1)
			risks |= 1u << risk_map[i].ours;
	return risks;
}

static struct undecided *undecided_at(const struct inspect *in, uint32_t state)
{
	return slab_at(&in->undecided, state & ~UNDECIDED, sizeof(struct undecided));
}

/* ---- what came of it ---- */

static uint64_t result_key(ndpi_protocol protocol, uint32_t risks)
{
	return (uint64_t)protocol.master_protocol << 48 | (uint64_t)protocol.app_protocol << 32 | risks;
}

static guint result_number(struct inspect *in, ndpi_protocol protocol, uint32_t risks)
{
	char name[64];
	uint64_t key = result_key(protocol, risks);
	gpointer number = g_hash_table_lookup(in->by_value, &key);
	if (number)
		return GPOINTER_TO_UINT(number);
	if (in->results->len == RESULTS_MAX) {
		in->counts.unnamed++;
		return NO_RESULT;
	}
	ndpi_protocol2name(in->module, protocol, name, sizeof name);
	struct result result = {g_string_chunk_insert_const(in->names, name), risks};
	g_array_append_val(in->results, result);
	g_hash_table_insert(in->by_value, g_memdup2(&key, sizeof key), GUINT_TO_POINTER(in->results->len - 1));
	return in->results->len - 1;
}

static void unlink_undecided(struct inspect *in, const struct undecided *u)
{
	*(u->older ? &undecided_at(in, u->older)->newer : &in->oldest) = u->newer;
	*(u->newer ? &undecided_at(in, u->newer)->older : &in->newest) = u->older;
	in->n_undecided--;
}

/* No more packets: a guess by the port alone is not asked for, the port is there for everybody to see. */
static void decide(struct inspect *in, uint32_t *state)
{
	struct undecided *u = undecided_at(in, *state);
	u_int8_t guessed;
	if (u->protocol.app_protocol == NDPI_PROTOCOL_UNKNOWN)
		u->protocol = ndpi_detection_giveup(in->module, &u->flow, 0, &guessed);
	uint32_t number = result_number(in, u->protocol, our_risks(u->flow.risk));
	ndpi_free_flow_data(&u->flow);
	unlink_undecided(in, u);
	slab_return(&in->undecided, *state & ~UNDECIDED, sizeof(struct undecided));
	*state = number + 1;
}

/* ---- the inspector ---- */

static void begin(struct inspect *in, uint32_t *state)
{
	if (in->n_undecided == INSPECT_SESSIONS) {
		decide(in, undecided_at(in, in->oldest)->state);
		in->counts.early++;
	}
	*state = slab_new(&in->undecided) | UNDECIDED;
	struct undecided *u = undecided_at(in, *state);
	u->state = state;
	u->older = in->newest;
	*(in->newest ? &undecided_at(in, in->newest)->newer : &in->oldest) = *state;
	in->newest = *state;
	in->n_undecided++;
}

static bool look(struct session_inspector *self, const struct packet *packet, uint32_t *state)
{
	struct inspect *in = (struct inspect *)self;
	if (*state == 0)
		begin(in, state);
	if (!(*state & UNDECIDED))
		return false;
	struct undecided *u = undecided_at(in, *state);
	datagram_make(packet, &in->datagram);
	u->protocol = ndpi_detection_process_packet(in->module, &u->flow, in->datagram.bytes, in->datagram.len,
						    (uint64_t)MAX(packet->ts_ns, 0) / 1000000);
	bool decided = u->protocol.app_protocol != NDPI_PROTOCOL_UNKNOWN &&
		       !ndpi_extra_dissection_possible(in->module, &u->flow);
	if (++u->packets < INSPECT_PACKETS && !decided)
		return true;
	decide(in, state);
	return false;
}

static void end(struct session_inspector *self, uint32_t *state)
{
	if (*state & UNDECIDED)
		decide((struct inspect *)self, state);
}

static void tell(const struct session_inspector *self, uint32_t state, struct tanpa_session *out)
{
	const struct inspect *in = (const struct inspect *)self;
	if (state & UNDECIDED)
		return;
	const struct result *result = &g_array_index(in->results, struct result, state - 1);
	out->app_protocol = result->protocol;
	out->risks = result->risks;
}

static struct ndpi_detection_module_struct *new_module(void)
{
	NDPI_PROTOCOL_BITMASK all;
	if (ndpi_get_api_version() != NDPI_API_VERSION ||
	    ndpi_detection_get_sizeof_ndpi_flow_struct() != sizeof(struct ndpi_flow_struct))
		return NULL;
	struct ndpi_detection_module_struct *module = ndpi_init_detection_module(ndpi_no_prefs);
	if (module == NULL)
		return NULL;
	NDPI_BITMASK_SET_ALL(all);
	ndpi_set_protocol_detection_bitmask2(module, &all);
	ndpi_finalize_initialization(module);
	return module;
}

struct session_inspector *inspect_new(GError **error)
{
	struct ndpi_detection_module_struct *module = new_module();
	if (module == NULL) {
		g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
			    "--ndpi: libndpi %s is not the one that this tanpa was built with", ndpi_revision());
		return NULL;
	}
	struct inspect *in = g_new0(struct inspect, 1);
	struct result nothing = {0};
	in->base = (struct session_inspector){look, end, tell};
	in->module = module;
	slab_init(&in->undecided, sizeof(struct undecided));
	in->results = g_array_new(FALSE, FALSE, sizeof(struct result));
	g_array_append_val(in->results, nothing);
	in->by_value = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);
	in->names = g_string_chunk_new(1024);
	return &in->base;
}

void inspect_free(struct session_inspector *inspector)
{
	struct inspect *in = (struct inspect *)inspector;
	if (in == NULL)
		return;
	slab_clear(&in->undecided);
	ndpi_exit_detection_module(in->module);
	g_array_unref(in->results);
	g_hash_table_destroy(in->by_value);
	g_string_chunk_free(in->names);
	g_free(in);
}

struct inspect_counts inspect_counts_of(const struct session_inspector *inspector)
{
	return ((const struct inspect *)inspector)->counts;
}
