#include "eyesight.h"

#include "text.h"
#include "vantage.h"

#include <stdlib.h>
#include <string.h>

/* The sense that such a sentence is about, see vantage_sentence(); SENSE_COUNT = none that we know. */
static int sense_of(const char *sentence)
{
    int sense = 0;
    size_t length = strcspn(sentence, " ");
    for (; sense < SENSE_COUNT; sense++) {
        const char *name = vantage_sense_name((enum vantage_sense)sense);
        if (strlen(name) == length && strncmp(name, sentence, length) == 0)
            break;
    }
    return sense;
}

static bool says(const char *sentence, enum vantage_condition condition)
{
    const char *name = vantage_condition_name(condition);
    sentence += strcspn(sentence, " ");
    sentence += strspn(sentence, " ");
    return text_starts(sentence, name) && strchr(": ", sentence[strlen(name)]);
}

static bool is_bad(const struct event *event)
{
    return says(event->detail, CONDITION_IMPAIRED) || says(event->detail, CONDITION_BLIND);
}

static bool is_start(const struct event *event)
{
    return event->kind == EVENT_MONITOR && strcmp(event->detail, "start") == 0;
}

/* Until the next word about the same sense, or until nobody knew any more. */
static int64_t end_of(const struct event *events, size_t count, size_t i, int64_t now)
{
    int sense = sense_of(events[i].detail);
    for (size_t j = i + 1; j < count; j++)
        if (is_start(&events[j]) ||
            (events[j].kind == EVENT_VANTAGE && sense_of(events[j].detail) == sense))
            return events[j].at;
    return now;
}

static bool stretch_of(const struct event *events, size_t count, size_t i, int64_t now,
                       struct sight *ret)
{
    const struct event *event = &events[i];
    *ret = (struct sight){event->before, event->at, true, event->detail};
    if (event->kind == EVENT_BLIND)
        return true;
    ret->from = event->at;
    ret->to = end_of(events, count, i, now);
    ret->blind = says(event->detail, CONDITION_BLIND);
    return event->kind == EVENT_VANTAGE && sense_of(event->detail) < SENSE_COUNT && is_bad(event);
}

static int compare_begins(const void *left, const void *right)
{
    int64_t a = ((const struct sight *)left)->from, b = ((const struct sight *)right)->from;
    return (a > b) - (a < b);
}

size_t eyesight_stretches(const struct event *events, size_t count, int64_t from, int64_t to,
                          int64_t now, struct arena *arena, const struct sight **ret)
{
    struct sight *sights = arena_array(arena, count + 1, sizeof *sights);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        struct sight *sight = &sights[used];
        if (!stretch_of(events, count, i, now, sight))
            continue;
        used += sight->from < to && sight->to > from;
    }
    if (used)
        qsort(sights, used, sizeof *sights, compare_begins);
    *ret = sights;
    return used;
}
