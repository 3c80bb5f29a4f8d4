#include "outage.h"

static bool continues(const struct span *before, const struct span *span)
{
    return span->state == OUTCOME_DOWN && span->from <= before->to;
}

static size_t count_outages(const struct span *spans, size_t count)
{
    size_t outages = 0;
    for (size_t i = 0; i < count; i++)
        if (spans[i].state == OUTCOME_DOWN &&
            (i == 0 || spans[i - 1].state != OUTCOME_DOWN || !continues(&spans[i - 1], &spans[i])))
            outages++;
    return outages;
}

/* How it ended, by the span after it. A line that was not heard during the outage may have ended it: its last bad answer
 * is older, and tells nothing of this one. */
static void close_outage(struct outage *outage, const struct span *next)
{
    if (!next) {
        outage->end = OUTAGE_OPEN;
    } else if (next->from == outage->to && outcome_is_good(next->state)) {
        outage->end = OUTAGE_OVER;
        outage->last_bad = next->before >= outage->from ? next->before : 0;
    } else {
        outage->end = OUTAGE_LOST;
    }
}

size_t outages_in(const struct span *spans, size_t count, struct arena *arena,
                  const struct outage **ret)
{
    size_t total = count_outages(spans, count), used = 0;
    struct outage *outages = total ? arena_array(arena, total, sizeof *outages) : NULL;
    for (size_t i = 0; i < count; i++) {
        if (spans[i].state != OUTCOME_DOWN)
            continue;
        struct outage *outage = &outages[used++];
        outage->from = spans[i].from;
        outage->last_good = spans[i].before;
        outage->reason = spans[i].reason;
        outage->detail = span_detail(&spans[i]);
        while (i + 1 < count && continues(&spans[i], &spans[i + 1]))
            i++;
        outage->to = spans[i].to;
        close_outage(outage, i + 1 < count ? &spans[i + 1] : NULL);
    }
    *ret = outages;
    return used;
}

int64_t outage_seconds(const struct outage *outage, int64_t from, int64_t to)
{
    int64_t start = outage->from > from ? outage->from : from;
    int64_t end = outage->to < to ? outage->to : to;
    return end > start ? end - start : 0;
}
