/* Maintenance that an operator announced: a stretch of time, once or recurring, of a service, a hoster or all. An
 * occurrence counts only when it was announced before it began, and at most MAINTENANCE_YEAR_MOST_S of a service and
 * civil year do: what is beyond is shown, and improves no figure. What was measured stays as it was measured. Pure:
 * recurrences are worked out elsewhere (keeper/recurrence.h). Seconds of Unix time; `from` is included, `to` is not. */
#ifndef VIBRISSE_MAINTENANCE_H
#define VIBRISSE_MAINTENANCE_H

#include "arena.h"
#include "availability.h"
#include "buffer.h"
#include "statement.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MAINTENANCE_YEAR_MOST_S = 12 * 3600,
    MAINTENANCE_LENGTH_MOST_S = 31 * 86400, /* of one occurrence */
    MAINTENANCE_EVERY_SIZE = 256
};

struct maintenance {
    int64_t seq;          /* of the event that announced it; its number for people */
    int64_t announced_ms; /* when it was written down */
    const char *subject;  /* "hoster/service", "hoster", or "" = all */
    int64_t from, to;     /* the first occurrence */
    const char *every;    /* RFC 5545 RRULE, in the collective's time zone; NULL = once */
    struct statement said;
    int64_t cancelled; /* s; from then on it is no more; 0 = it is in force */
};

struct occurrence {
    const struct maintenance *of;
    int64_t from, to;
};

bool maintenance_concerns(const struct maintenance *maintenance, const char *service_key);

/* Declared after its beginning: it is shown so, and does not count. */
bool occurrence_is_late(const struct occurrence *occurrence);
/* The occurrence as it stood at `as_of` (s): cut where it was cancelled by then. False when it was not announced yet, or
 * nothing is left of it. */
bool occurrence_as_of(const struct occurrence *occurrence, int64_t as_of, struct occurrence *ret);

/* The stretches that count, in order, not overlapping: what was announced in time, overlaps once, cancellations cut
 * off, of each year no more than the most. `years` are whole civil years in order; what lies outside of them does not
 * count. The occurrences, in any order, have to be all that touch the years. */
size_t maintenance_counted(const struct occurrence *occurrences, size_t count,
                           const struct stretch *years, size_t year_count, struct arena *arena,
                           const struct stretch **ret);

/* The facts of its event, whose time is `from`:
 *
 *     {"action":"add","to":"2026-12-01T03:00:00Z","every":"FREQ=WEEKLY","text":{"fr":"…","en":"…"},"by":"…"} */
void maintenance_write(const struct maintenance *maintenance, struct buffer *out);
/* Reads `to`, `every` and what is said. -1 and a sentence when it is no such object, or out of bounds. `ret->from` is
 * given. */
int maintenance_read(const json_t *facts, struct maintenance *ret, struct arena *arena,
                     struct fault *fault);

#endif
