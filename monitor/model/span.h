/* A stretch of time in one state, and sums over such stretches. Whole seconds; `from` is included, `to` is not. Pure. */
#ifndef VIBRISSE_SPAN_H
#define VIBRISSE_SPAN_H

#include "outcome.h"
#include "reason.h"

#include <stddef.h>
#include <stdint.h>

/* Spans go by the ten thousand, and few have evidence: it is not within them. */
struct span {
    int64_t from, to;
    int64_t
        before; /* the last result that spoke otherwise before `from`: the other end of the bracket; 0 = none */
    enum outcome state;
    enum reason reason; /* why, by the result that began the span */
    const char *detail; /* its evidence; borrowed; NULL = none, see span_detail() */
};

static inline const char *span_detail(const struct span *span)
{
    return span->detail ? span->detail : "";
}

struct tally {
    int64_t up, degraded, down, unknown; /* seconds; `up` is without `degraded` */
};

/* Adds the part of the span that lies in [from, to). */
void tally_add(struct tally *tally, const struct span *span, int64_t from, int64_t to);

void tally_join(struct tally *into, const struct tally *from);

/* Sums `spans` (ordered, not overlapping) over [from, to); what no span covers is unknown. */
struct tally tally_of(const struct span *spans, size_t count, int64_t from, int64_t to);

int64_t tally_good(const struct tally *tally);  /* up + degraded */
int64_t tally_known(const struct tally *tally); /* up + degraded + down */
int64_t tally_total(const struct tally *tally);

/* good / known in hundred-thousandths, rounded down (method version 1); -1 when nothing is known. */
int64_t tally_availability_e5(const struct tally *tally);
/* known / total in hundred-thousandths, rounded down; -1 for an empty period. */
int64_t tally_coverage_e5(const struct tally *tally);

#endif
