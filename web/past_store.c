#include "past_store.h"

#include "mem.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Who asks for less, and first, must not make the others ask again: pages of a hoster tell of a year, feeds of as much. */
static const int64_t least_s = 366 * 86400;

struct kept {
    bool is; /* kept at all */
    int64_t from, later_from;
    struct past past;
    const struct past *later; /* what was told last of a later time on; NULL = nothing yet */
};

struct past_store {
    const struct collective *collective;
    struct arena arena;
    bool used;
    int64_t now;
    const struct hoster *hoster; /* whose turn it was last; NULL = nobody's */
    struct kept *kept;           /* by hoster, then service */
    size_t *first;               /* one per hoster: where its services begin */
    size_t count;
};

struct past_store *past_store_new(const struct collective *collective)
{
    struct past_store *store = mem_zalloc(sizeof *store);
    store->collective = collective;
    store->first = mem_array(collective->hoster_count, sizeof *store->first);
    for (size_t i = 0; i < collective->hoster_count; i++) {
        store->first[i] = store->count;
        store->count += collective->hosters[i].service_count;
    }
    store->kept = mem_array(store->count, sizeof *store->kept);
    return store;
}

void past_store_free(struct past_store *store)
{
    if (!store)
        return;
    arena_free(&store->arena);
    free(store->kept);
    free(store->first);
    free(store);
}

void past_store_forget(struct past_store *store)
{
    if (!store->used)
        return;
    arena_free(&store->arena);
    memset(store->kept, 0, store->count * sizeof *store->kept);
    store->used = false;
}

void past_store_forget_but(struct past_store *store, int64_t now)
{
    if (store->now != now)
        past_store_forget(store);
}

void past_store_turn(struct past_store *store, const struct hoster *hoster)
{
    if (!hoster)
        return;
    if (store->hoster && store->hoster != hoster)
        past_store_forget(store);
    store->hoster = hoster;
}

static struct kept *place_of(const struct past_store *store, const struct service *service)
{
    const struct hoster *hoster = service->hoster;
    return &store->kept[store->first[hoster - store->collective->hosters] +
                        (size_t)(service - hoster->services)];
}

static void keep_later(struct past_store *store, const struct page *page, struct kept *kept,
                       int64_t from)
{
    struct past *later = arena_array(&store->arena, 1, sizeof *later);
    *later = past_later(page, &kept->past, from, &store->arena);
    kept->later = later;
    kept->later_from = from;
}

struct past past_store_get(struct past_store *store, const struct page *page,
                           const struct service *service, int64_t from)
{
    past_store_forget_but(store, page->now);
    struct kept *kept = place_of(store, service);
    if (!kept->is || from < kept->from) {
        int64_t since = from < page->now - least_s ? from : page->now - least_s;
        *kept = (struct kept){
            .is = true, .from = since, .past = past_gather(page, service, since, &store->arena)};
    }
    store->used = true;
    store->now = page->now;
    if (from == kept->from)
        return kept->past;
    if (!kept->later || kept->later_from != from)
        keep_later(store, page, kept, from);
    return *kept->later;
}
