#include "pipeline_inside.h"

#include "mem.h"
#include "recall.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

static const int64_t future_ms = 60000; /* a clock ahead of ours by more is in doubt */
static const int64_t past_ms = INT64_C(946684800000); /* 2000: nobody measured for us before */

/* Room for so many waiting events is kept; thousands at once are rare. */
enum { EVENTS_KEPT = 64 };

void pipeline_open_entries(struct pipeline *pipeline, const struct config *config)
{
    pipeline->config = config;
    pipeline->count = config->collective.service_count;
    pipeline->entries = mem_array(pipeline->count, sizeof *pipeline->entries);
    for (size_t i = 0; i < pipeline->count; i++) {
        pipeline->entries[i].changed = true;
        record_init(&pipeline->entries[i].record, config->collective.services[i]);
    }
}

/* The series can be ahead when the ledger is an older copy, or its disk was full when theirs was not: then -1, and they are
 * to be told all again. */
static int64_t known_to_both(struct pipeline *pipeline, const struct record *record)
{
    const char *service = record->service->key;
    int64_t known = series_known(pipeline->series, service);
    if (known <= record->frontier || known <= ledger_frontier(pipeline->ledger, service))
        return known;
    series_distrust(pipeline->series, service, "it goes further than the ledger");
    series_known(pipeline->series, service);
    return -1;
}

/* What the ledger knows of a service beyond its series goes there. Returns what they knew. */
static int64_t catch_up(struct pipeline *pipeline, const char *service)
{
    struct arena arena = {0};
    struct fault fault;
    const struct span *spans;
    size_t count;
    const struct record *record = pipeline_record(pipeline, service);
    int64_t known = known_to_both(pipeline, record);
    if (ledger_spans(pipeline->ledger, service, known, INT64_MAX, &arena, &spans, &count, &fault) ==
        0)
        for (size_t i = 0; i < count; i++)
            pipeline_feed(pipeline, service, &spans[i]);
    /* How long the last state has lasted is kept more often than the frontier. */
    struct span last = {.from = record->since, .to = record->frontier, .state = record->state};
    if (record->begun)
        pipeline_feed(pipeline, service, &last);
    arena_free(&arena);
    return known;
}

void pipeline_made_anew(struct pipeline *pipeline, const char *subject)
{
    pipeline_event(pipeline, EVENT_SERIES, subject, 0, wall_seconds(clock_wall()),
                   "made anew from the ledger");
}

/* A young record has no file yet, perhaps; of an old one it was lost while nobody looked. */
void pipeline_catch_up(struct pipeline *pipeline, const struct record *record)
{
    enum { YOUNG_S = 3600 };
    const char *service = record->service->key;
    int64_t known = catch_up(pipeline, service);
    int64_t age = record->frontier - ledger_record_begin(pipeline->ledger, service);
    if (known < 0 || (known == 0 && record->begun && age > YOUNG_S))
        pipeline_made_anew(pipeline, service);
    pipeline_catch_up_lines(pipeline, record);
}

struct pipeline *pipeline_new(const struct config *config, struct ledger *ledger,
                              struct series *series)
{
    struct pipeline *pipeline = mem_zalloc(sizeof *pipeline);
    pipeline->ledger = ledger;
    pipeline->series = series;
    pipeline->almanac = almanac_new(ledger);
    pipeline->recall = recall_new(ledger);
    pipeline_open_entries(pipeline, config);
    for (size_t i = 0; i < pipeline->count; i++)
        pipeline_load_entry(pipeline, &pipeline->entries[i]);
    pipeline_load_times(pipeline);
    struct fault fault;
    bool known = ledger_unanswered(ledger, &fault) == 0;
    for (size_t i = 0; series && known && i < pipeline->count; i++)
        pipeline_catch_up(pipeline, &pipeline->entries[i].record);
    return pipeline;
}

void pipeline_close_entry(struct entry *entry)
{
    record_fini(&entry->record);
    gauge_fini(&entry->latency);
    sightings_fini(&entry->sightings);
}

static void drop_events(struct pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->event_count; i++)
        free(pipeline->events[i].facts);
    pipeline->event_count = 0;
    if (pipeline->event_capacity <= EVENTS_KEPT)
        return;
    free(pipeline->events);
    pipeline->events = NULL;
    pipeline->event_capacity = 0;
}

void pipeline_free(struct pipeline *pipeline)
{
    if (!pipeline)
        return;
    for (size_t i = 0; i < pipeline->count; i++)
        pipeline_close_entry(&pipeline->entries[i]);
    free(pipeline->entries);
    pipeline_drop_leavers(pipeline);
    free(pipeline->absent);
    drop_events(pipeline);
    free(pipeline->events);
    almanac_free(pipeline->almanac);
    recall_free(pipeline->recall);
    free(pipeline);
}

int64_t pipeline_index(const struct pipeline *pipeline, const char *key)
{
    size_t low = 0, high = pipeline->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(key, pipeline->entries[middle].record.service->key);
        if (order == 0)
            return (int64_t)middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

const struct record *pipeline_record(const struct pipeline *pipeline, const char *service_key)
{
    int64_t i = pipeline_index(pipeline, service_key);
    return i < 0 ? NULL : &pipeline->entries[i].record;
}

/* ---- events ---- */

static bool is_full(const struct pipeline *pipeline)
{
    return pipeline->event_count >= PIPELINE_WAITING_MAX;
}

static void refuse(struct pipeline *pipeline, int64_t at)
{
    pipeline->counts.refused++;
    if (!pipeline->refused_from || at < pipeline->refused_from)
        pipeline->refused_from = at;
    if (at > pipeline->refused_to)
        pipeline->refused_to = at;
}

struct event *pipeline_add_event(struct pipeline *pipeline, enum event_kind kind,
                                 const char *subject)
{
    void *events = pipeline->events;
    mem_grow(&events, &pipeline->event_capacity, pipeline->event_count + 1,
             sizeof *pipeline->events);
    pipeline->events = events;
    struct event *event = &pipeline->events[pipeline->event_count++];
    *event = (struct event){.kind = kind, .recorded_ms = clock_wall().ms};
    text_copy(event->subject, sizeof event->subject, subject);
    return event;
}

void pipeline_event(struct pipeline *pipeline, enum event_kind kind, const char *subject,
                    int64_t before, int64_t at, const char *detail)
{
    if (is_full(pipeline)) {
        refuse(pipeline, at);
        return;
    }
    struct event *event = pipeline_add_event(pipeline, kind, subject);
    event->before = before;
    event->at = at;
    text_copy(event->detail, sizeof event->detail, detail);
}

static void subject_of(const struct record_news *news, char subject[RECORD_LINE_NAME_SIZE])
{
    if (news->line)
        record_line_name(news->record, news->line, subject);
    else
        text_copy(subject, RECORD_LINE_NAME_SIZE, news->record->service->key);
}

static void add_blip(struct pipeline *pipeline, const struct record_news *news)
{
    struct buffer facts;
    char subject[RECORD_LINE_NAME_SIZE];
    subject_of(news, subject);
    buffer_init(&facts, BLIP_MAX);
    blip_write(news->blip, &facts);
    struct event *event = pipeline_add_event(pipeline, EVENT_BLIP, subject);
    event->at = news->blip->at;
    event->facts = buffer_take(&facts, NULL);
}

static void add_state(struct pipeline *pipeline, const struct record_news *news)
{
    const struct span *span = news->span;
    char subject[RECORD_LINE_NAME_SIZE];
    subject_of(news, subject);
    struct event *event = pipeline_add_event(pipeline, EVENT_STATE, subject);
    event->at = span->from;
    event->before = span->before;
    event->from = news->from;
    event->to = span->state;
    event->reason = span->reason;
    text_copy(event->detail, sizeof event->detail, span_detail(span));
}

void pipeline_news(void *owner, const struct record_news *news)
{
    struct pipeline *pipeline = owner;
    const char *service = news->record->service->key;
    if (news->blip) {
        add_blip(pipeline, news);
        return;
    }
    if (record_news_is_change(news))
        add_state(pipeline, news);
    if (news->line) {
        pipeline_feed_line(pipeline, news);
        return;
    }
    pipeline_feed(pipeline, service, news->span);
    /* Whoever looks with rrdtool should see a change soon. */
    if (pipeline->series && record_news_is_change(news))
        series_hurry(pipeline->series, service);
}

/* ---- results ---- */

/* A result may still come from an attempt that began a time-out ago and waited for its turn as long. */
static int64_t patience_s(const struct service *service)
{
    int64_t longest = 0;
    for (size_t i = 0; i < service->check_count; i++)
        if (service->checks[i].timeout_ms > longest)
            longest = service->checks[i].timeout_ms;
    return 2 * longest / 1000 + 5;
}

/* What a result tells by its time alone: no older one can still come. So replay, where no other clock runs, settles at
 * the same points however the results are cut into files. */
static void settle_before(struct pipeline *pipeline, struct record *record, int64_t now)
{
    record_settle(record, now - patience_s(record->service), pipeline_news, pipeline);
}

void pipeline_result(struct pipeline *pipeline, const struct result *result, struct wall now)
{
    int64_t i = pipeline_index(pipeline, result->service);
    if (i < 0 || !service_check(pipeline->entries[i].record.service, result->check)) {
        pipeline->counts.unknown_subject++;
        return;
    }
    if (result->time.ms > now.ms + future_ms || result->time.ms < past_ms) {
        pipeline->counts.bad_time++;
        return;
    }
    struct entry *entry = &pipeline->entries[i];
    if (entry->unread)
        pipeline_load_again(pipeline, entry);
    if (entry->unread || is_full(pipeline)) {
        refuse(pipeline, wall_seconds(result->time));
        return;
    }
    uint64_t shape = record_shape(&entry->record);
    if (record_feed(&entry->record, result, pipeline_news, pipeline) != LINE_TAKEN) {
        pipeline->counts.stale++;
        return;
    }
    settle_before(pipeline, &entry->record,
                  wall_seconds(result->time.ms < now.ms ? result->time : now));
    pipeline->counts.results++;
    pipeline_measure(pipeline, entry, result);
    if (record_shape(&entry->record) != shape)
        entry->changed = true;
}

void pipeline_settle(struct pipeline *pipeline, int64_t now)
{
    for (size_t i = 0; i < pipeline->count && !is_full(pipeline); i++) {
        struct record *record = &pipeline->entries[i].record;
        uint64_t shape = record_shape(record);
        settle_before(pipeline, record, now);
        if (record_shape(record) != shape)
            pipeline->entries[i].changed = true;
    }
}

void pipeline_refeed(struct pipeline *pipeline, const char *subject)
{
    struct fault fault;
    /* The ledger learns first how far the state in force has lasted. */
    pipeline_commit(pipeline, KEEP_ALL, &fault);
    if (!pipeline_refeed_line(pipeline, subject))
        catch_up(pipeline, subject);
    pipeline_made_anew(pipeline, subject);
}

/* ---- commit ---- */

bool pipeline_urgent(const struct pipeline *pipeline)
{
    return pipeline->event_count > 0 || pipeline->leavers;
}

size_t pipeline_waiting(const struct pipeline *pipeline)
{
    return pipeline->event_count;
}

static int append_events(struct pipeline *pipeline, struct fault *fault)
{
    for (size_t i = 0; i < pipeline->event_count; i++)
        if (ledger_append(pipeline->ledger, &pipeline->events[i], fault))
            return -1;
    return 0;
}

static void tell_refused(struct pipeline *pipeline)
{
    if (pipeline->refused_from)
        pipeline_event(pipeline, EVENT_BLIND, "", pipeline->refused_from, pipeline->refused_to,
                       "the ledger could not be written, and too much waited");
    pipeline->refused_from = pipeline->refused_to = 0;
}

static void mark_kept(struct pipeline *pipeline, enum keep keep)
{
    pipeline->counts.events += (int64_t)pipeline->event_count;
    pipeline->counts.commits++;
    drop_events(pipeline);
    pipeline_drop_leavers(pipeline);
    tell_refused(pipeline);
    for (size_t i = 0; i < pipeline->count; i++) {
        struct entry *entry = &pipeline->entries[i];
        entry->sightings_dirty = entry->usage_dirty = false;
        entry->saved_shape = record_shape(&entry->record);
        entry->kept |= entry->record.line_count > 0;
        if (keep >= KEEP_ALL)
            entry->latency_dirty = false;
    }
}

void pipeline_accompany(struct pipeline *pipeline, const struct pipeline_guest *guest)
{
    pipeline->guest = guest;
}

static void tell_guest(struct pipeline *pipeline, bool good)
{
    if (pipeline->guest)
        pipeline->guest->written(pipeline->guest->owner, good);
}

static int write_down(struct pipeline *pipeline, enum keep keep, struct fault *fault)
{
    const struct pipeline_guest *guest = pipeline->guest;
    if (append_events(pipeline, fault) || pipeline_keep_entries(pipeline, keep, fault))
        return -1;
    if (keep != KEEP_CHANGES && pipeline_keep_times(pipeline, fault))
        return -1;
    if (guest && guest->write(guest->owner, fault))
        return -1;
    return ledger_commit(pipeline->ledger, fault);
}

int pipeline_commit(struct pipeline *pipeline, enum keep keep, struct fault *fault)
{
    if (ledger_begin(pipeline->ledger, fault) == 0) {
        if (write_down(pipeline, keep, fault) == 0) {
            mark_kept(pipeline, keep);
            tell_guest(pipeline, true);
            return 0;
        }
        ledger_rollback(pipeline->ledger);
    }
    pipeline->counts.failed_commits++;
    tell_guest(pipeline, false);
    return -1;
}

/* ---- questions ---- */

int64_t pipeline_next_changed(struct pipeline *pipeline)
{
    for (size_t n = 0; n < pipeline->count; n++) {
        size_t i = pipeline->next_changed;
        pipeline->next_changed = (i + 1) % pipeline->count;
        if (pipeline->entries[i].changed) {
            pipeline->entries[i].changed = false;
            return (int64_t)i;
        }
    }
    return -1;
}

const struct pipeline_counts *pipeline_counts(const struct pipeline *pipeline)
{
    return &pipeline->counts;
}

struct almanac *pipeline_almanac(const struct pipeline *pipeline)
{
    return pipeline->almanac;
}

struct recall *pipeline_recall(const struct pipeline *pipeline)
{
    return pipeline->recall;
}

int64_t pipeline_measured(const struct pipeline *pipeline)
{
    return pipeline->measured;
}

bool pipeline_latency_today(const struct pipeline *pipeline, const char *service_key,
                            int64_t *ret_day, struct histogram *ret)
{
    int64_t i = pipeline_index(pipeline, service_key);
    if (i < 0 || !pipeline->entries[i].day)
        return false;
    *ret_day = pipeline->entries[i].day;
    gauge_read(&pipeline->entries[i].latency, ret);
    return true;
}

const struct usage *pipeline_usage(const struct pipeline *pipeline, const char *service_key)
{
    int64_t i = pipeline_index(pipeline, service_key);
    return i < 0 || !pipeline->entries[i].usage.at ? NULL : &pipeline->entries[i].usage;
}

static bool has_result(const struct record *record, const char *check)
{
    for (size_t i = 0; i < record->line_count; i++)
        if (strcmp(record->lines[i].check, check) == 0)
            return true;
    return false;
}

static bool is_complete(const struct record *record)
{
    for (size_t i = 0; i < record->service->check_count; i++)
        if (!has_result(record, record->service->checks[i].id))
            return false;
    for (size_t i = 0; i < record->line_count; i++)
        if (record->lines[i].line.pending)
            return false;
    return true;
}

bool pipeline_is_complete(const struct pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->count; i++)
        if (!is_complete(&pipeline->entries[i].record))
            return false;
    return true;
}
