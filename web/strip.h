/* Days as whiskers: normal is thin and quiet, trouble hangs from above, what was not measured is a missing whisker.
 * One image with a sentence; at most one element per look, and one for its marks, whatever the number of days. Pure. */
#ifndef VIBRISSE_STRIP_H
#define VIBRISSE_STRIP_H

#include "buffer.h"
#include "span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { STRIP_DAYS = 90 };

enum strip_day {
    STRIP_UNKNOWN, /* more than half of the day was not measured */
    STRIP_UP,
    STRIP_MAINTENANCE, /* announced in time, and nothing else happened */
    STRIP_DEGRADED,
    STRIP_DOWN_MINUTES, /* down under 10 minutes */
    STRIP_DOWN_HOUR,    /* under an hour */
    STRIP_DOWN_HOURS,   /* under four hours */
    STRIP_DOWN_LONG
};

/* The civil days up to the one of the page: day i is [bounds[i], bounds[i + 1]); the last ends now. */
struct strip_range {
    int64_t bounds[STRIP_DAYS + 1];
};

struct strip_range strip_range_until(int64_t now);

/* What a day looks like, given its sums over `services` services: the length of its outages is their mean. */
enum strip_day strip_day_of(const struct tally *tally, size_t services);
bool strip_is_down(enum strip_day day);

/* The image. `label` says in a sentence what it shows; NULL = it is decoration. */
void strip_write(struct buffer *out, const enum strip_day *days, size_t count, const char *label);

#endif
