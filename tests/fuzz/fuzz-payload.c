/*
 * What the first payload bytes tell. Six bytes: protocol (odd: UDP), which look, service known so far, and three that
 * choose the ports; the rest is the payload. The answer to each look decides whether there is another one.
 */
#include <string.h>

#include "fuzz.h"
#include "packet/payload.h"

static uint16_t port_of(uint8_t choice)
{
	static const uint16_t ports[] = {53, 69, 25, 80, 443, 6667, 587, 465, 5353, 40000};
	return ports[choice % (sizeof ports / sizeof ports[0])];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 6)
		return 0;
	uint8_t proto = data[0] & 1 ? TANPA_UDP : TANPA_TCP;
	unsigned look = data[1] % PAYLOAD_LOOKS;
	enum tanpa_service service = (enum tanpa_service)(data[2] % TANPA_N_SERVICES);
	uint16_t sport = port_of(data[3]), dport = port_of(data[4]);
	const uint8_t *payload = data + 6;
	struct payload_facts facts;
	size -= 6;
	memset(&facts, 0xff, sizeof facts);
	payload_look(payload, size, proto, sport, dport, look, service, &facts);
	CHECK(facts.service < TANPA_N_SERVICES);
	CHECK(facts.content < TANPA_N_CONTENTS);
	CHECK(facts.http_method < TANPA_N_HTTP_METHODS);
	CHECK(facts.http_status == 0 || (facts.http_status >= 100 && facts.http_status < 600));
	CHECK(facts.name_len <= PAYLOAD_NAME_MAX);
	if (facts.name_len) {
		const uint8_t *name = (const uint8_t *)facts.name;
		CHECK(name >= payload && facts.name_len <= size && (size_t)(name - payload) <= size - facts.name_len);
	}
	CHECK(!facts.more || look + 1 < PAYLOAD_LOOKS || look == 0);
	CHECK(payload_content(payload, size) < TANPA_N_CONTENTS);
	return 0;
}
