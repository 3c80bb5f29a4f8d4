/* What a chain of certificates is by itself, as a server sent it: which paths to our store it has, everything that is
 * wrong with it, and until when that stays so. For whom it is asked (host name) is not part of it, so the answer can be
 * remembered for the same bytes. RFC 5280 section 6, and what browsers add to it (browser.h).
 *
 * Two paths are tried, the store's own certificates first and those that were sent first: an authority of ours that has
 * expired does no harm where another one vouches for it. */
#ifndef VIBRISSE_CHAIN_H
#define VIBRISSE_CHAIN_H

#include "reason.h"
#include "result.h"

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

enum { CHAIN_ISSUER_SIZE = 160 };

struct chain {
    /* Of the leaf; `not_after` is the earliest of the path, or of all that was sent when no path leads to the store;
     * `protocol`, `chain_ok` and the notices about time and handshake are not set. */
    struct certificate facts;
    uint64_t faults;     /* bits 1 << REASON_tls_*; 0 = it verifies */
    const char *oddity;  /* words for the first fault that is none of the usual; NULL = none */
    const char *refusal; /* why browsers refuse its key; NULL = they do not */
    char issuer
        [CHAIN_ISSUER_SIZE]; /* the one whose certificate we lack, and where it can be fetched */
    int64_t
        renew; /* s: from then on it should have been renewed: a quarter of the lifetime, at most 30 d */
    int64_t soon; /* s: from then on it expires soon: an eighth of the lifetime, at most 14 d */
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
