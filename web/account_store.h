/* How the services of one hoster did over the periods that its files tell of: its pages in each language and its documents ask for
 * the same, and so do those of its services. Kept for one hoster and moment only. One owner, no locks. */
#ifndef VIBRISSE_ACCOUNT_STORE_H
#define VIBRISSE_ACCOUNT_STORE_H

#include "arena.h"
#include "collective.h"
#include "page.h"

#include <stdbool.h>
#include <stdint.h>

struct account_store;

struct account_store *account_store_new(void);
void account_store_free(struct account_store *store); /* NULL is fine */

/* Something changed: what was kept is not true any more, and the memory is given back. */
void account_store_forget(struct account_store *store);

/* What the page's history tells of [from, to), from the page's store if it has one. It lives until another hoster's or moment's
 * is asked for, or as long as the arena. False when it cannot be told now. */
bool account_store_get(const struct page *page, const struct service *service, int64_t from,
                       int64_t to, struct arena *arena, struct account *ret);

#endif
