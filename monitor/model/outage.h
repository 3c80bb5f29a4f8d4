/* Interruptions in a record: neighbouring stretches of down are one. Pure. */
#ifndef VIBRISSE_OUTAGE_H
#define VIBRISSE_OUTAGE_H

#include "arena.h"
#include "span.h"

#include <stddef.h>
#include <stdint.h>

enum outage_end {
    OUTAGE_OPEN, /* the record ends with it */
    OUTAGE_OVER, /* a good answer ended it */
    OUTAGE_LOST  /* we stopped measuring before its end */
};

struct outage {
    int64_t from, to;  /* s; as it counts */
    int64_t last_good; /* s; the last good answer before it; 0 = none known */
    int64_t last_bad;  /* s; the last bad answer before its end; 0 = none known, or no end yet */
    enum outage_end end;
    enum reason reason;
    const char *detail; /* belongs to the spans */
};

/* In order of time. `spans` as a history hands them out. */
size_t outages_in(const struct span *spans, size_t count, struct arena *arena,
                  const struct outage **ret);

/* Seconds of the outage within [from, to). */
int64_t outage_seconds(const struct outage *outage, int64_t from, int64_t to);

#endif
