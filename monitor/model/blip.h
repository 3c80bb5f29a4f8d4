/* A failure that was not confirmed: fewer failing results in a row than turn a line down. It is kept and listed, and
 * counts nowhere. What the ledger records of it and the pages tell. Pure. */
#ifndef VIBRISSE_BLIP_H
#define VIBRISSE_BLIP_H

#include "buffer.h"
#include "result.h"

#include <stdbool.h>
#include <stdint.h>

struct blip {
    int64_t at;         /* s; the first failing result */
    int64_t until;      /* s; the first one after that did not fail; 0 = none came */
    enum outcome then;  /* what that one found; unknown also when none came */
    int results;        /* how many failed; 0 = no blip */
    enum reason reason; /* of the first */
    char detail[RESULT_DETAIL_SIZE];
};

enum { BLIP_MAX = 2 * 1024 }; /* bytes, more than the longest of all */

/* Appends the facts as one JSON object; when it began is the event's to say:
 *
 *     {"until":1767225670,"then":"up","results":2,"reason":"timeout","detail":"…"} */
void blip_write(const struct blip *blip, struct buffer *out);

/* Sets all but `at`, which is given in *ret: it cannot end before. False when the text is no such object: *ret is then
 * untouched. */
bool blip_read(const char *text, struct blip *ret);

#endif
