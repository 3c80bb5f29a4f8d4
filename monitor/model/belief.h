/* What the monitor believes right now: of a service, and of each line (check, family, vantage) below it. */
#ifndef VIBRISSE_BELIEF_H
#define VIBRISSE_BELIEF_H

#include "result.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line_belief {
    enum outcome state; /* as it counts */
    enum reason reason;
    struct result last; /* the newest result of the line */
    bool unstable;      /* see flapping.h */
};

struct service_belief {
    enum outcome state;
    enum reason reason;
    int64_t since;    /* s; when that state began; 0 = not known */
    int64_t before;   /* s; the bracket's other end, see struct span; 0 = not known */
    int64_t measured; /* s; time of the newest result; 0 = none yet */
    char detail[RESULT_DETAIL_SIZE];
    bool unstable; /* a line of it is */
};

#endif
