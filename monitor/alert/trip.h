/* One errand on its way: composed, its receiver found, carried, its answer judged. All on the loop's thread. */
#ifndef VIBRISSE_TRIP_H
#define VIBRISSE_TRIP_H

#include "carrier.h"
#include "errand.h"
#include "locate.h"
#include "trust.h"

#include <stdint.h>

enum { TRIP_LIMIT_MS = 35 * 1000 };

struct trip_means { /* borrowed */
    struct uv_loop_s *loop;
    struct carrier *carrier;
    struct trust *trust;
    const char *ca_file; /* what trust was made of; NULL = the system's authorities */
    const struct address_policy *policy;
    const struct templates *templates; /* NULL = there are none */
    struct resolver *first, *second;   /* second: NULL = there is none */
    int64_t limit_ms;                  /* for everything together */
};

/* Takes over the arena, in which the errand lives. Leads to exactly one done(), never from inside; the receipt goes
 * afterwards. There is no way to call it back: its time is short. */
void trip_start(const struct trip_means *means, struct arena *arena, const struct errand *errand,
                void (*done)(void *owner, const struct receipt *receipt), void *owner);

#endif
