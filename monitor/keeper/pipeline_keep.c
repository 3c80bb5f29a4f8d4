#include "pipeline_inside.h"

#include "buffer.h"
#include "ledger_usage.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

enum { TIMES_MAX = 16 * 1024 * 1024 };

static const char times_key[] = "times";

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

/* Whoever starts again, or only renders, goes on from the newest result that the record knows. */
static void note_measured(struct pipeline *pipeline, const struct record *record)
{
    for (size_t i = 0; i < record->line_count; i++)
        if (record->lines[i].line.newest_ms / 1000 > pipeline->measured)
            pipeline->measured = record->lines[i].line.newest_ms / 1000;
}

/* Whose record was read. */
static struct entry *read_entry(const struct pipeline *pipeline, const char *service)
{
    int64_t i = pipeline_index(pipeline, service);
    return i < 0 || pipeline->entries[i].unread ? NULL : &pipeline->entries[i];
}

/* "service frontier newest newest...", a line each. Those of services that are not here stay: they may come back. */
static void apply_times(struct pipeline *pipeline, char *text, struct buffer *absent)
{
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n"));) {
        char *numbers = strchr(line, ' ');
        if (!numbers)
            continue;
        *numbers++ = '\0';
        struct entry *entry = read_entry(pipeline, line);
        if (!entry) {
            buffer_printf(absent, "%s %s\n", line, numbers);
            continue;
        }
        record_load_times(&entry->record, numbers);
        note_measured(pipeline, &entry->record);
    }
}

static void load_times(struct pipeline *pipeline, char *text)
{
    struct buffer absent;
    buffer_init(&absent, TIMES_MAX);
    apply_times(pipeline, text, &absent);
    free(pipeline->absent);
    pipeline->absent = absent.length ? buffer_take(&absent, NULL) : NULL;
    buffer_fini(&absent);
}

static void load_sightings(struct pipeline *pipeline, struct entry *entry)
{
    struct arena arena = {0};
    char key[RESULT_SERVICE_SIZE + 16];
    text_format(key, sizeof key, "certificate/%s", entry->record.service->key);
    sightings_load(&entry->sightings, ledger_kept(pipeline->ledger, key, &arena));
    arena_free(&arena);
}

static void on_usage(void *owner, const struct usage *usage)
{
    struct entry *entry = owner;
    entry->usage = *usage;
}

static void load_usage(struct pipeline *pipeline, struct entry *entry)
{
    struct fault fault; /* told by ledger_unanswered() */
    ledger_each_usage(pipeline->ledger, entry->record.service->key, on_usage, entry, &fault);
}

void pipeline_load_entry(struct pipeline *pipeline, struct entry *entry)
{
    load_record(pipeline, entry);
    note_measured(pipeline, &entry->record);
    load_sightings(pipeline, entry);
    load_usage(pipeline, entry);
}

void pipeline_load_times(struct pipeline *pipeline)
{
    struct arena arena = {0};
    const char *times = ledger_kept(pipeline->ledger, times_key, &arena);
    if (times)
        load_times(pipeline, arena_text(&arena, times));
    arena_free(&arena);
}

void pipeline_load_absent(struct pipeline *pipeline)
{
    struct arena arena = {0};
    if (pipeline->absent)
        load_times(pipeline, arena_text(&arena, pipeline->absent));
    arena_free(&arena);
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
    return rc;
}

static int keep_sightings(struct pipeline *pipeline, const struct entry *entry, struct fault *fault)
{
    struct buffer text;
    char key[RESULT_SERVICE_SIZE + 16];
    buffer_init(&text, SIGHTINGS_MAX);
    sightings_save(&entry->sightings, &text);
    text_format(key, sizeof key, "certificate/%s", entry->record.service->key);
    int rc = ledger_keep(pipeline->ledger, key, buffer_text(&text), fault);
    buffer_fini(&text);
    return rc;
}

static int keep_frontier(struct pipeline *pipeline, const struct record *record,
                         struct fault *fault)
{
    return record->frontier ? ledger_set_frontier(pipeline->ledger, record->service->key,
                                                  record->frontier, fault)
                            : 0;
}

/* What changed in more than its times is written at once; the rest can wait for a quiet moment. */
int pipeline_keep_entry(struct pipeline *pipeline, struct entry *entry, enum keep keep,
                        struct fault *fault)
{
    bool changed =
        !entry->kept || record_shape(&entry->record) != entry->saved_shape || keep == KEEP_END;
    bool everything = keep >= KEEP_ALL;
    if (!entry->record.line_count && !entry->kept)
        return 0; /* nothing was ever known of it */
    if (changed && keep_record(pipeline, entry, fault))
        return -1;
    if (entry->sightings_dirty && keep_sightings(pipeline, entry, fault))
        return -1;
    if (entry->usage_dirty && pipeline_save_usage(pipeline, entry, fault))
        return -1;
    if ((changed || everything) && keep_frontier(pipeline, &entry->record, fault))
        return -1;
    return everything && entry->latency_dirty ? pipeline_save_latency(pipeline, entry, fault) : 0;
}

int pipeline_keep_entries(struct pipeline *pipeline, enum keep keep, struct fault *fault)
{
    for (size_t i = 0; i < pipeline->count; i++)
        if (pipeline_keep_entry(pipeline, &pipeline->entries[i], keep, fault))
            return -1;
    return pipeline_keep_leavers(pipeline, fault);
}

int pipeline_keep_times(struct pipeline *pipeline, struct fault *fault)
{
    struct buffer times;
    buffer_init(&times, TIMES_MAX);
    for (size_t i = 0; i < pipeline->count; i++) {
        const struct record *record = &pipeline->entries[i].record;
        if (!record->line_count)
            continue;
        buffer_printf(&times, "%s ", record->service->key);
        record_save_times(record, &times);
        buffer_byte(&times, '\n');
    }
    if (pipeline->absent)
        buffer_text_add(&times, pipeline->absent);
    int rc = ledger_keep(pipeline->ledger, times_key, buffer_text(&times), fault);
    buffer_fini(&times);
    return rc;
}
