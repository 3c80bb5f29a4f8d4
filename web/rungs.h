/* What services did, month by month and, for two years, week by week (ISO 8601) and day by day: sums over civil periods that
 * follow one another, up to the last midnight. Pure but for the zone of the process, see calendar.h. */
#ifndef VIBRISSE_RUNGS_H
#define VIBRISSE_RUNGS_H

#include "arena.h"
#include "calendar.h"
#include "histogram.h"
#include "page.h"
#include "span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RUNG_LADDERS = 3 };

/* One of those that follow one another. */
struct period {
    int64_t from, to;
    int year;     /* in whose list it is */
    size_t place; /* there */
};

struct ladder {
    const char *name;
    int64_t (*begin)(int year); /* first second of a year's first period */
    int64_t (*next)(int64_t begin, struct calendar_walk *walk);
    size_t most; /* in a year */
    bool fine;   /* only of the newest years */
    bool is_day;
};

/* The periods of each ladder, which all services share. */
struct stairs {
    int64_t first; /* a day; they begin with its year */
    int64_t today; /* its begin, up to which is told */
    struct flight {
        const struct ladder *ladder;
        struct period *periods; /* each begins where the one before ends */
        size_t count;
    } flights[RUNG_LADDERS];
};

/* What is known of a period. */
struct rung {
    struct tally tally;
    size_t outages;            /* that began in it */
    double median_ms;          /* of the answers; NAN = not known */
    struct histogram *answers; /* NULL = none, or it is a day: its median is enough */
};

struct rungs {
    const struct ladder *ladder;
    const struct period *periods; /* one to each */
    struct rung *list;
    size_t count, here;
};

/* Of one service, or of several together: then days have no median. */
struct climb {
    struct rungs rungs[RUNG_LADDERS];
};

/* In the arena. */
struct stairs rungs_stairs(int64_t first, int64_t now, struct arena *arena);

/* The day on which what is told of the service begins; 0 = nothing can be told yet. */
int64_t rungs_first(const struct page *page, const struct service *service);
/* All zero, from the period that holds the day `first` on, which is not before that of the stairs. In the arena; it borrows the
 * stairs. */
struct climb rungs_empty(const struct stairs *stairs, int64_t first, struct arena *arena);
/* Of a service that has a first day. As rungs_empty(). */
struct climb rungs_measure(const struct page *page, const struct service *service,
                           const struct stairs *stairs, int64_t first, struct arena *arena);
/* Both end on the same day; once all are added, rungs_settle() finds the medians. */
void rungs_add(struct climb *sum, const struct climb *part, struct arena *arena);
void rungs_settle(struct climb *sum);

#endif
