#include "incident.h"

#include "calendar.h"
#include "join.h"
#include "stamp.h"

#include <ctype.h>
#include <string.h>

static const char stamp_shape[] = "00000000T000000Z";

bool incident_is(const struct page *page, const struct outage *outage)
{
    return outage->to - outage->from >= page->incident_after_ms / 1000;
}

const char *incident_path(const char *service_key, int64_t begin, struct arena *arena)
{
    char stamp[STAMP_SIZE], *to = stamp;
    for (const char *from = stamp_seconds(begin, stamp); *from; from++)
        if (*from != '-' && *from != ':')
            *to++ = *from;
    *to = '\0';
    return JOIN(arena, INCIDENT_ROOT, service_key, "/", stamp, "/");
}

const char *incident_month_path(int64_t month, size_t part, struct arena *arena)
{
    struct calendar_time at = calendar_at(month);
    const char *path = arena_printf(arena, INCIDENT_ROOT "%04d-%02d/", at.year, at.month);
    return part > 1 ? arena_printf(arena, "%s%zu/", path, part) : path;
}

const char *incident_place(const struct page *page, const char *service_key,
                           const struct outage *outage, struct arena *arena)
{
    return incident_is(page, outage) ? incident_path(service_key, outage->from, arena)
                                     : JOIN(arena, "h/", service_key, "/#inc-h");
}

bool incident_is_stamp(const char *name)
{
    for (const char *shape = stamp_shape; *shape; shape++, name++)
        if (*shape == '0' ? !isdigit((unsigned char)*name) : *name != *shape)
            return false;
    return *name == '\0';
}

static const struct outage *begun_at(const struct outage *outages, size_t count, int64_t begin)
{
    for (size_t i = 0; i < count; i++)
        if (outages[i].from == begin)
            return &outages[i];
    return NULL;
}

bool incident_find(const struct page *page, const char *service_key, int64_t begin,
                   struct arena *arena, struct outage *ret)
{
    const struct history *history = page->history;
    const struct span *spans;
    const struct outage *outages;
    /* How it ended is told by what follows, so the record is read until past its end. */
    for (int64_t until = begin + 1;; until = ret->to + 1) {
        size_t count = history->spans(history->owner, service_key, begin, until, arena, &spans);
        const struct outage *found =
            begun_at(outages, outages_in(spans, count, arena, &outages), begin);
        if (!found)
            return false;
        *ret = *found;
        if (ret->to < until)
            return true;
    }
}

int64_t incident_month(int64_t time, int months)
{
    struct calendar_time at = calendar_at(time);
    int month = at.year * 12 + at.month - 1 + months;
    struct calendar_time first = {.year = month / 12, .month = month % 12 + 1, .day = 1};
    int64_t begin;
    calendar_instant(&first, &begin);
    return begin;
}
