/* A certificate as one JSON object: in result lines, in the ledger's events, in what the keeper must find again. Reading
 * trusts nothing: texts are cleaned, times and digests checked. */
#ifndef VIBRISSE_CERTIFICATE_JSON_H
#define VIBRISSE_CERTIFICATE_JSON_H

#include "buffer.h"
#include "result.h"

#include <jansson.h>
#include <stdbool.h>

/* {"sha256":…,"key_sha256":…,"subject":…,"issuer":…,"names":…,"not_before":…,"not_after":…,"key":…,"protocol":…,
 * "sans":2,"chain_ok":true,"notices":["renew_soon"]}, in this order. */
void certificate_json_add(struct buffer *out, const struct certificate *certificate);

/* False when it is no certificate: *ret is then undefined. What an older writer did not know is "". */
bool certificate_json_read(const json_t *object, struct certificate *ret);

#endif
