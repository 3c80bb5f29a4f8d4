#include "series_update.h"

#include "log.h"
#include "mem.h"
#include "series_disk.h"
#include "series_rrd.h"
#include "text.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What 1,000 services with one line each, checked every 10 s, write per 1,000 checks (10 s), flushed hourly:
 *
 *     journal, rows        1000 lines / 6 ticks a step      167 rows x (28 + 13)                        7 KB
 *     journal, images      2.8 lat + 2.8 avail              2.8 x (3944 + 2312 + rows and done 200)    18 KB
 *     lat.rrd              2.8 files, dirty pages: header 1, 1-min rows 1.6, 5-min 1.1, hours 1        53 KB
 *     avail.rrd            2.8 files, dirty pages: header 1, 1-min rows 1.4, 5-min 1.1, hours 1        50 KB
 *     avail.rrd of lines   2.8 / 6 files, dirty pages: header 1, 5-min rows 1.3, hours 1; image 1.5     7 KB
 *     cert.rrd             2.8 / 12 files, 3 pages                                                      3 KB
 *     a new journal        pending rows (0.9 MB on average) after each 4 MiB                            6 KB
 *
 * together about 144 KB. The ledger and the pages come to it: 261 KB for all, measured by tests/bench/farm/run. */
enum {
    BATCH_MAX = 64,
    SYNCFS_FROM =
        17, /* files; fewer are synced one by one, which leaves other programs' data alone */
    JOURNAL_LARGE = 4 * 1024 * 1024,
    AHEAD_S = 3600
};

struct batch {
    size_t count;
    struct batch_item {
        struct series_file *file;
        size_t rows; /* pending ones that go into the file */
        bool updated;
        unsigned char header[SERIES_HEADER_MAX]; /* before the update */
    } items[BATCH_MAX];
};

int64_t series_update_horizon(const struct series *series)
{
    /* Both clocks, since a replay runs under its own time. */
    int64_t wall = wall_seconds(clock_wall());
    return (wall > series->now ? wall : series->now) + AHEAD_S;
}

/* ---- losing and looking ---- */

/* The file cannot be used, or is gone. States can be told again from the ledger; of the rest we keep what is
 * pending. */
static int give_up(struct series *series, struct series_file *file, enum series_look look,
                   const char *why, struct fault *fault)
{
    char reason[sizeof fault->text];
    text_copy(reason, sizeof reason, why);
    if (look == SERIES_LOOK_BAD && series_disk_set_aside(series->folder, file, fault))
        return -1;
    log_event(LOG_LEVEL_WARNING,
              look == SERIES_LOOK_BAD ? "a series was set aside as .bad" : "a series was lost",
              "why", reason, NULL);
    bool was_fresh = file->fresh;
    file->fresh = true;
    file->named = false;
    file->journaled = 0;
    if (!series_layout_has_states(file->layout) || was_fresh)
        return 0;
    if (!file->begin) /* rows of an earlier run: all of them are in the ledger */
        series_file_forget(file);
    free(file->why);
    file->why = mem_text(reason);
    file->due = false;
    return 0;
}

int series_update_give_up(struct series *series, struct series_file *file, const char *why,
                          struct fault *fault)
{
    /* Nothing of what waits is believed either. */
    series_file_forget(file);
    return give_up(series, file, file->fresh ? SERIES_LOOK_MISSING : SERIES_LOOK_BAD, why, fault);
}

static void take_knowledge(struct series_file *file, int64_t last)
{
    file->fresh = false;
    if (!file->begin)
        file->begin = last;
    if (file->known < last)
        file->known = last;
}

void series_update_see(struct series *series, struct series_file *file)
{
    unsigned char header[SERIES_HEADER_MAX];
    struct fault fault;
    int64_t last;
    if (file->seen)
        return;
    enum series_look look = series_disk_look(series->folder, file, series_update_horizon(series),
                                             header, &last, &fault);
    file->seen = true;
    if (look == SERIES_LOOK_GOOD)
        take_knowledge(file, last);
    else if (look == SERIES_LOOK_MISSING && !file->count)
        file->fresh = true;
    else if (look == SERIES_LOOK_FAILED || (!(look == SERIES_LOOK_MISSING && file->fresh) &&
                                            give_up(series, file, look, fault.text, &fault)))
        log_event(LOG_LEVEL_WARNING, "a series cannot be looked at", "why", fault.text, NULL);
}

/* ---- journaling ---- */

static void journal_name(struct series *series, struct series_file *file)
{
    unsigned char payload[SERIES_RECORD_FILE_SIZE + PATH_MAX];
    size_t length = strlen(file->path);
    assert(length < PATH_MAX);
    file->id = series->next_id++;
    file->named = true;
    journal_put(payload, file->id, 4);
    payload[4] = (unsigned char)file->layout->kind;
    payload[5] = file->layout->compact;
    payload[6] = file->fresh;
    journal_put(payload + 7, (uint64_t)file->heartbeat, 8);
    memcpy(payload + SERIES_RECORD_FILE_SIZE, file->path, length);
    journal_add(series->journal, SERIES_RECORD_FILE, payload, SERIES_RECORD_FILE_SIZE + length);
}

static void journal_bytes(struct series *series, const struct series_file *file,
                          enum series_record kind, const unsigned char *bytes, size_t length)
{
    unsigned char *payload = mem_zalloc(4 + length);
    journal_put(payload, file->id, 4);
    memcpy(payload + 4, bytes, length);
    journal_add(series->journal, (int)kind, payload, 4 + length);
    free(payload);
}

/* The first `through` rows. */
static void journal_rows(struct series *series, struct series_file *file, size_t through)
{
    size_t size = series_file_row_size(file->layout), most = (JOURNAL_RECORD_MAX - 4) / size;
    while (file->journaled < through) {
        size_t left = through - file->journaled, count = left < most ? left : most;
        if (!file->named)
            journal_name(series, file);
        journal_bytes(series, file, SERIES_RECORD_ROWS, series_file_packed(file, file->journaled),
                      count * size);
        file->journaled += count;
    }
}

static void journal_done(struct series *series, const struct series_file *file, int64_t until)
{
    unsigned char time[8];
    journal_put(time, (uint64_t)until, 8);
    journal_bytes(series, file, SERIES_RECORD_DONE, time, sizeof time);
}

/* What a lost file was told waits for the owner, who feeds it anew. */
static void journal_all(struct series *series, bool open_too)
{
    for (size_t i = 0; i < series->count; i++) {
        struct series_file *file = series->files[i];
        if (!file->why)
            journal_rows(series, file, open_too ? file->count : series_file_final(file));
    }
}

static void begin_journal(struct series *series)
{
    journal_restart(series->journal);
    series->next_id = 0;
    for (size_t i = 0; i < series->count; i++) {
        series->files[i]->named = false;
        series->files[i]->journaled = 0;
    }
}

int series_update_rejournal(struct series *series, bool all, struct fault *fault)
{
    begin_journal(series);
    journal_all(series, all);
    int rc = journal_sync(series->journal, fault);
    series->journal_base = journal_size(series->journal);
    return rc;
}

static bool is_overgrown(const struct series *series)
{
    size_t size = journal_size(series->journal);
    return size > JOURNAL_LARGE && size > 2 * series->journal_base;
}

/* ---- a batch ---- */

static int make_file(struct series *series, struct series_file *file, struct fault *fault)
{
    char path[PATH_MAX];
    if (!text_format(path, sizeof path, "%s/%s", series->root, file->path))
        return fault_set(fault, "the name of the series %s is too long", file->path);
    if (series_disk_prepare(series->folder, file, fault) || series_rrd_create(path, file, fault))
        return -1;
    /* Before the journal names it: a power cut must not leave a name without contents. */
    return series_disk_sync(series->folder, file, true, fault);
}

static int look_at_item(struct series *series, struct batch_item *item, enum series_look *ret_look,
                        struct fault *fault)
{
    int64_t last;
    struct series_file *file = item->file;
    *ret_look = series_disk_look(series->folder, file, series_update_horizon(series), item->header,
                                 &last, fault);
    if (*ret_look != SERIES_LOOK_GOOD)
        return 0;
    take_knowledge(file, last);
    if (file->layout->kind == SERIES_LATENCY &&
        series_layout_heartbeat_in(item->header) != file->heartbeat)
        return series_disk_set_heartbeat(series->folder, file, item->header, fault);
    return 0;
}

/* Makes the file ready to be updated. *ret_ready stays false when it has to wait for another turn. */
static int prepare_item(struct series *series, struct batch_item *item, bool *ret_ready,
                        struct fault *fault)
{
    struct series_file *file = item->file;
    enum series_look look;
    file->seen = true;
    if (look_at_item(series, item, &look, fault))
        return -1;
    if (look == SERIES_LOOK_MISSING && file->fresh) {
        if (make_file(series, file, fault) || look_at_item(series, item, &look, fault))
            return -1;
    }
    if (look == SERIES_LOOK_FAILED)
        return -1;
    if (look != SERIES_LOOK_GOOD)
        return give_up(series, file, look, fault->text, fault);
    *ret_ready = true;
    return 0;
}

static void journal_item(struct series *series, struct batch_item *item)
{
    item->rows = item->file->count;
    if (!item->file->named)
        journal_name(series, item->file);
    journal_rows(series, item->file, item->rows);
    journal_bytes(series, item->file, SERIES_RECORD_IMAGE, item->header,
                  series_layout_header(item->file->layout));
}

static int update_item(struct series *series, struct batch_item *item, struct fault *fault)
{
    char path[PATH_MAX];
    text_format(path, sizeof path, "%s/%s", series->root, item->file->path);
    switch (series_rrd_update(path, item->file, item->rows, fault)) {
    case SERIES_RRD_DONE:
        item->updated = true;
        return 0;
    case SERIES_RRD_BUSY:
        return 0;
    default:
        return give_up(series, item->file, SERIES_LOOK_BAD, fault->text, fault);
    }
}

static int sync_items(struct series *series, struct batch *batch, struct fault *fault)
{
    if (batch->count >= SYNCFS_FROM)
        return syncfs(series->folder)
                   ? fault_set(fault, "the series cannot be synced: %s", strerror(errno))
                   : 0;
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_item *item = &batch->items[i];
        if (item->updated && series_disk_sync(series->folder, item->file, false, fault))
            return -1;
    }
    return 0;
}

/* The disk did not take what librrd wrote: all as it was, and again at the next turn. */
static void undo_items(struct series *series, struct batch *batch)
{
    struct fault fault;
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_item *item = &batch->items[i];
        if (item->updated && series_disk_restore(series->folder, item->file, item->header,
                                                 series_layout_header(item->file->layout), &fault))
            log_event(LOG_LEVEL_ERROR, "a series cannot be restored", "why", fault.text, NULL);
    }
}

static void finish_items(struct series *series, struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_item *item = &batch->items[i];
        if (!item->updated)
            continue;
        series_disk_forget(series->folder, item->file);
        series_file_drop(item->file, item->rows);
        journal_done(series, item->file, item->file->begin);
        item->file->due = false;
    }
}

static int run_batch(struct series *series, struct batch *batch, struct fault *fault)
{
    int rc = 0;
    for (size_t i = 0; i < batch->count; i++)
        journal_item(series, &batch->items[i]);
    if (journal_sync(series->journal, fault))
        return -1;
    for (size_t i = 0; i < batch->count; i++) {
        if (update_item(series, &batch->items[i], fault))
            rc = -1;
    }
    if (sync_items(series, batch, fault)) {
        undo_items(series, batch);
        return -1;
    }
    finish_items(series, batch);
    return rc;
}

/* From *next on; -1 when one of them could not be prepared. */
static int fill_batch(struct series *series, struct batch *batch, size_t *next, struct fault *fault)
{
    int rc = 0;
    batch->count = 0;
    for (; *next < series->count && batch->count < BATCH_MAX; ++*next) {
        struct series_file *file = series->files[*next];
        struct batch_item *item = &batch->items[batch->count];
        bool ready = false;
        if (!file->due || file->why)
            continue;
        file->due = file->count > 0;
        if (!file->due)
            continue;
        item->file = file;
        item->updated = false;
        if (prepare_item(series, item, &ready, fault))
            rc = -1;
        else if (ready)
            batch->count++;
    }
    return rc;
}

static bool is_over(struct mono begun, int64_t limit_ms)
{
    return limit_ms && mono_ms_between(begun, clock_mono()) >= limit_ms;
}

int series_update_due(struct series *series, int64_t limit_ms, struct fault *fault)
{
    struct mono begun = clock_mono();
    struct batch *batch;
    size_t next = limit_ms ? series->next : 0;
    int rc = 0;
    series->next = 0;
    if ((journal_is_broken(series->journal) || is_overgrown(series)) &&
        series_update_rejournal(series, false, fault))
        return -1;
    journal_all(series, false);
    batch = mem_zalloc(sizeof *batch);
    do {
        struct fault hitch;
        if (fill_batch(series, batch, &next, &hitch)) {
            *fault = hitch;
            rc = -1;
        }
        /* Also without a due file: the rows are to be on disk. */
        if (run_batch(series, batch, &hitch)) {
            *fault = hitch;
            rc = -1;
        }
        series->next = next < series->count && !journal_is_broken(series->journal) ? next : 0;
    } while (series->next && !is_over(begun, limit_ms));
    free(batch);
    return rc;
}
