#include "flapping.h"

/* In hundredths: 1.18 for the newest, 0.80 for the oldest. */
static int weighed(const struct flapping *flapping)
{
    enum { NEWEST = 118, STEP = 2 };
    int sum = 0;
    for (int i = 0; i < FLAPPING_RESULTS; i++)
        if (flapping->changes >> i & 1)
            sum += NEWEST - STEP * i;
    return sum;
}

int flapping_percent(const struct flapping *flapping)
{
    return weighed(flapping) / FLAPPING_RESULTS;
}

void flapping_add(struct flapping *flapping, enum outcome found)
{
    const uint32_t ring = (UINT32_C(1) << FLAPPING_RESULTS) - 1;
    bool failed = found == OUTCOME_DOWN;
    if (found == OUTCOME_UNKNOWN)
        return;
    uint32_t change = flapping->heard && failed != flapping->failed;
    flapping->changes = (flapping->changes << 1 | change) & ring;
    flapping->heard = true;
    flapping->failed = failed;
    int sum = weighed(flapping);
    if (sum > FLAPPING_BEGINS_PERCENT * FLAPPING_RESULTS)
        flapping->on = true;
    else if (sum < FLAPPING_ENDS_PERCENT * FLAPPING_RESULTS)
        flapping->on = false;
}
