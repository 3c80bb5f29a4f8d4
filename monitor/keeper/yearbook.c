#include "yearbook.h"

#include "bundle_sums.h"
#include "folder.h"
#include "memory.h"
#include "page_report.h"
#include "report_json.h"
#include "report_package.h"
#include "yearbook_pages.h"

#include <string.h>
#include <unistd.h>

enum { FILES_MOST = 16 };

struct edition { /* being made */
    const struct yearbook *yearbook;
    struct memory memory;
    struct history history;
    struct page page;
    struct arena arena;
    struct report_file files[FILES_MOST];
    size_t file_count;
    int folder;
};

/* ---- the facts ---- */

static int add_movements(struct edition *edition, struct report_facts *facts, struct fault *fault)
{
    const struct event *events;
    size_t count;
    if (ledger_members(edition->yearbook->ledger, facts->from, facts->to, &edition->arena, &events,
                       &count, fault))
        return -1;
    struct report_movement *movements = arena_array(&edition->arena, count + 1, sizeof *movements);
    for (size_t i = 0; i < count; i++)
        movements[i] = (struct report_movement){events[i].at, events[i].subject, events[i].detail};
    facts->movements = movements;
    facts->movement_count = count;
    return 0;
}

static int gather(struct edition *edition, int year, struct report_facts *ret, struct fault *fault)
{
    const struct yearbook *yearbook = edition->yearbook;
    if (!report_facts_gather(&edition->page, year, yearbook->progress, yearbook->owner,
                             &edition->arena, ret)) {
        if (ledger_unanswered(yearbook->ledger, fault) == 0)
            fault_set(fault, "the year %d has no whole day yet", year);
        return -1;
    }
    return add_movements(edition, ret, fault);
}

/* The year before is worth its time where something of it was recorded. */
static bool was_recorded(const struct edition *edition, int64_t before)
{
    const struct collective *collective = edition->page.collective;
    for (size_t i = 0; i < collective->service_count; i++) {
        int64_t begin =
            edition->history.begin(edition->history.owner, collective->services[i]->key);
        if (begin && begin < before)
            return true;
    }
    return false;
}

/* ---- the files ---- */

static int place_data(struct edition *edition, const char *name, const struct buffer *bytes,
                      struct fault *fault)
{
    return folder_replace(
        edition->folder,
        arena_printf(&edition->arena, PAGE_REPORT_DATA "%d/%s", edition->yearbook->year, name),
        buffer_text(bytes), bytes->length, fault);
}

static int write_file(struct edition *edition, const char *path, const struct report_table *table,
                      const struct buffer *bytes, struct fault *fault)
{
    struct bundle_sum sum;
    struct report_file *file = &edition->files[edition->file_count++];
    if (bytes->overflow)
        return fault_set(fault, "the file %s is larger than %d bytes", path, YEARBOOK_FILE_MAX);
    *file = (struct report_file){.path = path, .table = table, .bytes = bytes->length};
    bundle_sum_begin(&sum);
    bundle_sum_add(&sum, buffer_text(bytes), bytes->length);
    bundle_sum_end(&sum, file->sha256);
    return place_data(edition, path, bytes, fault);
}

static int write_table(struct edition *edition, const struct report_table *table,
                       const struct report *report, struct fault *fault)
{
    struct buffer bytes;
    buffer_init(&bytes, YEARBOOK_FILE_MAX);
    report_table_write(table, report, &bytes);
    int rc =
        write_file(edition, arena_printf(&edition->arena, "%s-%d.csv", table->name, report->year),
                   table, &bytes, fault);
    buffer_fini(&bytes);
    return rc;
}

static int write_json(struct edition *edition, const struct report *report, struct fault *fault)
{
    struct buffer bytes;
    buffer_init(&bytes, YEARBOOK_FILE_MAX);
    report_json_write(report, &bytes);
    int rc = write_file(edition, arena_printf(&edition->arena, "report-%d.json", report->year),
                        NULL, &bytes, fault);
    buffer_fini(&bytes);
    return rc;
}

static int write_package(struct edition *edition, const struct report *report, struct fault *fault)
{
    struct buffer bytes;
    buffer_init(&bytes, YEARBOOK_FILE_MAX);
    report_package_write(&edition->page, report, edition->files, edition->file_count, &bytes);
    int rc = place_data(edition, "datapackage.json", &bytes, fault);
    buffer_fini(&bytes);
    return rc;
}

static int write_all(struct edition *edition, const struct report *report, struct fault *fault)
{
    size_t count;
    const struct report_table *tables = report_tables(&count);
    for (size_t i = 0; i < count; i++)
        if (write_table(edition, &tables[i], report, fault))
            return -1;
    if (write_json(edition, report, fault) || write_package(edition, report, fault))
        return -1;
    return yearbook_pages(&edition->page, report, edition->folder, fault);
}

/* ---- the whole ---- */

static int make(struct edition *edition, struct fault *fault)
{
    const struct yearbook *yearbook = edition->yearbook;
    struct report_facts facts, facts_before;
    struct report report, before;
    bool compared = was_recorded(edition, report_year_begin(yearbook->year));
    if (compared) {
        if (gather(edition, yearbook->year - 1, &facts_before, fault))
            return -1;
        report_of(edition->page.collective, &facts_before, NULL, &edition->arena, &before);
    }
    if (gather(edition, yearbook->year, &facts, fault))
        return -1;
    facts.comments_until = yearbook->comments_until;
    report_of(edition->page.collective, &facts, compared ? &before : NULL, &edition->arena,
              &report);
    return write_all(edition, &report, fault);
}

int yearbook_write(const struct yearbook *yearbook, const char *folder, struct fault *fault)
{
    struct pipeline *pipeline = pipeline_new(yearbook->config, yearbook->ledger, NULL);
    struct edition edition = {.yearbook = yearbook,
                              .memory = {yearbook->ledger, pipeline, yearbook->at}};
    const char *const *languages = yearbook->config->collective.languages;
    edition.history = memory_history(&edition.memory);
    edition.page = (struct page){
        .collective = &yearbook->config->collective,
        .history = &edition.history,
        .language = languages && languages[0] ? languages[0] : page_languages()[0],
        .now = yearbook->at,
        .incident_after_ms = yearbook->config->incident_after_ms,
        .interval_ms = yearbook->config->interval_ms,
    };
    int rc = ledger_unanswered(yearbook->ledger, fault);
    if (rc == 0)
        rc = edition.folder = folder_open(folder, fault);
    if (rc >= 0) {
        rc = make(&edition, fault);
        close(edition.folder);
    }
    if (rc == 0)
        rc = ledger_unanswered(yearbook->ledger, fault);
    arena_free(&edition.arena);
    pipeline_free(pipeline);
    return rc;
}
