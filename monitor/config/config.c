#include "config.h"

#include "draft.h"
#include "source.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    CONFIG_FILES = 10000,
    CONFIG_PATH_BYTES = 16 * 1024,
    CONFIG_MEMBERS_BYTES = 64 * 1024 * 1024
};

typedef void reading(struct draft *draft, const char *file, const char *bytes, size_t length);

static void read_file(struct draft *draft, const char *path, reading *read)
{
    struct buffer bytes;
    struct fault fault;
    buffer_init(&bytes, DOCUMENT_BYTES);
    if (source_read(path, &bytes, &fault))
        fault_list_add(draft->faults, path, 1, 1, "the file %s", fault.text);
    else
        read(draft, path, buffer_text(&bytes), bytes.length);
    buffer_fini(&bytes);
}

/* The pattern below the folder of the main file, whose own name may hold what glob() takes for a pattern. */
static void add_pattern(const char *file, const char *pattern, struct buffer *path)
{
    const char *slash = *pattern == '/' ? NULL : strrchr(file, '/');
    for (const char *c = file; slash && c <= slash; c++) {
        if (strchr("*?[]\\", *c))
            buffer_byte(path, '\\');
        buffer_byte(path, *c);
    }
    buffer_text_add(path, pattern);
}

/* A folder that is not there is a slip; a pattern that nothing matches yet is not. */
static void find_files(struct draft *draft, const struct include *include, glob_t *found)
{
    struct buffer path;
    const char *problem = NULL;
    buffer_init(&path, CONFIG_PATH_BYTES);
    add_pattern(draft->config->file, include->pattern, &path);
    int rc = path.overflow ? GLOB_NOSPACE
                           : glob(buffer_text(&path), GLOB_APPEND | GLOB_ERR, NULL, found);
    if (rc == GLOB_NOMATCH && !strpbrk(include->pattern, "*?["))
        problem = "there is no file";
    else if (rc && rc != GLOB_NOMATCH)
        problem = "a folder cannot be read on the way to";
    if (problem)
        fault_list_add(draft->faults, draft->config->file, include->place.line,
                       include->place.column, "%s \"%.200s\"", problem, include->pattern);
    buffer_fini(&path);
}

static int compare_paths(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* Two patterns may name one file: it is read once. A pattern that also names the main file means all the others. */
static void read_files(struct draft *draft, const struct include_list *includes, reading *read,
                       glob_t *found)
{
    const char *last = "";
    if (!found->gl_pathc)
        return;
    if (found->gl_pathc > CONFIG_FILES) {
        fault_list_add(draft->faults, draft->config->file, includes->list[0].place.line,
                       includes->list[0].place.column, "more than %d files are named",
                       CONFIG_FILES);
        return;
    }
    qsort(found->gl_pathv, found->gl_pathc, sizeof *found->gl_pathv, compare_paths);
    for (size_t i = 0; i < found->gl_pathc; i++) {
        const char *path = found->gl_pathv[i];
        if (strcmp(path, last) != 0 && strcmp(path, draft->config->file) != 0)
            read_file(draft, path, read);
        last = path;
    }
}

static void read_includes(struct draft *draft, const struct include_list *includes, reading *read)
{
    glob_t found = {0};
    for (size_t i = 0; i < includes->count; i++)
        find_files(draft, &includes->list[i], &found);
    read_files(draft, includes, read, &found);
    globfree(&found);
}

/* Before the first crawl there is no such file. */
static void read_members(struct draft *draft, const char *data)
{
    struct buffer path, bytes;
    struct fault fault;
    const char *folder = data ? data : draft->config->data;
    if (!folder || !draft->config->register_count)
        return;
    buffer_init(&path, CONFIG_PATH_BYTES);
    buffer_init(&bytes, CONFIG_MEMBERS_BYTES);
    buffer_printf(&path, "%s/%s", folder, CONFIG_MEMBERS);
    bool is_there = access(buffer_text(&path), F_OK) == 0;
    if (is_there && source_read(buffer_text(&path), &bytes, &fault))
        fault_list_add(draft->faults, buffer_text(&path), 1, 1, "the file %s", fault.text);
    else if (is_there)
        draft_members(draft, buffer_text(&path), buffer_text(&bytes), bytes.length);
    buffer_fini(&bytes);
    buffer_fini(&path);
}

int config_load(const char *file, const char *data, const struct config_probes *probes,
                struct config **ret, struct fault_list *faults)
{
    struct draft draft;
    draft_init(&draft, probes, faults);
    read_file(&draft, file, draft_main);
    read_includes(&draft, &draft.software_files, draft_software);
    read_members(&draft, data);
    read_includes(&draft, &draft.includes, draft_hoster);
    int rc = draft_finish(&draft, ret);
    draft_fini(&draft);
    return rc;
}

void config_free(struct config *config)
{
    if (config) {
        arena_free(&config->arena);
        fault_list_free(&config->notes);
    }
    free(config);
}
