/* One certificate after another at one endpoint: what the ledger records of it and the pages tell. The endpoint is a check;
 * where its families show different certificates, a check over one family. Pure. */
#ifndef VIBRISSE_CERTIFICATE_CHANGE_H
#define VIBRISSE_CERTIFICATE_CHANGE_H

#include "buffer.h"
#include "family.h"
#include "result.h"

#include <stdbool.h>
#include <stdint.h>

struct certificate_change {
    int64_t at;         /* s; when the result began that first showed `now` */
    int64_t last;       /* s; the last that showed `before`; 0 = not known */
    bool of_one_family; /* the other family showed something else */
    enum family family;
    struct certificate before; /* sha256 "" = none was known */
    struct certificate now;
};

bool certificate_change_is_first(const struct certificate_change *change);
bool certificate_change_of_issuer(const struct certificate_change *change);
/* By the key itself; where its digest is not known, by its kind and size. */
bool certificate_change_of_key(const struct certificate_change *change);

enum { CERTIFICATE_CHANGE_MAX = 4 * 1024 }; /* bytes, more than the longest of all */

/* Appends the facts as one JSON object:
 *
 *     {"changed":["certificate","issuer","key"],"before":{…},"now":{…}}
 *
 * with certificates as certificate_json_add() has them. `changed` names what differs, in this order; the first
 * certificate of an endpoint has only `now`. Times, family and endpoint are the event's to say. */
void certificate_change_write(const struct certificate_change *change, struct buffer *out);

/* Sets `before` and `now` alone. False when the text is no such object: *ret is then untouched. */
bool certificate_change_read(const char *text, struct certificate_change *ret);

#endif
