/* Whether a certificate is the one that the TLSA records of its server's zone tell of: DANE, RFC 6698, with the reading of
 * RFC 7671. The records have to be vouched for by DNSSEC (records.h); host names are for the caller to look at. Pure. */
#ifndef VIBRISSE_DANE_H
#define VIBRISSE_DANE_H

#include "records.h"

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

enum dane {
    DANE_NONE,     /* there are no records */
    DANE_UNUSABLE, /* no record is for us: as if there were none */
    DANE_MISMATCH,
    DANE_FITS_ALSO, /* usages 0 and 1: it counts only where an authority vouches for it as usual */
    DANE_FITS_ISSUER, /* usage 2: a chain leads to the issuer that is told of; the host name counts */
    DANE_FITS_SERVER, /* usage 3: its own key or certificate; neither name nor dates count */
};

/* `sent` is everything the server sent, with or without the leaf; may be NULL. `also`: usages 0 and 1 count, which they do not
 * for mail (RFC 7672 section 3.1.3). `now` in seconds. The last word that fits. */
enum dane dane_judge(const struct records_answer *answer, X509 *leaf, STACK_OF(X509) * sent,
                     bool also, int64_t now);

#endif
