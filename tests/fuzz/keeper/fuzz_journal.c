/* The journal of the series: first as a file, checksums and all; then the input as records that passed theirs. */
#include "journal.h"
#include "series_recovery.h"
#include "series_table.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

static void check(const struct series *series)
{
    for (size_t i = 0; i < series->count; i++) {
        const struct series_file *file = series->files[i];
        struct series_row row;
        int64_t last = INT64_MIN;
        assert(series_table_find(series, file->path) == file);
        assert(!strstr(file->path, "..") && file->path[0] != '/');
        for (size_t j = 0; j < file->count; j++) {
            series_file_row(file, j, &row);
            assert(row.at > last);
            last = row.at;
        }
    }
}

/* Without a folder nothing is written, whatever the records ask for. */
static void recover(const uint8_t *bytes, size_t length, bool framed)
{
    struct series series = {.folder = -1};
    struct series_recovery *recovery = series_recovery_new(&series);
    if (framed)
        assert(journal_read(bytes, length, series_recovery_record, recovery) <= length);
    while (!framed && length >= 3) {
        size_t payload = (size_t)bytes[1] << 8 | bytes[2];
        payload = payload < length - 3 ? payload : length - 3;
        series_recovery_record(recovery, bytes[0], bytes + 3, payload);
        bytes += 3 + payload;
        length -= 3 + payload;
    }
    series_recovery_finish(recovery);
    check(&series);
    series_table_free(&series);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    recover(bytes, length, true);
    recover(bytes, length, false);
    return 0;
}
