/* How much a peer may say in TLS besides data. A server that sends one new ticket, new key or wish for another handshake
 * after the other (RFC 8446 section 4.6, RFC 5246 section 7.4.1.1) keeps OpenSSL busy within a single call, and the loop
 * with it, for as long as it likes. Honest ones send a handful of such messages in all; the connection of any other is
 * taken for closed. On the connection's thread. */
#ifndef VIBRISSE_CHATTER_H
#define VIBRISSE_CHATTER_H

#include <openssl/ssl.h>

#include <stdbool.h>

enum { CHATTER_MAX = 100 }; /* messages of a connection, those of its handshake among them */

/* Of one connection; all zero before it. Must stay until the connection is gone. */
struct chatter {
    unsigned heard;
};

/* Before the handshake: of a context that has one connection, or of the connection itself. */
void chatter_watch_context(struct chatter *chatter, SSL_CTX *context);
void chatter_watch(struct chatter *chatter, SSL *ssl);

/* That is why OpenSSL says that the other side has closed. */
bool chatter_is_endless(const struct chatter *chatter);
const char *chatter_words(void); /* of the evidence */

#endif
