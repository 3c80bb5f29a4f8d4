/* What the record says of one incident. It is the same in every language, so it is read once for all its pages. Pure. */
#ifndef VIBRISSE_INCIDENT_PAST_H
#define VIBRISSE_INCIDENT_PAST_H

#include "arena.h"
#include "outage.h"
#include "page.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct incident_past {
    const struct service *service;
    struct outage outage;
    int64_t told_at; /* when the last was learnt of it; while it goes on, the time of the page */
    const struct annotation *notes;
    size_t note_count;
    const struct line_past *lines;
    size_t line_count;
    const struct sight *sights; /* from the last good answer on */
    size_t sight_count;
    int64_t maintained_s;
    int64_t year_from; /* twelve months before its end, or the record's begin */
    struct tally year; /* up to its end */
    size_t year_outages;
};

/* Of the interruption that began at `begin`. False when there is no incident that did. What it points to lives in the
 * arena. The page's language has no say in it. */
bool incident_past_of(const struct page *page, const struct service *service, int64_t begin,
                      struct arena *arena, struct incident_past *ret);

#endif
