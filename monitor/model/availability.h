/* How a service did over a period, in whole seconds, by method version 1. `from` is included, `to` is not. Pure.
 *
 * Availability is good / (good + down), over what is known; degraded counts as good. It is never told without its
 * coverage. What the measurements leave open bounds it: every unknown second, and every second between the two results
 * of a bracket, is taken once against the service and once for it. An outage counts for the period in which it began;
 * its duration, for the period in which it ended. An unknown stretch parts two outages. */
#ifndef VIBRISSE_AVAILABILITY_H
#define VIBRISSE_AVAILABILITY_H

#include "arena.h"
#include "span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { AVAILABILITY_WINDOWS = 5 };
extern const int64_t availability_windows_s[AVAILABILITY_WINDOWS]; /* an hour to a year */

struct stretch { /* of time, in seconds */
    int64_t from, to;
};

struct availability_question {
    int64_t from, to;
    const struct span *spans; /* whole and in order, as the ledger hands them out */
    size_t count;
    const struct stretch *maintenance; /* announced before it began; in order, not overlapping */
    size_t maintenance_count;
    int64_t incident_after_s; /* an outage at least this long is an incident */
    bool without_windows;     /* the worst ones are not asked for, and -1 */
};

struct availability {
    int64_t from, to;
    struct tally tally;
    struct tally excluded; /* the part of it that lies within announced maintenance */
    int64_t maintenance_s;
    int64_t least_good_s, most_good_s; /* whatever happened while we did not look */
    size_t outages, incidents;         /* that began in the period */
    int64_t longest_s;                 /* of any outage, within the period */
    size_t ended;                      /* outages that ended in it */
    int64_t ended_s;                   /* their whole durations */
    int64_t *durations; /* of these, sorted; in the arena, so that sums can tell their median */
    int64_t worst_s[AVAILABILITY_WINDOWS]; /* most seconds down in any window so long; -1 = the
                                              period is shorter, or nobody asked */
};

void availability_of(const struct availability_question *question, struct arena *arena,
                     struct availability *ret);
/* Adds up services over the same period. The worst windows of a sum are not told. */
void availability_add(struct availability *sum, const struct availability *part,
                      struct arena *arena);

/* Hundred-thousandths; -1 when there is nothing to divide by. Rounded so that nothing is promised: down, but for the upper
 * bound, which is rounded up. */
int64_t availability_e5(const struct availability *availability);
int64_t availability_low_e5(const struct availability *availability);
int64_t availability_high_e5(const struct availability *availability);
int64_t availability_without_maintenance_e5(const struct availability *availability);
int64_t availability_coverage_e5(const struct availability *availability);

/* Seconds; -1 when no outage ended. */
int64_t availability_mean_s(const struct availability *availability); /* MTTR */
int64_t availability_median_s(const struct availability *availability);

#endif
