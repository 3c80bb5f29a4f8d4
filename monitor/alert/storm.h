/* Whether much fails at the same time, so that messages are held for what comes after. Pure, of fixed size. */
#ifndef VIBRISSE_STORM_H
#define VIBRISSE_STORM_H

#include <stdbool.h>
#include <stdint.h>

enum { STORM_NEWS = 5, STORM_WITHIN_S = 60 };

struct storm {
    int64_t news[STORM_NEWS]; /* s; when the last ones came, in a ring; 0 = none */
    unsigned next;
    int64_t began; /* s; the oldest news of the last storm */
};

void storm_add(struct storm *storm, int64_t now);
/* After a restart: what came then, in any order. When the storm began is not known by that. */
void storm_recall(struct storm *storm, int64_t at);
/* When it will be over if no more comes; 0 = there is none. */
int64_t storm_until(const struct storm *storm, int64_t now);
/* s; when the newest came. */
int64_t storm_newest(const struct storm *storm);

#endif
