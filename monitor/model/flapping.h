/* Whether a line swings to and fro: a ring of its last results and the share of changes among them, newer ones weighing
 * more, with hysteresis, as Nagios and Icinga 2 count (checkable-flapping.cpp: weights 0.80 to 1.18, 30 and 25 %). Shown
 * as such; it changes no counting rule and no figure. Pure, of fixed size. */
#ifndef VIBRISSE_FLAPPING_H
#define VIBRISSE_FLAPPING_H

#include "outcome.h"

#include <stdbool.h>
#include <stdint.h>

enum { FLAPPING_RESULTS = 20, FLAPPING_BEGINS_PERCENT = 30, FLAPPING_ENDS_PERCENT = 25 };

struct flapping {
    uint32_t changes; /* bit i: the result i before the newest differed from the one before it */
    bool heard;       /* there was a result */
    bool failed;      /* the newest was one that failed */
    bool on;
};

/* Good and degraded are one side, down is the other; an unknown one says nothing of the service and is left out. */
void flapping_add(struct flapping *flapping, enum outcome found);

/* The weighted share of changes among the last results, 0 to 99 %. */
int flapping_percent(const struct flapping *flapping);

#endif
