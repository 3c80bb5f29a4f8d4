#include "memory.h"

#include "account.h"
#include "almanac.h"
#include "eyesight.h"
#include "histogram.h"
#include "ledger_usage.h"
#include "mem.h"
#include "recall.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* At an earlier time than now only the record knows. */
static struct service_belief belief_from_record(struct memory *memory, const char *key)
{
    struct arena arena = {0};
    struct fault fault;
    struct span *spans;
    size_t count;
    struct service_belief belief = {.reason = REASON_silent};
    if (recall_spans(pipeline_recall(memory->pipeline), key, memory->now, memory->now + 1, &arena,
                     &spans, &count, &fault) == 0 &&
        count) {
        belief = (struct service_belief){.state = spans[0].state,
                                         .reason = spans[0].reason,
                                         .since = spans[0].from,
                                         .before = spans[0].before,
                                         .measured = memory->now};
        text_copy(belief.detail, sizeof belief.detail, span_detail(&spans[0]));
    }
    arena_free(&arena);
    return belief;
}

static struct service_belief service(void *owner, const char *key)
{
    struct memory *memory = owner;
    const struct record *record = pipeline_record(memory->pipeline, key);
    if (record && record->frontier <= memory->now)
        return record_belief(record, memory->now);
    return belief_from_record(memory, key);
}

static size_t lines(void *owner, const char *key, struct arena *arena,
                    const struct line_belief **ret)
{
    struct memory *memory = owner;
    const struct record *record = pipeline_record(memory->pipeline, key);
    size_t count = record ? record->line_count : 0;
    struct line_belief *beliefs = arena_array(arena, count, sizeof *beliefs);
    for (size_t i = 0; i < count; i++) {
        const struct record_line *line = &record->lines[i];
        beliefs[i].state = line_state(&line->line, memory->now);
        beliefs[i].reason = line_reason(&line->line, memory->now);
        beliefs[i].last = line->last;
        beliefs[i].unstable = record_line_is_unstable(line, memory->now);
    }
    *ret = beliefs;
    return count;
}

/* The ledger knows changes at once, but how far the last state held only as of the last commit; and when it cannot be
 * written, not even the changes: the stretch in force is the record's. Returns the count; there is room for one more. */
static size_t add_present(const struct record *record, int64_t from, int64_t to,
                          struct arena *arena, struct span *spans, size_t count)
{
    if (!record || !record->begun)
        return count;
    int64_t until = record->frontier < to ? record->frontier : to;
    struct span *last = count ? &spans[count - 1] : NULL;
    if (last && record->since <= last->from) {
        if (last->to < until)
            last->to = until;
    } else if (until > record->since && until > from) {
        spans[count++] = (struct span){.from = record->since,
                                       .to = until,
                                       .state = record->state,
                                       .reason = record->reason,
                                       .detail = arena_text(arena, record->detail)};
    }
    return count;
}

static size_t spans(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                    const struct span **ret)
{
    struct memory *memory = owner;
    struct fault fault;
    struct span *own;
    size_t count;
    if (recall_spans(pipeline_recall(memory->pipeline), key, from, to, arena, &own, &count,
                     &fault)) {
        own = arena_array(arena, 1, sizeof *own);
        count = 0;
    }
    *ret = own;
    return add_present(pipeline_record(memory->pipeline, key), from, to, arena, own, count);
}

struct tail {
    struct span *spans;
    size_t count, capacity;
    struct arena *arena; /* for their evidence */
};

static void add_to_tail(void *owner, const struct record_news *news)
{
    struct tail *tail = owner;
    if (news->line)
        return;
    void *spans = tail->spans;
    mem_grow(&spans, &tail->capacity, tail->count + 1, sizeof *tail->spans);
    tail->spans = spans;
    tail->spans[tail->count] = *news->span;
    tail->spans[tail->count++].detail = arena_text(tail->arena, news->span->detail);
}

/* What a copy of the record still has to say. */
static void cut_tail(const struct record *record, int64_t until, struct tail *tail)
{
    struct record copy;
    record_copy(&copy, record);
    record_finish(&copy, until, add_to_tail, tail);
    record_fini(&copy);
}

size_t memory_counted_spans(struct memory *memory, const char *key, int64_t from, int64_t to,
                            struct arena *arena, const struct span **ret)
{
    const struct record *record = pipeline_record(memory->pipeline, key);
    /* What comes after the settled record may go on with its last stretch: that is wanted whole. */
    if (record && record->frontier <= from)
        from = record->frontier - 1;
    size_t count = spans(memory, key, from, to, arena, ret);
    if (!record || record->frontier >= to)
        return count;
    struct tail tail = {.arena = arena};
    cut_tail(record, to, &tail);
    struct span *whole = arena_array(arena, count + tail.count, sizeof *whole);
    if (count)
        memcpy(whole, *ret, count * sizeof *whole);
    if (tail.count)
        memcpy(whole + count, tail.spans, tail.count * sizeof *whole);
    free(tail.spans);
    *ret = whole;
    return count + tail.count;
}

static size_t known(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                    const struct span **ret)
{
    struct memory *memory = owner;
    return memory_counted_spans(memory, key, from, to < memory->now ? to : memory->now, arena, ret);
}

static int64_t begin(void *owner, const char *key)
{
    struct memory *memory = owner;
    return recall_begin(pipeline_recall(memory->pipeline), key);
}

static size_t latency(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                      const struct latency_day **ret)
{
    struct memory *memory = owner;
    const struct latency_day *known;
    struct fault fault;
    int64_t today = 0;
    size_t count;
    struct histogram now;
    bool with_today = pipeline_latency_today(memory->pipeline, key, &today, &now) &&
                      today >= from && today < to && histogram_count(&now);
    if (recall_days(pipeline_recall(memory->pipeline), key, from, with_today ? today : to, arena,
                    &known, &count, &fault))
        count = 0;
    struct latency_day *days = arena_array(arena, count + 1, sizeof *days);
    if (count)
        memcpy(days, known, count * sizeof *days);
    if (with_today)
        days[count++] = recall_day_of(today, &now);
    *ret = days;
    return count;
}

static void answers(void *owner, const char *key, int64_t from, int64_t to,
                    history_answers_fn *each, void *each_owner)
{
    struct memory *memory = owner;
    struct fault fault;
    recall_answers(pipeline_recall(memory->pipeline), key, from, to, each, each_owner, &fault);
}

/* Adds what the ledger knows of one endpoint; `changes` has room for `most` more. */
static size_t add_changes(struct memory *memory, const char *subject, size_t most,
                          struct arena *arena, struct certificate_change *changes)
{
    const struct event *events;
    size_t count, used = 0;
    struct fault fault;
    if (ledger_certificates(memory->ledger, subject, most, arena, &events, &count, &fault))
        return 0;
    for (size_t i = 0; i < count; i++) {
        struct certificate_change *change = &changes[used];
        *change = (struct certificate_change){.at = events[i].at, .last = events[i].before};
        if (events[i].facts && certificate_change_read(events[i].facts, change))
            used++;
    }
    return used;
}

static int compare_newest(const void *left, const void *right)
{
    int64_t a = ((const struct certificate_change *)left)->at,
            b = ((const struct certificate_change *)right)->at;
    return (a < b) - (a > b);
}

static size_t certificates(void *owner, const char *key, const char *check, size_t most,
                           struct arena *arena, const struct certificate_change **ret)
{
    char subject[2 * RESULT_SERVICE_SIZE];
    struct certificate_change *changes =
        arena_array(arena, (FAMILY_COUNT + 1) * most, sizeof *changes);
    text_format(subject, sizeof subject, "%s/%s", key, check);
    size_t count = add_changes(owner, subject, most, arena, changes);
    for (int i = 0; i < FAMILY_COUNT; i++) {
        enum family family = (enum family)i;
        text_format(subject, sizeof subject, "%s/%s/%s", key, check, family_name(family));
        size_t added = add_changes(owner, subject, most, arena, changes + count);
        for (; added > 0; added--, count++) {
            changes[count].of_one_family = true;
            changes[count].family = family;
        }
    }
    if (count)
        qsort(changes, count, sizeof *changes, compare_newest);
    *ret = changes;
    return count < most ? count : most;
}

static int64_t measured(void *owner)
{
    struct memory *memory = owner;
    int64_t newest = pipeline_measured(memory->pipeline);
    return newest < memory->now ? newest : memory->now;
}

static size_t maintenance(void *owner, const char *key, int64_t from, int64_t to,
                          struct arena *arena, const struct occurrence **ret)
{
    struct memory *memory = owner;
    return almanac_occurrences(pipeline_almanac(memory->pipeline), key, from, to, memory->now,
                               arena, ret);
}

static size_t cancelled(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                        const struct occurrence **ret)
{
    struct memory *memory = owner;
    return almanac_cancelled(pipeline_almanac(memory->pipeline), key, from, to, memory->now, arena,
                             ret);
}

static size_t annotations(void *owner, const char *key, int64_t outage, struct arena *arena,
                          const struct annotation **ret)
{
    struct memory *memory = owner;
    const struct annotation *all;
    size_t count = almanac_annotations(pipeline_almanac(memory->pipeline), &all);
    /* They are in the order in which they were said: at an earlier time than now only the first were. */
    while (count > 0 && all[count - 1].recorded_ms / 1000 > memory->now)
        count--;
    return annotations_of(all, count, key, outage, arena, ret);
}

static bool account(void *owner, const struct service *service, int64_t from, int64_t to,
                    int64_t incident_after_s, struct arena *arena, struct account *ret)
{
    struct account_question question = {owner, from, to, incident_after_s};
    struct fault fault;
    return account_of(&question, service, arena, ret, &fault) == 0;
}

static size_t counted(void *owner, const char *key, int64_t from, int64_t to, struct arena *arena,
                      const struct stretch **ret)
{
    struct memory *memory = owner;
    return almanac_counted(pipeline_almanac(memory->pipeline), key, from, to, arena, ret);
}

/* The stretch in force is known to the line alone, as far as it has come. */
static struct line_past line_past(struct memory *memory, const struct record *record,
                                  const struct record_line *line, int64_t from, int64_t to,
                                  struct arena *arena)
{
    char name[RECORD_LINE_NAME_SIZE];
    struct line_past past = {line->check, line->vantage, line->family, NULL, 0};
    struct fault fault;
    record_line_name(record, line, name);
    if (ledger_spans_within(memory->ledger, name, line->reached, from, to, arena, &past.spans,
                            &past.span_count, &fault))
        past.span_count = 0;
    return past;
}

static size_t line_pasts(void *owner, const char *key, int64_t from, int64_t to,
                         struct arena *arena, const struct line_past **ret)
{
    struct memory *memory = owner;
    const struct record *record = pipeline_record(memory->pipeline, key);
    size_t count = record ? record->line_count : 0;
    struct line_past *pasts = arena_array(arena, count, sizeof *pasts);
    for (size_t i = 0; i < count; i++)
        pasts[i] = line_past(memory, record, &record->lines[i], from, to, arena);
    *ret = pasts;
    return count;
}

static size_t blips(void *owner, const char *key, int64_t from, int64_t to, size_t most,
                    struct arena *arena, const struct line_blip **ret, size_t *ret_all)
{
    struct memory *memory = owner;
    struct fault fault;
    size_t count;
    int64_t all = 0;
    if (recall_blips(pipeline_recall(memory->pipeline), key, from, to, most, arena, ret, &count,
                     &all, &fault))
        count = 0;
    *ret_all = (size_t)all;
    return count;
}

static size_t sights(void *owner, int64_t from, int64_t to, struct arena *arena,
                     const struct sight **ret)
{
    struct memory *memory = owner;
    const struct event *events;
    struct fault fault;
    size_t count = 0;
    if (from > memory->now || ledger_sights(memory->ledger, from - EYESIGHT_BEFORE_S, memory->now,
                                            arena, &events, &count, &fault))
        count = 0;
    return eyesight_stretches(events, count, from, to, memory->now, arena, ret);
}

struct usage_list {
    struct arena *arena;
    struct usage *months;
    size_t count, capacity;
    int64_t now;
};

/* Of a month the ledger has the newest reading only: at an earlier time than that nothing is known of it. */
static void add_usage(void *owner, const struct usage *month)
{
    struct usage_list *list = owner;
    if (month->at > list->now)
        return;
    if (list->count == list->capacity) {
        list->capacity = 2 * list->capacity + 12;
        struct usage *months = arena_array(list->arena, list->capacity, sizeof *months);
        if (list->count)
            memcpy(months, list->months, list->count * sizeof *months);
        list->months = months;
    }
    list->months[list->count++] = *month;
}

static size_t usage(void *owner, const char *key, struct arena *arena, const struct usage **ret)
{
    struct memory *memory = owner;
    struct usage_list list = {.arena = arena, .now = memory->now};
    const struct usage *newest = pipeline_usage(memory->pipeline, key);
    struct fault fault;
    ledger_each_usage(memory->ledger, key, add_usage, &list, &fault);
    if (newest && list.count && list.months[list.count - 1].month == newest->month)
        list.count--;
    if (newest)
        add_usage(&list, newest);
    *ret = list.months;
    return list.count;
}

void memory_rest(struct memory *memory)
{
    recall_rest(pipeline_recall(memory->pipeline));
    mem_give_back();
}

struct history memory_history(struct memory *memory)
{
    return (struct history){.owner = memory,
                            .service = service,
                            .lines = lines,
                            .spans = spans,
                            .known = known,
                            .begin = begin,
                            .latency = latency,
                            .answers = answers,
                            .certificates = certificates,
                            .measured = measured,
                            .maintenance = maintenance,
                            .cancelled = cancelled,
                            .annotations = annotations,
                            .account = account,
                            .counted = counted,
                            .line_pasts = line_pasts,
                            .blips = blips,
                            .sights = sights,
                            .usage = usage};
}
