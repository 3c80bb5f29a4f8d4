#include "gauge.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

/* Neighbours are likely to come, too. */
enum { MARGIN = 8 };

static void widen(struct gauge *gauge, size_t from, size_t to)
{
    from = from > MARGIN ? from - MARGIN : 0;
    to = to + MARGIN < HISTOGRAM_BUCKETS ? to + MARGIN : HISTOGRAM_BUCKETS;
    uint32_t *counts = mem_array(to - from, sizeof *counts);
    if (gauge->count)
        memcpy(counts + (gauge->first - from), gauge->counts, gauge->count * sizeof *counts);
    free(gauge->counts);
    *gauge = (struct gauge){counts, from, to - from};
}

void gauge_add(struct gauge *gauge, double ms)
{
    size_t bucket = histogram_bucket(ms), end = gauge->first + gauge->count;
    if (bucket == HISTOGRAM_BUCKETS)
        return;
    if (!gauge->count)
        widen(gauge, bucket, bucket + 1);
    else if (bucket < gauge->first)
        widen(gauge, bucket, end);
    else if (bucket >= end)
        widen(gauge, gauge->first, bucket + 1);
    gauge->counts[bucket - gauge->first]++;
}

void gauge_set(struct gauge *gauge, const struct histogram *histogram)
{
    size_t first = 0, end = HISTOGRAM_BUCKETS;
    gauge_fini(gauge);
    while (first < end && !histogram->counts[first])
        first++;
    while (end > first && !histogram->counts[end - 1])
        end--;
    if (first == end)
        return;
    widen(gauge, first, end);
    memcpy(gauge->counts, histogram->counts + gauge->first, gauge->count * sizeof *gauge->counts);
}

void gauge_read(const struct gauge *gauge, struct histogram *ret)
{
    memset(ret, 0, sizeof *ret);
    if (gauge->count)
        memcpy(ret->counts + gauge->first, gauge->counts, gauge->count * sizeof *gauge->counts);
}

void gauge_fini(struct gauge *gauge)
{
    free(gauge->counts);
    *gauge = (struct gauge){0};
}
