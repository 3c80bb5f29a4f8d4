#include "diary.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TOGETHER_S = 300 };

struct gathering {
    const struct page *page;
    struct arena *arena;
    const struct past *pasts;
    size_t past_count;
    struct diary_entry *entries;
    size_t count;
};

static int compare_items(const void *left, const void *right)
{
    const struct diary_item *a = left, *b = right;
    if (a->outage->from != b->outage->from)
        return a->outage->from < b->outage->from ? -1 : 1;
    return strcmp(a->service->key, b->service->key);
}

static size_t gather_items(const struct gathering *gathering, struct diary_item **ret)
{
    size_t total = 0, used = 0;
    for (size_t i = 0; i < gathering->past_count; i++)
        total += gathering->pasts[i].outage_count;
    *ret = arena_array(gathering->arena, total + 1, sizeof **ret);
    for (size_t i = 0; i < gathering->past_count; i++)
        for (size_t j = 0; j < gathering->pasts[i].outage_count; j++)
            (*ret)[used++] =
                (struct diary_item){gathering->pasts[i].service, &gathering->pasts[i].outages[j]};
    if (gathering->past_count > 1) /* of one service they are in order */
        qsort(*ret, used, sizeof **ret, compare_items);
    return used;
}

/* Whether `next` is part of the same event: another service, that failed at the same time and while another did. */
static bool belongs(const struct gathering *gathering, const struct diary_item *items, size_t count,
                    const struct diary_item *next)
{
    int64_t patience = 2 * gathering->page->interval_ms / 1000, begin = next->outage->from;
    bool overlaps = false;
    if (begin - items[0].outage->from > (patience > TOGETHER_S ? patience : TOGETHER_S))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (items[i].service == next->service)
            return false;
        overlaps = overlaps || items[i].outage->to > begin;
    }
    return overlaps;
}

static void add_outages(struct gathering *gathering, const struct diary_item *items, size_t count)
{
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        while (end < count && belongs(gathering, &items[i], end - i, &items[end]))
            end++;
        gathering->entries[gathering->count++] = (struct diary_entry){
            .from = items[i].outage->from, .items = &items[i], .count = end - i};
        i = end;
    }
}

/* The entry of the same announcement: what is announced of a hoster or of all comes with each of its services. */
static struct diary_entry *find_announced(const struct gathering *gathering,
                                          const struct occurrence *occurrence)
{
    for (size_t i = 0; i < gathering->count; i++) {
        const struct occurrence *other = gathering->entries[i].maintenance;
        if (other && other->of->seq == occurrence->of->seq)
            return &gathering->entries[i];
    }
    return NULL;
}

/* Of what comes round again and again the last time is told. */
static void add_maintenance(struct gathering *gathering, const struct past *past)
{
    for (size_t i = 0; i < past->held_count; i++) {
        const struct occurrence *held = &past->held[i];
        if (held->to > gathering->page->now)
            continue;
        struct diary_entry *entry = find_announced(gathering, held);
        if (!entry)
            entry = &gathering->entries[gathering->count++];
        if (entry->from <= held->from)
            *entry = (struct diary_entry){.from = held->from, .maintenance = held};
    }
}

static int compare_newest(const void *left, const void *right)
{
    const struct diary_entry *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? 1 : -1;
    return (a->maintenance != NULL) - (b->maintenance != NULL);
}

static void turn_round(struct diary_entry *entries, size_t count)
{
    for (size_t i = 0; i < count / 2; i++) {
        struct diary_entry entry = entries[i];
        entries[i] = entries[count - 1 - i];
        entries[count - 1 - i] = entry;
    }
}

struct diary diary_of(const struct page *page, const struct past *pasts, size_t count,
                      struct arena *arena)
{
    struct gathering gathering = {
        .page = page, .arena = arena, .pasts = pasts, .past_count = count};
    struct diary_item *items;
    size_t item_count = gather_items(&gathering, &items), most = item_count;
    for (size_t i = 0; i < count; i++)
        most += pasts[i].held_count;
    gathering.entries = arena_array(arena, most + 1, sizeof *gathering.entries);
    add_outages(&gathering, items, item_count);
    turn_round(gathering.entries, gathering.count);
    size_t outages = gathering.count;
    for (size_t i = 0; i < count; i++)
        add_maintenance(&gathering, &pasts[i]);
    if (gathering.count > outages)
        qsort(gathering.entries, gathering.count, sizeof *gathering.entries, compare_newest);
    return (struct diary){gathering.entries, gathering.count};
}
