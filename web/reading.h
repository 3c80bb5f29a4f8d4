/* The record of a service, read for many periods that follow one another: each counts as `vibrisse availability` counts it.
 * Pure. */
#ifndef VIBRISSE_READING_H
#define VIBRISSE_READING_H

#include "availability.h"
#include "page.h"

#include <stddef.h>
#include <stdint.h>

/* What can be counted of a service, and where in it the periods have come to. */
struct reading {
    const struct page *page;
    const struct span *spans;
    size_t count, first;
    const struct stretch *maintenance;
    size_t maintenance_count, first_maintenance;
};

/* What is known of [from, to); it lives in the arena. */
struct reading reading_open(const struct page *page, const struct service *service, int64_t from,
                            int64_t to, struct arena *arena);
/* Periods come in order. The worst windows are not told. */
struct availability reading_measure(struct reading *reading, int64_t from, int64_t to,
                                    struct arena *arena);
/* Its tally alone, at a fraction of the cost. */
struct tally reading_tally(struct reading *reading, int64_t from, int64_t to);

#endif
