/* From memory to disk, such that a kill or a power cut at any moment is undone and replayed. Per batch of files:
 *
 *     journal: header images, pending rows; fdatasync
 *     librrd updates the files
 *     fdatasync of each (or syncfs)
 *     journal: done, which is synced together with whatever comes next
 *
 * Undoing the header is enough: rows already written lie where the replay writes the same rows again. What it costs is
 * counted in series_update.c. Internal to series*.c. */
#ifndef VIBRISSE_SERIES_UPDATE_H
#define VIBRISSE_SERIES_UPDATE_H

#include "series_table.h"

/* Payloads. FILE comes before all others of its id; ids count up from 0 in each journal. A FILE with a path that is known
 * begins it anew. */
enum series_record {
    SERIES_RECORD_FILE = 1, /* id u32, kind u8, compact u8, fresh u8, heartbeat u64, path */
    SERIES_RECORD_ROWS,     /* id u32, packed rows */
    SERIES_RECORD_IMAGE,    /* id u32, header */
    SERIES_RECORD_DONE,     /* id u32, time u64: the file has all rows up to it, on disk */
};

enum { SERIES_RECORD_FILE_SIZE = 15 }; /* without the path */

/* Times beyond this are not believed, s. */
int64_t series_update_horizon(const struct series *series);

/* The first look at a file: what does it know already? */
void series_update_see(struct series *series, struct series_file *file);

/* Sets the file aside, or what would become one, with all that waits for it; of an avail.rrd the owner is told. */
int series_update_give_up(struct series *series, struct series_file *file, const char *why,
                          struct fault *fault);

/* Journals what is final, and updates the files that are due: all with a limit of 0, else until it is over. */
int series_update_due(struct series *series, int64_t limit_ms, struct fault *fault);

/* A new journal with all that is pending, of open stretches and steps too when `all`. */
int series_update_rejournal(struct series *series, bool all, struct fault *fault);

#endif
