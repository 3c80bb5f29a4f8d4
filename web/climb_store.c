#include "climb_store.h"

#include "mem.h"

#include <stdlib.h>

enum { MOST = 16 }; /* some 200 KB each: who has more services has them measured twice */

struct climb_store {
    struct arena arena;
    const struct hoster *hoster;
    int64_t now;
    struct kept {
        const struct service *service;
        struct climb climb;
    } kept[MOST];
    size_t count;
};

struct climb_store *climb_store_new(void)
{
    return mem_zalloc(sizeof(struct climb_store));
}

void climb_store_free(struct climb_store *store)
{
    if (!store)
        return;
    arena_free(&store->arena);
    free(store);
}

void climb_store_forget(struct climb_store *store)
{
    arena_free(&store->arena);
    store->count = 0;
}

static const struct climb *find(const struct climb_store *store, const struct service *service)
{
    for (size_t i = 0; i < store->count; i++)
        if (store->kept[i].service == service)
            return &store->kept[i].climb;
    return NULL;
}

struct climb climb_store_get(struct climb_store *store, const struct page *page,
                             const struct service *service, int64_t first, struct arena *arena)
{
    if (store->hoster != service->hoster || store->now != page->now)
        climb_store_forget(store);
    store->hoster = service->hoster;
    store->now = page->now;
    const struct climb *known = find(store, service);
    if (known)
        return *known;
    if (store->count == MOST)
        return rungs_measure(page, service, first, arena);
    struct kept *kept = &store->kept[store->count++];
    *kept = (struct kept){service, rungs_measure(page, service, first, &store->arena)};
    return kept->climb;
}
