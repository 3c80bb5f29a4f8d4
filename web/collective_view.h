/* The collective as its page sees it, and the blocks that only that page has. */
#ifndef VIBRISSE_COLLECTIVE_VIEW_H
#define VIBRISSE_COLLECTIVE_VIEW_H

#include "member.h"
#include "sheet.h"
#include "strip.h"

#include <stddef.h>

struct collective_view {
    struct sheet *sheet;
    struct strip_range range;
    struct member *members; /* in the order of their names */
    size_t count, services;
    size_t looks[LOOK_COUNT];
};

/* What is not normal now: who, what, since when, why. */
void collective_now(const struct collective_view *view);

#endif
