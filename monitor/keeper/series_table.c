#include "series_table.h"

#include "hash.h"
#include "mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The slot that holds the path, or the free one where it belongs. */
static size_t slot_of(const struct series *series, const char *path)
{
    size_t slot = hash_text(path) % series->slot_count;
    while (series->slots[slot] && strcmp(series->files[series->slots[slot] - 1]->path, path) != 0)
        slot = (slot + 1) % series->slot_count;
    return slot;
}

struct series_file *series_table_find(const struct series *series, const char *path)
{
    if (!series->slot_count)
        return NULL;
    uint32_t index = series->slots[slot_of(series, path)];
    return index ? series->files[index - 1] : NULL;
}

static void grow_slots(struct series *series)
{
    free(series->slots);
    series->slot_count = series->slot_count ? 2 * series->slot_count : 64;
    series->slots = mem_array(series->slot_count, sizeof *series->slots);
    for (size_t i = 0; i < series->count; i++)
        series->slots[slot_of(series, series->files[i]->path)] = (uint32_t)i + 1;
}

void series_table_add(struct series *series, struct series_file *file)
{
    assert(!series_table_find(series, file->path) && series->count < UINT32_MAX - 1);
    if (2 * (series->count + 1) > series->slot_count)
        grow_slots(series);
    void *files = series->files;
    mem_grow(&files, &series->capacity, series->count + 1, sizeof *series->files);
    series->files = files;
    size_t slot = slot_of(series, file->path);
    series->files[series->count++] = file;
    series->slots[slot] = (uint32_t)series->count;
}

void series_table_free(struct series *series)
{
    for (size_t i = 0; i < series->count; i++)
        series_file_free(series->files[i]);
    free(series->files);
    free(series->slots);
}
