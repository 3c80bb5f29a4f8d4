#include "shelf.h"

#include "bundle_sums.h"
#include "folder.h"
#include "json.h"
#include "log.h"
#include "page_report.h"
#include "text.h"
#include "yearbook.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const int64_t again_ms = 60000; /* what could not be laid out is not tried before that */

struct laying { /* of one report */
    int kept, site;
    int year;
    struct arena arena;
    struct fault fault;
};

typedef int file_fn(struct laying *laying, const char *path, const json_t *file);

/* ---- what a package names ---- */

/* Below the root of a site, and of that year: "report/2025/…", "fr/report/2025/…". */
static bool is_of_the_year(const struct laying *laying, const char *path)
{
    char part[32];
    text_format(part, sizeof part, PAGE_REPORT_DATA "%d/", laying->year);
    const char *found = strstr(path, part);
    size_t length = strlen(path);
    return found && (found == path || found[-1] == '/') && length < PATH_MAX && path[0] != '/' &&
           !strstr(path, "..") && strspn(path, "abcdefghijklmnopqrstuvwxyz0123456789-./") == length;
}

static const char *package_path(struct laying *laying)
{
    return arena_printf(&laying->arena, PAGE_REPORT_DATA "%d/" YEARBOOK_PACKAGE, laying->year);
}

/* Data lie beside the package, pages below the root. */
static int each_of(struct laying *laying, const json_t *list, const char *before, file_fn *each)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *file = json_array_get(list, i);
        const char *name = json_string_value(json_object_get(file, "path"));
        const char *path = arena_printf(&laying->arena, "%s%s", before, name ? name : "");
        if (!name || !is_of_the_year(laying, path))
            return fault_set(&laying->fault, "its package names %s", name ? name : "no file");
        if (each(laying, path, file))
            return -1;
    }
    return 0;
}

static int each_file(struct laying *laying, const json_t *package, file_fn *each)
{
    const char *before = arena_printf(&laying->arena, PAGE_REPORT_DATA "%d/", laying->year);
    if (each_of(laying, json_object_get(package, "resources"), before, each))
        return -1;
    return each_of(laying, json_object_get(package, "pages"), "", each);
}

static json_t *read_package(struct laying *laying, int folder)
{
    struct buffer bytes;
    buffer_init(&bytes, YEARBOOK_FILE_MAX);
    json_t *package = NULL;
    if (folder_read(folder, package_path(laying), &bytes, &laying->fault) == 0 &&
        !(package = json_loadb(buffer_text(&bytes), bytes.length, JSON_REJECT_DUPLICATES, NULL)))
        fault_set(&laying->fault, "its package is no JSON");
    buffer_fini(&bytes);
    return package;
}

/* ---- laying it out ---- */

static int check_file(struct laying *laying, const char *path, const json_t *file)
{
    struct buffer bytes;
    char hex[BUNDLE_SUM_SIZE];
    const char *hash = json_string_value(json_object_get(file, "hash"));
    buffer_init(&bytes, YEARBOOK_FILE_MAX);
    int rc = folder_read(laying->kept, path, &bytes, &laying->fault);
    if (rc == 0) {
        bundle_sum_of(buffer_text(&bytes), bytes.length, hex);
        if (!hash || !text_starts(hash, "sha256:") || strcmp(hash + strlen("sha256:"), hex) != 0)
            rc = fault_set(&laying->fault, "%s has another sum than its package says", path);
    }
    buffer_fini(&bytes);
    return rc;
}

static int lay_file(struct laying *laying, const char *path, const json_t *file)
{
    struct buffer bytes;
    (void)file;
    buffer_init(&bytes, YEARBOOK_FILE_MAX);
    int rc = folder_read(laying->kept, path, &bytes, &laying->fault);
    if (rc == 0)
        rc = folder_update(laying->site, path, buffer_text(&bytes), bytes.length, &laying->fault);
    buffer_fini(&bytes);
    return rc < 0 ? -1 : 0;
}

static bool names(const json_t *package, const char *list, const json_t *file)
{
    const json_t *files = json_object_get(package, list);
    for (size_t i = 0; i < json_array_size(files); i++)
        if (json_equal(json_object_get(json_array_get(files, i), "path"),
                       json_object_get(file, "path")))
            return true;
    return false;
}

/* Pages of an edition before, of a hoster who is in this one no longer. */
static void remove_pages(struct laying *laying, const json_t *before, const json_t *package)
{
    const json_t *pages = json_object_get(before, "pages");
    for (size_t i = 0; i < json_array_size(pages); i++) {
        const json_t *page = json_array_get(pages, i);
        const char *path = json_string_value(json_object_get(page, "path"));
        if (path && is_of_the_year(laying, path) && !names(package, "pages", page))
            folder_remove(laying->site, path);
    }
}

/* The package last: what it names is there. */
static int lay_out(struct laying *laying, const json_t *package)
{
    struct fault nothing = laying->fault;
    if (each_file(laying, package, check_file) || each_file(laying, package, lay_file))
        return -1;
    json_t *before = read_package(laying, laying->site);
    if (!before)
        laying->fault = nothing; /* it is the first one */
    remove_pages(laying, before, package);
    json_decref(before);
    return lay_file(laying, package_path(laying), NULL);
}

/* ---- one year ---- */

static int64_t time_of(const json_t *package, const char *key)
{
    int64_t ms;
    return json_get_time(package, key, &ms) ? ms / 1000 : 0;
}

static struct page_yearbook tell(const json_t *package, int year)
{
    const char *version = json_string_value(json_object_get(package, "version"));
    return (struct page_yearbook){.year = year,
                                  .as_of = time_of(package, "created"),
                                  .comments_until = time_of(package, "comments_until"),
                                  .final = version,
                                  .corrected = version && strcmp(version, "1.0") != 0};
}

static bool show(struct shelf_place *place, int kept, int site)
{
    struct laying laying = {.kept = kept, .site = site, .year = place->year};
    json_t *package = read_package(&laying, kept);
    bool laid = package && lay_out(&laying, package) == 0;
    if (laid)
        place->report = tell(package, place->year);
    else
        log_event(LOG_LEVEL_WARNING, "a yearly report cannot be shown", "why", laying.fault.text,
                  NULL);
    place->shown |= laid;
    json_decref(package);
    arena_free(&laying.arena);
    return laid;
}

/* Whether anything is another now. */
static bool look_at(struct shelf_place *place, int kept, int site, int64_t now_ms)
{
    struct stat status;
    char path[64];
    text_format(path, sizeof path, PAGE_REPORT_DATA "%d/" YEARBOOK_PACKAGE, place->year);
    if (fstatat(kept, path, &status, AT_SYMLINK_NOFOLLOW))
        return false;
    bool rests = place->tried_ms && now_ms - place->tried_ms < again_ms;
    if (folder_is_same(&status, &place->from) && (!place->tried_ms || rests))
        return false;
    place->from = status;
    bool laid = show(place, kept, site);
    place->tried_ms = laid ? 0 : now_ms;
    return laid;
}

/* ---- all ---- */

static bool is_year(const char *name)
{
    return strlen(name) == 4 && strspn(name, "0123456789") == 4;
}

static int compare_years(const void *left, const void *right)
{
    const struct shelf_place *a = left, *b = right;
    return (a->year < b->year) - (a->year > b->year);
}

static struct shelf_place place_of(const struct shelf *shelf, int year)
{
    for (size_t i = 0; i < shelf->place_count; i++)
        if (shelf->places[i].year == year)
            return shelf->places[i];
    return (struct shelf_place){.year = year};
}

/* The years that are kept, the newest first, with what is known of them. */
static void find_years(struct shelf *shelf, int kept)
{
    struct shelf_place found[SHELF_REPORTS_MOST];
    size_t count = 0;
    int folder = openat(kept, PAGE_REPORT_DATA, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *names = folder < 0 ? NULL : fdopendir(folder);
    for (struct dirent *entry; names && count < SHELF_REPORTS_MOST && (entry = readdir(names));)
        if (is_year(entry->d_name))
            found[count++] = place_of(shelf, atoi(entry->d_name));
    if (names)
        closedir(names);
    if (count)
        qsort(found, count, sizeof *found, compare_years);
    memcpy(shelf->places, found, count * sizeof *found);
    shelf->place_count = count;
}

/* Whether it has more or fewer than before. */
static bool list(struct shelf *shelf)
{
    size_t before = shelf->count;
    shelf->count = 0;
    for (size_t i = 0; i < shelf->place_count; i++)
        if (shelf->places[i].shown)
            shelf->reports[shelf->count++] = shelf->places[i].report;
    return shelf->count != before;
}

bool shelf_look(struct shelf *shelf, const char *data, int site, int64_t now_ms)
{
    char path[PATH_MAX];
    bool changed = false;
    int kept = text_format(path, sizeof path, "%s/" YEARBOOK_KEPT, data)
                   ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                   : -1;
    if (kept < 0)
        return false;
    find_years(shelf, kept);
    for (size_t i = 0; i < shelf->place_count; i++)
        changed |= look_at(&shelf->places[i], kept, site, now_ms);
    close(kept);
    return list(shelf) || changed;
}
