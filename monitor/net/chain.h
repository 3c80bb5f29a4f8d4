/* What a chain of certificates is by itself, as a server sent it: which paths to our store it has, everything that is
 * wrong with it, and until when that stays so. For whom it is asked (host name) is not part of it, so the answer can be
 * remembered for the same bytes. RFC 5280 section 6. */
#ifndef VIBRISSE_CHAIN_H
#define VIBRISSE_CHAIN_H

#include "reason.h"
#include "result.h"

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

struct chain {
    struct certificate
        facts; /* of the leaf; `not_after` is the earliest of the path, or of all that was sent when no
                               * path leads to the store; `protocol` and `chain_ok` are not set */
    uint64_t faults; /* bits 1 << REASON_tls_*; 0 = it verifies */
    const char
        *oddity;  /* OpenSSL's words for the last fault that is none of the usual; NULL = none */
    int64_t soon; /* s: from then on it expires soon */
    int64_t judged, stale; /* s: what is said here holds in [judged, stale) */
};

static inline bool chain_has(const struct chain *chain, enum reason fault)
{
    return chain->faults & (UINT64_C(1) << fault);
}

/* `sent` is everything the server sent, with or without the leaf; may be NULL. `closed`: the store holds only authorities of
 * someone's own, which rarely publish where to fetch a certificate that is missing. `now` in seconds. */
void chain_judge(X509_STORE *store, bool closed, X509 *leaf, STACK_OF(X509) * sent, int64_t now,
                 struct chain *ret);

#endif
