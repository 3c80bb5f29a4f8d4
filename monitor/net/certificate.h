/* What an X.509 certificate says, as text and numbers fit to be recorded (RFC 5280). Everything in it was written by a
 * stranger: texts are cleaned here. Pure. */
#ifndef VIBRISSE_CERTIFICATE_H
#define VIBRISSE_CERTIFICATE_H

#include "result.h"

#include <openssl/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Subject and issuer as certificate_issuer() has them. Leaves `protocol` empty and `chain_ok` false: they are not the
 * certificate's to say. `not_after` is its own. */
void certificate_read(X509 *certificate, struct certificate *ret);

/* Unix time of a validity bound in seconds; an unreadable one counts as the end of 1969: never valid. */
int64_t certificate_begins(const X509 *certificate);
int64_t certificate_ends(const X509 *certificate);

/* The names that it is for, as many as fit whole: "a.example, b.example". "" when it names none. */
void certificate_names(X509 *certificate, char *to, size_t size);

/* Who issued it, as people know them: "Let's Encrypt (E7)", or the common name or the organisation alone. */
void certificate_issuer(const X509 *certificate, char *to, size_t size);

/* Where the issuer's own certificate can be fetched, as it says (authority information access, RFC 5280 section
 * 4.2.2.1). False when it does not say. */
bool certificate_issuer_url(X509 *certificate, char *to, size_t size);

#endif
