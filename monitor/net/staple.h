/* The status of its certificate that a server staples to the handshake (OCSP, RFC 6960; RFC 6066 section 8). libssl fetches
 * it and leaves the reading to us. */
#ifndef VIBRISSE_STAPLE_H
#define VIBRISSE_STAPLE_H

#include <openssl/ssl.h>
#include <stdbool.h>

/* True only for a revocation of the peer's certificate that is signed by an authority whom the store believes. Anything
 * else, nonsense included, says nothing. Within a handshake: once the certificate has come. */
bool staple_revokes(const SSL *ssl, X509_STORE *store);

#endif
