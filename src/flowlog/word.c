#include "flowlog/word.h"

struct word {
	const char *text;
	unsigned number;
};

static const struct word conn_states[] = {
	{"SF", TANPA_SF},         {"S0", TANPA_S0},
	{"S1", TANPA_S1},         {"REJ", TANPA_REJ},
	{"S2", TANPA_S2},         {"S3", TANPA_S3},
	{"RSTO", TANPA_RSTO},     {"RSTR", TANPA_RSTR},
	{"RSTOS0", TANPA_RSTOS0}, {"RSTRH", TANPA_RSTRH},
	{"SH", TANPA_SH},         {"SHR", TANPA_SHR},
	{"OTH", TANPA_OTH},       {NULL, 0},
};

static const struct word origins[] = {
	{"syn", TANPA_ORIGIN_SYN},
	{"syn-ack", TANPA_ORIGIN_SYN_ACK},
	{"first-packet", TANPA_ORIGIN_FIRST},
	{"tftp", TANPA_ORIGIN_TFTP},
	{NULL, 0},
};

static const struct word ends[] = {
	{"input-end", TANPA_END_INPUT}, {"fin", TANPA_END_FIN},         {"rst", TANPA_END_RST},
	{"new-syn", TANPA_END_SYN},     {"timeout", TANPA_END_TIMEOUT}, {NULL, 0},
};

static const struct word services[] = {
	{"ssl", TANPA_SERVICE_TLS},
	{"http", TANPA_SERVICE_HTTP},
	{"dns", TANPA_SERVICE_DNS},
	{"tls", TANPA_SERVICE_TLS},
	{"irc", TANPA_SERVICE_IRC},
	{"tftp", TANPA_SERVICE_TFTP},
	{"ftp", TANPA_SERVICE_FTP},
	{"smtp", TANPA_SERVICE_SMTP},
	{"ssh", TANPA_SERVICE_SSH},
	{"smb", TANPA_SERVICE_SMB},
	{NULL, 0},
};

static const struct word methods[] = {
	{"GET", TANPA_HTTP_GET}, {"POST", TANPA_HTTP_POST},       {"HEAD", TANPA_HTTP_HEAD},
	{"PUT", TANPA_HTTP_PUT}, {"CONNECT", TANPA_HTTP_CONNECT}, {NULL, 0},
};

static const struct word contents[] = {
	{"pe", TANPA_CONTENT_PE},
	{"elf", TANPA_CONTENT_ELF},
	{"mach-o", TANPA_CONTENT_MACHO},
	{"script", TANPA_CONTENT_SCRIPT},
	{"archive", TANPA_CONTENT_ARCHIVE},
	{"ocsp", TANPA_CONTENT_OCSP},
	{NULL, 0},
};

static const struct word parts[] = {
#define X(id, name, words) {name, 1u << TANPA_PART_##id},
	TANPA_PARTS(X)
#undef X
		{NULL, 0},
};

static const struct word risks[] = {
#define X(id, name, words) {name, 1u << TANPA_RISK_##id},
	TANPA_RISKS(X)
#undef X
		{NULL, 0},
};

static const struct {
	const struct word *words;
	char separator; /* of several, 0: there is one; '+': they are a set */
} dictionaries[] = {
	[FLOWLOG_CONN_STATES] = {conn_states, 0},
	[FLOWLOG_ORIGINS] = {origins, 0},
	[FLOWLOG_ENDS] = {ends, 0},
	[FLOWLOG_SERVICES] = {services, ','},
	[FLOWLOG_METHODS] = {methods, 0},
	[FLOWLOG_CONTENTS] = {contents, 0},
	[FLOWLOG_PARTS] = {parts, '+'},
	[FLOWLOG_RISKS_SEEN] = {risks, '+'},
};

static const struct word *find(const struct word *words, struct flowlog_text text)
{
	while (words->text && !flowlog_text_is(text, words->text))
		words++;
	return words->text ? words : NULL;
}

unsigned flowlog_word(enum flowlog_dictionary dictionary, struct flowlog_text text, unsigned otherwise)
{
	const struct word *words = dictionaries[dictionary].words;
	char separator = dictionaries[dictionary].separator;
	unsigned set = 0;
	while (text.len > 0) {
		const char *mark = separator ? memchr(text.at, separator, text.len) : NULL;
		gsize len = mark ? (gsize)(mark - text.at) : text.len;
		const struct word *word = find(words, (struct flowlog_text){text.at, len});
		if (word && separator != '+')
			return word->number;
		set |= word ? word->number : 0;
		text.at += len + (mark != NULL);
		text.len -= len + (mark != NULL);
	}
	return set ? set : otherwise;
}
