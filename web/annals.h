/* The journal of incidents, a civil month at a time: what happened to whom and how much of it was measured; in order of
 * time, never of hosters by how they do. Pure. */
#ifndef VIBRISSE_ANNALS_H
#define VIBRISSE_ANNALS_H

#include "arena.h"
#include "outage.h"
#include "page.h"

#include <stddef.h>
#include <stdint.h>

enum { ANNALS_PART = 100 }; /* incidents on one page */

struct annals_entry {
    const struct service *service;
    struct outage outage;
};

struct annals {
    int64_t from, to;                   /* the month */
    const struct annals_entry *entries; /* that touch it, newest first */
    size_t count;
    const struct occurrence *occurrences; /* announced maintenance that touches it, by its begin */
    size_t occurrence_count;
    struct tally tally; /* of all services, since their records began */
    int64_t as_of; /* s; the month's end or what was learnt later; of one that is not over, now */
};

/* `month`: a first second, see incident_month(). */
struct annals annals_of(const struct page *page, int64_t month, struct arena *arena);
struct page_month annals_sum(const struct annals *journal);

/* When the last thing was learnt or said of it: its end (its begin, when it is not over), or a later word. */
int64_t annals_learnt(const struct page *page, const struct service *service,
                      const struct outage *outage, struct arena *arena);

#endif
