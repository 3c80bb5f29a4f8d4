/* A histogram that is being counted, one for each service: as wide as its answers are apart, some hundred bytes instead of
 * 2 KiB. Zeroed = nothing was counted. Pure. */
#ifndef VIBRISSE_GAUGE_H
#define VIBRISSE_GAUGE_H

#include "histogram.h"

struct gauge {
    uint32_t *counts; /* of the buckets from `first` on */
    size_t first, count;
};

void gauge_add(struct gauge *gauge, double ms);
/* The histogram's counts in place of its own. */
void gauge_set(struct gauge *gauge, const struct histogram *histogram);
void gauge_read(const struct gauge *gauge, struct histogram *ret);
void gauge_fini(struct gauge *gauge); /* zeroed again */

#endif
