#include "pipeline.h"

#include "buffer.h"
#include "calendar.h"
#include "hash.h"
#include "histogram.h"
#include "mem.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

struct entry { /* one service */
    struct record record;
    uint64_t saved_shape;      /* record_shape() at the last commit of its kept text */
    bool kept;                 /* a kept text is in the ledger */
    bool changed;              /* for pipeline_next_changed() */
    int64_t day;               /* of `latency`; 0 = none */
    struct histogram *latency; /* of that day, all lines of the service */
    bool latency_dirty;
    char *certificate; /* sha256 last seen, by check: "check=sha256\n..." */
};

struct pipeline {
    const struct config *config;
    struct ledger *ledger;
    struct series *series;
    struct entry *entries; /* as collective.services */
    size_t count, next_changed;
    struct event *events; /* waiting for the commit */
    size_t event_count, event_capacity;
    struct pipeline_counts counts;
    int64_t measured;
};

static const char times_key[] = "times";
static const int64_t future_ms = 60000; /* a clock ahead of ours by more is in doubt */

/* ---- finding what an earlier run left ---- */

static void load_record(struct pipeline *pipeline, struct entry *entry)
{
    struct arena arena = {0};
    char key[RESULT_SERVICE_SIZE + 8];
    text_format(key, sizeof key, "record/%s", entry->record.service->key);
    const char *text = ledger_kept(pipeline->ledger, key, &arena);
    if (text && record_load(&entry->record, text) == 0) {
        entry->kept = true;
        entry->saved_shape = record_shape(&entry->record);
    }
    arena_free(&arena);
}

/* "service frontier newest newest...", a line each. */
static void load_times(struct pipeline *pipeline, char *text)
{
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n"));) {
        char *numbers = strchr(line, ' ');
        if (!numbers)
            continue;
        *numbers = '\0';
        const struct record *record = pipeline_record(pipeline, line);
        if (record)
            record_load_times((struct record *)record, numbers + 1);
    }
}

static void load_certificates(struct pipeline *pipeline, struct entry *entry)
{
    struct arena arena = {0};
    char key[RESULT_SERVICE_SIZE + 16];
    text_format(key, sizeof key, "certificate/%s", entry->record.service->key);
    entry->certificate = mem_text(ledger_kept(pipeline->ledger, key, &arena));
    arena_free(&arena);
}

static void open_entries(struct pipeline *pipeline, const struct config *config)
{
    pipeline->config = config;
    pipeline->count = config->collective.service_count;
    pipeline->entries = mem_array(pipeline->count, sizeof *pipeline->entries);
    for (size_t i = 0; i < pipeline->count; i++) {
        pipeline->entries[i].changed = true;
        record_init(&pipeline->entries[i].record, config->collective.services[i]);
    }
}

struct pipeline *pipeline_new(const struct config *config, struct ledger *ledger,
                              struct series *series)
{
    struct pipeline *pipeline = mem_zalloc(sizeof *pipeline);
    pipeline->ledger = ledger;
    pipeline->series = series;
    open_entries(pipeline, config);
    for (size_t i = 0; i < pipeline->count; i++) {
        load_record(pipeline, &pipeline->entries[i]);
        load_certificates(pipeline, &pipeline->entries[i]);
    }
    struct arena arena = {0};
    const char *times = ledger_kept(ledger, times_key, &arena);
    if (times)
        load_times(pipeline, arena_text(&arena, times));
    arena_free(&arena);
    return pipeline;
}

static void close_entry(struct entry *entry)
{
    record_fini(&entry->record);
    free(entry->latency);
    free(entry->certificate);
}

void pipeline_free(struct pipeline *pipeline)
{
    if (!pipeline)
        return;
    for (size_t i = 0; i < pipeline->count; i++)
        close_entry(&pipeline->entries[i]);
    free(pipeline->entries);
    free(pipeline->events);
    free(pipeline);
}

static int64_t index_of(const struct pipeline *pipeline, const char *key)
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
    int64_t i = index_of(pipeline, service_key);
    return i < 0 ? NULL : &pipeline->entries[i].record;
}

/* ---- events ---- */

static struct event *add_event(struct pipeline *pipeline, enum event_kind kind, const char *subject)
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
    struct event *event = add_event(pipeline, kind, subject);
    event->before = before;
    event->at = at;
    text_copy(event->detail, sizeof event->detail, detail);
}

static void add_state(struct pipeline *pipeline, const char *subject, const struct span *span,
                      enum outcome from)
{
    struct event *event = add_event(pipeline, EVENT_STATE, subject);
    event->at = span->from;
    event->before = span->before;
    event->from = from;
    event->to = span->state;
    event->reason = span->reason;
    text_copy(event->detail, sizeof event->detail, span->detail);
}

static void line_subject(char *subject, size_t size, const struct record *record,
                         const struct record_line *line)
{
    text_format(subject, size, "%s/%s/%s/%s", record->service->key, line->check,
                family_name(line->family), line->vantage);
}

/* What a record settles goes on its way: changes to the ledger, the verdict's stretches to the series. */
static void on_news(void *owner, const struct record_news *news)
{
    struct pipeline *pipeline = owner;
    const char *service = news->record->service->key;
    char subject[2 * RESULT_SERVICE_SIZE];
    if (news->line)
        line_subject(subject, sizeof subject, news->record, news->line);
    else
        text_copy(subject, sizeof subject, service);
    if (record_news_is_change(news))
        add_state(pipeline, subject, news->span, news->from);
    if (!news->line)
        series_state(pipeline->series, service, news->span);
}

/* ---- results ---- */

static void load_latency(struct pipeline *pipeline, struct entry *entry, int64_t day);

static void save_latency(struct pipeline *pipeline, struct entry *entry, struct fault *fault)
{
    struct buffer packed;
    buffer_init(&packed, 16 * 1024);
    histogram_pack(entry->latency, &packed);
    if (ledger_save_latency(pipeline->ledger, entry->record.service->key, entry->day,
                            buffer_text(&packed), packed.length, fault) == 0)
        entry->latency_dirty = false;
    buffer_fini(&packed);
}

static void on_latency(void *owner, int64_t day, const void *bytes, size_t length)
{
    struct histogram *histogram = owner;
    (void)day;
    if (!histogram_unpack(bytes, length, histogram))
        memset(histogram, 0, sizeof *histogram);
}

static void load_latency(struct pipeline *pipeline, struct entry *entry, int64_t day)
{
    struct fault fault;
    if (!entry->latency)
        entry->latency = mem_zalloc(sizeof *entry->latency);
    memset(entry->latency, 0, sizeof *entry->latency);
    entry->day = day;
    ledger_each_latency(pipeline->ledger, entry->record.service->key, day, day + 1, on_latency,
                        entry->latency, &fault);
}

static void count_latency(struct pipeline *pipeline, struct entry *entry,
                          const struct result *result)
{
    struct fault fault;
    if (!outcome_is_good(result->outcome))
        return;
    int64_t day = calendar_day(wall_seconds(result->time));
    if (day != entry->day) {
        if (entry->latency_dirty)
            save_latency(pipeline, entry, &fault);
        load_latency(pipeline, entry, day);
    }
    histogram_add(entry->latency, result->phases.ms[PHASE_TOTAL]);
    entry->latency_dirty = true;
}

static bool same_certificate(const struct entry *entry, const char *mark)
{
    return entry->certificate && strstr(entry->certificate, mark);
}

/* Remembers the newest certificate of each check. */
static void remember_certificate(struct entry *entry, const char *check, const char *mark)
{
    struct buffer marks;
    char prefix[RESULT_ID_SIZE + 2];
    buffer_init(&marks, 16 * 1024);
    text_format(prefix, sizeof prefix, "%s=", check);
    char *rest = entry->certificate;
    for (char *line; rest && (line = strsep(&rest, "\n"));)
        if (*line && !text_starts(line, prefix))
            buffer_printf(&marks, "%s\n", line);
    buffer_text_add(&marks, mark);
    free(entry->certificate);
    entry->certificate = buffer_take(&marks, NULL);
}

static void note_certificate(struct pipeline *pipeline, struct entry *entry,
                             const struct result *result)
{
    const struct certificate *certificate = &result->certificate;
    char mark[RESULT_ID_SIZE + 80], subject[2 * RESULT_SERVICE_SIZE], detail[RESULT_DETAIL_SIZE];
    if (!certificate->sha256[0])
        return;
    series_certificate(pipeline->series, result->service, result->check, wall_seconds(result->time),
                       wall_seconds(certificate->not_after));
    text_format(mark, sizeof mark, "%s=%s\n", result->check, certificate->sha256);
    if (same_certificate(entry, mark))
        return;
    remember_certificate(entry, result->check, mark);
    text_format(subject, sizeof subject, "%s/%s", result->service, result->check);
    text_format(detail, sizeof detail, "%s %s; %s", certificate->sha256, certificate->key,
                certificate->issuer);
    pipeline_event(pipeline, EVENT_CERTIFICATE, subject, wall_seconds(certificate->not_before),
                   wall_seconds(result->time), detail);
}

static void measure(struct pipeline *pipeline, struct entry *entry, const struct result *result)
{
    const struct check *check = service_check(entry->record.service, result->check);
    int64_t at = wall_seconds(result->time);
    count_latency(pipeline, entry, result);
    if (outcome_is_good(result->outcome))
        series_latency(pipeline->series, result->service, result->check, result->family, at,
                       check->interval_ms, &result->phases);
    note_certificate(pipeline, entry, result);
    if (at > pipeline->measured)
        pipeline->measured = at;
}

void pipeline_result(struct pipeline *pipeline, const struct result *result, struct wall now)
{
    int64_t i = index_of(pipeline, result->service);
    if (i < 0) {
        pipeline->counts.unknown_subject++;
        return;
    }
    if (result->time.ms > now.ms + future_ms || result->time.ms <= 0) {
        pipeline->counts.bad_time++;
        return;
    }
    struct entry *entry = &pipeline->entries[i];
    uint64_t shape = record_shape(&entry->record);
    if (record_feed(&entry->record, result, on_news, pipeline) != LINE_TAKEN) {
        pipeline->counts.stale++;
        return;
    }
    pipeline->counts.results++;
    measure(pipeline, entry, result);
    if (record_shape(&entry->record) != shape)
        entry->changed = true;
}

/* A result may still come from an attempt that began a time-out ago and waited for its turn as long. */
static int64_t patience_s(const struct service *service)
{
    int64_t longest = 0;
    for (size_t i = 0; i < service->check_count; i++)
        if (service->checks[i].timeout_ms > longest)
            longest = service->checks[i].timeout_ms;
    return 2 * longest / 1000 + 5;
}

void pipeline_settle(struct pipeline *pipeline, int64_t now)
{
    for (size_t i = 0; i < pipeline->count; i++) {
        struct record *record = &pipeline->entries[i].record;
        uint64_t shape = record_shape(record);
        record_settle(record, now - patience_s(record->service), on_news, pipeline);
        if (record_shape(record) != shape)
            pipeline->entries[i].changed = true;
    }
}

void pipeline_refeed(struct pipeline *pipeline, const char *service)
{
    struct arena arena = {0};
    struct fault fault;
    const struct span *spans;
    size_t count;
    if (ledger_spans(pipeline->ledger, service, 0, INT64_MAX, &arena, &spans, &count, &fault) == 0)
        for (size_t i = 0; i < count; i++)
            series_state(pipeline->series, service, &spans[i]);
    pipeline_event(pipeline, EVENT_SERIES, service, 0, wall_seconds(clock_wall()),
                   "made anew from the ledger");
    arena_free(&arena);
}

/* ---- commit ---- */

bool pipeline_urgent(const struct pipeline *pipeline)
{
    return pipeline->event_count > 0;
}

static int keep_record(struct pipeline *pipeline, struct entry *entry, struct fault *fault)
{
    struct buffer text;
    char key[RESULT_SERVICE_SIZE + 16];
    buffer_init(&text, 1024 * 1024);
    record_save(&entry->record, &text);
    text_format(key, sizeof key, "record/%s", entry->record.service->key);
    int rc = ledger_keep(pipeline->ledger, key, buffer_text(&text), fault);
    buffer_fini(&text);
    if (rc == 0 && entry->certificate) {
        text_format(key, sizeof key, "certificate/%s", entry->record.service->key);
        rc = ledger_keep(pipeline->ledger, key, entry->certificate, fault);
    }
    if (rc == 0 && entry->record.frontier)
        rc = ledger_set_frontier(pipeline->ledger, entry->record.service->key,
                                 entry->record.frontier, fault);
    return rc;
}

static int keep_changed(struct pipeline *pipeline, bool everything, struct fault *fault)
{
    for (size_t i = 0; i < pipeline->count; i++) {
        struct entry *entry = &pipeline->entries[i];
        bool same = entry->kept && record_shape(&entry->record) == entry->saved_shape;
        if ((same && !everything) || !entry->record.line_count)
            continue;
        if (keep_record(pipeline, entry, fault))
            return -1;
        if (everything && entry->latency_dirty)
            save_latency(pipeline, entry, fault);
    }
    return 0;
}

static int keep_times(struct pipeline *pipeline, struct fault *fault)
{
    struct buffer times;
    buffer_init(&times, 16 * 1024 * 1024);
    for (size_t i = 0; i < pipeline->count; i++) {
        const struct record *record = &pipeline->entries[i].record;
        if (!record->line_count)
            continue;
        buffer_printf(&times, "%s ", record->service->key);
        record_save_times(record, &times);
        buffer_byte(&times, '\n');
    }
    int rc = ledger_keep(pipeline->ledger, times_key, buffer_text(&times), fault);
    buffer_fini(&times);
    return rc;
}

static int append_events(struct pipeline *pipeline, struct fault *fault)
{
    for (size_t i = 0; i < pipeline->event_count; i++)
        if (ledger_append(pipeline->ledger, &pipeline->events[i], fault))
            return -1;
    return 0;
}

static void mark_kept(struct pipeline *pipeline)
{
    pipeline->counts.events += (int64_t)pipeline->event_count;
    pipeline->counts.commits++;
    pipeline->event_count = 0;
    for (size_t i = 0; i < pipeline->count; i++) {
        pipeline->entries[i].saved_shape = record_shape(&pipeline->entries[i].record);
        pipeline->entries[i].kept = pipeline->entries[i].record.line_count > 0;
    }
}

int pipeline_commit(struct pipeline *pipeline, bool everything, struct fault *fault)
{
    if (ledger_begin(pipeline->ledger, fault) == 0) {
        if (append_events(pipeline, fault) == 0 && keep_changed(pipeline, everything, fault) == 0 &&
            keep_times(pipeline, fault) == 0 && ledger_commit(pipeline->ledger, fault) == 0) {
            mark_kept(pipeline);
            return 0;
        }
        ledger_rollback(pipeline->ledger);
    }
    pipeline->counts.failed_commits++;
    return -1;
}

/* ---- reload and questions ---- */

static void move_entry(struct entry *to, struct entry *from)
{
    const struct service *service = to->record.service;
    record_fini(&to->record);
    *to = *from;
    to->changed = true;
    to->record.service = service;
    *from = (struct entry){0};
}

void pipeline_reload(struct pipeline *pipeline, const struct config *config)
{
    struct pipeline old = *pipeline;
    open_entries(pipeline, config);
    for (size_t i = 0; i < pipeline->count; i++) {
        struct entry *entry = &pipeline->entries[i];
        int64_t before = index_of(&old, entry->record.service->key);
        if (before >= 0) {
            move_entry(entry, &old.entries[before]);
            /* index_of() still reads the old table: leave the name there. */
            old.entries[before].record.service = entry->record.service;
            record_rebase(&entry->record, entry->record.service, on_news, pipeline);
        } else {
            load_record(pipeline, entry);
            load_certificates(pipeline, entry);
        }
    }
    for (size_t i = 0; i < old.count; i++)
        close_entry(&old.entries[i]);
    free(old.entries);
}

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

int64_t pipeline_measured(const struct pipeline *pipeline)
{
    return pipeline->measured;
}

const struct histogram *pipeline_latency_today(const struct pipeline *pipeline,
                                               const char *service_key, int64_t *ret_day)
{
    int64_t i = index_of(pipeline, service_key);
    if (i < 0 || !pipeline->entries[i].day)
        return NULL;
    *ret_day = pipeline->entries[i].day;
    return pipeline->entries[i].latency;
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
