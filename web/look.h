/* How a state is shown: as it was measured, but that who is down while maintenance was announced is under maintenance.
 * The seconds count as measured all the same. */
#ifndef VIBRISSE_LOOK_H
#define VIBRISSE_LOOK_H

#include "outcome.h"

#include <stdbool.h>

enum look { /* from the least to the worst of what is known */
            LOOK_UNKNOWN,
            LOOK_UP,
            LOOK_MAINTENANCE,
            LOOK_DEGRADED,
            LOOK_DOWN,
            LOOK_COUNT
};

static inline enum look look_of(enum outcome state, bool maintained)
{
    static const enum look looks[OUTCOME_COUNT] = {
        [OUTCOME_UNKNOWN] = LOOK_UNKNOWN,
        [OUTCOME_UP] = LOOK_UP,
        [OUTCOME_DEGRADED] = LOOK_DEGRADED,
        [OUTCOME_DOWN] = LOOK_DOWN,
    };
    return state == OUTCOME_DOWN && maintained ? LOOK_MAINTENANCE : looks[state];
}

#endif
