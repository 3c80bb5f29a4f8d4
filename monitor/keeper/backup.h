/* A copy of the record while it is being written, and the way back. The series are copied first, each under the lock that
 * librrd respects, then the reports that were published and what the last crawl of registers left, and the ledger last, in one
 * snapshot: so the ledger knows all that the series know of availability, and what they lack is made anew from it at the next
 * start. Answer times of the last flush period may be missing from the series; the ledger's daily histograms have them. */
#ifndef VIBRISSE_BACKUP_H
#define VIBRISSE_BACKUP_H

#include "fault.h"

#include <stddef.h>

/* `data` is a data folder, `out` a file that does not exist yet. */
int backup_make(const char *data, const char *out, size_t *ret_files, struct fault *fault);

/* `data` must not exist or be empty; after a failure it is as before. */
int backup_restore(const char *in, const char *data, size_t *ret_files, struct fault *fault);

#endif
