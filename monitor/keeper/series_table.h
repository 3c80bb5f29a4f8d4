/* The inside of a series: its files, found by path. Internal to series*.c. */
#ifndef VIBRISSE_SERIES_TABLE_H
#define VIBRISSE_SERIES_TABLE_H

#include "journal.h"
#include "series.h"
#include "series_file.h"

#include <limits.h>

struct series {
    struct series_rules rules;
    series_lost_fn *lost;
    void *owner;
    int folder;          /* DIR/series, locked */
    char root[PATH_MAX]; /* the same, absolute: librrd takes paths */
    struct journal *journal;
    uint32_t next_id;           /* names in the journal */
    size_t journal_base;        /* its size when it was begun */
    struct series_file **files; /* in order of appearance */
    size_t count, capacity;
    uint32_t *slots; /* hash of the path -> index in files + 1; 0 = free */
    size_t slot_count;
    int64_t now;  /* of the last tick, s; 0 = none yet */
    size_t next;  /* file that the next tick begins with; 0 = it is not behind */
    bool doubted; /* an impossible time was reported */
};

/* NULL when there is none. */
struct series_file *series_table_find(const struct series *series, const char *path);
/* Takes the file over; its path must not be known yet. */
void series_table_add(struct series *series, struct series_file *file);
void series_table_free(struct series *series);

#endif
