#include "storm.h"

void storm_add(struct storm *storm, int64_t now)
{
    storm->news[storm->next] = now;
    storm->next = (storm->next + 1) % STORM_NEWS;
}

int64_t storm_until(const struct storm *storm, int64_t now)
{
    int64_t oldest = storm->news[storm->next];
    return oldest && now - oldest < STORM_WITHIN_S ? oldest + STORM_WITHIN_S : 0;
}

int64_t storm_newest(const struct storm *storm)
{
    return storm->news[(storm->next + STORM_NEWS - 1) % STORM_NEWS];
}
