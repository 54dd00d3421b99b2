#include "base/hash.h"

uint64_t hash_secret[3] = {UINT64_C(0x9e3779b97f4a7c15), UINT64_C(0xd1b54a32d192ed03), UINT64_C(0xabc98388fb8fac03)};
