/* One service as its page sees it, and the blocks that only that page has. */
#ifndef VIBRISSE_SERVICE_VIEW_H
#define VIBRISSE_SERVICE_VIEW_H

#include "past.h"
#include "sheet.h"
#include "strip.h"

#include <stddef.h>

struct service_view {
    struct sheet *sheet;
    const struct service *service;
    const char *name, *hoster;
    struct strip_range range;
    struct past past;       /* twelve months */
    struct figures figures; /* of the range */
    enum strip_day days[STRIP_DAYS];
    const struct line_belief *lines;
    size_t line_count;
    const struct latency_day *latency;
    size_t latency_count;
};

/* Every line: what it finds now, how fast, when. */
void service_view_lines(const struct service_view *view);
/* What the checks look at, in words, and the certificates that they find. */
void service_view_checks(const struct service_view *view);

#endif
