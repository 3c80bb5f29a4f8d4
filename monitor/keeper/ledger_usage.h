/* How much services were used in each month, as they say of themselves: one row of the ledger for each service and month,
 * the newest reading of it. */
#ifndef VIBRISSE_LEDGER_USAGE_H
#define VIBRISSE_LEDGER_USAGE_H

#include "ledger.h"
#include "usage.h"

/* Takes the place of an older reading of the month, never of a newer one. */
int ledger_save_usage(struct ledger *ledger, const char *service, const struct usage *usage,
                      struct fault *fault);
/* Every month that is known, oldest first; lent. */
typedef void ledger_usage_fn(void *owner, const struct usage *usage);
int ledger_each_usage(struct ledger *ledger, const char *service, ledger_usage_fn *each,
                      void *owner, struct fault *fault);

#endif
