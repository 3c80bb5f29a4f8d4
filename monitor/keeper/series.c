#include "series.h"

#include "hash.h"
#include "log.h"
#include "mem.h"
#include "series_recovery.h"
#include "series_table.h"
#include "series_update.h"
#include "text.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CERTIFICATE_TURNS =
        12,           /* their files get one row an hour: they are updated this much more rarely */
    LINE_TURNS = 6,   /* and those of lines, which are in a hurry when something changes */
    ROWS_MANY = 1024, /* not to be put off any longer */
    EARLIEST_S = 320000000 /* librrd takes nothing before 1980 */
};

/* ---- opening and closing ---- */

static int open_folder(struct series *series, const char *folder, struct fault *fault)
{
    char path[PATH_MAX];
    if (!text_format(path, sizeof path, "%s/series", folder))
        return fault_set(fault, "the name of the folder %s is too long", folder);
    if ((mkdir(folder, 0755) && errno != EEXIST) || (mkdir(path, 0755) && errno != EEXIST))
        return fault_set(fault, "cannot make the folder %s: %s", path, strerror(errno));
    series->folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (series->folder < 0 || !realpath(path, series->root))
        return fault_set(fault, "cannot open the folder %s: %s", path, strerror(errno));
    if (flock(series->folder, LOCK_EX | LOCK_NB) == 0)
        return 0;
    if (errno == EWOULDBLOCK)
        return fault_set(fault, "another vibrisse records in the folder %s; end it first", path);
    return fault_set(fault, "cannot lock the folder %s: %s", path, strerror(errno));
}

static int recover(struct series *series, struct fault *fault)
{
    struct series_recovery *recovery = series_recovery_new(series);
    int rc =
        journal_open(series->folder, series_recovery_record, recovery, &series->journal, fault);
    series_recovery_finish(recovery);
    if (rc)
        return -1;
    struct fault hitch;
    if (series_update_rejournal(series, true, &hitch))
        log_event(LOG_LEVEL_WARNING, "the journal of the series waits", "why", hitch.text, NULL);
    return 0;
}

int series_open(const char *folder, const struct series_rules *rules, series_lost_fn *lost,
                void *owner, struct series **ret, struct fault *fault)
{
    struct series *series = mem_zalloc(sizeof *series);
    series->rules = *rules;
    series->lost = lost;
    series->owner = owner;
    series->folder = -1;
    if (open_folder(series, folder, fault) || recover(series, fault)) {
        series_close(series);
        return -1;
    }
    *ret = series;
    return 0;
}

static void end_steps(struct series *series, int64_t now)
{
    for (size_t i = 0; i < series->count; i++)
        series_file_end_step(series->files[i], now);
}

void series_close(struct series *series)
{
    struct fault fault;
    if (!series)
        return;
    if (series->journal) {
        end_steps(series, INT64_MAX);
        if (series_update_rejournal(series, true, &fault))
            log_event(LOG_LEVEL_ERROR, "the last measurements are not in the series", "why",
                      fault.text, NULL);
    }
    journal_close(series->journal);
    series_table_free(series);
    if (series->folder >= 0)
        close(series->folder);
    free(series);
}

/* ---- what is measured ---- */

static struct series_file *take_file(struct series *series, enum series_kind kind, const char *path,
                                     int64_t interval_ms)
{
    const struct series_layout *layout = series_layout_of(kind, series->rules.compact);
    struct series_file *file = series_table_find(series, path);
    int64_t heartbeat = series_layout_heartbeat(layout, interval_ms);
    if (!file) {
        file = series_file_new(layout, path, heartbeat);
        series_table_add(series, file);
    }
    file->heartbeat = heartbeat;
    series_update_see(series, file);
    return file;
}

/* Where the check begins in the subject of a line, with its slash; NULL = it is a service's. */
static const char *check_of(const char *subject)
{
    const char *slash = strchr(subject, '/');
    assert(slash);
    return strchr(slash + 1, '/');
}

static void avail_path(const char *subject, char path[2 * RESULT_SERVICE_SIZE])
{
    const char *check = check_of(subject), *family = check ? strchr(check + 1, '/') : NULL;
    char service[RESULT_SERVICE_SIZE];
    if (!check) {
        assert(text_is_id_pair(subject));
        text_format(path, 2 * RESULT_SERVICE_SIZE, "%s/avail.rrd", subject);
        return;
    }
    assert(family);
    text_format(service, sizeof service, "%.*s", (int)(check - subject), subject);
    assert(text_is_id_pair(service));
    text_format(path, 2 * RESULT_SERVICE_SIZE, "%s%.*s.%s.avail.rrd", service,
                (int)(family - check), check, family + 1);
}

static struct series_file *avail_of(struct series *series, const char *subject)
{
    char path[2 * RESULT_SERVICE_SIZE];
    avail_path(subject, path);
    return take_file(series, check_of(subject) ? SERIES_LINE : SERIES_AVAIL, path, 0);
}

/* The reverse of avail_path(). */
static void subject_of(const struct series_file *file, char subject[2 * RESULT_SERVICE_SIZE])
{
    const char *name = strrchr(file->path, '/') + 1, *dot = strchr(name, '.');
    int service = (int)(name - 1 - file->path);
    if (file->layout->kind == SERIES_AVAIL)
        text_format(subject, 2 * RESULT_SERVICE_SIZE, "%.*s", service, file->path);
    else
        text_format(subject, 2 * RESULT_SERVICE_SIZE, "%.*s/%.*s/%.*s", service, file->path,
                    (int)(dot - name), name, (int)strcspn(dot + 1, "."), dot + 1);
}

static bool is_believed(struct series *series, int64_t at)
{
    if (at >= EARLIEST_S && at <= series_update_horizon(series))
        return true;
    if (!series->doubted)
        log_event(LOG_LEVEL_ERROR,
                  "a measurement of an impossible time is not in the series; look at the clock",
                  NULL);
    series->doubted = true;
    return false;
}

int64_t series_known(struct series *series, const char *subject)
{
    struct series_file *file = avail_of(series, subject);
    /* Lost: what the owner feeds now is the whole record, and he knows. */
    if (file->why) {
        series_file_forget(file);
        free(file->why);
        file->why = NULL;
        file->due = true;
    }
    return file->known;
}

void series_distrust(struct series *series, const char *subject, const char *why)
{
    struct fault fault;
    if (series_update_give_up(series, avail_of(series, subject), why, &fault))
        log_event(LOG_LEVEL_ERROR, "a series cannot be set aside", "why", fault.text, NULL);
}

static void tell_state(struct series *series, const char *subject, const struct span *span,
                       bool maintained)
{
    if (is_believed(series, span->from) && is_believed(series, span->to))
        series_file_state(avail_of(series, subject), span, maintained);
}

void series_state(struct series *series, const char *subject, const struct span *span)
{
    tell_state(series, subject, span, false);
}

void series_maintenance(struct series *series, const char *service, const struct span *span)
{
    tell_state(series, service, span, true);
}

void series_latency(struct series *series, const char *service, const char *check,
                    enum family family, int64_t at, int64_t interval_ms,
                    const struct phases *phases)
{
    char path[2 * RESULT_SERVICE_SIZE];
    assert(text_is_id_pair(service));
    assert(text_is_id(check));
    if (!is_believed(series, at))
        return;
    text_format(path, sizeof path, "%s/%s.%s.lat.rrd", service, check, family_name(family));
    series_file_latency(take_file(series, SERIES_LATENCY, path, interval_ms), at, phases);
}

void series_certificate(struct series *series, const char *service, const char *check, int64_t at,
                        int64_t not_after)
{
    char path[2 * RESULT_SERVICE_SIZE];
    assert(text_is_id_pair(service));
    assert(text_is_id(check));
    if (!is_believed(series, at))
        return;
    text_format(path, sizeof path, "%s/%s.cert.rrd", service, check);
    series_file_certificate(take_file(series, SERIES_CERTIFICATE, path, 0), at, not_after);
}

/* ---- to disk ---- */

/* The owner feeds the lost ones anew; then comes what they had not been given yet. */
static void tell_lost(struct series *series)
{
    for (size_t i = 0; i < series->count; i++) {
        struct series_file *file = series->files[i], old = *file;
        char subject[2 * RESULT_SERVICE_SIZE];
        if (!file->why)
            continue;
        file->why = NULL;
        file->rows = NULL;
        file->capacity = 0;
        file->count = file->journaled = 0;
        series_file_forget(file);
        subject_of(file, subject);
        series->lost(series->owner, subject, old.why);
        series_file_append(file, &old);
        file->due = true;
        free(old.rows);
        free(old.why);
    }
}

/* Each file has its second of the period, the same after every restart. */
static bool has_turn(const struct series *series, const struct series_file *file, int64_t before,
                     int64_t now)
{
    int64_t period = series->rules.flush_ms / 1000;
    if (file->layout->kind == SERIES_CERTIFICATE)
        period *= CERTIFICATE_TURNS;
    else if (file->layout->kind == SERIES_LINE && !file->fresh)
        period *= LINE_TURNS;
    if (period < 1)
        return true;
    int64_t offset = (int64_t)(hash_text(file->path) % (uint64_t)period);
    return (now + offset) / period != (before + offset) / period;
}

static void mark_turns(struct series *series, int64_t now)
{
    int64_t before = series->now ? series->now : now;
    for (size_t i = 0; i < series->count; i++) {
        struct series_file *file = series->files[i];
        if (has_turn(series, file, before, now) || file->count >= ROWS_MANY)
            file->due = true;
    }
    series->now = now;
}

int series_tick(struct series *series, int64_t now, struct fault *fault)
{
    end_steps(series, now);
    mark_turns(series, now);
    tell_lost(series);
    return series_update_due(series, series->rules.slice_ms, fault);
}

bool series_is_behind(const struct series *series)
{
    return series->next > 0;
}

static bool belongs_to(const struct series_file *file, const char *service)
{
    size_t length = strlen(service);
    return strncmp(file->path, service, length) == 0 && file->path[length] == '/';
}

void series_hurry(struct series *series, const char *subject)
{
    if (subject && check_of(subject)) {
        avail_of(series, subject)->due = true;
        return;
    }
    for (size_t i = 0; i < series->count; i++) {
        if (!subject || belongs_to(series->files[i], subject))
            series->files[i]->due = true;
    }
}

int series_flush(struct series *series, const char *service, struct fault *fault)
{
    tell_lost(series);
    series_hurry(series, service);
    return series_update_due(series, 0, fault);
}
