/*
 * The session record: the narrow waist of tanpa.
 *
 * Everything that makes sessions (packet captures, flow logs) ends here, and everything that judges,
 * groups, compares or prints sessions starts here. A record is plain data: it owns nothing and may be
 * copied with `=`.
 */
#ifndef TANPA_SESSION_H
#define TANPA_SESSION_H

#include <stdbool.h>
#include <stdint.h>

/* Index of the two directions of a session. */
enum tanpa_side {
	TANPA_ORIG = 0, /* from the initiator (Zeek: originator) */
	TANPA_RESP = 1, /* from the responder */
};

enum tanpa_proto {
	TANPA_TCP = 6, /* IANA protocol numbers */
	TANPA_UDP = 17,
};

/* How the initiator was told from the responder. */
enum tanpa_origin {
	TANPA_ORIGIN_SYN,     /* a SYN was seen */
	TANPA_ORIGIN_SYN_ACK, /* no SYN, but a SYN-ACK: the initiator is its destination */
	TANPA_ORIGIN_FIRST,   /* whoever sent the first packet seen */
	TANPA_ORIGIN_TFTP,    /* a TFTP answer from a fresh port: the initiator is who asked on port 69 */
	TANPA_N_ORIGINS,
};

/* Zeek's conn_state (scripts/base/protocols/conn/main.zeek). */
enum tanpa_conn_state {
	TANPA_S0,
	TANPA_S1,
	TANPA_SF,
	TANPA_REJ,
	TANPA_S2,
	TANPA_S3,
	TANPA_RSTO,
	TANPA_RSTR,
	TANPA_RSTOS0,
	TANPA_RSTRH,
	TANPA_SH,
	TANPA_SHR,
	TANPA_OTH,
	TANPA_N_CONN_STATES,
};

/* Why the record was closed. */
enum tanpa_end {
	TANPA_END_INPUT,   /* the input ended while the session was alive */
	TANPA_END_FIN,     /* FIN in both directions */
	TANPA_END_RST,     /* RST */
	TANPA_END_SYN,     /* a new SYN on the same addresses and ports */
	TANPA_END_TIMEOUT, /* nothing was seen for the idle time-out */
	TANPA_N_ENDS,
};

/* What the first payload bytes of one direction are; for HTTP, what its first body is. */
enum tanpa_content {
	TANPA_CONTENT_NONE,    /* nothing executable recognised */
	TANPA_CONTENT_PE,      /* Windows executable or library (MZ … PE) */
	TANPA_CONTENT_ELF,     /* */
	TANPA_CONTENT_MACHO,   /* thin or universal Mach-O */
	TANPA_CONTENT_SCRIPT,  /* #!, PowerShell, VBScript, batch, PHP */
	TANPA_CONTENT_ARCHIVE, /* zip, rar, 7z, cab, gzip, xz, bzip2, zstd */
	TANPA_CONTENT_OCSP,    /* answer whether a certificate is revoked (RFC 6960) */
	TANPA_N_CONTENTS,
};

/* Application protocol as the first payload bytes tell it. */
enum tanpa_service {
	TANPA_SERVICE_UNKNOWN,
	TANPA_SERVICE_HTTP,
	TANPA_SERVICE_TLS,
	TANPA_SERVICE_IRC,
	TANPA_SERVICE_DNS,
	TANPA_SERVICE_TFTP,
	TANPA_SERVICE_FTP,
	TANPA_SERVICE_SMTP,
	TANPA_SERVICE_SSH,
	TANPA_SERVICE_SMB,
	TANPA_N_SERVICES,
};

enum tanpa_http_method {
	TANPA_HTTP_NONE,
	TANPA_HTTP_GET,
	TANPA_HTTP_POST,
	TANPA_HTTP_HEAD,
	TANPA_HTTP_PUT,
	TANPA_HTTP_CONNECT,
	TANPA_HTTP_OTHER, /* OPTIONS, DELETE, … */
	TANPA_N_HTTP_METHODS,
};

/*
 * What a flow log may leave out of a session: id, name, words. A bit of each stands in tanpa_session.absent where
 * nothing is known of it, in tanpa_session.estimated where it was made of something else (docs/formats.md says how).
 */
#define TANPA_PARTS(X)                                                                  \
	X(PACKETS, "packets", "packets of each direction")                              \
	X(PAYLOAD, "payload", "payload bytes of each direction")                        \
	X(IP_BYTES, "ip-bytes", "IP bytes of each direction")                           \
	X(SIDES, "sides", "whose packets and bytes they are: the initiator's have all") \
	X(RETRANS, "retransmissions", "payload sent again")                             \
	X(TIMES, "times", "first and last packet of each direction")                    \
	X(STATE, "state", "how it began and ended")                                     \
	X(CONTENT, "content", "first payload bytes, turns of direction, data packets, replies, idle times")

enum tanpa_part {
#define X(id, name, words) TANPA_PART_##id,
	TANPA_PARTS(X)
#undef X
		TANPA_N_PARTS,
};

/*
 * What a deeper look finds questionable: id, name, words. libndpi's flow risks, those that may say something of a
 * control channel; the names are its own.
 */
#define TANPA_RISKS(X)                                                                                           \
	X(BINARY_TRANSFER, "binary-application-transfer", "binary application transfer")                         \
	X(KNOWN_PROTOCOL_ON_OTHER_PORT, "known-protocol-on-non-standard-port", "known protocol on another port") \
	X(SELFSIGNED, "tls-selfsigned-certificate", "self-signed certificate")                                   \
	X(CERTIFICATE_EXPIRED, "tls-certificate-expired", "expired certificate")                                 \
	X(CERTIFICATE_MISMATCH, "tls-certificate-mismatch", "certificate of another name")                       \
	X(CERTIFICATE_VALID_LONG, "tls-certificate-validity-too-long", "certificate valid for too long")         \
	X(OBSOLETE_TLS, "tls-obsolete-version", "obsolete TLS version")                                          \
	X(WEAK_CIPHER, "tls-weak-cipher", "weak TLS cipher")                                                     \
	X(NOT_HTTPS, "tls-not-carrying-https", "TLS that does not carry HTTPS")                                  \
	X(MISSING_SNI, "tls-missing-sni", "no TLS server name")                                                  \
	X(SUSPICIOUS_AGENT, "http-suspicious-user-agent", "suspicious user agent")                               \
	X(NUMERIC_HOST, "http-numeric-ip-host", "numeric host")                                                  \
	X(SUSPICIOUS_URL, "http-suspicious-url", "suspicious URL")                                               \
	X(SUSPICIOUS_HEADER, "http-suspicious-header", "suspicious HTTP header")                                 \
	X(SUSPICIOUS_CONTENT, "http-suspicious-content", "suspicious HTTP content")                              \
	X(DGA_DOMAIN, "suspicious-dga-domain", "name as if made by a program")                                   \
	X(MALICIOUS_JA3, "malicious-ja3", "TLS client known to be malicious")                                    \
	X(CLEAR_TEXT_CREDENTIALS, "clear-text-credentials", "password in clear text")

enum tanpa_risk {
#define X(id, name, words) TANPA_RISK_##id,
	TANPA_RISKS(X)
#undef X
		TANPA_N_RISKS,
};

/* No packet was seen in this direction; there was none. */
#define TANPA_NEVER INT64_MIN

/* A session is idle when none of its packets comes for so long. */
#define TANPA_IDLE_NS (INT64_C(8) * 1000000000)

/* What one direction of a session carried. All sums are over packets seen, lengths from the headers. */
struct tanpa_flow {
	uint64_t packets;       /* packets (IP fragments count each) */
	uint64_t ip_bytes;      /* IP total length, bytes */
	uint64_t payload_bytes; /* TCP or UDP payload seen for the first time, bytes */
	uint64_t retrans_bytes; /* TCP payload seen again, bytes; keep-alive probes are in neither */
	uint64_t missed_bytes;  /* TCP payload that sequence numbers prove was sent but not captured */
	int64_t first_ns;       /* ns since the epoch, UTC, or TANPA_NEVER */
	int64_t last_ns;        /* likewise */
	uint64_t data_packets;  /* packets with payload seen for the first time */
};

/* One TCP connection, or one UDP exchange, between an initiator and a responder. */
struct tanpa_session {
	uint8_t addr[2][16]; /* initiator, responder; IPv4 as IPv4-mapped IPv6 (::ffff:a.b.c.d) */
	uint16_t port[2];    /* host byte order */
	uint8_t proto;       /* enum tanpa_proto */
	bool ipv4;
	uint8_t conn_state;   /* enum tanpa_conn_state */
	uint8_t end;          /* enum tanpa_end */
	uint8_t origin;       /* enum tanpa_origin */
	uint8_t service;      /* enum tanpa_service */
	uint8_t content[2];   /* enum tanpa_content, by direction */
	uint8_t http_method;  /* enum tanpa_http_method */
	uint16_t http_status; /* of the first answer, 100 to 599; 0: none */
	uint16_t absent;      /* 1 << enum tanpa_part: not known, and 0 here. Of captures nothing is */
	uint16_t estimated;   /* likewise: not told, but estimated */
	uint32_t turns;       /* how often the direction of the payload changed */
	int64_t reply_ns; /* from the initiator's last packet to the responder's first payload after the initiator's,
			     to a thirty-second part; TANPA_NEVER: there was none */
	int64_t idle_ns;  /* the last idle time (TANPA_IDLE_NS) that payload ended, to a sixteenth part */
	uint8_t idles;    /* how many there were, up to 255 */
	uint8_t steady_idles; /* of these: about as long as the one before, an eighth more or less */
	uint64_t frame_bytes; /* bytes on the wire, both directions; 0: not known (of captures, unless asked for) */
	const char *name;     /* HTTP Host or TLS server name, UTF-8 not guaranteed; NULL: none. Borrowed
				 from what made the record, valid as long as that */
	const char *label;    /* of a labelled flow log: what the session is said to be; NULL: none. As `name` */
	const char *detailed_label; /* likewise, in more detail */
	/* application protocol as libndpi tells it ("TLS.Microsoft", "Unknown"); NULL: nobody asked it. As `name` */
	const char *app_protocol;
	uint32_t risks;   /* 1 << enum tanpa_risk */
	char history[32]; /* Zeek's history, NUL-terminated; longer ones end in '+' */
	struct tanpa_flow flow[2];
};

/* Content that runs by itself; archives and scripts are not in it. */
static inline bool tanpa_is_executable(uint8_t content)
{
	return content == TANPA_CONTENT_PE || content == TANPA_CONTENT_ELF || content == TANPA_CONTENT_MACHO;
}

/* ns since the epoch of the first and the last packet of either direction. */
static inline int64_t tanpa_session_start_ns(const struct tanpa_session *s)
{
	int64_t a = s->flow[0].first_ns, b = s->flow[1].first_ns;
	return a == TANPA_NEVER ? b : b == TANPA_NEVER || a < b ? a : b;
}

static inline int64_t tanpa_session_end_ns(const struct tanpa_session *s)
{
	int64_t a = s->flow[0].last_ns, b = s->flow[1].last_ns;
	return a > b ? a : b; /* TANPA_NEVER is below every time */
}

/* Whether one of `parts` (1 << enum tanpa_part) is not known. */
static inline bool tanpa_session_lacks(const struct tanpa_session *s, unsigned parts)
{
	return s->absent & parts;
}

static inline uint64_t tanpa_session_packets(const struct tanpa_session *s)
{
	return s->flow[0].packets + s->flow[1].packets;
}

/* Payload of both directions, each byte once; 0 makes the session an attempt. */
static inline uint64_t tanpa_session_payload(const struct tanpa_session *s)
{
	return s->flow[0].payload_bytes + s->flow[1].payload_bytes;
}

#endif
