/* The status of its certificate that a server staples to the handshake (OCSP, RFC 6960; RFC 6066 section 8). libssl fetches
 * it and leaves the reading to us. We fetch none ourselves, neither from responders nor lists (CRL): browsers do not
 * either, and the authorities are closing their responders.
 *
 * What comes of each is decided as Firefox does (NSSCertDBTrustDomain::CheckRevocation), the last of those that care. */
#ifndef VIBRISSE_STAPLE_H
#define VIBRISSE_STAPLE_H

#include <openssl/ssl.h>
#include <stdbool.h>

enum staple {
    STAPLE_NONE, /* none was sent */
    STAPLE_GOOD,
    STAPLE_REVOKED,
    STAPLE_UNKNOWN, /* its authority says that it does not know the certificate */
    STAPLE_INVALID, /* nonsense, about another certificate, or changed after it was signed */
    STAPLE_EXPIRED, /* its time is over, or has not come */
    STAPLE_STRANGE, /* signed by somebody who has no say in it */
    STAPLE_EMPTY    /* the responder's excuse instead of a status */
};

/* Of the peer's certificate; the signer has to lead to the store. Within a handshake: once the certificate has come. */
enum staple staple_judge(const SSL *ssl, X509_STORE *store);

/* Whether the certificate demands one: the extension «TLS feature», RFC 7633. */
bool staple_is_demanded(const X509 *leaf);

#endif
