/* The certificates that a service shows, one for each of its checks that meets TLS: what it is now, and how it changed. */
#ifndef VIBRISSE_CERTIFICATE_VIEW_H
#define VIBRISSE_CERTIFICATE_VIEW_H

#include "sheet.h"

#include <stdbool.h>
#include <stddef.h>

struct certificate_view { /* lives in the sheet's arena */
    const struct check *check;
    const struct certificate *certificate; /* of those its families show, the one that ends first */
    const struct line_belief *line; /* which shows it; NULL = none does now, it is the last known */
    bool differs;                   /* the other family shows another one */
    const struct certificate_change *changes; /* newest first */
    size_t change_count;
};

/* In the order of the checks; a service without TLS has none. */
size_t certificate_views(struct sheet *sheet, const struct service *service,
                         const struct line_belief *lines, size_t line_count,
                         const struct certificate_view **ret);

/* State, facts and history. */
void certificate_view_write(struct sheet *sheet, const struct certificate_view *view);

#endif
