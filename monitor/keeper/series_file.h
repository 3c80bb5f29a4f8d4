/* What one RRD file still has to be told, in memory: its pending rows, packed as they go to the journal, and the step
 * that is being averaged. Pure: no disk here.
 *
 * A row is: time i64 (the end of what it speaks of) and values: avail one byte of states, latency a float per source,
 * certificate a double. Little-endian. */
#ifndef VIBRISSE_SERIES_FILE_H
#define VIBRISSE_SERIES_FILE_H

#include "result.h"
#include "series_layout.h"
#include "span.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SERIES_ROW_MAX = 8 + 4 * SERIES_SOURCES_MAX };

struct series_step {                  /* the step that answers fall into */
    int64_t end;                      /* s; 0 = none */
    double value[SERIES_SOURCES_MAX]; /* sums; for a certificate the least */
    uint32_t count[SERIES_SOURCES_MAX];
};

struct series_file {
    const struct series_layout *layout;
    char *path;        /* below the series folder: "hoster/service/avail.rrd" */
    int64_t heartbeat; /* s; when it is made */
    int64_t begin;     /* s; the pending rows speak from here on; 0 = not known */
    int64_t known;     /* s; until here it is told, the pending rows included; 0 = nothing */
    unsigned char *rows;
    size_t count, capacity; /* rows */
    size_t journaled;       /* of them; these do not change any more */
    struct series_step step;
    uint32_t id; /* in the journal, when `named` */
    bool named;  /* the journal has its name */
    bool seen;   /* it was looked at since the start */
    bool fresh;  /* it is not on disk and has to be made */
    char
        *why; /* it was on disk, is no more, and is to be fed again from the beginning; else NULL */
    bool due; /* its turn has come */
};

/* `path` is copied. */
struct series_file *series_file_new(const struct series_layout *layout, const char *path,
                                    int64_t heartbeat);
void series_file_free(struct series_file *file);

struct series_row {
    int64_t at;
    double value[SERIES_SOURCES_MAX]; /* per source of the layout; NaN = unknown */
};

size_t series_file_row_size(const struct series_layout *layout); /* bytes, packed */
const unsigned char *series_file_packed(const struct series_file *file, size_t index);
void series_file_row(const struct series_file *file, size_t index, struct series_row *ret);
/* A row read from the journal; false when it is not later than what is known, or no row. */
bool series_file_add_packed(struct series_file *file, const unsigned char *row, size_t length);
/* Forgets the first `count` rows: they are in the file. */
void series_file_drop(struct series_file *file, size_t count);
void series_file_forget(struct series_file *file); /* everything it was told */

/* avail: a stretch; what lies before `known` is skipped, a gap is unknown. */
void series_file_state(struct series_file *file, const struct span *span, bool maintained);
/* After the file was fed anew from the beginning: what `old` was still to be told comes after that. */
void series_file_append(struct series_file *file, const struct series_file *old);

void series_file_latency(struct series_file *file, int64_t at, const struct phases *phases);
void series_file_certificate(struct series_file *file, int64_t at, int64_t not_after);
/* Turns the step into a row when it ended at or before `now`; INT64_MAX ends any step. */
void series_file_end_step(struct series_file *file, int64_t now);

/* How many rows cannot change any more. Of avail the last one grows as long as the state holds. */
size_t series_file_final(const struct series_file *file);

/* From when a new file for the pending rows must be known, s. */
int64_t series_file_start(const struct series_file *file);

#endif
