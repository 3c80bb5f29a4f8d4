#include "site_table.h"

#include "mem.h"
#include "text.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char index_name[] = "index.html";

static void add_entry(struct site_table *table, const char *folder_path, const char *name)
{
    bool index = strcmp(name, index_name) == 0;
    char path[SITE_FILE_NAME_MAX];
    if (!text_format(path, sizeof path - sizeof index_name, "%s%s", folder_path, index ? "" : name))
        return;
    void *entries = table->entries;
    mem_grow(&entries, &table->capacity, table->count + 1, sizeof *table->entries);
    table->entries = entries;
    table->entries[table->count++] = (struct site_entry){.path = arena_text(&table->arena, path)};
}

static int scan_folder(struct site_table *table, int folder, const char *path, int depth);

static void scan_below(struct site_table *table, int parent, const char *path, const char *name,
                       int depth)
{
    char below[SITE_FILE_NAME_MAX];
    if (depth > SITE_FILE_DEPTH || !text_format(below, sizeof below, "%s%s/", path, name))
        return;
    int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder >= 0)
        scan_folder(table, folder, below, depth);
}

static void scan_name(struct site_table *table, int folder, const char *path, const char *name,
                      int depth)
{
    struct stat stat;
    if (!site_file_is_name(name) || fstatat(folder, name, &stat, AT_SYMLINK_NOFOLLOW))
        return;
    if (S_ISREG(stat.st_mode))
        add_entry(table, path, name);
    else if (S_ISDIR(stat.st_mode))
        scan_below(table, folder, path, name, depth + 1);
}

/* Closes `folder`. 0 or a negative errno. */
static int scan_folder(struct site_table *table, int folder, const char *path, int depth)
{
    DIR *stream = fdopendir(folder);
    if (!stream) {
        int error = errno;
        close(folder);
        return -error;
    }
    errno = 0;
    for (struct dirent *item; table->seen < SITE_TABLE_MOST && (item = readdir(stream));
         errno = 0) {
        table->seen++;
        scan_name(table, folder, path, item->d_name, depth);
    }
    int error = errno;
    closedir(stream);
    return -error;
}

static int by_path(const void *left, const void *right)
{
    const struct site_entry *a = left, *b = right;
    return strcmp(a->path, b->path);
}

int site_table_scan(struct site_table *table, int folder, struct fault *fault)
{
    /* Opened anew: a duplicate would share its place in the folder with other readers. */
    int top = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int error = top < 0 ? -errno : scan_folder(table, top, "/", 0);
    if (error)
        return fault_set(fault, "cannot read the site's folder: %s", strerror(-error));
    if (table->count)
        qsort(table->entries, table->count, sizeof *table->entries, by_path);
    return 0;
}

void site_table_free(struct site_table *table)
{
    free(table->entries);
    arena_free(&table->arena);
    *table = (struct site_table){0};
}

/* As strcmp(), with `path` not terminated. */
static int compare(const char *path, size_t length, const char *other)
{
    int order = strncmp(path, other, length);
    return order ? order : -(other[length] != '\0');
}

struct site_entry *site_table_find(const struct site_table *table, const char *path, size_t length)
{
    size_t low = 0, high = table->count, tail = sizeof index_name - 1;
    if (length > tail && path[length - tail - 1] == '/' &&
        memcmp(path + length - tail, index_name, tail) == 0)
        length -= tail;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare(path, length, table->entries[middle].path);
        if (order == 0)
            return &table->entries[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

void site_entry_file(const struct site_entry *entry, char file[SITE_FILE_NAME_MAX])
{
    bool fits = text_format(file, SITE_FILE_NAME_MAX, "%s%s", entry->path + 1,
                            text_ends(entry->path, "/") ? index_name : "");
    assert(fits);
}

static void move_knowledge(struct site_entry *from, struct site_entry *to)
{
    const char *path = to->path;
    *to = *from;
    to->path = path;
    for (size_t i = 0; i < ENCODING_COUNT; i++)
        site_cache_move(&from->bodies[i], &to->bodies[i]);
}

static void drop_knowledge(struct site_entry *entry, struct site_cache *cache)
{
    for (size_t i = 0; i < ENCODING_COUNT; i++)
        site_cache_drop(cache, &entry->bodies[i]);
}

void site_table_inherit(struct site_table *table, struct site_table *old, struct site_cache *cache)
{
    for (size_t i = 0, j = 0; j < old->count; j++) {
        struct site_entry *from = &old->entries[j];
        while (i < table->count && strcmp(table->entries[i].path, from->path) < 0)
            i++;
        if (i < table->count && strcmp(table->entries[i].path, from->path) == 0)
            move_knowledge(from, &table->entries[i]);
        else
            drop_knowledge(from, cache);
    }
}

static bool is_language_page(const char *path)
{
    enum { LEAST = 2, MOST = 3 };
    size_t length = strspn(path + 1, "abcdefghijklmnopqrstuvwxyz");
    return length >= LEAST && length <= MOST && strcmp(path + 1 + length, "/") == 0;
}

size_t site_table_languages(const struct site_table *table, char (*ret)[SITE_LANGUAGE_SIZE],
                            size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < table->count && count < most; i++) {
        const char *path = table->entries[i].path;
        if (is_language_page(path))
            text_format(ret[count++], SITE_LANGUAGE_SIZE, "%.*s", (int)strlen(path) - 2, path + 1);
    }
    return count;
}
