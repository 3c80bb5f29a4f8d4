#include "account_store.h"

#include "mem.h"

#include <stdlib.h>

enum { MOST = 32 }; /* a year and ninety days of 16 services; what is more is asked twice */

struct account_store {
    struct arena arena;
    const struct hoster *hoster;
    int64_t now;
    struct kept {
        const struct service *service;
        int64_t from, to;
        struct account account;
    } * kept[MOST];
    size_t count;
};

struct account_store *account_store_new(void)
{
    return mem_zalloc(sizeof(struct account_store));
}

void account_store_free(struct account_store *store)
{
    if (!store)
        return;
    arena_free(&store->arena);
    free(store);
}

void account_store_forget(struct account_store *store)
{
    arena_free(&store->arena);
    store->count = 0;
}

static const struct kept *find(const struct account_store *store, const struct service *service,
                               int64_t from, int64_t to)
{
    for (size_t i = 0; i < store->count; i++) {
        const struct kept *kept = store->kept[i];
        if (kept->service == service && kept->from == from && kept->to == to)
            return kept;
    }
    return NULL;
}

static bool ask(const struct page *page, const struct service *service, int64_t from, int64_t to,
                struct arena *arena, struct account *ret)
{
    const struct history *history = page->history;
    return history->account(history->owner, service, from, to, page->incident_after_ms / 1000,
                            arena, ret);
}

static const struct kept *keep(struct account_store *store, const struct page *page,
                               const struct service *service, int64_t from, int64_t to)
{
    struct kept *kept = arena_array(&store->arena, 1, sizeof *kept);
    kept->service = service;
    kept->from = from;
    kept->to = to;
    if (!ask(page, service, from, to, &store->arena, &kept->account))
        return NULL;
    store->kept[store->count++] = kept;
    return kept;
}

bool account_store_get(const struct page *page, const struct service *service, int64_t from,
                       int64_t to, struct arena *arena, struct account *ret)
{
    struct account_store *store = page->accounts;
    if (!store)
        return ask(page, service, from, to, arena, ret);
    if (store->hoster != service->hoster || store->now != page->now)
        account_store_forget(store);
    store->hoster = service->hoster;
    store->now = page->now;
    const struct kept *known = find(store, service, from, to);
    if (!known && store->count == MOST)
        return ask(page, service, from, to, arena, ret);
    if (!known)
        known = keep(store, page, service, from, to);
    if (known)
        *ret = known->account;
    return known != NULL;
}
