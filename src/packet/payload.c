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

/* Any of these, by their first byte, before the others are compared. */
static const struct {
	const char *magic;
	uint8_t len;
	uint8_t content;
	bool nocase;
} magics[] = {
	{"\177ELF", 4, TANPA_CONTENT_ELF, false},
	{"PK\3\4", 4, TANPA_CONTENT_ARCHIVE, false},
	{"Rar!\x1a\7", 6, TANPA_CONTENT_ARCHIVE, false},
	{"7z\xbc\xaf\x27\x1c", 6, TANPA_CONTENT_ARCHIVE, false},
	{"MSCF\0\0\0\0", 8, TANPA_CONTENT_ARCHIVE, false},
	{"\x1f\x8b\x08", 3, TANPA_CONTENT_ARCHIVE, false},
	{"\xfd\x37zXZ\0", 6, TANPA_CONTENT_ARCHIVE, false},
	{"BZh", 3, TANPA_CONTENT_ARCHIVE, false},
	{"\x28\xb5\x2f\xfd", 4, TANPA_CONTENT_ARCHIVE, false},
	{"#!", 2, TANPA_CONTENT_SCRIPT, false},
	{"<?php", 5, TANPA_CONTENT_SCRIPT, true},
	{"@echo off", 9, TANPA_CONTENT_SCRIPT, true},
	{"powershell", 10, TANPA_CONTENT_SCRIPT, true},
	{"$ErrorAction", 12, TANPA_CONTENT_SCRIPT, true},
	{"On Error Resume", 15, TANPA_CONTENT_SCRIPT, true},
};

/* Whether anything known begins with this byte: most payload is told off here. */
static bool may_be_content(uint8_t first)
{
	switch (first) {
	case 'M':
	case 0xfe:
	case 0xce:
	case 0xcf:
	case 0xca:
	case 0x7f:
	case 'P':
	case 'p':
	case 'R':
	case '7':
	case 0x1f:
	case 0xfd:
	case 'B':
	case 0x28:
	case '#':
	case '<':
	case '@':
	case '$':
	case 'O':
	case 'o':
	case 0x30:
		return true;
	default:
		return false;
	}
}

/* Steps into a DER value with this tag (X.690, definite lengths). */
static bool der_enter(struct cursor *c, uint8_t tag)
{
	if (!cursor_has(c, 2) || c->at[0] != tag)
		return false;
	uint32_t more = c->at[1] & 0x80 ? c->at[1] & 0x7f : 0;
	if (more > 3 || !cursor_has(c, 2 + more))
		return false;
	cursor_skip(c, 2 + more);
	return true;
}

/* OCSPResponse (RFC 6960, 4.2.1): a status, and what is known of the certificate when that is "successful". */
static bool is_ocsp(const uint8_t *data, size_t len)
{
	static const uint8_t basic[] = {6, 9, 0x2b, 6, 1, 5, 5, 7, 0x30, 1, 1}; /* id-pkix-ocsp-basic */
	struct cursor c = {data, (uint32_t)len, (uint32_t)len};
	if (!der_enter(&c, 0x30) || !cursor_has(&c, 3) || c.at[0] != 10 || c.at[1] != 1)
		return false;
	uint8_t status = c.at[2];
	cursor_skip(&c, 3);
	if (status > 0)
		return status <= 6 && data[1] == 3;
	return der_enter(&c, 0xa0) && der_enter(&c, 0x30) && cursor_has(&c, sizeof basic) &&
	       memcmp(c.at, basic, sizeof basic) == 0;
}

/* Of data that may be content. */
static enum tanpa_content known_content(const uint8_t *data, size_t len)
{
	if (is_pe(data, len))
		return TANPA_CONTENT_PE;
	if (is_macho(data, len))
		return TANPA_CONTENT_MACHO;
	if (is_ocsp(data, len))
		return TANPA_CONTENT_OCSP;
	for (size_t i = 0; i < sizeof magics / sizeof magics[0]; i++) {
		if ((data[0] ^ (uint8_t)magics[i].magic[0]) & ~0x20 || len < magics[i].len)
			continue;
		if (magics[i].nocase ? strncasecmp((const char *)data, magics[i].magic, magics[i].len) == 0
				     : memcmp(data, magics[i].magic, magics[i].len) == 0)
			return (enum tanpa_content)magics[i].content;
	}
	return TANPA_CONTENT_NONE;
}

enum tanpa_content payload_content(const uint8_t *data, size_t len)
{
	return len > 0 && may_be_content(data[0]) ? known_content(data, len) : TANPA_CONTENT_NONE;
}

/* What tanpa wants of an HTTP message's header. */
struct http_header {
	const char *host; /* value of Host, NULL: not seen */
	size_t host_len;
	bool encoded; /* the body is packed for the way: it tells nothing of what is inside */
	bool chunked;
	size_t body; /* where the body begins; 0: the header goes on in the next packet */
};

#define WORD(a, b, c, d) ((uint32_t)(a) | (uint32_t)(b) << 8 | (uint32_t)(c) << 16 | (uint32_t)(d) << 24)

/* The first four bytes, letters in lower case; 0: there are no four. */
static uint32_t lower_word(const uint8_t *data, size_t len)
{
	return len < 4 ? 0 : get_le32(data) | 0x20202020;
}

/*
 * Whether a line whose first four letters are the field's is of it; its value is then at *value, *value_len bytes
 * without leading blanks.
 */
static bool is_field(const uint8_t *line, size_t len, const char *field, size_t field_len, const char **value,
		     size_t *value_len)
{
	if (len <= field_len || line[field_len] != ':' ||
	    (field_len > 4 && strncasecmp((const char *)line + 4, field + 4, field_len - 4) != 0))
		return false;
	size_t at = field_len + 1;
	while (at < len && (line[at] == ' ' || line[at] == '\t'))
		at++;
	*value = (const char *)line + at;
	*value_len = len - at;
	return true;
}

#define IS_FIELD(line, len, field, value, value_len) is_field(line, len, field, sizeof(field) - 1, value, value_len)

static void read_http_field(const uint8_t *line, size_t len, struct http_header *header)
{
	const char *value;
	size_t value_len;
	switch (lower_word(line, len)) {
	case WORD('h', 'o', 's', 't'):
		if (header->host == NULL && IS_FIELD(line, len, "Host", &value, &value_len)) {
			header->host = value;
			header->host_len = value_len;
		}
		break;
	case WORD('c', 'o', 'n', 't'):
		if (IS_FIELD(line, len, "Content-Encoding", &value, &value_len))
			header->encoded = !(value_len == 8 && strncasecmp(value, "identity", 8) == 0);
		break;
	case WORD('t', 'r', 'a', 'n'):
		if (IS_FIELD(line, len, "Transfer-Encoding", &value, &value_len))
			header->chunked = true;
		break;
	default:
		break;
	}
}

/* Reads the header lines in one pass, behind the first line; `only_host`: up to the Host line. */
static void read_http_header(const uint8_t *data, size_t len, bool only_host, struct http_header *header)
{
	const uint8_t *end = data + len, *line = memchr(data, '\n', len);
	*header = (struct http_header){0};
	while (line != NULL && ++line < end) {
		const uint8_t *next = memchr(line, '\n', (size_t)(end - line));
		size_t n = (size_t)((next ? next : end) - line);
		if (n > 0 && line[n - 1] == '\r')
			n--;
		if (n == 0 && next != NULL) {
			header->body = (size_t)(next + 1 - data);
			return;
		}
		read_http_field(line, n, header);
		if (only_host && header->host)
			return;
		line = next;
	}
}

/* Content of the body when it begins in data; tells through `more` that it has to come yet. */
static void look_http_body(const uint8_t *data, size_t len, const struct http_header *header,
			   struct payload_facts *facts)
{
	facts->more = !header->encoded && (header->body == 0 || header->body == len);
	if (header->encoded || facts->more)
		return;
	const uint8_t *body = data + header->body;
	size_t left = len - header->body;
	if (header->chunked) {
		const uint8_t *line = memchr(body, '\n', left < 20 ? left : 20); /* the first chunk's size */
		if (line != NULL) {
			left -= (size_t)(line + 1 - body);
			body = line + 1;
		}
	}
	facts->content = (uint8_t)payload_content(body, left);
}

/* The method, when `rest` comes behind its first four letters. */
static enum tanpa_http_method method_with(const uint8_t *data, size_t len, const char *rest,
					  enum tanpa_http_method method)
{
	return starts(data + 4, len - 4, rest) ? method : TANPA_HTTP_NONE;
}

/* Of at least four bytes. */
static enum tanpa_http_method http_method(const uint8_t *data, size_t len)
{
	switch (get_le32(data)) {
	case WORD('G', 'E', 'T', ' '):
		return TANPA_HTTP_GET;
	case WORD('P', 'U', 'T', ' '):
		return TANPA_HTTP_PUT;
	case WORD('P', 'O', 'S', 'T'):
		return method_with(data, len, " ", TANPA_HTTP_POST);
	case WORD('H', 'E', 'A', 'D'):
		return method_with(data, len, " ", TANPA_HTTP_HEAD);
	case WORD('C', 'O', 'N', 'N'):
		return method_with(data, len, "ECT ", TANPA_HTTP_CONNECT);
	case WORD('O', 'P', 'T', 'I'):
		return method_with(data, len, "ONS ", TANPA_HTTP_OTHER);
	case WORD('D', 'E', 'L', 'E'):
		return method_with(data, len, "TE ", TANPA_HTTP_OTHER);
	case WORD('P', 'A', 'T', 'C'):
		return method_with(data, len, "H ", TANPA_HTTP_OTHER);
	case WORD('P', 'R', 'O', 'P'):
		return method_with(data, len, "FIND ", TANPA_HTTP_OTHER);
	case WORD('M', '-', 'S', 'E'):
		return method_with(data, len, "ARCH ", TANPA_HTTP_OTHER);
	case WORD('N', 'O', 'T', 'I'):
		return method_with(data, len, "FY ", TANPA_HTTP_OTHER);
	default:
		return TANPA_HTTP_NONE;
	}
}

static void look_http_request(const uint8_t *data, size_t len, enum tanpa_http_method method,
			      struct payload_facts *facts)
{
	bool has_body = method == TANPA_HTTP_POST || method == TANPA_HTTP_PUT;
	struct http_header header;
	read_http_header(data, len, !has_body, &header);
	facts->service = TANPA_SERVICE_HTTP;
	facts->http_method = (uint8_t)method;
	if (header.host && header.host_len <= PAYLOAD_NAME_MAX) {
		facts->name = header.host;
		facts->name_len = header.host_len;
	}
	if (has_body)
		look_http_body(data, len, &header, facts);
}

/* Status of the answer at `data`, at least 12 bytes of it; 0: none. */
static uint16_t http_status(const uint8_t *data)
{
	unsigned status = 0;
	for (int i = 9; i < 12; i++)
		status = data[i] >= '0' && data[i] <= '9' ? status * 10 + (data[i] - '0') : 1000;
	return status >= 100 && status < 600 ? (uint16_t)status : 0;
}

static bool is_http_answer(const uint8_t *data, size_t len)
{
	return len >= 12 && get_le32(data) == WORD('H', 'T', 'T', 'P') && starts(data, len, "HTTP/1.");
}

static void look_http_answer(const uint8_t *data, size_t len, struct payload_facts *facts)
{
	struct http_header header;
	uint16_t status;
	read_http_header(data, len, false, &header);
	facts->service = TANPA_SERVICE_HTTP;
	while ((status = http_status(data)) / 100 == 1) { /* "100 Continue": the answer itself comes behind it */
		facts->more = true;
		if (header.body == 0 || !is_http_answer(data + header.body, len - header.body))
			return;
		data += header.body;
		len -= header.body;
		read_http_header(data, len, false, &header);
	}
	facts->http_status = status;
	look_http_body(data, len, &header, facts);
}

static bool look_http(const uint8_t *data, size_t len, struct payload_facts *facts)
{
	if (len < 4)
		return false;
	if (is_http_answer(data, len)) {
		look_http_answer(data, len, facts);
		return true;
	}
	enum tanpa_http_method method = http_method(data, len);
	if (method == TANPA_HTTP_NONE)
		return false;
	look_http_request(data, len, method, facts);
	return true;
}

/* Server name of a TLS ClientHello (RFC 6066, section 3); extensions may lie beyond what was captured. */
static void tls_server_name(struct cursor c, struct payload_facts *facts)
{
	if (!cursor_has(&c, 43) || c.at[5] != 1)
		return;
	cursor_skip(&c, 43);                      /* record and handshake headers, version, random */
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

/* A line of an IRC client in the first bytes (RFC 2812). */
static bool is_irc_client(const uint8_t *data, size_t len)
{
	static const char *const words[] = {"NICK ",       "USER ",  "JOIN ", "CAP LS",
					    "NOTICE AUTH", "PING :", "PONG ", "PRIVMSG "};
	for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
		if ((data[0] | 0x20) == (words[i][0] | 0x20) && starts_nocase(data, len, words[i]))
			return true;
	/* PASS alone is FTP's and POP3's, too */
	return (data[0] | 0x20) == 'p' && starts_nocase(data, len, "PASS ") && memmem(data, len, "NICK ", 5) != NULL;
}

/* A line of an IRC server: ":server 001 nick", ":server NOTICE AUTH". */
static bool is_irc_server(const uint8_t *data, size_t len)
{
	if (data[0] != ':')
		return false;
	const uint8_t *space = memchr(data, ' ', len < 80 ? len : 80);
	size_t left = space ? len - (size_t)(space + 1 - data) : 0;
	return space &&
	       (starts(space + 1, left, "NOTICE ") || starts(space + 1, left, "0") || starts(space + 1, left, "433 "));
}

static enum tanpa_service tcp_service(const uint8_t *data, size_t len, uint16_t sport, uint16_t dport)
{
	if (len >= 8 && (get_be32(data + 4) == 0xff534d42 || get_be32(data + 4) == 0xfe534d42))
		return TANPA_SERVICE_SMB;
	if ((sport == 53 || dport == 53) && len >= 14)
		return TANPA_SERVICE_DNS;
	switch (data[0]) {
	case ':':
		return is_irc_server(data, len) ? TANPA_SERVICE_IRC : TANPA_SERVICE_UNKNOWN;
	case 'S':
		return starts(data, len, "SSH-") ? TANPA_SERVICE_SSH : TANPA_SERVICE_UNKNOWN;
	case '2':
		if (!starts(data, len, "220 ") && !starts(data, len, "220-"))
			return TANPA_SERVICE_UNKNOWN;
		if (sport == 25 || sport == 587 || sport == 465 || memmem(data, len, "SMTP", 4))
			return TANPA_SERVICE_SMTP;
		return TANPA_SERVICE_FTP;
	case 'E':
	case 'e':
	case 'H':
	case 'h':
		if (starts_nocase(data, len, "EHLO ") || starts_nocase(data, len, "HELO "))
			return TANPA_SERVICE_SMTP;
		return TANPA_SERVICE_UNKNOWN;
	case 'N':
	case 'n':
	case 'U':
	case 'u':
	case 'J':
	case 'j':
	case 'C':
	case 'c':
	case 'P':
	case 'p':
		return is_irc_client(data, len) ? TANPA_SERVICE_IRC : TANPA_SERVICE_UNKNOWN;
	default:
		return TANPA_SERVICE_UNKNOWN;
	}
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

static bool is_hex(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* What begins in `data`, behind the size line of a first chunk when there is one. */
static enum tanpa_content body_content(const uint8_t *data, size_t len)
{
	size_t digits = 0;
	while (digits < len && digits < 8 && is_hex(data[digits]))
		digits++;
	const uint8_t *line = digits > 0 ? memchr(data + digits, '\n', len - digits < 20 ? len - digits : 20) : NULL;
	enum tanpa_content content = payload_content(data, len);
	if (content != TANPA_CONTENT_NONE || line == NULL)
		return content;
	return payload_content(line + 1, len - (size_t)(line + 1 - data));
}

/* A later payload of an HTTP message: the rest of its header, the body right after it, or the answer after a 1xx. */
static void look_further(const uint8_t *data, size_t len, struct payload_facts *facts)
{
	if (is_http_answer(data, len)) {
		look_http_answer(data, len, facts);
		return;
	}
	const uint8_t *end = memmem(data, len, "\r\n\r\n", 4);
	facts->content = (uint8_t)body_content(data, len);
	if (facts->content != TANPA_CONTENT_NONE)
		return;
	if (end != NULL && end + 4 < data + len) {
		struct http_header header;
		read_http_header(data, len, false, &header);
		if (!header.encoded)
			facts->content = (uint8_t)body_content(end + 4, len - (size_t)(end + 4 - data));
		return;
	}
	facts->more = end != NULL || (len > 0 && data[0] >= ' ' && data[0] < 127);
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
	if (look > 0) {
		look_further(data, len, facts);
		facts->more = facts->more && look + 1 < PAYLOAD_LOOKS;
		return;
	}
	if (look_tls(data, len, facts) || look_http(data, len, facts))
		return;
	if (len == 0)
		return;
	facts->content = (uint8_t)payload_content(data, len);
	enum tanpa_service found = tcp_service(data, len, sport, dport);
	if (found != TANPA_SERVICE_UNKNOWN && service == TANPA_SERVICE_UNKNOWN)
		facts->service = (uint8_t)found;
}
