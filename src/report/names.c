#include "report/names.h"

#include <stddef.h>

const char *report_proto_name(uint8_t proto)
{
	return proto == TANPA_TCP ? "tcp" : "udp";
}

const char *report_origin_name(uint8_t origin)
{
	static const char *const names[TANPA_N_ORIGINS] = {"syn", "syn-ack", "first-packet", "tftp"};
	return names[origin];
}

const char *report_conn_state_name(uint8_t conn_state)
{
	static const char *const names[TANPA_N_CONN_STATES] = {"S0",   "S1",     "SF",    "REJ", "S2",  "S3", "RSTO",
							       "RSTR", "RSTOS0", "RSTRH", "SH",  "SHR", "OTH"};
	return names[conn_state];
}

const char *report_end_name(uint8_t end)
{
	static const char *const names[TANPA_N_ENDS] = {"input-end", "fin", "rst", "new-syn", "timeout"};
	return names[end];
}

const char *report_content_name(uint8_t content)
{
	static const char *const names[TANPA_N_CONTENTS] = {NULL, "pe", "elf", "mach-o", "script", "archive", "ocsp"};
	return names[content];
}

const char *report_service_name(uint8_t service)
{
	static const char *const names[TANPA_N_SERVICES] = {NULL,   "http", "ssl",  "irc", "dns",
							    "tftp", "ftp",  "smtp", "ssh", "smb"};
	return names[service];
}

const char *report_method_name(uint8_t method)
{
	static const char *const names[TANPA_N_HTTP_METHODS] = {NULL, "GET", "POST", "HEAD", "PUT", "CONNECT", "other"};
	return names[method];
}

const char *report_risk_name(uint8_t risk)
{
	static const char *const names[TANPA_N_RISKS] = {
#define X(id, name, words) name,
		TANPA_RISKS(X)
#undef X
	};
	return names[risk];
}

const char *report_risk_words(uint8_t risk)
{
	static const char *const words[TANPA_N_RISKS] = {
#define X(id, name, words) words,
		TANPA_RISKS(X)
#undef X
	};
	return words[risk];
}

const char *report_part_name(uint8_t part)
{
	static const char *const names[TANPA_N_PARTS] = {
#define X(id, name, words) name,
		TANPA_PARTS(X)
#undef X
	};
	return names[part];
}
