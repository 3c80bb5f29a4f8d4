#include "pipeline_inside.h"

static void feed_part(struct pipeline *pipeline, const char *service, const struct span *span,
                      int64_t from, int64_t to, bool maintained)
{
    struct span part = *span;
    part.from = from;
    part.to = to;
    if (from >= to)
        return;
    if (maintained)
        series_maintenance(pipeline->series, service, &part);
    else
        series_state(pipeline->series, service, &part);
}

/* Maintenance is announced before it begins, and a stretch is settled after it ended: what counts is known by now. */
void pipeline_feed(struct pipeline *pipeline, const char *service, const struct span *span)
{
    struct arena arena = {0};
    const struct stretch *counted;
    int64_t at = span->from;
    if (!pipeline->series)
        return;
    size_t count =
        almanac_counted(pipeline->almanac, service, span->from, span->to, &arena, &counted);
    for (size_t i = 0; i < count; i++) {
        feed_part(pipeline, service, span, at, counted[i].from, false);
        feed_part(pipeline, service, span, counted[i].from, counted[i].to, true);
        at = counted[i].to;
    }
    feed_part(pipeline, service, span, at, span->to, false);
    arena_free(&arena);
}
