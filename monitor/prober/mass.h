/* Many services of several hosters that begin to fail together: then it may be us, and where nobody else can be asked
 * (sentinels), it is taken for us. Pure: time is passed in. */
#ifndef VIBRISSE_MASS_H
#define VIBRISSE_MASS_H

#include "clock.h"
#include "family.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MASS_HOSTERS = 3, MASS_SERVICES = 5, MASS_PERCENT = 30, MASS_WINDOW_MS = 60000 };

/* What is known of one check on one family, from its results as they came in. Zeroed: nothing. */
struct mass_line {
    uint64_t hoster, service; /* hashes of their names */
    enum family family;
    int64_t window_ms;  /* see mass_window_ms() */
    bool known;         /* it had a result: its target exists in the family */
    bool down;          /* it was told to be down, for sure */
    bool failing;       /* its newest result fails in a way that may be our own fault */
    struct mono row;    /* when the first attempt of the failing row began */
    struct mono failed; /* when its newest failing result came */
    struct mono good;   /* when its newest good attempt began; 0 = never */
};

struct mass_lines {
    const struct mass_line *const
        *lines; /* those of a service in a row, its services so for each hoster */
    size_t count;
};

/* All lines that fail by one cause have told so after that time: their turns come within one interval, and take their
 * timeout. */
int64_t mass_window_ms(int64_t interval_ms, int64_t timeout_ms);

struct mass_count {
    size_t services, hosters;
};

/* Lines that were not known to be down, and fail since less than their window. Of those that have never been good, only
 * when nothing has: a prober that starts behind a cut line sees no good one. True when they are a mass. */
bool mass_fails(const struct mass_lines *lines, enum family family, struct mono now,
                struct mass_count *ret);

/* Whether those that did not answer since `since` are enough to become one yet. Once false for a time, it is so for
 * every earlier one. */
bool mass_can_come(const struct mass_lines *lines, enum family family, struct mono since);

#endif
