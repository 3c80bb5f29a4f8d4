#include "yearbook_check.h"

#include "arena.h"
#include "buffer.h"
#include "bundle_sums.h"
#include "editions.h"
#include "folder.h"
#include "page_report.h"
#include "text.h"
#include "yearbook.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct folder_check {
    const char *folder;
    struct audit_text tables[AUDIT_TABLES_MOST];
    size_t table_count;
    json_t *report;
    yearbook_zone_fn *set_zone;
    audit_tell_fn *tell;
    void *owner;
    int differences;
    struct arena arena;
};

static void tell(struct folder_check *check, const char *file, const char *what)
{
    char sentence[512];
    text_format(sentence, sizeof sentence, "%s %s", file, what);
    check->tell(check->owner, sentence);
    check->differences++;
}

/* ---- files ---- */

/* In the arena. */
static int read_path(struct folder_check *check, const char *path, const char **ret,
                     size_t *ret_length, struct fault *fault)
{
    struct buffer bytes;
    buffer_init(&bytes, YEARBOOK_FILE_MAX);
    int rc = folder_read(AT_FDCWD, path, &bytes, fault);
    *ret = arena_bytes(&check->arena, buffer_text(&bytes), bytes.length);
    *ret_length = bytes.length;
    buffer_fini(&bytes);
    return rc;
}

/* Names lead nowhere but into the folder. */
static int read_file(struct folder_check *check, const char *name, const char **ret,
                     size_t *ret_length, struct fault *fault)
{
    if (strchr(name, '/'))
        return fault_set(fault, "datapackage.json names %s, which is not in the folder", name);
    return read_path(check, arena_printf(&check->arena, "%s/%s", check->folder, name), ret,
                     ret_length, fault);
}

static json_t *read_json(struct folder_check *check, const char *name, const char *bytes,
                         size_t length, struct fault *fault)
{
    json_error_t error;
    json_t *json = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, &error);
    if (!json)
        fault_set(fault, "%s/%s, line %d: %s", check->folder, name, error.line, error.text);
    return json;
}

/* ---- what the package says of them ---- */

static void check_sum(struct folder_check *check, const json_t *resource, const char *path,
                      const char *bytes, size_t length)
{
    char hex[BUNDLE_SUM_SIZE], hash[BUNDLE_SUM_SIZE + 8];
    const char *said = json_string_value(json_object_get(resource, "hash"));
    bundle_sum_of(bytes, length, hex);
    text_format(hash, sizeof hash, "sha256:%s", hex);
    if (json_integer_value(json_object_get(resource, "bytes")) != (json_int_t)length)
        tell(check, path, "has another size than datapackage.json says");
    if (!said || strcmp(said, hash) != 0)
        tell(check, path, "has another sum than datapackage.json says");
}

/* "outages-2025.csv" is the table "outages". */
static int take_table(struct folder_check *check, const char *path, const char *bytes,
                      size_t length, struct fault *fault)
{
    if (check->table_count == AUDIT_TABLES_MOST)
        return fault_set(fault, "datapackage.json names more than %d tables", AUDIT_TABLES_MOST);
    check->tables[check->table_count++] =
        (struct audit_text){arena_bytes(&check->arena, path, strcspn(path, "-.")), bytes, length};
    return 0;
}

static int take_resource(struct folder_check *check, const json_t *resource, struct fault *fault)
{
    const char *path = json_string_value(json_object_get(resource, "path")), *bytes;
    const char *format = json_string_value(json_object_get(resource, "format"));
    size_t length;
    if (!path || !format)
        return fault_set(fault, "datapackage.json has a resource without path or format");
    if (read_file(check, path, &bytes, &length, fault))
        return -1;
    check_sum(check, resource, path, bytes, length);
    if (strcmp(format, "csv") == 0)
        return take_table(check, path, bytes, length, fault);
    if (strcmp(format, "json") != 0 || check->report)
        return 0;
    check->report = read_json(check, path, bytes, length, fault);
    return check->report ? 0 : -1;
}

/* ---- its pages ---- */

/* "fr/report/2025/index.html", below the folder that holds report/2025. */
static const char *page_path(struct folder_check *check, const json_t *page)
{
    const char *path = json_string_value(json_object_get(page, "path"));
    bool good = path && *path != '/' && !strstr(path, "..") && text_ends(path, ".html");
    return good ? arena_printf(&check->arena, "%s/../../%s", check->folder, path) : NULL;
}

static size_t count_pages(struct folder_check *check, const json_t *pages)
{
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(pages); i++) {
        const char *path = page_path(check, json_array_get(pages, i));
        count += path && access(path, F_OK) == 0;
    }
    return count;
}

/* Who has only the data is told nothing of pages. */
static void check_pages(struct folder_check *check, const json_t *pages)
{
    size_t there = count_pages(check, pages);
    for (size_t i = 0; there && i < json_array_size(pages); i++) {
        const json_t *page = json_array_get(pages, i);
        const char *path = page_path(check, page), *bytes;
        struct fault fault = {"a page has no path"};
        size_t length;
        if (path && read_path(check, path, &bytes, &length, &fault) == 0)
            check_sum(check, page, json_string_value(json_object_get(page, "path")), bytes, length);
        else
            tell(check, YEARBOOK_PACKAGE ":", fault.text);
    }
}

static int take_package(struct folder_check *check, const json_t *package, struct fault *fault)
{
    const json_t *resources = json_object_get(package, "resources");
    for (size_t i = 0; i < json_array_size(resources); i++)
        if (take_resource(check, json_array_get(resources, i), fault))
            return -1;
    check_pages(check, json_object_get(package, "pages"));
    return check->report ? 0 : fault_set(fault, "datapackage.json names no report");
}

/* ---- the whole ---- */

static int audit(struct folder_check *check, struct fault *fault)
{
    const char *zone = json_string_value(json_object_get(check->report, "time_zone"));
    if (!zone)
        return fault_set(fault, "the report names no time zone");
    check->set_zone(zone);
    return audit_report(check->tables, check->table_count, check->report, check->tell, check->owner,
                        fault);
}

static json_t *read_package(struct folder_check *check, struct fault *fault)
{
    const char *bytes;
    size_t length;
    if (read_file(check, YEARBOOK_PACKAGE, &bytes, &length, fault))
        return NULL;
    return read_json(check, YEARBOOK_PACKAGE, bytes, length, fault);
}

static int look(struct folder_check *check, struct fault *fault)
{
    json_t *package = read_package(check, fault);
    int rc = package ? take_package(check, package, fault) : -1;
    json_decref(package);
    if (rc == 0)
        rc = audit(check, fault);
    return rc;
}

int yearbook_check(const char *folder, yearbook_zone_fn *set_zone, audit_tell_fn *tell_fn,
                   void *owner, struct fault *fault)
{
    struct folder_check check = {
        .folder = folder, .set_zone = set_zone, .tell = tell_fn, .owner = owner};
    int rc = look(&check, fault);
    json_decref(check.report);
    arena_free(&check.arena);
    return rc < 0 ? -1 : rc + check.differences;
}

/* ---- what the ledger says of it ---- */

/* The package is called "report-2025". */
static int read_year(struct folder_check *check, int *ret, struct fault *fault)
{
    json_t *package = read_package(check, fault);
    const char *name = json_string_value(json_object_get(package, "name"));
    int rc = package ? 0 : -1;
    bool named = name && text_starts(name, "report-");
    *ret = named ? atoi(name + strlen("report-")) : 0;
    if (rc == 0 && !named)
        rc = fault_set(fault, "%s/%s is none of a report", check->folder, YEARBOOK_PACKAGE);
    json_decref(package);
    return rc;
}

static void compare_file(struct folder_check *check, const struct edition_file *file)
{
    char hex[BUNDLE_SUM_SIZE];
    struct fault fault;
    const char *bytes;
    size_t length;
    if (read_file(check, file->name, &bytes, &length, &fault)) {
        tell(check, file->name, "is in the ledger, and not in the folder");
        return;
    }
    bundle_sum_of(bytes, length, hex);
    if (strcmp(hex, file->sha256) != 0)
        tell(check, file->name, "has another sum than the ledger says");
}

static void compare_edition(struct folder_check *check, const struct edition *newest)
{
    for (size_t i = 0; i < newest->file_count; i++)
        compare_file(check, &newest->files[i]);
}

static int find_edition(struct folder_check *check, struct ledger *ledger, struct fault *fault)
{
    const struct edition *all;
    size_t count;
    int year;
    if (read_year(check, &year, fault) || editions_read(ledger, &check->arena, &all, &count, fault))
        return -1;
    const struct edition *newest = edition_newest(all, count, year);
    if (!newest)
        return fault_set(fault, "the ledger knows no final report of %d", year);
    compare_edition(check, newest);
    return check->differences;
}

int yearbook_check_edition(const char *folder, struct ledger *ledger, audit_tell_fn *tell_fn,
                           void *owner, struct fault *fault)
{
    struct folder_check check = {.folder = folder, .tell = tell_fn, .owner = owner};
    int rc = find_edition(&check, ledger, fault);
    arena_free(&check.arena);
    return rc;
}

int yearbook_check_kept(const char *data, struct ledger *ledger, audit_tell_fn *tell_fn,
                        void *owner, struct fault *fault)
{
    struct folder_check check = {.tell = tell_fn, .owner = owner};
    const struct edition *all;
    size_t count;
    int rc = editions_read(ledger, &check.arena, &all, &count, fault);
    for (size_t i = 0; rc == 0 && i < count; i++) {
        if (edition_newest(all, count, all[i].year) != &all[i])
            continue;
        check.folder = arena_printf(&check.arena, "%s/" YEARBOOK_KEPT "/" PAGE_REPORT_DATA "%d",
                                    data, all[i].year);
        compare_edition(&check, &all[i]);
    }
    arena_free(&check.arena);
    return rc ? rc : check.differences;
}
