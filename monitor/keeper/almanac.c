#include "almanac.h"

#include "calendar.h"
#include "log.h"
#include "mem.h"
#include "recurrence.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { AHEAD_S = 400 * 86400 };

struct almanac {
    struct ledger *ledger;
    struct arena arena; /* of what was said */
    struct maintenance *announced;
    size_t announced_count;
    struct annotation *annotations;
    size_t annotation_count;
    struct occurrence *occurrences; /* by their begin */
    size_t occurrence_count, occurrence_capacity;
    int64_t horizon; /* s; the occurrences that begin before it are worked out; 0 = none are */
    bool read;
};

struct almanac *almanac_new(struct ledger *ledger)
{
    struct almanac *almanac = mem_zalloc(sizeof *almanac);
    almanac->ledger = ledger;
    return almanac;
}

void almanac_forget(struct almanac *almanac)
{
    struct ledger *ledger = almanac->ledger;
    arena_free(&almanac->arena);
    free(almanac->occurrences);
    *almanac = (struct almanac){.ledger = ledger};
}

void almanac_free(struct almanac *almanac)
{
    if (!almanac)
        return;
    almanac_forget(almanac);
    free(almanac);
}

/* ---- reading ---- */

static struct maintenance *find_announced(struct almanac *almanac, int64_t seq)
{
    for (size_t i = 0; i < almanac->announced_count; i++)
        if (almanac->announced[i].seq == seq)
            return &almanac->announced[i];
    return NULL;
}

/* The first cancellation counts: later ones have nothing to cancel. */
static int take_cancellation(struct almanac *almanac, const struct event *event, int64_t of)
{
    struct maintenance *announced = find_announced(almanac, of);
    if (!announced)
        return -1;
    if (!announced->cancelled)
        announced->cancelled = event->at;
    return 0;
}

static int take_maintenance(struct almanac *almanac, const struct event *event, const json_t *facts)
{
    struct fault fault;
    const char *action = json_string_value(json_object_get(facts, "action"));
    if (action && strcmp(action, "cancel") == 0)
        return take_cancellation(almanac, event, json_integer_value(json_object_get(facts, "of")));
    struct maintenance *announced = &almanac->announced[almanac->announced_count];
    *announced = (struct maintenance){.seq = event->seq,
                                      .announced_ms = event->recorded_ms,
                                      .subject = event->subject,
                                      .from = event->at};
    if (!action || strcmp(action, "add") != 0 ||
        maintenance_read(facts, announced, &almanac->arena, &fault))
        return -1;
    almanac->announced_count++;
    return 0;
}

static int take_annotation(struct almanac *almanac, const struct event *event, const json_t *facts)
{
    struct fault fault;
    struct annotation *annotation = &almanac->annotations[almanac->annotation_count];
    *annotation = (struct annotation){.seq = event->seq,
                                      .recorded_ms = event->recorded_ms,
                                      .subject = event->subject,
                                      .outage = event->at};
    if (annotation_read(facts, annotation, &almanac->arena, &fault))
        return -1;
    almanac->annotation_count++;
    return 0;
}

static void take_event(struct almanac *almanac, const struct event *event)
{
    json_error_t error;
    json_t *facts = event->facts ? json_loads(event->facts, JSON_REJECT_DUPLICATES, &error) : NULL;
    int rc = event->kind == EVENT_MAINTENANCE ? take_maintenance(almanac, event, facts)
                                              : take_annotation(almanac, event, facts);
    json_decref(facts);
    if (rc)
        log_event(LOG_LEVEL_WARNING, "an event of the ledger says nothing that we understand",
                  "kind", event_kind_name(event->kind), NULL);
}

static void read_all(struct almanac *almanac)
{
    struct fault fault;
    const struct event *events;
    size_t count;
    if (almanac->read)
        return;
    almanac->read = true;
    if (ledger_said(almanac->ledger, &almanac->arena, &events, &count, &fault)) {
        log_event(LOG_LEVEL_ERROR, "the ledger cannot be read", "why", fault.text, NULL);
        almanac->read = false; /* again when it is asked for next */
        return;
    }
    almanac->announced = arena_array(&almanac->arena, count + 1, sizeof *almanac->announced);
    almanac->annotations = arena_array(&almanac->arena, count + 1, sizeof *almanac->annotations);
    for (size_t i = 0; i < count; i++)
        take_event(almanac, &events[i]);
}

size_t almanac_announced(struct almanac *almanac, const struct maintenance **ret)
{
    read_all(almanac);
    *ret = almanac->announced;
    return almanac->announced_count;
}

const struct maintenance *almanac_find(struct almanac *almanac, int64_t seq)
{
    read_all(almanac);
    return find_announced(almanac, seq);
}

size_t almanac_annotations(struct almanac *almanac, const struct annotation **ret)
{
    read_all(almanac);
    *ret = almanac->annotations;
    return almanac->annotation_count;
}

/* ---- occurrences ---- */

struct series_of { /* of one announcement */
    struct almanac *almanac;
    const struct maintenance *of;
};

static void add_occurrence(void *owner, int64_t begin)
{
    struct series_of *series = owner;
    struct almanac *almanac = series->almanac;
    void *array = almanac->occurrences;
    mem_grow(&array, &almanac->occurrence_capacity, almanac->occurrence_count + 1,
             sizeof *almanac->occurrences);
    almanac->occurrences = array;
    almanac->occurrences[almanac->occurrence_count++] =
        (struct occurrence){series->of, begin, begin + (series->of->to - series->of->from)};
}

static int compare_begins(const void *left, const void *right)
{
    const struct occurrence *a = left, *b = right;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->of->seq > b->of->seq) - (a->of->seq < b->of->seq);
}

static void work_out(struct almanac *almanac, int64_t until)
{
    read_all(almanac);
    if (almanac->horizon >= until)
        return;
    almanac->horizon = until > INT64_MAX - AHEAD_S ? INT64_MAX : until + AHEAD_S;
    almanac->occurrence_count = 0;
    for (size_t i = 0; i < almanac->announced_count; i++) {
        struct series_of series = {almanac, &almanac->announced[i]};
        int64_t first = series.of->from;
        if (!series.of->every)
            add_occurrence(&series, first);
        else
            recurrence_each(series.of->every, first, almanac->horizon, add_occurrence, &series);
    }
    if (almanac->occurrence_count)
        qsort(almanac->occurrences, almanac->occurrence_count, sizeof *almanac->occurrences,
              compare_begins);
}

/* Index of the first occurrence that begins at `from` or later. */
static size_t first_from(const struct almanac *almanac, int64_t from)
{
    size_t low = 0, high = almanac->occurrence_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (almanac->occurrences[middle].from < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t almanac_occurrences(struct almanac *almanac, const char *service_key, int64_t from,
                           int64_t to, int64_t as_of, struct arena *arena,
                           const struct occurrence **ret)
{
    *ret = NULL;
    work_out(almanac, to);
    size_t first = first_from(almanac, from - MAINTENANCE_LENGTH_MOST_S),
           end = first_from(almanac, to), used = 0;
    if (first == end)
        return 0;
    struct occurrence *found = arena_array(arena, end - first, sizeof *found);
    for (size_t i = first; i < end; i++) {
        const struct occurrence *occurrence = &almanac->occurrences[i];
        if ((!service_key || maintenance_concerns(occurrence->of, service_key)) &&
            occurrence_as_of(occurrence, as_of, &found[used]) && found[used].to > from)
            used++;
    }
    *ret = found;
    return used;
}

static bool is_cancelled(const struct occurrence *occurrence, int64_t as_of)
{
    int64_t cancelled = occurrence->of->cancelled;
    return cancelled && cancelled <= as_of && cancelled <= occurrence->from;
}

size_t almanac_cancelled(struct almanac *almanac, const char *service_key, int64_t from, int64_t to,
                         int64_t as_of, struct arena *arena, const struct occurrence **ret)
{
    *ret = NULL;
    work_out(almanac, to);
    size_t first = first_from(almanac, from - MAINTENANCE_LENGTH_MOST_S),
           end = first_from(almanac, to), used = 0;
    struct occurrence *found = first < end ? arena_array(arena, end - first, sizeof *found) : NULL;
    for (size_t i = first; i < end; i++) {
        const struct occurrence *occurrence = &almanac->occurrences[i];
        if (is_cancelled(occurrence, as_of) && occurrence->to > from &&
            (!service_key || maintenance_concerns(occurrence->of, service_key)))
            found[used++] = *occurrence;
    }
    *ret = found;
    return used;
}

/* ---- what counts ---- */

static int64_t new_year(int year)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mday = 1, .tm_isdst = -1};
    return (int64_t)mktime(&tm);
}

/* The whole civil years that [from, to) touches. */
static size_t years_of(int64_t from, int64_t to, struct arena *arena, struct stretch **ret)
{
    int first = calendar_at(from).year, last = calendar_at(to - 1).year;
    size_t count = (size_t)(last - first) + 1;
    struct stretch *years = arena_array(arena, count, sizeof *years);
    for (size_t i = 0; i < count; i++)
        years[i] = (struct stretch){new_year(first + (int)i), new_year(first + (int)i + 1)};
    *ret = years;
    return count;
}

static size_t cut(struct stretch *stretches, size_t count, int64_t from, int64_t to)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        struct stretch part = stretches[i];
        if (part.from < from)
            part.from = from;
        if (part.to > to)
            part.to = to;
        if (part.from < part.to)
            stretches[used++] = part;
    }
    return used;
}

size_t almanac_counted(struct almanac *almanac, const char *service_key, int64_t from, int64_t to,
                       struct arena *arena, const struct stretch **ret)
{
    const struct occurrence *occurrences;
    const struct stretch *counted;
    struct stretch *years, *own;
    *ret = NULL;
    /* Most of the time nothing is announced: that should cost nothing. */
    if (from >= to ||
        !almanac_occurrences(almanac, service_key, from, to, INT64_MAX, arena, &occurrences))
        return 0;
    size_t year_count = years_of(from, to, arena, &years);
    size_t count = almanac_occurrences(almanac, service_key, years[0].from,
                                       years[year_count - 1].to, INT64_MAX, arena, &occurrences);
    count = maintenance_counted(occurrences, count, years, year_count, arena, &counted);
    own = arena_array(arena, count + 1, sizeof *own);
    if (count)
        memcpy(own, counted, count * sizeof *own);
    *ret = own;
    return cut(own, count, from, to);
}

bool almanac_turns(struct almanac *almanac, const char *service_key, int64_t after, int64_t until)
{
    struct arena arena = {0};
    const struct occurrence *occurrences;
    bool turns = false;
    size_t count =
        almanac_occurrences(almanac, service_key, after, until + 1, until, &arena, &occurrences);
    for (size_t i = 0; i < count && !turns; i++)
        turns = occurrences[i].from > after || occurrences[i].to <= until;
    arena_free(&arena);
    return turns;
}
