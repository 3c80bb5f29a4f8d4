#include "pipeline_inside.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

/* It is known until the ledger has all of it: it may come back before. */
struct leaver {
    struct leaver *next;
    struct service named; /* its key, in place of what goes with its configuration */
    char *key;
    struct entry entry;
};

static void take_over(struct entry *to, struct entry *from)
{
    const struct service *service = to->record.service;
    record_fini(&to->record);
    *to = *from;
    to->changed = true;
    to->record.service = service;
    *from = (struct entry){0};
}

static void go_on(struct pipeline *pipeline, struct entry *entry, struct entry *before)
{
    take_over(entry, before);
    record_rebase(&entry->record, entry->record.service, pipeline_news, pipeline);
}

/* ---- who leaves ---- */

static void free_leaver(struct leaver *leaver)
{
    pipeline_close_entry(&leaver->entry);
    free(leaver->key);
    free(leaver);
}

static void leave(struct pipeline *pipeline, struct entry *entry)
{
    if (!entry->record.line_count && !entry->kept) {
        pipeline_close_entry(entry);
        return;
    }
    struct leaver *leaver = mem_zalloc(sizeof *leaver);
    leaver->key = mem_text(entry->record.service->key);
    leaver->named.key = leaver->key;
    leaver->entry = *entry;
    leaver->entry.record.service = &leaver->named;
    leaver->next = pipeline->leavers;
    pipeline->leavers = leaver;
}

int pipeline_keep_leavers(struct pipeline *pipeline, struct fault *fault)
{
    for (struct leaver *leaver = pipeline->leavers; leaver; leaver = leaver->next)
        if (pipeline_keep_entry(pipeline, &leaver->entry, KEEP_END, fault))
            return -1;
    return 0;
}

void pipeline_drop_leavers(struct pipeline *pipeline)
{
    while (pipeline->leavers) {
        struct leaver *leaver = pipeline->leavers;
        pipeline->leavers = leaver->next;
        free_leaver(leaver);
    }
}

/* ---- who comes, and comes back ---- */

static bool come_back(struct pipeline *pipeline, struct entry *entry)
{
    for (struct leaver **at = &pipeline->leavers; *at; at = &(*at)->next) {
        struct leaver *leaver = *at;
        if (strcmp(leaver->key, entry->record.service->key) != 0)
            continue;
        *at = leaver->next;
        go_on(pipeline, entry, &leaver->entry);
        free_leaver(leaver);
        return true;
    }
    return false;
}

/* Of a service that is read in part nothing is kept or told. */
static void forget_part(struct entry *entry)
{
    const struct service *service = entry->record.service;
    pipeline_close_entry(entry);
    *entry = (struct entry){.unread = true, .changed = true};
    record_init(&entry->record, service);
}

void pipeline_load_again(struct pipeline *pipeline, struct entry *entry)
{
    struct fault fault;
    ledger_ask_anew(pipeline->ledger);
    pipeline_load_entry(pipeline, entry);
    entry->unread = ledger_unanswered(pipeline->ledger, &fault) != 0;
    if (entry->unread) {
        forget_part(entry);
        return;
    }
    pipeline_load_absent(pipeline);
    if (pipeline->series)
        pipeline_catch_up(pipeline, &entry->record);
}

void pipeline_reload(struct pipeline *pipeline, const struct config *config)
{
    struct pipeline old = *pipeline;
    pipeline_open_entries(pipeline, config);
    pipeline->next_changed = 0; /* there may be fewer now */
    for (size_t i = 0; i < pipeline->count; i++) {
        struct entry *entry = &pipeline->entries[i];
        int64_t before = pipeline_index(&old, entry->record.service->key);
        if (before >= 0) {
            go_on(pipeline, entry, &old.entries[before]);
            /* pipeline_index() still reads the old table: leave the name there. */
            old.entries[before].record.service = entry->record.service;
        } else if (!come_back(pipeline, entry)) {
            pipeline_load_again(pipeline, entry);
        }
    }
    for (size_t i = 0; i < old.count; i++)
        leave(pipeline, &old.entries[i]);
    free(old.entries);
}
