/* How whole numbers are distributed: ranks of what there is, nothing interpolated but the median of an even count. Pure. */
#ifndef VIBRISSE_DISTRIBUTION_H
#define VIBRISSE_DISTRIBUTION_H

#include <stddef.h>
#include <stdint.h>

struct distribution {
    size_t count;
    int64_t sum; /* of all, so that distributions are never averaged */
    /* -1 when there is nothing. The smallest value with at least 10, 25, 75, 90, 95 of a hundred at or below it; the median
     * is the mean of the two middle ones, rounded down. */
    int64_t least, tenth, quarter, median, three_quarters, nine_tenths, p95, most;
};

/* Sorts the values, which must not be negative. */
struct distribution distribution_of(int64_t *values, size_t count);
/* Their mean, rounded down; -1 when there is nothing. */
int64_t distribution_mean(const struct distribution *distribution);

/* Counts each value in the first class whose bound it is below, or else in the last one: `counts` has room for one more
 * than there are bounds, and is added to. */
void distribution_class(const int64_t *values, size_t count, const int64_t *bounds,
                        size_t bound_count, size_t *counts);

#endif
