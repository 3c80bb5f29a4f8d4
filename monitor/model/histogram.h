/* Latencies of a day, mergeable: 16 steps to each doubling, in microseconds, so that a percentile is off by less
 * than 1/16. Counts are exact, merging is addition. Pure. */
#ifndef VIBRISSE_HISTOGRAM_H
#define VIBRISSE_HISTOGRAM_H

#include "buffer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HISTOGRAM_BUCKETS = 16 * 32 }; /* up to 2^32 us: more than an hour */

struct histogram {
    uint32_t counts[HISTOGRAM_BUCKETS];
};

void histogram_add(struct histogram *histogram, double ms);
/* Of another. */
void histogram_merge(struct histogram *restrict into, const struct histogram *restrict from);
uint64_t histogram_count(const struct histogram *histogram);
/* As far as buckets tell: off by less than 1/16, too. */
uint64_t histogram_count_below(const struct histogram *histogram, double ms);
/* The smallest value, in ms, with at least ceil(share * n) values at or below it; NaN when empty. */
double histogram_percentile(const struct histogram *histogram, double share);

/* Where an answer is counted; HISTOGRAM_BUCKETS: it is no time. */
size_t histogram_bucket(double ms);
double histogram_bucket_ms(size_t bucket); /* its middle */

/* Compact form: pairs of varints (distance to the bucket before, count). */
enum { HISTOGRAM_PACKED_MAX = HISTOGRAM_BUCKETS * (2 + 5) };
void histogram_pack(const struct histogram *histogram, struct buffer *out);
bool histogram_unpack(const void *bytes, size_t length, struct histogram *ret);

/* What is in one, in order, ready to be asked several times: a day has a few dozen buckets of the 512. */
struct histogram_list {
    size_t used;
    uint64_t count; /* of all of them */
    const uint16_t *buckets;
    const uint32_t *counts;
};

/* Where a list is laid; the caller's, as long as the list is used. */
struct histogram_room {
    uint16_t *buckets; /* HISTOGRAM_BUCKETS of both */
    uint32_t *counts;
};

/* Of its compact form; false = it cannot be read. */
bool histogram_list(const void *bytes, size_t length, struct histogram_room room,
                    struct histogram_list *ret);
void histogram_list_merge(struct histogram *into, const struct histogram_list *list);
double histogram_list_percentile(const struct histogram_list *list, double share);

#endif
