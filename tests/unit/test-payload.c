/* What the first payload bytes tell: services, HTTP, TLS names, executable content. Each in a block of its exact size.
 */
#include <glib.h>
#include <stdlib.h>
#include <string.h>

#include "packet/payload.h"
#include "packets.h"

#define T(text) text, sizeof(text) - 1

struct ask {
	uint8_t proto;
	uint16_t sport, dport;
	unsigned look;
	enum tanpa_service service;
};

static const struct ask client = {TANPA_TCP, 40000, 80, 0, TANPA_SERVICE_UNKNOWN};
static const struct ask server = {TANPA_TCP, 80, 40000, 0, TANPA_SERVICE_UNKNOWN};

/* The name is copied; valid until the next call. */
static struct payload_facts look(const struct ask *ask, const void *data, size_t len)
{
	static char name[PAYLOAD_NAME_MAX + 1];
	struct payload_facts facts;
	uint8_t *exact = packets_exact(data, len);
	memset(&facts, 0xff, sizeof facts);
	payload_look(exact, len, ask->proto, ask->sport, ask->dport, ask->look, ask->service, &facts);
	g_assert_cmpuint(facts.name_len, <=, PAYLOAD_NAME_MAX);
	if (facts.name_len)
		memcpy(name, facts.name, facts.name_len);
	name[facts.name_len] = '\0';
	facts.name = name;
	free(exact);
	return facts;
}

/* ---- content ---- */

/* An OCSP answer in DER: sequence, status "successful", [0], sequence; then the kind of answer. */
#define OCSP_HEAD  "\x30\x82\4\x9d\x0a\1\0\xa0\x82\4\x96\x30\x82\4\x92"
#define OCSP_BASIC "\6\x09\x2b\6\1\5\5\7\x30\1\1"

/* A PE file whose PE header is at `at`, `len` bytes of it. */
static enum tanpa_content pe_content(uint32_t at, size_t len)
{
	uint8_t file[1024] = "MZ";
	memcpy(file + 60, &at, 4);
	if (at + 4 <= sizeof file)
		memcpy(file + at, "PE\0\0", 4);
	uint8_t *exact = packets_exact(file, len);
	enum tanpa_content content = payload_content(exact, len);
	free(exact);
	return content;
}

static void test_pe(void)
{
	g_assert_cmpuint(pe_content(64, 68), ==, TANPA_CONTENT_PE);
	g_assert_cmpuint(pe_content(248, 1024), ==, TANPA_CONTENT_PE);
	g_assert_cmpuint(pe_content(248, 251), ==, TANPA_CONTENT_PE); /* the header begins beyond what was captured */
	g_assert_cmpuint(pe_content(248, 64), ==, TANPA_CONTENT_PE);
	g_assert_cmpuint(pe_content(64, 63), ==, TANPA_CONTENT_NONE); /* too short to say where it is */
	g_assert_cmpuint(pe_content(0xfffffff0, 100), ==, TANPA_CONTENT_NONE);
	g_assert_cmpuint(pe_content(0x10000, 100), ==, TANPA_CONTENT_NONE);
	uint8_t dos[100] = "MZ";
	dos[60] = 64; /* no PE there: a DOS program */
	g_assert_cmpuint(payload_content(dos, sizeof dos), ==, TANPA_CONTENT_NONE);
	dos[60] = 8; /* points into its own header */
	g_assert_cmpuint(payload_content(dos, sizeof dos), ==, TANPA_CONTENT_NONE);
}

static void test_content(void)
{
	static const struct {
		const char *data;
		size_t len;
		enum tanpa_content content;
	} rows[] = {
		{T("\x7f"
		   "ELF\2\1\1"),
		 TANPA_CONTENT_ELF},
		{T("\x7f"
		   "ELF"),
		 TANPA_CONTENT_ELF},
		{T("\x7f"
		   "EL"),
		 TANPA_CONTENT_NONE},
		{T("\x5f"
		   "ELF"),
		 TANPA_CONTENT_NONE},
		{T("\xfe\xed\xfa\xce\0\0\0\7"), TANPA_CONTENT_MACHO},
		{T("\xfe\xed\xfa\xcf\0\0\0\7"), TANPA_CONTENT_MACHO},
		{T("\xce\xfa\xed\xfe\7\0\0\0"), TANPA_CONTENT_MACHO},
		{T("\xcf\xfa\xed\xfe\7\0\0\1"), TANPA_CONTENT_MACHO},
		{T("\xca\xfe\xba\xbe\0\0\0\2"), TANPA_CONTENT_MACHO},
		{T("\xca\xfe\xba\xbe\0\0\0\x34"), TANPA_CONTENT_NONE}, /* a Java class of version 52 */
		{T("\xcf\xfa\xed\xfe"), TANPA_CONTENT_NONE},
		{T("#!/bin/sh\n"), TANPA_CONTENT_SCRIPT},
		{T("#!"), TANPA_CONTENT_SCRIPT},
		{T("#"), TANPA_CONTENT_NONE},
		{T("<?php eval("), TANPA_CONTENT_SCRIPT},
		{T("<?PHP eval("), TANPA_CONTENT_SCRIPT},
		{T("@ECHO OFF\r\n"), TANPA_CONTENT_SCRIPT},
		{T("PowerShell -enc"), TANPA_CONTENT_SCRIPT},
		{T("$ErrorActionPreference"), TANPA_CONTENT_SCRIPT},
		{T("on error resume next"), TANPA_CONTENT_SCRIPT},
		{T("PK\3\4\x14"), TANPA_CONTENT_ARCHIVE},
		{T("pk\3\4\x14"), TANPA_CONTENT_NONE},
		{T("Rar!\x1a\7\1"), TANPA_CONTENT_ARCHIVE},
		{T("7z\xbc\xaf\x27\x1c"), TANPA_CONTENT_ARCHIVE},
		{T("MSCF\0\0\0\0"), TANPA_CONTENT_ARCHIVE},
		{T("MSCF\0\0\0"), TANPA_CONTENT_NONE},
		{T("\x1f\x8b\x08"), TANPA_CONTENT_ARCHIVE},
		{T("\xfd"
		   "7zXZ\0"),
		 TANPA_CONTENT_ARCHIVE},
		{T("BZh9"), TANPA_CONTENT_ARCHIVE},
		{T("\x28\xb5\x2f\xfd"), TANPA_CONTENT_ARCHIVE},
		{T(OCSP_HEAD OCSP_BASIC "\4\x82\4\x6d"), TANPA_CONTENT_OCSP},
		{T(OCSP_HEAD OCSP_BASIC), TANPA_CONTENT_OCSP},
		{T("\x30\x48\x0a\1\0\xa0\x43\x30\x41" OCSP_BASIC), TANPA_CONTENT_OCSP},
		{T("\x30\3\x0a\1\6"), TANPA_CONTENT_OCSP}, /* "unauthorized" */
		{T("\x30\3\x0a\1\7"), TANPA_CONTENT_NONE},
		{T("\x30\3\x0a\1"), TANPA_CONTENT_NONE},
		{T("\x30\x82\4"), TANPA_CONTENT_NONE},
		{T("\x30\x84\0\0\0\x48\x0a\1\0\xa0\x43\x30\x41" OCSP_BASIC), TANPA_CONTENT_NONE},
		{T(OCSP_HEAD "\6\x09\x2b\6\1\5\5\7\x30\1"), TANPA_CONTENT_NONE},
		{T(OCSP_HEAD "\6\x09\x2b\6\1\5\5\7\x30\1\2"), TANPA_CONTENT_NONE},
		{T("\x30\x82\5\x0d\x30\x82\3\xf5\xa0\3\2\1\2"), TANPA_CONTENT_NONE}, /* a certificate */
		{T("<html>"), TANPA_CONTENT_NONE},
		{T(" \x7f"
		   "ELF"),
		 TANPA_CONTENT_NONE}, /* at the start or nowhere */
		{T(""), TANPA_CONTENT_NONE},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		uint8_t *exact = packets_exact((const uint8_t *)rows[i].data, rows[i].len);
		g_test_message("row %zu", i);
		g_assert_cmpuint(payload_content(exact, rows[i].len), ==, rows[i].content);
		free(exact);
	}
}

/* ---- HTTP ---- */

static void test_http_requests(void)
{
	static const struct {
		const char *text;
		enum tanpa_http_method method;
		const char *name;
		bool more;
	} rows[] = {
		{"GET / HTTP/1.1\r\nHost: example.com\r\n\r\n", TANPA_HTTP_GET, "example.com", false},
		{"GET / HTTP/1.1\r\nAccept: */*\r\nhOsT:\t example.com:8080\r\n\r\n", TANPA_HTTP_GET,
		 "example.com:8080", false},
		{"GET / HTTP/1.1\nHost: bare.example\n\n", TANPA_HTTP_GET, "bare.example", false},
		{"GET / HTTP/1.1\r\nX-Host: no\r\nHostess: no\r\n\r\n", TANPA_HTTP_GET, "", false},
		{"GET / HTTP/1.1\r\nHost:\r\n\r\n", TANPA_HTTP_GET, "", false},
		{"GET / HTTP/1.1\r\nHost: cut.exam", TANPA_HTTP_GET, "cut.exam", false},
		{"GET /a/path/that/is/cut", TANPA_HTTP_GET, "", false},
		{"HEAD / HTTP/1.0\r\n\r\n", TANPA_HTTP_HEAD, "", false},
		{"PUT /x HTTP/1.1\r\nHost: a\r\n\r\nbody", TANPA_HTTP_PUT, "a", false},
		{"CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", TANPA_HTTP_CONNECT, "a:443", false},
		{"OPTIONS * HTTP/1.1\r\n\r\n", TANPA_HTTP_OTHER, "", false},
		{"DELETE /x HTTP/1.1\r\n\r\n", TANPA_HTTP_OTHER, "", false},
		{"PROPFIND / HTTP/1.1\r\n\r\n", TANPA_HTTP_OTHER, "", false},
		{"M-SEARCH * HTTP/1.1\r\n\r\n", TANPA_HTTP_OTHER, "", false},
		{"POST /gate HTTP/1.1\r\nHost: c2\r\n\r\nx=1", TANPA_HTTP_POST, "c2", false},
		{"POST /gate HTTP/1.1\r\nHost: c2\r\n\r\n", TANPA_HTTP_POST, "c2", true},
		{"POST /gate HTTP/1.1\r\nHost: c2\r\nContent-", TANPA_HTTP_POST, "c2", true},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct payload_facts f = look(&client, rows[i].text, strlen(rows[i].text));
		g_test_message("%s", rows[i].text);
		g_assert_cmpuint(f.service, ==, TANPA_SERVICE_HTTP);
		g_assert_cmpuint(f.http_method, ==, rows[i].method);
		g_assert_cmpuint(f.http_status, ==, 0);
		g_assert_cmpstr(f.name, ==, rows[i].name);
		g_assert_true(f.more == rows[i].more);
	}
	struct payload_facts upload = look(&client, T("POST / HTTP/1.1\r\nHost: c2\r\n\r\nPK\3\4"));
	g_assert_cmpuint(upload.content, ==, TANPA_CONTENT_ARCHIVE);
}

static void test_http_answers(void)
{
	static const struct {
		const char *data;
		size_t len;
		uint16_t status;
		enum tanpa_content content;
		bool more;
	} rows[] = {
		{T("HTTP/1.1 200 OK\r\nServer: x\r\n\r\n\x7f"
		   "ELF"),
		 200, TANPA_CONTENT_ELF, false},
		{T("HTTP/1.0 404 Not Found\r\n\r\n<html>"), 404, TANPA_CONTENT_NONE, false},
		{T("HTTP/1.1 403 Forbidden\r\n\r\n"), 403, TANPA_CONTENT_NONE, true},
		{T("HTTP/1.1 200 OK\r\nServer"), 200, TANPA_CONTENT_NONE, true},
		{T("HTTP/1.1 100"), 0, TANPA_CONTENT_NONE, true}, /* the answer comes behind it */
		{T("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 403 No\r\n\r\nx"), 403, TANPA_CONTENT_NONE, false},
		{T("HTTP/1.1 099 x\r\n\r\nx"), 0, TANPA_CONTENT_NONE, false},
		{T("HTTP/1.1 600 x\r\n\r\nx"), 0, TANPA_CONTENT_NONE, false},
		{T("HTTP/1.1 2x0 x\r\n\r\nx"), 0, TANPA_CONTENT_NONE, false},
		{T("HTTP/1.1 -20 x\r\n\r\nx"), 0, TANPA_CONTENT_NONE, false},
		{T("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1f40\r\n#!/bin/sh"), 200, TANPA_CONTENT_SCRIPT,
		 false},
		{T("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08"), 200, TANPA_CONTENT_NONE, false},
		{T("HTTP/1.1 200 OK\r\nContent-Encoding: identity\r\n\r\n\x1f\x8b\x08"), 200, TANPA_CONTENT_ARCHIVE,
		 false},
		{T("HTTP/1.1 200 OK\r\nContent-Type: application/gzip\r\n\r\n\x1f\x8b\x08"), 200, TANPA_CONTENT_ARCHIVE,
		 false},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct payload_facts f = look(&server, rows[i].data, rows[i].len);
		g_test_message("row %zu", i);
		g_assert_cmpuint(f.service, ==, TANPA_SERVICE_HTTP);
		g_assert_cmpuint(f.http_method, ==, TANPA_HTTP_NONE);
		g_assert_cmpuint(f.http_status, ==, rows[i].status);
		g_assert_cmpuint(f.content, ==, rows[i].content);
		g_assert_true(f.more == rows[i].more);
	}
	g_assert_cmpuint(look(&server, T("HTTP/1.1 20")).service, ==, TANPA_SERVICE_UNKNOWN);
	g_assert_cmpuint(look(&server, T("HTTP/2.0 200 OK")).service, ==, TANPA_SERVICE_UNKNOWN);
}

/* "100 Continue" and the like are no answer: that comes behind, in the same packet or the next. */
static void test_http_interim(void)
{
	struct ask second = {TANPA_TCP, 80, 40000, 1, TANPA_SERVICE_HTTP};
	struct payload_facts f = look(&server, T("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\177ELF\2"));
	g_assert_cmpuint(f.http_status, ==, 200);
	g_assert_cmpuint(f.content, ==, TANPA_CONTENT_ELF);
	g_assert_false(f.more);
	f = look(&server,
		 T("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 403 No\r\n\r\nx"));
	g_assert_cmpuint(f.http_status, ==, 403);
	f = look(&server, T("HTTP/1.1 100 Continue\r\n\r\n"));
	g_assert_cmpuint(f.http_status, ==, 0);
	g_assert_true(f.more);
	f = look(&second, T("HTTP/1.1 201 Created\r\n\r\nPK\3\4"));
	g_assert_cmpuint(f.http_status, ==, 201);
	g_assert_cmpuint(f.content, ==, TANPA_CONTENT_ARCHIVE);
}

/* The second look and later ones: the rest of the header, or the body right behind it. */
static void test_http_later(void)
{
	struct ask second = {TANPA_TCP, 80, 40000, 1, TANPA_SERVICE_HTTP}, last = second;
	last.look = PAYLOAD_LOOKS - 1;
	g_assert_cmpuint(look(&second, T("\x7f"
					 "ELF\2\1\1"))
				 .content,
			 ==, TANPA_CONTENT_ELF);
	g_assert_cmpuint(look(&second, T("X-More: y\r\n\r\n#!/bin/sh")).content, ==, TANPA_CONTENT_SCRIPT);
	g_assert_true(look(&second, T("X-More: y\r\n\r\n")).more); /* the body is in the next one */
	g_assert_true(look(&second, T("X-More: y\r\nX-Still: y\r\n")).more);
	g_assert_false(look(&second, T("\x89PNG\r\n\x1a\n")).more); /* no header goes on like this */
	g_assert_cmpuint(look(&second, T("1f40\r\n#!/bin/sh")).content, ==, TANPA_CONTENT_SCRIPT); /* a chunk */
	g_assert_false(look(&last, T("X-More: y\r\n\r\n")).more); /* looked often enough */
	g_assert_cmpuint(look(&last, T("PK\3\4")).content, ==, TANPA_CONTENT_ARCHIVE);
}

/* ---- TLS ---- */

/* A ClientHello with a server name; `cut` bytes are missing at its end. */
static struct payload_facts look_hello(const char *name, size_t name_len, size_t cut)
{
	g_autoptr(GByteArray) b = g_byte_array_new();
	static const uint8_t head[] = {0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3}, random[32];
	static const uint8_t middle[] = {3, 1,    2, 3, 0, 4, 0x13,
					 1, 0x13, 2, 1, 0, 1, 0}; /* session id, suites, compression, length */
	static const uint8_t other[] = {0, 10, 0, 4, 0, 2, 0, 29};
	uint8_t sni[9] = {0, 0, 0, 0, 0, 0, 0, 0, 0};
	sni[2] = (uint8_t)((name_len + 5) >> 8);
	sni[3] = (uint8_t)(name_len + 5);
	sni[4] = (uint8_t)((name_len + 3) >> 8);
	sni[5] = (uint8_t)(name_len + 3);
	sni[7] = (uint8_t)(name_len >> 8);
	sni[8] = (uint8_t)name_len;
	g_byte_array_append(b, head, sizeof head);
	g_byte_array_append(b, random, sizeof random);
	g_byte_array_append(b, middle, sizeof middle);
	g_byte_array_append(b, other, sizeof other);
	g_byte_array_append(b, sni, sizeof sni);
	g_byte_array_append(b, (const guint8 *)name, (guint)name_len);
	return look(&client, b->data, b->len - cut);
}

static void test_tls(void)
{
	char long_name[PAYLOAD_NAME_MAX + 1];
	memset(long_name, 'a', sizeof long_name);
	struct payload_facts f = look_hello("c2.example", 10, 0);
	g_assert_cmpuint(f.service, ==, TANPA_SERVICE_TLS);
	g_assert_cmpstr(f.name, ==, "c2.example");
	g_assert_cmpstr(look_hello("", 0, 0).name, ==, "");
	g_assert_cmpuint(look_hello(long_name, PAYLOAD_NAME_MAX, 0).name_len, ==, PAYLOAD_NAME_MAX);
	g_assert_cmpuint(look_hello(long_name, PAYLOAD_NAME_MAX + 1, 0).name_len, ==, 0);
	for (size_t cut = 1; cut < 84 - 6; cut++) { /* a name that is not all there is none; TLS it is all the same */
		f = look_hello("c2.example", 10, cut);
		g_assert_cmpuint(f.service, ==, TANPA_SERVICE_TLS);
		g_assert_cmpuint(f.name_len, ==, 0);
	}
	g_assert_cmpuint(look(&server, T("\x16\3\3\0\x4a\2\0\0\x46")).service, ==, TANPA_SERVICE_TLS);
	g_assert_cmpuint(look(&server, T("\x16\3\3\0\x4a")).service, ==, TANPA_SERVICE_UNKNOWN);
	g_assert_cmpuint(look(&server, T("\x16\2\3\0\x4a\2\0\0\x46")).service, ==, TANPA_SERVICE_UNKNOWN);
}

/* ---- the others ---- */

static void test_tcp_services(void)
{
	static const struct {
		uint16_t sport, dport;
		const char *data;
		size_t len;
		enum tanpa_service service;
	} rows[] = {
		{40000, 6667, T("NICK bot\r\n"), TANPA_SERVICE_IRC},
		{40000, 1234, T("nick bot\r\n"), TANPA_SERVICE_IRC},
		{40000, 1234, T("USER bot 0 * :bot\r\n"), TANPA_SERVICE_IRC},
		{40000, 1234, T("PASS x\r\nNICK bot\r\n"), TANPA_SERVICE_IRC},
		{40000, 1234, T("PASS x\r\n"), TANPA_SERVICE_UNKNOWN}, /* FTP's and POP3's as well */
		{40000, 1234, T("CAP LS 302\r\n"), TANPA_SERVICE_IRC},
		{40000, 1234, T("JOIN #bots\r\n"), TANPA_SERVICE_IRC},
		{6667, 40000, T("PING :abc\r\n"), TANPA_SERVICE_IRC},
		{40000, 6667, T("PONG :abc\r\n"), TANPA_SERVICE_IRC},
		{6667, 40000, T("NOTICE AUTH :*** Looking up\r\n"), TANPA_SERVICE_IRC},
		{6667, 40000, T(":irc.example NOTICE AUTH :*** x\r\n"), TANPA_SERVICE_IRC},
		{6667, 40000, T(":irc.example 001 bot :Welcome\r\n"), TANPA_SERVICE_IRC},
		{6667, 40000, T(":irc.example 433 * bot :in use\r\n"), TANPA_SERVICE_IRC},
		{6667, 40000, T(":irc.example"), TANPA_SERVICE_UNKNOWN},
		{6667, 40000, T(": "), TANPA_SERVICE_UNKNOWN},
		{40000, 6667, T("NICK"), TANPA_SERVICE_UNKNOWN},
		{22, 40000, T("SSH-2.0-OpenSSH_9.2p1\r\n"), TANPA_SERVICE_SSH},
		{40000, 445, T("\0\0\0\x45\xffSMBr"), TANPA_SERVICE_SMB},
		{40000, 445, T("\0\0\0\x45\xfeSMB@"), TANPA_SERVICE_SMB},
		{40000, 445, T("\0\0\0\x45\xffSM"), TANPA_SERVICE_UNKNOWN},
		{21, 40000, T("220 Welcome\r\n"), TANPA_SERVICE_FTP},
		{21, 40000, T("220-Welcome\r\n"), TANPA_SERVICE_FTP},
		{21, 40000, T("2201 bytes"), TANPA_SERVICE_UNKNOWN},
		{25, 40000, T("220 mail.example\r\n"), TANPA_SERVICE_SMTP},
		{587, 40000, T("220 mail.example\r\n"), TANPA_SERVICE_SMTP},
		{2525, 40000, T("220 mail.example ESMTP\r\n"), TANPA_SERVICE_SMTP},
		{40000, 2525, T("EHLO me\r\n"), TANPA_SERVICE_SMTP},
		{40000, 2525, T("helo me\r\n"), TANPA_SERVICE_SMTP},
		{40000, 53, T("\0\x0c\0\7\1\0\0\1\0\0\0\0\0\0"), TANPA_SERVICE_DNS},
		{40000, 53, T("\0\x0b\0\7\1\0\0\1\0\0\0\0\0"), TANPA_SERVICE_UNKNOWN},
		{40000, 4444, T("\0\x0c\0\7\1\0\0\1\0\0\0\0\0\0"), TANPA_SERVICE_UNKNOWN},
		{40000, 4444, T("x"), TANPA_SERVICE_UNKNOWN},
		{40000, 4444, T(""), TANPA_SERVICE_UNKNOWN},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
		struct ask ask = {TANPA_TCP, rows[i].sport, rows[i].dport, 0, TANPA_SERVICE_UNKNOWN};
		struct payload_facts f = look(&ask, rows[i].data, rows[i].len);
		g_test_message("row %zu", i);
		g_assert_cmpuint(f.service, ==, rows[i].service);
		g_assert_false(f.more);
	}
	struct ask raw = {TANPA_TCP, 4444, 40000, 0, TANPA_SERVICE_UNKNOWN};
	g_assert_cmpuint(look(&raw, T("\x7f"
				      "ELF\2\1\1"))
				 .content,
			 ==, TANPA_CONTENT_ELF); /* without any protocol */
}

static void test_udp(void)
{
	struct ask dns = {TANPA_UDP, 40000, 53, 0, TANPA_SERVICE_UNKNOWN}, mdns = {TANPA_UDP, 5353, 5353, 0, 0};
	struct ask tftp = {TANPA_UDP, 40000, 69, 0, 0}, transfer = {TANPA_UDP, 3456, 40000, 0, 0};
	g_assert_cmpuint(look(&dns, T("\0\7\1\0\0\1\0\0\0\0\0\0")).service, ==, TANPA_SERVICE_DNS);
	g_assert_cmpuint(look(&dns, T("\0\7\1\0\0\1\0\0\0\0\0")).service, ==, TANPA_SERVICE_UNKNOWN);
	g_assert_cmpuint(look(&mdns, T("\0\0\0\0\0\1\0\0\0\0\0\0")).service, ==, TANPA_SERVICE_DNS);
	g_assert_cmpuint(look(&tftp, T("\0\1bot.exe\0octet\0")).service, ==, TANPA_SERVICE_TFTP);
	g_assert_cmpuint(look(&tftp, T("\0\2loot.zip\0octet\0")).service, ==, TANPA_SERVICE_TFTP);
	g_assert_cmpuint(look(&tftp, T("\0\1b")).service, ==, TANPA_SERVICE_UNKNOWN);
	g_assert_cmpuint(look(&transfer, T("\0\1bot.exe\0octet\0")).service, ==, TANPA_SERVICE_UNKNOWN);
	struct payload_facts f = look(&transfer, T("\0\3\0\1\x7f"
						   "ELF\2\1\1"));
	g_assert_cmpuint(f.content, ==, TANPA_CONTENT_ELF);
	g_assert_cmpuint(f.service, ==, TANPA_SERVICE_TFTP);
	f = look(&transfer, T("\0\3\0\1hello"));
	g_assert_cmpuint(f.content, ==, TANPA_CONTENT_NONE);
	g_assert_cmpuint(f.service, ==, TANPA_SERVICE_UNKNOWN);
	g_assert_cmpuint(look(&transfer, T("\0\3\0\2\x7f"
					   "ELF\2\1\1"))
				 .content,
			 ==, TANPA_CONTENT_NONE); /* the second block */
	g_assert_true(look(&transfer, T("\0\6blksize\0"
					"1428\0"))
			      .more); /* the first block comes next */
	transfer.look = PAYLOAD_LOOKS - 1;
	g_assert_false(look(&transfer, T("\0\6blksize\0"
					 "1428\0"))
			       .more);
	g_assert_cmpuint(look(&transfer, T("GET / HTTP/1.1\r\n\r\n")).service, ==, TANPA_SERVICE_UNKNOWN);
}

/* What was found of one direction is not found anew of the other. */
static void test_known_service(void)
{
	struct ask known = {TANPA_TCP, 21, 40000, 0, TANPA_SERVICE_SSH};
	g_assert_cmpuint(look(&known, T("220 Welcome\r\n")).service, ==, TANPA_SERVICE_SSH);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_set_nonfatal_assertions();
	g_test_add_func("/payload/pe", test_pe);
	g_test_add_func("/payload/content", test_content);
	g_test_add_func("/payload/http-requests", test_http_requests);
	g_test_add_func("/payload/http-answers", test_http_answers);
	g_test_add_func("/payload/http-interim", test_http_interim);
	g_test_add_func("/payload/http-later", test_http_later);
	g_test_add_func("/payload/tls", test_tls);
	g_test_add_func("/payload/tcp-services", test_tcp_services);
	g_test_add_func("/payload/udp", test_udp);
	g_test_add_func("/payload/known-service", test_known_service);
	return g_test_run();
}
