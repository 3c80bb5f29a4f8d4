#include "record.h"

#include "mem.h"
#include "record_queue.h"
#include "text.h"
#include "verdict.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void record_init(struct record *record, const struct service *service)
{
    *record = (struct record){.service = service};
}

void record_copy(struct record *ret, const struct record *record)
{
    *ret = *record;
    ret->line_capacity = record->line_count;
    ret->lines = mem_array(record->line_count, sizeof *ret->lines);
    for (size_t i = 0; i < record->line_count; i++) {
        struct record_line *line = &ret->lines[i];
        *line = record->lines[i];
        line->queue = NULL;
        line->queued = line->capacity = 0;
        for (size_t j = 0; j < record->lines[i].queued; j++)
            record_queue_add(line, &record->lines[i].queue[j]);
    }
}

void record_line_name(const struct record *record, const struct record_line *line,
                      char name[RECORD_LINE_NAME_SIZE])
{
    text_format(name, RECORD_LINE_NAME_SIZE, "%s/%s/%s/%s", record->service->key, line->check,
                family_name(line->family), line->vantage);
}

static void drop_lines(struct record *record)
{
    for (size_t i = 0; i < record->line_count; i++)
        record_queue_free(&record->lines[i]);
    record->line_count = 0;
}

void record_fini(struct record *record)
{
    drop_lines(record);
    free(record->lines);
    *record = (struct record){0};
}

static int compare_line(const struct record_line *line, const char *check, enum family family,
                        const char *vantage)
{
    int order = strcmp(line->check, check);
    if (!order)
        order = (int)line->family - (int)family;
    return order ? order : strcmp(line->vantage, vantage);
}

static struct record_line *insert_line(struct record *record, size_t at,
                                       const struct result *result)
{
    void *lines = record->lines;
    mem_grow(&lines, &record->line_capacity, record->line_count + 1, sizeof *record->lines);
    record->lines = lines;
    struct record_line *line = &record->lines[at];
    memmove(line + 1, line, (record->line_count - at) * sizeof *line);
    record->line_count++;
    *line = (struct record_line){.family = result->family};
    text_copy(line->check, sizeof line->check, result->check);
    text_copy(line->vantage, sizeof line->vantage, result->vantage);
    return line;
}

static struct record_line *line_of(struct record *record, const struct result *result)
{
    size_t at = 0;
    for (; at < record->line_count; at++) {
        int order =
            compare_line(&record->lines[at], result->check, result->family, result->vantage);
        if (order == 0)
            return &record->lines[at];
        if (order > 0)
            break;
    }
    return insert_line(record, at, result);
}

/* A stretch that only goes on has no bracket: the one before has it. */
static void queue_span(struct record_line *line, const struct span *span, bool changes)
{
    struct span queued = *span;
    if (!changes)
        queued.before = 0;
    record_queue_add(line, &queued);
}

/* See record_shape(). */
static void tell(struct record *record, const struct record_news *news, record_fn *emit,
                 void *owner)
{
    record->changes += record_news_is_change(news);
    emit(owner, news);
}

static void tell_blip(const struct record *record, struct record_line *line,
                      const struct blip *blip, record_fn *emit, void *owner)
{
    struct record_news news = {record, line, NULL, line->handed, false, blip};
    line->blipped = blip->at;
    emit(owner, &news);
}

/* The record of the service is never taken back: what a new line says of the time before is left out. */
static void take_step(struct record *record, struct record_line *line, const struct line_step *step,
                      record_fn *emit, void *owner)
{
    for (size_t i = 0; i < step->count; i++) {
        const struct span *span = &step->spans[i];
        struct record_news news = {record, line, span, line->handed, !line->begun, NULL};
        line->begun = true;
        line->handed = span->state;
        if (span->to > line->reached)
            line->reached = span->to;
        tell(record, &news, emit, owner);
        if (span->to > record->frontier)
            queue_span(line, span, record_news_is_change(&news));
    }
    if (step->blip.results)
        tell_blip(record, line, &step->blip, emit, owner);
}

/* As far as every line that has begun is settled. */
static int64_t common_frontier(const struct record *record)
{
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < record->line_count; i++) {
        int64_t settled = record->lines[i].line.settled;
        if (settled && settled < least)
            least = settled;
    }
    return least == INT64_MAX ? 0 : least;
}

static int64_t first_begin(const struct record *record)
{
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < record->line_count; i++)
        if (record->lines[i].queued && record->lines[i].queue[0].from < first)
            first = record->lines[i].queue[0].from;
    return first;
}

static const struct span *span_at(const struct record_line *line, int64_t at)
{
    for (size_t i = 0; i < line->queued; i++)
        if (line->queue[i].from <= at && at < line->queue[i].to)
            return &line->queue[i];
    return NULL;
}

/* Where the next stretch of any line begins or ends after `at`. */
static int64_t next_edge(const struct record *record, int64_t at, int64_t frontier)
{
    int64_t edge = frontier;
    for (size_t i = 0; i < record->line_count; i++) {
        const struct record_line *line = &record->lines[i];
        for (size_t j = 0; j < line->queued; j++) {
            if (line->queue[j].from > at && line->queue[j].from < edge)
                edge = line->queue[j].from;
            if (line->queue[j].to > at && line->queue[j].to < edge)
                edge = line->queue[j].to;
        }
    }
    return edge;
}

typedef enum outcome line_state_fn(const struct record_line *line, int64_t at);

static enum outcome queued_state(const struct record_line *line, int64_t at)
{
    const struct span *span = span_at(line, at);
    return span ? span->state : OUTCOME_UNKNOWN;
}

static enum outcome current_state(const struct record_line *line, int64_t at)
{
    return line_state(&line->line, at);
}

static enum outcome check_state(const struct record *record, const char *check, int64_t at,
                                line_state_fn *state_of)
{
    enum { MOST = 64 };
    enum outcome states[MOST];
    size_t count = 0;
    for (size_t i = 0; i < record->line_count && count < MOST; i++)
        if (strcmp(record->lines[i].check, check) == 0)
            states[count++] = state_of(&record->lines[i], at);
    return verdict_check(states, count);
}

static enum outcome service_state(const struct record *record, int64_t at, line_state_fn *state_of)
{
    size_t count = record->service->check_count;
    struct verdict_part *parts = mem_array(count, sizeof *parts);
    for (size_t i = 0; i < count; i++) {
        const struct check *check = &record->service->checks[i];
        parts[i] = (struct verdict_part){check_state(record, check->id, at, state_of),
                                         (enum role)check->role};
    }
    enum outcome state = verdict_service(parts, count);
    free(parts);
    return state;
}

/* How well a line's stretch explains a verdict: the one that began with it and says the same explains best. One that only
 * goes on may be cut anywhere; it has no bracket. */
static int explains(const struct span *span, enum outcome state, int64_t at)
{
    int points = 0;
    if (span->from == at && span->before)
        points += 1;
    if (span->state == state)
        points += 4;
    else if (state == OUTCOME_DEGRADED && span->state == OUTCOME_DOWN)
        points += 3; /* one family of two */
    return points;
}

/* The widest bracket of the lines that changed with the verdict. */
static int64_t bracket_at(const struct record *record, int64_t at)
{
    int64_t earliest = 0;
    for (size_t i = 0; i < record->line_count; i++) {
        const struct span *span = span_at(&record->lines[i], at);
        if (span && span->from == at && span->before && (!earliest || span->before < earliest))
            earliest = span->before;
    }
    return earliest;
}

static void add_evidence(const struct record *record, struct span *verdict)
{
    const struct span *best = NULL;
    for (size_t i = 0; i < record->line_count; i++) {
        const struct span *span = span_at(&record->lines[i], verdict->from);
        if (span && (!best || explains(span, verdict->state, verdict->from) >
                                  explains(best, verdict->state, verdict->from)))
            best = span;
    }
    verdict->reason = best ? best->reason : REASON_silent;
    verdict->before = bracket_at(record, verdict->from);
    verdict->detail = best ? best->detail : NULL;
}

static void hand_out(struct record *record, struct span *span, record_fn *emit, void *owner)
{
    struct record_news news = {record, NULL, span, record->state, !record->begun, NULL};
    if (record_news_is_change(&news)) {
        add_evidence(record, span);
        record->state = span->state;
        record->since = span->from;
        record->reason = span->reason;
        text_copy(record->detail, sizeof record->detail, span_detail(span));
        record->begun = true;
    } else {
        span->reason = record->reason;
        span->detail = record->detail;
    }
    record->frontier = span->to;
    tell(record, &news, emit, owner);
}

static void advance(struct record *record, record_fn *emit, void *owner)
{
    int64_t frontier = common_frontier(record);
    int64_t at = record->frontier ? record->frontier : first_begin(record);
    if (frontier <= at)
        return;
    struct span pending = {.from = at, .to = at};
    while (at < frontier) {
        int64_t edge = next_edge(record, at, frontier);
        enum outcome state = service_state(record, at, queued_state);
        if (pending.to > pending.from && state != pending.state) {
            hand_out(record, &pending, emit, owner);
            pending.from = at;
        }
        pending.state = state;
        pending.to = at = edge;
    }
    hand_out(record, &pending, emit, owner);
    for (size_t i = 0; i < record->line_count; i++)
        record_queue_forget(&record->lines[i], frontier);
}

enum line_verdict record_feed(struct record *record, const struct result *result, record_fn *emit,
                              void *owner)
{
    const struct check *check = service_check(record->service, result->check);
    if (!check)
        return LINE_STALE;
    struct record_line *line = line_of(record, result);
    struct line_step step;
    enum line_verdict verdict = line_feed(&line->line, result, check->interval_ms, &step);
    if (verdict != LINE_TAKEN)
        return verdict;
    line->last = *result;
    flapping_add(&line->flapping, result->outcome);
    take_step(record, line, &step, emit, owner);
    advance(record, emit, owner);
    return verdict;
}

typedef void line_settle_fn(struct line *line, int64_t until, struct line_step *ret_step);

static void settle_lines(struct record *record, int64_t until, line_settle_fn *settle,
                         record_fn *emit, void *owner)
{
    struct line_step step;
    for (size_t i = 0; i < record->line_count; i++) {
        settle(&record->lines[i].line, until, &step);
        take_step(record, &record->lines[i], &step, emit, owner);
    }
    advance(record, emit, owner);
}

void record_settle(struct record *record, int64_t until, record_fn *emit, void *owner)
{
    settle_lines(record, until, line_settle, emit, owner);
}

void record_finish(struct record *record, int64_t until, record_fn *emit, void *owner)
{
    settle_lines(record, until, line_finish, emit, owner);
}

/* From here on nobody looks. Should the check come back, it begins as one that was unknown. */
static void end_line(struct record *record, struct record_line *line, record_fn *emit, void *owner)
{
    struct span end = {line->reached,   line->reached, line->reached,
                       OUTCOME_UNKNOWN, REASON_silent, NULL};
    struct record_news news = {record, line, &end, line->handed, false, NULL};
    if (line->begun && record_news_is_change(&news))
        tell(record, &news, emit, owner);
    record_queue_free(line);
}

void record_rebase(struct record *record, const struct service *service, record_fn *emit,
                   void *owner)
{
    size_t kept = 0;
    record->service = service;
    for (size_t i = 0; i < record->line_count; i++) {
        if (service_check(service, record->lines[i].check))
            record->lines[kept++] = record->lines[i];
        else
            end_line(record, &record->lines[i], emit, owner);
    }
    record->line_count = kept;
    advance(record, emit, owner);
}

/* The line whose reason stands for the service's: the worst that shares or causes its state. */
static const struct record_line *telling_line(const struct record *record, enum outcome state,
                                              int64_t now)
{
    const struct record_line *best = NULL;
    int best_points = -1;
    for (size_t i = 0; i < record->line_count; i++) {
        enum outcome line = line_state(&record->lines[i].line, now);
        int points = line == state ? 2 : state == OUTCOME_DEGRADED && line == OUTCOME_DOWN ? 1 : 0;
        if (points > best_points) {
            best = &record->lines[i];
            best_points = points;
        }
    }
    return best;
}

/* When the line's state began, as far as that is not settled for the service yet; 0 = it is. */
static int64_t unsettled_since(const struct record_line *line, int64_t now)
{
    enum outcome state = line_state(&line->line, now);
    int64_t since = 0;
    for (size_t i = line->queued; i-- > 0 && line->queue[i].state == state;)
        since = line->queue[i].from;
    return since;
}

bool record_line_is_unstable(const struct record_line *line, int64_t now)
{
    return line->flapping.on && line_state(&line->line, now) != OUTCOME_UNKNOWN;
}

struct service_belief record_belief(const struct record *record, int64_t now)
{
    struct service_belief belief = {.state = service_state(record, now, current_state),
                                    .reason = REASON_silent};
    for (size_t i = 0; i < record->line_count; i++) {
        if (wall_seconds(record->lines[i].last.time) > belief.measured)
            belief.measured = wall_seconds(record->lines[i].last.time);
        belief.unstable |= record_line_is_unstable(&record->lines[i], now);
    }
    const struct record_line *line = telling_line(record, belief.state, now);
    if (line) {
        belief.reason = line_reason(&line->line, now);
        text_copy(belief.detail, sizeof belief.detail, line->line.head.detail);
        belief.since = unsettled_since(line, now);
        if (!belief.since)
            belief.since = line->line.head.at;
        belief.before = line->line.before;
    }
    if (record->begun && record->state == belief.state)
        belief.since = record->since;
    if (belief.before > belief.since)
        belief.before = 0;
    return belief;
}
