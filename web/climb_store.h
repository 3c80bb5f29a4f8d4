/* What the services of one hoster did, period by period: the hoster's metrics are their sum, and each has a file of its own. Kept
 * for one hoster and moment only; the periods themselves are those of all at a moment. One owner, no locks. */
#ifndef VIBRISSE_CLIMB_STORE_H
#define VIBRISSE_CLIMB_STORE_H

#include "arena.h"
#include "collective.h"
#include "rungs.h"

struct climb_store;

struct climb_store *climb_store_new(void);
void climb_store_free(struct climb_store *store); /* NULL is fine */

/* Something changed: what was kept is not true any more, and the memory is given back. */
void climb_store_forget(struct climb_store *store);

/* What rungs_measure() tells, and where a sum of it begins, rungs_empty(). Both live until another hoster's or moment's is asked
 * for, but at most as long as the arena. */
struct climb climb_store_get(struct climb_store *store, const struct page *page,
                             const struct service *service, int64_t first, struct arena *arena);
struct climb climb_store_empty(struct climb_store *store, const struct page *page,
                               const struct hoster *hoster, int64_t first, struct arena *arena);

#endif
