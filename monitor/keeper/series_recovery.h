/* What an earlier run left in the journal: files that were being updated get their headers back, rows that are not in
 * their files are pending again. Trusts nothing of what it reads. Internal to series*.c. */
#ifndef VIBRISSE_SERIES_RECOVERY_H
#define VIBRISSE_SERIES_RECOVERY_H

#include "series_table.h"

struct series_recovery;

struct series_recovery *series_recovery_new(struct series *series);
/* A journal_fn; `owner` is the recovery. */
void series_recovery_record(void *owner, int kind, const unsigned char *payload, size_t length);
/* Restores the headers; what was restored is due. Frees the recovery. */
void series_recovery_finish(struct series_recovery *recovery);

#endif
