#include "pipeline_inside.h"

#include "buffer.h"
#include "ledger_usage.h"
#include "text.h"

#include <string.h>

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

/* "service frontier newest newest...", a line each. */
static void apply_times(struct pipeline *pipeline, char *text)
{
    char *rest = text;
    for (char *line; (line = strsep(&rest, "\n"));) {
        char *numbers = strchr(line, ' ');
        if (!numbers)
            continue;
        *numbers = '\0';
        const struct record *record = pipeline_record(pipeline, line);
        if (!record)
            continue;
        record_load_times((struct record *)record, numbers + 1);
        note_measured(pipeline, record);
    }
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
        apply_times(pipeline, arena_text(&arena, times));
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
static int keep_entry(struct pipeline *pipeline, struct entry *entry, enum keep keep,
                      struct fault *fault)
{
    bool changed =
        !entry->kept || record_shape(&entry->record) != entry->saved_shape || keep == KEEP_END;
    bool everything = keep >= KEEP_ALL;
    if (!entry->record.line_count)
        return 0;
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
        if (keep_entry(pipeline, &pipeline->entries[i], keep, fault))
            return -1;
    return 0;
}

int pipeline_keep_times(struct pipeline *pipeline, struct fault *fault)
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
