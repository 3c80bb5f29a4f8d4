/* How much a service was used in a civil month, as it says of itself: the newest reading of the month. */
#ifndef VIBRISSE_USAGE_H
#define VIBRISSE_USAGE_H

#include "result.h"

#include <stdint.h>

struct usage {
    int64_t month; /* s; its begin, in the collective's zone */
    int64_t at;    /* s; when it was read */
    struct users users;
};

/* What its hoster writes of it in a file of figures: the newest month that is told of. */
enum { USAGE_MONTH_SIZE = sizeof "2026-01" };

struct usage_said {
    char month[USAGE_MONTH_SIZE]; /* "" = nothing is told */
    int64_t accounts, active;     /* accounts, and those in use; or USERS_UNKNOWN */
};

#endif
