#include "annals.h"

#include "incident.h"
#include "macros.h"
#include "past.h"

#include <stdlib.h>
#include <string.h>

struct gathering {
    const struct page *page;
    struct arena *arena;
    int64_t from, to, until; /* the month, and how much of it is past */
    struct annals_entry *entries;
    size_t count, capacity;
    struct occurrence *occurrences;
    size_t occurrence_count, occurrence_capacity;
    struct tally tally;
};

/* Room for `more` in an array of the arena. */
static void *room(struct arena *arena, void *array, size_t used, size_t *capacity, size_t more,
                  size_t size)
{
    if (used + more <= *capacity)
        return array;
    *capacity = 2 * (used + more);
    void *grown = arena_array(arena, *capacity, size);
    if (used)
        memcpy(grown, array, used * size);
    return grown;
}

static void add_tally(struct gathering *gathering, const struct service *service,
                      const struct span *spans, size_t count)
{
    const struct history *history = gathering->page->history;
    int64_t begin = history->begin(history->owner, service->key);
    int64_t from = begin > gathering->from ? begin : gathering->from;
    int64_t until = gathering->to <= gathering->page->now
                        ? gathering->to
                        : past_settled_until(gathering->page, spans, count);
    if (!begin || from >= until)
        return;
    struct tally tally = tally_of(spans, count, from, until);
    tally_join(&gathering->tally, &tally);
}

/* The month's spans do not tell how one ended that went on into the next. */
static void add_outages(struct gathering *gathering, const struct service *service,
                        const struct span *spans, size_t count)
{
    const struct outage *outages;
    struct arena *arena = gathering->arena;
    size_t found = outages_in(spans, count, arena, &outages);
    gathering->entries = room(arena, gathering->entries, gathering->count, &gathering->capacity,
                              found, sizeof *gathering->entries);
    for (size_t i = 0; i < found; i++) {
        struct annals_entry *entry = &gathering->entries[gathering->count];
        *entry = (struct annals_entry){service, outages[i]};
        if (outages[i].end == OUTAGE_OPEN)
            incident_find(gathering->page, service->key, outages[i].from, arena, &entry->outage);
        gathering->count += incident_is(gathering->page, &entry->outage);
    }
}

static void add_occurrences(struct gathering *gathering, const struct service *service)
{
    const struct history *history = gathering->page->history;
    const struct occurrence *found;
    size_t count = history->maintenance(history->owner, service->key, gathering->from,
                                        gathering->to, gathering->arena, &found);
    gathering->occurrences =
        room(gathering->arena, gathering->occurrences, gathering->occurrence_count,
             &gathering->occurrence_capacity, count, sizeof *gathering->occurrences);
    for (size_t i = 0; i < count; i++)
        gathering->occurrences[gathering->occurrence_count++] = found[i];
}

static void add_service(struct gathering *gathering, const struct service *service)
{
    const struct history *history = gathering->page->history;
    const struct span *spans;
    size_t count = history->spans(history->owner, service->key, gathering->from, gathering->until,
                                  gathering->arena, &spans);
    add_tally(gathering, service, spans, count);
    add_outages(gathering, service, spans, count);
    add_occurrences(gathering, service);
}

static int compare_newest(const void *left, const void *right)
{
    const struct annals_entry *a = left, *b = right;
    if (a->outage.from != b->outage.from)
        return a->outage.from < b->outage.from ? 1 : -1;
    return strcmp(a->service->key, b->service->key);
}

static int compare_begins(const void *left, const void *right)
{
    const struct occurrence *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->of->seq > b->of->seq) - (a->of->seq < b->of->seq);
}

/* What is announced of a hoster or of all comes with each of their services. */
static void sort_all(struct gathering *gathering)
{
    struct occurrence *all = gathering->occurrences;
    size_t count = gathering->occurrence_count, kept = 0;
    if (gathering->count)
        qsort(gathering->entries, gathering->count, sizeof *gathering->entries, compare_newest);
    if (count)
        qsort(all, count, sizeof *all, compare_begins);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || compare_begins(&all[kept - 1], &all[i]) != 0)
            all[kept++] = all[i];
    gathering->occurrence_count = kept;
}

int64_t annals_learnt(const struct page *page, const struct service *service,
                      const struct outage *outage, struct arena *arena)
{
    const struct history *history = page->history;
    const struct annotation *notes;
    int64_t learnt = outage->end == OUTAGE_OPEN ? outage->from : outage->to;
    size_t count = history->annotations(history->owner, service->key, outage->from, arena, &notes);
    for (size_t i = 0; i < count; i++)
        if (notes[i].recorded_ms / 1000 > learnt)
            learnt = notes[i].recorded_ms / 1000;
    return learnt;
}

static int64_t as_of(const struct gathering *gathering)
{
    int64_t now = gathering->page->now, time = gathering->to;
    for (size_t i = 0; i < gathering->count; i++) {
        const struct annals_entry *entry = &gathering->entries[i];
        int64_t learnt =
            annals_learnt(gathering->page, entry->service, &entry->outage, gathering->arena);
        if (entry->outage.end == OUTAGE_OPEN)
            return now;
        if (learnt > time)
            time = learnt;
    }
    return time < now ? time : now;
}

struct annals annals_of(const struct page *page, int64_t month, struct arena *arena)
{
    struct gathering gathering = {.page = page, .arena = arena, .from = month};
    gathering.to = incident_month(month, 1);
    gathering.until = gathering.to < page->now ? gathering.to : page->now;
    for (size_t i = 0; i < page->collective->service_count; i++)
        add_service(&gathering, page->collective->services[i]);
    sort_all(&gathering);
    return (struct annals){.from = month,
                           .to = gathering.to,
                           .entries = gathering.entries,
                           .count = gathering.count,
                           .occurrences = gathering.occurrences,
                           .occurrence_count = gathering.occurrence_count,
                           .tally = gathering.tally,
                           .as_of = as_of(&gathering)};
}

struct page_month annals_sum(const struct annals *annals)
{
    size_t parts = (annals->count + ANNALS_PART - 1) / ANNALS_PART;
    return (struct page_month){.from = annals->from,
                               .incidents = annals->count,
                               .parts = parts ? parts : 1,
                               .tally = annals->tally};
}
