#include "past.h"

#include "past_store.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int64_t past_settled_until(const struct page *page, const struct span *spans, size_t count)
{
    int64_t end = count ? spans[count - 1].to : 0;
    int64_t patience = 3 * page->interval_ms / 1000;
    return end < page->now && page->now - end <= patience ? end : page->now;
}

const struct occurrence *past_maintenance_now(const struct past *past, int64_t now)
{
    for (size_t i = 0; i < past->occurrence_count; i++)
        if (past->occurrences[i].from <= now && !occurrence_is_late(&past->occurrences[i]))
            return &past->occurrences[i];
    return NULL;
}

/* Who was down before is under maintenance only since that began. */
static void set_look(struct past *past, int64_t now)
{
    const struct occurrence *maintenance = past_maintenance_now(past, now);
    past->look = look_of(past->belief.state, maintenance);
    if (past->look == LOOK_MAINTENANCE && past->belief.since < maintenance->from)
        past->belief.since = maintenance->from;
}

/* The occurrences come by their begin; what lies in another one, or reaches into it, is told once. */
static void set_maintained(struct past *past, const struct page *page, int64_t from,
                           struct arena *arena)
{
    const struct history *history = page->history;
    size_t count = past->held_count = history->maintenance(history->owner, past->service->key, from,
                                                           page->now, arena, &past->held);
    const struct occurrence *all = past->held;
    past->maintained_count = 0;
    struct stretch *maintained = arena_array(arena, count + 1, sizeof *maintained);
    int64_t told = from;
    for (size_t i = 0; i < count; i++) {
        struct stretch part = {all[i].from > told ? all[i].from : told,
                               all[i].to < page->now ? all[i].to : page->now};
        if (occurrence_is_late(&all[i]) || part.to <= part.from)
            continue;
        maintained[past->maintained_count++] = part;
        told = part.to;
    }
    past->maintained = maintained;
}

/* Where the record begins and ends, and what follows from that. */
static void set_spans(struct past *past, const struct page *page, const struct span *spans,
                      size_t count, struct arena *arena)
{
    past->spans = spans;
    past->span_count = count;
    past->until = past_settled_until(page, spans, count);
    past->outage_count = outages_in(spans, count, arena, &past->outages);
}

struct past past_present(const struct page *page, const struct service *service,
                         struct arena *arena)
{
    const struct history *history = page->history;
    struct past past = {
        .service = service,
        .belief = history->service(history->owner, service->key),
    };
    past.occurrence_count =
        history->maintenance(history->owner, service->key, page->now, page->now + PAST_AHEAD_S,
                             arena, &past.occurrences);
    set_look(&past, page->now);
    return past;
}

struct past past_gather(const struct page *page, const struct service *service, int64_t from,
                        struct arena *arena)
{
    const struct history *history = page->history;
    struct past past = past_present(page, service, arena);
    const struct span *spans;
    size_t count = history->spans(history->owner, service->key, from, page->now, arena, &spans);
    past.begin = history->begin(history->owner, service->key);
    set_maintained(&past, page, from, arena);
    set_spans(&past, page, spans, count, arena);
    return past;
}

/* The first span that ends after `from`. */
static size_t first_after(const struct past *past, int64_t from)
{
    size_t low = 0, high = past->span_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (past->spans[middle].to > from)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

struct past past_later(const struct page *page, const struct past *whole, int64_t from,
                       struct arena *arena)
{
    struct past past = *whole;
    size_t first = from < page->now ? first_after(whole, from) : whole->span_count;
    set_maintained(&past, page, from, arena);
    set_spans(&past, page, whole->spans + first, whole->span_count - first, arena);
    return past;
}

struct past past_of(const struct page *page, const struct service *service, int64_t from,
                    struct arena *arena)
{
    return page->pasts ? past_store_get(page->pasts, page, service, from)
                       : past_gather(page, service, from, arena);
}

static int64_t later(int64_t left, int64_t right)
{
    return left > right ? left : right;
}

/* Over some of the spans of the record, which hold all that touches the period. */
static struct tally tally_within(const struct past *past, const struct span *spans, size_t count,
                                 int64_t from, int64_t to)
{
    if (past->begin == 0)
        return (struct tally){0};
    from = later(from, past->begin);
    to = to < past->until ? to : past->until;
    return tally_of(spans, count, from, to);
}

static struct tally tally_between(const struct past *past, int64_t from, int64_t to)
{
    size_t first = first_after(past, from), end = first;
    while (end < past->span_count && past->spans[end].from < to)
        end++;
    return tally_within(past, past->spans + first, end - first, from, to);
}

int64_t past_maintained_s(const struct past *past, int64_t from, int64_t to)
{
    int64_t seconds = 0;
    if (past->begin == 0)
        return 0;
    from = later(from, past->begin);
    for (size_t i = 0; i < past->maintained_count; i++) {
        int64_t begin = later(past->maintained[i].from, from);
        int64_t end = past->maintained[i].to < to ? past->maintained[i].to : to;
        seconds += end > begin ? end - begin : 0;
    }
    return seconds;
}

static int compare_seconds(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static size_t count_outages(const struct past *pasts, size_t count)
{
    size_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += pasts[i].outage_count;
    return total;
}

int64_t past_median_s(const struct past *pasts, size_t count, int64_t from, struct arena *arena)
{
    size_t total = count_outages(pasts, count), used = 0;
    int64_t *lengths = total ? arena_array(arena, total, sizeof *lengths) : NULL;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < pasts[i].outage_count; j++) {
            int64_t seconds = outage_seconds(&pasts[i].outages[j], from, pasts[i].until);
            if (seconds > 0)
                lengths[used++] = seconds;
        }
    }
    if (!used)
        return 0;
    qsort(lengths, used, sizeof *lengths, compare_seconds);
    return lengths[(used - 1) / 2];
}

static void add_outages(struct figures *figures, const struct past *past, int64_t from)
{
    for (size_t i = 0; i < past->outage_count; i++) {
        int64_t seconds = outage_seconds(&past->outages[i], from, past->until);
        figures->outages += seconds > 0;
        figures->longest_s = later(figures->longest_s, seconds);
    }
}

struct figures past_figures(const struct past *pasts, size_t count, int64_t from)
{
    struct figures figures = {.from = 0};
    for (size_t i = 0; i < count; i++) {
        add_outages(&figures, &pasts[i], from);
        if (pasts[i].begin == 0)
            continue;
        struct tally tally = tally_between(&pasts[i], from, pasts[i].until);
        int64_t begin = later(from, pasts[i].begin);
        tally_join(&figures.tally, &tally);
        figures.services++;
        if (figures.from == 0 || begin < figures.from)
            figures.from = begin;
    }
    return figures;
}

static int64_t earlier(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

static int64_t *part_of(struct tally *tally, enum outcome state)
{
    switch (state) {
    case OUTCOME_UP:
        return &tally->up;
    case OUTCOME_DEGRADED:
        return &tally->degraded;
    case OUTCOME_DOWN:
        return &tally->down;
    default:
        return &tally->unknown;
    }
}

/* From `from` on, where the record before it ended; returns the day in which the span ends. */
static size_t add_to_days(const struct span *span, int64_t from, int64_t to,
                          const struct strip_range *range, size_t day, struct tally ret[STRIP_DAYS])
{
    from = later(from, span->from);
    to = earlier(to, span->to);
    while (day < STRIP_DAYS && range->bounds[day + 1] <= from)
        day++;
    for (; day < STRIP_DAYS && from < to; day++) {
        int64_t end = earlier(to, range->bounds[day + 1]);
        *part_of(&ret[day], span->state) += end - from;
        if (end == to && end < range->bounds[day + 1])
            break;
        from = end;
    }
    return day;
}

/* What no span tells of was not measured. */
static void add_gaps(int64_t from, int64_t to, const struct strip_range *range,
                     struct tally ret[STRIP_DAYS])
{
    for (size_t day = 0; day < STRIP_DAYS; day++) {
        int64_t begin = later(from, range->bounds[day]);
        int64_t end = earlier(to, range->bounds[day + 1]);
        struct tally *tally = &ret[day];
        if (begin < end)
            tally->unknown = end - begin - tally->up - tally->degraded - tally->down;
    }
}

void past_by_day(const struct past *past, const struct strip_range *range,
                 struct tally ret[STRIP_DAYS])
{
    memset(ret, 0, STRIP_DAYS * sizeof *ret);
    if (past->begin == 0)
        return;
    int64_t from = later(past->begin, range->bounds[0]);
    size_t day = 0;
    for (size_t i = first_after(past, from); i < past->span_count && day < STRIP_DAYS; i++)
        day = add_to_days(&past->spans[i], from, past->until, range, day, ret);
    add_gaps(past->begin, past->until, range, ret);
}

struct day_sums {
    struct tally tallies[STRIP_DAYS];
    size_t services[STRIP_DAYS];
    bool maintained[STRIP_DAYS];
};

static void add_measured(struct day_sums *sums, const struct past *past,
                         const struct strip_range *range)
{
    struct tally tallies[STRIP_DAYS];
    past_by_day(past, range, tallies);
    for (size_t day = 0; day < STRIP_DAYS; day++) {
        tally_join(&sums->tallies[day], &tallies[day]);
        sums->services[day] += tally_total(&tallies[day]) > 0;
    }
}

static void add_maintained(struct day_sums *sums, const struct past *past,
                           const struct strip_range *range)
{
    if (past->maintained_count)
        for (size_t day = 0; day < STRIP_DAYS; day++)
            sums->maintained[day] |=
                past_maintained_s(past, range->bounds[day], range->bounds[day + 1]) > 0;
}

void past_days(const struct past *pasts, size_t count, const struct strip_range *range,
               enum strip_day ret[STRIP_DAYS])
{
    struct day_sums sums = {0};
    for (size_t i = 0; i < count; i++) {
        add_measured(&sums, &pasts[i], range);
        add_maintained(&sums, &pasts[i], range);
    }
    for (size_t day = 0; day < STRIP_DAYS; day++) {
        ret[day] = strip_day_of(&sums.tallies[day], sums.services[day]);
        if (ret[day] == STRIP_UP && sums.maintained[day])
            ret[day] = STRIP_MAINTENANCE;
    }
}
