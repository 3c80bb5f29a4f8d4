/* What the ledger says of yearly reports, see edition.h. */
#ifndef VIBRISSE_EDITIONS_H
#define VIBRISSE_EDITIONS_H

#include "edition.h"
#include "fault.h"
#include "ledger.h"

/* All, of every year, in the order of the events; they live in the arena. What this vibrisse does not understand is passed
 * over, and logged. */
int editions_read(struct ledger *ledger, struct arena *arena, const struct edition **ret,
                  size_t *ret_count, struct fault *fault);

#endif
