/* librrd, the only file that knows it. Paths are absolute. One thread calls all of it, since librrd's locks do not keep
 * two threads of one process apart. */
#ifndef VIBRISSE_SERIES_RRD_H
#define VIBRISSE_SERIES_RRD_H

#include "fault.h"
#include "series_file.h"

enum series_rrd_update {
    SERIES_RRD_DONE,
    SERIES_RRD_BUSY,   /* another process reads the file: nothing was changed, try again later */
    SERIES_RRD_REFUSED /* librrd will not take it */
};

/* Makes the file, which must not exist, for the pending rows. Not synced. */
int series_rrd_create(const char *path, const struct series_file *file, struct fault *fault);
/* Gives it the first `count` pending rows; those that it has already are skipped. Not synced, and not atomic. */
enum series_rrd_update series_rrd_update(const char *path, const struct series_file *file,
                                         size_t count, struct fault *fault);

/* The averages of `file` from `from` to `to` (s) in the finest rows of at least `step` seconds that the file holds for all of
 * it: one call each, with the time that the row covers and a value for each source. Rows that are not complete yet
 * have NaN. */
typedef void series_rrd_row_fn(void *owner, int64_t from, int64_t to, const double *values);
int series_rrd_read(const char *path, int64_t step, int64_t from, int64_t to,
                    series_rrd_row_fn *row, void *owner, struct fault *fault);

#endif
