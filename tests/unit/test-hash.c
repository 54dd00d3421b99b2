/* packet_hash() and packet_host_hash(): the same both ways, different for all else, spread, keyed. */
#include <glib.h>
#include <string.h>

#include "packet/packet.h"

static const struct packet_seed seed = {{1, 0x9e3779b97f4a7c15, 3, 0xd1b54a32d192ed03}};

static struct packet ipv4(uint32_t src, uint32_t dst, uint16_t sport, uint16_t dport)
{
	return (struct packet){.addr = {.ipv4 = {src, dst}}, .port = {sport, dport}, .proto = 6};
}

static void test_symmetric(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	for (int i = 0; i < 10000 && !g_test_failed(); i++) {
		uint32_t a = g_rand_int(rand), b = g_rand_int(rand);
		uint16_t p = (uint16_t)g_rand_int(rand), q = (uint16_t)(p + g_rand_int_range(rand, 1, 65536));
		struct packet forth = ipv4(a, b, p, q), back = ipv4(b, a, q, p), crossed = ipv4(a, b, q, p);
		g_assert_cmphex(packet_hash(&forth, &seed), ==, packet_hash(&back, &seed));
		g_assert_cmphex(packet_host_hash(&forth, &seed), ==, packet_host_hash(&back, &seed));
		g_assert_cmphex(packet_host_hash(&forth, &seed), ==,
				packet_host_hash(&crossed, &seed)); /* no ports in it */
		g_assert_cmphex(packet_hash(&forth, &seed), !=, packet_hash(&crossed, &seed));
		back.proto = 17;
		back.kind = PACKET_KIND_UDP;
		g_assert_cmphex(packet_hash(&forth, &seed), !=, packet_hash(&back, &seed));
	}
}

static void test_symmetric_ipv6(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(2);
	for (int i = 0; i < 10000 && !g_test_failed(); i++) {
		uint8_t there[32], back[32];
		for (int k = 0; k < 32; k++)
			there[k] = (uint8_t)g_rand_int(rand);
		memcpy(back, there + 16, 16);
		memcpy(back + 16, there, 16);
		struct packet p = {.addr = {.ipv6 = there},
				   .port = {1, 2},
				   .proto = 17,
				   .kind = PACKET_KIND_UDP | PACKET_KIND_IPV6};
		struct packet q = {.addr = {.ipv6 = back},
				   .port = {2, 1},
				   .proto = 17,
				   .kind = PACKET_KIND_UDP | PACKET_KIND_IPV6};
		g_assert_cmphex(packet_hash(&p, &seed), ==, packet_hash(&q, &seed));
		g_assert_cmphex(packet_host_hash(&p, &seed), ==, packet_host_hash(&q, &seed));
		q.port[0] = 3;
		g_assert_cmphex(packet_hash(&p, &seed), !=, packet_hash(&q, &seed));
		back[31] ^= 1;
		g_assert_cmphex(packet_host_hash(&p, &seed), !=, packet_host_hash(&q, &seed));
	}
}

static void test_keyed(void)
{
	struct packet p = ipv4(0x0a000001, 0x0a000002, 1024, 80);
	for (int k = 0; k < 2; k++) {
		struct packet_seed other = seed;
		other.key[k]++;
		g_assert_cmphex(packet_hash(&p, &seed), !=, packet_hash(&p, &other));
		g_assert_cmphex(packet_host_hash(&p, &seed), !=, packet_host_hash(&p, &other));
	}
	uint8_t addr[32] = {0x20, 1};
	struct packet six = {.addr = {.ipv6 = addr}, .kind = PACKET_KIND_IPV6, .proto = 6};
	for (int k = 2; k < 4; k++) {
		struct packet_seed other = seed;
		other.key[k]++;
		g_assert_cmphex(packet_hash(&six, &seed), !=, packet_hash(&six, &other));
	}
}

/* A scan: neighbouring addresses and ports fall into all places about equally often. */
static void test_spread(void)
{
	enum { N = 1 << 16, PLACES = 1 << 8 };
	static guint by_low[PLACES], by_high[PLACES], by_host[PLACES];
	for (uint32_t i = 0; i < N; i++) {
		struct packet scan = ipv4(0x0a000001, 0xc0a80000 + i, 40000, 445),
			      ports = ipv4(0x0a000001, 0xc0a80001, (uint16_t)i, 445);
		by_low[packet_hash(&scan, &seed) % PLACES]++;
		by_high[packet_hash(&ports, &seed) >> 24]++;
		by_host[packet_host_hash(&scan, &seed) % PLACES]++;
	}
	for (int i = 0; i < PLACES && !g_test_failed(); i++) { /* 256 expected, 16 the standard deviation */
		g_assert_cmpuint(by_low[i], >, 256 - 6 * 16);
		g_assert_cmpuint(by_low[i], <, 256 + 6 * 16);
		g_assert_cmpuint(by_high[i], >, 256 - 6 * 16);
		g_assert_cmpuint(by_high[i], <, 256 + 6 * 16);
		g_assert_cmpuint(by_host[i], >, 256 - 6 * 16);
		g_assert_cmpuint(by_host[i], <, 256 + 6 * 16);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/hash/symmetric", test_symmetric);
	g_test_add_func("/hash/symmetric-ipv6", test_symmetric_ipv6);
	g_test_add_func("/hash/keyed", test_keyed);
	g_test_add_func("/hash/spread", test_spread);
	return g_test_run();
}
