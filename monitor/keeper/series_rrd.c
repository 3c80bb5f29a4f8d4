#include "series_rrd.h"

#include "buffer.h"
#include "mem.h"
#include "text.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <rrd.h>
#include <stdlib.h>
#include <string.h>

enum { SOURCE_SIZE = 64, ARGUMENTS_MAX = 16, TEXT_MAX = 64 * 1024 * 1024 };

int series_rrd_create(const char *path, const struct series_file *file, struct fault *fault)
{
    const struct series_layout *layout = file->layout;
    char sources[SERIES_SOURCES_MAX][SOURCE_SIZE];
    const char *arguments[ARGUMENTS_MAX];
    int count = 0;
    assert(path[0] == '/' && layout->source_count + layout->archive_count <= ARGUMENTS_MAX);
    for (size_t i = 0; i < layout->source_count; i++) {
        text_format(sources[i], SOURCE_SIZE, "DS:%s:GAUGE:%lld:%s:U", layout->sources[i],
                    (long long)file->heartbeat, layout->minimum);
        arguments[count++] = sources[i];
    }
    for (size_t i = 0; i < layout->archive_count; i++)
        arguments[count++] = layout->archives[i].text;
    /* librrd keeps an old error, and returns 0 when its rename fails. */
    rrd_clear_error();
    int rc = rrd_create_r2(path, (unsigned long)layout->step, (time_t)series_file_start(file), 1,
                           NULL, NULL, count, arguments);
    if (rc || rrd_test_error()) /* it has no words for a full disk */
        return fault_set(fault, "the series %s cannot be made: %s", path,
                         *rrd_get_error() ? rrd_get_error() : strerror(errno));
    return 0;
}

/* With six decimals, and whatever the locale has for a decimal point: librrd wants the point. */
static void add_value(struct buffer *out, double value)
{
    if (!isfinite(value)) {
        buffer_text_add(out, ":U");
        return;
    }
    long long millionths = llround(fabs(value) * 1e6);
    buffer_printf(out, ":%s%lld.%06lld", value < 0 ? "-" : "", millionths / 1000000,
                  millionths % 1000000);
}

/* Each row as "time:value:value", followed by a NUL. */
static void write_rows(const struct series_file *file, size_t count, struct buffer *out)
{
    for (size_t i = 0; i < count; i++) {
        struct series_row row;
        series_file_row(file, i, &row);
        buffer_printf(out, "%lld", (long long)row.at);
        for (size_t j = 0; j < file->layout->source_count; j++)
            add_value(out, row.value[j]);
        buffer_byte(out, '\0');
    }
    assert(!out->overflow);
}

static enum series_rrd_update update_outcome(int rc, const char *path, struct fault *fault)
{
    if (rc == 0 && !rrd_test_error())
        return SERIES_RRD_DONE;
    fault_set(fault, "the series %s cannot be updated: %s", path, rrd_get_error());
    return strstr(fault->text, "could not lock RRD") ? SERIES_RRD_BUSY : SERIES_RRD_REFUSED;
}

enum series_rrd_update series_rrd_update(const char *path, const struct series_file *file,
                                         size_t count, struct fault *fault)
{
    struct buffer text;
    const char **rows = mem_array(count, sizeof *rows);
    assert(path[0] == '/' && count <= file->count);
    buffer_init(&text, TEXT_MAX);
    write_rows(file, count, &text);
    const char *row = buffer_text(&text);
    for (size_t i = 0; i < count; i++, row += strlen(row) + 1)
        rows[i] = row;
    rrd_clear_error();
    int rc = rrd_updatex_r(path, NULL, RRD_SKIP_PAST_UPDATES, (int)count, rows);
    enum series_rrd_update outcome = update_outcome(rc, path, fault);
    free(rows);
    buffer_fini(&text);
    return outcome;
}

int series_rrd_read(const char *path, int64_t step, int64_t from, int64_t to,
                    series_rrd_row_fn *row, void *owner, struct fault *fault)
{
    time_t start = (time_t)from, end = (time_t)to;
    unsigned long found = (unsigned long)step, sources;
    char **names;
    double *values;
    rrd_clear_error();
    if (rrd_fetch_r(path, "AVERAGE", &start, &end, &found, &sources, &names, &values))
        return fault_set(fault, "the series %s cannot be read: %s", path, rrd_get_error());
    /* The row at a time covers the step that ends there; the first one ends a step after `start`. */
    int64_t at = start, length = (int64_t)found;
    for (const double *value = values; at < end; at += length, value += sources)
        row(owner, at, at + length, value);
    for (unsigned long i = 0; i < sources; i++)
        rrd_freemem(names[i]);
    rrd_freemem(names);
    rrd_freemem(values);
    return 0;
}
