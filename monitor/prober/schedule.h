/* When what is due: a binary heap of turns on the monotonic clock. A regular turn comes back every interval, measured from
 * its own due time and never from now, so that nothing drifts; its phase within the interval is hashed from a key and
 * anchored to the wall clock's epoch, so that turns are spread and a restart keeps them. A single turn comes once.
 * Pure: time is passed in. */
#ifndef VIBRISSE_SCHEDULE_H
#define VIBRISSE_SCHEDULE_H

#include "clock.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Embedded in what has the turn. All zero = not scheduled. */
struct schedule_turn {
    struct mono due;
    int64_t interval_ms; /* 0 = a single turn */
    size_t place;        /* in the heap, counted from 1; 0 = not scheduled */
};

/* All zero = empty and ready. */
struct schedule {
    struct schedule_turn **heap;
    size_t count, capacity;
};

/* What schedule_next() found. */
struct schedule_call {
    struct schedule_turn *turn; /* NULL = nothing is due */
    int64_t late_ms;            /* since its due time */
    int64_t missed;             /* turns before this one that are over for good */
};

void schedule_free(struct schedule *schedule);

/* The turn must not be scheduled yet. `first` as schedule_first() gives it, or any other time. */
void schedule_add_regular(struct schedule *schedule, struct schedule_turn *turn,
                          int64_t interval_ms, struct mono first);
void schedule_add_single(struct schedule *schedule, struct schedule_turn *turn, struct mono due);
void schedule_remove(struct schedule *schedule,
                     struct schedule_turn *turn); /* fine when not scheduled */

static inline bool schedule_has(const struct schedule_turn *turn)
{
    return turn->place != 0;
}

/* The earliest turn that is due at `now`, already moved on to its next time or, if single, removed. */
struct schedule_call schedule_next(struct schedule *schedule, struct mono now);
/* False when nothing is scheduled. */
bool schedule_earliest(const struct schedule *schedule, struct mono *ret_due);

/* Where in its interval a turn lies, in ms: stable for a key. */
int64_t schedule_phase_ms(uint64_t key, int64_t interval_ms);
/* The next time with that phase, counted from the epoch. */
struct mono schedule_first(uint64_t key, int64_t interval_ms, struct mono now,
                           struct wall now_wall);

#endif
