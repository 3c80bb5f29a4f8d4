/* The answers of each day of the services that were asked for last, unpacked once: a service's page, its hoster's, their metrics
 * and figures ask for the same year one after the other. What could not be read is not kept. One owner, no locks. */
#ifndef VIBRISSE_DAYBOOK_H
#define VIBRISSE_DAYBOOK_H

#include "fault.h"
#include "history.h"
#include "ledger.h"

#include <stdint.h>

struct daybook;

struct daybook *daybook_new(struct ledger *ledger); /* borrows it */
void daybook_free(struct daybook *daybook);         /* NULL is fine */

/* The days in [from, to) that can be read, in order. `each` must not ask the daybook. */
int daybook_each(struct daybook *daybook, const char *key, int64_t from, int64_t to,
                 history_answers_fn *each, void *owner, struct fault *fault);
/* The ledger was written to; NULL = whatever was kept. */
void daybook_forget(struct daybook *daybook, const char *key);

#endif
