#include "series_recovery.h"

#include "log.h"
#include "mem.h"
#include "series_disk.h"
#include "series_update.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

struct series_recovery {
    struct series *series;
    struct recovered { /* by id */
        struct series_file *file;
        unsigned char *header; /* an update was begun; NULL = none */
        size_t header_length;
    } * list;
    size_t count, capacity;
};

struct series_recovery *series_recovery_new(struct series *series)
{
    struct series_recovery *recovery = mem_zalloc(sizeof *recovery);
    recovery->series = series;
    return recovery;
}

/* "id/id/name" where the name is of ids and dots and says its kind: nothing that leads out of the folder. */
static bool is_path(const char *path, enum series_kind kind)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-.";
    static const char *const endings[SERIES_KIND_COUNT] = {"avail.rrd", ".lat.rrd", ".cert.rrd",
                                                           ".avail.rrd"};
    char id[RESULT_ID_SIZE];
    for (int part = 0; part < 2; part++) {
        const char *slash = strchr(path, '/');
        if (!slash || !text_format(id, sizeof id, "%.*s", (int)(slash - path), path) ||
            !text_is_id(id))
            return false;
        path = slash + 1;
    }
    return path[strspn(path, letters)] == '\0' && !strstr(path, "..") && path[0] != '.' &&
           strlen(path) < 128 &&
           (kind == SERIES_AVAIL ? strcmp(path, endings[kind]) == 0
                                 : text_ends(path, endings[kind]));
}

static void forget_header(struct recovered *recovered)
{
    free(recovered->header);
    recovered->header = NULL;
    recovered->header_length = 0;
}

/* The file was set aside and begun anew: what was said of the old one must not reach the new one. */
static void forget_earlier(struct series_recovery *recovery, const struct series_file *file)
{
    for (size_t i = 0; i < recovery->count; i++) {
        struct recovered *recovered = &recovery->list[i];
        if (recovered->file != file)
            continue;
        forget_header(recovered);
        recovered->file = NULL;
    }
}

static struct series_file *take_file(struct series_recovery *recovery,
                                     const struct series_layout *layout, const char *path,
                                     int64_t heartbeat)
{
    struct series *series = recovery->series;
    struct series_file *file = series_table_find(series, path);
    if (file) {
        forget_earlier(recovery, file);
    } else {
        file = series_file_new(layout, path, heartbeat);
        series_table_add(series, file);
    }
    series_file_forget(file);
    file->layout = layout;
    file->heartbeat = heartbeat;
    return file;
}

static void on_file(struct series_recovery *recovery, uint32_t id, const unsigned char *payload,
                    size_t length)
{
    char path[PATH_MAX];
    if (length <= SERIES_RECORD_FILE_SIZE || length - SERIES_RECORD_FILE_SIZE >= sizeof path ||
        id != recovery->count || payload[4] >= SERIES_KIND_COUNT)
        return;
    size_t path_length = length - SERIES_RECORD_FILE_SIZE;
    memcpy(path, payload + SERIES_RECORD_FILE_SIZE, path_length);
    path[path_length] = '\0';
    enum series_kind kind = (enum series_kind)payload[4];
    int64_t heartbeat = (int64_t)journal_get(payload + 7, 8);
    if (strlen(path) != path_length || !is_path(path, kind) || heartbeat <= 0 ||
        heartbeat > INT32_MAX)
        return;
    const struct series_layout *layout = series_layout_of(kind, payload[5] != 0);
    struct series_file *file = take_file(recovery, layout, path, heartbeat);
    file->fresh = payload[6] != 0;
    void *list = recovery->list;
    mem_grow(&list, &recovery->capacity, recovery->count + 1, sizeof *recovery->list);
    recovery->list = list;
    recovery->list[recovery->count++] = (struct recovered){.file = file};
}

static void on_rows(struct series_recovery *recovery, struct recovered *recovered,
                    const unsigned char *rows, size_t length)
{
    struct series_file *file = recovered->file;
    size_t size = series_file_row_size(file->layout);
    int64_t horizon = series_update_horizon(recovery->series);
    for (size_t at = 0; length - at >= size; at += size) {
        if ((int64_t)journal_get(rows + at, 8) <= horizon)
            series_file_add_packed(file, rows + at, size);
    }
}

static void on_image(struct recovered *recovered, const unsigned char *header, size_t length)
{
    forget_header(recovered);
    if (length != series_layout_header(recovered->file->layout))
        return;
    recovered->header = mem_zalloc(length);
    recovered->header_length = length;
    memcpy(recovered->header, header, length);
}

static void on_done(struct recovered *recovered, const unsigned char *payload, size_t length)
{
    struct series_file *file = recovered->file;
    size_t count = 0;
    struct series_row row;
    if (length != 8)
        return;
    int64_t until = (int64_t)journal_get(payload, 8);
    forget_header(recovered);
    file->fresh = false;
    while (count < file->count) {
        series_file_row(file, count, &row);
        if (row.at > until)
            break;
        count++;
    }
    series_file_drop(file, count);
}

void series_recovery_record(void *owner, int kind, const unsigned char *payload, size_t length)
{
    struct series_recovery *recovery = owner;
    if (length < 4)
        return;
    uint32_t id = (uint32_t)journal_get(payload, 4);
    if (kind == SERIES_RECORD_FILE) {
        on_file(recovery, id, payload, length);
        return;
    }
    if (id >= recovery->count || !recovery->list[id].file)
        return;
    struct recovered *recovered = &recovery->list[id];
    if (kind == SERIES_RECORD_ROWS)
        on_rows(recovery, recovered, payload + 4, length - 4);
    else if (kind == SERIES_RECORD_IMAGE)
        on_image(recovered, payload + 4, length - 4);
    else if (kind == SERIES_RECORD_DONE)
        on_done(recovered, payload + 4, length - 4);
}

static void restore(struct series *series, struct recovered *recovered)
{
    struct fault fault;
    if (!recovered->header)
        return;
    /* A file that is gone or has another size is found out when its turn comes. */
    if (series_disk_restore(series->folder, recovered->file, recovered->header,
                            recovered->header_length, &fault))
        log_event(LOG_LEVEL_WARNING, "an interrupted update of a series cannot be undone", "why",
                  fault.text, NULL);
    recovered->file->due = true;
}

/* The profile was changed: the file on disk is set aside when it is looked at, and its rows have another form. */
static void adapt(struct series *series, struct series_file *file)
{
    if (file->layout->compact == series->rules.compact)
        return;
    series_file_forget(file);
    file->layout = series_layout_of(file->layout->kind, series->rules.compact);
    file->heartbeat = series_layout_heartbeat(file->layout, file->heartbeat * 2 / 5 * 1000);
}

void series_recovery_finish(struct series_recovery *recovery)
{
    for (size_t i = 0; i < recovery->count; i++) {
        struct recovered *recovered = &recovery->list[i];
        restore(recovery->series, recovered);
        forget_header(recovered);
    }
    for (size_t i = 0; i < recovery->series->count; i++) {
        struct series_file *file = recovery->series->files[i];
        adapt(recovery->series, file);
        /* Rows of an earlier run do not say where they begin: the file does. */
        if (!file->fresh)
            file->begin = 0;
    }
    free(recovery->list);
    free(recovery);
}
