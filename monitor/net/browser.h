/* What browsers refuse of a certificate although OpenSSL lets it pass. The words say who refuses what; NULL = nothing to
 * object to. Sources: the signature algorithms that BoringSSL offers (ssl/extensions.cc), mozilla::pkix
 * (pkixcheck.cpp), RFC 5280 section 4.2.1. Pure. */
#ifndef VIBRISSE_BROWSER_H
#define VIBRISSE_BROWSER_H

#include <openssl/x509.h>
#include <stdbool.h>

/* The kind of the key, with which they make no connection at all. */
const char *browser_refuses_key(X509 *leaf);

/* An authority's certificate as that of a server. */
const char *browser_refuses_authority(X509 *leaf);

/* Whether the key may be used as the handshake did: `exchange` is NID_kx_rsa where the key deciphers, any other where it
 * signs. */
const char *browser_refuses_usage(X509 *leaf, int exchange);

/* A signature of a kind that not all of them know. */
bool browser_may_refuse_signature(const X509 *certificate);

#endif
