#include "reading.h"

/* An outage is one, though it may be told in pieces. */
static bool is_same_stretch(const struct span *span, const struct span *next)
{
    return span->state == next->state && span->to == next->from;
}

static bool tells_end(const struct span *span, const struct span *next, int64_t to)
{
    return next->from >= to && !is_same_stretch(span, next);
}

static void skip_to(struct reading *reading, int64_t from)
{
    while (reading->first < reading->count && reading->spans[reading->first].to <= from)
        reading->first++;
}

/* What begins after the period tells how an outage at its end went on, and what was doubtful within it. */
static bool tells_of_period(const struct span *last, const struct span *next, int64_t to)
{
    return last->state == OUTCOME_DOWN || next->before < to;
}

static void choose_spans(struct reading *reading, struct availability_question *question)
{
    const struct span *spans = reading->spans;
    skip_to(reading, question->from);
    size_t begin = reading->first, end = reading->first;
    while (begin > 0 && begin < reading->count && is_same_stretch(&spans[begin - 1], &spans[begin]))
        begin--;
    while (end < reading->count &&
           !(end > begin && tells_end(&spans[end - 1], &spans[end], question->to)))
        end++;
    bool more = end < reading->count && tells_of_period(&spans[end - 1], &spans[end], question->to);
    question->spans = spans + begin;
    question->count = end + more - begin;
}

static void choose_maintenance(struct reading *reading, struct availability_question *question)
{
    const struct stretch *maintenance = reading->maintenance;
    while (reading->first_maintenance < reading->maintenance_count &&
           maintenance[reading->first_maintenance].to <= question->from)
        reading->first_maintenance++;
    size_t end = reading->first_maintenance;
    while (end < reading->maintenance_count && maintenance[end].from < question->to)
        end++;
    question->maintenance = maintenance + reading->first_maintenance;
    question->maintenance_count = end - reading->first_maintenance;
}

struct availability reading_measure(struct reading *reading, int64_t from, int64_t to,
                                    struct arena *arena)
{
    struct availability figures;
    struct availability_question question = {
        .from = from,
        .to = to,
        .incident_after_s = reading->page->incident_after_ms / 1000,
        .without_windows = true,
    };
    choose_spans(reading, &question);
    choose_maintenance(reading, &question);
    availability_of(&question, arena, &figures);
    return figures;
}

struct tally reading_tally(struct reading *reading, int64_t from, int64_t to)
{
    skip_to(reading, from);
    size_t end = reading->first;
    while (end < reading->count && reading->spans[end].from < to)
        end++;
    return tally_of(reading->spans + reading->first, end - reading->first, from, to);
}

struct reading reading_open(const struct page *page, const struct service *service, int64_t from,
                            int64_t to, struct arena *arena)
{
    const struct history *history = page->history;
    struct reading reading = {.page = page};
    reading.count =
        history->known(history->owner, service->key, from, page->now, arena, &reading.spans);
    reading.maintenance_count =
        history->counted(history->owner, service->key, from, to, arena, &reading.maintenance);
    return reading;
}
