#include "series_file.h"

#include "journal.h"
#include "mem.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    TIME_SIZE = 8,
    DAY_S = 86400,
    ROWS_MAX = 4096,
    STATE_UP = 1,
    STATE_DOWN = 2,
    STATE_MAINTENANCE = 4
};

struct series_file *series_file_new(const struct series_layout *layout, const char *path,
                                    int64_t heartbeat)
{
    struct series_file *file = mem_zalloc(sizeof *file);
    file->layout = layout;
    file->path = mem_text(path);
    file->heartbeat = heartbeat;
    return file;
}

void series_file_free(struct series_file *file)
{
    if (!file)
        return;
    free(file->path);
    free(file->why);
    free(file->rows);
    free(file);
}

/* ---- packed rows ---- */

size_t series_file_row_size(const struct series_layout *layout)
{
    static const size_t fixed[SERIES_KIND_COUNT] = {
        [SERIES_AVAIL] = 1, [SERIES_LINE] = 1, [SERIES_CERTIFICATE] = 8};
    size_t values = layout->kind == SERIES_LATENCY ? 4 * layout->source_count : fixed[layout->kind];
    return TIME_SIZE + values;
}

const unsigned char *series_file_packed(const struct series_file *file, size_t index)
{
    assert(index < file->count);
    return file->rows + index * series_file_row_size(file->layout);
}

static int64_t row_time(const unsigned char *row)
{
    return (int64_t)journal_get(row, TIME_SIZE);
}

static double get_float(const unsigned char *from)
{
    uint32_t bits = (uint32_t)journal_get(from, 4);
    float value;
    memcpy(&value, &bits, sizeof value);
    return (double)value;
}

static double get_double(const unsigned char *from)
{
    uint64_t bits = journal_get(from, 8);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void series_file_row(const struct series_file *file, size_t index, struct series_row *ret)
{
    const unsigned char *row = series_file_packed(file, index), *values = row + TIME_SIZE;
    *ret = (struct series_row){.at = row_time(row)};
    switch (file->layout->kind) {
    case SERIES_AVAIL:
    case SERIES_LINE:
        ret->value[0] = (*values & STATE_UP) != 0;
        ret->value[1] = (*values & STATE_DOWN) != 0;
        ret->value[2] = (*values & STATE_MAINTENANCE) != 0;
        break;
    case SERIES_LATENCY:
        for (size_t i = 0; i < file->layout->source_count; i++)
            ret->value[i] = get_float(values + 4 * i);
        break;
    default:
        ret->value[0] = get_double(values);
    }
}

/* When the disk takes nothing for days, the newest are worth more. Of avail none may go: each says how long. */
static void make_room(struct series_file *file)
{
    size_t size = series_file_row_size(file->layout);
    if (!series_layout_has_states(file->layout) && file->count >= ROWS_MAX)
        series_file_drop(file, ROWS_MAX / 4);
    void *rows = file->rows;
    mem_grow(&rows, &file->capacity, file->count + 1, size);
    file->rows = rows;
}

static unsigned char *add_row(struct series_file *file, int64_t at)
{
    size_t size = series_file_row_size(file->layout);
    make_room(file);
    unsigned char *row = file->rows + file->count++ * size;
    journal_put(row, (uint64_t)at, TIME_SIZE);
    file->known = at;
    return row + TIME_SIZE;
}

bool series_file_add_packed(struct series_file *file, const unsigned char *row, size_t length)
{
    size_t size = series_file_row_size(file->layout);
    if (length != size || row_time(row) <= file->known)
        return false;
    memcpy(add_row(file, row_time(row)), row + TIME_SIZE, size - TIME_SIZE);
    return true;
}

void series_file_drop(struct series_file *file, size_t count)
{
    size_t size = series_file_row_size(file->layout);
    assert(count <= file->count);
    if (!count)
        return;
    file->begin = row_time(series_file_packed(file, count - 1));
    file->count -= count;
    file->journaled -= file->journaled < count ? file->journaled : count;
    if (file->count) {
        memmove(file->rows, file->rows + count * size, file->count * size);
        return;
    }
    free(file->rows);
    file->rows = NULL;
    file->capacity = 0;
}

void series_file_forget(struct series_file *file)
{
    series_file_drop(file, file->count);
    file->begin = 0;
    file->known = 0;
    file->step = (struct series_step){0};
}

size_t series_file_final(const struct series_file *file)
{
    if (series_layout_has_states(file->layout) && file->count > file->journaled)
        return file->count - 1;
    return file->count;
}

int64_t series_file_start(const struct series_file *file)
{
    int64_t first = row_time(series_file_packed(file, 0));
    /* A whole day of known unknown before the first second makes the first row of each archive exact. A latency
     * speaks for its own step only. */
    return series_layout_has_states(file->layout) ? first - first % DAY_S
                                                  : first - file->layout->step;
}

/* ---- avail ---- */

static unsigned char code_of(enum outcome state, bool maintained)
{
    unsigned char flag = maintained ? STATE_MAINTENANCE : 0;
    if (state == OUTCOME_DOWN)
        return STATE_DOWN | flag;
    return outcome_is_good(state) ? STATE_UP | flag : 0;
}

static void hold(struct series_file *file, int64_t until, unsigned char code)
{
    if (file->count > file->journaled) {
        unsigned char *last = file->rows + (file->count - 1) * series_file_row_size(file->layout);
        if (last[TIME_SIZE] == code) {
            journal_put(last, (uint64_t)until, TIME_SIZE);
            file->known = until;
            return;
        }
    }
    *add_row(file, until) = code;
}

static void hold_code(struct series_file *file, int64_t from, int64_t to, unsigned char code)
{
    if (to <= from || to <= file->known)
        return;
    if (!file->known) {
        file->begin = from;
        /* Journaled or not, this row must not grow: it says where the record begins. */
        *add_row(file, from) = 0;
        *add_row(file, to) = code;
        return;
    }
    if (from > file->known)
        hold(file, from, 0);
    hold(file, to, code);
}

void series_file_state(struct series_file *file, const struct span *span, bool maintained)
{
    assert(series_layout_has_states(file->layout));
    hold_code(file, span->from, span->to, code_of(span->state, maintained));
}

void series_file_append(struct series_file *file, const struct series_file *old)
{
    int64_t from = old->begin;
    for (size_t i = 0; i < old->count; i++) {
        const unsigned char *row = series_file_packed(old, i);
        hold_code(file, from, row_time(row), row[TIME_SIZE]);
        from = row_time(row);
    }
}

/* ---- latency and certificate: one row a step ---- */

static void put_latency(const struct series_file *file, unsigned char *to)
{
    for (size_t i = 0; i < file->layout->source_count; i++) {
        uint32_t count = file->step.count[i], bits;
        float mean = count ? (float)(file->step.value[i] / count) : NAN;
        memcpy(&bits, &mean, sizeof bits);
        journal_put(to + 4 * i, bits, 4);
    }
}

static void put_certificate(const struct series_file *file, unsigned char *to)
{
    uint64_t bits;
    memcpy(&bits, &file->step.value[0], sizeof bits);
    journal_put(to, bits, 8);
}

static void put_step(struct series_file *file, int64_t end)
{
    unsigned char *values = add_row(file, end);
    if (file->layout->kind == SERIES_LATENCY)
        put_latency(file, values);
    else
        put_certificate(file, values);
}

/* After a silence a value would be lost with it, since librrd takes all or nothing of a gap: it is told to speak for
 * one interval only. */
static void end_silence(struct series_file *file, int64_t end)
{
    bool is_latency = file->layout->kind == SERIES_LATENCY;
    int64_t step = file->layout->step, reach = is_latency ? file->heartbeat * 2 / 5 : step;
    static const struct series_step nothing;
    if (!file->known || end - file->known <= file->heartbeat)
        return;
    struct series_step answers = file->step;
    file->step = nothing;
    file->step.value[0] = NAN;
    put_step(file, end - reach / step * step);
    file->step = answers;
}

void series_file_end_step(struct series_file *file, int64_t now)
{
    int64_t end = file->step.end;
    if (!end || end > now)
        return;
    if (end > file->known) {
        if (!file->begin)
            file->begin = end - file->layout->step;
        end_silence(file, end);
        put_step(file, end);
    }
    file->step = (struct series_step){0};
}

/* False: the step of `at` has been told already. */
static bool enter_step(struct series_file *file, int64_t at)
{
    int64_t end = at - at % file->layout->step + file->layout->step;
    if (at < 0 || end <= file->known || end < file->step.end)
        return false;
    if (end > file->step.end)
        series_file_end_step(file, INT64_MAX);
    file->step.end = end;
    return true;
}

void series_file_latency(struct series_file *file, int64_t at, const struct phases *phases)
{
    assert(file->layout->kind == SERIES_LATENCY);
    if (!enter_step(file, at))
        return;
    size_t first = PHASE_COUNT - file->layout->source_count; /* the layouts keep the last phases */
    for (size_t i = 0; i < file->layout->source_count; i++) {
        double ms = phases->ms[first + i];
        if (!isfinite(ms))
            continue;
        file->step.value[i] += ms;
        file->step.count[i]++;
    }
}

void series_file_certificate(struct series_file *file, int64_t at, int64_t not_after)
{
    assert(file->layout->kind == SERIES_CERTIFICATE);
    double left = (double)(not_after - at);
    if (!enter_step(file, at))
        return;
    if (!file->step.count[0]++ || left < file->step.value[0])
        file->step.value[0] = left;
}
