#include "yearbook.h"

#include "bundle_sums.h"
#include "folder.h"
#include "mem.h"
#include "memory.h"
#include "page_report.h"
#include "report_json.h"
#include "report_package.h"
#include "yearbook_pages.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct making { /* of one report */
    const struct yearbook *yearbook;
    struct memory memory;
    struct history history;
    struct page page;
    struct arena arena;
    struct report_file *data, *pages; /* what was made of them */
    size_t data_count, data_capacity, page_count, page_capacity;
    int folders[YEARBOOK_FOLDERS_MOST];
    size_t folder_count;
    bool writing; /* else only the sums are made */
};

/* ---- the facts ---- */

static int add_movements(struct making *making, struct report_facts *facts, struct fault *fault)
{
    const struct event *events;
    size_t count;
    if (ledger_members(making->yearbook->ledger, facts->from, facts->to, &making->arena, &events,
                       &count, fault))
        return -1;
    struct report_movement *movements = arena_array(&making->arena, count + 1, sizeof *movements);
    for (size_t i = 0; i < count; i++)
        movements[i] = (struct report_movement){events[i].at, events[i].subject, events[i].detail};
    facts->movements = movements;
    facts->movement_count = count;
    return 0;
}

static int gather(struct making *making, int year, struct report_facts *ret, struct fault *fault)
{
    const struct yearbook *yearbook = making->yearbook;
    if (!report_facts_gather(&making->page, year, yearbook->progress, yearbook->owner,
                             &making->arena, ret)) {
        if (ledger_unanswered(yearbook->ledger, fault) == 0)
            fault_set(fault, "the year %d has no whole day yet", year);
        return -1;
    }
    return add_movements(making, ret, fault);
}

/* The year before is worth its time where something of it was recorded. */
static bool was_recorded(const struct making *making, int64_t before)
{
    const struct collective *collective = making->page.collective;
    for (size_t i = 0; i < collective->service_count; i++) {
        int64_t begin = making->history.begin(making->history.owner, collective->services[i]->key);
        if (begin && begin < before)
            return true;
    }
    return false;
}

/* ---- the files ---- */

static int place(struct making *making, const char *path, const struct buffer *bytes,
                 struct fault *fault)
{
    for (size_t i = 0; making->writing && i < making->folder_count; i++)
        if (folder_replace(making->folders[i], path, buffer_text(bytes), bytes->length, fault))
            return -1;
    return 0;
}

static const char *data_path(struct making *making, const char *name)
{
    return arena_printf(&making->arena, PAGE_REPORT_DATA "%d/%s", making->yearbook->year, name);
}

/* `file` is a new element of one of the lists. */
static void sum_up(struct report_file *file, const char *path, const struct report_table *table,
                   const struct buffer *bytes)
{
    *file = (struct report_file){.path = path, .table = table, .bytes = bytes->length};
    bundle_sum_of(buffer_text(bytes), bytes->length, file->sha256);
}

static struct report_file *add_file(struct report_file **list, size_t *count, size_t *capacity)
{
    void *array = *list;
    mem_grow(&array, capacity, *count + 1, sizeof **list);
    *list = array;
    return &(*list)[(*count)++];
}

static int write_data(struct making *making, const char *name, const struct report_table *table,
                      const struct buffer *bytes, struct fault *fault)
{
    if (bytes->overflow)
        return fault_set(fault, "the file %s is larger than %d bytes", name, YEARBOOK_FILE_MAX);
    sum_up(add_file(&making->data, &making->data_count, &making->data_capacity), name, table,
           bytes);
    return place(making, data_path(making, name), bytes, fault);
}

static int write_table(struct making *making, const struct report_table *table,
                       const struct report *report, struct fault *fault)
{
    struct buffer bytes;
    buffer_init(&bytes, YEARBOOK_FILE_MAX);
    report_table_write(table, report, &bytes);
    int rc =
        write_data(making, arena_printf(&making->arena, "%s-%d.csv", table->name, report->year),
                   table, &bytes, fault);
    buffer_fini(&bytes);
    return rc;
}

static int write_json(struct making *making, const struct report *report, struct fault *fault)
{
    struct buffer bytes;
    buffer_init(&bytes, YEARBOOK_FILE_MAX);
    report_json_write(report, &bytes);
    int rc = write_data(making, arena_printf(&making->arena, "report-%d.json", report->year), NULL,
                        &bytes, fault);
    buffer_fini(&bytes);
    return rc;
}

static int take_page(void *owner, const char *path, const struct buffer *bytes, struct fault *fault)
{
    struct making *making = owner;
    sum_up(add_file(&making->pages, &making->page_count, &making->page_capacity),
           arena_text(&making->arena, path), NULL, bytes);
    return place(making, path, bytes, fault);
}

static int write_package(struct making *making, const struct report *report, struct fault *fault)
{
    struct buffer bytes;
    const struct report_files files = {making->data, making->data_count, making->pages,
                                       making->page_count};
    buffer_init(&bytes, YEARBOOK_FILE_MAX);
    report_package_write(&making->page, report, &files, &bytes);
    int rc = write_data(making, YEARBOOK_PACKAGE, NULL, &bytes, fault);
    buffer_fini(&bytes);
    return rc;
}

/* The package last: who finds it finds all that it names. */
static int write_all(struct making *making, const struct report *report, struct fault *fault)
{
    size_t count;
    const struct report_table *tables = report_tables(&count);
    making->data_count = making->page_count = 0;
    for (size_t i = 0; i < count; i++)
        if (write_table(making, &tables[i], report, fault))
            return -1;
    if (write_json(making, report, fault) ||
        yearbook_pages(&making->page, report, take_page, making, fault))
        return -1;
    return write_package(making, report, fault);
}

/* ---- a final one ---- */

static int settle(struct making *making, const struct report *report, struct fault *fault)
{
    struct edition_file files[EDITION_FILES_MOST];
    const struct yearbook *yearbook = making->yearbook;
    if (report->partial)
        return fault_set(fault, "the year %d is not over: a report of it can be a draft only",
                         report->year);
    if (ledger_unanswered(yearbook->ledger, fault) || write_all(making, report, fault))
        return -1;
    assert(making->data_count <= EDITION_FILES_MOST);
    for (size_t i = 0; i < making->data_count; i++)
        files[i] = (struct edition_file){making->data[i].path, making->data[i].sha256};
    return yearbook->settle(yearbook->settle_owner, files, making->data_count, fault);
}

/* What was said later than the report is made as of is not in it. */
static struct report_standing standing_of(struct making *making)
{
    const struct yearbook *yearbook = making->yearbook;
    struct edition *known = arena_array(&making->arena, yearbook->said_count + 1, sizeof *known);
    struct report_standing ret = {.comments_until = yearbook->comments_until};
    size_t count = 0;
    for (size_t i = 0; i < yearbook->said_count; i++)
        if (yearbook->said[i].as_of <= yearbook->at)
            known[count++] = yearbook->said[i];
    ret.comment_count = edition_select(known, count, yearbook->year, EDITION_COMMENT,
                                       &making->arena, &ret.comments);
    if (!yearbook->final)
        return ret;
    ret.final = edition_first(known, count, yearbook->year)->as_of;
    ret.correction_count = edition_select(known, count, yearbook->year, EDITION_CORRECTION,
                                          &making->arena, &ret.corrections);
    return ret;
}

/* ---- the whole ---- */

static int make(struct making *making, struct fault *fault)
{
    const struct yearbook *yearbook = making->yearbook;
    struct report_facts facts, facts_before;
    struct report report, before;
    bool compared = was_recorded(making, report_year_begin(yearbook->year));
    if (compared) {
        if (gather(making, yearbook->year - 1, &facts_before, fault))
            return -1;
        report_of(making->page.collective, &facts_before, NULL, &making->arena, &before);
    }
    if (gather(making, yearbook->year, &facts, fault))
        return -1;
    report_of(making->page.collective, &facts, compared ? &before : NULL, &making->arena, &report);
    report.standing = standing_of(making);
    if (yearbook->final && settle(making, &report, fault))
        return -1;
    making->writing = true;
    return write_all(making, &report, fault);
}

static int open_folders(struct making *making, const char *const *folders, size_t count,
                        struct fault *fault)
{
    assert(count <= YEARBOOK_FOLDERS_MOST);
    for (; making->folder_count < count; making->folder_count++) {
        int folder = folder_open(folders[making->folder_count], fault);
        if (folder < 0)
            return -1;
        making->folders[making->folder_count] = folder;
    }
    return 0;
}

static int finish(struct making *making, struct fault *fault)
{
    for (size_t i = 0; i < making->folder_count; i++)
        if (yearbook_pages_assets(making->folders[i], fault))
            return -1;
    for (size_t i = 0; making->yearbook->final && i < making->folder_count; i++)
        if (syncfs(making->folders[i]))
            return fault_set(fault, "the disk did not take the report: %s", strerror(errno));
    return ledger_unanswered(making->yearbook->ledger, fault);
}

int yearbook_write(const struct yearbook *yearbook, const char *const *folders, size_t count,
                   struct fault *fault)
{
    struct pipeline *pipeline = pipeline_new(yearbook->config, yearbook->ledger, NULL);
    struct making making = {.yearbook = yearbook,
                            .memory = {yearbook->ledger, pipeline, yearbook->at}};
    const char *const *languages = yearbook->config->collective.languages;
    making.history = memory_history(&making.memory);
    making.page = (struct page){
        .collective = &yearbook->config->collective,
        .history = &making.history,
        .language = languages && languages[0] ? languages[0] : page_languages()[0],
        .now = yearbook->at,
        .incident_after_ms = yearbook->config->incident_after_ms,
        .interval_ms = yearbook->config->interval_ms,
    };
    int rc = ledger_unanswered(yearbook->ledger, fault);
    if (rc == 0)
        rc = open_folders(&making, folders, count, fault);
    if (rc == 0)
        rc = make(&making, fault);
    if (rc == 0)
        rc = finish(&making, fault);
    while (making.folder_count)
        close(making.folders[--making.folder_count]);
    free(making.data);
    free(making.pages);
    arena_free(&making.arena);
    pipeline_free(pipeline);
    return rc;
}
