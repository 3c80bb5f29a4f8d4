/* Two kinds of time that the compiler keeps apart. Durations and deadlines are monotonic; stamps are wall time.
 * Only clock_mono() and clock_wall() ask the system: everything else is given its `now`. */
#ifndef VIBRISSE_CLOCK_H
#define VIBRISSE_CLOCK_H

#include <stdint.h>

struct mono {
    int64_t ns; /* CLOCK_MONOTONIC */
};

struct wall {
    int64_t ms; /* Unix time in milliseconds, UTC; 0 = not known */
};

struct mono clock_mono(void);
struct wall clock_wall(void);

static inline struct mono mono_plus_ms(struct mono time, int64_t ms)
{
    return (struct mono){time.ns + ms * 1000000};
}

static inline int64_t mono_ms_between(struct mono from, struct mono to)
{
    return (to.ns - from.ns) / 1000000;
}

/* Whole seconds, cut: the unit of the record (counting rule 7). */
static inline int64_t wall_seconds(struct wall time)
{
    return time.ms / 1000;
}

static inline struct wall wall_from_seconds(int64_t seconds)
{
    return (struct wall){seconds * 1000};
}

#endif
