/* What a server sends besides its own certificate, and how well (RFC 8446 section 4.4.2). Nobody is kept out by what is
 * too much, but each handshake carries it. Pure. */
#ifndef VIBRISSE_SENT_H
#define VIBRISSE_SENT_H

#include <openssl/x509.h>

/* A set of notices. `sent` with or without the leaf; may be NULL. */
unsigned sent_notices(const X509 *leaf, const STACK_OF(X509) * sent);

#endif
