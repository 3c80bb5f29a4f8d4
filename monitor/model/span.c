#include "span.h"

void tally_add(struct tally *tally, const struct span *span, int64_t from, int64_t to)
{
    int64_t start = span->from > from ? span->from : from;
    int64_t end = span->to < to ? span->to : to;
    if (end <= start)
        return;
    switch (span->state) {
    case OUTCOME_UP:
        tally->up += end - start;
        break;
    case OUTCOME_DEGRADED:
        tally->degraded += end - start;
        break;
    case OUTCOME_DOWN:
        tally->down += end - start;
        break;
    default:
        tally->unknown += end - start;
    }
}

void tally_join(struct tally *into, const struct tally *from)
{
    into->up += from->up;
    into->degraded += from->degraded;
    into->down += from->down;
    into->unknown += from->unknown;
}

struct tally tally_of(const struct span *spans, size_t count, int64_t from, int64_t to)
{
    struct tally tally = {0};
    for (size_t i = 0; i < count; i++)
        tally_add(&tally, &spans[i], from, to);
    if (to > from)
        tally.unknown += to - from - tally_total(&tally);
    return tally;
}

int64_t tally_good(const struct tally *tally)
{
    return tally->up + tally->degraded;
}

int64_t tally_known(const struct tally *tally)
{
    return tally_good(tally) + tally->down;
}

int64_t tally_total(const struct tally *tally)
{
    return tally_known(tally) + tally->unknown;
}

static int64_t ratio_e5(int64_t part, int64_t whole)
{
    return whole > 0 ? part * 100000 / whole : -1;
}

int64_t tally_availability_e5(const struct tally *tally)
{
    return ratio_e5(tally_good(tally), tally_known(tally));
}

int64_t tally_coverage_e5(const struct tally *tally)
{
    return ratio_e5(tally_known(tally), tally_total(tally));
}
