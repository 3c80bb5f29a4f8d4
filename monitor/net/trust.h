/* Whom we believe on the other end of a TLS connection: one store of authorities, one judgement for every protocol.
 *
 * Connections are made leniently (from TLS 1.0 up, weak keys and all), so that what a visitor's software would refuse
 * is told as exactly that, with the certificate's facts, and not as a failed handshake. The judgement is ours, not
 * libssl's; it collects everything that is wrong and names the fault that has to be mended first:
 *
 *     expired, not yet valid               no visitor gets past these, whoever issued it
 *     self-signed, incomplete, untrusted   who vouches for it
 *     hostname                             for whom
 *     weak key, weak signature, handshake (a key that browsers do not take), old protocol   how well
 *     revoked, staple missing, staple invalid   by the status that the server staples to the handshake, once it stands
 *     DANE mismatch                        by its own zone. Senders of mail look there, and take its word for that of
 *                                          an authority; of other programs few do
 *
 * What keeps nobody out is a notice in the certificate's facts.
 *
 * Verified chains are remembered by the SHA-256 of their bytes, for an hour at most and never past a bound of validity.
 * The host name is checked each time, and libssl checks the handshake's signature each time. All on one thread. */
#ifndef VIBRISSE_TRUST_H
#define VIBRISSE_TRUST_H

#include "clock.h"
#include "fault.h"
#include "reason.h"
#include "records.h"
#include "result.h"

#include <openssl/ssl.h>

struct trust;

/* `file` holds authorities in PEM; NULL = the system's. NULL and a sentence when there are none in it. */
struct trust *trust_new(const char *file, struct fault *fault);
void trust_free(struct trust *trust); /* NULL is fine */

/* Makes a fresh client context as lenient as described above. It verifies nothing by itself. */
void trust_prepare(SSL_CTX *context);
/* Such a context, shared by all who speak TLS over sockets of their own. Belongs to `trust`. */
SSL_CTX *trust_context(struct trust *trust);

/* What the software that comes wants of a certificate. */
enum trust_rule {
    TRUST_AUTHORITIES, /* that an authority vouches for it: browsers, programs for mail and chat */
    TRUST_FIRST_USE, /* that it is the one of the last time: Gemini, Mumble. Who signed it, for whom, is all the same;
                         * most programs ask before they take one out of date */
    TRUST_OPPORTUNISTIC /* nothing: mail between servers is encrypted without looking, since it would go in clear
                         * otherwise (RFC 3207 section 4.1, RFC 7435), and programs for databases do not look unless
                         * told to. Whatever is wrong only degrades */
};

struct trust_question {
    X509 *leaf;
    STACK_OF(X509) * sent; /* all that the server sent; may be NULL */
    int protocol;          /* SSL_version() */
    const char *host;      /* whom we wanted: a name in ASCII or an address literal */
    enum trust_rule rule;
    const struct records_answer *dane; /* TLSA records of its port, vouched for; NULL = none */
    int exchange;                      /* NID_kx_*: SSL_CIPHER_get_kx_nid(); 0 = not known */
    struct wall now;
};

struct trust_answer {
    enum reason reason;              /* ok, tls_expires_soon, or what is wrong */
    enum outcome outcome;            /* the reason's own, or degraded where the rule lets it pass */
    char detail[RESULT_DETAIL_SIZE]; /* "" when ok */
    struct certificate certificate;  /* also when something is wrong */
};

/* What the caller wants of a peer; the same as in a question. */
struct trust_wish {
    const char *host;
    enum trust_rule rule;
    const struct records_answer *dane;
};

void trust_judge(struct trust *trust, const struct trust_question *question,
                 struct trust_answer *ret);
/* After a handshake, stapled status and all. Without a certificate: tls_handshake. */
void trust_judge_peer(struct trust *trust, const SSL *ssl, const struct trust_wish *wish,
                      struct wall now, struct trust_answer *ret);
/* Within one, from the callback of SSL_CTX_set_cert_verify_callback(3). The name asked for by SNI goes before `host`: it
 * is in ASCII. */
void trust_judge_handshake(struct trust *trust, X509_STORE_CTX *context, const char *host,
                           struct wall now, struct trust_answer *ret);

/* Goes on with what is known only at the end of the handshake, the stapled status and the key exchange: false when that
 * makes the answer down. From the callback of SSL_CTX_set_tlsext_status_cb(3), which is called also when none was
 * sent; trust_judge_peer() asks by itself. */
bool trust_judge_end(struct trust *trust, const SSL *ssl, enum trust_rule rule,
                     struct trust_answer *ret);

#endif
