/* The files of the series as files: looked at, set aside, their headers read and put back, synced. `folder` is
 * DIR/series, open. Never follows a symbolic link below it. */
#ifndef VIBRISSE_SERIES_DISK_H
#define VIBRISSE_SERIES_DISK_H

#include "fault.h"
#include "series_file.h"

enum series_look {
    SERIES_LOOK_GOOD,
    SERIES_LOOK_MISSING,
    SERIES_LOOK_BAD,   /* it is there, but cannot be used */
    SERIES_LOOK_FAILED /* we could not look: the disk fails, or access is refused */
};

/* Good: reads the header and the time of the last update; a time after `latest` is bad. Else says why. */
enum series_look series_disk_look(int folder, const struct series_file *file, int64_t latest,
                                  unsigned char header[SERIES_HEADER_MAX], int64_t *ret_last,
                                  struct fault *fault);

/* Makes the folders above the file, and sweeps what an interrupted creation of it left there. */
int series_disk_prepare(int folder, const struct series_file *file, struct fault *fault);
int series_disk_set_aside(int folder, const struct series_file *file, struct fault *fault);

/* Undoes what an update did: the header as it was, synced. -1 also when the file cannot be one of this layout. */
int series_disk_restore(int folder, const struct series_file *file, const unsigned char *header,
                        size_t length, struct fault *fault);

/* After the check's interval changed: file->heartbeat into the file and into `header`. */
int series_disk_set_heartbeat(int folder, const struct series_file *file, unsigned char *header,
                              struct fault *fault);

/* Brings the contents to disk; with `entry`, also that the file is there at all. */
int series_disk_sync(int folder, const struct series_file *file, bool entry, struct fault *fault);

/* Lets the kernel forget the synced pages: they are not needed before the next turn, and those that it reads by itself
 * then are single ones. What stays from when the file was written as a whole are large folios (Linux 6.16 on ext4, 5.18 on
 * XFS), of which a changed byte writes all again: thirty times as much. */
void series_disk_forget(int folder, const struct series_file *file);

#endif
