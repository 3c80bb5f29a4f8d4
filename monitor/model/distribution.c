#include "distribution.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

static int64_t rank(const int64_t *sorted, size_t count, size_t percent)
{
    return sorted[(count * percent + 99) / 100 - 1];
}

struct distribution distribution_of(int64_t *values, size_t count)
{
    if (count == 0)
        return (struct distribution){.least = -1,
                                     .tenth = -1,
                                     .quarter = -1,
                                     .median = -1,
                                     .three_quarters = -1,
                                     .nine_tenths = -1,
                                     .p95 = -1,
                                     .most = -1};
    qsort(values, count, sizeof *values, compare);
    struct distribution ret = {
        .count = count,
        .least = values[0],
        .tenth = rank(values, count, 10),
        .quarter = rank(values, count, 25),
        .median = (values[(count - 1) / 2] + values[count / 2]) / 2,
        .three_quarters = rank(values, count, 75),
        .nine_tenths = rank(values, count, 90),
        .p95 = rank(values, count, 95),
        .most = values[count - 1],
    };
    for (size_t i = 0; i < count; i++)
        ret.sum += values[i];
    return ret;
}

int64_t distribution_mean(const struct distribution *distribution)
{
    return distribution->count ? distribution->sum / (int64_t)distribution->count : -1;
}

void distribution_class(const int64_t *values, size_t count, const int64_t *bounds,
                        size_t bound_count, size_t *counts)
{
    for (size_t i = 0; i < count; i++) {
        size_t class = 0;
        while (class < bound_count && values[i] >= bounds[class])
            class ++;
        counts[class]++;
    }
}
