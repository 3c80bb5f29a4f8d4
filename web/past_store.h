/* Pasts that several files tell of at the same moment: the collective's page in each language, its feed and its documents
 * ask for the same thousand services, and all that is told of a hoster for its own. Kept for one moment only. One owner, no locks. */
#ifndef VIBRISSE_PAST_STORE_H
#define VIBRISSE_PAST_STORE_H

#include "arena.h"
#include "collective.h"
#include "past.h"

#include <stdint.h>

struct past_store;

struct past_store *past_store_new(
    const struct collective *collective);       /* borrows it: another one needs another store */
void past_store_free(struct past_store *store); /* NULL is fine */

/* Something changed: what was kept is not true any more, and the memory is given back. */
void past_store_forget(struct past_store *store);
/* What is made next is of this hoster (NULL = of nobody in particular): when it was another one's turn before, everything is
 * forgotten, since a year of all services is much to keep. */
void past_store_turn(struct past_store *store, const struct hoster *hoster);
/* The same unless it is kept for this moment (s). */
void past_store_forget_but(struct past_store *store, int64_t now);

/* What past_of() tells of a service of the collective; it lives until the store forgets. */
struct past past_store_get(struct past_store *store, const struct page *page,
                           const struct service *service, int64_t from);

#endif
