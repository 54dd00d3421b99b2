/*
 * Recognisers of the first payload bytes. Each compares a few fixed bytes; none keeps state.
 * Sources: PE/COFF specification, System V ABI (ELF), Apple's mach-o/loader.h and fat.h, PKWARE
 * APPNOTE, RFC 9110 and 9112 (HTTP), 8446 and 6066 (TLS), 2812 (IRC), 1350 (TFTP), 1035 (DNS).
 */
#define _GNU_SOURCE /* memmem */
#include "packet/payload.h"

#include <string.h>
#include <strings.h>

#include "base/bytes.h"

static bool starts(const uint8_t *data, size_t len, const char *with)
{
	size_t n = strlen(with);
	return len >= n && memcmp(data, with, n) == 0;
}

static bool starts_nocase(const uint8_t *data, size_t len, const char *with)
{
	size_t n = strlen(with);
	return len >= n && strncasecmp((const char *)data, with, n) == 0;
}

static bool is_pe(const uint8_t *data, size_t len)
{
	if (len < 64 || data[0] != 'M' || data[1] != 'Z')
		return false;
	uint32_t at = get_le32(data + 60); /* e_lfanew */
	if (at <= len && len - at >= 4)
		return memcmp(data + at, "PE\0\0", 4) == 0;
	return at >= 64 && at < 0x10000; /* the header lies beyond what was captured */
}

static bool is_macho(const uint8_t *data, size_t len)
{
	if (len < 8)
		return false;
	uint32_t magic = get_be32(data);
	if (magic == 0xfeedface || magic == 0xfeedfacf || magic == 0xcefaedfe || magic == 0xcffaedfe)
		return true;
	return magic == 0xcafebabe && get_be32(data + 4) <= 20; /* universal; a Java class has its version here */
}

enum tanpa_content payload_content(const uint8_t *data, size_t len)
{
	static const char *const scripts[] = {"#!", "<?php", "@echo off", "powershell", "$ErrorAction", "On Error Resume"};
	static const struct {
		const char *magic;
		size_t len;
	} archives[] = {
		{"PK\3\4", 4},           {"Rar!\x1a\7", 6}, {"7z\xbc\xaf\x27\x1c", 6}, {"MSCF\0\0\0\0", 8},
		{"\x1f\x8b\x08", 3},     {"\xfd" "7zXZ\0", 6}, {"BZh", 3},             {"\x28\xb5\x2f\xfd", 4},
	};
	if (is_pe(data, len))
		return TANPA_CONTENT_PE;
	if (starts(data, len, "\x7f" "ELF"))
		return TANPA_CONTENT_ELF;
	if (is_macho(data, len))
		return TANPA_CONTENT_MACHO;
	for (size_t i = 0; i < sizeof archives / sizeof archives[0]; i++)
		if (len >= archives[i].len && memcmp(data, archives[i].magic, archives[i].len) == 0)
			return TANPA_CONTENT_ARCHIVE;
	for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++)
		if (starts_nocase(data, len, scripts[i]))
			return TANPA_CONTENT_SCRIPT;
	return TANPA_CONTENT_NONE;
}

/* Value of a header field in data[0..len), its start and length; false when it is not there. */
static bool http_field(const uint8_t *data, size_t len, const char *field, const char **value, size_t *value_len)
{
	const uint8_t *at = data, *end = data + len;
	size_t n = strlen(field);
	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		at++;
		if ((size_t)(end - at) <= n || strncasecmp((const char *)at, field, n) != 0 || at[n] != ':')
			continue;
		at += n + 1;
		while (at < end && (*at == ' ' || *at == '\t'))
			at++;
		const uint8_t *stop = at;
		while (stop < end && *stop != '\r' && *stop != '\n')
			stop++;
		*value = (const char *)at;
		*value_len = (size_t)(stop - at);
		return true;
	}
	return false;
}

/* Content of the body when it starts in data; tells through `more` that it has to come yet. */
static void http_body(const uint8_t *data, size_t len, struct payload_facts *facts)
{
	const uint8_t *end = memmem(data, len, "\r\n\r\n", 4);
	const char *value;
	size_t value_len;
	facts->more = end == NULL || end + 4 == data + len;
	if (end == NULL)
		return;
	size_t header = (size_t)(end - data) + 4;
	if (http_field(data, header, "Content-Encoding", &value, &value_len) &&
	    !(value_len == 8 && strncasecmp(value, "identity", 8) == 0)) {
		facts->more = false; /* packed for the way: says nothing of what is inside */
		return;
	}
	const uint8_t *body = data + header;
	size_t left = len - header;
	if (http_field(data, header, "Transfer-Encoding", &value, &value_len)) {
		const uint8_t *line = memchr(body, '\n', left < 20 ? left : 20); /* the first chunk's size */
		if (line != NULL) {
			left -= (size_t)(line + 1 - body);
			body = line + 1;
		}
	}
	facts->content = (uint8_t)payload_content(body, left);
}

static enum tanpa_http_method http_method(const uint8_t *data, size_t len)
{
	static const struct {
		const char *word;
		enum tanpa_http_method method;
	} methods[] = {
		{"GET ", TANPA_HTTP_GET},       {"POST ", TANPA_HTTP_POST},       {"HEAD ", TANPA_HTTP_HEAD},
		{"PUT ", TANPA_HTTP_PUT},       {"CONNECT ", TANPA_HTTP_CONNECT}, {"OPTIONS ", TANPA_HTTP_OTHER},
		{"DELETE ", TANPA_HTTP_OTHER},  {"PATCH ", TANPA_HTTP_OTHER},     {"PROPFIND ", TANPA_HTTP_OTHER},
		{"M-SEARCH ", TANPA_HTTP_OTHER}, {"NOTIFY ", TANPA_HTTP_OTHER},
	};
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (starts(data, len, methods[i].word))
			return methods[i].method;
	return TANPA_HTTP_NONE;
}

static bool look_http(const uint8_t *data, size_t len, struct payload_facts *facts)
{
	const char *value;
	size_t value_len;
	enum tanpa_http_method method = http_method(data, len);
	if (method != TANPA_HTTP_NONE) {
		facts->service = TANPA_SERVICE_HTTP;
		facts->http_method = (uint8_t)method;
		if (http_field(data, len, "Host", &value, &value_len) && value_len <= PAYLOAD_NAME_MAX) {
			facts->name = value;
			facts->name_len = value_len;
		}
		if (method == TANPA_HTTP_POST || method == TANPA_HTTP_PUT)
			http_body(data, len, facts);
		return true;
	}
	if (starts(data, len, "HTTP/1.") && len >= 12) {
		facts->service = TANPA_SERVICE_HTTP;
		unsigned status = 0;
		for (int i = 9; i < 12; i++)
			status = data[i] >= '0' && data[i] <= '9' ? status * 10 + (data[i] - '0') : 1000;
		facts->http_status = status >= 100 && status < 600 ? (uint16_t)status : 0;
		http_body(data, len, facts);
		return true;
	}
	return false;
}

/* Server name of a TLS ClientHello (RFC 6066, section 3); extensions may lie beyond what was captured. */
static void tls_server_name(struct cursor c, struct payload_facts *facts)
{
	if (!cursor_has(&c, 43) || c.at[5] != 1)
		return;
	cursor_skip(&c, 43); /* record and handshake headers, version, random */
	for (int field = 0; field < 3; field++) { /* session id, cipher suites, compression */
		uint32_t width = field == 1 ? 2 : 1;
		if (!cursor_has(&c, width))
			return;
		uint32_t len = width + (width == 2 ? get_be16(c.at) : c.at[0]);
		if (!cursor_has(&c, len))
			return;
		cursor_skip(&c, len);
	}
	if (!cursor_has(&c, 2))
		return;
	cursor_skip(&c, 2);
	while (cursor_has(&c, 4)) {
		uint16_t type = get_be16(c.at), len = get_be16(c.at + 2);
		cursor_skip(&c, 4);
		if (!cursor_has(&c, len))
			return;
		if (type == 0 && len >= 5 && c.at[2] == 0 && get_be16(c.at + 3) + 5 <= len &&
		    get_be16(c.at + 3) <= PAYLOAD_NAME_MAX) {
			facts->name = (const char *)c.at + 5;
			facts->name_len = get_be16(c.at + 3);
			return;
		}
		cursor_skip(&c, len);
	}
}

static bool look_tls(const uint8_t *data, size_t len, struct payload_facts *facts)
{
	if (len < 6 || data[0] != 0x16 || data[1] != 3 || data[2] > 4)
		return false;
	facts->service = TANPA_SERVICE_TLS;
	tls_server_name((struct cursor){data, (uint32_t)len, (uint32_t)len}, facts);
	return true;
}

/* A line of an IRC client or server in the first bytes (RFC 2812). */
static bool look_irc(const uint8_t *data, size_t len)
{
	static const char *const words[] = {"NICK ", "USER ", "PASS ", "JOIN ", "CAP LS", "NOTICE AUTH", "PING :",
					    "PONG ", "PRIVMSG "};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if (starts_nocase(data, len, words[i]))
			return i != 2 || memmem(data, len, "NICK ", 5) != NULL; /* PASS alone is also FTP's and POP3's */
	if (len > 1 && data[0] == ':') { /* ":server 001 nick", ":server NOTICE AUTH" */
		const uint8_t *space = memchr(data, ' ', len < 80 ? len : 80);
		size_t left = space ? len - (size_t)(space + 1 - data) : 0;
		return space && (starts(space + 1, left, "NOTICE ") || starts(space + 1, left, "0") ||
				 starts(space + 1, left, "433 "));
	}
	return false;
}

static enum tanpa_service tcp_service(const uint8_t *data, size_t len, uint16_t sport, uint16_t dport)
{
	if (look_irc(data, len))
		return TANPA_SERVICE_IRC;
	if (starts(data, len, "SSH-"))
		return TANPA_SERVICE_SSH;
	if (len >= 8 && (memcmp(data + 4, "\xffSMB", 4) == 0 || memcmp(data + 4, "\xfeSMB", 4) == 0))
		return TANPA_SERVICE_SMB;
	if (starts(data, len, "220 ") || starts(data, len, "220-")) {
		if (sport == 25 || sport == 587 || sport == 465 || memmem(data, len, "SMTP", 4))
			return TANPA_SERVICE_SMTP;
		return TANPA_SERVICE_FTP;
	}
	if (starts_nocase(data, len, "EHLO ") || starts_nocase(data, len, "HELO "))
		return TANPA_SERVICE_SMTP;
	if ((sport == 53 || dport == 53) && len >= 14)
		return TANPA_SERVICE_DNS;
	return TANPA_SERVICE_UNKNOWN;
}

static void look_udp(const uint8_t *data, size_t len, uint16_t sport, uint16_t dport, struct payload_facts *facts)
{
	uint16_t opcode = len >= 4 ? get_be16(data) : 0;
	if ((sport == 53 || dport == 53 || sport == 5353 || dport == 5353) && len >= 12) {
		facts->service = TANPA_SERVICE_DNS;
	} else if (dport == 69 && (opcode == 1 || opcode == 2)) {
		facts->service = TANPA_SERVICE_TFTP;
	} else if (opcode == 3 && get_be16(data + 2) == 1) { /* first block of a TFTP transfer */
		facts->content = (uint8_t)payload_content(data + 4, len - 4);
		if (facts->content != TANPA_CONTENT_NONE || sport == 69 || dport == 69)
			facts->service = TANPA_SERVICE_TFTP;
	} else if (opcode == 6) { /* option acknowledgement: the first block comes next */
		facts->more = true;
	}
}

void payload_look(const uint8_t *data, size_t len, uint8_t proto, uint16_t sport, uint16_t dport, unsigned look,
		  enum tanpa_service service, struct payload_facts *facts)
{
	*facts = (struct payload_facts){.service = (uint8_t)service};
	if (proto == TANPA_UDP) {
		look_udp(data, len, sport, dport, facts);
		if (facts->more && look + 1 >= PAYLOAD_LOOKS)
			facts->more = false;
		return;
	}
	if (look > 0) { /* the rest of an HTTP header, or the body right after it */
		const uint8_t *end = memmem(data, len, "\r\n\r\n", 4);
		facts->content = (uint8_t)payload_content(data, len);
		if (facts->content == TANPA_CONTENT_NONE && end != NULL && end + 4 < data + len)
			facts->content = (uint8_t)payload_content(end + 4, len - (size_t)(end + 4 - data));
		facts->more = facts->content == TANPA_CONTENT_NONE && look + 1 < PAYLOAD_LOOKS &&
			      (end == NULL ? len > 0 && data[0] >= ' ' && data[0] < 127 : end + 4 == data + len);
		return;
	}
	if (look_http(data, len, facts) || look_tls(data, len, facts))
		return;
	facts->content = (uint8_t)payload_content(data, len);
	enum tanpa_service found = tcp_service(data, len, sport, dport);
	if (found != TANPA_SERVICE_UNKNOWN && service == TANPA_SERVICE_UNKNOWN)
		facts->service = (uint8_t)found;
}
