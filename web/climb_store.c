#include "climb_store.h"

#include "mem.h"

#include <stdlib.h>

enum { MOST = 16 }; /* some 150 KB each: who has more services has them measured twice */

struct climb_store {
    struct arena of_hoster, of_moment;
    const struct hoster *hoster;
    int64_t now;
    struct stairs stairs; /* of the moment */
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
    climb_store_forget(store);
    free(store);
}

static void forget_hoster(struct climb_store *store)
{
    arena_free(&store->of_hoster);
    store->count = 0;
}

void climb_store_forget(struct climb_store *store)
{
    forget_hoster(store);
    arena_free(&store->of_moment);
    store->stairs = (struct stairs){0};
}

/* What was kept for another hoster or moment goes. */
static void turn_to(struct climb_store *store, const struct page *page, const struct hoster *hoster)
{
    if (store->now != page->now)
        climb_store_forget(store);
    else if (store->hoster != hoster)
        forget_hoster(store);
    store->hoster = hoster;
    store->now = page->now;
}

static const struct stairs *stairs_from(struct climb_store *store, int64_t first)
{
    if (!store->stairs.today || first < store->stairs.first)
        store->stairs = rungs_stairs(first, store->now, &store->of_moment);
    return &store->stairs;
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
    turn_to(store, page, service->hoster);
    const struct climb *known = find(store, service);
    if (known)
        return *known;
    const struct stairs *stairs = stairs_from(store, first);
    if (store->count == MOST)
        return rungs_measure(page, service, stairs, first, arena);
    struct kept *kept = &store->kept[store->count++];
    *kept = (struct kept){service, rungs_measure(page, service, stairs, first, &store->of_hoster)};
    return kept->climb;
}

struct climb climb_store_empty(struct climb_store *store, const struct page *page,
                               const struct hoster *hoster, int64_t first, struct arena *arena)
{
    turn_to(store, page, hoster);
    return rungs_empty(stairs_from(store, first), first, arena);
}
