/* What happened to the services of one hoster, the newest first: interruptions, those that began together as one entry,
 * and maintenance that is over, of a series the last. Services that fail at once are one event to people; their figures stay their own. Pure. */
#ifndef VIBRISSE_DIARY_H
#define VIBRISSE_DIARY_H

#include "arena.h"
#include "page.h"
#include "past.h"

#include <stddef.h>
#include <stdint.h>

struct diary_item {
    const struct service *service;
    const struct outage *outage;
};

/* Interruptions of several services or of one, by their begins; or, where there are none, maintenance. They belong
 * together when they began within two intervals (five minutes at least) of the first, and while another went on. */
struct diary_entry {
    int64_t from;
    const struct diary_item *items;
    size_t count;
    const struct occurrence *maintenance;
};

struct diary {
    const struct diary_entry *entries;
    size_t count;
};

struct diary diary_of(const struct page *page, const struct past *pasts, size_t count,
                      struct arena *arena);

#endif
