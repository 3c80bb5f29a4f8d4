#include "storm.h"

void storm_add(struct storm *storm, int64_t now)
{
    bool before = storm_until(storm, now) != 0;
    storm->news[storm->next] = now;
    storm->next = (storm->next + 1) % STORM_NEWS;
    if (!before)
        storm->began = storm->news[storm->next];
}

void storm_recall(struct storm *storm, int64_t at)
{
    unsigned i = storm->next, newest = (storm->next + STORM_NEWS - 1) % STORM_NEWS;
    if (at <= storm->news[i])
        return;
    for (unsigned next; i != newest; i = next) {
        next = (i + 1) % STORM_NEWS;
        if (storm->news[next] >= at)
            break;
        storm->news[i] = storm->news[next];
    }
    storm->news[i] = at;
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
